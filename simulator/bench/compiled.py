"""The rules of the costliest questions once more, as loops that numba compiles: a reference limit.

Benchmark only: no driver imports this, and no result comes from it.  One thread, no fast-math.
Each function takes the fields of a view, (runs, askers or 1, ...) in C order, and returns
the answer's arrays; the formulas stand in the docstrings of `agents.rules`.  Sums run first to
last, as in the rules; numba's `exp` may differ from NumPy's in the last bit.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from simulator.arrays import Floats

_TINY = 1e-9


@njit(cache=True)
def _sigmoid(z: float) -> float:
    return 1.0 / (1.0 + np.exp(min(-z, 700.0)))


@njit(cache=True)
def _one(array: Floats) -> int:
    """1 if every asker has its own entry, 0 if all share one."""
    return 1 if array.shape[1] > 1 else 0


@njit(cache=True)
def perceive(
    belief: Floats, start_belief: Floats, decay: Floats, attribution: Floats, stakes: Floats,
    footprint: Floats, wording: Floats, is_west: Floats, explained: Floats, restraint: Floats,
    words: Floats, trust: Floats, restraint_weight: Floats, incidents: Floats,
    usual_incidents: Floats, incident_weight: Floats, contagion: Floats, noise: Floats,
    reach: Floats, own_power: Floats, guaranteed_power: Floats,
) -> tuple[Floats, Floats]:  # fmt: skip
    """Beliefs and threats, (runs, askers, targets): `agents.rules.perceive`."""
    runs, askers, targets = belief.shape
    theaters = stakes.shape[2]
    out, threat = np.empty_like(belief), np.empty_like(belief)
    unusual, local = np.empty((targets, theaters)), np.empty((targets, theaters))
    spread = np.empty(targets)
    aw, ae, ar, ab = _one(wording), _one(explained), _one(words), _one(attribution)
    at, an, ao, ag = _one(trust), _one(noise), _one(own_power), _one(guaranteed_power)
    for r in range(runs):
        weight = incident_weight[r, 0] * (1.0 - contagion[r, 0])
        calm = decay[r, 0] * restraint_weight[r, 0]
        for j in range(targets):
            spread[j] = 0.0
            for k in range(theaters):
                unusual[j, k] = incidents[r, 0, j, k] - usual_incidents[r, 0, j, k]
                local[j, k] = weight * unusual[j, k] - calm * restraint[r, 0, j, k]
                spread[j] += unusual[j, k]
            spread[j] *= incident_weight[r, 0] * contagion[r, 0]
        for a in range(askers):
            met = 0.0
            for k in range(theaters):
                met += stakes[r, a, k] * explained[r, a * ae, k]
            blame = attribution[r, a * ab] * (1.0 - met)
            for j in range(targets):
                visible, near, exposed = 0.0, 0.0, 0.0
                for k in range(theaters):
                    stake, comes = stakes[r, a, k], reach[r, 0, j, k]
                    visible += stake * footprint[r, 0, j, k]
                    near += stake * local[j, k]
                    shield = own_power[r, a * ao, k] + guaranteed_power[r, a * ag, k] + _TINY
                    exposed += stake * (comes / (comes + shield))
                visible += wording[r, a * aw] * is_west[r, 0, j]
                step = blame * visible + start_belief[r, a, j]
                step -= restraint_weight[r, 0] * trust[r, a * at, j] * words[r, a * ar, j]
                now = belief[r, a, j]
                after = (step - now) * decay[r, 0] + now + near + spread[j]
                after += noise[r, a * an, j]
                out[r, a, j] = after
                threat[r, a, j] = _sigmoid(after) * exposed
    return out, threat


@njit(cache=True)
def _worth(
    share: float, win: float, prize: float, cost: float, ruin: float, rest: float
) -> float:  # fmt: skip
    risk = 1.0 - win
    return share * win * prize - 2.0 * cost * risk - ruin * share * risk - rest


@njit(cache=True)
def challenge(
    level: Floats, win: Floats, later: Floats, window: Floats, prize: Floats, prize_share: Floats,
    military_cost: Floats, own_loss: Floats, sanctions: Floats, nuclear: Floats, audience: Floats,
    fear: Floats, step_cost: Floats, jump_cost: Floats, survival: Floats, precision: Floats,
    gumbel: Floats, counts_itself: float,
) -> tuple[Floats, Floats]:  # fmt: skip
    """Moves and margins, (runs, askers): `agents.rules.challenge`; `counts_itself` is 1 for a
    regime whose own survival is at stake, else 0."""
    runs, askers = prize.shape
    top = win.shape[2] - 1
    move, margin = np.empty((runs, askers)), np.empty((runs, askers))
    value, worth = np.empty(top + 1), np.empty(4)
    ac, au, ap, aw = _one(step_cost), _one(jump_cost), _one(precision), _one(window)
    av = _one(survival)
    for r in range(runs):
        for a in range(askers):
            ruin = counts_itself * survival[r, a * av] * prize[r, a]
            for n in range(top + 1):
                rest = own_loss[r, a, n] + sanctions[r, a, n] + nuclear[r, a, n]
                value[n] = _worth(prize_share[r, a, n], win[r, a, n], prize[r, a],
                                  military_cost[r, a, n], ruin, rest)  # fmt: skip
            now = int(level[r, a])
            up = min(now + 1, top)
            closing = 0.0
            if window[r, a * aw] != 0.0:
                share, cost = prize_share[r, a, up], military_cost[r, a, up]
                lost = _worth(share, win[r, a, up], prize[r, a], cost, ruin, 0.0)
                lost -= _worth(share, later[r, a, up], prize[r, a], cost, ruin, 0.0)
                closing = window[r, a * aw] * max(lost, 0.0)
            restraint = step_cost[r, a * ac] if now >= 1 else 0.0
            best, choice = -np.inf, 1
            for n in range(4):
                there = now + n - 1
                if there < 0 or there > top:
                    worth[n] = -np.inf
                    continue
                worth[n] = value[there]
                if n == 0:
                    worth[n] -= audience[r, a]
                elif n == 2:
                    worth[n] += fear[r, a] + closing - restraint
                elif n == 3:
                    worth[n] -= restraint + jump_cost[r, a * au]
                odds = precision[r, a * ap] * worth[n] + gumbel[r, a, n]
                if odds > best:
                    best, choice = odds, n
            move[r, a] = choice - 1.0
            margin[r, a] = np.max(worth) - worth[1]
    return move, margin


@njit(cache=True)
def coerce(
    drift: Floats, visible: Floats, guarded: Floats, armed: Floats, own_cost: Floats, open: Floats,
    benefit: Floats, focus: Floats, pain: Floats, precision: Floats, readiness: Floats,
    gumbel: Floats,
) -> tuple[Floats]:  # fmt: skip
    """Options chosen, (runs, askers): `agents.rules.economy.coerce`."""
    runs, askers, options = drift.shape
    choice = np.empty((runs, askers))
    for r in range(runs):
        for a in range(askers):
            best, chosen = gumbel[r, a, 0], 0
            for n in range(options):
                if open[r, a, n] <= 0.0:
                    continue
                seen, guard = visible[r, a, n], guarded[r, a, n]
                worth = benefit[r, a] * (drift[r, a, n] + seen)
                worth += benefit[r, a] * focus[r, a] * seen * (1.0 - guard)
                worth -= armed[r, a, n] * guard * pain[r, a]
                worth -= own_cost[r, a, n]
                odds = precision[r, a] * worth + (gumbel[r, a, n + 1] + readiness[r, a, n])
                if odds > best:
                    best, chosen = odds, n + 1
            choice[r, a] = chosen
    return (choice,)


@njit(cache=True)
def budget(
    burden: Floats, start: Floats, reaction: Floats, watched: Floats, belief: Floats,
    start_alarm: Floats, strength: Floats, policy: Floats, lag: Floats, fatigue: Floats,
    floor: Floats, ceiling: Floats, gdp: Floats, asked: Floats, shortfall: Floats,
    refill_lag: Floats,
) -> tuple[Floats, Floats, Floats, Floats]:  # fmt: skip
    """Burden, share paid, restocking and arms, (runs, askers): `agents.rules.arms.budget`."""
    runs, askers, targets = belief.shape
    after, paid = np.empty((runs, askers)), np.empty((runs, askers))
    restock, arms = np.empty((runs, askers)), np.empty((runs, askers))
    ar, al, af = _one(reaction), _one(lag), _one(fatigue)
    ao, ac, ag, ai, ast = _one(floor), _one(ceiling), _one(gdp), _one(refill_lag), _one(strength)
    aw, ap, aa, ah = _one(watched), _one(policy), _one(asked), _one(shortfall)
    for r in range(runs):
        for a in range(askers):
            alarm = 0.0
            for j in range(targets):
                felt = _sigmoid(belief[r, a, j]) * strength[r, a * ast, j] - start_alarm[r, a, j]
                alarm += watched[r, a * aw, j] * felt
            aim = start[r, a] + reaction[r, a * ar] * alarm + policy[r, a * ap]
            aim = min(max(aim, floor[r, a * ao]), ceiling[r, a * ac])
            over = burden[r, a] - start[r, a]
            toward = (aim - burden[r, a]) / lag[r, a * al]
            after[r, a] = burden[r, a] + toward - fatigue[r, a * af] * over
            money = burden[r, a] * gdp[r, a * ag] / 400.0
            need = asked[r, a * aa]
            paid[r, a] = min(1.0, money / need) if need > 0.0 else 1.0
            left = money - need * paid[r, a]
            new = max(over, 0.0) * gdp[r, a * ag] / 400.0
            restock[r, a] = min(min(left, new), shortfall[r, a * ah] / refill_lag[r, a * ai])
            arms[r, a] = left - restock[r, a]
    return after, paid, restock, arms


@njit(cache=True)
def deploy(
    usual: Floats, worth: Floats, start_worth: Floats, precision: Floats, standing: Floats,
    least: Floats, away: Floats, away_limit: Floats, mobility: Floats,
) -> tuple[Floats, Floats]:  # fmt: skip
    """Shares by place, (runs, askers, places), and the share that moves, (runs, askers):
    `agents.rules.forces.deploy`."""
    runs, askers, places = standing.shape
    moved, out = np.empty((runs, askers)), np.empty((runs, askers, places))
    aim, stay = np.empty(places), np.empty(places)
    ap, al, am = _one(precision), _one(away_limit), _one(mobility)
    au, aw, ao, ay = _one(usual), _one(start_worth), _one(least), _one(away)
    for r in range(runs):
        for a in range(askers):
            sure = precision[r, a * ap]
            most, highest = -np.inf, -np.inf
            for n in range(places):
                most = max(most, sure * (worth[r, a, n] - start_worth[r, a * aw, n]))
                highest = max(highest, worth[r, a, n])
            whole = 0.0
            for n in range(places):
                gain = sure * (worth[r, a, n] - start_worth[r, a * aw, n])
                aim[n] = usual[r, a * au, n] * np.exp(gain - most)
                whole += aim[n]
            distant, near, held = 0.0, 0.0, 0.0
            for n in range(places):
                aim[n] /= whole
                distant += aim[n] * away[r, a * ay, n]
                near += usual[r, a * au, n] * (1.0 - away[r, a * ay, n])
                held += least[r, a * ao, n]
            kept = min(1.0, away_limit[r, a * al] / max(distant, 1e-12))
            above, needed = 0.0, 0.0
            for n in range(places):
                home = usual[r, a * au, n] * (1.0 - away[r, a * ay, n])
                down = kept if away[r, a * ay, n] > 0.0 else 1.0
                aim[n] = aim[n] * down + distant * (1.0 - kept) * (home / max(near, 1e-12))
                stay[n] = least[r, a * ao, n] / max(held, 1.0)
                needed += stay[n]
                above += max(aim[n] - stay[n], 0.0)
            room = max(1.0 - needed, 0.0) / max(above, 1e-12)
            moving = 0.0
            for n in range(places):
                change = stay[n] + max(aim[n] - stay[n], 0.0) * room - standing[r, a, n]
                out[r, a, n] = change
                moving += abs(change)
            moving /= 2.0
            pace = min(1.0 / (1.0 + sure * highest), mobility[r, a * am] / max(moving, 1e-12))
            for n in range(places):
                out[r, a, n] = standing[r, a, n] + out[r, a, n] * pace
            moved[r, a] = moving * pace
    return moved, out

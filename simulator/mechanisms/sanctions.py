"""M14 Sanctions: what they are expected to cost, when they take force and when they end, and how
threats wear them out.

The level reached sets what is cut without preparation (`sanctions` in ladder.yaml), a quarter
later; a prepared package sets its own size and takes force at once where force is used.
"""

from __future__ import annotations

import numpy as np

from simulator.arrays import Bools, Floats, logit, sigmoid, sigmoid_of_minus
from simulator.mechanisms import closeness, joining, packages, stance, trade
from simulator.mechanisms.packages import package
from simulator.phase import Quarter
from simulator.setting import Setting
from simulator.state import State
from simulator.tally import total, weighted
from simulator.world import THEATERS

FORCE = 3.0  # the rung from which a prepared package takes force: force is used
CRISIS = 2.0  # sanctions end once every ladder of the target is below this rung
_TINY = 1e-12


def begin(at: Setting) -> dict[str, Floats]:
    """Start values of this mechanism's variables: nothing imposed, all trade still there."""
    runs, actors, red = len(at.futures.runs), len(at.world.actors), len(at.world.red)
    return {
        "imposed": np.zeros((runs, red)),
        "imposed_age": np.zeros((runs, red)),
        "joined": np.zeros((runs, red, actors)),
        "trade_left": np.ones((runs, actors)),
    }


def expected_cost(state: State, at: Quarter, forces: tuple[Floats, ...]) -> Floats:
    """What the challenger expects sanctions to cost it at each level, pp, (runs, theaters, levels).

    `(pass + choke/X_W) * sum_i X_i*(s(l)*J_i(s) + (S - s)*J_i(S))`: `s` is the ordinary share of
    trade cut at a level and `S` that with packages; who balks at a package still takes the ordinary
    measures.  X is in percent of the challenger's GDP, X_W that of the West.  `J_i` is the chance
    that i joins by its own rule, moved by the challenger's belief in follow-through and by the
    signals in force (`eta_S*Sunk + eta_A*Aud`), in log-odds.
    """
    setting, ladder = at.setting, at.setting.ladder
    out = np.zeros((state.runs, len(THEATERS), len(ladder.sanctions)))
    lean, cool = joining.leaning(state, at), packages.cooled(at, forces)
    precision = at.p("partner_precision")
    lean = precision * (lean + setting.futures.trait("dependence"))
    done: dict[int, tuple[int, Floats]] = {}
    for k, t in enumerate(setting.world.challenger_target):
        if not trade.trades(setting, t):
            continue
        ready = packages.prepared(at, forces, t)
        trust = (state.sanction_belief + packages.belief_shift(ready, at))[:, k : k + 1]
        twin = [j for j in done if done[j][0] == t and np.array_equal(done[j][1], trust)]
        if twin:  # another theater of the same challenger, seen alike
            out[:, k] = out[:, twin[0]]
            continue
        done[k] = (t, trust)
        odds = joining.readiness(setting, t) + trust + lean
        dear = precision * joining.price_of(at) * trade.own_share(setting, t)
        there = trade.left(state, setting, t) * trade.their_share(setting, t)
        whole = trade.western_total(setting, t)
        choke = at.p("choke_cost")[:, 0] / np.where(whole > 0.0, whole, np.inf)
        full = at.p("passthrough")[:, 0] + choke
        for level, (ordinary, share) in enumerate(_shares(state, at, ready, t)):
            tougher = (share > ordinary).any()
            if tougher or ordinary > 0.0:
                willing = odds + precision * ladder.outrage[level] * cool
            if ordinary > 0.0:
                out[:, k, level] = full * ordinary * _joining(there, willing, dear * ordinary)
            if tougher:
                more = _joining(there, willing, dear * share[:, None])
                out[:, k, level] += full * (share - ordinary) * more
    return out


def _joining(traded: Floats, willing: Floats, cost: Floats) -> Floats:
    """Trade of those who join if each does with the chance `sig(willing - cost)`, (runs,); writes
    over `cost`."""
    cost -= willing
    chance = sigmoid_of_minus(cost)
    chance *= traded
    return total(chance)


def _shares(
    state: State, at: Quarter, ready: packages.Package, t: int
) -> list[tuple[float, Floats]]:
    """Share of trade cut at each level of a ladder: the ordinary one, and that with a package where
    force is used or with what stays whatever the level, (runs,) and no less."""
    stays = np.maximum(ready.executed, np.minimum(ready.kept, state.imposed[:, t]))
    return [
        (float(s), np.maximum(np.maximum(s, stays), ready.size if level >= FORCE else 0.0))
        for level, s in enumerate(at.setting.ladder.sanctions)
    ]


def impose(state: State, at: Quarter) -> State:
    """Phase 11: sanctions take force, get tougher, or end; each time every state is asked.

    In force is the largest of: what the level reached by the end of last quarter and still held
    warrants, a prepared package from the rung of force up, one that is executed, and what was in
    force already; that ends once the target has come down everywhere, but for what is kept.  A
    state that trades with nobody in the West has nothing to lose and is left out.
    """
    setting, forces = at.setting, at.notes["force"]
    imposed, age = state.imposed.copy(), state.imposed_age.copy()
    joined, crisis = state.joined.copy(), np.zeros_like(state.imposed)
    for t in range(len(setting.world.red)):
        claimed = closeness.claims(setting, t)
        if not (claimed.any() and trade.trades(setting, t)):
            continue
        ready = packages.prepared(at, forces, t)
        now, held = _levels(state, at, claimed)
        ordinary = setting.ladder.sanctions[np.minimum(now, held).astype(np.int64)]
        share = np.where(now >= FORCE, np.maximum(ordinary, ready.size), ordinary)
        crisis[:, t] = now >= CRISIS
        before = state.imposed[:, t]
        stays = np.where(now >= CRISIS, before, np.minimum(before, ready.kept))
        share = np.maximum(np.maximum(share, ready.executed), stays)
        rows = np.flatnonzero(share > before)
        if len(rows):
            joined[rows, t] = joining.ask_all(state, at, rows, t, share[rows], now[rows], forces)
        joined[:, t] = np.where(share[:, None] > 0.0, joined[:, t], 0.0)
        older = (state.imposed_age[:, t] + 1.0) * before
        age[:, t] = np.where(share > 0.0, older / np.maximum(np.maximum(share, before), _TINY), 0.0)
        imposed[:, t] = share
    _measure(imposed, joined, crisis, at)
    return state.but(imposed=imposed, imposed_age=age, joined=joined)


def _levels(state: State, at: Quarter, claimed: Bools) -> tuple[Floats, Floats]:
    """Highest level of the theaters claimed, now and at the end of last quarter, (runs,)."""
    before = state.level - at.notes["rose"] + at.notes["fell"]
    return np.max(state.level[:, claimed], axis=-1), np.max(before[:, claimed], axis=-1)


def _measure(imposed: Floats, joined: Floats, held: Floats, at: Quarter) -> None:
    """Per red state, (runs, red states): whether a crisis puts sanctions on the table, and the
    share of Western trade whose owners take part in those in force."""
    setting, columns = at.setting, []
    for t in range(len(setting.world.red)):
        share, rows = np.zeros(len(imposed)), np.flatnonzero(imposed[:, t] > 0.0)
        if len(rows):
            part = weighted(trade.western(setting, t)[rows], joined[rows, t])
            whole = trade.western_total(setting, t)[rows]
            share[rows] = part / np.where(whole > 0.0, whole, 1.0)
        columns.append(share)
    measured = at.notes.setdefault("measured", {})
    measured["sanctions_threatened"] = held
    measured["sanctions_joined"] = np.stack(columns, axis=-1)


# ---- other costs that sanctions threaten


def in_kind(state: State, at: Quarter, t: int, forces: tuple[Floats, ...]) -> Floats:
    """Trade, percent of its GDP, that red state `t` expects to lose if others answer coercion in
    kind, (runs,): the share prepared, times the belief that it is carried out, of Western trade."""
    ready = packages.prepared(at, forces, t)
    if not ready.size.any():
        return np.zeros(state.runs)
    return _threat(state, at, t, ready) * trade.western_left(state, at.setting, t)


def secondary(state: State, at: Quarter) -> Floats:
    """Cost, pp of its GDP a year, that the red supplier of dual-use goods expects from packages on
    it for its help to another challenger, (runs,): the share `s_2` of what full sanctions would
    cost, times size and belief."""
    setting, t = at.setting, trade.tracked(at.setting)
    if t is None:
        return np.zeros(state.runs)
    forces = at.notes["force"] if "force" in at.notes else stance.force(state, at, lag=1)
    ready = packages.secondary_package(at, forces, t)
    if not ready.size.any():
        return np.zeros(state.runs)
    flow = at.p("passthrough")[:, 0] * trade.western_left(state, setting, t)
    full = flow + at.p("choke_cost")[:, 0]
    return at.p("secondary_share")[:, 0] * _threat(state, at, t, ready) * full


def _threat(state: State, at: Quarter, t: int, ready: packages.Package) -> Floats:
    """Size of packages on `t` times the belief that they are carried out, (runs,): the firmest of
    the theaters in which its signals are heard."""
    signal = np.max(packages.belief_shift(ready, at), axis=-1)
    belief = np.max(state.sanction_belief[:, closeness.claims(at.setting, t)], axis=-1)
    return ready.size * sigmoid(logit(at.p("follow_through")[:, 0]) + belief + signal)


# ---- trade moves


def erode(state: State, at: Quarter) -> State:
    """Phase 11: trade that is threatened moves elsewhere, on both sides; the lever wears out.

    `X' = X*(1 - der*sal)` for every Western state, `sal` the larger of what is prepared and what is
    in force; engagement with a red state makes its senders' trade with it grow.
    """
    setting, forces = at.setting, at.notes["force"]
    exposure, trade_left = state.exposure.copy(), state.trade_left
    for t in range(len(setting.world.red)):
        if not trade.trades(setting, t):
            continue
        ready = packages.prepared(at, forces, t)
        salience = np.maximum(ready.size, state.imposed[:, t])
        lost = at.p("derisking")[:, 0] * salience
        exposure[:, t] = exposure[:, t] * (1.0 - lost)
        if t == trade.tracked(setting):
            rows = np.flatnonzero(lost > 0.0)
            if len(rows):
                trade_left = trade_left.copy()
                trade_left[rows] = trade.shed(trade_left[rows], lost[rows], t, at.narrow(rows))
            trade_left = trade_left + _engaged(at, forces, t)
            west = trade.western_total(setting, t)
            exposure[:, t] = weighted(trade.western(setting, t), trade_left) / west
    return state.but(exposure=exposure, trade_left=trade_left)


def _engaged(at: Quarter, forces: tuple[Floats, ...], t: int) -> Floats:
    """Growth in a quarter of trade with `t` by engagement with it (`g_X` of each dollar, by the
    size of their trade), as a share of its start, (runs, actors)."""
    setting = at.setting
    out = np.zeros((len(setting.futures.runs), len(setting.world.actors)))
    for f, bundle in zip(forces, setting.program.bundles, strict=True):
        dollars = bundle.levers.engage
        if dollars != 0.0 and bundle.to[setting.world.red[t]]:
            start = trade.volume(setting, t) * (bundle.by * trade.others(setting))
            whole = np.maximum(total(start), _TINY)
            growth = at.p("engage_trade")[:, 0] * f * (dollars / float(bundle.to.sum())) / 4.0
            out = out + np.where(start > 0.0, (growth / whole)[:, None], 0.0)
    return out


__all__ = ["begin", "erode", "expected_cost", "impose", "in_kind", "package", "secondary"]

"""M5 Arms: desired and actual defense spending, and the stock that it buys.

The mix of classes that money buys is the standing one, so one ratio per actor says how far its
arms, of every class, are from their start.
"""

from __future__ import annotations

import numpy as np

from simulator.arrays import Floats, by_last, positive, sigmoid
from simulator.mechanisms import posture, stance
from simulator.mechanisms.posture import once
from simulator.mechanisms.stockpile import arms, peacetime
from simulator.phase import Quarter
from simulator.program import Bundle
from simulator.questions import BudgetView
from simulator.setting import Setting
from simulator.state import State
from simulator.tally import total, weighted
from simulator.vocabulary import LEVERS

_PERCENT = 100.0
_QUARTERS = 4.0
_BUILT = tuple(name for name in LEVERS if name.startswith("build_"))


def begin(at: Setting) -> dict[str, Floats]:
    """Start values of this mechanism's variables."""
    return {"capability": np.ones_like(start_burden(at)), "burden": start_burden(at)}


def start_burden(at: Setting) -> Floats:
    """Defense spending at the start, percent of GDP, (runs, actors)."""
    f = at.futures
    return once(at, "burden", lambda: _PERCENT * f.trait("milex_usd_bn") / f.trait("gdp_usd_bn"))


def gdp(at: Quarter) -> Floats:
    """GDP of every actor on its trend, $bn a year, (runs, actors)."""
    if "gdp" not in at.notes:
        rate = once(at.setting, "growth", lambda: _log_growth(at.setting))
        at.notes["gdp"] = at.setting.futures.trait("gdp_usd_bn") * np.exp(rate * at.number)
    size: Floats = at.notes["gdp"]
    return size


def _log_growth(at: Setting) -> Floats:
    return np.log(1.0 + at.futures.trait("gdp_growth") / _PERCENT) / _QUARTERS


def strength(state: State, at: Setting) -> Floats:
    """Arms of each target over their start, (runs, targets)."""
    west = once(at, "western arms", lambda: np.where(at.world.western, arms(at), 0.0))
    rows = [state.capability[:, i] for i in at.world.red]
    return np.stack([*rows, weighted(west, state.capability) / total(west)], axis=-1)


def attention(at: Setting) -> Floats:
    """Whose arms a state watches: its share of the reach of those of another camp into what it
    has at stake, sum 1, (runs, actors, targets)."""
    return once(at, "arms watched", lambda: _attention(at))


def _attention(at: Setting) -> Floats:
    red = posture.ground(at).red
    watched = np.zeros((len(at.futures.runs), len(at.world.actors), len(at.world.targets)))
    for j in range(len(at.world.targets)):
        reach = at.reach[:, j][:, None]
        share = at.futures.stakes * reach / np.maximum(reach + at.power, 1e-9)
        camp = at.world.western if j == len(at.world.red) else red
        watched[..., j] = np.where(camp, 0.0, total(share))
    return by_last(watched / np.maximum(total(watched), 1e-12)[..., None])


def build(state: State, at: Quarter) -> State:
    """Phase 5: budgets follow threats with a lag; what other needs leave becomes capability.

    `m' = m + (clip(m*) - m)/tau_m - f*(m - m0)`; `C' = (1-depr)*C + depr*money/money0`; at level
    5 a state loses `att` of the forces that it has there.
    """
    setting, everyone = at.setting, range(len(at.setting.world.actors))
    forces, size = stance.force(state, at, lag=1), gdp(at)
    view = BudgetView(
        burden=state.burden,
        belief=state.belief,
        strength=strength(state, setting)[:, None],
        policy=stance.by_actor("spend", at, forces),
        gdp=size,
        asked=claims(at, forces, size),
        shortfall=shortfall(state, setting),
        lag=at.p("budget_lag"),
        fatigue=at.p("spending_fatigue"),
        refill_lag=at.p("production_lag"),
        **once(setting, "budgets", lambda: _fixed(at)),
    )
    bought = at.ask("budget", view, everyone).values
    at.notes["budget"] = bought
    usual = once(setting, "usual spending", lambda: _spending(setting))
    money = np.where(usual > 0.0, bought["arms"] / np.where(usual > 0.0, usual, 1.0), 1.0)
    wear = at.p("depreciation")
    capability = (1.0 - wear) * state.capability + wear * money
    capability = capability * (1.0 - attrition(state, at))
    return state.but(capability=capability, burden=bought["burden"])


def _fixed(at: Quarter) -> dict[str, Floats]:
    """The part of the view that does not change; a state without forces builds none."""
    start = start_burden(at.setting)
    ceiling = np.where(start > 0.0, np.maximum(at.p("burden_ceiling"), start), 0.0)
    return {
        "start": start,
        "reaction": at.p("arms_reaction"),
        "watched": attention(at.setting),
        "start_alarm": sigmoid(at.setting.start_belief),
        "floor": np.minimum(at.p("burden_floor"), start),
        "ceiling": ceiling,
    }


def _spending(at: Setting) -> Floats:
    """Defense spending at the start, $bn a quarter, (runs, actors)."""
    return start_burden(at) * at.futures.trait("gdp_usd_bn") / (_PERCENT * _QUARTERS)


def shortfall(state: State, at: Setting) -> Floats:
    """Munitions missing from the peacetime stock, $bn, (runs, actors)."""
    return total(positive(peacetime(at) - state.munitions))


def claims(at: Quarter, forces: tuple[Floats, ...], size: Floats) -> Floats:
    """What levers ask of defense budgets: industry, compatible munitions, presence, what is
    built, and aid that is not arms; $bn a quarter, (runs, actors)."""
    pledged = stance.by_actor("industry", at, forces)
    pledged = pledged + stance.by_actor("interchangeability", at, forces)
    out = pledged * size / (_PERCENT * _QUARTERS)
    start = at.setting.world.trait("gdp_usd_bn")
    for f, bundle in zip(forces, at.setting.program.bundles, strict=True):
        bill = bundle_bill(bundle)
        if bill > 0.0:
            part = bundle.by * start / total(bundle.by * start)
            out = out + f[:, None] * (bill / _QUARTERS * part)
    return out


def bundle_bill(bundle: Bundle) -> float:
    """What a bundle's presence, building and aid short of arms cost its actors, $bn a year."""
    bill = LEVERS["military"].money * float(positive(bundle.reach["military"]).max())
    for name in _BUILT:
        size = bundle.reach[name] if LEVERS[name].theater else getattr(bundle.levers, name)
        bill += LEVERS[name].money * float(np.abs(size).max())
    return bill + (0.0 if bundle.lethal else LEVERS["aid"].money * bundle.levers.aid)


def attrition(state: State, at: Quarter) -> Floats:
    """Share of every actor's force that a war at level 5 took in the last quarter,
    (runs, actors)."""
    lost = np.zeros_like(state.burden)
    rows = posture.in_fight(state, posture.WAR)
    if len(rows):
        there = posture.engaged(state, at.setting, rows, posture.WAR)
        there = there * posture.shares(state, at.setting, rows)
        lost[rows] = at.p("war_attrition")[rows] * total(there)
    return lost


def richardson_step(arms: Floats, reaction: Floats, fatigue: Floats, grievance: Floats) -> Floats:
    """One step of Richardson's linear race, `x' = x + (A - diag(f)) x + g`, (actors,).

    A test mode: coefficients per quarter, A (actors, actors) with a zero diagonal.
    """
    return arms + weighted(reaction, arms[None]) - fatigue * arms + grievance


def stable(reaction: Floats, fatigue: Floats) -> bool:
    """Whether that race settles: spectral radius of `I - diag(f) + A` below one."""
    step = np.eye(len(fatigue)) - np.diag(fatigue) + reaction
    return bool(np.abs(np.linalg.eigvals(step)).max() < 1.0)

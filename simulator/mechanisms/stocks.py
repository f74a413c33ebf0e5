"""M19 Slow stocks: what is built quietly and rusts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from simulator.arrays import Bools, Floats
from simulator.mechanisms import stance, trade
from simulator.phase import Quarter
from simulator.program import Bundle
from simulator.setting import Setting
from simulator.state import State
from simulator.tally import mean, weighted
from simulator.world import FORUMS, THEATERS

ASIA = slice(1, len(THEATERS))


def begin(at: Setting) -> dict[str, Floats]:
    """Start values of this mechanism's variables."""
    runs, actors = len(at.futures.runs), len(at.world.actors)
    return {
        "procedures": np.zeros((runs, len(THEATERS))) + at.p("procedures_start"),
        "planning": np.zeros(runs) + at.p("planning_start")[:, 0],
        "un_sway": np.zeros(runs) + at.p("un_sway_start")[:, 0],
        "europe_standing": np.zeros(runs) + at.p("europe_standing_start")[:, 0],
        "awareness": np.zeros((runs, actors)) + at.p("awareness_start"),
        "resilience": at.futures.trait("disinfo_resilience").copy(),
        "partner_capacity": at.futures.trait("partner_capacity").copy(),
    }


def build(state: State, at: Quarter) -> State:
    """Phase 7: slow stocks grow with effort and rust without it."""
    forces = at.notes["force"]
    efforts = {
        "procedures": stance.in_theater("build_sop", at, forces),
        "planning": mean(stance.by_actor("build_plan", at, forces)[:, at.setting.world.distant]),
        "un_sway": _contested_posts(at, forces),
        "europe_standing": _european_effort(at, forces),
        "awareness": stance.by_actor("build_aware", at, forces),
        "resilience": stance.to_actor("build_resilience", at, forces, share=False),
        "partner_capacity": stance.to_actor("build_capacity", at, forces, share=False),
    }
    changed = {
        name: grow(getattr(state, name), trade.at_start(at.setting, begin, name), effort, at)
        for name, effort in efforts.items()
    }
    after = state.but(**changed)
    _measure(after, at)
    return after


def grow(stock: Floats, start: Floats, effort: Floats, at: Quarter) -> Floats:
    """`Z' = Z + g*effort*(1-Z) - d*(Z-Z0)`; a negative effort acts on Z in place of 1-Z."""
    if not effort.any() and np.array_equal(stock, start):
        return np.clip(stock, 0.0, 1.0)
    pace, rust = at.p("stock_growth"), at.p("stock_rust")
    if stock.ndim == 1:
        pace, rust = pace[:, 0], rust[:, 0]
    room = np.where(effort > 0.0, 1.0 - stock, stock)
    return np.clip(stock + pace * effort * room - rust * (stock - start), 0.0, 1.0)


def _contested_posts(at: Quarter, forces: tuple[Floats, ...]) -> Floats:
    """Effort of the red states for UN posts less that of the others against, (runs,)."""
    effort, west = np.zeros(len(at.setting.futures.runs)), len(at.setting.world.red)
    for f, bundle in zip(forces, at.setting.program.bundles, strict=True):
        side = -1.0 if bundle.target == west else 1.0
        effort = effort + side * f * bundle.levers.build_un
    return effort


def _european_effort(at: Quarter, forces: tuple[Floats, ...]) -> Floats:
    """What Europe does for its standing in Asia, (runs,): what it builds, engagement that
    arrives, and what Europeans by themselves add to visible presence there."""
    effort = np.zeros(len(at.setting.futures.runs))
    for f, bundle in zip(forces, at.setting.program.bundles, strict=True):
        built = np.full_like(f, bundle.levers.build_standing)
        if european(bundle, at.setting):
            money = bundle.levers.engage * _asian_share(bundle, at.setting)
            built = built + delivered(bundle, at)[:, 0] * money / at.p("standing_money")[:, 0]
            seen = mean(bundle.reach["visibility"][ASIA])
            built = built + at.p("standing_presence")[:, 0] * seen
        effort = effort + f * built
    return effort


def european(bundle: Bundle, setting: Setting) -> bool:
    """Whether an act is by Europeans alone."""
    alone = bundle.by.any() and np.all(setting.world.distant[bundle.by])
    return bool(alone) or of_union(bundle, setting)


def of_union(bundle: Bundle, setting: Setting) -> bool:
    """Whether an act bears the label of the European Union: by its members as such, or behind a
    text of its council."""
    forums = [FORUMS[setting.program.texts[t].forum] for t, _ in bundle.asks]
    return "eu" in forums or bool(np.array_equal(bundle.by, setting.world.groups["EU"]))


def delivered(bundle: Bundle, at: Quarter) -> Floats:
    """Share of announced engagement that arrives, (runs, 1)."""
    rate = at.p("engagement_delivery")
    return rate if of_union(bundle, at.setting) else np.ones_like(rate)


def _asian_share(bundle: Bundle, setting: Setting) -> float:
    """Share of the receivers whose larger stake lies in Asia."""
    far = setting.world.trait("stake_europe") < 0.5
    found: Bools = bundle.to & far
    return float(found.sum() / max(bundle.to.sum(), 1))


def alert(state: State, at: Quarter, rows: Sequence[int]) -> Floats:
    """How much the levels of the theaters at stake alarm the governments `rows`, 0 at level 1,
    (runs, rows): crises in Asia the more, the better it knows the region."""
    unrest, stakes = (at.of(state.level) - 1.0)[:, None], at.of(at.setting.futures.stakes)[:, rows]
    known = at.of(state.awareness)[:, rows] - at.p("awareness_start")
    asia = weighted(stakes[..., ASIA], unrest[..., ASIA])
    home = stakes[..., 0] * unrest[..., 0]
    return (home + (1.0 + at.p("awareness_salience") * known) * asia) / 2.0


def _measure(state: State, at: Quarter) -> None:
    world = at.setting.world
    partners = world.groups["IP4"] | world.groups["ASEAN"]
    targeted = world.groups["IP4"] | world.groups["NATO"]
    at.notes.setdefault("measured", {}).update(
        europe_standing=state.europe_standing,
        partner_capacity=mean(state.partner_capacity[:, partners]),
        resilience=mean(state.resilience[:, targeted]),
        un_sway=state.un_sway,
        awareness=mean(state.awareness[:, world.distant]),
    )

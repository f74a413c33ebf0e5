"""Who is who in the red bloc, and where it starts (M15).

Roles follow from the theaters that red states claim, never from a name: the *receiver* is at war
at the edge of Europe, the *supplier* claims the prize at sea and trades with everybody, the
*giver* of shells is the newcomer to nuclear arms.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np

from simulator.arrays import Floats, sigmoid
from simulator.setting import Setting
from simulator.tally import total
from simulator.world import THEATERS, World

TINY = 1e-9


def receiver(world: World) -> int:
    """Row of the red state at war at the edge of Europe."""
    return world.challenger[THEATERS.index("europe")]


def supplier(world: World) -> int:
    """Row of the red state that can supply dual-use goods."""
    return world.challenger[THEATERS.index("taiwan")]


def giver(world: World) -> int:
    """Row of the red state that gives shells and builds nuclear arms."""
    return world.challenger[THEATERS.index("korea")]


def pairs(world: World) -> tuple[tuple[int, int], ...]:
    """Pairs of red states, in the order of `State.cohesion`."""
    return tuple(combinations(world.red, 2))


def pair_of(world: World, one: int, other: int) -> int:
    """Place of a pair of red states on the pair axis."""
    return pairs(world).index((min(one, other), max(one, other)))


def start_cohesion(setting: Setting) -> Floats:
    """Cohesion of each pair at the start, 0..1, (runs, pairs)."""
    key = ("red cohesion at the start",)
    if key not in setting.kept:
        world = setting.world
        names = {
            pair_of(world, supplier(world), receiver(world)): "cohesion_goods",
            pair_of(world, receiver(world), giver(world)): "cohesion_arms",
            pair_of(world, supplier(world), giver(world)): "cohesion_border",
        }
        columns = [setting.p(names[n])[:, 0] for n in range(len(names))]
        shifted = np.stack(columns, axis=-1) + setting.p("cohesion_shift")
        setting.kept[key] = np.clip(shifted, 0.0, 1.0)
    return setting.kept[key]


def start_supply(setting: Setting) -> Floats:
    """Dual-use goods that the supplier lets through at the start, share of the receiver's output,
    (runs,)."""
    key = ("dual-use goods at the start",)
    if key not in setting.kept:
        pair = pair_of(setting.world, supplier(setting.world), receiver(setting.world))
        worth = setting.p("supply_worth")[:, 0] * start_cohesion(setting)[:, pair]
        worth = worth - trade_at_risk(setting)
        chance = sigmoid(setting.p("partner_precision")[:, 0] * worth)
        setting.kept[key] = setting.p("supply_most")[:, 0] * chance
    return setting.kept[key]


def trade_at_risk(setting: Setting) -> Floats:
    """What supplying is expected to cost in trade with the EU at the start, pp, (runs,)."""
    key, world = ("trade with the EU at risk",), setting.world
    name = setting.ladder.trade_with.get(world.actors[supplier(world)])
    if name is None:
        return np.zeros(len(setting.futures.runs))
    if key not in setting.kept:
        trade = total(np.where(world.groups["EU"], setting.futures.trait(name), 0.0))
        share = 100.0 * trade / setting.futures.trait("gdp_usd_bn")[:, supplier(world)]
        price = (setting.p("supply_risk") * setting.p("passthrough"))[:, 0]
        setting.kept[key] = price * share
    return setting.kept[key]

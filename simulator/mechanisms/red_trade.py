"""M15 Trade inside the red bloc: munitions, dual-use goods, and what policies give.

Roles and start values: `red_start`.
"""

from __future__ import annotations

import numpy as np

from simulator.arrays import Floats, read_only
from simulator.mechanisms import munitions, sanctions, stockpile, transfers
from simulator.mechanisms.red_start import (
    TINY,
    giver,
    pair_of,
    pairs,
    receiver,
    supplier,
    trade_at_risk,
)
from simulator.phase import Quarter
from simulator.questions import SupplyView, TradeArmsView
from simulator.setting import Setting
from simulator.state import State
from simulator.tally import total


def exchange(state: State, at: Quarter) -> Floats:
    """Munitions that the giver passes on next quarter, share of its full stock, (runs,):
    `min((S-S_min)+, (Use-Prod)+)/S0`; they change hands in M6."""
    world = at.setting.world
    give = giver(world)
    spare = total(transfers.spare_of(give, state.munitions, at.setting))
    gap = munitions.war_gap(state, at)
    view = TradeArmsView(spare=spare[:, None], gap=gap[:, None])
    amount = at.ask("trade_arms", view, [give], log=False).choice[:, 0]
    return amount / _full(at.setting)


def start_exchange(setting: Setting) -> Floats:
    """The same at the start, (runs,)."""
    key = ("red exchange at the start",)
    if key not in setting.kept:
        stock = stockpile.start_stock(setting)
        spare = total(transfers.spare_of(giver(setting.world), stock, setting))
        gap = transfers.start_gap(setting)
        setting.kept[key] = read_only(np.minimum(spare, gap) / _full(setting))
    return setting.kept[key]


def _full(setting: Setting) -> Floats:
    """The giver's full stock, $bn, (runs,)."""
    return np.maximum(total(stockpile.peacetime(setting)[:, giver(setting.world)]), TINY)


def aid_inside(at: Quarter, forces: tuple[Floats, ...]) -> Floats:
    """Aid that policies move inside each pair, share of the receiver's output, (runs, pairs)."""
    world = at.setting.world
    out = np.zeros((at.runs, len(pairs(world))))
    for f, bundle in zip(forces, at.setting.program.bundles, strict=True):
        if bundle.levers.aid == 0.0:
            continue
        part = bundle.levers.aid / max(float(bundle.by.sum() * bundle.to.sum()), 1.0)
        for n, (a, b) in enumerate(pairs(world)):
            for one, other in ((a, b), (b, a)):
                if bundle.by[one] and bundle.to[other]:
                    made = 4.0 * total(stockpile.usual_output(at.setting)[:, other])
                    share = np.where(made > 0.0, part / np.maximum(made, TINY), 0.0)
                    out[:, n] = out[:, n] + f * share
    return out


def supply(state: State, at: Quarter) -> Floats:
    """Dual-use goods that the supplier lets through, share of the receiver's output, (runs,)."""
    world = at.setting.world
    who = supplier(world)
    left = state.exposure[:, [world.red.index(who)]]
    view = SupplyView(
        most=at.p("supply_most"),
        worth=at.p("supply_worth"),
        cohesion=state.cohesion[:, [pair_of(world, who, receiver(world))]],
        secondary=sanctions.secondary(state, at)[:, None],
        friction=trade_at_risk(at.setting)[:, None] * left,
        precision=at.p("partner_precision"),
    )
    return at.ask("supply", view, [who], log=False).choice[:, 0]

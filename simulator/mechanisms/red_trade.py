"""M15 Trade inside the red bloc: shells, dual-use goods, and what policies give.

Roles and start values: `red_start`.
"""

from __future__ import annotations

import numpy as np

from simulator.arrays import Floats, positive
from simulator.mechanisms import politics, sanctions
from simulator.mechanisms.red_start import (
    SHELLS,
    TINY,
    giver,
    pair_of,
    pairs,
    receiver,
    start_stocks,
    supplier,
    trade_at_risk,
)
from simulator.phase import Quarter
from simulator.questions import SupplyView, TradeArmsView
from simulator.state import State
from simulator.tally import total


def war_use(state: State, at: Quarter, forces: tuple[Floats, ...]) -> Floats:
    """Shells that the receiver fires at the edge of Europe, $bn a quarter, (runs,): by the state
    of the war, and more against a defender that gets lethal aid."""
    made = start_stocks(at.setting)[1][:, receiver(at.setting.world), SHELLS]
    names = ("use_intense", "use_low", "use_ceasefire")
    intense, low, ceasefire = (at.p(n)[:, 0] for n in names)
    calm = np.where(state.war == politics.LOW, low, ceasefire)
    ratio = np.where(state.war == politics.INTENSE, intense, calm)
    met = at.p("aid_answered")[:, 0] * _lethal_aid(at, forces) / 4.0
    return ratio * made + np.where(state.war == politics.CEASEFIRE, 0.0, met)


def shells(state: State, at: Quarter, forces: tuple[Floats, ...]) -> tuple[Floats, Floats]:
    """Shells passed on, share of the giver's start stock, (runs,), and the stocks after it.

    What the receiver uses beyond its own output comes from the giver, `min((S-S_min)+,
    (Use-Prod)+)`, and the rest from its own stock down to its least.
    """
    world = at.setting.world
    take, give = receiver(world), giver(world)
    start, stocks = start_stocks(at.setting)[0][..., SHELLS], state.munitions.copy()
    least = at.p("stock_reserve") * start
    spare = positive(stocks[..., SHELLS] - least)
    gap = positive(war_use(state, at, forces) - state.output[:, take, SHELLS])
    view = TradeArmsView(spare=spare[:, [give]], gap=gap[:, None])
    amount = at.ask("trade_arms", view, [give], log=False).choice[:, 0]
    own = np.minimum(gap - amount, spare[:, take])
    stocks[:, give, SHELLS] = stocks[:, give, SHELLS] - amount
    stocks[:, take, SHELLS] = stocks[:, take, SHELLS] - own
    return amount / np.maximum(start[:, give], TINY), stocks


def _lethal_aid(at: Quarter, forces: tuple[Floats, ...]) -> Floats:
    """Lethal aid that policies give to the state invaded at the start, $bn a year, (runs,)."""
    invaded = at.setting.world.trait("invaded") > 0.0
    out = np.zeros(at.runs)
    for f, bundle in zip(forces, at.setting.program.bundles, strict=True):
        if bundle.lethal and bundle.levers.aid != 0.0:
            share = float((bundle.to & invaded).sum() / bundle.to.sum())
            out = out + f * (bundle.levers.aid * share)
    return out


def aid_inside(at: Quarter, forces: tuple[Floats, ...]) -> Floats:
    """Aid that policies move inside each pair, share of the receiver's output, (runs, pairs)."""
    world = at.setting.world
    yearly = 4.0 * total(start_stocks(at.setting)[1])
    out = np.zeros((at.runs, len(pairs(world))))
    for f, bundle in zip(forces, at.setting.program.bundles, strict=True):
        if bundle.levers.aid == 0.0:
            continue
        part = bundle.levers.aid / float(bundle.by.sum() * bundle.to.sum())
        for n, (a, b) in enumerate(pairs(world)):
            for one, other in ((a, b), (b, a)):
                if bundle.by[one] and bundle.to[other]:
                    made = yearly[:, other]
                    out[:, n] = out[:, n] + f * np.where(made > 0.0, part / (made + TINY), 0.0)
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
        secondary=_secondary(state, at)[:, None],
        friction=trade_at_risk(at.setting)[:, None] * left,
        precision=at.p("partner_precision"),
    )
    return at.ask("supply", view, [who], log=False).choice[:, 0]


def _secondary(state: State, at: Quarter) -> Floats:
    """Expected cost of sanctions on the supplier for what it supplies, pp, (runs,) (M14)."""
    expected = getattr(sanctions, "secondary", None)
    return np.zeros(state.runs) if expected is None else expected(state, at)

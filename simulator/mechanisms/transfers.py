"""Munitions that change hands (M6): lethal aid, what red states pass on, and the war at the edge
of Europe that uses them up.  All in $bn a quarter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.arrays import Floats, positive
from simulator.mechanisms import politics, red_bloc, stance
from simulator.mechanisms.posture import once
from simulator.mechanisms.stockpile import peacetime, split, start_stock, usual_output
from simulator.phase import Quarter
from simulator.setting import Setting
from simulator.state import State
from simulator.tally import mean, total
from simulator.world import CLASSES, THEATERS

_QUARTERS = 4.0


@dataclass(frozen=True)
class Gifts:
    """Munitions given and received in a quarter, (runs, actors, classes), and what was received
    beyond the flows at the start, (runs, actors)."""

    given: Floats
    received: Floats
    extra: Floats


def belligerents(at: Setting) -> tuple[int, list[int]]:
    """Rows of the two sides of the war at the edge of Europe: the challenger there, the others."""
    fights = at.world.trait("edge_war") > 0.0
    red = at.world.challenger[THEATERS.index("europe")]
    return red, [int(i) for i in np.flatnonzero(fights) if i != red]


def supplier(at: Setting) -> int:
    """Row of the red state that passes munitions on: the challenger in Korea."""
    return at.world.challenger[THEATERS.index("korea")]


def pace(war: Floats, at: Setting) -> Floats:
    """How much of its intense use the war at the edge of Europe takes: 1 intense, some if low,
    none in a ceasefire, (runs,)."""
    return np.where(war == 0.0, 1.0, np.where(war == 1.0, at.p("low_war_use")[:, 0], 0.0))


def start_pace(at: Setting) -> Floats:
    """The same at the start, (runs,)."""
    return once(at, "start pace", lambda: pace(politics.begin(at)["war"], at))


def start_exchange(at: Setting) -> Floats:
    """What red states passed on at the start, over the giver's start stock, (runs,)."""
    return once(at, "start exchange", lambda: red_bloc.begin(at)["exchange"])


def spare(stock: Floats, at: Setting) -> Floats:
    """What an actor can give away: its stock above the reserve, (runs, actors, classes)."""
    return positive(stock - at.p("stock_reserve")[..., None] * peacetime(at))


def standing(at: Setting) -> Floats:
    """Military aid to that war while it is intense, (runs, actors, classes)."""
    given = at.futures.trait("ukraine_aid_usd_bn") / _QUARTERS
    return once(at, "standing aid", lambda: given[..., None] * split(at))


def passed_on(exchange: Floats, stock: Floats, at: Setting) -> Floats:
    """What the red supplier gives, (runs, classes)."""
    i = supplier(at)
    wanted = exchange[:, None] * peacetime(at)[:, i]
    return np.minimum(wanted, stock[:, i])


def transfers(state: State, at: Quarter, forces: tuple[Floats, ...]) -> Gifts:
    """Aid and exchange of a quarter; a giver keeps its reserve, and all that is given arrives."""
    setting, stock = at.setting, state.munitions
    red, others = belligerents(setting)
    owned = total(stock)
    usual = pace(state.war, setting)[:, None, None] * standing(setting)
    pledges = []  # (munitions wanted of each giver, who receives)
    for f, bundle in zip(forces, at.setting.program.bundles, strict=True):
        if bundle.lethal and bundle.levers.aid > 0.0:
            part = bundle.by * owned / np.maximum(total(bundle.by * owned), 1e-12)[:, None]
            size = (f * bundle.levers.aid / _QUARTERS)[:, None] * part
            pledges.append((size[..., None] * split(setting), bundle.to))
    wanted = usual
    for pledge, _ in pledges:
        wanted = wanted + pledge
    given = np.minimum(wanted, spare(stock, setting))
    rate = np.where(wanted > 0.0, given / np.where(wanted > 0.0, wanted, 1.0), 0.0)
    received, extra = np.zeros_like(stock), np.zeros_like(owned)
    received[:, others] = _arriving(usual * rate)[:, None] / max(len(others), 1)
    for pledge, to in pledges:
        arriving = _arriving(pledge * rate) / total(to.astype(float))
        received = received + arriving[:, None] * to[:, None]
        extra = extra + total(arriving)[:, None] * to
    giver = supplier(setting)
    shells = passed_on(state.exchange, stock - given, setting)
    given[:, giver] = given[:, giver] + shells
    received[:, red] = received[:, red] + shells
    usual_shells = passed_on(start_exchange(setting), start_stock(setting), setting)
    extra[:, red] = extra[:, red] + total(shells) - total(usual_shells)
    return Gifts(given, received, extra)


def _arriving(given: Floats) -> Floats:
    """Sum over givers, (runs, classes)."""
    return np.stack([total(given[..., c]) for c in range(len(CLASSES))], axis=-1)


def start_balance(at: Setting) -> Floats:
    """Munitions received less given and used up at the edge of Europe, in a quarter at the start,
    (runs, actors, classes)."""
    red, others = belligerents(at)
    stock, speed = start_stock(at), start_pace(at)[:, None, None]
    given = np.minimum(speed * standing(at), spare(stock, at))
    shells = passed_on(start_exchange(at), stock - given, at)
    balance = -given
    part = _arriving(given)[:, None] / max(len(others), 1)
    balance[:, others] = balance[:, others] + part
    balance[:, supplier(at)] = balance[:, supplier(at)] - shells
    balance[:, red] = balance[:, red] + shells
    sides = [red, *others]
    used = speed * intense_use(at)
    balance[:, sides] = balance[:, sides] - used[:, sides]
    return balance


def intense_use(at: Setting) -> Floats:
    """What a side of that war uses while it is intense: its usual output, and on top of it a gap
    or the standing aid that it gets, whichever is more, (runs, actors, classes)."""
    base = usual_output(at)
    return base + np.maximum(base * at.p("war_gap")[..., None], _standing_aid(at))


def _standing_aid(at: Setting) -> Floats:
    """What the standing aid brings to those that it is for, (runs, actors, classes)."""
    _, others = belligerents(at)
    out = np.zeros_like(usual_output(at))
    given = np.minimum(standing(at), spare(start_stock(at), at))
    out[:, others] = _arriving(given)[:, None] / max(len(others), 1)
    return out


def demand(state: State, at: Quarter, gifts: Gifts) -> Floats:
    """What the war at the edge of Europe takes this quarter, (runs, actors, classes): each side
    matches in part what the other is supplied with beyond the start."""
    setting = at.setting
    red, others = belligerents(setting)
    out = np.zeros_like(state.munitions)
    if not others:
        return out
    base, speed = usual_output(setting), pace(state.war, setting)[:, None]
    more = total(state.output - base) + gifts.extra
    supplied = total(base) + _supplied_at_start(setting)
    surplus = more / np.maximum(supplied, 1e-12)
    answer = at.p("war_matching")
    against = mean(surplus[:, others])[:, None]
    out[:, red] = intense_use(setting)[:, red] * speed * positive(1.0 + answer * against)
    for i in others:
        factor = positive(1.0 + answer * surplus[:, [red]])
        out[:, i] = intense_use(setting)[:, i] * speed * factor
    return out


def _supplied_at_start(at: Setting) -> Floats:
    """Munitions that each side of that war gets at the start if it is intense, (runs, actors)."""
    red, _ = belligerents(at)
    out = total(_standing_aid(at))
    shells = passed_on(start_exchange(at), start_stock(at), at)
    out[:, red] = out[:, red] + total(shells)
    return out


def war_gap(state: State, at: Quarter) -> Floats:
    """What the red side of that war uses beyond what it makes, $bn a quarter, (runs,)."""
    red, _ = belligerents(at.setting)
    gifts = transfers(state, at, stance.force(state, at, lag=1))
    return positive(total(demand(state, at, gifts)[:, red]) - total(state.output[:, red]))


def start_gap(at: Setting) -> Floats:
    """The same at the start, (runs,)."""
    red, _ = belligerents(at)
    used = start_pace(at) * total(intense_use(at)[:, red])
    return positive(used - total(usual_output(at)[:, red]))

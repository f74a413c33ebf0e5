"""Munitions that change hands (M6): lethal aid, what red states pass on, and the war at the edge
of Europe that uses them up.  All in $bn a quarter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from simulator.arrays import Bools, Floats, positive
from simulator.mechanisms import politics, red_bloc, stance
from simulator.mechanisms.posture import once
from simulator.mechanisms.stockpile import peacetime, split, start_stock, usual_output
from simulator.phase import Quarter
from simulator.program import Bundle
from simulator.setting import Setting
from simulator.state import State
from simulator.tally import across, mean, total
from simulator.world import THEATERS

_QUARTERS = 4.0


@dataclass(frozen=True)
class Gifts:
    """Munitions given and received in a quarter, (runs, actors, classes), and what was received
    beyond the flows at the start, (runs, actors)."""

    given: Floats
    received: Floats
    extra: Floats


def sides(at: Setting) -> list[int]:
    """Rows of the sides of the war at the edge of Europe: the challenger there, then the others."""
    fights = at.world.trait("edge_war") > 0.0
    red = at.world.challenger[THEATERS.index("europe")]
    return [red, *(int(i) for i in np.flatnonzero(fights) if i != red)]


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
    return positive(stock - reserve(at))


def spare_of(i: int, stock: Floats, at: Setting) -> Floats:
    """The same for one actor, (runs, classes)."""
    return positive(stock[:, i] - reserve(at)[:, i])


def reserve(at: Setting) -> Floats:
    """What an actor does not give away, (runs, actors, classes)."""
    return once(at, "reserve", lambda: at.p("stock_reserve")[..., None] * peacetime(at))


def standing(at: Setting) -> Floats:
    """Military aid to that war while it is intense, (runs, actors, classes)."""
    given = at.futures.trait("ukraine_aid_usd_bn") / _QUARTERS
    return once(at, "standing aid", lambda: given[..., None] * split(at))


def passed_on(exchange: Floats, stock: Floats, at: Setting) -> Floats:
    """What the red supplier gives of its stock, (runs, classes)."""
    wanted = exchange[:, None] * peacetime(at)[:, supplier(at)]
    return np.minimum(wanted, stock)


def transfers(state: State, at: Quarter, forces: tuple[Floats, ...]) -> Gifts:
    """Aid and exchange of a quarter; a giver keeps its reserve, and all that is given arrives.
    Standing aid comes first, then what policies pledge."""
    setting, stock = at.setting, state.munitions
    red, *others = sides(setting)
    can = spare(stock, setting)
    given = np.minimum(pace(state.war, setting)[:, None, None] * standing(setting), can)
    received, extra = np.zeros_like(stock), np.zeros(stock.shape[:-1])
    received[:, others] = _arriving(given)[:, None] / max(len(others), 1)
    pledges = list(_pledged(state, at, forces))
    if pledges:
        wanted = across(range(len(pledges)), lambda n: pledges[n][0])
        more = np.minimum(wanted, can - given)
        rate = np.where(wanted > 0.0, more / np.where(wanted > 0.0, wanted, 1.0), 0.0)
        given = given + more
        for pledge, to in pledges:
            arriving = _arriving(pledge * rate) / total(to.astype(float))
            received = received + arriving[:, None] * to[:, None]
            extra = extra + total(arriving)[:, None] * to
    giver = supplier(setting)
    shells = passed_on(state.exchange, stock[:, giver] - given[:, giver], setting)
    given[:, giver] = given[:, giver] + shells
    received[:, red] = received[:, red] + shells
    extra[:, red] = extra[:, red] + total(shells - _start_shells(setting))
    return Gifts(given, received, extra)


def _pledged(
    state: State, at: Quarter, forces: tuple[Floats, ...]
) -> Iterator[tuple[Floats, Bools]]:
    """Lethal aid of each policy: what it wants of each giver, by the stocks that these hold,
    (runs, actors, classes), and who receives."""
    for f, bundle in zip(forces, at.setting.program.bundles, strict=True):
        if _pledges(bundle):
            owned = bundle.by * total(state.munitions)
            part = owned / np.maximum(total(owned), 1e-12)[:, None]
            size = (f * bundle.levers.aid / _QUARTERS)[:, None] * part
            yield size[..., None] * split(at.setting), bundle.to


def _pledges(bundle: Bundle) -> bool:
    """Whether a bundle gives lethal aid."""
    return bundle.lethal and bundle.levers.aid > 0.0


def _arriving(given: Floats) -> Floats:
    """Sum over givers, (runs, classes)."""
    return total(np.swapaxes(given, -1, -2))


def _start_shells(at: Setting) -> Floats:
    """What red states passed on in a quarter at the start, (runs, classes)."""
    return once(at, "start shells", lambda: _passed_on_at_start(at))


def _passed_on_at_start(at: Setting) -> Floats:
    return passed_on(start_exchange(at), start_stock(at)[:, supplier(at)], at)


def start_balance(at: Setting) -> Floats:
    """Munitions received less given and used up at the edge of Europe, in a quarter at the start,
    (runs, actors, classes)."""
    red, *others = who = sides(at)
    speed = start_pace(at)[:, None, None]
    given = np.minimum(speed * standing(at), spare(start_stock(at), at))
    balance = -given
    arriving = _arriving(given)[:, None] / max(len(others), 1)
    balance[:, others] = balance[:, others] + arriving
    balance[:, supplier(at)] = balance[:, supplier(at)] - _start_shells(at)
    balance[:, red] = balance[:, red] + _start_shells(at)
    balance[:, who] = balance[:, who] - speed * intense_use(at)
    return balance


def intense_use(at: Setting) -> Floats:
    """What the sides of that war use while it is intense: their usual output, and on top of it a
    gap or the standing aid that they get, whichever is more, (runs, sides, classes)."""
    return once(at, "intense use", lambda: _intense_use(at))


def _intense_use(at: Setting) -> Floats:
    base = _side_output(at)
    return base + np.maximum(base * at.p("war_gap")[..., None], _standing_aid(at))


def _side_output(at: Setting) -> Floats:
    return usual_output(at)[:, sides(at)]


def _standing_aid(at: Setting) -> Floats:
    """What standing aid brings each side of that war while it is intense, (runs, sides, classes):
    it is for the side under attack."""
    out = np.zeros_like(_side_output(at))
    given = np.minimum(standing(at), spare(start_stock(at), at))
    out[:, 1:] = _arriving(given)[:, None] / max(out.shape[1] - 1, 1)
    return out


def _supplied(at: Setting) -> Floats:
    """Munitions that each side of that war makes and gets at the start if it is intense,
    (runs, sides)."""
    supplied = total(_side_output(at) + _standing_aid(at))
    supplied[:, 0] = supplied[:, 0] + total(_start_shells(at))
    return np.maximum(supplied, 1e-12)


def demand(state: State, at: Quarter, extra: Floats) -> Floats:
    """What each side of the war at the edge of Europe wants to use this quarter, (runs, sides,
    classes): it matches in part what the other is supplied with beyond the start, `extra`."""
    setting = at.setting
    who = sides(setting)
    supplied = once(setting, "war supplies", lambda: _supplied(setting))
    more = total(state.output[:, who] - _side_output(setting)) + extra[:, who]
    surplus = more / supplied
    facing = np.repeat(surplus[:, :1], len(who), axis=1)
    if len(who) > 1:
        facing[:, 0] = mean(surplus[:, 1:])
    speed = pace(state.war, setting)[:, None] * positive(1.0 + at.p("war_matching") * facing)
    return speed[..., None] * intense_use(setting)


def war_gap(state: State, at: Quarter) -> Floats:
    """What the red side of that war uses beyond what it makes, $bn a quarter, (runs,)."""
    red = sides(at.setting)[0]
    used = demand(state, at, _extra(state, at, stance.force(state, at, lag=1)))[:, 0]
    return positive(total(used) - total(state.output[:, red]))


def _extra(state: State, at: Quarter, forces: tuple[Floats, ...]) -> Floats:
    """What `transfers` finds as `extra`; without pledges it is what red states pass on."""
    setting, red = at.setting, sides(at.setting)[0]
    if any(_pledges(bundle) for bundle in setting.program.bundles):
        return transfers(state, at, forces).extra
    giver, extra = supplier(setting), np.zeros_like(state.burden)
    aid = pace(state.war, setting)[:, None] * standing(setting)[:, giver]
    aid = np.minimum(aid, spare_of(giver, state.munitions, setting))
    shells = passed_on(state.exchange, state.munitions[:, giver] - aid, setting)
    extra[:, red] = total(shells - _start_shells(setting))
    return extra


def start_gap(at: Setting) -> Floats:
    """The same at the start, (runs,)."""
    used = start_pace(at) * total(intense_use(at)[:, 0])
    return positive(used - total(_side_output(at)[:, 0]))

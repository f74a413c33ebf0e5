"""M14 Trade with each red state: how much there is, what is left of it, and what its loss costs.

The flow between a state and a red state is counted once: what threats drove away for good comes
off first, sanctions cut the rest, coercion cuts what sanctions leave.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from simulator.arrays import Floats, Ints, positive, read_only
from simulator.phase import Quarter
from simulator.setting import Setting
from simulator.state import State
from simulator.tally import total, weighted

Begin = Callable[[Setting], dict[str, Floats]]
_ALL = 100.0
_TINY = 1e-9


def volume(setting: Setting, t: int) -> Floats:
    """Trade of every actor with red state `t` at the start, $bn a year, (runs, actors).

    Goods trade where the trait table has it (`trade_with`); else oil and gas alone (`energy_from`);
    else none: a state that trades with nobody has nothing to lose.
    """
    key = ("trade with", t)
    if key not in setting.kept:
        f, ladder = setting.futures, setting.ladder
        who = setting.world.actors[setting.world.red[t]]
        flow = np.zeros((len(f.runs), len(setting.world.actors)))
        if who in ladder.trade_with:
            flow = flow + f.trait(ladder.trade_with[who])
        elif who in ladder.energy_from:
            share = f.trait(ladder.energy_from[who])
            flow = flow + setting.p("energy_bill") * share * f.trait("gdp_usd_bn")
        flow[:, setting.world.red[t]] = 0.0
        setting.kept[key] = read_only(flow)
    return setting.kept[key]


def own_share(setting: Setting, t: int) -> Floats:
    """The same as percent of each actor's own GDP, (runs, actors)."""
    key = ("own share", t)
    if key not in setting.kept:
        gdp = np.maximum(setting.futures.trait("gdp_usd_bn"), _TINY)
        setting.kept[key] = read_only(_ALL * volume(setting, t) / gdp)
    return setting.kept[key]


def their_share(setting: Setting, t: int) -> Floats:
    """Trade of every state that may sanction `t`, as percent of the GDP of `t`, (runs, actors)."""
    key = ("their share", t)
    if key not in setting.kept:
        gdp = setting.futures.trait("gdp_usd_bn")[:, [setting.world.red[t]]]
        setting.kept[key] = read_only(_ALL * volume(setting, t) * others(setting) / gdp)
    return setting.kept[key]


def others(setting: Setting) -> Floats:
    """1 for every state outside the red bloc that trades (not a seat that rotates), (actors,)."""
    key = ("others",)
    if key not in setting.kept:
        trading = [setting.world.trait(name) > 0.0 for name in setting.ladder.trade_with.values()]
        free = np.array([side != "red" for side in setting.world.sides])
        setting.kept[key] = read_only((free & np.any(trading, axis=0)).astype(np.float64))
    known: Floats = setting.kept[key]
    return known


def western(setting: Setting, t: int) -> Floats:
    """Trade of every Western state with `t`, as percent of the GDP of `t`, (runs, actors)."""
    key = ("western share", t)
    if key not in setting.kept:
        share = np.where(setting.world.western, their_share(setting, t), 0.0)
        setting.kept[key] = read_only(share)
    return setting.kept[key]


def western_total(setting: Setting, t: int) -> Floats:
    """The same of all of them together, (runs,)."""
    key = ("western total", t)
    if key not in setting.kept:
        setting.kept[key] = read_only(total(western(setting, t)))
    return setting.kept[key]


def trades(setting: Setting, t: int) -> bool:
    """Whether red state `t` trades with the West at all."""
    return bool(western_total(setting, t).any())


def western_left(state: State, setting: Setting, t: int) -> Floats:
    """What is left of it now, percent of the GDP of `t`, (runs,)."""
    return total(western(setting, t) * left(state, setting, t))


def at_start(setting: Setting, begin: Begin, name: str) -> Floats:
    """A variable of another mechanism as it stood at the start."""
    key = ("at the start", name)
    if key not in setting.kept:
        setting.kept[key] = begin(setting)[name]
    return setting.kept[key]


def tracked(setting: Setting) -> int | None:
    """The red state whose trade is followed state by state, as a place in `red`."""
    world = setting.world
    found = [j for j, i in enumerate(world.red) if world.actors[i] in setting.ladder.trade_with]
    return found[0] if found else None


def left(state: State, setting: Setting, t: int) -> Floats:
    """Trade with `t` over its start, (runs, actors) or (runs, 1)."""
    return state.trade_left if t == tracked(setting) else state.exposure[:, [t]]


def reroute(lost: Floats, pull: Floats, kept: Floats) -> Floats:
    """Who takes up trade that others lost, $bn, same shape as `pull` (gravity).

    The share `kept` (runs,) of all `lost` (runs, losers) goes to third states in proportion to
    their `pull`; as many dollars arrive as `kept` leaves, none where nobody pulls.
    """
    pulled = total(pull)[..., None]
    share = np.where(pulled > 0.0, pull / np.where(pulled > 0.0, pulled, 1.0), 0.0)
    return share * (kept * total(lost))[..., None]


def shed(trade_left: Floats, lost: Floats, t: int, at: Quarter) -> Floats:
    """Trade left once every Western state has lost the share `lost` (runs,) of what it has left.

    Part of it (all but `leak_X`) moves to third states, in proportion to what they trade with `t`
    already, which carries mass and distance; a last place stands for the rest of the world.
    """
    start = at.of(volume(at.setting, t))
    west = at.setting.world.western
    gone = np.where(west, start * trade_left * lost[:, None], 0.0)
    rest = at.setting.ladder.elsewhere
    beyond = np.full((len(start), 1), rest["gdp_usd_bn"] * rest["trade"])
    pull = np.concatenate([np.where(west, 0.0, start * trade_left), beyond], axis=-1)
    won = reroute(gone, pull, 1.0 - at.p("rerouting_loss")[:, 0])[:, :-1]
    there = start > 0.0
    gained = np.where(there, won / np.where(there, start, 1.0), 0.0)
    return np.where(west, trade_left * (1.0 - lost[:, None]), trade_left + gained)


def fade(age: Floats, at: Quarter) -> Floats:
    """Share of its first cost that a cut still has after `age` quarters: `(1 - sub)^age`."""
    substitution = at.p("substitution")[:, 0]
    return np.exp(age * np.log(1.0 - substitution))


def touched(state: State, setting: Setting, t: int, coerced: Floats) -> Ints:
    """Runs in which trade with red state `t`, cut by `coerced` now, is not what it was."""
    pressed = (state.imposed[:, t] > 0.0) | coerced.any(axis=-1)
    return np.flatnonzero(pressed | (left(state, setting, t) < 1.0).any(axis=-1))


@dataclass(frozen=True)
class Bill:
    """Yearly cost, pp of own GDP, of a flow with one red state, each (rows, actors).

    `flow`: all of it; `hit`: the part that coercion costs both ends.
    """

    flow: Floats
    hit: Floats


def bill(state: State, at: Quarter, rows: Ints, t: int, coerced: Floats) -> Bill:
    """What the loss of trade with red state `t` costs both ends in the runs `rows`.

    `coerced` (rows, actors): share of its trade that `t` cuts off.  Threatened trade costs what
    rerouting does not recover (`leak_X`); sanctions cost the joiner `(1 + retal)` times what they
    cut, never more than the flow; `t` pays for the same dollars at the weight of its own GDP, and
    `choke` on top, by the share of Western trade that takes part.
    """
    setting, some = at.setting, at.narrow(rows)
    there = left(state, setting, t)[rows]
    gone = some.p("rerouting_loss") * positive(1.0 - there)
    share = state.imposed[rows, t] * fade(state.imposed_age[rows, t], some)
    cut = state.joined[rows, t] * share[:, None]
    own = np.minimum(cut * (1.0 + some.p("retaliation")), 1.0)
    hit = there * (1.0 - own) * coerced
    cost, price = some.of(own_share(setting, t)), some.p("passthrough")
    flow = price * cost * (gone + there * own + hit)
    weight = some.of(their_share(setting, t))
    dollars = weighted(weight, gone + there * cut + hit)
    joined = weighted(some.of(western(setting, t)), state.joined[rows, t])
    taking = joined / np.maximum(some.of(western_total(setting, t)), _TINY)
    choke = some.p("choke_cost")[:, 0] * share * taking
    flow[:, setting.world.red[t]] = price[:, 0] * dollars + choke
    strike = price * cost * hit
    strike[:, setting.world.red[t]] = price[:, 0] * weighted(weight, hit)
    return Bill(flow, strike)

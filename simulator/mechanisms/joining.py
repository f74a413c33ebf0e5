"""M14 Joining: which states take part in sanctions on a red state."""

from __future__ import annotations

import numpy as np

from simulator import draws
from simulator.arrays import Floats, Ints, logit, read_only, sigmoid
from simulator.mechanisms import closeness, packages, stocks, trade
from simulator.phase import Quarter
from simulator.questions import JoinView
from simulator.setting import Setting
from simulator.state import State
from simulator.tally import total

_HALVINGS = 40
_TINY = 1e-12


def readiness(setting: Setting, t: int) -> Floats:
    """Log-odds from which states join sanctions on red state `t`, (runs, 1): such that at the top
    level of the status quo the mean chance of the West to join, weighted by the trade at stake (by
    none if there is none), is the follow-through `ft`."""
    key = ("readiness to join", t)
    if key not in setting.kept:
        west = np.flatnonzero(setting.world.western)
        weight = np.ascontiguousarray(trade.their_share(setting, t)[:, west])
        weight = weight + (total(weight) == 0.0)[:, None]
        weight = weight / total(weight)[:, None]
        top = len(setting.ladder.sanctions) - 1
        lean = setting.futures.trait("start_alignment")
        pull = setting.p("alignment_pull") * lean + setting.futures.trait("dependence")
        cost = price_of(setting) * trade.own_share(setting, t) * setting.ladder.sanctions[top]
        worth = (setting.ladder.outrage[top] + pull - cost)[:, west]
        odds = setting.p("partner_precision") * worth
        wanted = logit(setting.p("follow_through"))
        low = wanted - np.max(odds, axis=-1, keepdims=True)
        high = wanted - np.min(odds, axis=-1, keepdims=True)
        for _ in range(_HALVINGS):
            middle = 0.5 * (low + high)
            short = total(weight * sigmoid(middle + odds))[:, None] < sigmoid(wanted)
            low, high = np.where(short, middle, low), np.where(short, high, middle)
        setting.kept[key] = read_only(0.5 * (low + high))
    return setting.kept[key]


def price_of(at: Setting | Quarter) -> Floats:
    """Output lost to a joiner per unit of its trade cut: `pass*(1 + retal)`."""
    return at.p("passthrough") * (1.0 + at.p("retaliation"))


def leaning(state: State, at: Quarter) -> Floats:
    """What closeness to the West adds to joining, pp, (runs, actors): alignment, less the red sway
    over offices of the United Nations for states outside the West, more Europe's standing for the
    Asian ones among them, both against the start."""
    setting, at_start = at.setting, trade.at_start
    sway = state.un_sway - at_start(setting, stocks.begin, "un_sway")
    standing = state.europe_standing - at_start(setting, stocks.begin, "europe_standing")
    outside = ~setting.world.western
    asian = np.array([k > 0 for k in closeness.home(setting)]) & outside
    lean = at.p("alignment_pull") * at.of(state.alignment)
    if sway.any():
        lean = lean - at.p("un_hold") * (at.of(sway)[:, None] * outside)
    if standing.any():
        lean = lean + at.p("europe_pull") * (at.of(standing)[:, None] * asian)
    return lean


def ask_all(
    state: State, at: Quarter, rows: Ints, t: int, share: Floats, level: Floats,
    forces: tuple[Floats, ...],
) -> Floats:  # fmt: skip
    """How far each state takes part in sanctions on red state `t` that cut `share` of trade, 0..1,
    in the runs `rows`, (rows, actors).

    Every state outside the red bloc decides; who balks at a package still may take the ordinary
    measures of the level.  One that executes a package of its own takes part as far as that goes.
    Costs are reckoned at the trade of the start: a lever worn out is a smaller lever.
    """
    setting, some = at.setting, at.narrow(rows)
    who = [int(i) for i in np.flatnonzero(trade.others(setting))]
    tied, bound = packages.word(some, forces, t)
    rung = level.astype(np.int64)
    ordinary = np.minimum(setting.ladder.sanctions[rung], share)
    price = price_of(some) * some.of(trade.own_share(setting, t))[:, who]
    cool = np.broadcast_to(some.of(packages.cooled(at, forces)), tied.shape)
    view = JoinView(
        outrage=setting.ladder.outrage[rung][:, None] * cool[:, who],
        closeness=leaning(state, some)[:, who],
        dependence=some.trait("dependence")[:, who],
        tied=tied[:, who],
        cost=price * share[:, None],
        ordinary_cost=price * ordinary[:, None],
        readiness=some.of(readiness(setting, t)),
        precision=some.p("partner_precision"),
        noise=some.of(_private(setting, t))[:, who],
    )
    choice = some.ask("join", view, who, red=t, log=False).choice
    whole = np.maximum(share, _TINY)[:, None]
    out = np.zeros((len(rows), len(setting.world.actors)))
    out[:, who] = np.where(
        choice > 1.0, 1.0, np.where(choice > 0.0, ordinary[:, None] / whole, 0.0)
    )
    return np.maximum(out, np.minimum(bound / whole, 1.0))


def _private(setting: Setting, t: int) -> Floats:
    """Private reasons to join or not, standard logistic, for good: asked again and again, a state
    would join in the end."""
    key = ("private reasons to join", t)
    if key not in setting.kept:
        name = f"join:{setting.world.actors[setting.world.red[t]]}"
        u = setting.luck(name, 0, len(setting.world.actors))
        setting.kept[key] = read_only(draws.logistic(u))
    return setting.kept[key]

"""Where forces stand: who can move them, their shares by place, and who is in a fight.

What M5, M6 and M7 share.  A *place* is a theater, or home (the last one); a *spot* is one
state's forces in one theater.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from simulator.arrays import Bools, Floats, Ints, by_last, positive
from simulator.setting import Setting
from simulator.state import State
from simulator.tally import count, total
from simulator.world import CLASSES, THEATERS, World

PLACES = (*THEATERS, "home")
EUROPE = THEATERS.index("europe")
ASIA = slice(1, len(THEATERS))
FIERCE = 4.0  # the level from which forces fight and use munitions
WAR = 5.0

T = TypeVar("T")


def once(at: Setting, name: str, make: Callable[[], T]) -> T:
    """Something worked out once per block of futures."""
    key = (name,)
    if key not in at.kept:
        at.kept[key] = make()
    kept: T = at.kept[key]
    return kept


@dataclass(frozen=True)
class Ground:
    """Rows and columns that the mechanisms of forces look up.

    `movers`: states of either camp whose forces stand in more than one place (central values of
    the location traits); `actors`, `theaters`: of each spot; `pairs`, `attackers`: columns of the
    spots that belong to `Setting.pairs` and to the challengers; `moving`: columns of the movers'
    spots, whose row among the movers is `mover`; `europeans`: columns of distant allies' forces
    in Europe; `top`: row of the great power, `top_mover` among the movers; `red`: mask of red
    states.
    """

    movers: list[int]
    actors: Ints
    theaters: Ints
    pairs: list[int]
    attackers: list[int]
    moving: Ints
    mover: Ints
    europeans: list[int]
    top: int
    top_mover: int
    red: Bools


def ground(at: Setting) -> Ground:
    """Rows and columns of a block of futures."""
    return once(at, "ground", lambda: _ground(at))


def _ground(at: Setting) -> Ground:
    world = at.world
    red = np.isin(np.arange(len(world.actors)), world.red)
    armed = world.trait("milex_usd_bn") > 0.0
    there = np.stack([world.traits[f"location_{k}"][2] > 0.0 for k in THEATERS], axis=-1)
    actors, theaters = np.nonzero(there & armed[:, None])
    found = list(zip(actors.tolist(), theaters.tolist(), strict=True))
    movers = _movers(world, armed & (world.western | red))
    moving = np.flatnonzero(np.isin(actors, movers))
    top = int(np.argmax(at.ladder.great_power_of))
    return Ground(
        movers=movers,
        actors=actors,
        theaters=theaters,
        pairs=[found.index(pair) for pair in at.pairs],
        attackers=[found.index((i, k)) for k, i in enumerate(world.challenger)],
        moving=moving,
        mover=np.array([movers.index(i) for i in actors[moving]]),
        europeans=np.flatnonzero(world.distant[actors] & (theaters == EUROPE)).tolist(),
        top=top,
        top_mover=movers.index(top),
        red=red,
    )


def _movers(world: World, able: Bools) -> list[int]:
    abroad = np.stack([world.trait(f"location_{k}") for k in THEATERS], axis=-1)
    split = np.concatenate([abroad, 1.0 - total(abroad)[:, None]], axis=-1)
    rows: list[int] = np.flatnonzero((count(split > 0.0) > 1.0) & able).tolist()
    return rows


def usual(at: Setting) -> Floats:
    """Shares of every actor's force by place at the start, sum 1, (runs, actors, places)."""
    return once(at, "usual places", lambda: _usual(at))


def _usual(at: Setting) -> Floats:
    abroad = at.futures.by_theater("location")
    sent = total(abroad)
    home = positive(1.0 - sent)[..., None]
    return by_last(np.concatenate([abroad / np.maximum(sent, 1.0)[..., None], home], axis=-1))


def usual_of_movers(at: Setting) -> Floats:
    """The same for the movers, (runs, movers, places)."""
    return once(at, "usual of movers", lambda: by_last(usual(at)[:, ground(at).movers]))


def moved(state: State, at: Setting) -> Floats:
    """Movers' shares now over those at the start (an empty place stays empty),
    (runs, movers, places)."""
    start = once(at, "places in use", lambda: _in_use(at))
    return state.deployment / start


def _in_use(at: Setting) -> Floats:
    start = usual_of_movers(at)
    return np.where(start > 0.0, start, 1.0)


def mix(at: Setting) -> Floats:
    """Share of each class in the usefulness of the forces at each spot, (runs, spots, classes)."""
    return once(at, "class mix", lambda: _mix(at))


def _mix(at: Setting) -> Floats:
    spots, useful = ground(at), at.futures.useful(at.ladder.type_matrix)
    parts = [
        at.futures.trait(f"{name}_share")[:, spots.actors] * useful[c][:, spots.theaters]
        for c, name in enumerate(CLASSES)
    ]
    weights = np.stack(parts, axis=-1)
    return weights / np.maximum(total(weights), 1e-12)[..., None]


def shares(state: State, at: Setting, rows: Ints) -> Floats:
    """Shares of every actor's force by theater now, in some runs, (rows, actors, theaters)."""
    here = usual(at)[rows][..., : len(THEATERS)]
    here[:, ground(at).movers] = state.deployment[rows][..., : len(THEATERS)]
    return here


def engaged(state: State, at: Setting, rows: Ints, least: float = FIERCE) -> Floats:
    """1 for those who fight where the ladder stands at `least` or more, in some runs: the
    challenger, the attacked, those bound to them and those that came, (rows, actors, theaters)."""
    hot = (state.level[rows] >= least).astype(float)
    return np.maximum(bound(at)[rows], state.fighting[rows]) * hot[:, None]


def bound(at: Setting) -> Floats:
    """1 for the challenger of a theater, the attacked, and who is bound to defend them there,
    (runs, actors, theaters)."""
    return once(at, "bound", lambda: _bound(at))


def _bound(at: Setting) -> Floats:
    out = np.zeros((len(at.futures.runs), len(at.world.actors), len(THEATERS)))
    tied = np.maximum((at.bond > 0.0).astype(float), at.frontline)
    out[:, at.pair_actor, at.pair_theater] = tied
    for k, i in enumerate(at.world.challenger):
        out[:, i, k] = 1.0
    return by_last(out)


def in_fight(state: State, least: float = FIERCE) -> Ints:
    """Runs in which some ladder stands at `least` or more."""
    return np.flatnonzero((state.level >= least).any(axis=-1))

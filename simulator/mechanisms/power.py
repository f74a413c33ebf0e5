"""Power in each theater now: what follows from arms (M5), supply (M6) and deployment (M7).

Distance is not a term of its own: the location shares say where forces stand, and what home
holds counts nowhere until it has moved.
"""

from __future__ import annotations

import numpy as np

from simulator.arrays import Floats, Ints, positive
from simulator.mechanisms import alignment, munitions, politics, red_bloc, stocks
from simulator.mechanisms.posture import (
    EUROPE,
    engaged,
    ground,
    in_fight,
    mix,
    moved,
    once,
)
from simulator.phase import Quarter
from simulator.setting import Setting
from simulator.state import State
from simulator.tally import total
from simulator.world import THEATERS


def start_power(at: Setting) -> Floats:
    """Power at each spot at the start, $bn-equivalent, (runs, spots)."""
    spots = ground(at)
    return once(at, "start power", lambda: at.power[:, spots.actors, spots.theaters])


def spot_power(state: State, at: Quarter) -> Floats:
    """Power at each spot now, (runs, spots): what stands there (`_standing`), times the supply
    factor in a fight."""
    standing, supply = _standing(state, at), _supply(state, at)

    def supplied() -> Floats:
        rows, factor = supply
        if not len(rows):
            return standing
        power = standing.copy()
        power[rows] *= factor
        return power

    return at.known("spot power", (standing, supply), supplied)


def _supply(state: State, at: Quarter) -> tuple[Ints, Floats]:
    """Runs with a fight, and the factor of supply on the power at each spot there."""
    reads = (state.munitions, state.level, state.fighting, state.aiding, state.interchange)

    def work() -> tuple[Ints, Floats]:
        rows = in_fight(state)
        return rows, _supplied(state, at, rows) if len(rows) else np.ones((0, 1))

    return at.known("supply in a fight", reads, work)


def _standing(state: State, at: Quarter) -> Floats:
    """`start * capability * deployment/start * (1 + .1*built)`; for Europeans at home times what
    planning makes up for absent forces of the great power; for the challenger in Europe less what
    the war at its edge ties down; (runs, spots)."""
    reads = (state.capability, state.deployment, state.planning, state.partner_capacity, state.war)

    def work() -> Floats:
        setting, spots = at.setting, ground(at.setting)
        built = state.partner_capacity - _start_capacity(setting)
        factor = state.capability * (1.0 + at.p("capacity_worth") * built)
        places, moving = _moved(state, at)
        power = np.take(factor, spots.actors, axis=1)
        power *= start_power(setting)
        power[:, spots.moving] *= moving
        column = spots.attackers[EUROPE]
        power[:, column] *= _untied(state, at)
        power[:, spots.europeans] *= _planned(state, at, places)[:, None]
        return power

    return at.known("standing power", reads, work)


def _moved(state: State, at: Quarter) -> tuple[Floats, Floats]:
    """What `posture.moved` gives, and its part for the spots of movers, (runs, moving spots)."""

    def work() -> tuple[Floats, Floats]:
        spots, places = ground(at.setting), moved(state, at.setting)
        return places, places[:, spots.mover, spots.theaters[spots.moving]]

    return at.known("moved", (state.deployment,), work)


def _start_capacity(at: Setting) -> Floats:
    return once(at, "start capacity", lambda: stocks.begin(at)["partner_capacity"])


def _untied(state: State, at: Quarter) -> Floats:
    """Share of the challenger's power in Europe that the war at its edge leaves free, over that
    while it is intense, as in the power at the start, (runs,)."""
    intense = state.but(war=np.zeros_like(state.war))
    free, usual = (1.0 - politics.tied_share(s, at) for s in (state, intense))
    return free / np.maximum(usual, 1e-9)


def _planned(state: State, at: Quarter, places: Floats) -> Floats:
    """`1 + b*Z*(1 - F/F0)`: what planning makes up for while forces of the great power are away
    from Europe, (runs,)."""
    spots = ground(at.setting)
    left = state.capability[:, spots.top] * places[:, spots.top_mover, EUROPE]
    return 1.0 + at.p("planning_worth")[:, 0] * state.planning * positive(1.0 - left)


def _supplied(state: State, at: Quarter, rows: Ints) -> Floats:
    """Factor of supply on the power at each spot, by the classes that count there, in some runs,
    (rows, spots)."""
    spots = ground(at.setting)
    supply = munitions.supply_in(state, at, rows)[:, spots.actors]
    there = engaged(state, at.setting, rows)[:, spots.actors, spots.theaters]
    return 1.0 - there * (1.0 - total(mix(at.setting)[rows] * supply))


def pair_power(state: State, at: Quarter) -> Floats:
    """Power that each pair's state has in its theater now, $bn-equivalent, (runs, pairs); what
    comes from outside to Asia depends on the access that the region grants."""
    setting, spots = at.setting, spot_power(state, at)

    def work() -> Floats:
        theater = np.array(setting.pair_theater)
        outside = (setting.frontline == 0.0) & (theater != EUROPE)
        granted = np.where(outside, alignment.access(state, at)[:, theater], 1.0)
        return np.take(spots, ground(setting).pairs, axis=1) * granted

    return at.known("pair power", (spots, state.alignment), work)


def attack_power(state: State, at: Quarter) -> Floats:
    """Power of each theater's challenger there now, (runs, theaters)."""
    power = spot_power(state, at)[:, ground(at.setting).attackers]
    power[:, EUROPE] = power[:, EUROPE] * (1.0 + red_bloc.arctic_power(state, at))
    return power


def own_power(state: State, at: Quarter) -> Floats:
    """Power of every actor in every theater now, (runs, actors, theaters)."""
    spots, power = ground(at.setting), spot_power(state, at)

    def work() -> Floats:
        out = np.zeros_like(at.setting.power)  # keeps the memory order of the standing power
        out[:, spots.actors, spots.theaters] = power
        return out

    return at.known("own power", (power,), work)


def western_power(state: State, at: Quarter) -> Floats:
    """Power of the West as a whole in each theater now, (runs, theaters)."""
    spots, power = ground(at.setting), spot_power(state, at)
    western = at.setting.world.western[spots.actors]
    columns = [total(power[:, western & (spots.theaters == k)]) for k in range(len(THEATERS))]
    return np.stack(columns, axis=-1)

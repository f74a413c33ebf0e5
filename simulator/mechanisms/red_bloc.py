"""M15 Exchange and cohesion among the red states, and what follows: nuclear arms, the Arctic.

Roles and start values: `red_start`; who gives what to whom: `red_trade`.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np

from simulator.arrays import Floats, positive, sigmoid
from simulator.mechanisms import beliefs, red_trade
from simulator.mechanisms.red_start import (
    giver,
    pair_of,
    receiver,
    start_cohesion,
    start_supply,
    supplier,
)
from simulator.phase import Quarter
from simulator.setting import Setting
from simulator.state import State
from simulator.tally import mean


def begin(at: Setting) -> dict[str, Floats]:
    """Start values of this mechanism's variables."""
    return {
        "cohesion": start_cohesion(at).copy(),
        "exchange": red_trade.start_exchange(at).copy(),
        "dual_use": np.zeros(len(at.futures.runs)),
        "nuclear_progress": at.p("nuclear_start")[:, 0].copy(),
        "arctic": _arctic_rest(at, start_cohesion(at)),
    }


def deal(state: State, at: Quarter) -> State:
    """Phase 8: shells, technology and dual-use goods change hands; cohesion follows."""
    world, forces = at.setting.world, at.notes["force"]
    allied = red_trade.aid_inside(at, forces)
    share = red_trade.supply(state, at)
    apart = share - start_supply(at.setting)
    given = allied[:, pair_of(world, supplier(world), receiver(world))]
    after = state.but(
        cohesion=_cohesion(state, at, allied),
        exchange=red_trade.exchange(state, at),
        dual_use=apart,
        nuclear_progress=_nuclear(state, at),
        arctic=state.arctic
        + at.p("arctic_speed")[:, 0] * (_arctic_rest(at.setting, state.cohesion) - state.arctic),
    )
    at.notes.setdefault("measured", {}).update(
        cohesion=mean(after.cohesion), supply_share=share + given,
        nuclear_progress=after.nuclear_progress, arctic=after.arctic,
    )  # fmt: skip
    return after


def _cohesion(state: State, at: Quarter, allied: Floats) -> Floats:
    """`coh* = coh0 + (1-coh0)*(k1*(T-T0) + k2*(Exch-Exch0)) - coh0*k3*(Fric-Fric0)`, and a step
    of k4 toward it, (runs, pairs)."""
    setting, world = at.setting, at.setting.world
    start = start_cohesion(setting)
    red = list(world.red)
    pressed = _pressure(state.threat[:, red, -1]) - _pressure(threat_at_rest(setting))
    arms = pair_of(world, receiver(world), giver(world))
    goods = pair_of(world, supplier(world), receiver(world))
    border = pair_of(world, supplier(world), giver(world))
    traded, friction = allied.copy(), np.zeros_like(start)
    more = state.exchange - red_trade.start_exchange(setting)
    traded[:, arms] = traded[:, arms] + more
    traded[:, goods] = traded[:, goods] + state.dual_use
    friction[:, goods] = state.exposure[:, world.red.index(supplier(world))] - 1.0
    friction[:, border] = more  # a giver with another patron is its own master
    drawn = at.p("cohesion_pressure") * pressed + at.p("cohesion_exchange") * traded
    rest = start + (1.0 - start) * drawn - start * at.p("cohesion_friction") * friction
    return np.clip(state.cohesion + at.p("cohesion_speed") * (rest - state.cohesion), 0.0, 1.0)


def threat_at_rest(setting: Setting) -> Floats:
    """Threat that each red state feels from the West at the start, (runs, red states)."""
    felt: Floats = beliefs.start_threat(setting)[:, list(setting.world.red), -1]
    return felt


def _pressure(threat: Floats) -> Floats:
    """What each pair feels from the West together, `T = sqrt(th_a*th_b)`, (runs, pairs)."""
    places = combinations(range(threat.shape[-1]), 2)
    return np.stack([np.sqrt(threat[:, a] * threat[:, b]) for a, b in places], axis=-1)


def _nuclear(state: State, at: Quarter) -> Floats:
    """`nuc' = nuc + g*(base + tech + th - th0)+*(1 - nuc)`, tech being the price of the shells."""
    world = at.setting.world
    who = giver(world)
    felt = state.threat[:, who, -1] - threat_at_rest(at.setting)[:, world.red.index(who)]
    push = at.p("nuclear_base")[:, 0] + at.p("shell_price")[:, 0] * state.exchange + felt
    step = np.minimum(at.p("nuclear_pace")[:, 0] * positive(push), 1.0)
    return state.nuclear_progress + step * (1.0 - state.nuclear_progress)


def nuclear_reach(state: State, at: Quarter) -> Floats:
    """Factor on the reach of the nuclear newcomer, 1 at the start, (runs,)."""
    grown = state.nuclear_progress - at.p("nuclear_start")[:, 0]
    return 1.0 + at.p("nuclear_weight")[:, 0] * grown


def _arctic_rest(setting: Setting, cohesion: Floats) -> Floats:
    """Activity in the Arctic that cohesion of supplier and receiver sustains, 0..1, (runs,)."""
    pair = pair_of(setting.world, supplier(setting.world), receiver(setting.world))
    return cohesion[:, pair] * setting.p("arctic_reach")[:, 0]


def arctic_power(state: State, at: Quarter) -> Floats:
    """What Arctic activity adds to the challenger's power in Europe, as a share of it, (runs,)."""
    start = _arctic_rest(at.setting, start_cohesion(at.setting))
    return at.p("arctic_weight")[:, 0] * (state.arctic - start)


def collusion(state: State, at: Quarter) -> Floats:
    """Correlation of the shocks of each pair of red states, 0..1, (runs, red pairs):
    `zeta*sig(8*(coh - .6))` (M11)."""
    near = at.p("collusion_slope") * (state.cohesion - at.p("collusion_point"))
    return at.p("collusion") * sigmoid(near)

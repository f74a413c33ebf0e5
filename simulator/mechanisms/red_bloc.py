"""M15 Exchange and cohesion among the red states."""

from __future__ import annotations

import numpy as np

from simulator.arrays import Floats
from simulator.phase import Quarter
from simulator.setting import Setting
from simulator.state import State


def begin(at: Setting) -> dict[str, Floats]:
    """Start values of this mechanism's variables."""
    runs = len(at.futures.runs)
    return {
        "cohesion": np.zeros((runs, 3)),
        "exchange": np.zeros(runs),
        "dual_use": np.zeros(runs),
        "nuclear_progress": np.zeros(runs),
        "arctic": np.zeros(runs),
    }


def deal(state: State, at: Quarter) -> State:
    """Phase 8: shells, technology and dual-use goods change hands; cohesion follows."""
    return state


def nuclear_reach(state: State, at: Quarter) -> Floats:
    """Factor on the reach of the nuclear newcomer, 1 at the start, (runs,)."""
    return np.ones(state.runs)


def arctic_power(state: State, at: Quarter) -> Floats:
    """What Arctic activity adds to the challenger's power in Europe, as a share of it, (runs,)."""
    return np.zeros(state.runs)


def collusion(state: State, at: Quarter) -> Floats:
    """Correlation of the shocks of each pair of red states, 0..1, (runs, red pairs)."""
    return np.zeros_like(state.cohesion)

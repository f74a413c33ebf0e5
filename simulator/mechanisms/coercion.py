"""M12 Coercion of single states: who is hit, with what, and what it leaves behind."""

from __future__ import annotations

import numpy as np

from simulator.arrays import Floats
from simulator.phase import Quarter
from simulator.setting import Setting
from simulator.state import State


def begin(at: Setting) -> dict[str, Floats]:
    """Start values of this mechanism's variables."""
    runs, actors = len(at.futures.runs), len(at.world.actors)
    return {
        "memory": np.zeros((runs, actors)),
        "coerced": np.zeros((runs, actors)),
        "coercion_bill": np.zeros((runs, actors)),
    }


def coerce(state: State, at: Quarter) -> State:
    """Phase 9: coercers pick a state and an instrument, or nobody."""
    return state


def guarantee(state: State, at: Quarter) -> Floats:
    """Chance that somebody stands by each state against force, 0..1, (runs, actors)."""
    return np.zeros_like(state.memory)


def expected(state: State, at: Quarter) -> Floats:
    """Cost of coercion that each state reckons with if it comes closer to the West, pp a year,
    (runs, actors)."""
    return np.zeros_like(state.memory)

"""M13 Alignment and hedging of the states between the blocs."""

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
        "polarization": np.zeros(runs),
        "alignment": np.zeros((runs, actors)),
    }


def lean(state: State, at: Quarter) -> State:
    """Phase 7: states between the blocs lean, hedge and feel how divided the region is."""
    return state


def access(state: State, at: Quarter) -> Floats:
    """Factor on outside defenders' power by the access that the region grants, 1 at the start,
    (runs, theaters)."""
    return np.ones_like(state.level)


def unity(state: State, at: Quarter) -> Floats:
    """Unity of the ASEAN states, 0..1, (runs,)."""
    return np.zeros(state.runs) + at.setting.ladder.asean_unity

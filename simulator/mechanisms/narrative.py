"""M16 Narrative contest: opinions, anchors, trust."""

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
        "opinion": np.zeros((runs, actors)),
        "anchor": np.zeros((runs, actors)),
        "trust": np.zeros((runs, actors)),
    }


def spread(state: State, at: Quarter) -> State:
    """Phase 6: stories spread, acts move what they return to, words are measured by deeds."""
    return state


def shift(state: State, at: Quarter) -> Floats:
    """How far opinions have moved against the West since the start, (runs, actors)."""
    return state.opinion - begin(at.setting)["opinion"]

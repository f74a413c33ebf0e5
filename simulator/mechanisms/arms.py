"""M5 Arms: desired and actual defense spending, and the stock that it buys."""

from __future__ import annotations

import numpy as np

from simulator.arrays import Floats
from simulator.phase import Quarter
from simulator.setting import Setting
from simulator.state import State
from simulator.world import CLASSES


def begin(at: Setting) -> dict[str, Floats]:
    """Start values of this mechanism's variables."""
    runs, actors = len(at.futures.runs), len(at.world.actors)
    return {
        "capability": np.ones((runs, actors, len(CLASSES))),
        "burden": np.zeros((runs, actors)),
    }


def build(state: State, at: Quarter) -> State:
    """Phase 5: budgets follow threats with a lag; spending becomes capability."""
    return state

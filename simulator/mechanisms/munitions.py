"""M6 Munitions and industry: stocks, production, transfers, interchangeability."""

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
        "munitions": np.ones((runs, actors, len(CLASSES))),
        "output": np.zeros((runs, actors, len(CLASSES))),
        "interchange": np.zeros((runs, 3)),
    }


def produce(state: State, at: Quarter) -> State:
    """Phase 5: production, use and transfers of munitions; every dollar comes from somewhere."""
    return state


def supply(state: State, at: Quarter) -> Floats:
    """Supply factor of every actor's forces at war, 0..1 by class, (runs, actors, classes)."""
    return np.ones_like(state.munitions)

"""M19 Slow stocks: what is built quietly and rusts."""

from __future__ import annotations

import numpy as np

from simulator.arrays import Floats
from simulator.phase import Quarter
from simulator.setting import Setting
from simulator.state import State
from simulator.world import THEATERS


def begin(at: Setting) -> dict[str, Floats]:
    """Start values of this mechanism's variables."""
    runs, actors = len(at.futures.runs), len(at.world.actors)
    return {
        "procedures": np.zeros((runs, len(THEATERS))),
        "planning": np.zeros(runs),
        "un_sway": np.zeros(runs),
        "europe_standing": np.zeros(runs),
        "awareness": np.zeros((runs, actors)),
        "resilience": np.zeros((runs, actors)),
        "partner_capacity": np.zeros((runs, actors)),
    }


def build(state: State, at: Quarter) -> State:
    """Phase 7: slow stocks grow with effort and rust without it."""
    return state

"""M20 Help and intervention in a contingency."""

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
        "aiding": np.zeros((runs, actors, len(THEATERS))),
        "fighting": np.zeros((runs, actors, len(THEATERS))),
        "onset": np.zeros((runs, len(THEATERS))),
    }


def help_out(state: State, at: Quarter) -> State:
    """Phase 10: states outside a fight stay out, aid or fight."""
    return state


def presence(state: State, at: Quarter) -> tuple[Floats, Floats]:
    """Pairs whose state has declared itself, and how far its help has arrived: 1 if it has come
    to fight or stays out, else 0; and 0..1 of its forces there.  Each (runs, pairs)."""
    nobody = np.zeros((state.runs, len(at.setting.pairs)))
    return nobody, nobody


def red_power(state: State, at: Quarter) -> Floats:
    """Power that other red states bring to each theater's challenger, (runs, theaters)."""
    return np.zeros_like(state.level)


def delay(state: State, at: Quarter) -> Floats:
    """Quarters until help from outside takes hold, (runs, theaters)."""
    return np.ones_like(state.level)

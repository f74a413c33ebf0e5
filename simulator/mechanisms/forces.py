"""M7 Force allocation between theaters."""

from __future__ import annotations

import numpy as np

from simulator.arrays import Floats
from simulator.phase import Quarter
from simulator.setting import Setting
from simulator.state import State
from simulator.world import THEATERS


def begin(at: Setting) -> dict[str, Floats]:
    """Start values of this mechanism's variables."""
    runs = len(at.futures.runs)
    return {
        "deployment": np.zeros((runs, 1, len(THEATERS) + 1)),
        "fill": np.zeros(runs),
    }


def move(state: State, at: Quarter) -> State:
    """Phase 5: forces move between theaters; the sum over theaters and home is the total."""
    return state


def pair_power(state: State, at: Quarter) -> Floats:
    """Power that each pair's state has in its theater now, $bn-equivalent, (runs, pairs)."""
    return at.setting.pair_power


def attack_power(state: State, at: Quarter) -> Floats:
    """Power of each theater's challenger there now, (runs, theaters)."""
    challengers = at.setting.world.challenger
    return np.stack([at.setting.power[:, i, k] for k, i in enumerate(challengers)], axis=-1)


def own_power(state: State, at: Quarter) -> Floats:
    """Power of every actor in every theater now, (runs, actors, theaters)."""
    return at.setting.power

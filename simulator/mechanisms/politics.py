"""M18 Exogenous politics: elections, publics, the war at the edge of Europe."""

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
        "us_posture": np.zeros(runs),
        "war": np.zeros(runs),
        "war_age": np.zeros(runs),
        "support": np.zeros((runs, actors)),
        "mood": np.zeros((runs, actors)),
    }


def happen(state: State, at: Quarter) -> State:
    """Phase 0: elections, shocks to publics, the course of the war; no policy sets them."""
    return state


def alignment_drift(state: State, at: Quarter) -> Floats:
    """Factor on alignment with the great power, 1 at the start, (runs, actors)."""
    return np.ones_like(state.support)


def taste_shift(state: State, at: Quarter) -> Floats:
    """What publics and changes of government add to ideal points, log-odds, (runs, actors)."""
    return np.zeros_like(state.support)


def us_factor(state: State, at: Quarter) -> Floats:
    """Factor of the American posture on its resolve and political capital, 1 engaged, (runs,)."""
    return np.ones_like(state.us_posture)


def tied_share(state: State, at: Quarter) -> Floats:
    """Share of Russian power in Europe that the war at the edge of Europe ties down, (runs,)."""
    return at.p("war_tie")[:, 0]

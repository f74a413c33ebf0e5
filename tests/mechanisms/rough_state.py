"""A state in which nothing is at rest, so that every term of an equation counts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from mechanisms import begun
from simulator.mechanisms.posture import usual_of_movers
from simulator.setting import Setting
from simulator.state import State


def rough(fixed: Setting, seed: int = 7, **fields: Any) -> State:
    """The start state with all that M4 to M7 read moved at random; `fields` replace some of it."""
    state, luck = begun(fixed), np.random.default_rng(seed)

    def times(values: np.ndarray, low: float = 0.6, high: float = 1.4) -> np.ndarray:
        return values * luck.uniform(low, high, values.shape)

    shares = times(usual_of_movers(fixed), 0.5, 1.5)
    moved = replace(
        state,
        belief=state.belief + luck.normal(0.0, 0.5, state.belief.shape),
        resolve=luck.normal(0.0, 0.3, state.resolve.shape),
        burden=times(state.burden),
        capability=times(state.capability, 0.8, 1.3),
        munitions=times(state.munitions),
        output=times(state.output),
        interchange=times(state.interchange),
        deployment=shares / shares.sum(axis=-1, keepdims=True),
        fill=luck.uniform(0.2, 0.8, state.runs),
        planning=luck.uniform(0.2, 0.8, state.runs),
        partner_capacity=state.partner_capacity + luck.uniform(0, 0.5, state.burden.shape),
        exchange=luck.uniform(0.05, 0.3, state.runs),
        dual_use=luck.uniform(0.05, 0.3, state.runs),
        war=luck.integers(0, 3, state.runs).astype(float),
        level=luck.integers(1, 6, state.level.shape).astype(float),
        aiding=(luck.uniform(size=state.aiding.shape) < 0.4).astype(float),
        fighting=(luck.uniform(size=state.fighting.shape) < 0.2).astype(float),
    )
    zeros = {n: np.zeros_like(getattr(state, n)) + v for n, v in fields.items()}
    return replace(moved, **zeros)

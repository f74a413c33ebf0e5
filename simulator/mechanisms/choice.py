"""M3 Choice: logit quantal response, by Gumbel-max with draws keyed by option."""

from __future__ import annotations

import numpy as np

from simulator.arrays import Floats
from simulator.tally import total


def probabilities(utility: Floats, precision: Floats) -> Floats:
    """`exp(lam*U) / sum` over the last axis; precision 0 is uniform over options that exist."""
    scaled = np.where(np.isfinite(utility), precision[..., None] * np.nan_to_num(utility), -np.inf)
    weights = np.exp(scaled - np.max(scaled, axis=-1, keepdims=True))
    return weights / total(weights)[..., None]


def choose(utility: Floats, precision: Floats, gumbel: Floats) -> Floats:
    """Index of the option with the largest `lam*U + g`; an option that does not exist is -inf."""
    scaled = np.where(np.isfinite(utility), precision[..., None] * np.nan_to_num(utility), -np.inf)
    return np.argmax(scaled + gumbel, axis=-1).astype(np.float64)

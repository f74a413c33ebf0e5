"""M3 Choice: logit quantal response, by Gumbel-max with draws keyed by option."""

from __future__ import annotations

import numpy as np

from simulator.arrays import Floats
from simulator.tally import total


def probabilities(utility: Floats, precision: Floats) -> Floats:
    """`exp(lam*U) / sum` over the last axis; precision 0 is uniform over options that exist."""
    scaled = _scaled(utility, precision)
    weights = np.exp(scaled - np.max(scaled, axis=-1, keepdims=True))
    return weights / total(weights)[..., None]


def choose(utility: Floats, precision: Floats, gumbel: Floats) -> Floats:
    """Index of the option with the largest `lam*U + g`; an option that does not exist is -inf."""
    return np.argmax(_scaled(utility, precision) + gumbel, axis=-1).astype(np.float64)


def _scaled(utility: Floats, precision: Floats) -> Floats:
    """Utility times precision; still -inf, not undefined, where precision is zero."""
    exists = utility > -np.inf
    if exists.all():
        return precision[..., None] * utility
    return np.where(exists, precision[..., None] * np.where(exists, utility, 0.0), -np.inf)

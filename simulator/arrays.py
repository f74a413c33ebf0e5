"""Array types and the few elementwise functions that every rule shares.

NumPy's `exp` and `log` only: `math.exp`, and `**` with a fractional power, give another last bit
for one number than for an array, and the two drivers must agree to the last bit.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Bools: TypeAlias = NDArray[np.bool_]
Ints: TypeAlias = NDArray[np.int64]


def sigmoid(z: Floats) -> Floats:
    """1 / (1 + e^-z), in [0, 1]; defined at the extremes."""
    return sigmoid_of_minus(np.asarray(-z))


def sigmoid_of_minus(odds: Floats) -> Floats:
    """1 / (1 + e^odds), written over `odds`."""
    np.minimum(odds, 700.0, out=odds)
    np.exp(odds, out=odds)
    odds += 1.0
    return np.divide(1.0, odds, out=odds)[()]


def logit(p: Floats) -> Floats:
    """Log-odds of a probability, with p kept 1e-9 away from 0 and 1."""
    inside = np.clip(p, 1e-9, 1.0 - 1e-9)
    return np.log(inside) - np.log(1.0 - inside)


def pick(table: Floats, index: Floats) -> Floats:
    """The entry of the last axis of `table` that `index` names, shape of `index`."""
    length = table.shape[-1]
    flat = np.ascontiguousarray(table).reshape(-1)
    rows = np.arange(flat.shape[0] // length) * length
    return flat[rows + index.reshape(-1).astype(np.int64)].reshape(index.shape)


def by_last(array: Floats) -> Floats:
    """The same values, stored so that each slice of the last axis lies in one piece of memory:
    faster where a rule walks over a short last axis."""
    return np.moveaxis(np.ascontiguousarray(np.moveaxis(array, -1, 0)), 0, -1)


def positive(z: Floats) -> Floats:
    """max(z, 0)."""
    return np.maximum(z, 0.0)


def read_only(array: Floats) -> Floats:
    """The same array, frozen: a write to it raises."""
    array.setflags(write=False)
    return array

"""The one place that adds up over actors, members, theaters or levels.

Adding floats in another order gives another last bit.  NumPy adds along the last axis of a
C-ordered array in an order that does not depend on how many rows there are, so every sum over
actors in the model goes through here and the two drivers agree to the last bit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from simulator.arrays import Bools, Floats

_SHORT = 8  # below this NumPy adds one by one too; spelled out, it is several times faster


def total(values: Floats) -> Floats:
    """Sum over the last axis, first to last."""
    length = values.shape[-1]
    if not 0 < length < _SHORT:
        result: Floats = np.ascontiguousarray(values).sum(axis=-1)
        return result
    summed = values[..., 0]
    for n in range(1, length):
        summed = summed + values[..., n]
    return summed


def weighted(weights: Floats, values: Floats) -> Floats:
    """Sum over the last axis of weights times values (shapes broadcast), first to last."""
    length = values.shape[-1]
    if not 0 < length < _SHORT or weights.shape[-1] != length:
        return total(weights * values)
    summed = weights[..., 0] * values[..., 0]
    for n in range(1, length):
        summed = summed + weights[..., n] * values[..., n]
    return summed


def across(places: Sequence[int], part: Callable[[int], Floats]) -> Floats:
    """Sum of `part(n)` over a short axis, first to last, without building the whole of it."""
    summed = part(places[0])
    for n in places[1:]:
        summed = summed + part(n)
    return summed


def count(flags: Bools) -> Floats:
    """How many are true along the last axis, as floats."""
    return total(flags.astype(np.float64))


def anyone(flags: Bools) -> Bools:
    """Whether any is true along the last axis."""
    result: Bools = np.any(flags, axis=-1)
    return result


def mean(values: Floats) -> Floats:
    """Equal-weight mean over the last axis."""
    return total(values) / values.shape[-1]


def product(factors: Iterable[Floats], start: Floats) -> Floats:
    """Multiply up in the order given."""
    result = start
    for factor in factors:
        result = result * factor
    return result


def loudest(values: Floats) -> Floats:
    """Index of the largest value along the last axis (the first one, if tied)."""
    return np.argmax(values, axis=-1).astype(np.float64)

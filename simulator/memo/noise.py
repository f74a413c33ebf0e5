"""What luck could have done: errors of paired differences, and many of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm, t

from simulator.arrays import Floats
from simulator.figures.words import CLEAR

ALPHA = float(2.0 * norm.sf(CLEAR))  # how often luck alone passes two standard errors


@dataclass(frozen=True)
class Effect:
    """A paired difference: mean, standard error and its degrees of freedom.

    `p` is how often luck alone would show as much, either way; `units` futures (or seeds, if there
    is but one future) differ at all.
    """

    mean: float
    se: float
    df: float
    p: float
    units: int

    @property
    def same(self) -> bool:
        """Whether both sides were the same in every run."""
        return self.mean == 0.0 and self.units == 0


def effect(gap: Floats, shared: bool, step: float = 0.0) -> Effect:
    """The mean of paired differences (futures, seeds), NaN where a pair is missing.

    Futures are drawn apart from each other.  Where seeds are `shared` by all futures, a history of
    chance moves every future at once: two-way random effects, with Satterthwaite's degrees of
    freedom (few seeds then need a larger difference).  Otherwise seeds average out within their
    future.  `step` is taken off the size first: one run, where a metric counts runs.

    `p` is never below what swapping the two sides future by future could give (2 to the power of
    1 - units), so that two or three futures alone prove nothing.
    """
    kept = gap[~np.isnan(gap).all(axis=1)]
    if not len(kept):
        return Effect(np.nan, np.nan, np.nan, 1.0, 0)
    by_future = np.nanmean(kept, axis=1)
    mean, count = float(by_future.mean()), len(kept)
    by_seed = _by_seed(kept, by_future)
    apart = by_future if count > 1 else kept[0][~np.isnan(kept[0])]
    units = int((apart != 0.0).sum())
    if not np.nan_to_num(kept).any():
        return Effect(0.0, 0.0, np.inf, 1.0, 0)
    parts = []  # (variance of the mean, degrees of freedom)
    if count > 1:
        parts.append((float(by_future.var(ddof=1)) / count, count - 1.0))
    if len(by_seed) > 1 and (shared or count == 1):
        excess = _excess(kept, by_future, by_seed)
        if excess > 0.0 or count == 1:
            parts.append((excess, len(by_seed) - 1.0))
    if not parts:
        return Effect(mean, np.nan, np.nan, 1.0, units)
    variance = sum(v for v, _ in parts)
    squares = sum(v**2 / df for v, df in parts)
    df = variance**2 / squares if squares > 0.0 else parts[0][1]
    size = max(abs(mean) - step, 0.0)
    far = size / np.sqrt(variance) if variance > 0.0 else np.inf * (size > 0.0)
    p = max(float(2.0 * t.sf(far, df)) if size else 1.0, min(1.0, 2.0 ** (1 - units)))
    return Effect(mean, float(np.sqrt(variance)), float(df), p, units)


def _by_seed(kept: Floats, by_future: Floats) -> Floats:
    """How far each seed lies from its futures' means, (seeds that were played,)."""
    left = kept - by_future[:, None]
    counted = ~np.isnan(left)
    number = counted.sum(axis=0)
    summed = np.where(counted, left, 0.0).sum(axis=0)
    result: Floats = (summed / np.maximum(number, 1))[number > 0]
    return result


def _excess(kept: Floats, by_future: Floats, by_seed: Floats) -> float:
    """Variance of the mean over seeds, less what luck that is not shared explains of it."""
    futures, seeds = len(kept), len(by_seed)
    shown = float(by_seed.var(ddof=1)) / seeds
    if futures == 1:
        return shown
    played = ~np.isnan(kept).all(axis=0)
    rest = kept[:, played] - by_future[:, None] - by_seed[None, :]
    own = float(np.nansum(rest**2)) / ((futures - 1.0) * (seeds - 1.0)) / (futures * seeds)
    return max(0.0, shown - own)


def holm(chances: Sequence[float]) -> Floats:
    """Holm's adjusted p-values: below `ALPHA`, a claim stands although so many were tried."""
    p = np.asarray(chances, dtype=float)
    order = np.argsort(p, kind="stable")
    left = len(p) - np.arange(len(p))
    stepped = np.maximum.accumulate(np.minimum(p[order] * left, 1.0))
    out = np.empty_like(p)
    out[order] = stepped
    return out

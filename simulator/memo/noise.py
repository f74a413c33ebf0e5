"""What luck could have done: errors of paired differences, and many of them at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm, t

from simulator.arrays import Floats
from simulator.figures.words import CLEAR

ENOUGH = 4.0  # degrees of freedom from which histories' share of the noise is taken as known
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


@dataclass(frozen=True)
class Histories:
    """What shared histories of chance add to the variance of a mean, against what futures make of
    it (`ratio`), as many comparisons show it together, with the degrees of freedom of that."""

    ratio: float
    df: float


def histories(gaps: Iterable[Floats], apart: int) -> Histories | None:
    """From all the paired differences of one metric; `apart` of them are independent, at most.

    None where there is nothing to read it from: one history, or one future.
    """
    ratios, seeds = [], 1
    for gap in gaps:
        kept = gap[~np.isnan(gap).all(axis=1)]
        if len(kept) < 2 or not np.nan_to_num(kept).any():
            continue
        by_future = np.nanmean(kept, axis=1)
        by_seed = _by_seed(kept, by_future)
        futures = float(by_future.var(ddof=1)) / len(kept)
        if len(by_seed) > 1 and futures > 0.0:
            seeds = max(seeds, len(by_seed))
            ratios.append(_excess(kept, by_future, by_seed) / futures)
    if not ratios:
        return None
    return Histories(max(0.0, float(np.mean(ratios))), (seeds - 1.0) * min(apart, len(ratios)))


def effect(gap: Floats, shared: bool, step: float = 0.0, known: Histories | None = None) -> Effect:
    """The mean of paired differences (futures, seeds), NaN where a pair is missing.

    Futures are drawn apart from each other.  Where seeds are `shared` by all futures, a history of
    chance moves every future at once: two-way random effects, with Satterthwaite's degrees of
    freedom.  What two or three histories say of that is luck itself, so it counts for no less than
    in the other comparisons (`known`); where these are too few as well, the difference must stand
    by the means of the histories alone.  Otherwise seeds average out within their future.  `step`
    is taken off the size first: one run, where a metric counts runs.

    `p` is never below what swapping the two sides future by future could give (2 to the power of
    1 - units), so that two or three futures alone prove nothing.
    """
    kept = gap[~np.isnan(gap).all(axis=1)]
    if not len(kept):
        return Effect(np.nan, np.nan, np.nan, 1.0, 0)
    by_future = np.nanmean(kept, axis=1)
    mean, count = float(by_future.mean()), len(kept)
    apart = by_future if count > 1 else kept[0][~np.isnan(kept[0])]
    units = int((apart != 0.0).sum())
    if not np.nan_to_num(kept).any():
        return Effect(0.0, 0.0, np.inf, 1.0, 0)
    parts = _parts(kept, by_future, shared, known)
    if not parts:
        return Effect(mean, np.nan, np.nan, 1.0, units)
    variance = sum(v for v, _ in parts)
    squares = sum(v**2 / df for v, df in parts)
    df = variance**2 / squares if squares > 0.0 else parts[0][1]
    size = max(abs(mean) - step, 0.0)
    far = size / np.sqrt(variance) if variance > 0.0 else np.inf * (size > 0.0)
    p = max(float(2.0 * t.sf(far, df)) if size else 1.0, min(1.0, 2.0 ** (1 - units)))
    if shared and count > 1 and (known is None or known.df < ENOUGH):
        p = max(p, _by_histories_alone(kept, size))
    return Effect(mean, float(np.sqrt(variance)), float(df), p, units)


def _by_histories_alone(kept: Floats, size: float) -> float:
    """How often luck would show as much, were histories all that differs; 0 with one history."""
    played = ~np.isnan(kept).all(axis=0)
    means = np.nanmean(kept[:, played], axis=0)
    if len(means) < 2:
        return 0.0
    se = float(means.std(ddof=1)) / np.sqrt(len(means))
    return float(2.0 * t.sf(size / se, len(means) - 1.0)) if se > 0.0 else 0.0


def _parts(
    kept: Floats, by_future: Floats, shared: bool, known: Histories | None
) -> list[tuple[float, float]]:
    """Parts of the variance of the mean, each with its degrees of freedom."""
    count, by_seed = len(kept), _by_seed(kept, by_future)
    if count == 1:
        shown = float(by_seed.var(ddof=1)) / len(by_seed) if len(by_seed) > 1 else np.nan
        return [(shown, len(by_seed) - 1.0)] if len(by_seed) > 1 else []
    futures = float(by_future.var(ddof=1)) / count
    parts = [(futures, count - 1.0)]
    if shared and len(by_seed) > 1:
        own, df = _excess(kept, by_future, by_seed), len(by_seed) - 1.0
        if known is not None and known.ratio * futures >= own:
            own, df = known.ratio * futures, known.df
        if own > 0.0:
            parts.append((own, df))
    return parts


def _by_seed(kept: Floats, by_future: Floats) -> Floats:
    """How far each seed lies from its futures' means, (seeds that were played,)."""
    left = kept - by_future[:, None]
    counted = ~np.isnan(left)
    number = counted.sum(axis=0)
    summed = np.where(counted, left, 0.0).sum(axis=0)
    result: Floats = (summed / np.maximum(number, 1))[number > 0]
    return result


def _excess(kept: Floats, by_future: Floats, by_seed: Floats) -> float:
    """Variance of the mean over seeds, less what luck that is not shared explains of it; below 0
    by luck."""
    futures, seeds = len(kept), len(by_seed)
    shown = float(by_seed.var(ddof=1)) / seeds
    played = ~np.isnan(kept).all(axis=0)
    rest = kept[:, played] - by_future[:, None] - by_seed[None, :]
    own = float(np.nansum(rest**2)) / ((futures - 1.0) * (seeds - 1.0)) / (futures * seeds)
    return shown - own


def holm(chances: Sequence[float]) -> Floats:
    """Holm's adjusted p-values: below `ALPHA`, a claim stands although so many were tried."""
    p = np.asarray(chances, dtype=float)
    order = np.argsort(p, kind="stable")
    left = len(p) - np.arange(len(p))
    stepped = np.maximum.accumulate(np.minimum(p[order] * left, 1.0))
    out = np.empty_like(p)
    out[order] = stepped
    return out

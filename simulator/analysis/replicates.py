"""Monte-Carlo standard errors: the same estimate with one group of runs left out at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from simulator.analysis.outcomes import Outcomes
from simulator.arrays import Floats
from simulator.errors import InputError

GROUPS = 32  # left out one at a time; with fewer seeds, each seed is a group


def without_one(outcomes: Outcomes, groups: int = GROUPS) -> Iterator[Outcomes]:
    """The outcomes less one group of seeds at a time, all policies and futures together, so that
    pairs stay pairs.

    With one seed per future, luck and future are drawn together: then futures are left out, the
    same ones under every lens.  Yields nothing where there is but one of both.
    """
    several = outcomes.seeds > 1
    future = pd.factorize(outcomes.futures["future"])[0]
    unit = np.arange(outcomes.seeds) if several else future
    count = int(unit.max()) + 1
    if count < 2:
        return
    part = unit % min(count, groups)
    for g in range(min(count, groups)):
        kept = part != g
        if not several and not outcomes.weights[kept].any():
            continue
        yield outcomes.of(seeds=kept) if several else outcomes.of(futures=kept)


def with_error(outcomes: Outcomes, estimate: Callable[[Outcomes], Floats]) -> tuple[Floats, Floats]:
    """An estimate and its standard error by the grouped jackknife, each of the estimate's shape.

    Exact for means; for minima, maxima and percentiles a guide.  NaN with nothing to leave out,
    or where so few runs are eligible that leaving some out leaves none.
    """
    value = np.asarray(estimate(outcomes), dtype=float)

    def again(one: Outcomes) -> Floats:
        try:
            return np.asarray(estimate(one), dtype=float)
        except InputError:
            return np.full_like(value, np.nan)

    return value, spread([again(one) for one in without_one(outcomes)], value)


def spread(replicates: list[Floats], value: Floats) -> Floats:
    """Standard error from leave-one-out estimates: sqrt((G-1)/G sum_g (x_g - mean x)^2)."""
    if len(replicates) < 2:
        return np.full_like(value, np.nan)
    stack = np.stack([np.asarray(r, dtype=float) for r in replicates])
    about = stack - stack.mean(axis=0)
    result: Floats = np.sqrt((len(stack) - 1.0) / len(stack) * (about**2).sum(axis=0))
    return result

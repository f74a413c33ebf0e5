"""What a finished sweep says of its parameters: first-order indices, the value of information.

Both cut a parameter's values into bins of about equal count and compare conditional means.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from simulator.analysis.decisions import halves
from simulator.analysis.evaluate import values_of
from simulator.analysis.outcomes import Outcomes
from simulator.analysis.replicates import GROUPS, spread, with_error
from simulator.arrays import Floats, Ints
from simulator.errors import InputError

LEAST = 5  # futures in a bin


def first_order(values: pd.DataFrame, output: Floats, bins: int | None = None) -> pd.DataFrame:
    """Var(E[output | parameter]) / Var(output), from given points.

    Columns: parameter, S1, S1_se (jackknife), S1_raw, bins.  The raw ratio is too high, since
    means of few points differ by chance: under no effect it is about (bins - 1) / (points - 1).
    S1 takes that off (epsilon squared), so it may fall below 0.  Bins of a wide range hide what
    happens inside them, which lowers both.  `output` must be finite.
    """
    y = np.asarray(output, dtype=float)
    if y.shape != (len(values),) or not np.isfinite(y).all():
        raise InputError(
            f"output of shape {y.shape} with {int((~np.isfinite(y)).sum())} values not finite.",
            "output", f"One finite number for each of the {len(values)} futures.",
        )  # fmt: skip
    count = bin_count(len(y), bins)
    rows = []
    for name in values:
        x = values[name].to_numpy(dtype=float)
        group = np.arange(len(y)) % min(GROUPS, len(y))
        left = [_explained(x[group != g], y[group != g], count) for g in np.unique(group)]
        raw, fair = _explained(x, y, count)
        error = spread(left, np.array([raw, fair]))
        rows.append((name, fair, error[1], raw, count))
    return pd.DataFrame(rows, columns=["parameter", "S1", "S1_se", "S1_raw", "bins"])


def value_of_information(
    outcomes: Outcomes,
    metric: str,
    parameters: Sequence[str] | None = None,
    bins: int | None = None,
) -> pd.DataFrame:
    """EVPPI: what it would be worth to know one parameter before choosing the policy.

    E_x[max_p E[J | x]] - max_p E[J], in the metric's unit.  Columns: lens, parameter, evppi and
    evppi_se, fair and fair_se, evpi, bins.  `evppi` is too high: the best of noisy means flatters.
    `fair` chooses each bin's policy on half of the runs and values it on the other, so it errs to
    the low side and may be negative.  `evpi` is the value of knowing everything that futures vary:
    no parameter is worth more.
    """
    rows = []
    for lens, view in outcomes.only(metric).views():
        table = values_of(view, parameters)
        count = bin_count(len(table), bins)
        for name in table:
            column = str(name)

            def worth(one: Outcomes, column: str = column, count: int = count) -> Floats:
                first, second = (o.J(metric) for o in halves(one)) if one.seeds > 1 else (None,) * 2
                return _worth(one, metric, column, count, first, second)

            value, se = with_error(view, worth)
            rows.append((lens, column, value[0], se[0], value[1], se[1], value[2], count))
    columns = ["lens", "parameter", "evppi", "evppi_se", "fair", "fair_se", "evpi", "bins"]
    return pd.DataFrame(rows, columns=columns)


def _worth(
    one: Outcomes, metric: str, column: str, bins: int, first: Floats | None, second: Floats | None
) -> Floats:
    """(EVPPI, its split-half estimate, EVPI)."""
    J, w = one.J(metric), one.weights
    place = binned(one.futures[column].to_numpy(dtype=float), bins)
    raw = _gain(J, J, w, w, place)
    if first is not None and second is not None:
        fair = 0.5 * (_gain(first, second, w, w, place) + _gain(second, first, w, w, place))
    else:  # one run per future: every second future of each bin
        odd = _every_second(place)
        weights = [np.where(odd == part, w, 0.0) for part in (0, 1)]
        fair = 0.5 * sum(_gain(J, J, a, b, place) for a, b in (weights, weights[::-1]))
    everything = (J.max(axis=0) * w).sum() - (J * w).sum(axis=-1).max()
    return np.array([raw, fair, everything])


def _gain(J: Floats, judged: Floats, w: Floats, v: Floats, place: Ints) -> float:
    """What choosing by bin, on `J` weighted by `w`, adds to one choice, valued on `judged` by `v`;
    a bin without weight on either side keeps the one choice."""
    plain = int(np.argmax((J * w).sum(axis=-1)))
    gained = 0.0
    for b in np.unique(place):
        here = place == b
        best = int(np.argmax((J[:, here] * w[here]).sum(axis=-1))) if w[here].any() else plain
        gained += float(((judged[best, here] - judged[plain, here]) * v[here]).sum())
    return gained / float(v.sum())


def _explained(x: Floats, y: Floats, bins: int) -> Floats:
    """Share of the variance of y that bin means of x explain: (raw, corrected)."""
    place = binned(x, bins)
    total = ((y - y.mean()) ** 2).sum()
    if total == 0.0:
        return np.array([np.nan, np.nan])
    number = np.bincount(place)
    used = number > 0
    means = np.bincount(place, weights=y)[used] / number[used]
    raw = float((number[used] * (means - y.mean()) ** 2).sum() / total)
    k, n = int(used.sum()), len(y)
    return np.array([raw, 1.0 - (n - 1.0) / (n - k) * (1.0 - raw)])


def binned(x: Floats, bins: int) -> Ints:
    """Which of about equally full bins each value falls in; equal values share a bin."""
    place = (rankdata(x, method="average") - 0.5) / len(x) * bins
    return np.minimum(place.astype(np.int64), bins - 1)


def _every_second(place: Ints) -> Ints:
    """0, 1, 0, 1 ... within each bin."""
    seen: Ints = np.zeros(len(place), dtype=np.int64)
    for b in np.unique(place):
        here = np.flatnonzero(place == b)
        seen[here] = np.arange(len(here)) % 2
    return seen


def bin_count(futures: int, bins: int | None) -> int:
    """How many bins: as asked if they are not too thin, else up to ten, well filled."""
    if bins is None:
        bins = max(2, min(10, futures // (2 * LEAST)))
    if bins < 2 or futures < LEAST * bins:
        raise InputError(
            f"{bins} bins of {futures} futures.", "bins",
            f"Two bins or more, with {LEAST} futures in each on average.",
        )  # fmt: skip
    return bins

"""Policy against policy, future by future: improvement, dominance, the Pareto front."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from simulator.analysis import measures
from simulator.analysis.outcomes import Outcomes
from simulator.analysis.replicates import with_error
from simulator.arrays import Bools, Floats
from simulator.errors import InputError

SURE = 2.0  # standard errors


def improvement(outcomes: Outcomes, metric: str, baseline: str | None = None) -> pd.DataFrame:
    """P_f[J(p) > J(baseline)] of every policy, paired run by run.

    Columns: lens, policy, gain and gain_se (mean of the paired difference in the metric's unit,
    positive is better), improved, improved_se and tied (shares of futures by weight),
    sure_better and sure_worse (shares in which a future's own mean gain is beyond 2 standard
    errors; NaN with one seed), eligible (share of runs that count under both).  `improved_se` is
    the sampling error of a share of futures.  `baseline` defaults to the outcomes' own.
    """
    base = baseline or outcomes.baseline
    if base is None:
        raise InputError("no baseline is named.", "baseline", "Name the policy to compare with.")
    others = [p for p in outcomes.policies if outcomes.row(base) != outcomes.row(p)]

    def gains(one: Outcomes) -> Floats:
        return np.stack([_by_future(one, metric, p, base) @ one.weights for p in others])

    rows = []
    for lens, view in outcomes.only(metric).views():
        gained = zip(others, *with_error(view, gains), strict=True)
        for policy, gain, gain_se in gained:
            runs = view.gain(metric, policy, base)
            each = _by_future(view, metric, policy, base)
            better: Bools = each > 0.0
            tied = each == 0.0
            share = float((better * view.weights).sum())
            sure = _surely(runs, each)
            rows.append(
                (lens, policy, gain, gain_se, share, _share_se(better, view.weights),
                 float((tied * view.weights).sum()), *(s @ view.weights for s in sure),
                 float((~np.isnan(runs)).mean()))
            )  # fmt: skip
    columns = ["lens", "policy", "gain", "gain_se", "improved", "improved_se", "tied",
               "sure_better", "sure_worse", "eligible"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def dominance(outcomes: Outcomes, metric: str) -> pd.DataFrame:
    """P_f[J(policy) > J(other)] for every two: lens, policy, other, beats, se, tied.

    `table.query("lens == 'pooled'").pivot(index="policy", columns="other", values="beats")` is the
    matrix.  Beats of both orders and ties add to one.
    """
    rows = []
    for lens, view in outcomes.only(metric).views():
        for policy in view.policies:
            for other in view.policies:
                if policy == other:
                    continue
                gain = _by_future(view, metric, policy, other)
                beats: Bools = gain > 0.0
                share = float((beats * view.weights).sum())
                tied = float(((gain == 0.0) * view.weights).sum())
                rows.append((lens, policy, other, share, _share_se(beats, view.weights), tied))
    return pd.DataFrame(rows, columns=["lens", "policy", "other", "beats", "se", "tied"])


def pareto(outcomes: Outcomes, metrics: Sequence[str], measure: str = "expected") -> pd.DataFrame:
    """Which policies no other beats on all metrics at once, lens by lens and pooled.

    Columns: lens, policy, efficient, dominated_by (ids joined by `+`, empty on the front), sure,
    then each metric's value of `measure` (J, larger is better; smaller for regret) and `_se`.
    `sure` says that a policy off the front is beaten by more than 2 standard errors, paired, on
    some metric by a policy that dominates it.
    """
    if len(metrics) < 2:
        raise InputError(f"{len(metrics)} metric.", "metrics", "A front needs two or more.")
    if measure not in measures.MEASURES:
        raise InputError(f"unknown measure {measure!r}.", "measure", f"{list(measures.MEASURES)}")
    function, better = measures.MEASURES[measure]
    rows = []
    for lens, view in outcomes.only(*metrics).views():

        def table(one: Outcomes) -> Floats:
            return np.stack([function(one.J(m), one.weights) for m in metrics], axis=-1)

        def gaps(one: Outcomes) -> Floats:
            values = better * table(one)
            return values[None] - values[:, None]  # [p, q]: how much better q is than p

        value, se = with_error(view, table)
        gap, gap_se = with_error(view, gaps)
        beaten: Bools = np.all(gap >= 0.0, axis=-1) & np.any(gap > 0.0, axis=-1)
        surely: Bools = beaten & np.any(gap > SURE * gap_se, axis=-1)
        for p, policy in enumerate(view.policies):
            by = "+".join(view.policies[q] for q in np.flatnonzero(beaten[p]))
            pairs = [float(x) for m in range(len(metrics)) for x in (value[p, m], se[p, m])]
            rows.append((lens, policy, not by, by, bool(surely[p].any()), *pairs))
    names = [name for m in metrics for name in (m, f"{m}_se")]
    return pd.DataFrame(
        rows, columns=["lens", "policy", "efficient", "dominated_by", "sure", *names]
    )


def gain_by_future(outcomes: Outcomes, metric: str, policy: str, other: str) -> pd.DataFrame:
    """The paired gain of `policy` over `other` in every future: its keys and parameter values,
    then gain, gain_se (over seeds; NaN with one) and eligible (share of runs)."""
    runs = outcomes.gain(metric, policy, other)
    number = (~np.isnan(runs)).sum(axis=-1)
    gain = _by_future(outcomes, metric, policy, other)
    return outcomes.futures.assign(
        gain=gain, gain_se=_error(runs, gain), eligible=number / runs.shape[-1]
    )


def _by_future(outcomes: Outcomes, metric: str, policy: str, other: str) -> Floats:
    """Mean paired gain in every future over the runs that count under both, (futures,)."""
    runs = outcomes.gain(metric, policy, other)
    counted = ~np.isnan(runs)
    number = counted.sum(axis=-1)
    if (number == 0).any():
        f = int(np.argmin(number))
        raise InputError(
            f"{metric!r} is defined in no run of both {policy!r} and {other!r} in "
            f"{outcomes.told(f)} ({int((number == 0).sum())} such futures).", "metric",
            "Choose one that every run has, or add seeds.",
        )  # fmt: skip
    result: Floats = np.where(counted, runs, 0.0).sum(axis=-1) / number
    return result


def _error(runs: Floats, mean: Floats) -> Floats:
    """Standard error of each future's mean gain, (futures,); NaN with fewer than two runs."""
    number = (~np.isnan(runs)).sum(axis=-1)
    left = np.nan_to_num(runs - mean[:, None]) ** 2
    variance = left.sum(axis=-1) / np.where(number > 1, number - 1.0, np.nan)
    return np.sqrt(variance / np.maximum(number, 1))


def _surely(runs: Floats, mean: Floats) -> tuple[Floats, Floats]:
    """Where a future's mean gain is beyond doubt above, and below, zero; NaN if unknown."""
    error = _error(runs, mean)
    known = ~np.isnan(error)
    above, below = mean > SURE * error, mean < -SURE * error
    return np.where(known, above, np.nan), np.where(known, below, np.nan)


def _share_se(flags: Bools, weights: Floats) -> float:
    """Sampling error of a weighted share of futures; NaN with one future."""
    count = int((weights > 0.0).sum())
    if count < 2:
        return float("nan")
    share = float((flags * weights).sum())
    squares = float((weights**2 * (flags - share) ** 2).sum())
    return float(np.sqrt(squares * count / (count - 1)))

"""The matrix of regret: policies × lenses, and what each policy costs at worst and on average."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simulator.analysis import measures
from simulator.analysis.decisions import halves
from simulator.analysis.outcomes import Outcomes
from simulator.analysis.pairs import SURE
from simulator.analysis.replicates import with_error
from simulator.arrays import Floats

WORST, AVERAGE = "worst lens", "mean of lenses"


def regrets(outcomes: Outcomes, metric: str) -> pd.DataFrame:
    """Regret of every policy under every lens: how far its mean falls short of the best policy's.

    Here a lens is one state of the world and J the mean over its futures, as in
    `Comparison.regret`; `robustness` takes regret future by future instead.  Rows `worst lens` and
    `mean of lenses` sum the lenses up.  Columns: lens, policy, mean and mean_se (in the metric's
    own unit; NaN in the sums), regret, se, best (least in this column), behind and behind_se (how
    much more regret than the best of this column, paired), clear (by more than two standard
    errors), fair and fair_se.  `regret` is too high where the best is one of many noisy means;
    `fair` chooses the best of each lens on half of the seeds and judges it on the other, so it
    errs to the low side and may be negative.
    """
    one = outcomes.only(metric)
    sign = one.sign(metric)
    means, means_se = with_error(one, lambda o: _means(o, metric))
    whole, se = with_error(one, lambda o: _summed(_regret(_means(o, metric))))
    best = np.argmin(whole, axis=0)
    columns = np.arange(whole.shape[1])

    def behind(o: Outcomes) -> Floats:
        again = _summed(_regret(_means(o, metric)))
        return again - again[best, columns]

    def fair(o: Outcomes) -> Floats:
        a, b = (_means(half, metric) for half in halves(o))
        lenses = np.arange(a.shape[1])
        judged = [y[np.argmax(x, axis=0), lenses] - y for x, y in ((a, b), (b, a))]
        return _summed(0.5 * (judged[0] + judged[1]))

    gap, gap_se = with_error(one, behind)
    honest, honest_se = with_error(one, fair)
    rows = []
    for k, lens in enumerate((*one.lenses, WORST, AVERAGE)):
        for p, policy in enumerate(one.policies):
            here = k < len(one.lenses)
            level = (sign * means[p, k], means_se[p, k]) if here else (np.nan, np.nan)
            rows.append(
                (lens, policy, *level, whole[p, k], se[p, k], p == best[k], gap[p, k],
                 gap_se[p, k], gap[p, k] > SURE * gap_se[p, k], honest[p, k], honest_se[p, k])
            )  # fmt: skip
    names = ["lens", "policy", "mean", "mean_se", "regret", "se", "best", "behind", "behind_se",
             "clear", "fair", "fair_se"]  # fmt: skip
    return pd.DataFrame(rows, columns=names)


def _means(outcomes: Outcomes, metric: str) -> Floats:
    """J of each policy over the futures of each lens, (policies, lenses)."""
    views = [outcomes.under(lens) for lens in outcomes.lenses]
    return np.stack([measures.expected(v.J(metric), v.weights) for v in views], axis=-1)


def _regret(means: Floats) -> Floats:
    return means.max(axis=0) - means


def _summed(regret: Floats) -> Floats:
    """With its maximum and its mean over lenses as two more columns."""
    return np.column_stack([regret, regret.max(axis=1), regret.mean(axis=1)])

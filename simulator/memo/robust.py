"""What holds over all that was played: measures of robustness, dominance, ranks that agree."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.stats import chi2, kendalltau, rankdata

from simulator.analysis import Outcomes, Thresholds, measures, split_choice
from simulator.analysis.regret import WORST
from simulator.analysis.replicates import with_error
from simulator.arrays import Floats
from simulator.errors import InputError
from simulator.figures.words import CLEAR
from simulator.memo.noise import ALPHA, Effect, effect, histories, holm
from simulator.memo.reading import Scene
from simulator.metrics import METRICS

SHOWN = ("expected", "maximin", "regret_mean", "regret_p90", "regret_max", "cvar")


@dataclass(frozen=True)
class Pairs:
    """Every policy against every other under every lens, on one metric.

    `effects[p, q, lens]` is p less q in the metric's own unit.  `clear` holds 1 where p is better
    than q, -1 where it is worse, beyond what luck would do in this many comparisons (Holm), else
    0; `alone` the same, had this been the only one.
    """

    metric: str
    policies: tuple[str, ...]
    lenses: tuple[str, ...]
    effects: dict[tuple[int, int, int], Effect]
    clear: Floats
    alone: Floats
    compared: int

    def behind(self, policy: int, lens: int) -> list[int]:
        """Policies clearly better than this one under a lens."""
        return [int(q) for q in np.flatnonzero(self.clear[:, policy, lens] > 0.0)]

    @property
    def standing(self) -> list[int]:
        """Policies that no other is clearly better than, under any lens."""
        worst = (self.clear > 0.0).any(axis=(0, 2))
        return [int(p) for p in np.flatnonzero(~worst)]

    @property
    def ahead(self) -> int | None:
        """The policy that is clearly better than every other under every lens, if there is one."""
        wins = (self.clear > 0.0).all(axis=2).sum(axis=1)
        best = np.flatnonzero(wins == len(self.policies) - 1)
        return int(best[0]) if len(best) and len(self.policies) > 1 else None

    def turned(self, p: int, q: int) -> bool:
        """Whether p is clearly better than q under one lens and clearly worse under another."""
        signs = self.clear[p, q]
        return bool((signs > 0.0).any() and (signs < 0.0).any())


def pairs(scene: Scene, metric: str, shared: bool, others: Sequence[int] | None = None) -> Pairs:
    """All pairs of policies (or all against those in `others`), lens by lens, on one metric."""
    n, found = len(scene.policies), {}
    better = 1.0 if METRICS[metric].direction == "+" else -1.0
    keys = [
        (p, q, v)
        for v in range(len(scene.lenses))
        for q in (range(n) if others is None else others)
        for p in range(n)
        if p != q and (others is not None or q < p)
    ]
    known = histories((scene.gap(metric, *key) for key in keys), n - 1) if shared else None
    counts = scene.kept.sum(axis=(1, 2))
    for key in keys:
        step = 1.0 / int(counts[key[2]]) if METRICS[metric].unit == "probability" else 0.0
        found[key] = effect(scene.gap(metric, *key), shared, step, known)
    told = [key for key, e in found.items() if not e.same]
    adjusted = dict(zip(told, holm([found[key].p for key in told]), strict=True))
    clear, alone = np.zeros((n, n, len(scene.lenses))), np.zeros((n, n, len(scene.lenses)))
    for p, q, v in told:
        sign = better * np.sign(found[p, q, v].mean)
        enough = abs(found[p, q, v].mean) >= CLEAR * found[p, q, v].se
        for table, chance in ((alone, found[p, q, v].p), (clear, adjusted[p, q, v])):
            if enough and chance < ALPHA:
                table[p, q, v], table[q, p, v] = sign, -sign
    for (p, q, v), e in list(found.items()):
        found[q, p, v] = replace(e, mean=-e.mean)
    return Pairs(metric, scene.policies, scene.lenses, found, clear, alone, len(told))


def both_errors(view: Outcomes, estimate: Callable[[Outcomes], Floats]) -> tuple[Floats, Floats]:
    """An estimate with its standard error over seeds and over futures, taken together.

    Either part is left out where there is but one; what they share counts twice, so the error
    errs to the large side.
    """
    value, over_seeds = with_error(view, estimate) if view.seeds > 1 else (estimate(view), None)
    with np.errstate(invalid="ignore"):
        flat = replace(view, samples=np.nanmean(view.samples, axis=2, keepdims=True))
    _, over_futures = with_error(flat, estimate)
    parts = [np.nan_to_num(e) for e in (over_seeds, over_futures) if e is not None]
    known = any(e is not None and np.isfinite(e).any() for e in (over_seeds, over_futures))
    whole = np.sqrt(sum((e**2 for e in parts), np.zeros_like(value)))
    return value, whole if known else np.full_like(value, np.nan)


@dataclass(frozen=True)
class Measured:
    """Measures of robustness of one metric over all lenses: (measures, policies) each.

    `behind` is how far a policy falls short of the first of its measure, 0 or more, with the
    paired error of that; values are J, larger is better, but regrets, where smaller is.
    """

    names: tuple[str, ...]
    value: Floats
    se: Floats
    behind: Floats
    behind_se: Floats
    rank: Floats

    def level(self, measure: int) -> list[int]:
        """Policies that cannot be told from the first of a measure."""
        near = self.behind[measure] <= CLEAR * np.nan_to_num(self.behind_se[measure], nan=np.inf)
        return [int(p) for p in np.flatnonzero(near)]


def measured(view: Outcomes, metric: str, thresholds: Thresholds | None = None) -> Measured:
    """Every measure shown of every policy; the share of good futures too, if limits were set."""
    better = np.array([measures.MEASURES[name][1] for name in SHOWN])
    names = (*SHOWN, *(("domain",) if thresholds is not None else ()))
    better = np.append(better, 1.0) if thresholds is not None else better

    def values(one: Outcomes) -> Floats:
        J = one.J(metric)
        rows = [measures.MEASURES[name][0](J, one.weights) for name in SHOWN]
        if thresholds is not None:
            rows.append(measures.domain(thresholds.met(one), one.weights))
        return np.stack(rows)

    first = np.argmax(better[:, None] * values(view), axis=1)

    def together(one: Outcomes) -> Floats:
        found = values(one)
        best = found[np.arange(len(found)), first][:, None]
        return np.stack([found, better[:, None] * (best - found)])

    value, se = both_errors(view, together)
    ranks = np.stack([ranked(b * row) for b, row in zip(better, value[0], strict=True)])
    return Measured(names, value[0], se[0], value[1], se[1], ranks)


def ranked(value: Floats) -> Floats:
    """Ranks, 1 for the largest; values that differ by rounding alone share one."""
    scale = float(np.abs(value).max()) or 1.0
    result: Floats = rankdata(-np.round(value / scale, 12), method="average")
    return result


@dataclass(frozen=True)
class Concord:
    """How far several rankings agree: Kendall's W (1: the same order), what unrelated rankings
    would average, how often luck alone gives as much (Friedman), and the two that agree least."""

    names: tuple[str, ...]
    ranks: Floats
    W: float
    unrelated: float
    p: float
    least: tuple[str, str, float] | None


def concord(names: Sequence[str], ranks: Floats) -> Concord | None:
    """Agreement of rankings (rankings, policies); None where there is nothing to compare."""
    told = np.ptp(ranks, axis=1) > 0.0
    used, named = ranks[told], [n for n, ok in zip(names, told, strict=True) if ok]
    m, n = used.shape
    if m < 2 or n < 3:
        return None
    ties = sum(float((c**3 - c).sum()) for c in (np.unique(r, return_counts=True)[1] for r in used))
    spread = float(((used.sum(axis=0) - used.sum() / n) ** 2).sum())
    W = 12.0 * spread / (m**2 * (n**3 - n) - m * ties)
    taus = [
        (float(kendalltau(used[i], used[j]).statistic), named[i], named[j])
        for i in range(m) for j in range(i)
    ]  # fmt: skip
    tau, a, b = min(taus)
    p = float(chi2.sf(m * (n - 1.0) * W, n - 1.0))
    return Concord(tuple(named), used, float(W), 1.0 / m, p, (b, a, tau))


def by_metric(scene: Scene, metrics: Sequence[str]) -> Concord | None:
    """Agreement of the rankings by mean outcome that metrics give, over all lenses."""
    view = scene.outcomes(*metrics)
    rows = [ranked(measures.expected(view.J(m), view.weights)) for m in metrics]
    return concord(metrics, np.stack(rows))


def by_lens(scene: Scene, metric: str) -> Concord | None:
    """Agreement of the rankings by mean outcome under each lens."""
    view = scene.outcomes(metric)
    parts = [view.under(lens) for lens in scene.lenses]
    rows = [ranked(measures.expected(one.J(metric), one.weights)) for one in parts]
    return concord(scene.lenses, np.stack(rows))


def choices(view: Outcomes, metric: str) -> pd.DataFrame | None:
    """`analysis.split_choice` by expected outcome; None where nothing can be halved."""
    try:
        return split_choice(view, metric)
    except InputError:
        return None


def regrets(found: Pairs, scene: Scene) -> pd.DataFrame:
    """Regret by lens as `figures.regret` draws it; row `worst lens` is the largest of each policy.

    Columns: lens, policy, regret, se (of the paired gap to the best mean), best, and clear: some
    policy is clearly better there, all comparisons of the scenario counted.
    """
    better = 1.0 if METRICS[found.metric].direction == "+" else -1.0
    means = better * scene.means(found.metric)
    regret: Floats = means.max(axis=0) - means
    best = np.argmin(regret, axis=0)
    every, behind = range(len(found.lenses)), np.logical_or.reduce(found.clear > 0.0, axis=0)

    def cell(p: int, v: int) -> tuple[float, float, bool]:
        gap = found.effects.get((p, int(best[v]), v))
        return float(regret[p, v]), gap.se if gap else 0.0, bool(behind[p, v])

    columns = [(lens, [cell(p, v) for p in range(len(means))], int(best[v]))
               for v, lens in enumerate(found.lenses)]  # fmt: skip
    if len(found.lenses) > 1:
        worst = [max((cell(p, v) for v in every), key=lambda c: c[0]) for p in range(len(means))]
        columns.append((WORST, worst, int(np.argmin([c[0] for c in worst]))))
    rows = [
        (lens, policy, *cells[p], p == first)
        for lens, cells, first in columns for p, policy in enumerate(found.policies)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["lens", "policy", "regret", "se", "clear", "best"])

"""Which policy, by which measure: robustness tables, ranks that agree or not, domains, choices.

Every table holds each lens by itself and all pooled, and a Monte-Carlo standard error beside every
estimate (`se`; see `replicates`).  J is larger is better: losses stand with a minus.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import kendalltau, rankdata

from simulator.analysis import measures
from simulator.analysis.outcomes import POOLED, Outcomes
from simulator.analysis.replicates import with_error
from simulator.analysis.thresholds import Thresholds
from simulator.arrays import Floats
from simulator.errors import InputError, nearest

CONTESTED = (0.4, 0.6)  # domain shares that one lens is below and another above (model.md 6.2)


def robustness(
    outcomes: Outcomes,
    metric: str,
    thresholds: Thresholds | None = None,
    alpha: float = 0.5,
    q: float = 0.9,
    baseline_future: Any = None,
) -> pd.DataFrame:
    """Every measure of every policy: lens, measure, policy, value, se, rank (1 is best).

    The measures of `measures.MEASURES`, with Hurwicz at `alpha` and CVaR over the worst 1 - `q`;
    `domain` too if thresholds are given; and, if a baseline future is named (its value in column
    `future`), mean and 90th percentile of the relative change from it (`change_mean`,
    `change_p90`).  Values are in the metric's unit, J larger is better; regret and deviations
    smaller is better; ranks know the difference.
    """
    chosen = _chosen(alpha, q)
    limits = thresholds.limits if thresholds is not None else ()
    rows = []
    for lens, view in outcomes.only(metric, *limits).views():
        start = _where(view, baseline_future)

        def all_of(one: Outcomes, start: int | None = start, whole: Outcomes = view) -> Floats:
            J = one.J(metric)
            found = [measure(J, one.weights) for measure, _ in chosen.values()]
            if thresholds is not None:
                found.append(measures.domain(thresholds.met(one), one.weights))
            if start is not None:
                same = len(one.futures) == len(whole.futures)
                change = measures.change_from(J, start) if same else np.full_like(J, np.nan)
                found += [measures.expected(change, one.weights)]
                found += [measures.quantile(change, one.weights, 0.9)]
            return np.stack(found)

        names = {name: better for name, (_, better) in chosen.items()}
        names |= {"domain": 1.0} if thresholds is not None else {}
        names |= {"change_mean": -1.0, "change_p90": -1.0} if start is not None else {}
        value, se = with_error(view, all_of)
        for m, (name, better) in enumerate(names.items()):
            rank = _ranks(better * value[m])
            for p, policy in enumerate(view.policies):
                rows.append((lens, name, policy, value[m, p], se[m, p], rank[p]))
    return pd.DataFrame(rows, columns=["lens", "measure", "policy", "value", "se", "rank"])


def ranks(table: pd.DataFrame, lens: str | None = None) -> pd.DataFrame:
    """Ranks by policy (rows) and measure (columns) of a `robustness` table; ties share a rank."""
    rows = table[table["lens"] == _one_lens(table, lens)]
    names = {"index": "policy", "columns": "measure", "values": "rank"}
    wide = rows.pivot(**names)
    return wide.loc[list(dict.fromkeys(rows["policy"])), list(dict.fromkeys(rows["measure"]))]


def agreement(ranked: pd.DataFrame) -> pd.DataFrame:
    """Kendall's tau-b between the columns of a table of ranks; NaN where one ties all policies."""
    names = list(ranked.columns)
    tau = [[float(kendalltau(ranked[a], ranked[b]).statistic) for b in names] for a in names]
    return pd.DataFrame(tau, index=names, columns=names)


def domains(outcomes: Outcomes, thresholds: Thresholds) -> pd.DataFrame:
    """Satisficing domain: lens, policy, share, se, contested, thresholds (their digest).

    A policy is contested if its share is below .4 under one lens and above .6 under another.
    """
    rows = []
    for lens, view in outcomes.only(*thresholds.limits).views():
        share, se = with_error(view, lambda o: measures.domain(thresholds.met(o), o.weights))
        rows += [(lens, p, share[i], se[i]) for i, p in enumerate(view.policies)]
    table = pd.DataFrame(rows, columns=["lens", "policy", "share", "se"])
    by_lens = table[table["lens"] != POOLED].groupby("policy")["share"]
    low, high = CONTESTED
    flags = (by_lens.min() < low) & (by_lens.max() > high)
    table["contested"] = table["policy"].map(flags)
    table["thresholds"] = thresholds.digest()
    return table


def swept(
    outcomes: Outcomes, thresholds: Thresholds, metric: str, limits: Sequence[float]
) -> pd.DataFrame:
    """`domains` at each of several limits for one metric; column `limit` comes first."""
    parts = [domains(outcomes, thresholds.moved(metric, limit)) for limit in limits]
    parts = [part.assign(limit=limit) for part, limit in zip(parts, limits, strict=True)]
    whole = pd.concat(parts, ignore_index=True)
    return whole[["limit", *(c for c in whole if c != "limit")]]


def split_choice(
    outcomes: Outcomes, metric: str, measure: str = "expected", alpha: float = 0.5, q: float = 0.9
) -> pd.DataFrame:
    """Against the optimizer's curse: choose on half the seeds, judge on the other half.

    The best of many noisy estimates looks better than it is.  Each half chooses once.  Columns:
    lens, chosen_on (A: every second seed from the first), policy, promised and promised_se (the
    measure on the half that chose), kept and kept_se (on the other), gap = how much better the
    promise was, gap_se, and best_there, the policy that the other half would have chosen.  With
    one seed per future the futures are halved instead (the same ones under every lens).
    """
    chosen = _chosen(alpha, q)
    if measure not in chosen:
        raise InputError(f"unknown measure {measure!r}.", "measure", nearest(measure, chosen))
    function, better = chosen[measure]
    rows = []
    for lens, view in outcomes.only(metric).views():
        parts = dict(zip("AB", halves(view), strict=True))
        found = {k: with_error(o, lambda o: function(o.J(metric), o.weights)) for k, o in
                 parts.items()}  # fmt: skip
        for here, there in ("AB", "BA"):
            best = int(np.argmax(better * found[here][0]))
            promised, kept = found[here][0][best], found[there][0][best]
            errors = found[here][1][best], found[there][1][best]
            other = view.policies[int(np.argmax(better * found[there][0]))]
            rows.append((lens, here, view.policies[best], promised, errors[0], kept, errors[1],
                         better * (promised - kept), float(np.hypot(*errors)), other))  # fmt: skip
    columns = ["lens", "chosen_on", "policy", "promised", "promised_se", "kept", "kept_se", "gap",
               "gap_se", "best_there"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def halves(view: Outcomes) -> tuple[Outcomes, Outcomes]:
    """Every second seed, and the others; with one seed, every second future under each lens."""
    if view.seeds > 1:
        first = np.arange(view.seeds) % 2 == 0
        return view.of(seeds=first), view.of(seeds=~first)
    first = pd.factorize(view.futures["future"])[0] % 2 == 0
    if first.all():
        raise InputError("one run cannot be halved.", "seeds", "Play two seeds or more.")
    return view.of(futures=first), view.of(futures=~first)


def _chosen(alpha: float, q: float) -> Mapping[str, tuple[Callable[..., Floats], float]]:
    chosen: dict[str, tuple[Callable[..., Floats], float]] = dict(measures.MEASURES)
    chosen["hurwicz"] = (partial(measures.hurwicz, alpha=alpha), 1.0)
    chosen["cvar"] = (partial(measures.cvar, q=q), 1.0)
    return chosen


def _where(view: Outcomes, future: Any) -> int | None:
    """The row of a future by its name; the first of that name, if lenses are pooled."""
    if future is None:
        return None
    rows = np.flatnonzero((view.futures["future"] == future).to_numpy())
    if not len(rows):
        known = view.futures["future"].unique()
        raise InputError(f"no future {future!r}.", "baseline_future", nearest(str(future), known))
    return int(rows[0])


def _ranks(value: Floats) -> Floats:
    """1 for the largest; values that differ by rounding alone share a rank."""
    scale = np.abs(value).max() or 1.0
    result: Floats = rankdata(-np.round(value / scale, 12), method="average")
    return result


def _one_lens(table: pd.DataFrame, lens: str | None) -> str:
    known = list(dict.fromkeys(table["lens"]))
    if lens is None:
        return POOLED if POOLED in known else str(known[0])
    if lens not in known:
        raise InputError(f"unknown lens {lens!r}.", "lens", nearest(lens, known))
    return lens

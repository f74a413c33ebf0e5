"""Regret of each policy under each lens, and where each policy is good enough."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from simulator.figures import style, words
from simulator.figures.heat import Cell, Key, heat

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from simulator.metrics import Metric

MOST_NAMED = 3


def regret(
    table: pd.DataFrame, metric: Metric, made_how: str, sums: Sequence[str] = (), said: str = ""
) -> Figure:
    """Policies × lenses, least regret at worst on top.

    `table` has the columns lens, policy, regret, se, best and clear of `analysis.regrets(...)`;
    the lenses called `sums` sum the others up and stand apart, the first of them decides the
    order; `said` is the takeaway, if not `takeaway(...)`.
    """
    lenses = list(dict.fromkeys(table["lens"]))
    decides = sums[0] if sums else lenses[0]
    order = table[table["lens"] == decides].sort_values("regret", kind="stable")["policy"]
    cells = table.set_index(["policy", "lens"])
    most = float(table["regret"].max()) or 1.0
    places = _places(words.scale(metric)[0] * words.CLEAR * table["se"])
    rows = [[_cell(cells.loc[(p, v)], metric, most, places) for v in lenses] for p in order]
    unit = words.scale(metric)[1]
    key = Key(
        "no regret", f"{words.change(metric, most).lstrip('+')} of regret",
        "least in this column", "cannot be told from the least",
    )  # fmt: skip
    heads = (
        f"Regret by lens: {words.within(metric.label)}",
        said or takeaway(table, metric, sums),
        f"{made_how} Regret: how far a policy's mean falls short of the best policy's under the "
        f"same lens, in {unit}; paired, same luck for all policies; ± 2 standard errors. "
        "The best of many noisy means looks better than it is, so regret is told on the "
        "high side. No forecast.",
    )
    titles = [words.policy_title(p) for p in order]
    return heat(heads, titles, lenses, rows, key, len(sums))


def _cell(row: Any, metric: Metric, most: float, places: int) -> Cell:
    factor = words.scale(metric)[0]
    value, error = factor * float(row["regret"]), factor * words.CLEAR * float(row["se"])
    best = bool(row["best"])
    return Cell(f"{value:.{places}f}", "" if pd.isna(error) else f"± {error:.{places}f}",
                float(row["regret"]) / most, best or bool(row["clear"]), best)  # fmt: skip


def _places(errors: pd.Series) -> int:
    """Decimals at which the usual error has two digits, 4 at most."""
    usual = float(errors[errors > 0.0].median())
    return 2 if math.isnan(usual) else min(max(1 - math.floor(math.log10(usual)), 0), 4)


def takeaway(table: pd.DataFrame, metric: Metric, sums: Sequence[str] = ()) -> str:
    """Which policy is best where, and which has the least regret at worst."""
    lenses = [v for v in dict.fromkeys(table["lens"]) if v not in sums]
    if float(table["regret"].max()) == 0.0:
        return "All policies do alike under every lens."
    said = []
    if sums:
        rows = table[table["lens"] == sums[0]]
        best = rows[rows["best"]].iloc[0]
        close = [r["policy"] for _, r in rows.iterrows() if not r["best"] and not r["clear"]]
        amount = words.change(metric, float(best["regret"]), float(best["se"])).lstrip("+")
        least = f"{words.policy_title(best['policy'])} ({amount})"
        said.append(f"Least regret under its worst lens: {least}{_close(close)}")
    winners: dict[str, list[str]] = {}
    for lens in lenses:
        rows = table[table["lens"] == lens]
        winners.setdefault(rows[rows["best"]].iloc[0]["policy"], []).append(lens)
    everywhere = "every lens"
    told = [
        f"{words.policy_title(p)} under {everywhere if len(v) == len(lenses) else words.listed(v)}"
        for p, v in winners.items()
    ]
    few = told if len(told) <= MOST_NAMED else [*told[:MOST_NAMED], "others elsewhere"]
    said.append(f"Best mean: {'; '.join(few)}")
    return ". ".join(said) + "."


def _close(close: Sequence[str]) -> str:
    if not close:
        return ", clearly less than any other"
    if len(close) > MOST_NAMED:
        return f"; {len(close)} others cannot be told from it"
    return f"; not told from it: {words.listed([words.policy_title(p) for p in close])}"


def domains(table: pd.DataFrame, promised: str, made_how: str) -> Figure:
    """Share of futures in which every threshold is met, policies × lenses, largest on top;
    `table` is `analysis.domains(...)`, `promised` the thresholds in words."""
    lenses = list(dict.fromkeys(table["lens"]))
    last = lenses[-1]
    rows = table[table["lens"] == last].sort_values("share", ascending=False, kind="stable")
    cells = table.set_index(["policy", "lens"])
    best = {v: cells.xs(v, level="lens")["share"].max() for v in lenses}
    drawn = []
    for p in rows["policy"]:
        here = [cells.loc[(p, v)] for v in lenses]
        drawn.append([
            Cell(f"{100.0 * r['share']:.0f}", f"± {100.0 * words.CLEAR * r['se']:.0f}"
                 if pd.notna(r["se"]) else "", float(r["share"]),
                 framed=bool(r["share"] == best[v]))
            for v, r in zip(lenses, here, strict=True)
        ])  # fmt: skip
    contested = list(dict.fromkeys(table.loc[table["contested"], "policy"]))
    names = words.listed([words.policy_title(p) for p in contested[:MOST_NAMED]])
    more = f" and {len(contested) - MOST_NAMED} more" if len(contested) > MOST_NAMED else ""
    said = (
        f"Contested, good enough under one lens and not under another: {names}{more}."
        if contested
        else "Under no two lenses do the shares of a policy part beyond 60 % here and 40 % there."
    )
    heads = (
        "Where each policy is good enough",
        said,
        f"{made_how} Percent of futures in which {promised}; thresholds declared before the run "
        f"({table['thresholds'].iloc[0]}); ± 2 Monte-Carlo standard errors. No forecast.",
    )
    titles = [words.policy_title(p) for p in rows["policy"]]
    key = Key("0 %", "100 % of futures", "most in this column")
    sums = 1 if len(lenses) > 1 and last == "pooled" else 0
    return heat(heads, titles, lenses, drawn, key, sums, style.BLUE)

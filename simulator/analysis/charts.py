"""Figures of an analysis, to save, show or project; a notebook shows what a cell returns.

from simulator import analysis
out = analysis.from_results(results, ["war_any"])
analysis.charts.regret(out, "war_any").savefig("regret.png")
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from simulator.analysis.decisions import domains as domains_of
from simulator.analysis.discovery import Discovery
from simulator.analysis.outcomes import Outcomes
from simulator.analysis.regret import AVERAGE, WORST, regrets
from simulator.analysis.thresholds import Thresholds
from simulator.figures import beliefs, words
from simulator.figures import regret as drawn

__all__ = ["break_even", "corner", "cruxes", "domains", "first_order", "regret"]

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def regret(outcomes: Outcomes, metric: str) -> Figure:
    """Policies × lenses: regret with its error, the worst lens and the mean of lenses beside it."""
    known = words.metric_of(metric)
    table = regrets(outcomes, metric)
    sums: tuple[str, ...] = (WORST, AVERAGE)
    if len(outcomes.lenses) < 2:
        table, sums = table[~table["lens"].isin(sums)], ()
    return drawn.regret(table, known, made_how(outcomes), sums)


def domains(outcomes: Outcomes, thresholds: Thresholds) -> Figure:
    """Policies × lenses: the share of futures in which every threshold is met."""
    limits = [
        f"{words.within(words.metric_of(m).label)} is {side} {words.amount(words.metric_of(m), x)}"
        for m in thresholds.limits
        for sign, x in [thresholds.side(m)]
        for side in ["at least" if sign > 0.0 else "at most"]
    ]
    table = domains_of(outcomes, thresholds)
    return drawn.domains(table, words.listed(limits), made_how(outcomes))


def made_how(outcomes: Outcomes) -> str:
    """Small print: which futures and how many seeds."""
    scenarios = [str(s) for s in dict.fromkeys(outcomes.futures["scenario"]) if s != 0]
    each = len(outcomes.futures) // len(outcomes.lenses)
    where = f"Scenario {words.listed(scenarios)}; " if scenarios else ""
    return (
        f"{where}{each:,} futures per lens × {outcomes.seeds:,} "
        f"seed{'s' * (outcomes.seeds != 1)} for every policy; lenses "
        f"{', '.join(outcomes.lenses)}. Frequencies in this ensemble, under stated beliefs."
    )


def cruxes(table: pd.DataFrame, metric: str, policy: str, other: str, small: str = "") -> Figure:
    """What `ts.cruxes(policy, other, metric=...)` found: the effect, belief by belief swapped."""
    title = f"{words.policy_title(policy)}: on which belief does it turn?"
    return beliefs.cruxes(table, words.metric_of(metric), title, _against(other, metric, small))


def break_even(
    table: pd.DataFrame, metric: str, policy: str, other: str, small: str = ""
) -> Figure:
    """What `analysis.break_even(policy, other, metric=...)` found, parameter by parameter."""
    title = f"{words.policy_title(policy)}: at which value does it turn?"
    return beliefs.break_even(table, words.metric_of(metric), title, _against(other, metric, small))


def first_order(table: pd.DataFrame, title: str, small: str = "") -> Figure:
    """What `analysis.first_order` found: which parameter explains the output alone."""
    return beliefs.first_order(table, title, small)


def corner(gains: pd.DataFrame, found: Discovery, x: str, y: str, title: str) -> Figure:
    """Futures in two parameters, colored by their paired gain, with the first box found.

    `gains` is `analysis.gain_by_future(...)`, `found` is `find_boxes(...)` or `where_better(...)`.
    """
    box = found.boxes[0] if found.boxes else None
    limits = box.limits if box else pd.DataFrame(columns=["parameter", "low", "high"])
    said = found.note or (
        f"{box.density:.0%} of the futures in the box are of interest, against "
        f"{found.share:.0%} of all; it holds {box.coverage:.0%} of them."
        if box
        else ""
    )
    small = (
        f"{len(gains):,} points, one for each future and lens. Frequencies in this ensemble: no "
        "forecast."
    )
    return beliefs.corner(gains, limits, x, y, (title, said, small))


def _against(other: str, metric: str, small: str) -> str:
    label = words.within(words.metric_of(metric).label)
    return f"Effect on {label}, against {words.policy_title(other)}. {small}".strip()

"""What a comparison says, in a few sentences made from its numbers, each properly hedged."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from simulator.charts import HEADLINE, PANELS
from simulator.figures import takeaways, words
from simulator.world import THEATERS

if TYPE_CHECKING:
    from simulator.charts import Charts
    from simulator.comparison import Comparison
    from simulator.metrics import Metric

NAMED = 4  # so many policies are told measure by measure; more are counted
# What to look at first, by the theater that a scenario is about.
FOCUS = {
    "europe": "incursion_europe",
    "taiwan": HEADLINE,
    "korea": "rises_korea",
    "south_china_sea": "seizure_south_china_sea",
}


def theater_of(cmp: Comparison) -> str:
    """The theater that a comparison's scenario is about."""
    return theater_in(cmp.scenario)


def theater_in(scenario: str) -> str:
    """The theater a scenario is about: the one that starts highest, or is set off most often."""
    found = words.scenario_of(scenario)
    weight = dict.fromkeys(THEATERS, 0.0)
    if found is not None:
        for theater in THEATERS:
            weight[theater] = float(getattr(found.levels, theater))
        for trigger in found.triggers:
            weight[trigger.theater] += trigger.times - 1.0
    top = max(weight.values())
    highest = [theater for theater in THEATERS if weight[theater] == top]
    return highest[0] if len(highest) == 1 else "taiwan"


def headline_of(cmp: Comparison) -> str:
    """The metric that tells most about the theater a scenario is about."""
    return FOCUS[theater_of(cmp)]


def scenario_title(cmp: Comparison) -> str:
    """The scenario's title, or its id if it is not installed."""
    return str(getattr(words.scenario_of(cmp.scenario), "title", cmp.scenario))


def heading(cmp: Comparison) -> str:
    """`Scenario: this policy and that policy against the status quo`."""
    others = [words.policy_title(p) for p in cmp.policies if p != cmp.baseline]
    told = f"{words.listed(others)} against the status quo" if others else "the status quo alone"
    return f"{scenario_title(cmp)}: {told}"


def summary(charts: Charts) -> list[str]:
    """Four to six sentences: what was compared, what came out, how far it goes."""
    cmp = charts.comparison
    others = [p for p in cmp.policies if p != cmp.baseline]
    said = [_compared(cmp, others), _headline(cmp, charts, others)]
    if others:
        said += [_beside(cmp, charts, others), _signs(cmp, charts, others)]
    table = cmp.adoption(headline_of(cmp))
    if len(table):
        said.append(_forum(cmp, table))
    return [*said, _reach(cmp, charts, others)]


def limits() -> list[str]:
    """What the model must not claim, one statement a line (model.md 5.3)."""
    lines = (
        Path(__file__).parents[1].joinpath("limits.txt").read_text(encoding="utf-8").splitlines()
    )
    return [line for line in lines if line]


def _compared(cmp: Comparison, others: list[str]) -> str:
    count = len(others)
    what = f"{count} {'policy' if count == 1 else 'policies'} with the status quo" if count else (
        "nothing with the status quo, which ran alone"
    )  # fmt: skip
    views = "one view of the world (lens)" if len(cmp.lenses) == 1 else (
        f"{len(cmp.lenses)} views of the world (lenses)"
    )  # fmt: skip
    return (
        f"This report compares {what} in the scenario “{scenario_title(cmp)}”, under {views}, with "
        f"{cmp.runs:,} runs of {cmp.quarters} quarters for each; every policy meets the same "
        "futures and the same luck."
    )


def _headline(cmp: Comparison, charts: Charts, others: list[str]) -> str:
    """The level of the headline metric under the status quo, and what the policies do to it."""
    metric = words.metric_of(headline_of(cmp))
    cells = _cells(charts, metric)
    values = [float(cells.loc[(cmp.baseline, v)]["mean"]) for v in cmp.lenses]
    here = words.amount(metric, values[cmp.lenses.index(charts.lens)])
    low, high = (words.amount(metric, v, unit=False) for v in (min(values), max(values)))
    across = f" ({low} to {high} over the lenses)" if low != high else ""
    level = f"about {here} runs" if words.is_risk(metric) else here
    said = (
        f"In this ensemble the status quo has {words.within(metric.label)} at {level} under lens "
        f"{charts.lens}{across}"
    )
    if not others:
        return f"{said}."
    if len(others) > 1 and all(_silent(cells, p, cmp, metric) for p in others):
        return f"{said}; no policy moves that clear of luck under any lens."
    told = [
        f"{words.policy_title(p)}: {takeaways.where(cells, p, cmp.lenses, metric)}"
        f"{_size(cells, p, cmp, metric)}"
        for p in others
    ]
    return f"{said}. {'; '.join(told)}."


def _beside(cmp: Comparison, charts: Charts, others: list[str]) -> str:
    """What the policies do to the other headline measures, under the plain lens."""
    metrics = [words.metric_of(m) for m in PANELS if m != headline_of(cmp)]
    frame = charts.frame
    cells = frame[frame["lens"] == charts.lens].set_index(["policy", "metric"])
    told = takeaways.outcomes(cmp, cells, metrics, counted=len(others) > NAMED)
    return f"On the other {len(metrics)} headline measures, under lens {charts.lens}: {told}"


def _cells(charts: Charts, metric: Metric) -> Any:
    """One metric's rows by policy and lens."""
    return charts.frame[charts.frame["metric"] == metric.id].set_index(["policy", "lens"])


def _silent(cells: Any, policy: str, cmp: Comparison, metric: Metric) -> bool:
    found = takeaways.verdicts(cells, policy, cmp.lenses, metric)
    return not set(found) & takeaways.CLEAR_WORDS


def _size(cells: Any, policy: str, cmp: Comparison, metric: Metric) -> str:
    """The range of its clear effects, as ` (+2 to +5 in 100)`."""
    found = takeaways.verdicts(cells, policy, cmp.lenses, metric)
    clear = [
        cells.loc[(policy, v)]
        for v, word in zip(cmp.lenses, found, strict=True) if word in takeaways.CLEAR_WORDS
    ]  # fmt: skip
    if not clear:
        return ""
    ends = [min(clear, key=lambda r: r["delta"]), max(clear, key=lambda r: r["delta"])]
    low, high = (words.change(metric, r["delta"], r["delta_se"], unit=False) for r in ends)
    whole = words.change(metric, ends[1]["delta"], ends[1]["delta_se"])
    return f" ({whole})" if low == high else f" ({low} to {whole})"


def _signs(cmp: Comparison, charts: Charts, others: list[str]) -> str:
    if len(cmp.lenses) < 2:
        return "With one lens, whether a sign depends on what one believes cannot be seen."
    told = []
    for name in dict.fromkeys((headline_of(cmp), *PANELS)):
        metric = words.metric_of(name)
        cells = _cells(charts, metric)
        told += [
            f"{words.policy_title(p)} on {words.within(metric.label)} "
            f"({takeaways.where(cells, p, cmp.lenses, metric, ', ')})"
            for p in others if takeaways.turns(cells, p, cmp.lenses, metric)
        ]  # fmt: skip
    if not told:
        return (
            "On none of the headline measures does a clear effect change sign between these "
            "lenses; that says nothing about beliefs outside them."
        )
    return f"The sign depends on what you believe for {'; '.join(told)}."


def _forum(cmp: Comparison, table: pd.DataFrame) -> str:
    """The chance of getting a policy, and what it does if adopted all the same."""
    metric = words.metric_of(headline_of(cmp))
    columns = {"effect_if_adopted": "delta", "effect_if_adopted_se": "delta_se"}
    forced = table.rename(columns=columns).assign(runs=cmp.runs).set_index(["policy", "lens"])
    often, effects = [], []
    for policy, rows in table.groupby("policy", sort=False):
        title = words.policy_title(str(policy))
        low, high = round(100.0 * rows["p_adopt"].min()), round(100.0 * rows["p_adopt"].max())
        often.append(
            f"{title} whole in {low} to {high}" if low < high else f"{title} whole in {low}"
        )
        if not _silent(forced, str(policy), cmp, metric):
            told = takeaways.where(forced, str(policy), cmp.lenses, metric)
            effects.append(f"{title} is {told}{_size(forced, str(policy), cmp, metric)}")
    return (
        f"Of 100 runs, forums adopt {words.listed(often)}, depending on the lens; if adopted all "
        f"the same, {'; '.join(effects) or 'none moves the first measure clear of luck'}."
    )


def _reach(cmp: Comparison, charts: Charts, others: list[str]) -> str:
    metric = words.metric_of(headline_of(cmp))
    rows = charts.frame[(charts.frame["metric"] == metric.id) & charts.frame["policy"].isin(others)]
    errors = rows["delta_se"][rows["delta_se"] > 0.0]
    hedge = (
        "All this holds within the sampled runs and under stated beliefs; it forecasts nothing "
        "and gives no probability of war"
    )
    if errors.empty:
        return f"{hedge}."
    least = words.change(metric, words.CLEAR * float(errors.median())).lstrip("+")
    return f"{hedge}, and differences below about {least} would drown in luck at {cmp.runs:,} runs."

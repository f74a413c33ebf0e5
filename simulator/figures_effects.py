"""What policies change: all measures under one lens, and one measure under all lenses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from simulator import figures_style as style
from simulator import figures_words as words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simulator.metrics import Metric
    from simulator.results import Comparison

ROW, LABEL_WIDTH = 0.56, 2.75


def outcomes(cmp: Comparison, frame: pd.DataFrame, metrics: Sequence[str], lens: str) -> Figure:
    """One panel per metric: each policy's difference to the status quo, its level beside it."""
    shown = [words.metric_of(m) for m in metrics]
    policies = in_order(cmp)
    cells = frame[frame["lens"] == lens].set_index(["policy", "metric"])
    columns = min(3, len(shown))
    lines = -(-len(shown) // columns)
    tall = ROW * len(policies) + 1.35
    made = style.sheet(
        f"What the policies change, under lens {lens}",
        _outcomes_takeaway(cmp, cells, shown),
        f"{words.made_how(cmp, lens)} {words.BARS} Numbers on the right: the level itself.",
        lines * tall,
    )
    labels = row_labels(policies, cmp.baseline)
    wide = (style.WIDTH - 2 * style.MARGIN - LABEL_WIDTH) / columns
    for n, metric in enumerate(shown):
        row, column = divmod(n, columns)
        left = style.MARGIN + LABEL_WIDTH + column * wide
        top = made.top + row * tall
        title = style.shorten(metric.label, style.LABEL, wide - 0.25, 2, "bold")
        made.write(title, left, top, style.LABEL, weight="bold")
        axes = made.place(left, top + 0.55, wide - 1.2, ROW * len(policies))
        _rows(axes, [cells.loc[(p, metric.id)] for p in policies], policies, metric, cmp.baseline)
        _levels(axes, [cells.loc[(p, metric.id), "mean"] for p in policies], metric)
        if column == 0:
            style.label_rows(axes, labels)
    return made.figure


def by_lens(cmp: Comparison, frame: pd.DataFrame, metric: Metric) -> Figure:
    """One panel per lens on the same axis; policies whose sign differs between lenses marked."""
    policies = [p for p in in_order(cmp) if p != cmp.baseline] or [cmp.baseline]
    cells = frame[frame["metric"] == metric.id].set_index(["policy", "lens"])
    turned = [p for p in policies if words.opposed(verdicts(cells, p, cmp.lenses, metric))]
    columns = min(4, len(cmp.lenses))
    lines = -(-len(cmp.lenses) // columns)
    tall = ROW * len(policies) + 1.45
    luck = "About one bar in twenty misses zero by luck alone."
    made = style.sheet(
        f"{metric.label}: lens by lens",
        _lens_takeaway(cmp, cells, policies, turned, metric),
        f"{words.made_how(cmp)} {words.BARS} {luck}",
        lines * tall,
    )
    wide = (style.WIDTH - 2 * style.MARGIN - LABEL_WIDTH) / columns
    low, high = _extent([cells.loc[(p, v)] for p in policies for v in cmp.lenses], metric)
    labels = row_labels(policies, cmp.baseline)
    for n, lens in enumerate(cmp.lenses):
        row, column = divmod(n, columns)
        left, top = style.MARGIN + LABEL_WIDTH + column * wide, made.top + row * tall
        _lens_title(made, lens, left, top, wide - 0.3)
        axes = made.place(left, top + 0.65, wide - 0.3, ROW * len(policies))
        _rows(axes, [cells.loc[(p, lens)] for p in policies], policies, metric, cmp.baseline)
        axes.set_xlim(low, high)
        if column == 0:
            style.label_rows(axes, labels)
            _mark_turned(axes, labels, [p in turned for p in policies])
    return made.figure


def in_order(cmp: Comparison) -> list[str]:
    """Policies as given, the status quo first."""
    return [cmp.baseline, *(p for p in cmp.policies if p != cmp.baseline)]


def row_labels(policies: Sequence[str], baseline: str) -> list[str]:
    """Titles of policies in at most two lines."""
    width = LABEL_WIDTH - 0.25
    return [style.shorten(words.policy_title(p), style.LABEL, width, 2) for p in policies]


def verdicts(cells: Any, policy: str, lenses: Sequence[str], metric: Metric) -> list[str]:
    """Verdict on one policy under each lens; `cells` is indexed by policy and lens."""
    rows = [cells.loc[(policy, v)] for v in lenses]
    return [words.verdict(metric, r["delta"], r["delta_se"]) for r in rows]


def _rows(axes: Axes, rows: Sequence[Any], policies: Sequence[str], metric: Metric, baseline: str
          ) -> None:  # fmt: skip
    style.tidy(axes, len(rows))
    factor, unit = words.scale(metric)
    for y, (row, policy) in enumerate(zip(rows, policies, strict=True)):
        if policy == baseline:
            axes.plot([0.0], [y], marker="s", markersize=8, color=style.SOFT, markerfacecolor=style.PAPER,
                      markeredgewidth=1.8, linestyle="none", zorder=3)  # fmt: skip
        elif pd.isna(row["delta"]):
            axes.annotate("no eligible run", (0.0, y), (6, 0), textcoords="offset points",
                          va="center", fontsize=style.SMALL, color=style.FAINT)  # fmt: skip
        else:
            error = 0.0 if pd.isna(row["delta_se"]) else factor * row["delta_se"]
            found = words.verdict(metric, row["delta"], row["delta_se"])
            style.point(axes, factor * row["delta"], y, words.CLEAR * error, found)
    axes.set_xlim(*_extent(rows, metric))
    axes.locator_params(axis="x", nbins=4)
    name = {"0..1": "on a words.scale of 0 to 1", "%": "percentage points"}.get(unit, unit)
    arrow = {"-": f"◂ better      {name}", "+": f"{name}      better ▸"}.get(metric.direction, name)
    axes.set_xlabel(style.plain(arrow), fontsize=style.TICK, color=style.SOFT, labelpad=3)


def _extent(rows: Sequence[Any], metric: Metric) -> tuple[float, float]:
    factor, _ = words.scale(metric)
    least = {"probability": 2.0, "share": 2.0, "0..1": 0.02}.get(metric.unit, 0.1)
    ends = [
        factor * (r["delta"] + side * words.CLEAR * (0.0 if pd.isna(r["delta_se"]) else r["delta_se"]))
        for r in rows if not pd.isna(r["delta"]) for side in (-1.0, 1.0)
    ]  # fmt: skip
    return style.span(min(ends, default=0.0), max(ends, default=0.0), least)


def _levels(axes: Axes, values: Sequence[float], metric: Metric) -> None:
    """The level itself to the right of each row, with its unit on the first."""
    for y, value in enumerate(values):
        text = words.amount(metric, value, unit=words.scale(metric)[1] in ("runs in 100", "%"))
        axes.annotate(style.plain(text), (1.0, y), (8, 0), xycoords=("axes fraction", "data"),
                      textcoords="offset points", va="center", fontsize=style.TICK, color=style.INK)  # fmt: skip


def _lens_title(made: style.Sheet, lens: str, left: float, top: float, width: float) -> None:
    found = words.lens_of(lens)
    made.write(lens, left, top, style.LABEL, weight="bold")
    if found is not None:
        beside = style.text_width(lens, style.LABEL, "bold")
        if len(style.wrap(found.title, style.SMALL, width)) > 1 and beside < width:
            title = style.shorten(found.title, style.SMALL, width, 2)
        else:
            title = found.title
        made.write(title, left, top + 0.24, style.SMALL, color=style.SOFT)


def _mark_turned(axes: Axes, labels: Sequence[str], turned: Sequence[bool]) -> None:
    for y, (label, mark) in enumerate(zip(labels, turned, strict=True)):
        if mark:
            drop = -11 - 8 * label.count("\n")
            axes.annotate("sign differs", (0.0, y), (-12, drop), ha="right", va="top",
                          xycoords=("axes fraction", "data"), textcoords="offset points",
                          fontsize=style.SMALL, weight="bold", color=style.PURPLE)  # fmt: skip


def _outcomes_takeaway(cmp: Comparison, cells: Any, metrics: Sequence[Metric]) -> str:
    others = [p for p in cmp.policies if p != cmp.baseline]
    if not others:
        return "Only the status quo was run: there is nothing to compare it with."
    said = [_one_policy(p, cells, metrics, brief=len(others) > 2) for p in others]
    return ". ".join(said) + "."


def _one_policy(policy: str, cells: Any, metrics: Sequence[Metric], brief: bool) -> str:
    found: dict[str, list[str]] = {}
    for metric in metrics:
        row = cells.loc[(policy, metric.id)]
        word = words.verdict(metric, row["delta"], row["delta_se"])
        found.setdefault(word, []).append(words.within(metric.label))
    told = []
    for word in ("better", "worse", "higher", "lower"):
        if word in found:
            on = f"{len(found[word])} of {len(metrics)}" if brief else words.listed(found[word])
            told.append(f"{word} on {on}")
    return f"{words.policy_title(policy)}: {words.listed(told) or 'no clear difference on any of these'}"


def _lens_takeaway(cmp: Comparison, cells: Any, policies: Sequence[str], turned: Sequence[str],
                   metric: Metric) -> str:  # fmt: skip
    if policies == [cmp.baseline]:
        return "Only the status quo was run: there is nothing to compare it with."
    if len(cmp.lenses) < 2:
        return "One lens only: whether the sign depends on beliefs cannot be seen here."
    told = []
    for policy in turned:
        found = dict(zip(cmp.lenses, verdicts(cells, policy, cmp.lenses, metric), strict=True))
        sides = [
            f"{word} under {words.listed([v for v in cmp.lenses if found[v] == word])}"
            for word in ("better", "worse", "lower", "higher") if word in found.values()
        ]  # fmt: skip
        told.append(f"{words.policy_title(policy)} is {' but '.join(sides)}: it depends on the lens.")
    if told:
        return " ".join(told)
    clear = [p for p in policies if set(verdicts(cells, p, cmp.lenses, metric)) - {"unclear", "none"}]
    if not clear:
        return "No policy makes a clear difference under any lens: smaller than luck can show here."
    same = [f"{words.policy_title(p)}: {_same_way(cells, p, cmp.lenses, metric)}" for p in clear]
    return f"No clear sign differs between lenses. {'; '.join(same)}."


def _same_way(cells: Any, policy: str, lenses: Sequence[str], metric: Metric) -> str:
    found = dict(zip(lenses, verdicts(cells, policy, lenses, metric), strict=True))
    word = next(w for w in found.values() if w not in ("unclear", "none"))
    where = [v for v in lenses if found[v] == word]
    return f"{word} under {'all' if len(where) == len(lenses) else words.listed(where)}"

"""What policies change: several measures under one lens, and one measure under every lens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from simulator.figures import style, takeaways, words
from simulator.figures.style import LABEL, MARGIN, SMALL, TICK, WIDTH

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simulator.comparison import Comparison
    from simulator.metrics import Metric

# Inches: height of a row, of one with a mark, width of row labels, of values; height of the key.
ROW, TURNED_ROW, LABELS, VALUES, KEY = 0.56, 0.66, 2.85, 1.15, 0.5
NAMED = 2  # so many policies are told measure by measure in the takeaway; more are counted
LUCK = "About one bar in twenty misses zero by luck alone."


def outcomes(cmp: Comparison, frame: pd.DataFrame, metrics: Sequence[str], lens: str) -> Figure:
    """One panel per metric: each policy's difference to the status quo, its level beside it."""
    shown = [words.metric_of(m) for m in metrics]
    policies = in_order(cmp)
    cells = frame[frame["lens"] == lens].set_index(["policy", "metric"])
    columns = min(3, len(shown))
    tall = ROW * len(policies) + 1.45
    lines = -(-len(shown) // columns)
    made = style.sheet(
        f"What the policies change, under lens {lens}",
        takeaways.outcomes(cmp, cells, shown, counted=len(policies) > NAMED + 1),
        f"{words.made_how(cmp, lens)} {words.BARS}",
        lines * tall + KEY,
    )
    style.key(made, ("reference", *_signs(shown), "unclear"), made.top + lines * tall + 0.05)
    wide = (WIDTH - 2 * MARGIN - LABELS) / columns
    for n, metric in enumerate(shown):
        row, column = divmod(n, columns)
        left, top = MARGIN + LABELS + column * wide, made.top + row * tall
        title = style.shorten(metric.label, LABEL, wide - 0.25, 2, "bold")
        made.write(title, left, top, LABEL, weight="bold")
        axes = made.place(left, top + 0.55, wide - VALUES, ROW * len(policies))
        rows: list[Any] = [cells.loc[(p, metric.id)] for p in policies]
        _draw(axes, rows, policies, metric, cmp.baseline, _extent(rows, metric))
        _values(axes, rows, metric)
        if column == 0:
            style.label_rows(axes, row_labels(policies))
    return made.figure


def by_lens(cmp: Comparison, frame: pd.DataFrame, metric: Metric) -> Figure:
    """One panel per lens on the same axis; policies whose sign differs between lenses marked."""
    policies = [p for p in in_order(cmp) if p != cmp.baseline] or [cmp.baseline]
    cells = frame[frame["metric"] == metric.id].set_index(["policy", "lens"])
    columns = min(4, len(cmp.lenses))
    turned = [takeaways.turns(cells, p, cmp.lenses, metric) for p in policies]
    high = (TURNED_ROW if any(turned) else ROW) * len(policies)
    lines, tall = -(-len(cmp.lenses) // columns), high + 1.55
    made = style.sheet(
        f"{metric.label}: lens by lens",
        takeaways.by_lens(cmp, cells, metric),
        f"{words.made_how(cmp)} {words.BARS} {LUCK}",
        lines * tall + KEY,
    )
    style.key(made, (*_signs([metric]), "unclear"), made.top + lines * tall + 0.05)
    wide = (WIDTH - 2 * MARGIN - LABELS) / columns
    limits = _extent([cells.loc[(p, v)] for p in policies for v in cmp.lenses], metric)
    for n, lens in enumerate(cmp.lenses):
        row, column = divmod(n, columns)
        left, top = MARGIN + LABELS + column * wide, made.top + row * tall
        lens_title(made, lens, left, top, wide - 0.3)
        axes = made.place(left, top + 0.65, wide - 0.3, high)
        rows = [cells.loc[(p, lens)] for p in policies]
        _draw(axes, rows, policies, metric, cmp.baseline, limits)
        if column == 0:
            _mark(axes, row_labels(policies), turned)
    return made.figure


def _signs(metrics: Sequence[Metric]) -> tuple[str, ...]:
    valued = {m.direction != "context" for m in metrics}
    judged, told = ("better", "worse") * (True in valued), ("higher",) * (False in valued)
    return judged + told


def in_order(cmp: Comparison) -> list[str]:
    """Policies as given, the status quo first."""
    return [cmp.baseline, *(p for p in cmp.policies if p != cmp.baseline)]


def row_labels(policies: Sequence[str], width: float = LABELS - 0.2) -> list[str]:
    """Titles of policies in at most two lines."""
    return [style.shorten(words.policy_title(p), LABEL, width, 2) for p in policies]


def lens_title(made: style.Sheet, lens: str, left: float, top: float, width: float) -> None:
    """A lens's id and, below it in small type, its gist."""
    made.write(lens, left, top, LABEL, weight="bold")
    found = words.lens_of(lens)
    if found is not None:
        gist = style.shorten(found.title, SMALL, width, 2)
        made.write(gist, left, top + 0.23, SMALL, color=style.SOFT)


def _draw(axes: Axes, rows: Sequence[Any], policies: Sequence[str], metric: Metric,
          baseline: str, limits: tuple[float, float]) -> None:  # fmt: skip
    style.tidy(axes, len(rows))
    factor, _ = words.scale(metric)
    for y, (row, policy) in enumerate(zip(rows, policies, strict=True)):
        if policy == baseline:
            style.reference(axes, 0.0, y)
        elif pd.isna(row["delta"]):
            style.note(axes, 0.0, y, 6, "no eligible run", color=style.FAINT, fontsize=SMALL)
        else:
            found = words.row_verdict(metric, row)
            style.point(axes, factor * row["delta"], y, factor * _reach(row), found)
    axes.set_xlim(limits)
    style.few_ticks(axes)
    better = {"-": ("◂ better", 0.0, "left", "right"), "+": ("better ▸", 1.0, "right", "left")}
    name = words.axis_name(metric)
    below = {"xycoords": "axes fraction", "color": style.SOFT, "fontsize": TICK}
    if metric.direction in better:
        text, x, side, other = better[metric.direction]
        style.note(axes, x, 0.0, 0, text, -30, ha=side, **below)
        style.note(axes, 1.0 - x, 0.0, 0, name, -30, ha=other, **below)
    else:
        style.note(axes, 0.5, 0.0, 0, name, -30, ha="center", **below)


def _reach(row: Any) -> float:
    """Half the length of the error bar: two standard errors, 0 where there is none."""
    return 0.0 if pd.isna(row["delta_se"]) else words.CLEAR * float(row["delta_se"])


def _extent(rows: Sequence[Any], metric: Metric) -> tuple[float, float]:
    factor, _ = words.scale(metric)
    least = {"probability": 2.0, "share": 2.0, "0..1": 0.02}.get(metric.unit, 0.1)
    kept = [row for row in rows if not pd.isna(row["delta"])]
    low = min((factor * (row["delta"] - _reach(row)) for row in kept), default=0.0)
    high = max((factor * (row["delta"] + _reach(row)) for row in kept), default=0.0)
    return style.span(low, high, least)


def _values(axes: Axes, rows: Sequence[Any], metric: Metric) -> None:
    """To the right of each row: the level of the status quo, then each change; the unit, which the
    axis names too, where there is room."""
    for y, row in enumerate(rows):
        found = words.row_verdict(metric, row)
        text = words.change(metric, row["delta"], row["delta_se"], unit=False)
        if y == 0:
            whole = words.amount(metric, row["mean"])
            fits = style.text_width(whole, TICK) < VALUES - 0.25
            text = whole if fits else words.amount(metric, row["mean"], unit=False)
        style.note(
            axes, 1.0, y, 10, text, xycoords=("axes fraction", "data"),
            color=style.VERDICT_COLOR[found] if y else style.INK,
        )  # fmt: skip


def _mark(axes: Axes, labels: Sequence[str], turned: Sequence[bool]) -> None:
    """Row labels; those of policies whose sign differs between lenses say so."""
    here = {"xycoords": ("axes fraction", "data"), "ha": "right"}
    for y, (label, mark) in enumerate(zip(labels, turned, strict=True)):
        lines = label.count("\n") + 1
        style.note(axes, 0.0, y, -12, label, 7 * mark, fontsize=LABEL, **here)
        if mark:
            style.note(axes, 0.0, y, -12, "sign differs", -4 - 8 * lines, fontsize=SMALL,
                       weight="bold", color=style.PURPLE, **here)  # fmt: skip

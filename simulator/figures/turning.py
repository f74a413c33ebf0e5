"""What a choice turns on: differences lens by lens, and gains along a belief."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from simulator.figures import style, words
from simulator.figures.effects import lens_title, row_labels
from simulator.figures.style import LABEL, MARGIN, SMALL, SOFT, TICK, WIDTH

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simulator.arrays import Floats
    from simulator.metrics import Metric

ROW, LABELS, TALL, GAP = 0.5, 2.85, 2.5, 0.9  # inches


@dataclass(frozen=True)
class Mark:
    """A difference to the status quo as it is drawn: value, half its bar, verdict."""

    delta: float
    reach: float
    verdict: str


def differences(
    policies: Sequence[str],
    lenses: Sequence[str],
    marks: Sequence[Sequence[Mark]],
    metric: Metric,
    takeaway: str,
    small: str,
) -> Figure:
    """One panel per lens on one axis; `marks[policy][lens]` in the metric's own unit."""
    columns = min(4, len(lenses))
    high = ROW * len(policies)
    lines, tall = -(-len(lenses) // columns), high + 1.5
    made = style.sheet(
        f"{metric.label}: lens by lens", takeaway, small, lines * tall + 0.5
    )  # fmt: skip
    style.key(made, ("better", "worse", "unclear"), made.top + lines * tall + 0.05)
    wide = (WIDTH - 2 * MARGIN - LABELS) / columns
    factor, _ = words.scale(metric)
    ends = [factor * (m.delta + s * m.reach) for row in marks for m in row for s in (-1.0, 1.0)]
    least = {"probability": 2.0, "share": 2.0, "0..1": 0.02}.get(metric.unit, 0.1)
    limits = style.span(min(ends, default=0.0), max(ends, default=0.0), least)
    for n, lens in enumerate(lenses):
        row, column = divmod(n, columns)
        left, top = MARGIN + LABELS + column * wide, made.top + row * tall
        lens_title(made, lens, left, top, wide - 0.3)
        axes = made.place(left, top + 0.65, wide - 0.3, high)
        style.tidy(axes, len(policies))
        for y, of in enumerate(marks):
            style.point(axes, factor * of[n].delta, y, factor * of[n].reach, of[n].verdict)
        axes.set_xlim(limits)
        style.few_ticks(axes)
        _sides(axes, metric)
        if column == 0:
            style.label_rows(axes, row_labels(policies))
    return made.figure


def _sides(axes: Axes, metric: Metric) -> None:
    better = {"-": ("◂ better", 0.0, "left", "right"), "+": ("better ▸", 1.0, "right", "left")}
    text, x, side, other = better[metric.direction]
    below = {"xycoords": "axes fraction", "color": SOFT, "fontsize": TICK}
    style.note(axes, x, 0.0, 0, text, -30, ha=side, **below)
    style.note(axes, 1.0 - x, 0.0, 0, words.axis_name(metric), -30, ha=other, **below)


@dataclass(frozen=True)
class Curve:
    """The gain of one policy over another along a parameter, in bins of futures.

    `gain` and `reach` are in `metric`'s own unit, positive where the first policy does better;
    `turns_at` is where it crosses zero, NaN where it does not.
    """

    first: str
    second: str
    lens: str
    belief: str
    unit: str
    metric: Metric
    x: Floats
    gain: Floats
    reach: Floats
    turns_at: float


def along_beliefs(curves: Sequence[Curve], takeaway: str, small: str) -> Figure:
    """One panel per pair of policies and belief."""
    columns = min(2, len(curves))
    lines, tall = -(-len(curves) // columns), TALL + 1.8
    made = style.sheet("Gains along a belief", takeaway, small, lines * tall)
    wide = (WIDTH - 2 * MARGIN) / columns
    for n, curve in enumerate(curves):
        row, column = divmod(n, columns)
        left, top = MARGIN + column * wide, made.top + row * tall
        named = f"{curve.first} against {curve.second}"
        title = style.shorten(named, LABEL, wide - 0.5, 1, "bold")
        made.write(title, left, top, LABEL, weight="bold")
        unit = words.axis_name(curve.metric)
        told = f"gain in {words.within(curve.metric.label)} ({unit}), lens {curve.lens}"
        made.write(style.shorten(told, SMALL + 1, wide - 0.5, 1), left, top + 0.26, SMALL + 1,
                   color=SOFT)  # fmt: skip
        axes = made.place(left + 0.75, top + 0.62, wide - GAP - 0.75, TALL)
        _curve(axes, curve)
        label = f"{curve.belief} ({curve.unit})" if curve.unit else curve.belief
        under = style.shorten(label, TICK, wide - 0.5, 2)
        made.write(under, left + 0.75, top + 0.62 + TALL + 0.38, TICK, color=SOFT)
    return made.figure


def _curve(axes: Axes, curve: Curve) -> None:
    factor, _ = words.scale(curve.metric)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.axhline(0.0, color=SOFT, linewidth=1.2)
    y, reach = factor * curve.gain, factor * curve.reach
    for x, value, half in zip(curve.x, y, reach, strict=True):
        color = style.BLUE if value > half else style.VERMILION if value < -half else style.FAINT
        axes.plot([x, x], [value - half, value + half], color=color, linewidth=2.6)
        axes.plot([x], [value], marker="o", markersize=8, color=color,
                  markerfacecolor=color if abs(value) > half else style.PAPER)  # fmt: skip
    axes.plot(curve.x, y, color=style.FAINT, linewidth=1.0, zorder=1)
    if np.isfinite(curve.turns_at):
        axes.axvline(curve.turns_at, color=style.PURPLE, linewidth=1.6, linestyle="--")
        style.note(axes, curve.turns_at, 1.0, 5, "sign turns", 6, fontsize=SMALL,
                   color=style.PURPLE, xycoords=("data", "axes fraction"))  # fmt: skip
    axes.tick_params(labelsize=TICK, colors=SOFT)
    axes.grid(axis="y", color=style.GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    low, high = axes.get_ylim()
    pad = 0.12 * (high - low)
    axes.set_ylim(low - pad, high + pad)
    style.note(axes, 0.0, 1.0, 5, f"{curve.first} better", -8, fontsize=SMALL, color=SOFT,
               xycoords="axes fraction")  # fmt: skip
    style.note(axes, 0.0, 0.0, 5, f"{curve.second} better", 9, fontsize=SMALL, color=SOFT,
               xycoords="axes fraction")  # fmt: skip

"""How far each policy stands behind the best of each lens: a grid of policies and lenses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from simulator.figures import style, words
from simulator.figures.effects import lens_title
from simulator.figures.style import LABEL, MARGIN, SMALL, WIDTH

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from simulator.arrays import Bools, Floats
    from simulator.metrics import Metric

ROW, LABELS, HEAD, MOST_WIDE = 0.46, 3.6, 0.75, 1.9  # inches
UNSURE = np.array([236.0, 238.0, 241.0])
PALE, DEEP = np.array([255.0, 255.0, 255.0]), np.array([222.0, 122.0, 60.0])


def shortfall(
    policies: Sequence[str],
    lenses: Sequence[str],
    behind_by: Floats,
    behind: Bools,
    metric: Metric,
    takeaway: str,
    small: str,
) -> Figure:
    """Rows: policies, the least largest regret on top; columns: lenses, then the largest.

    `behind_by` (policies, lenses) is in the metric's own unit, `behind` says where another policy
    is clearly better.
    """
    rows = np.argsort(behind_by.max(axis=1), kind="stable")
    columns = len(lenses) + (len(lenses) > 1)
    wide = min(MOST_WIDE, (WIDTH - 2 * MARGIN - LABELS) / columns)
    body = HEAD + ROW * len(policies)
    made = style.sheet(f"{metric.label}: regret", takeaway, small, body + 0.55)
    for v, lens in enumerate(lenses):
        lens_title(made, lens, MARGIN + LABELS + v * wide, made.top, wide - 0.12)
    if len(lenses) > 1:
        left = MARGIN + LABELS + len(lenses) * wide
        made.write("largest", left + 0.1, made.top, LABEL, weight="bold")
    axes = made.place(MARGIN + LABELS, made.top + HEAD, wide * columns, ROW * len(policies))
    axes.set_axis_off()
    axes.set_xlim(0.0, columns)
    axes.set_ylim(len(policies), 0.0)
    top = float(behind_by.max()) or 1.0
    for y, p in enumerate(rows):
        title = style.shorten(words.policy_title(policies[p]), LABEL, LABELS - 0.2, 1)
        style.note(axes, 0.0, y + 0.5, -12, title, ha="right", fontsize=LABEL)
        for v in range(columns):
            whole = v == len(lenses)
            value = float(behind_by[p].max() if whole else behind_by[p, v])
            sure = bool(behind[p].any() if whole else behind[p, v])
            full = PALE + (DEEP - PALE) * np.sqrt(value / top)
            shade = (full if sure else PALE if value == 0.0 else UNSURE) / 255.0
            gap = 0.1 if whole else 0.0
            axes.fill_between([v + 0.02 + gap, v + 0.98], y + 0.05, y + 0.95, color=shade,
                              linewidth=0)  # fmt: skip
            if sure:
                axes.plot([v + 0.03 + gap] * 2, [y + 0.06, y + 0.94], color=style.INK, linewidth=3)
            text = "first" if value == 0.0 else words.change(metric, value, unit=False).lstrip("+")
            style.note(axes, v + 0.5 + gap / 2, y + 0.5, 0, text, ha="center", fontsize=LABEL,
                       weight="bold" if sure else "normal")  # fmt: skip
    _key(made, made.top + body + 0.1, metric)
    return made.figure


def _key(made: style.Sheet, top: float, metric: Metric) -> None:
    axes = style.strip(made, top)
    axes.plot([MARGIN + 0.04] * 2, [0.1, 0.9], color=style.INK, linewidth=3)
    left = MARGIN + 0.2
    for text, weight in (
        ("bold, with a bar: another policy is clearly better", "bold"),
        ("gray, plain: cannot be told from the best", "normal"),
        (f"in {words.axis_name(metric)}", "normal"),
    ):
        style.note(axes, left, 0.5, 0, text, fontsize=SMALL + 1, weight=weight, color=style.SOFT)
        left += style.text_width(text, SMALL + 1, weight) + 0.45

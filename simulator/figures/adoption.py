"""Forum results four ways: agreed or not; effect if adopted, overall, of trying and failing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from simulator.figures import style, words
from simulator.figures.style import LABEL, MARGIN, SMALL, SOFT, WIDTH

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simulator.comparison import Comparison
    from simulator.metrics import Metric

ROW, LABELS, GAP = 0.36, 1.3, 0.45  # inches: row height, width of lens names, between columns
WHOLE, WEAK = style.GREEN, "#9fd8c5"
EFFECTS = {
    "effect_if_adopted": "Effect if adopted",
    "effect_overall": "Effect overall",
    "effect_failed": "Effect of trying\nand failing",
}


def adoption(cmp: Comparison, table: pd.DataFrame, metric: Metric) -> Figure:
    """Rows: policies with an ask, lens by lens.  `table` is
    `Comparison.adoption(metric)` with a column `runs`."""
    slots = _slots(table)
    body = ROW * len(slots)
    made = style.sheet(
        f"{metric.label}: adopted or not, four ways",
        takeaway(table, metric),
        f"{words.made_how(cmp)} {words.BARS} If adopted: adoption imposed. Trying and failing: the "
        "runs in which the forum blocked the text; not shown below 30 such runs.",
        body + 1.75,
    )
    wide = (WIDTH - 2 * MARGIN - LABELS - 3 * GAP) / 4
    top = made.top + 0.62
    limits = _limits(table, metric)
    for n, (column, title) in enumerate({"p_adopt": "The forum agrees", **EFFECTS}.items()):
        left = MARGIN + LABELS + n * (wide + GAP)
        made.write(title, left, made.top, LABEL, weight="bold")
        axes = made.place(left, top, wide, body)
        style.tidy(axes, len(slots), zero=column != "p_adopt")
        if column == "p_adopt":
            _forum(axes, slots)
            _names(axes, slots)
        else:
            _effects(axes, slots, column, metric)
            axes.set_xlim(limits)
            style.few_ticks(axes)
        _below(axes, column, metric)
    _key(made, top + body + 0.72)
    return made.figure


def _slots(table: pd.DataFrame) -> list[Any]:
    """A policy's id as a heading, then its rows, policy by policy."""
    slots: list[Any] = []
    for policy, rows in table.groupby("policy", sort=False):
        slots.append(str(policy))
        slots.extend(row for _, row in rows.iterrows())
    return slots


def _names(axes: Axes, slots: list[Any]) -> None:
    at: dict[str, Any] = {"xycoords": ("axes fraction", "data"), "fontsize": LABEL}
    on_paper = {"facecolor": style.PAPER, "edgecolor": "none", "pad": 1.5}
    for y, slot in enumerate(slots):
        if isinstance(slot, str):
            title = style.shorten(words.policy_title(slot), LABEL, LABELS + 2.4, 1, "bold")
            style.note(axes, 0.0, y, -72 * LABELS, title, weight="bold", bbox=on_paper, **at)
        else:
            style.note(axes, 0.0, y, -12, slot["lens"], ha="right", **at)


def _forum(axes: Axes, slots: list[Any]) -> None:
    axes.set_xlim(0.0, 130.0)
    axes.set_xticks([0, 50, 100])
    for y, slot in enumerate(slots):
        if isinstance(slot, str):
            continue
        whole, weak = 100.0 * slot["p_adopt"], 100.0 * slot["p_weakened"]
        axes.barh(y, whole, height=0.66, color=WHOLE)
        axes.barh(y, weak, left=whole, height=0.66, color=WEAK)
        reach = 100.0 * words.CLEAR * slot["p_adopt_se"]
        axes.plot([whole - reach, whole + reach], [y, y], color=style.INK, linewidth=1.4)
        style.note(axes, whole + max(weak, reach), y, 6, f"{whole:.0f} + {weak:.0f}")


def _effects(axes: Axes, slots: list[Any], column: str, metric: Metric) -> None:
    factor, _ = words.scale(metric)
    for y, slot in enumerate(slots):
        if isinstance(slot, str):
            continue
        delta, error, runs = slot[column], slot[f"{column}_se"], _runs(slot, column)
        if pd.isna(delta):
            style.note(axes, 0.0, y, 6, "too few runs", fontsize=SMALL, color=style.FAINT)
            continue
        reach = 0.0 if pd.isna(error) else factor * words.CLEAR * error
        style.point(axes, factor * delta, y, reach, words.verdict(metric, delta, error, runs))


def _runs(row: Any, column: str) -> float:
    """The runs that an effect is taken over."""
    return float(row["runs"] * (row["share_failed"] if column == "effect_failed" else 1.0))


def _limits(table: pd.DataFrame, metric: Metric) -> tuple[float, float]:
    factor, _ = words.scale(metric)
    ends = [
        factor * (table[c] + side * words.CLEAR * table[f"{c}_se"].fillna(0.0)).dropna()
        for c in EFFECTS for side in (-1.0, 1.0)
    ]  # fmt: skip
    every = pd.concat(ends)
    low, high = (float(every.min()), float(every.max())) if len(every) else (0.0, 0.0)
    return style.span(low, high, 2.0 if metric.unit in ("probability", "share") else 0.02)


def _below(axes: Axes, column: str, metric: Metric) -> None:
    at: dict[str, Any] = {"xycoords": "axes fraction", "color": SOFT}
    if column == "p_adopt":
        style.note(axes, 1.0, 0.0, 0, "runs in 100", -30, ha="right", **at)
        return
    better = {"-": ("◂ better", 0.0, "left"), "+": ("better ▸", 1.0, "right")}
    if metric.direction in better:
        text, x, side = better[metric.direction]
        style.note(axes, x, 0.0, 0, text, -30, ha=side, **at)
    unit = words.axis_name(metric)
    style.note(axes, 0.0 if metric.direction == "+" else 1.0, 0.0, 0, unit, -30,
               ha="left" if metric.direction == "+" else "right", **at)  # fmt: skip


def _key(made: style.Sheet, top: float) -> None:
    axes = style.strip(made, top)
    left = MARGIN
    for text, color in (("adopted whole", WHOLE), ("adopted weakened", WEAK)):
        left = style.swatch(axes, left, text, color)
    style.key(made, ("better", "worse", "unclear"), top, left + 0.2)


def takeaway(table: pd.DataFrame, metric: Metric) -> str:
    """How often the forum agrees, over the lenses, and whether trying and failing does harm."""
    told = []
    for policy, rows in table.groupby("policy", sort=False):
        whole, weak = (_range(rows[column]) for column in ("p_adopt", "p_weakened"))
        told.append(
            f"{words.policy_title(str(policy))}: agreed whole in {whole}, weakened in {weak}"
        )
    said = f"Runs in 100, over the lenses. {'; '.join(told)}."
    harm = {
        words.policy_title(row["policy"])
        for _, row in table.iterrows()
        if words.verdict(metric, row["effect_failed"], row["effect_failed_se"],
                         _runs(row, "effect_failed")) == "worse"
    }  # fmt: skip
    return f"{said} Trying and failing does harm: {words.listed(sorted(harm))}." if harm else said


def _range(shares: pd.Series) -> str:
    low, high = round(100.0 * shares.min()), round(100.0 * shares.max())
    return f"{low} to {high}" if low < high else f"{low}"

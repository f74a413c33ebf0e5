"""On which belief it turns: cruxes, break-even values, sensitivity, and corners of the beliefs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from simulator.figures import style, words
from simulator.figures.style import MARGIN, SMALL, SOFT, TICK, WIDTH

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simulator.metrics import Metric

ROW, LABELS, SHOWN, SIDE = 0.52, 4.3, 12, 2.3  # inches; rows at most; inches right of the axes
WAYS = ("policy does better", "worse")
LUCK = "Bars: ± 2 Monte-Carlo standard errors, paired. One bar in twenty misses by luck alone."


def cruxes(table: pd.DataFrame, metric: Metric, title: str, small: str) -> Figure:
    """A row per belief swapped, the largest change on top: the effect moves from the line at
    `effect` to the point; a point whose sign has turned is filled.  `table` is `ts.cruxes(...)`."""
    rows = table.head(SHOWN)
    factor = words.scale(metric)[0]
    turned = rows[rows["turns"]]
    effect = words.change(metric, float(table["effect"].iloc[0]), float(table["effect_se"].iloc[0]))
    names = words.listed([_plain(r) for _, r in turned.iterrows()])
    said = f"With all beliefs as they are the effect is {effect}. " + (
        f"Its sign turns with {names}." if len(turned) else "No single belief turns its sign."
    )
    left = (
        f" The {len(rows)} of {len(table)} swaps that move it most." if len(table) > SHOWN else ""
    )
    made = style.sheet(title, said, f"{small}{left} {LUCK}", ROW * len(rows) + 0.6)
    axes = _axes(made, len(rows))
    start, se = (factor * float(rows[c].iloc[0]) for c in ("effect", "effect_se"))
    axes.axvspan(start - 2 * se, start + 2 * se, color=style.SKY, alpha=0.3, linewidth=0)
    axes.axvline(start, color=style.BLUE, linewidth=1.2)
    for y, (_, row) in enumerate(rows.iterrows()):
        there, error = factor * float(row["swapped"]), factor * float(row["swapped_se"])
        axes.annotate("", (there, y), (start, y), arrowprops={"arrowstyle": "->", "color": SOFT})
        found = "worse" if row["turns"] else "unclear"
        style.point(axes, there, y, 2 * error, found)
        moved, reach = factor * float(row["change"]), factor * 2 * float(row["change_se"])
        places = 2 if reach >= 0.1 else 4
        _beside(axes, y, f"moves it by {moved:+.{places}f} (± {reach:.{places}f})")
    _named(axes, [_plain(r) for _, r in rows.iterrows()])
    _under(axes, metric)
    return made.figure


def break_even(table: pd.DataFrame, metric: Metric, title: str, small: str) -> Figure:
    """A row per parameter over its range, with the value at which the effect turns: blue where the
    policy does better (or raises what has no better side), red where worse.

    `table` is `analysis.break_even(...)`.
    """
    rows = table.head(SHOWN)
    sure = rows[rows["sure"] & rows["break_even"].notna()]
    told = [f"{r['parameter']} at {r['break_even']:.2g}" for _, r in sure.iterrows()]
    said = (
        f"The effect surely turns with {words.listed(told)}."
        if told
        else ("No parameter, moved alone over its range, surely turns the effect.")
    )
    made = style.sheet(title, said, f"{small} {LUCK}", ROW * len(rows) + 0.9)
    axes = _axes(made, len(rows))
    axes.set_xlim(0.0, 1.0)
    better = -1.0 if metric.direction == "-" else 1.0
    blue, red = ("raises it", "lowers it") if metric.direction == "context" else WAYS
    for y, (_, row) in enumerate(rows.iterrows()):
        low, high = float(row["low"]), float(row["high"])
        ends = [better * float(row[c]) for c in ("effect_low", "effect_high")]
        clear = [abs(row[c]) > words.CLEAR * row[f"{c}_se"] for c in ("effect_low", "effect_high")]
        turn = (float(row["break_even"]) - low) / (high - low)
        halves = [(0.0, turn, 0), (turn, 1.0, 1)] if np.isfinite(turn) else [(0.0, 1.0, 0)]
        for left, right, side in halves:
            color = style.BLUE if ends[side] > 0.0 else style.VERMILION
            color = color if ends[side] != 0.0 else style.FAINT
            axes.barh(y, right - left, left=left, height=0.42, color=color,
                      alpha=0.85 if clear[side] else 0.25)  # fmt: skip
        text = str(row["verdict"])
        if np.isfinite(turn):
            reach = words.CLEAR * float(row["break_even_se"]) / (high - low)
            axes.plot([max(turn - reach, 0.0), min(turn + reach, 1.0)], [y, y], color=style.INK,
                      linewidth=2.0)  # fmt: skip
            axes.plot([turn], [y], marker="|", markersize=18, markeredgewidth=2.5, color=style.INK)
            text = f"turns at {row['break_even']:.2g} (± {2 * float(row['break_even_se']):.2g})"
        _beside(axes, y, text)
        style.note(axes, 0.0, y, 2, f"{low:.2g}", -15, fontsize=SMALL - 1.5, color=SOFT)
        style.note(
            axes, 1.0, y, -2, f"{high:.2g}", -15, ha="right", fontsize=SMALL - 1.5, color=SOFT
        )
    _named(axes, [_meaning(str(r["parameter"])) for _, r in rows.iterrows()])
    axes.set_xticks([])
    key = style.strip(made, made.top + ROW * len(rows) + 0.35)
    left = style.swatch(key, MARGIN, blue, style.BLUE, 0.85)
    left = style.swatch(key, left, red, style.VERMILION, 0.85)
    style.swatch(key, left, "pale: not told from zero at that end", style.FAINT, 0.25)
    return made.figure


def first_order(table: pd.DataFrame, title: str, small: str) -> Figure:
    """A bar per parameter: the share of the variance that it explains alone.  `table` is
    `analysis.first_order(...)`."""
    rows = table.sort_values("S1", ascending=False).head(SHOWN)
    clear = rows[rows["S1"] > words.CLEAR * rows["S1_se"]]
    told = [f"{r['parameter']} ({r['S1']:.0%})" for _, r in clear.iterrows()]
    said = f"Explained alone: {words.listed(told)}." if told else "No parameter stands out alone."
    made = style.sheet(title, said, f"{small} {LUCK}", ROW * len(rows) + 0.6)
    axes = _axes(made, len(rows))
    for y, (_, row) in enumerate(rows.iterrows()):
        found = row["S1"] > words.CLEAR * row["S1_se"]
        axes.barh(y, row["S1"], height=0.5, color=style.BLUE, alpha=0.85 if found else 0.25)
        reach = words.CLEAR * float(row["S1_se"])
        axes.plot([row["S1"] - reach, row["S1"] + reach], [y, y], color=style.INK, linewidth=1.8)
        _beside(axes, y, f"{row['S1']:.2f} (± {reach:.2f})")
    _named(axes, [_meaning(str(r["parameter"])) for _, r in rows.iterrows()])
    style.note(axes, 1.0, 0.0, 0, "share of the variance between futures", -28, ha="right",
               color=SOFT, xycoords="axes fraction")  # fmt: skip
    return made.figure


def corner(points: pd.DataFrame, limits: pd.DataFrame, x: str, y: str, heads: tuple[str, str, str]
           ) -> Figure:  # fmt: skip
    """Futures as points in two parameters, colored by `points["gain"]`, with the box of `limits`
    (parameter, low, high)."""
    made = style.sheet(*heads, 5.2)
    axes = made.place(MARGIN + 1.0, made.top, 7.0, 4.5)
    most = float(points["gain"].abs().max()) or 1.0
    dots = axes.scatter(points[x], points[y], c=points["gain"], cmap="RdBu", vmin=-most, vmax=most,
                        s=26, edgecolor=style.FAINT, linewidth=0.4)  # fmt: skip
    bar = made.figure.colorbar(dots, cax=made.place(MARGIN + 8.4, made.top, 0.25, 4.5))
    bar.ax.tick_params(labelsize=TICK, colors=SOFT)
    ends = {r["parameter"]: (r["low"], r["high"]) for _, r in limits.iterrows()}
    box = [ends.get(p, (points[p].min(), points[p].max())) for p in (x, y)]
    (left, right), (low, high) = box
    axes.plot([left, right, right, left, left], [low, low, high, high, low], color=style.INK,
              linewidth=2.4)  # fmt: skip
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.tick_params(labelsize=TICK, colors=SOFT)
    axes.set_xlabel(style.shorten(_meaning(x), TICK, 7.0, 2), fontsize=TICK, family=style.FONT)
    axes.set_ylabel(style.shorten(_meaning(y), TICK, 4.5, 2), fontsize=TICK, family=style.FONT)
    made.write("gain over the other\n(below 0: worse)", MARGIN + 9.4, made.top, TICK, color=SOFT)
    return made.figure


def _axes(made: style.Sheet, rows: int) -> Axes:
    wide = WIDTH - 2 * MARGIN - LABELS - SIDE
    axes = made.place(MARGIN + LABELS, made.top, wide, ROW * rows)
    style.tidy(axes, rows)
    return axes


def _named(axes: Axes, labels: list[str]) -> None:
    for y, label in enumerate(labels):
        text = style.shorten(label, TICK, LABELS - 0.2, 2)
        style.note(axes, 0.0, y, -12, text, ha="right", fontsize=TICK,
                   xycoords=("axes fraction", "data"))  # fmt: skip


def _beside(axes: Axes, y: float, text: str) -> None:
    style.note(axes, 1.0, y, 10, text, xycoords=("axes fraction", "data"), color=SOFT)


def _under(axes: Axes, metric: Metric) -> None:
    style.few_ticks(axes)
    side = {"-": "◂ better   ", "+": "", "context": ""}[metric.direction]
    name = f"{side}effect, {words.axis_name(metric)}{'   better ▸' * (metric.direction == '+')}"
    style.note(axes, 0.5, 0.0, 0, name, -30, ha="center", color=SOFT, xycoords="axes fraction")


def _plain(row: Any) -> str:
    """A belief as words, and the end or lens that it is taken from."""
    name = str(row["belief"]).removeprefix("par_").replace("_", " ")
    return f"{name} ({row['end']})"


def _meaning(symbol: str) -> str:
    """A parameter's symbol and what it stands for."""
    from simulator import catalogue

    known = {row["id"]: row["title"] for row in catalogue.rows("parameters")}
    return f"{symbol}: {known[symbol]}".rstrip(".") if symbol in known else symbol

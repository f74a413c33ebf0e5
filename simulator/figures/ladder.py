"""The ladder of escalation over time: where the runs stand, policy by policy."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.figures import style, words
from simulator.figures.style import LABEL, LINE, MARGIN, SOFT, TICK, WIDTH
from simulator.results import mean_se

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simulator.arrays import Bools, Floats
    from simulator.comparison import Comparison

HIGH, LABELS = 3.3, 2.3  # inches: height of a panel, width of the names of rungs
SAME = "no clear difference"
DASHES: Any = (0, (3, 2))
BANDS = (0.05, 0.25, 0.75, 0.95)
TOP = 5  # the highest level
SERIOUS = 3  # from this level up the takeaway counts runs


@dataclass(frozen=True)
class Fan:
    """A theater's level over time in one ensemble: mean and quantiles, each (quarters,)."""

    mean: Floats
    low: Floats
    lower: Floats
    upper: Floats
    high: Floats
    serious: Bools

    @classmethod
    def of(cls, paths: Floats) -> Fan:
        """From levels (runs, quarters); `serious`: runs ever at level 3 or more."""
        ever: Bools = np.max(paths, axis=1) >= SERIOUS
        low, lower, upper, high = spread(paths, BANDS)
        return cls(paths.mean(axis=0), low, lower, upper, high, ever)


def spread(paths: Floats, shares: Sequence[float]) -> list[Floats]:
    """Quantiles of levels as for grouped data: runs lie evenly within half a rung of theirs.

    Plain quantiles of whole levels would jump a rung when one run in hundreds moves.  `paths` is
    (runs, quarters); each quantile is (quarters,).
    """
    edges = np.arange(-0.5, TOP + 1.0)
    below = np.stack([(paths < edge).mean(axis=0) for edge in edges])
    found = [[np.interp(q, column, edges) for column in below.T] for q in shares]
    return [np.array(row) for row in found]


def ladder(cmp: Comparison, theater: str, lens: str, policies: Sequence[str],
           rungs: Sequence[str]) -> Figure:  # fmt: skip
    """One panel per policy: mean level, middle half and middle nine tenths of the runs."""
    fans = {p: Fan.of(cmp.ensembles[(p, lens)].paths[f"level_{theater}"]) for p in policies}
    base = Fan.of(cmp.ensembles[(cmp.baseline, lens)].paths[f"level_{theater}"])
    columns = len(policies) if len(policies) <= 4 else min(4, -(-len(policies) // 2))
    wide = (WIDTH - 2 * MARGIN - LABELS) / columns
    titles = [style.shorten(words.policy_title(p), LABEL, wide - 0.3, 3, "bold") for p in policies]
    head = 0.15 + max(title.count("\n") + 1 for title in titles) * LABEL * LINE / 72.0
    lines, tall = -(-len(policies) // columns), head + HIGH + 0.6
    made = style.sheet(
        f"{words.theater_title(theater)}: the ladder over time, under lens {lens}",
        _takeaway(cmp, fans, base, rungs),
        f"{words.made_how(cmp, lens)} Bands spread the runs evenly within their rung. "
        "Rungs are steps, not equal distances: read the mean as a summary only.",
        lines * tall + 0.4,
    )
    start = _start(cmp)
    for n, policy in enumerate(policies):
        row, column = divmod(n, columns)
        left, top = MARGIN + LABELS + column * wide, made.top + row * tall
        made.write(titles[n], left, top, LABEL, weight="bold")
        axes = made.place(left, top + head, wide - 0.3, HIGH)
        _panel(axes, fans[policy], None if policy == cmp.baseline else base, start)
        if column == 0:
            for level, rung in enumerate(rungs):
                label = style.shorten(f"{level}  {rung}", TICK, LABELS - 0.25, 2)
                style.note(axes, 0.0, level, -10, label, xycoords=("axes fraction", "data"),
                           ha="right", fontsize=TICK)  # fmt: skip
    _key(made, made.top + lines * tall)
    return made.figure


def _panel(axes: Axes, fan: Fan, base: Fan | None, start: tuple[int, int] | None) -> None:
    quarters = np.arange(len(fan.mean))
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.set_ylim(-0.5, TOP + 0.5)
    axes.set_yticks(range(TOP + 1))
    axes.grid(axis="y", color=style.GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(axis="y", length=0, labelleft=False)
    axes.tick_params(axis="x", labelsize=TICK, colors=SOFT, length=3)
    color = SOFT if base is None else style.BLUE
    axes.fill_between(quarters, fan.low, fan.high, color=color, alpha=0.16, linewidth=0)
    axes.fill_between(quarters, fan.lower, fan.upper, color=color, alpha=0.34, linewidth=0)
    if base is not None:
        axes.plot(quarters, base.mean, color=style.INK, linewidth=1.6, linestyle=DASHES)
    axes.plot(quarters, fan.mean, color=color, linewidth=3.0)
    axes.set_xlim(0, max(len(quarters) - 1, 1))
    _years(axes, len(quarters), start)


def _years(axes: Axes, quarters: int, start: tuple[int, int] | None) -> None:
    """Calendar years where the scenario has a start date, else years from the start."""
    year, first = start if start else (0, 1)
    ticks = [t for t in range(quarters) if (first - 1 + t) % 4 == 0]
    step = max(1, -(-len(ticks) // 3))
    ticks = ticks[::step]
    axes.set_xticks(ticks, [str(year + (first - 1 + t) // 4) for t in ticks])
    if not start:
        axes.set_xlabel("years from the start", fontsize=TICK, color=SOFT)


def _start(cmp: Comparison) -> tuple[int, int] | None:
    """(year, quarter 1..4) of quarter 0, from the scenario's `start` such as 2024Q3."""
    start = getattr(words.scenario_of(cmp.scenario), "start", "")
    found = re.fullmatch(r"(\d{4})Q([1-4])", str(start))
    return (int(found[1]), int(found[2])) if found else None


def _key(made: style.Sheet, top: float) -> None:
    axes = style.strip(made, top)
    left = MARGIN
    lines = {"mean": (style.BLUE, 3.0, "-"), "mean under the status quo": (style.INK, 1.6, DASHES)}
    for text, (color, width, dashes) in lines.items():
        axes.plot([left, left + 0.4], [0.5, 0.5], color=color, linewidth=width, linestyle=dashes)
        style.note(axes, left + 0.4, 0.5, 8, text, color=SOFT)
        left += 0.95 + style.text_width(text, TICK)
    left = style.swatch(axes, left, "middle half of the runs", style.BLUE, 0.42)
    style.swatch(axes, left, "nine runs in ten", style.BLUE, 0.16)


def _takeaway(cmp: Comparison, fans: dict[str, Fan], base: Fan, rungs: Sequence[str]) -> str:
    usual = words.rough(float(base.serious.mean()))
    said = f"In this ensemble {usual} runs in 100 see “{rungs[SERIOUS]}” or more at some time"
    moved = {words.policy_title(p): _moved(f, base) for p, f in fans.items() if p != cmp.baseline}
    if len(moved) > 1 and set(moved.values()) == {SAME}:
        return f"{said} under the status quo. No policy shown makes a clear difference to that."
    told = "; ".join(f"{title}: {by}" for title, by in moved.items())
    return f"{said} under the status quo. {told}{'.' if told else ''}".strip()


def _moved(fan: Fan, base: Fan) -> str:
    """The paired difference in words: the same luck, run by run."""
    if len(fan.serious) != len(base.serious):
        return f"{words.rough(float(fan.serious.mean()))} in 100"
    delta, error, _ = mean_se(fan.serious.astype(float) - base.serious)
    if words.verdict(words.RISK, delta, error, len(fan.serious)) in ("unclear", "none"):
        return SAME
    return words.change(words.RISK, delta)

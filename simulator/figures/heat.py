"""A table in color: policies down, lenses across, a number and its error in every cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matplotlib.colors import LinearSegmentedColormap, to_rgba
from matplotlib.patches import Rectangle

from simulator.figures import style
from simulator.figures.style import MARGIN, SOFT, TICK, WIDTH

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Inches: height of a row, width of row labels, of the gap before sums, height of heads and key.
ROW, LABELS, GAP, HEAD, KEY = 0.46, 3.5, 0.25, 0.55, 0.75
NUMBER, ERROR = 11.5, 8.5  # type sizes
DARK = 0.5  # luminance (0..1) below which a number is written in white
UNSURE = "#eef0f2"  # of a cell that is not clear


@dataclass(frozen=True)
class Cell:
    """A number in words, its error in words, how strong its color is (0..1), whether it is clear
    (else it is written thin, on plain gray), and whether it is framed."""

    text: str
    error: str
    strength: float
    clear: bool = True
    framed: bool = False


@dataclass(frozen=True)
class Key:
    """What the colors, the frame and gray cells mean, in words."""

    least: str
    most: str
    framed: str = ""
    gray: str = ""


def heat(
    heads: tuple[str, str, str],
    rows: Sequence[str],
    columns: Sequence[str],
    cells: Sequence[Sequence[Cell]],
    key: Key,
    sums: int = 0,
    color: str = style.VERMILION,
) -> Figure:
    """`heads`: title, takeaway, small print; `cells[row][column]`; the last `sums` columns stand
    apart."""
    body = HEAD + ROW * len(rows)
    made = style.sheet(*heads, body + KEY)
    shades = LinearSegmentedColormap.from_list("shades", [style.PAPER, color])
    room = WIDTH - 2 * MARGIN - LABELS - (GAP if sums else 0.0)
    wide = min(1.5, room / len(columns))
    plain = len(columns) - sums
    for first, last, left in (
        (0, plain, MARGIN + LABELS),
        (plain, len(columns), MARGIN + LABELS + plain * wide + GAP),
    ):
        if first == last:
            continue
        axes = made.place(left, made.top + HEAD, wide * (last - first), ROW * len(rows))
        _bare(axes, last - first, len(rows))
        for x, name in enumerate(columns[first:last]):
            title = style.shorten(name, TICK, wide - 0.1, 2, "bold")
            style.note(axes, x + 0.5, 0.0, 0, title, 14, ha="center", weight="bold")
            for y, row in enumerate(cells):
                _cell(axes, x, y, row[first + x], shades)
        if first == 0:
            for y, label in enumerate(rows):
                text = style.shorten(label, TICK, LABELS - 0.2, 2)
                style.note(axes, 0.0, y + 0.5, -10, text, ha="right", fontsize=TICK)
    _key(made, made.top + body + 0.2, key, shades)
    return made.figure


def _bare(axes: Axes, columns: int, rows: int) -> None:
    axes.set_axis_off()
    axes.set_xlim(0.0, columns)
    axes.set_ylim(rows, 0.0)


def _cell(axes: Axes, x: int, y: int, cell: Cell, shades: LinearSegmentedColormap) -> None:
    shade = shades(min(max(cell.strength, 0.0), 1.0)) if cell.clear else to_rgba(UNSURE)
    axes.add_patch(Rectangle((x, y), 1.0, 1.0, facecolor=shade, edgecolor=style.PAPER,
                             linewidth=2.0))  # fmt: skip
    if cell.framed:
        axes.add_patch(Rectangle((x + 0.04, y + 0.07), 0.92, 0.86, facecolor="none",
                                 edgecolor=style.INK, linewidth=1.8, zorder=4))  # fmt: skip
    red, green, blue, _ = shade
    ink = style.INK if cell.clear else SOFT
    if 0.2126 * red + 0.7152 * green + 0.0722 * blue < DARK:
        ink = style.PAPER
    middle = {"ha": "center", "color": ink, "zorder": 5}
    weight = "bold" if cell.clear else "normal"
    style.note(axes, x + 0.5, y + 0.5, 0, cell.text, 5.5, fontsize=NUMBER, weight=weight, **middle)
    style.note(axes, x + 0.5, y + 0.5, 0, cell.error, -8, fontsize=ERROR, **middle)


def _key(made: style.Sheet, top: float, key: Key, shades: LinearSegmentedColormap) -> None:
    axes = style.strip(made, top)
    left = MARGIN
    style.note(axes, left, 0.5, 0, key.least, color=SOFT)
    left += 0.1 + style.text_width(key.least, TICK)
    for n in range(12):
        part = Rectangle((left + 0.12 * n, 0.2), 0.12, 0.6, facecolor=shades(n / 11.0))
        axes.add_patch(part)
    left += 1.54
    style.note(axes, left, 0.5, 0, key.most, color=SOFT)
    left += 0.5 + style.text_width(key.most, TICK)
    if key.framed:
        axes.add_patch(Rectangle((left, 0.15), 0.35, 0.7, facecolor="none", edgecolor=style.INK,
                                 linewidth=1.8))  # fmt: skip
        style.note(axes, left + 0.45, 0.5, 0, key.framed, color=SOFT)
        left += 0.95 + style.text_width(key.framed, TICK)
    if key.gray:
        axes.add_patch(Rectangle((left, 0.15), 0.35, 0.7, facecolor=UNSURE))
        style.note(axes, left + 0.45, 0.5, 0, key.gray, color=SOFT)

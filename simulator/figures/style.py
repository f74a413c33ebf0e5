"""How every figure looks: paper sizes, large type, a colour-blind safe palette, a written head.

Figures are built on `matplotlib.figure.Figure` alone: no window, no global state.  Lengths are in
inches, type sizes in points.  Sizes suit a projected slide 13.3 inches wide.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextToPath
from matplotlib.ticker import MaxNLocator

WIDTH = 13.3
MARGIN = 0.45
TITLE, TAKEAWAY, LABEL, TICK, SMALL = 21.0, 15.0, 13.0, 11.5, 10.0
INK, SOFT, FAINT, GRID, PAPER = "#1b1f24", "#565d66", "#6e757e", "#e3e6ea", "#ffffff"
# Okabe and Ito, "Color Universal Design" (2008): told apart with any kind of colour vision.
BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY = (
    "#0072b2", "#d55e00", "#009e73", "#aa4499", "#e69f00", "#56b4e9",
)  # fmt: skip
SERIES = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY)
VERDICT_COLOR = {
    "better": BLUE, "worse": VERMILION, "higher": INK, "lower": INK,
    "unclear": FAINT, "none": FAINT,
}  # fmt: skip
SENTENCES = 5  # lines that a takeaway may fill
KEY = {
    "higher": "higher or lower", "unclear": "no clear difference", "reference": "status quo",
}  # fmt: skip
FONT = "DejaVu Sans"  # comes with matplotlib: the same figure on every machine
LINE, ASCENT = 1.32, 0.9  # height of a line, and of its part above the baseline, in type sizes
SLACK = 1.03  # screens space letters a little wider than the font's own measures

_MEASURE = TextToPath()


@cache
def text_width(text: str, size: float, weight: str = "normal") -> float:
    """Width of one line of text in inches."""
    font = FontProperties(family=FONT, size=size, weight=weight)
    width, _, _ = _MEASURE.get_text_width_height_descent(text, font, ismath=False)
    return SLACK * float(width) / 72.0


def wrap(text: str, size: float, width: float, weight: str = "normal") -> list[str]:
    """Lines no wider than `width` inches; a single longer word stands alone."""
    lines: list[str] = []
    used, space = 0.0, text_width("n n", size, weight) - text_width("nn", size, weight)
    for word in text.split():
        wide = text_width(word, size, weight)
        if lines and used + space + wide <= width:
            lines[-1], used = f"{lines[-1]} {word}", used + space + wide
        else:
            lines.append(word)
            used = wide
    return lines


def cut(text: str, size: float, width: float, lines: int, weight: str = "normal") -> list[str]:
    """At most so many lines, ended by … where some is left out."""
    made = wrap(text, size, width, weight)
    if len(made) > lines:
        made = made[:lines]
        made[-1] = f"{made[-1].rstrip(' ,;:.')} …"
    return made


def shorten(text: str, size: float, width: float, lines: int, weight: str = "normal") -> str:
    """The same as one text, its lines of about equal length."""
    made = cut(text, size, width, lines, weight)
    for narrower in (0.6, 0.7, 0.8, 0.9):
        even = wrap(" ".join(made), size, narrower * width, weight)
        if len(even) == len(made) and len(made) > 1:
            return "\n".join(even)
    return "\n".join(made)


class Page(Figure):
    """A figure that a notebook shows as it is, whether or not its plotting mode is on."""

    def _repr_png_(self) -> bytes:
        return png(self, 100)


def png(figure: Figure, dpi: int) -> bytes:
    """The picture, the same bytes on every call (no date, no program version in it)."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=dpi, metadata={"Software": None})
    return buffer.getvalue()


def svg(figure: Figure) -> bytes:
    """The same as lines and letters' outlines that stay sharp at any size; the same bytes on every
    call."""
    from matplotlib import rc_context

    buffer = io.BytesIO()
    with rc_context({"svg.hashsalt": "figure", "svg.fonttype": "path"}):
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    return buffer.getvalue()


@dataclass(frozen=True)
class Sheet:
    """A figure with a written head and foot; `place` puts axes by inches from the top left."""

    figure: Figure
    width: float
    height: float
    top: float

    def place(self, left: float, top: float, width: float, height: float) -> Axes:
        """Axes at inches from the left edge and from the top edge of the sheet."""
        box = (left / self.width, 1.0 - (top + height) / self.height)
        size = (width / self.width, height / self.height)
        return self.figure.add_axes((*box, *size), facecolor="none")

    def write(self, text: str, left: float, top: float, size: float, **how: Any) -> None:
        """Lines of text, the first one's upper edge at these inches."""
        options: dict[str, Any] = {"ha": "left", "va": "baseline", "color": INK} | how
        for line in text.split("\n"):
            x, y = left / self.width, 1.0 - (top + ASCENT * size / 72.0) / self.height
            self.figure.text(x, y, plain(line), fontsize=size, family=FONT, **options)
            top += LINE * size / 72.0


def plain(text: str) -> str:
    """Text in which a dollar sign is a dollar sign, not the start of a formula."""
    return text.replace("$", r"\$")


def head_height(takeaway: str, width: float = WIDTH) -> float:
    """Inches that title and takeaway need at the top of a sheet."""
    lines = len(cut(takeaway, TAKEAWAY, width - 2 * MARGIN, SENTENCES))
    return MARGIN + TITLE * LINE / 72.0 + 0.1 + lines * TAKEAWAY * LINE / 72.0 + 0.25


def foot_height(small: str, width: float = WIDTH) -> float:
    """Inches that the small print needs at the bottom of a sheet."""
    return len(wrap(small, SMALL, width - 2 * MARGIN)) * SMALL * LINE / 72.0 + 0.4


def sheet(title: str, takeaway: str, small: str, body: float, width: float = WIDTH) -> Sheet:
    """A sheet with `body` inches of room between its head and its foot.

    `takeaway` says in plain words what the figure shows, `small` how the numbers were made.
    """
    top, foot = head_height(takeaway, width), foot_height(small, width)
    height = top + body + foot
    figure = Page(figsize=(width, height), facecolor=PAPER)
    FigureCanvasAgg(figure)
    made = Sheet(figure, width, height, top)
    room = width - 2 * MARGIN
    heading = shorten(title, TITLE, room, 1, "bold")
    made.write(heading, MARGIN, MARGIN - 0.1, TITLE, weight="bold")
    under = MARGIN + TITLE * LINE / 72.0
    told = "\n".join(cut(takeaway, TAKEAWAY, room, SENTENCES))
    made.write(told, MARGIN, under, TAKEAWAY, color=SOFT)
    note = "\n".join(wrap(small, SMALL, room))
    made.write(note, MARGIN, height - foot + 0.2, SMALL, color=FAINT)
    figure.set_label(f"{title}. {takeaway}")
    return made


def strip(made: Sheet, top: float) -> Axes:
    """Bare axes across the sheet, one unit of x an inch, for a key `top` inches down."""
    axes = made.place(0.0, top, made.width, 0.3)
    axes.set_axis_off()
    axes.set_xlim(0.0, made.width)
    axes.set_ylim(0.0, 1.0)
    return axes


def swatch(axes: Axes, left: float, text: str, color: str, alpha: float = 1.0) -> float:
    """A patch of colour and what it means; returns where the next one starts."""
    axes.fill_between([left, left + 0.3], 0.2, 0.8, color=color, alpha=alpha, linewidth=0)
    note(axes, left + 0.3, 0.5, 7, text, color=SOFT)
    return left + 0.65 + text_width(text, TICK)


def key(made: Sheet, verdicts: Sequence[str], top: float, left: float = MARGIN) -> None:
    """What filled, coloured and open points mean, in one line `top` inches down."""
    axes = strip(made, top)
    for name in verdicts:
        point(axes, left + 0.15, 0.5, 0.15, name)
        text = KEY.get(name, name)
        note(axes, left + 0.15, 0.5, 18, text, color=SOFT)
        left += 0.75 + text_width(text, TICK)


def tidy(axes: Axes, rows: int, zero: bool = True) -> None:
    """Bare axes for rows of points, first row on top; a line at zero; light vertical grid."""
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(FAINT)
    axes.tick_params(axis="y", length=0, labelleft=False)
    axes.tick_params(axis="x", labelsize=TICK, colors=SOFT, length=3)
    axes.set_ylim(rows - 0.5, -0.5)
    axes.set_yticks(range(rows))
    axes.grid(axis="x", color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    if zero:
        axes.axvline(0.0, color=SOFT, linewidth=1.2, zorder=1)


def label_rows(axes: Axes, labels: Sequence[str], weights: Sequence[str] | None = None) -> None:
    """Row labels to the left of the axes, right-aligned."""
    for row, label in enumerate(labels):
        weight = weights[row] if weights else "normal"
        note(axes, 0.0, row, -12, label, xycoords=("axes fraction", "data"), ha="right",
             fontsize=LABEL, weight=weight)  # fmt: skip


def few_ticks(axes: Axes) -> None:
    """As many round numbers under the axis as stand clear of each other, written short."""
    room = axes.bbox.width / axes.figure.dpi
    low, high = axes.get_xlim()
    for most in (5, 4, 3, 2):
        ticks = [
            x for x in MaxNLocator(nbins=most, steps=[1, 2, 5, 10]).tick_values(low, high)
            if low <= x <= high
        ]  # fmt: skip
        labels = [f"{x:.6g}".replace("-", "−") for x in ticks]
        if sum(text_width(label, TICK) + 0.18 for label in labels) <= room:
            break
    axes.set_xticks(ticks, labels)


def note(axes: Axes, x: float, y: float, dx: float, text: str, dy: float = 0.0, **how: Any) -> None:
    """A few words `dx`, `dy` points from a place, vertically centered on it."""
    middle = "center" if "\n" in text else "center_baseline"
    options: dict[str, Any] = {"ha": "left", "va": middle, "color": INK, "fontsize": TICK}
    options |= {"textcoords": "offset points", "family": FONT, "linespacing": 1.15} | how
    axes.annotate(plain(text), (x, y), (dx, dy), annotation_clip=False, **options)


def reference(axes: Axes, x: float, y: float) -> None:
    """The status quo: an open square."""
    axes.plot([x], [y], marker="s", markersize=8, color=SOFT, markerfacecolor=PAPER,
              markeredgewidth=1.8, linestyle="none", zorder=3)  # fmt: skip


def point(axes: Axes, x: float, y: float, reach: float, verdict: str) -> None:
    """A value with its error bar; open where it cannot be told from zero."""
    if verdict == "reference":
        reference(axes, x, y)
        return
    color = VERDICT_COLOR[verdict]
    clear = verdict not in ("unclear", "none")
    axes.plot([x - reach, x + reach], [y, y], color=color, linewidth=2.6, solid_capstyle="butt",
              zorder=2)  # fmt: skip
    axes.plot([x], [y], marker="o", markersize=9, color=color, zorder=3, linestyle="none",
              markerfacecolor=color if clear else PAPER, markeredgewidth=1.8)  # fmt: skip


def span(low: float, high: float, least: float) -> tuple[float, float]:
    """Limits of an axis of differences: around both ends and zero, never narrower than `least`."""
    low, high = min(low, 0.0), max(high, 0.0)
    pad = max(0.08 * (high - low), (least - (high - low)) / 2.0)
    return low - pad, high + pad

"""Plain text for a terminal: tables whose cells wrap, labelled lines, numbers with their error."""

from __future__ import annotations

import math
import re
import shutil
import textwrap
from collections.abc import Iterable, Sequence

GAP = "  "
SAME = "no change"
_NUMBER = re.compile(r"[-+]?[0-9.]+%?( |\*?$)")
LONG = 36  # words longer than this may break, characters


def width() -> int:
    """Characters to a line: the terminal's, or 100 where there is none."""
    return max(60, min(shutil.get_terminal_size((100, 24)).columns, 140))


def table(head: Sequence[str], rows: Iterable[Sequence[object]], wide: int | None = None) -> str:
    """A table with aligned columns.  If it is wider than the line, its widest columns wrap, but
    at words only."""
    cells = [[text(cell) for cell in row] for row in rows]
    numeric = [bool(cells) and all(_is_number(row[i]) for row in cells) for i in range(len(head))]
    sizes = [max(len(line) for line in (h, *(row[i] for row in cells))) for i, h in enumerate(head)]
    least = [
        _longest_word(*(row[i] for row in cells), *_at_hyphens(h))
        if not number
        else max(len(cell) for cell in (*(row[i] for row in cells), *_at_hyphens(h)))
        for i, (h, number) in enumerate(zip(head, numeric, strict=True))
    ]
    room = (wide or width()) - len(GAP) * (len(head) - 1)
    while sum(sizes) > room:
        spare = [size if size > low else 0 for size, low in zip(sizes, least, strict=True)]
        if not any(spare):
            break
        sizes[spare.index(max(spare))] -= 1
    lines = _row(head, sizes, numeric, hyphens=True)
    lines.append(GAP.join("-" * size for size in sizes))
    for row in cells:
        lines += _row(row, sizes, numeric)
    return "\n".join(lines)


def labelled(pairs: Iterable[tuple[str, object]], wide: int | None = None) -> str:
    """Lines `label  text`, the text wrapped behind its label; pairs without a text are left out."""
    kept = [(label, text(value)) for label, value in pairs if text(value)]
    size = max((len(label) for label, _ in kept), default=0)
    return "\n".join(
        paragraph(value, wide, f"{label:<{size}}{GAP}", " " * (size + len(GAP)))
        for label, value in kept
    )


def paragraph(words: str, wide: int | None = None, first: str = "", rest: str = "") -> str:
    """Text wrapped to the line; `first` and `rest` begin its first and its other lines."""
    return textwrap.fill(
        " ".join(words.split()),
        wide or width(),
        initial_indent=first,
        subsequent_indent=rest,
        break_on_hyphens=False,
    )


def text(value: object) -> str:
    """A value as a reader expects it: lists joined, truth as yes or no, nothing as nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, dict):
        return ", ".join(f"{key} {text(item)}" for key, item in value.items())
    if isinstance(value, list | tuple):
        return "; ".join(text(item) for item in value)
    return " ".join(str(value).split())


def two_digits(value: float) -> str:
    """A number to two significant digits, without exponent; `–` if there is none.

    >>> two_digits(0.04567), two_digits(12345.0), two_digits(-0.0), two_digits(3.0)
    ('0.046', '12000', '0', '3')
    """
    if not math.isfinite(value):
        return "–"
    if value == 0.0:
        return "0"
    places = 1 - math.floor(math.log10(abs(value)))
    rounded = round(value, places)
    return (
        f"{rounded:.{max(places, 0)}f}".rstrip("0").rstrip(".") if places > 0 else f"{rounded:.0f}"
    )


def with_error(value: float, error: float) -> str:
    """A difference and twice its standard error, to the digit at which the error starts.

    A star marks a difference of more than two standard errors.

    >>> with_error(-0.01234, 0.0023), with_error(0.5, 0.4), with_error(0.0, 0.0)
    ('-0.012 ± 0.005*', '+0.5 ± 0.8', 'no change')
    """
    if not math.isfinite(value):
        return "–"
    if value == 0.0 and not error > 0.0:
        return SAME
    if not (math.isfinite(error) and error > 0.0):
        return f"{'+' if value > 0.0 else ''}{two_digits(value)}"
    places = -math.floor(math.log10(2.0 * error))
    star = "*" if abs(value) > 2.0 * error else ""
    shown = [round(x, places) + 0.0 for x in (value, 2.0 * error)]
    after = max(places, 0)
    sign = "+" if shown[0] > 0.0 else ""
    return f"{sign}{shown[0]:.{after}f} ± {shown[1]:.{after}f}{star}"


def _is_number(cell: str) -> bool:
    return cell in ("", "–", SAME) or bool(_NUMBER.match(cell))


def _longest_word(*cells: str) -> int:
    return min(LONG, max(len(word) for cell in cells for word in cell.split() or [""]))


def _at_hyphens(heading: str) -> list[str]:
    return heading.replace("-", "- ").split()


def _row(
    cells: Sequence[str], sizes: Sequence[int], numeric: Sequence[bool], hyphens: bool = False
) -> list[str]:
    wrapped = [
        textwrap.wrap(cell, size, break_on_hyphens=hyphens) or [""]
        for cell, size in zip(cells, sizes, strict=True)
    ]
    lines = []
    for i in range(max(map(len, wrapped))):
        parts = [column[i] if i < len(column) else "" for column in wrapped]
        aligned = [
            part.rjust(size) if right else part.ljust(size)
            for part, size, right in zip(parts, sizes, numeric, strict=True)
        ]
        lines.append(GAP.join(aligned).rstrip())
    return lines

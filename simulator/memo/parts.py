"""Parts that every section uses: a section, a picture with its table, a fold-out."""

from __future__ import annotations

import base64
from html import escape
from typing import TYPE_CHECKING

from simulator.figures.style import svg
from simulator.figures.words import policy_title
from simulator.report.page import paragraphs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from simulator.memo.reading import Material


def section(number: int, name: str, title: str, *body: str) -> str:
    """A numbered section."""
    inside = "\n".join(part for part in body if part)
    return (
        f'<section aria-labelledby="{name}">\n<h2 id="{name}">{number}. {escape(title)}</h2>\n'
        f"{inside}\n</section>"
    )


def picture(made: Figure, caption: str, table: str = "", told: str = "The same as numbers") -> str:
    """A figure, sharp at any size, with its text for those who cannot see it, and its table."""
    uri = f"data:image/svg+xml;base64,{base64.b64encode(svg(made)).decode('ascii')}"
    alt = escape(str(made.get_label()), quote=True)
    below = fold(told, table) if table else ""
    return (
        f'<figure>\n<div class="picture" tabindex="0"><img src="{uri}" alt="{alt}"></div>\n'
        f"<figcaption>{escape(caption)}</figcaption>\n</figure>\n{below}"
    )


def fold(title: str, body: str, opened: bool = False) -> str:
    """Something to unfold."""
    mark = " open" if opened else ""
    return f"<details{mark}><summary>{escape(title)}</summary>\n{body}\n</details>"


def said(*texts: str) -> str:
    """Paragraphs; empty ones are left out."""
    return paragraphs(text for text in texts if text)


def bullets(texts: Sequence[str]) -> str:
    """A list of sentences."""
    return "<ul>\n" + "\n".join(f"<li>{escape(text)}</li>" for text in texts) + "\n</ul>"


def name(policy: str) -> str:
    """A policy as it stands at the head of a row."""
    return escape(policy_title(policy))


def small_print(material: Material, scenario: str, lenses: Sequence[str]) -> str:
    """What stands below a figure."""
    study = material.study
    mode = "forums decide on adoption" if study.adoption == "endogenous" else "adoption forced"
    seeds = "1 seed" if study.seeds == 1 else f"{study.seeds:,} seeds"
    return (
        f"Scenario {scenario}; {material.futures_read:,} futures × {seeds} per "
        f"policy and lens; lenses {', '.join(lenses)}; {study.horizon(scenario)} quarters; {mode}; "
        f"seed {study.seed}. Frequencies in this ensemble, under stated beliefs: no forecast, no "
        "probability of war."
    )

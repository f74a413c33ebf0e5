"""What tellers of events share: names of places and texts, and how an event is put together."""

from __future__ import annotations

from typing import Any

from simulator.phase import Quarter
from simulator.results import Event
from simulator.world import FORUMS, ISSUES

PLACES = ("Europe", "the Taiwan theater", "Korea", "the South China Sea")  # as THEATERS


def quarter_name(quarter: int) -> str:
    """Calendar name of a quarter; quarter 0 is 2024Q3."""
    year, q = divmod(quarter + 2, 4)
    return f"{2024 + year}Q{q + 1}"


def event(at: Quarter, kind: str, actor: int | None, where: str | None, choice: str, text: str,
           terms: dict[str, float] | None = None) -> Event:  # fmt: skip
    """One event; the actor's name comes first in its text, if it has one."""
    iso3 = None if actor is None else at.setting.world.actors[actor]
    name = "" if iso3 is None else f"{at.setting.world.names[iso3]} "
    return Event(
        at.number, quarter_name(at.number), kind, iso3, where, choice, name + text, terms or {}
    )


def place(k: int) -> str:
    """A theater in words."""
    return PLACES[k]


def terms_of(d: dict[str, Any]) -> dict[str, float]:
    """The parts of the utility behind a decision; those at rest say nothing."""
    return {name: float(value) for name, value in d["answer"].terms().items() if value != 0.0}


def text_name(t: int, at: Quarter) -> tuple[str, str]:
    """Forum and name of a text."""
    text = at.setting.program.texts[t]
    title = at.setting.ladder.forums[text.forum].title
    return FORUMS[text.forum], f"{ISSUES[text.issue]} {text.target:g} in the {title}"

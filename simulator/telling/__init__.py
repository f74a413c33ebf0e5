"""Tellers of events, by theme: `TELL` maps a question to a function of (decision, state before,
quarter) that returns an event or nothing; `NEWS` lists functions of (before, after, quarter) that
return events."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from simulator.phase import Quarter
from simulator.results import Event
from simulator.state import State
from simulator.telling import bloc, council, economy, forces, help, society

Teller = Callable[[dict[str, Any], State, Quarter], Event | None]
Reporter = Callable[[State, State, Quarter], list[Event]]

TELL: dict[str, Teller] = {}
NEWS: list[Reporter] = []
_THEMES: tuple[Any, ...] = (
    bloc,
    council,
    economy,
    forces,
    help,
    society,
)
for _theme in _THEMES:
    TELL |= _theme.TELL
    NEWS += _theme.NEWS

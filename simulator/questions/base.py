"""What every question has in common: a view that is looked at, and an answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from simulator.arrays import Floats


@dataclass(frozen=True)
class View:
    """All that one decision may look at; each question has its own kind of view."""


@dataclass(frozen=True)
class Answer:
    """A decision: `choice` (a code), `values` that mechanisms use, and `terms()`, the parts of
    the utility in pp that explain it, worked out only when somebody asks why."""

    choice: Floats
    values: dict[str, Floats] = field(default_factory=dict)
    terms: Callable[[], dict[str, Floats]] = dict

"""What a phase is handed: the setting, the quarter, who decides, and a note pad.

`decide(question, view, askers)` puts a question to the governments `askers` (actor indices, one
per asker axis) and returns their answers with a (runs, askers) axis.  The ensemble computes them
in one go; the Mesa driver asks agent by agent.  A phase cannot tell the difference.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from simulator.arrays import Floats
from simulator.questions import Answer, View
from simulator.setting import Setting
from simulator.state import State

Decide = Callable[[str, View, Sequence[int], dict[str, Any]], Answer]


@dataclass
class Quarter:
    """One quarter being played.  `notes` is what this quarter's phases tell later ones and the
    record; it starts empty every quarter and is never read by the next."""

    setting: Setting
    number: int
    decide: Decide
    notes: dict[str, Any] = field(default_factory=dict)

    def p(self, name: str) -> Floats:
        """A parameter, shaped (runs, 1) or (runs, axis)."""
        return self.setting.p(name)

    def luck(self, question: str, *shape: int) -> Floats:
        """The uniform draws of one question this quarter, (runs, *shape)."""
        return self.setting.luck(question, self.number, *shape)

    def ask(self, question: str, view: View, askers: Sequence[int], **context: Any) -> Answer:
        """Put one question; `context` names what it is about, for the log (text, theater)."""
        return self.decide(question, view, askers, context)


Phase = Callable[[State, Quarter], State]

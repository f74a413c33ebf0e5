"""What a phase is handed: the setting, the quarter, who decides, and a note pad.

`decide(question, view, askers)` puts a question to the governments `askers` (actor indices, one
per asker axis) and returns their answers with a (runs, askers) axis.  The ensemble computes them
in one go; the Mesa driver asks agent by agent.  A phase cannot tell the difference.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from simulator.arrays import Floats, Ints
from simulator.questions import Answer, View
from simulator.setting import Setting
from simulator.state import State

Decide = Callable[[str, View, Sequence[int], dict[str, Any]], Answer]
N = TypeVar("N", bound=np.generic)
T = TypeVar("T")


@dataclass
class Quarter:
    """One quarter being played.  `notes` is what this quarter's phases tell later ones and the
    record; it starts empty every quarter and is never read by the next."""

    setting: Setting
    number: int
    decide: Decide
    notes: dict[str, Any] = field(default_factory=dict)
    rows: Ints | None = None

    @property
    def runs(self) -> int:
        """Number of runs looked at."""
        return len(self.setting.futures.runs) if self.rows is None else len(self.rows)

    def narrow(self, rows: Ints) -> Quarter:
        """The same quarter for some runs of the block only (their places, ascending).

        `p`, `luck`, `trait`, `parameter` and `of` then give those runs' rows; `setting` and
        `notes` stay those of the whole block.  Draws are still taken for all runs.
        """
        places = rows if self.rows is None else self.rows[rows]
        return Quarter(self.setting, self.number, self.decide, self.notes, places)

    @property
    def whole(self) -> Quarter:
        """The same quarter for all runs of the block."""
        return Quarter(self.setting, self.number, self.decide, self.notes)

    def of(self, whole: NDArray[N]) -> NDArray[N]:
        """The rows looked at, of an array over all runs of the block."""
        return whole if self.rows is None else whole[self.rows]

    def p(self, name: str) -> Floats:
        """A parameter, shaped (runs, 1) or (runs, axis)."""
        return self.of(self.setting.p(name))

    def parameter(self, name: str) -> Floats:
        """A parameter, shaped (runs,) or (runs, axis)."""
        return self.of(self.setting.futures.parameter(name))

    def trait(self, name: str) -> Floats:
        """A trait, (runs, actors)."""
        return self.of(self.setting.futures.trait(name))

    def luck(self, question: str, *shape: int) -> Floats:
        """The uniform draws of one question this quarter, (runs, *shape)."""
        return self.of(self.setting.luck(question, self.number, *shape))

    def known(self, name: str, reads: tuple[object, ...], work: Callable[[], T]) -> T:
        """`work()`, done again only if something that it `reads` has been replaced this quarter.

        States and notes are never edited in place, so the same object has the same content.
        """
        kept = self.notes.get(f"known {name}")
        if kept is not None and all(a is b for a, b in zip(kept[0], reads, strict=True)):
            value: T = kept[1]
            return value
        found = work()
        self.notes[f"known {name}"] = (reads, found)
        return found

    def ask(self, question: str, view: View, askers: Sequence[int], **context: Any) -> Answer:
        """Put one question; `context` names what it is about, for the log (text, theater), and the
        `rows` of the runs that ask (None: all)."""
        return self.decide(question, view, askers, {**context, "rows": self.rows})


Phase = Callable[[State, Quarter], State]

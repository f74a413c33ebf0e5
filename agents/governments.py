"""Governments as Mesa agents: thin views of one row of the world that answer questions.

An agent's rule is that of its kind; a human seat, a script or another program can answer for it
through `delegate`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mesa

from agents.rules import RULES
from simulator.questions import Answer, View

Delegate = Callable[[str, View, dict[str, Any]], Answer | None]


class Government(mesa.Agent):
    """One government: `iso3`, `name`, `row` in the world's arrays, and its last answers."""

    kind = "third_state"

    def __init__(self, model: mesa.Model, iso3: str, name: str, row: int) -> None:
        super().__init__(model)
        self.iso3, self.name, self.row = iso3, name, row
        self.delegate: Delegate | None = None
        self.answers: dict[str, Answer] = {}

    def decide(self, question: str, view: View, context: dict[str, Any]) -> Answer:
        """Answer a question from one's own view of things.

        Whoever sits in for the government answers first; what it leaves open, the rule decides.
        """
        answer = self.delegate(question, view, context) if self.delegate else None
        if answer is None:
            answer = RULES[question][self.kind](view)
        self.answers[question] = answer
        return answer


class Ally(Government):
    """A NATO member: votes in the council, stands guarantor in Europe."""

    kind = "ally"


class UnitedStates(Government):
    """The ally that sponsors texts and guarantees states in every theater."""

    kind = "united_states"


class Partner(Government):
    """An Indo-Pacific partner: no vote, but nothing happens on its soil without its yes."""

    kind = "partner"


class Taiwan(Government):
    """The state at the center of one theater: concedes, holds or counters."""

    kind = "taiwan"


class China(Government):
    """Challenger in two theaters at once, with attention for one step beyond level 2."""

    kind = "china"


class Russia(Government):
    """Challenger in Europe, at war at its edge; buys shells, pays in technology."""

    kind = "russia"


class NorthKorea(Government):
    """Challenger in Korea that counts its own survival in."""

    kind = "north_korea"


class AseanState(Government):
    """A Southeast Asian state: hedges between the blocs, decides in ASEAN, grants access."""

    kind = "asean_state"


class ThirdState(Government):
    """Any other state: hedges, joins sanctions or not, may be coerced or helped."""

    kind = "third_state"


class Voter(Government):
    """A state with a vote in a forum, but no forces or trade in the model."""

    kind = "voter"


KINDS: dict[str, type[Government]] = {
    cls.kind: cls
    for cls in (
        Ally, UnitedStates, Partner, Taiwan, China, Russia, NorthKorea, AseanState, ThirdState,
        Voter,
    )
}  # fmt: skip

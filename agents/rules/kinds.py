"""The kinds of government, and how a rule is given to all of them or to some."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from simulator.questions import Answer

Rule = Callable[[Any], Answer]
Answers = dict[str, dict[str, Rule]]  # question -> kind -> rule

KINDS = (
    "ally", "united_states", "partner", "taiwan", "china", "russia", "north_korea",
    "asean_state", "third_state", "voter",
)  # fmt: skip


def everyone(rule: Rule, **others: Rule) -> dict[str, Rule]:
    """One rule for every kind, except for the kinds named."""
    return {**dict.fromkeys(KINDS, rule), **others}

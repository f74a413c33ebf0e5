"""Kinds of government decide by rules of their own; within a kind only traits differ."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from agents.rules import KINDS, RULES
from simulator import content
from simulator.batch import Job, decide_together, play_through, setting

JOB = Job(
    "two-theatre-war",
    ("formal-nato-ip4-pact", "private-sanctions-warning", "global-gateway-sea"),
    "neutral", 3, 16, "endogenous", (),
)  # fmt: skip
RUNS = range(96)


def outcome(kinds: tuple[str, ...]) -> dict[str, np.ndarray]:
    history, _, _ = play_through(setting(JOB, RUNS), decide_together(kinds))
    return history


def rules_of(kind: str) -> tuple[object, ...]:
    return tuple(RULES[question][kind] for question in sorted(RULES))


def test_there_are_at_least_six_rule_forms() -> None:
    assert len({rule for answers in RULES.values() for rule in answers.values()}) >= 6


def test_every_kind_answers_every_question() -> None:
    assert {q: set(KINDS) for q in RULES} == {q: set(a) for q, a in RULES.items()}


DIFFERENT = [(a, b) for a, b in combinations(KINDS, 2) if rules_of(a) != rules_of(b)]


@pytest.mark.slow
@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_swapping_two_kinds_changes_what_happens(one: str, other: str) -> None:
    kinds = content.world().kinds
    swap = {one: other, other: one}
    before, after = outcome(kinds), outcome(tuple(swap.get(k, k) for k in kinds))
    assert any(not np.array_equal(before[n], after[n], equal_nan=True) for n in before)


def test_turning_all_kinds_around_changes_what_happens() -> None:
    kinds = content.world().kinds
    after = outcome(tuple(reversed(kinds)))
    before = outcome(kinds)
    assert any(not np.array_equal(before[n], after[n], equal_nan=True) for n in before)

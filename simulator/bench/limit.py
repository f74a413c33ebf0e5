"""The same rules under a compiler, on the same inputs: how far from the limit is NumPy?

While a block plays, every view is answered again by the rule itself and by its compiled twin
(`compiled`).  What is covered are the rules of the questions in `TWINS`; the mechanisms that
fill in the views, the draws and the books are not compiled, so this bounds what compiling the
rules could save, not the speed of a compiled model.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import partial
from importlib import import_module
from importlib.metadata import version
from types import ModuleType
from typing import Any

import numpy as np

from simulator import registry
from simulator.arrays import Floats
from simulator.batch import BLOCK, Job, decide_together, play_through, setting
from simulator.bench.clock import seconds
from simulator.errors import InputError
from simulator.questions import Answer, View

ALIKE = 1e-9  # largest difference allowed, relative to values above one, absolute below
Twin = Callable[..., tuple[Floats, ...]]
Ready = list[tuple[tuple[Any, ...], list[int]]]
# What a twin returns, in its order: the choice, or values of the answer.
TWINS: dict[str, tuple[str, ...]] = {
    "perceive": ("belief", "threat"),
    "challenge": ("choice", "margin"),
    "coerce": ("choice",),
    "budget": ("burden", "paid", "restock", "arms"),
    "deploy": ("choice", "deployment"),
}
_AMOUNTS = ("deploy",)  # their choice is a number, no option
NOT_COVERED = (
    "the mechanisms that fill in the questions, the draws, the forums' rules, the record and the "
    "metrics"
)


def compiled() -> ModuleType:
    """The compiled rules; raises `InputError` naming the extra if numba is not installed."""
    try:
        return import_module("simulator.bench.compiled")
    except ModuleNotFoundError as error:
        raise InputError(
            f"{error.name} is not installed.", "bench",
            "Install the extra: pip install 'two-theaters[bench]'.",
        ) from error  # fmt: skip


@dataclass
class Match:
    """A rule against its twin, summed over the questions of a block."""

    asked: int = 0
    numpy_seconds: float = 0.0
    compiled_seconds: float = 0.0
    largest_difference: float = 0.0
    different_choices: int = 0


def against_compiled(job: Job, runs: int = BLOCK, rounds: int = 3) -> dict[str, Any]:
    """Processor time of each rule in NumPy and compiled, on the questions of one block as it plays.

    `speed` is NumPy's as a share of the compiled one's (1: as fast; above 1: faster);
    `largest_difference` is that between their answers, `different_choices` how many choices differ.
    Each answers every question `rounds` times, of which the fastest counts.  Neither compiling nor
    putting the inputs in the order that suits loops is counted.  Raises `RuntimeError` if answers
    disagree.
    """
    twins, found = compiled(), {question: Match() for question in TWINS}
    fixed = setting(job, range(runs))
    kinds = fixed.world.kinds
    decide, beside = decide_together(kinds), 0.0

    def compare(question: str, view: View, askers: Sequence[int], context: Any) -> Answer:
        nonlocal beside
        answer = decide(question, view, askers, context)
        if question in TWINS:
            begin = time.process_time()
            ready = prepared(question, view, askers, kinds)
            twin = getattr(twins, question)
            _agree(found[question], question, answer, ready, twin)
            again = partial(decide, question, view, askers, context)
            found[question].numpy_seconds += _fastest(again, rounds)
            found[question].compiled_seconds += _fastest(partial(_all, twin, ready), rounds)
            beside += time.process_time() - begin
        return answer

    begin = time.process_time()
    play_through(fixed, compare)
    whole = time.process_time() - begin - beside
    plain = sum(match.numpy_seconds for match in found.values())
    fast = sum(match.compiled_seconds for match in found.values())
    return {
        "backend": f"numba {version('numba')}, one thread",
        "runs": runs,
        "rules": {
            question: vars(match)
            | {"speed": match.compiled_seconds / match.numpy_seconds,
               "share_of_run": match.numpy_seconds / whole}
            for question, match in found.items()
        },
        "speed_of_rules": fast / plain,
        "share_of_run": plain / whole,
        "speed_of_run": (whole - plain + fast) / whole,
        "not_covered": NOT_COVERED,
    }  # fmt: skip


def _agree(match: Match, question: str, answer: Answer, ready: Ready, twin: Twin) -> None:
    """Note how far a twin's answers are from the rule's; raise if too far."""
    match.asked += 1
    for inputs, places in ready:
        for name, got in zip(TWINS[question], twin(*inputs), strict=True):
            said = answer.choice if name == "choice" else answer.values[name]
            said = said[:, places] if said.shape[1] > 1 else said
            with np.errstate(invalid="ignore"):
                apart = np.abs(got - said) / np.maximum(1.0, np.abs(said))
            apart = np.where(got == said, 0.0, apart)
            match.largest_difference = max(match.largest_difference, float(np.max(apart)))
            if name == "choice" and question not in _AMOUNTS:
                match.different_choices += int((got != said).sum())
    if not match.largest_difference <= ALIKE:
        raise RuntimeError(
            f"the rule {question!r} and its compiled twin differ by "
            f"{match.largest_difference:.3g}; one of them was changed alone."
        )


def _all(twin: Twin, ready: Ready) -> None:
    for inputs, _ in ready:
        twin(*inputs)


def _fastest(work: Callable[[], object], rounds: int) -> float:
    return min(seconds(work) for _ in range(rounds))


def prepared(question: str, view: View, askers: Sequence[int], kinds: Sequence[str]) -> Ready:
    """What a twin is called with: its view in C order, once for each group of askers that follow
    the same rule, and the places of that group."""
    groups: dict[float, list[int]] = defaultdict(list)
    for n, i in enumerate(askers):
        groups[_counts_itself(kinds[i]) if question == "challenge" else 0.0].append(n)
    out = []
    for own, places in groups.items():
        inputs = tuple(_plain(question, f.name, view, len(askers), places) for f in fields(view))
        out.append(((*inputs, own) if question == "challenge" else inputs, places))
    return out


def _plain(question: str, name: str, view: View, askers: int, places: list[int]) -> Floats:
    """A field as (runs, askers of the group or 1, ...) in C order."""
    shapes = [getattr(view, f.name).shape for f in fields(view)]
    runs = max(shape[0] for shape in shapes)
    array = getattr(view, name)
    array = np.broadcast_to(array, (runs, *array.shape[1:]))
    if array.shape[1] == askers > 1:
        array = array[:, places]
    return np.ascontiguousarray(array)


def _counts_itself(kind: str) -> float:
    registry.package("agents")
    rules = import_module("agents.rules").RULES["challenge"]
    survival = import_module("agents.rules.challenge").challenge_for_survival
    return 1.0 if rules[kind] is survival else 0.0

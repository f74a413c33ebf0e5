"""Paired trials: the same runs under small changes, and only the metrics that one asks for.

What the audits share (`liveness`, `signflips`): every trial of a list meets the same futures and
the same luck, so differences between trials are paired, run by run.
"""

from __future__ import annotations

import copy
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any

import numpy as np
import yaml

from simulator import content
from simulator.arrays import Floats
from simulator.batch import Job, blocks, check, decide_together, play_through, setting
from simulator.futures import Prior
from simulator.metrics import METRICS, measure
from simulator.phase import Phase, Quarter
from simulator.quarter import AGENDA, Agenda
from simulator.state import State

_SHARED = ("acts", "measured")  # notes that several phases add to
Task = tuple["Trial", range, tuple[str, ...]]


@dataclass(frozen=True)
class Trial:
    """A job, and the phases (`alignment.lean`) that change nothing in it."""

    job: Job
    without: tuple[str, ...] = ()


def plan() -> dict[str, Any]:
    """What the audits play and read: headline metrics, settings, knock-outs (`knockouts.yaml`)."""
    text = (content.folder() / "knockouts.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.safe_load(text)
    return found


def headline() -> tuple[str, ...]:
    """Headline metrics (model.md 6.1) that this version measures."""
    wanted = [name for names in plan()["headline"].values() for name in names]
    return tuple(name for name in dict.fromkeys(wanted) if name in METRICS)


def phase_names() -> tuple[str, ...]:
    """Every phase as `file.function`, in the order of play."""
    return tuple(f"{p.__module__.rpartition('.')[2]}.{p.__name__}" for _, _, p in AGENDA)


def agenda(without: Sequence[str] = ()) -> Agenda:
    """The order of play, with some phases held still."""
    entries = zip(phase_names(), AGENDA, strict=True)
    return tuple(
        (number, title, held(phase) if name in without else phase)
        for name, (number, title, phase) in entries
    )


def held(phase: Phase) -> Phase:
    """A phase that is played for what it notes for the record, but changes neither the state nor
    what was noted before, and does nobody any harm (`acts`)."""

    def still(state: State, at: Quarter) -> State:
        before = copy.deepcopy({n: v for n, v in at.notes.items() if n in _SHARED})
        kept = {n: v for n, v in at.notes.items() if n not in _SHARED}
        phase(state, at)
        if "acts" not in before:
            at.notes.pop("acts", None)
        at.notes["measured"] = at.notes.get("measured", {}) | before.pop("measured", {})
        at.notes |= kept | before
        return state

    return still


def play_block(task: Task) -> dict[str, Floats]:
    """The metrics named, of one block of runs of a trial, each (runs,)."""
    trial, runs, names = task
    fixed = setting(trial.job, runs)
    decide = decide_together(fixed.world.kinds)
    history, _, state = play_through(fixed, decide, agenda=agenda(trial.without))
    found = measure(history, state, fixed)
    return {name: found[name] for name in names}


def play(
    trials: Sequence[Trial],
    runs: int,
    names: Sequence[str],
    workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[dict[str, Floats]]:
    """The metrics of every trial, in order, each (runs,); `progress` gets (trials done, all)."""
    for trial in trials:
        check(trial.job, runs)
    spans = blocks(runs, len(trials), workers)
    tasks = ((trial, span, tuple(names)) for trial in trials for span in spans)
    if workers <= 1:
        yield from _gather(map(play_block, tasks), len(trials), len(spans), progress)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        parts = pool.map(play_block, list(tasks))
        yield from _gather(parts, len(trials), len(spans), progress)


def _gather(
    parts: Iterator[dict[str, Floats]],
    trials: int,
    spans: int,
    progress: Callable[[int, int], None] | None,
) -> Iterator[dict[str, Floats]]:
    for done in range(trials):
        blocks = [next(parts) for _ in range(spans)]
        yield {name: np.concatenate([b[name] for b in blocks]) for name in blocks[0]}
        if progress is not None:
            progress(done + 1, trials)


def told(done: int, total: int) -> None:
    """A line of progress on the error stream."""
    if sys.stderr.isatty() or done == total or done % 50 == 0:
        sys.stderr.write(f"\r{done} of {total} trials")
        sys.stderr.write("\n" if done == total else "")
        sys.stderr.flush()


def paired(one: Floats, other: Floats) -> tuple[float, float]:
    """Mean of `one - other` and its standard error over the runs that count in both."""
    gap = one - other
    gap = gap[~np.isnan(gap)]
    if len(gap) < 2:
        return 0.0, 0.0
    return float(gap.mean()), float(gap.std(ddof=1) / np.sqrt(len(gap)))


def errors(mean: float, error: float) -> float:
    """How many standard errors a paired difference is from zero; 0 if the runs are the same."""
    if mean == 0.0:
        return 0.0
    return mean / error if error > 0.0 else float(np.copysign(np.inf, mean))


def ends(prior: Prior) -> tuple[float, float]:
    """Low and high end of a prior (a Beta(1, b) by its 5 and 95 % points)."""
    if prior.kind == "beta":
        low, high = (1.0 - (1.0 - q) ** (1.0 / prior.numbers[-1]) for q in (0.05, 0.95))
        return low, high
    if prior.kind == "normal":
        return prior.numbers[2], prior.numbers[3]
    return prior.numbers[0], prior.numbers[-1]

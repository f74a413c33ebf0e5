"""The batch driver: many runs at once, in cache-sized blocks, without Mesa."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from functools import cache
from multiprocessing import get_context
from typing import Any

import numpy as np
import pandas as pd

from simulator import content, registry
from simulator.arrays import Floats
from simulator.ballots import Ballots
from simulator.draws import Runs
from simulator.errors import InputError
from simulator.futures import Calibration, Designed, Futures
from simulator.metrics import SERIES, measure
from simulator.opening import opening
from simulator.phase import Quarter
from simulator.quarter import AGENDA, Agenda, play
from simulator.questions import Answer, View
from simulator.results import Ensemble
from simulator.scene import Imposed
from simulator.setting import Setting
from simulator.state import State
from simulator.world import THEATERS

BLOCK = 1024
PATHS_KEPT = 4096
MODES = ("endogenous", "forced")


@dataclass(frozen=True)
class Job:
    """What to play: everything a worker needs, by value."""

    scenario: str
    policies: tuple[str, ...]
    lens: str
    seed: int
    quarters: int | None
    adoption: str
    parameters: tuple[tuple[str, Any], ...]
    keep_ballots: bool = True


def check(job: Job, runs: int) -> None:
    """Refuse bad input before anything is played."""
    if runs < 1:
        raise InputError(f"runs is {runs}; it must be 1 or more.", "runs")
    if job.seed < 0:
        raise InputError(f"seed is {job.seed}; it must be 0 or more.", "seed")
    if job.quarters is not None and not 1 <= job.quarters <= 400:
        raise InputError(f"quarters is {job.quarters}; it must be 1 .. 400.", "quarters")
    if job.adoption not in MODES:
        raise InputError(f"unknown adoption {job.adoption!r}.", "adoption", f"Known: {MODES}.")
    content.lens(job.lens)
    content.overrides(dict(job.parameters), job.scenario)
    content.scene(job.scenario, job.quarters)
    content.program(job.scenario, job.policies)


def setting(
    job: Job,
    runs: Runs,
    imposed: Imposed | None = None,
    fit: Calibration | None = None,
    histories: Runs | None = None,
    design: Mapping[str, Designed] | None = None,
) -> Setting:
    """The fixed part of a block of runs; `fit` replaces the lens's own calibration.

    `runs` numbers the futures, and the histories of chance too unless `histories` does;
    `design` gives parameters their values by symbol.
    """
    futures = Futures(
        content.world(), content.parameters(), content.lens(job.lens),
        fit or content.calibration(job.lens), job.seed, runs,
        content.overrides(dict(job.parameters), job.scenario) | dict(design or {}),
    )  # fmt: skip
    if imposed is None and job.adoption == "forced":
        imposed = Imposed(first=True)
    return Setting(
        content.world(), content.ladder(), futures, content.program(job.scenario, job.policies),
        content.scene(job.scenario, job.quarters), content.loss_coefficients(), imposed,
        histories,
    )  # fmt: skip


@cache
def _rules() -> dict[str, dict[str, Callable[[Any], Answer]]]:
    registry.package("agents")
    from importlib import import_module

    rules: dict[str, dict[str, Callable[[Any], Answer]]] = import_module("agents.rules").RULES
    return rules


def decide_together(kinds: Sequence[str]) -> Callable[..., Answer]:
    """Answers every asker at once: one call of each rule that their kinds use."""
    rules = _rules()

    def decide(question: str, view: View, askers: Sequence[int], context: object) -> Answer:
        asked = [rules[question][kinds[i]] for i in askers]
        different = list(dict.fromkeys(asked))
        if len(different) == 1:
            return different[0](view)
        parts = [[n for n, rule in enumerate(asked) if rule is one] for one in different]
        answers = [one(_part(view, places)) for one, places in zip(different, parts, strict=True)]
        return _join(answers, parts)

    return decide


def _part(view: View, places: list[int]) -> View:
    """The view of some askers only."""
    shared = {
        f.name: value[:, places]
        for f in fields(view)
        if (value := getattr(view, f.name)).ndim > 1 and value.shape[1] > 1
    }
    return replace(view, **shared)


def _join(answers: list[Answer], parts: list[list[int]]) -> Answer:
    order = np.argsort([n for places in parts for n in places])

    def together(arrays: list[Floats]) -> Floats:
        return np.concatenate(arrays, axis=1)[:, order]

    names = answers[0].values.keys()
    return Answer(
        together([a.choice for a in answers]),
        {n: together([a.values[n] for a in answers]) for n in names},
    )


@dataclass(frozen=True)
class Block:
    """What one block of runs leaves behind."""

    metrics: dict[str, Floats]
    paths: dict[str, Floats]
    ballots: Ballots
    forum: dict[str, Floats]
    hostile: Floats  # (theaters, runs) mean hostile incidents of the challenger per quarter


def play_block(
    job: Job, runs: range, imposed: Imposed | None = None, fit: Calibration | None = None
) -> Block:
    """Play a block of runs to the horizon."""
    return play_out(setting(job, runs, imposed, fit))


def play_out(fixed: Setting) -> Block:
    """Play the runs of a setting to the horizon."""
    decide = decide_together(fixed.world.kinds)
    history, ballots, state = play_through(fixed, decide)
    paths = {name: history[key][:, k] if k is not None else history[key]
             for name, (key, k) in _PATHS.items()}  # fmt: skip
    forum = {name: np.moveaxis(history[name], (0, 1, 2), (2, 1, 0))
             for name in ("result", "text", "price", "carried")}  # fmt: skip
    hostile = np.moveaxis(history["incidents"].mean(axis=-1), 0, -1)
    return Block(measure(history, state, fixed), paths, ballots, forum, hostile)


def play_through(
    fixed: Setting,
    decide: Callable[..., Answer],
    watch: Callable[[State, Quarter], None] | None = None,
    agenda: Agenda = AGENDA,
) -> tuple[dict[str, Floats], Ballots, State]:
    """Play every quarter; what was recorded, stacked with quarters last."""
    state, records, ballots = opening(fixed), [], Ballots.none(fixed)
    for number in range(fixed.scene.quarters):
        at = Quarter(fixed, number, decide)
        state = play(state, at, agenda)
        records.append(at.notes["record"])
        ballots = ballots.add(at)
        if watch is not None:
            watch(state, at)
    history = {name: np.stack([r[name] for r in records], axis=-1) for name in records[0]}
    return history, ballots, state


_PATHS: dict[str, tuple[str, int | None]] = {
    **{f"level_{k}": ("level", i) for i, k in enumerate(THEATERS)},
    "encirclement_fear": ("fear", 1),
    "chance_taiwan": ("win", 1),
    "world_loss": ("world", None),
}
assert tuple(_PATHS) == SERIES


def ensemble(
    scenario: str,
    policies: Sequence[str] = (),
    lens: str = "neutral",
    runs: int = 1000,
    seed: int = 0,
    quarters: int | None = None,
    adoption: str = "endogenous",
    parameters: Mapping[str, Any] | None = None,
    workers: int = 1,
    block: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Ensemble:
    """Play `runs` futures of a scenario under policies and a lens.

    Every run has its own draw of all parameters and traits; run `i` does not depend on how many
    runs, blocks or workers there are.  `adoption="forced"` lets every text pass in full when it
    is first tabled.  `parameters` overrides priors: a number or a (low, high) range by symbol or
    name.  Raises `InputError` on bad input, before anything is played.
    """
    job = Job(scenario, tuple(policies), lens, seed, quarters, adoption,
              tuple((parameters or {}).items()))  # fmt: skip
    check(job, runs)
    return next(play_many([job], runs, workers, block, progress))


def play_many(
    jobs: Sequence[Job],
    runs: int,
    workers: int = 1,
    block: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Iterator[Ensemble]:
    """Play checked jobs one after the other through one pool; yields an ensemble for each."""
    spans = blocks(runs, len(jobs), workers) if block is None else _spans(runs, block)
    tasks = [(job, span) for job in jobs for span in spans]
    with _pool(workers, len(tasks)) as played:
        parts = played(tasks)
        for job in jobs:
            kept: list[Block] = []
            for span in spans:
                kept.append(next(parts))
                if progress is not None:
                    progress(len(span))
            yield _assemble(job, runs, kept)


def blocks(runs: int, jobs: int = 1, workers: int = 1) -> list[range]:
    """Runs in blocks of like size, no larger than `BLOCK`, so many that no worker is idle."""
    number = -(-runs // BLOCK)
    if jobs < workers:
        number = -(-number // workers) * workers
    return _spans(runs, -(-runs // min(number, runs)))


def _spans(runs: int, size: int) -> list[range]:
    return [range(a, min(a + size, runs)) for a in range(0, runs, size)]


def _assemble(job: Job, runs: int, kept: list[Block]) -> Ensemble:
    metrics = {n: np.concatenate([b.metrics[n] for b in kept]) for n in kept[0].metrics}
    paths = {n: np.concatenate([b.paths[n] for b in kept])[:PATHS_KEPT] for n in SERIES}
    ballots = Ballots.together([b.ballots for b in kept])
    return Ensemble(
        scenario=job.scenario, policies=job.policies, lens=job.lens, runs=runs, seed=job.seed,
        quarters=paths[SERIES[0]].shape[1], adoption=job.adoption, metrics=pd.DataFrame(metrics),
        paths=paths, ballots=ballots.frame(content.world()),
    )  # fmt: skip


@contextmanager
def _pool(
    workers: int, tasks: int
) -> Iterator[Callable[[Sequence[tuple[Job, range]]], Iterator[Block]]]:
    """A function that plays tasks in order, in this process or in spawned ones."""
    if workers <= 1 or tasks <= 1:
        yield lambda todo: (play_block(*task) for task in todo)
        return
    with ProcessPoolExecutor(min(workers, tasks), mp_context=get_context("spawn")) as pool:
        try:
            yield lambda todo: pool.map(_play_task, todo)
        except BrokenProcessPool as error:
            raise RuntimeError(
                "A worker process could not start or died. A script that uses workers > 1 must "
                'keep its calls under `if __name__ == "__main__":`; else use workers=1.'
            ) from error


def _play_task(task: tuple[Job, range]) -> Block:
    return play_block(*task)

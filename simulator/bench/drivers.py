"""The Mesa driver and the ensemble on the same runs: their ratio, where time goes, long runs."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor
from functools import partial
from typing import Any

from simulator import trials
from simulator.batch import BLOCK, Job, decide_together, play_block, play_through, setting
from simulator.bench.clock import LENS, SEED, bench_job, now, peak, seconds, span, spawned
from simulator.metrics import measure
from simulator.model import simulate
from simulator.opening import opening
from simulator.phase import Phase, Quarter
from simulator.quarter import AGENDA
from simulator.state import State

PARTS = ("opening", "record and ballots", "metrics")


def both(job: Job, runs: int = BLOCK, mesa_runs: int = 2, rounds: int = 5) -> dict[str, Any]:
    """Processor seconds per run of both drivers, in turn in one process, and their ratio.

    Each round plays `mesa_runs` Mesa runs and `runs` ensemble runs of the same scenario, after
    one warm-up; the ratio is the median over rounds.  Processor time, not wall time: other work
    on the machine then disturbs less.  Then the same by the clock, with the ensemble on every
    processor as a user would run it (a Mesa run has but one).
    """
    play_mesa(job, range(1))
    play_block(job, range(min(runs, BLOCK)))
    mesa, batch = [], []
    for n in range(rounds):
        chosen = range(n * mesa_runs, (n + 1) * mesa_runs)
        mesa.append(seconds(partial(play_mesa, job, chosen)) / mesa_runs)
        batch.append(seconds(partial(span, job, 0, runs)) / runs)
    ratios = [m / b for m, b in zip(mesa, batch, strict=True)]
    return {
        "mesa_seconds_per_run": statistics.median(mesa),
        "ensemble_seconds_per_run": statistics.median(batch),
        "ensemble_runs_per_second": 1.0 / statistics.median(batch),
        "ratio": statistics.median(ratios),
        "ratio_range": [min(ratios), max(ratios)],
        **by_the_clock(job, runs, mesa_runs, rounds),
    }


def by_the_clock(job: Job, runs: int, mesa_runs: int, rounds: int) -> dict[str, Any]:
    """Both drivers by the clock, in turn: Mesa runs one after the other, then the ensemble with
    `runs` for each processor, whose workers are started and warm; the median over rounds."""
    workers = os.cpu_count() or 1
    mesa, batch = [], []
    with spawned(workers) as pool:
        _on(pool, job, workers, workers)
        for n in range(rounds):
            begin = time.perf_counter()
            play_mesa(job, range(n * mesa_runs, (n + 1) * mesa_runs))
            mesa.append((time.perf_counter() - begin) / mesa_runs)
            batch.append(_on(pool, job, runs * workers, workers) / (runs * workers))
    ratios = [m / b for m, b in zip(mesa, batch, strict=True)]
    return {
        "workers": workers,
        "ensemble_runs_per_second_on_all": 1.0 / statistics.median(batch),
        "ratio_on_all": statistics.median(ratios),
        "ratio_on_all_range": [min(ratios), max(ratios)],
    }


def on_workers(job: Job, runs: int, workers: int) -> float:
    """Ensemble runs per second by the clock on some processes, started and warm."""
    with spawned(workers) as pool:
        _on(pool, job, workers, workers)
        return runs / _on(pool, job, runs, workers)


def _on(pool: Executor, job: Job, runs: int, workers: int) -> float:
    """Seconds by the clock that a pool takes for some runs."""
    size = min(BLOCK, -(-runs // workers))
    spans = [(n, min(n + size, runs)) for n in range(0, runs, size)]
    begin = time.perf_counter()
    list(pool.map(partial(span, job), *zip(*spans, strict=True)))
    return time.perf_counter() - begin


def by_phase(job: Job, runs: int) -> dict[str, float]:
    """Share of the ensemble's processor time that each phase takes, most first, and of what lies
    outside the phases: drawing futures and the opening, the record, the metrics.

    What follows from a future is worked out when it is first asked for, so it counts there.
    """
    names = trials.phase_names()
    spent = dict.fromkeys((*names, *PARTS), 0.0)
    agenda = tuple(
        (number, title, _timed(phase, name, spent))
        for name, (number, title, phase) in zip(names, AGENDA, strict=True)
    )
    for first in range(0, runs, BLOCK):
        begin = time.process_time()
        fixed = setting(job, range(first, first + min(BLOCK, runs - first)))
        opening(fixed)
        ready = time.process_time()
        before = sum(spent[name] for name in names)
        decide = decide_together(fixed.world.kinds)
        history, _, state = play_through(fixed, decide, agenda=agenda)
        played = time.process_time()
        measure(history, state, fixed)
        spent["opening"] += ready - begin
        spent["record and ballots"] += played - ready - sum(spent[n] for n in names) + before
        spent["metrics"] += time.process_time() - played
    whole = sum(spent.values())
    return {n: round(spent[n] / whole, 4) for n in sorted(spent, key=lambda n: -spent[n])}


def _timed(phase: Phase, name: str, spent: dict[str, float]) -> Phase:
    def clocked(state: State, at: Quarter) -> State:
        begin = time.process_time()
        after = phase(state, at)
        spent[name] += time.process_time() - begin
        return after

    return clocked


def long(runs: int, steps: Iterable[int] = ()) -> Iterator[dict[str, float]]:
    """Plays blocks of the vote scenario up to `runs`, keeping nothing; after each step (a tenth
    and all of them, and 10,000) tells runs, seconds per run since the last, and memory in MiB."""
    job = bench_job(keep_ballots=False)
    marks = sorted({n for n in (*steps, 10_000, runs // 10, runs) if 0 < n <= runs})
    done = 0
    for mark in marks:
        spent = seconds(partial(span, job, done, mark))
        yield {
            "runs": mark,
            "seconds_per_run": spent / max(mark - done, 1),
            "memory_mib": now(),
            "peak_memory_mib": peak(),
        }
        done = mark


def play_mesa(job: Job, runs: range) -> None:
    """Play runs one by one with the Mesa driver, its leak plugged."""
    for run in runs:
        simulate(job.scenario, lens=LENS, seed=SEED, run=run, quarters=job.quarters)

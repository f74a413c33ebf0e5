"""How fast: the Mesa driver and the ensemble on the same questions, as ratios in one run.

wargame bench [--json]                     both drivers, growth of cost, time by phase
python -m simulator.bench --long 1000000   many runs in blocks, nothing kept: is memory flat?
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from simulator import content, trials
from simulator.batch import BLOCK, Job, decide_together, play_block, play_through, setting
from simulator.metrics import measure
from simulator.model import simulate
from simulator.opening import opening
from simulator.phase import Phase, Quarter
from simulator.quarter import AGENDA
from simulator.state import State

LENS, SEED = "neutral", 11
PARTS = ("opening", "record and ballots", "metrics")
_MIB = 1024.0


def run_bench(runs: int = BLOCK, mesa_runs: int = 2, rounds: int = 5) -> dict[str, Any]:
    """Processor seconds per run of both drivers, in turn in one process, and their ratio.

    Each round plays `mesa_runs` Mesa runs and `runs` ensemble runs of the same scenario, after
    one warm-up; the ratio is the median over rounds.  Processor time, not wall time: other work
    on the machine then disturbs less.  Then the same by the clock, with the ensemble on every
    processor as a user would run it (a Mesa run has but one); how cost grows with runs, the share
    of each phase of the agenda, and the peak memory.
    """
    scenario = content.plan()["vote"]
    job = Job(scenario, (), LENS, SEED, None, "endogenous", ())
    simulate(scenario, lens=LENS, seed=SEED, run=0)
    play_block(job, range(BLOCK))
    mesa, batch = [], []
    for n in range(rounds):
        mesa.append(_seconds(partial(_mesa, scenario, n, mesa_runs)) / mesa_runs)
        batch.append(_seconds(partial(_batch, job, runs)) / runs)
    ratios = [m / b for m, b in zip(mesa, batch, strict=True)]
    many = _seconds(partial(_batch, job, 4 * runs)) / (4 * runs)
    wall = _by_the_clock(scenario, job, 4 * runs, mesa_runs)
    return {
        "scenario": scenario,
        "python": platform.python_version(),
        "processors": os.cpu_count(),
        "quarters": 40,
        "block": BLOCK,
        "mesa_seconds_per_run": statistics.median(mesa),
        "ensemble_seconds_per_run": statistics.median(batch),
        "ensemble_runs_per_second": 1.0 / statistics.median(batch),
        "ratio": statistics.median(ratios),
        "ratio_range": [min(ratios), max(ratios)],
        **wall,
        "cost_per_run_at_four_times_the_runs": many / statistics.median(batch),
        "peak_memory_mib": _peak(),
        "share_by_phase": by_phase(job, runs),
    }


def _by_the_clock(scenario: str, job: Job, runs: int, mesa_runs: int) -> dict[str, float]:
    """Both drivers by the clock: Mesa runs one after the other, the ensemble with a worker for
    each processor, started and warm."""
    workers = os.cpu_count() or 1
    begin = time.perf_counter()
    _mesa(scenario, 0, mesa_runs)
    mesa = (time.perf_counter() - begin) / mesa_runs
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        spans = [(n, n + BLOCK) for n in range(0, runs * workers, BLOCK)]
        list(pool.map(partial(_span, job), [0] * workers, [1] * workers))
        begin = time.perf_counter()
        list(pool.map(partial(_span, job), *zip(*spans, strict=True)))
        batch = (time.perf_counter() - begin) / (runs * workers)
    return {
        "workers": workers,
        "ensemble_runs_per_second_on_all": 1.0 / batch,
        "ratio_on_all": mesa / batch,
    }


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
    job = Job(content.plan()["vote"], (), LENS, SEED, None, "endogenous", (), keep_ballots=False)
    marks = sorted({n for n in (*steps, 10_000, runs // 10, runs) if 0 < n <= runs})
    done = 0
    for mark in marks:
        seconds = _seconds(partial(_span, job, done, mark))
        yield {
            "runs": mark,
            "seconds_per_run": seconds / max(mark - done, 1),
            "memory_mib": _now(),
            "peak_memory_mib": _peak(),
        }
        done = mark


def told(measured: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    """What was measured, line by line: a nested table becomes one line each."""
    for name, value in measured.items():
        if isinstance(value, Mapping):
            yield from ((f"{name}: {key}", part) for key, part in value.items())
        else:
            yield name, value


def _mesa(scenario: str, n: int, runs: int) -> None:
    for i in range(runs):
        simulate(scenario, lens=LENS, seed=SEED, run=n * runs + i)


def _batch(job: Job, runs: int) -> None:
    _span(job, 0, runs)


def _span(job: Job, begin: int, end: int) -> None:
    for first in range(begin, end, BLOCK):
        play_block(job, range(first, min(first + BLOCK, end)))


def _seconds(work: Callable[[], None]) -> float:
    begin = time.process_time()
    work()
    return time.process_time() - begin


def _peak() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used / (_MIB * _MIB) if sys.platform == "darwin" else used / _MIB


def _now() -> float:
    """Memory in use, MiB; the peak where the system does not tell."""
    pages = Path("/proc/self/statm")
    if not pages.exists():
        return _peak()
    return int(pages.read_text().split()[1]) * resource.getpagesize() / (_MIB * _MIB)


def main(arguments: Sequence[str]) -> int:
    """Many runs in blocks: one line a step."""
    parser = argparse.ArgumentParser(prog="python -m simulator.bench")
    parser.add_argument("--long", type=int, default=100_000, metavar="N", help="runs")
    for row in long(parser.parse_args(arguments).long):
        words = "  ".join(f"{name} {value:.6g}" for name, value in row.items())
        sys.stdout.write(words + "\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""How fast: the Mesa driver and the ensemble on the same questions, as ratios in one run."""

from __future__ import annotations

import os
import platform
import resource
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from simulator import content
from simulator.batch import BLOCK, Job, play_block
from simulator.model import simulate

LENS, SEED = "neutral", 11


def run_bench(runs: int = 2 * BLOCK, mesa_runs: int = 2, rounds: int = 7) -> dict[str, Any]:
    """Processor seconds per run of both drivers, in turn in one process, and their ratio.

    Each round plays `mesa_runs` Mesa runs and `runs` ensemble runs of the same scenario, after
    one warm-up; the ratio is the median over rounds.  Processor time, not wall time: other work
    on the machine then disturbs less.  Also how cost grows with runs, and the peak memory.
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
        "cost_per_run_at_four_times_the_runs": many / statistics.median(batch),
        "peak_memory_mib": _peak(),
    }


def _mesa(scenario: str, n: int, runs: int) -> None:
    for i in range(runs):
        simulate(scenario, lens=LENS, seed=SEED, run=n * runs + i)


def _batch(job: Job, runs: int) -> None:
    for first in range(0, runs, BLOCK):
        play_block(job, range(first, first + min(BLOCK, runs)))


def _seconds(work: Callable[[], None]) -> float:
    begin = time.process_time()
    work()
    return time.process_time() - begin


def _peak() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used / (1024.0 * 1024.0) if sys.platform == "darwin" else used / 1024.0

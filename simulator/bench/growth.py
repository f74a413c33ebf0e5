"""How cost and memory grow with the number of runs, and speed with the number of processes."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial
from typing import Any

from simulator.batch import BLOCK, Job
from simulator.bench.clock import peak, seconds, span, spawned
from simulator.bench.drivers import on_workers

COUNTS = (64, 256, 1024, 4096, 16384)
_ENOUGH = 1024  # a smaller number of runs is played three times, of which the fastest counts


def over_runs(job: Job, counts: Sequence[int] = COUNTS) -> dict[str, Any]:
    """Processor seconds per run and peak memory for each number of runs, each in a process of its
    own; `linear_within`: how far the costs per run of one block or more lie apart.

    Fewer runs than a block cost more each: what a quarter costs whatever the block is shared by
    fewer.
    """
    rows = []
    for runs in counts:
        with spawned(1) as alone:
            rows.append(alone.submit(_cost, job, runs).result())
    whole = [row["seconds_per_run"] for row in rows if row["runs"] >= BLOCK]
    apart = max(whole) / min(whole) - 1.0 if len(whole) > 1 else None
    return {"rows": rows, "from": BLOCK, "linear_within": apart}


def _cost(job: Job, runs: int) -> dict[str, float]:
    span(job, 0, 1)
    rounds = 3 if runs < _ENOUGH else 1
    spent = min(seconds(partial(span, job, 0, runs)) for _ in range(rounds))
    return {"runs": runs, "seconds_per_run": spent / runs, "peak_memory_mib": peak()}


def over_workers(job: Job, runs: int) -> list[dict[str, float]]:
    """Runs per second by the clock on 1, 2, 4 … processes up to the number of processors, with
    `runs` for each process; `efficiency` against one process (1: as good as that many)."""
    rows: list[dict[str, float]] = []
    for workers in numbers(os.cpu_count() or 1):
        speed = on_workers(job, runs * workers, workers)
        first = rows[0]["runs_per_second"] if rows else speed
        rows.append(
            {"workers": workers, "runs_per_second": speed, "efficiency": speed / first / workers}
        )
    return rows


def numbers(most: int) -> list[int]:
    """1, 2, 4 … and the last, `most`."""
    return sorted({*(2**n for n in range(most.bit_length()) if 2**n <= most), most})

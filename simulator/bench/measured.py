"""Everything a bench measures, in one run on one machine."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from simulator.batch import BLOCK
from simulator.bench import disk, drivers, growth, limit, peers
from simulator.bench.clock import bench_job, peak, spawned
from simulator.errors import InputError

LIBRARIES = ("numpy", "pandas", "mesa", "ema_workbench", "numba", "distributed")


@dataclass(frozen=True)
class Size:
    """How much is played: None for the scenario's own horizon and the study's own shard."""

    quarters: int | None = None
    runs: int = BLOCK
    mesa_runs: int = 2
    rounds: int = 5
    counts: tuple[int, ...] = growth.COUNTS
    experiment: int = 256
    samples: int = 4096
    shard: int | None = None


FULL = Size()
QUICK = Size(quarters=2, runs=32, mesa_runs=1, rounds=2, counts=(16, 32, 64), experiment=16,
             samples=32, shard=16)  # fmt: skip


def run_bench(quick: bool = False, tell: Callable[[str], None] | None = None) -> dict[str, Any]:
    """Measure both drivers, peers, the compiled limit, growth, and sweeps to disk.

    Keys: `ratio` and the rest of `drivers.both`; `peers`, `compiled`, `over_runs`, `over_workers`,
    `sweeps`, `share_by_phase`.  What needs a library that is not installed has `missing` in its
    place.  `quick`: a few runs of two quarters, to see that everything works; its numbers mean
    little.  `tell` is called with the name of each stage.
    """
    size, say = (QUICK if quick else FULL), tell or (lambda stage: None)
    job = bench_job(size.quarters)
    found: dict[str, Any] = {
        "scenario": job.scenario,
        "quick": quick,
        "python": platform.python_version(),
        "machine": platform.machine(),
        "processors": os.cpu_count(),
        "libraries": {name: _version(name) for name in LIBRARIES},
        "quarters": size.quarters or _horizon(job.scenario),
        "block": BLOCK,
    }
    say("both drivers")
    found |= drivers.both(job, size.runs, size.mesa_runs, size.rounds)
    say("peers")
    found["peers"] = peers.measure_peers(job, size.mesa_runs, 2 * size.runs, size.experiment)
    say("compiled rules")
    found["compiled"] = _compiled(size)
    say("growth with runs")
    found["over_runs"] = growth.over_runs(job, size.counts)
    say("growth with processes")
    found["over_workers"] = growth.over_workers(job, size.runs)
    say("sweeps to disk")
    found["sweeps"] = disk.sweeps(job, size.samples, size.shard)
    say("time by phase")
    found["share_by_phase"] = drivers.by_phase(job, size.runs)
    return found | {"peak_memory_mib": peak()}


def _compiled(size: Size) -> dict[str, Any]:
    try:
        limit.compiled()
    except InputError:
        return {"missing": peers.not_installed("numba", "bench")}
    with spawned(1) as process:
        job = bench_job(size.quarters)
        return process.submit(limit.against_compiled, job, size.runs).result()


def _horizon(scenario: str) -> int:
    from simulator import content

    return content.scene(scenario, None).quarters


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None

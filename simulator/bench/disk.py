"""Sweeps to disk: what files and books cost on top of playing, and what Dask costs."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Mapping
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from simulator import registry
from simulator.batch import Job, play_out
from simulator.bench.clock import LENS, SEED, peak, spawned
from simulator.bench.peers import not_installed

METRICS = ("war_any", "world_gdp_loss_usd_tn", "alliance_cohesion")


def study_of(job: Job, samples: int, shard: int | None = None) -> Any:
    """The status quo and one policy over `samples` futures with a history of chance each."""
    from simulator.sweeps.study import Study

    base = registry.package("policies").BASELINE
    other = next(p for p in registry.policies() if p != base)
    return Study(
        scenarios=[job.scenario], policies=[base, other], lenses=[LENS], samples=samples, seeds=1,
        chance="own", seed=SEED, quarters=job.quarters, metrics=list(METRICS), shard=shard,
    )  # fmt: skip


def sweeps(job: Job, samples: int, shard: int | None = None) -> dict[str, Any]:
    """The same study swept to disk by one process, by the pool, and by a Dask cluster here.

    For each: runs, shards, seconds by the clock, runs per second, processor seconds per run, and
    peak memory of the process that directs.  `bookkeeping`: share of processor time outside the
    model (design, tables, files).  `dask_overhead`: what the scheduler, its workers and the process
    that directs take beside playing chunks, as a share of that, all in processor time of the same
    sweep; the processes are started and warm, and set as `crew.QUIET`; `dask_overhead_by_default`:
    the same with what Dask sets by itself.
    """
    from simulator.sweeps.crew import QUIET

    workers = os.cpu_count() or 1
    out: dict[str, Any] = {"workers": workers}
    with spawned(1) as process:
        out["one process"] = process.submit(_alone, job, samples, shard).result()
    with spawned(1) as process:
        out["pool"] = process.submit(_pool, job, samples, shard, workers).result()
    if find_spec("distributed") is None:
        out["dask"] = {"missing": not_installed("distributed", "cluster")}
        return out
    for key, settings in (("dask", QUIET), ("dask by default", {})):
        with spawned(1) as process:
            found = process.submit(_dask, job, samples, shard, workers, settings)
            out[key] = found.result()
    out["dask_overhead"] = out["dask"]["overhead"]
    out["dask_overhead_by_default"] = out["dask by default"]["overhead"]
    out["dask_clock_against_pool"] = out["dask"]["seconds"] / out["pool"]["seconds"]
    return out


def _alone(job: Job, samples: int, shard: int | None) -> dict[str, Any]:
    from simulator.sweeps import chunks

    inside, real = [0.0], play_out

    def timed(fixed: Any) -> Any:
        begin = time.process_time()
        try:
            return real(fixed)
        finally:
            inside[0] += time.process_time() - begin

    _swept(job, 8, None, workers=1)
    chunks.play_out = timed  # type: ignore[attr-defined]
    begin = time.process_time()
    row = _swept(job, samples, shard, workers=1)
    whole = time.process_time() - begin
    return row | {
        "processor_seconds_per_run": whole / row["runs"],
        "bookkeeping": 1.0 - inside[0] / whole,
    }


def _pool(job: Job, samples: int, shard: int | None, workers: int) -> dict[str, Any]:
    _swept(job, 8, None, workers=1)
    return _swept(job, samples, shard, workers=workers)


def _dask(
    job: Job, samples: int, shard: int | None, workers: int, settings: Mapping[str, Any]
) -> dict[str, Any]:
    import dask
    import distributed

    from simulator.sweeps import crew

    crew.clustered = partial(crew.clustered, task=_play)
    with (
        dask.config.set(settings),
        distributed.LocalCluster(  # type: ignore[no-untyped-call]
            n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,  # type: ignore[no-untyped-call]
    ):
        _swept(job, 8, None)
        client.run(_swept, job, 8, None)

        def used() -> float:
            return time.process_time() + sum(client.run(time.process_time).values())

        begin, before = used(), sum(client.run(_so_far).values())
        row = _swept(job, samples, shard, client=client)
        whole, playing = used() - begin, sum(client.run(_so_far).values()) - before
        return row | {
            "processor_seconds_per_run": whole / row["runs"],
            "overhead": whole / playing - 1.0,
        }


_playing = [0.0]  # processor seconds that this process's tasks have played


def _play(chunk: Any) -> Any:
    """Play a chunk on a worker, and keep the time; that of its other threads does not count."""
    from simulator.sweeps import crew

    begin = time.thread_time()
    try:
        return crew.on_worker(chunk)
    finally:
        _playing[0] += time.thread_time() - begin


def _so_far() -> float:
    return _playing[0]


def _swept(job: Job, samples: int, shard: int | None, **options: Any) -> dict[str, Any]:
    """Sweep into a folder that is thrown away."""
    from simulator.sweeps import layout
    from simulator.sweeps.sweeping import sweep

    study = study_of(job, samples, shard)
    with tempfile.TemporaryDirectory() as folder:
        begin = time.perf_counter()
        sweep(study, Path(folder) / "out", progress=False, **options)
        clock = time.perf_counter() - begin
        size = sum(p.stat().st_size for p in Path(folder).rglob("*.parquet"))
    plan = layout.plan(study)
    return {
        "runs": plan.runs, "shards": plan.shards, "seconds": clock,
        "runs_per_second": plan.runs / clock, "bytes_per_run": size / plan.runs,
        "peak_memory_mib": peak(),
    }  # fmt: skip

"""Play a whole study into a folder, in any number of sittings, on any number of processes."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from tqdm import tqdm

from simulator.batch import BLOCK, Job
from simulator.errors import InputError
from simulator.sweeps import crew, designs, layout
from simulator.sweeps.chunks import Chunk, Played
from simulator.sweeps.folder import FAILED, Folder
from simulator.sweeps.layout import Shard
from simulator.sweeps.store import Results
from simulator.sweeps.study import Study

_PATIENCE = 10  # seconds to wait for a scheduler


def sweep(
    study: Study,
    out: str | Path,
    workers: int = 1,
    client: Any = None,
    resume: bool = True,
    progress: bool = True,
    block: int = BLOCK,
) -> Results:
    """Play every run of a study that its folder does not hold yet; returns the results.

    `workers` processes on this machine (a script needs `if __name__ == "__main__":` for more than
    one), or the workers of a `dask.distributed` `client`, which need this project but no shared
    disk.  The files are the same, byte for byte, however they are made; a sweep may be killed at
    any moment and called again.  `block` runs are played at once.

    Raises `InputError` before the first run if the folder belongs to another study or version of
    the model, or if memory or disk will not do; `OSError` if the disk fills up; `RuntimeError` if
    processes keep dying on some shard.  Runs that fail are left out, told in a warning and listed
    in `failed.jsonl` with future, seed and parameter values.
    """
    if workers < 1 or block < 1:
        name, value = ("workers", workers) if workers < 1 else ("block", block)
        raise InputError(f"{value} is not allowed.", name, "Give a whole number, 1 or more.")
    place = Path(out)
    folder = Folder(place, study)
    folder.check(resume)
    there = folder.size() if place.exists() else 0
    layout.check_room(study, place, 0 if client is not None else workers, there)
    with folder.opened(resume):
        try:
            given_up = _play(folder, _crew(workers, client), progress, block)
        finally:
            failed = folder.gather_failures()
    if given_up:
        raise RuntimeError(
            f"{len(given_up)} shards killed every process that played them, the first is "
            f"{given_up[0].path}; the others are kept. Give the processes more memory, or play "
            "fewer at once, and run the same sweep again."
        )
    if failed == layout.plan(study).runs:
        raise RuntimeError(f"every run failed; why stands in {place / FAILED}.")
    if failed:
        warnings.warn(
            f"{failed:,} runs failed and are left out; {place / FAILED} tells which and why.",
            RuntimeWarning, stacklevel=2,
        )  # fmt: skip
    return Results(place)


def _crew(workers: int, client: Any) -> crew.Crew:
    if client is not None:
        return crew.clustered(client)
    return crew.alone if workers == 1 else crew.spawned(workers)


def _play(folder: Folder, with_crew: crew.Crew, progress: bool, block: int) -> list[Shard]:
    """Play and keep what is missing; the shards that were given up."""
    given_up: list[Shard] = []
    todo = [0, 0]
    for shard in layout.shards(folder.study):
        todo[folder.has(shard)] += len(shard.runs)
    bar = tqdm(
        total=sum(todo), initial=todo[1], unit=" runs", unit_scale=True, smoothing=0.05,
        disable=not progress, file=sys.stderr,
    )  # fmt: skip
    with bar, closing(with_crew(_missing(folder, block))) as arriving:
        for played in arriving:
            if isinstance(played, Played):
                folder.keep(played)
                bar.update(len(played.shard.runs))
            else:
                given_up.append(played.shard)
    return given_up


def _missing(folder: Folder, block: int) -> Iterator[Chunk]:
    """The chunks that are not done, in the order of play."""
    study, design = folder.study, folder.design()
    numbers = tuple((s, (x, x)) for s, x in designs.fixed(study).items())
    for shard in layout.shards(study):
        if folder.has(shard):
            continue
        cell, runs = shard.cell, shard.runs
        futures = range(runs.start // study.seeds, (runs.stop - 1) // study.seeds + 1)
        yield Chunk(
            shard=shard,
            job=Job(cell.scenario, study.bundle(cell.policy), cell.lens, study.seed,
                    study.quarters, study.adoption, numbers),
            seeds=study.seeds, own_chance=study.chance == "own", design=design.rows(futures),
            metrics=study.metrics, trajectories=study.trajectories,
            key=folder.key, version=folder.version, block=block,
        )  # fmt: skip


def connect(address: str) -> Any:
    """A client of the Dask scheduler at an address; raises `InputError` if none answers."""
    try:
        import distributed
    except ImportError as error:
        raise InputError(
            "dask.distributed is not installed.", "--dask",
            "Install the extra: pip install 'two-theaters[cluster]'.",
        ) from error  # fmt: skip
    try:
        return distributed.Client(address, timeout=_PATIENCE)  # type: ignore[no-untyped-call]
    except (OSError, TimeoutError, ValueError) as error:
        raise InputError(
            f"no Dask scheduler answers at {address}.", "--dask",
            "Start one with `dask scheduler`, and workers with `dask worker ADDRESS`.",
        ) from error  # fmt: skip

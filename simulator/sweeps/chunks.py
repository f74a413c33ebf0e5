"""What a worker does: play the runs of one shard, and hand its files back as bytes."""

from __future__ import annotations

import json
import math
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from simulator import content
from simulator.arrays import Bools, Floats
from simulator.batch import BLOCK, Block, Job, play_out, setting
from simulator.draws import Listed, Runs, uniforms
from simulator.errors import InputError
from simulator.futures import Designed
from simulator.metrics import METRICS, SERIES
from simulator.sweeps import designs, tables
from simulator.sweeps.layout import Shard
from simulator.sweeps.version import model_version


@dataclass(frozen=True)
class Chunk:
    """One shard to play, by value; `design` holds the values of its futures, by symbol."""

    shard: Shard
    job: Job
    seeds: int
    own_chance: bool
    design: Mapping[str, tuple[float, ...]]
    metrics: tuple[str, ...]
    trajectories: Any
    key: str
    version: str
    block: int = BLOCK

    def future(self, run: int) -> int:
        """Number of a run's future."""
        return run // self.seeds

    def designed(self) -> dict[str, Designed]:
        """The design's values as the futures read them."""
        first = self.future(self.shard.runs.start)
        return {symbol: Designed(first, values) for symbol, values in self.design.items()}


@dataclass(frozen=True)
class Played:
    """The files of a played shard; `trajectories` and `failed` may be empty."""

    shard: Shard
    table: bytes
    trajectories: bytes
    failed: bytes


def play(chunk: Chunk) -> Played:
    """Play a chunk; raises `InputError` if this process has another version of the model.

    A run that raises, or whose metrics are not finite where they must be, is left out of the
    table and reported instead.
    """
    if model_version() != chunk.version:
        raise InputError(
            f"a worker has model version {model_version()[:12]}, the sweep {chunk.version[:12]}.",
            "workers", "Give all machines the same files, and start the workers again.",
        )  # fmt: skip
    failed: list[tuple[int, str]] = []
    numbers, metrics, paths = [], [], []
    for span in _spans(chunk):
        for runs, block in _blocks(chunk, span, failed):
            good = _sound(chunk, runs, block, failed)
            numbers.append(np.arange(runs.start, runs.stop)[good])
            metrics.append(np.stack([block.metrics[m] for m in chunk.metrics])[:, good])
            if chunk.trajectories != "none":
                paths.append(np.stack([block.paths[s] for s in SERIES])[:, good])
    kept = np.concatenate([np.zeros(0, dtype=np.int64), *numbers])
    values = np.concatenate([np.zeros((len(chunk.metrics), 0)), *metrics], axis=1)
    cell, meta = chunk.shard.cell, tables.meta(chunk.key, chunk.version)
    table = tables.shard(cell, kept // chunk.seeds, kept % chunk.seeds,
                         dict(zip(chunk.metrics, values, strict=True)), meta)  # fmt: skip
    return Played(
        chunk.shard, table, _trajectories(chunk, kept, paths, meta), _report(chunk, failed)
    )


def _spans(chunk: Chunk) -> Iterator[range]:
    runs = chunk.shard.runs
    for first in range(runs.start, runs.stop, chunk.block):
        yield range(first, min(first + chunk.block, runs.stop))


def _blocks(
    chunk: Chunk, runs: range, failed: list[tuple[int, str]]
) -> Iterator[tuple[range, Block]]:
    """A block of runs; if it raises, its halves, down to the runs at fault."""
    try:
        block = play_out(_setting(chunk, runs))
    except (InputError, MemoryError):
        raise
    except Exception as error:
        if len(runs) == 1:
            where = traceback.extract_tb(error.__traceback__)[-1]
            failed.append((runs.start, f"{type(error).__name__}: {error} (in {where.name})"))
            return
        middle = (runs.start + runs.stop) // 2
        yield from _blocks(chunk, range(runs.start, middle), failed)
        yield from _blocks(chunk, range(middle, runs.stop), failed)
        return
    yield runs, block


def _setting(chunk: Chunk, runs: range) -> Any:
    numbers = np.arange(runs.start, runs.stop)
    futures = Listed.of(numbers // chunk.seeds)
    histories: Runs = runs if chunk.own_chance else Listed.of(numbers % chunk.seeds)
    return setting(chunk.job, futures, histories=histories, design=chunk.designed())


def _sound(chunk: Chunk, runs: range, block: Block, failed: list[tuple[int, str]]) -> Bools:
    """Runs whose metrics are all finite, or NaN where a metric may have no value, (runs,)."""
    good = np.ones(len(runs), dtype=bool)
    for name in chunk.metrics:
        values = block.metrics[name]
        wrong = np.isinf(values) | (np.isnan(values) & (METRICS[name].eligible == ""))
        for i in np.flatnonzero(wrong & good):
            failed.append((runs.start + int(i), f"{name} is {values[i]}"))
        good &= ~wrong
    return good


def _trajectories(
    chunk: Chunk, runs: np.ndarray[Any, Any], paths: list[Floats], meta: dict[str, str]
) -> bytes:
    if chunk.trajectories == "none":
        return b""
    horizon = content.scene(chunk.job.scenario, chunk.job.quarters).quarters
    whole = np.concatenate([np.zeros((len(SERIES), 0, horizon)), *paths], axis=1)
    if chunk.trajectories == "quantiles":
        return tables.quantiles(chunk.shard.cell, dict(zip(SERIES, whole, strict=True)), meta)
    span = chunk.shard.runs
    chosen = uniforms(chunk.job.seed, "whole path", 0, span, (1,))[:, 0] < chunk.trajectories
    kept = chosen[runs - span.start]
    paths_kept = dict(zip(SERIES, whole[:, kept], strict=True))
    futures, seeds = runs[kept] // chunk.seeds, runs[kept] % chunk.seeds
    return tables.paths(chunk.shard.cell, futures, seeds, paths_kept, meta)


def _report(chunk: Chunk, failed: list[tuple[int, str]]) -> bytes:
    """One line of JSON for each failed run: where, why, and what its future believes."""
    lines = []
    for run, why in sorted(failed):
        future = chunk.future(run)
        lens, cell = chunk.job.lens, chunk.shard.cell
        over = content.overrides(dict(chunk.job.parameters), chunk.job.scenario)
        symbols = {*designs.contested(lens), *chunk.design, *dict(chunk.job.parameters)}
        values = designs.drawn(
            symbols, lens, chunk.job.seed, range(future, future + 1), {**over, **chunk.designed()}
        )
        line = {
            "scenario": cell.scenario, "policy": cell.policy, "lens": cell.lens,
            "future": future, "seed": run % chunk.seeds, "why": why,
            "parameters": {s: _plain(float(v[0])) for s, v in sorted(values.items())},
        }  # fmt: skip
        lines.append(json.dumps(line, ensure_ascii=False, allow_nan=False) + "\n")
    return "".join(lines).encode()


def _plain(value: float) -> float | str:
    return value if math.isfinite(value) else str(value)

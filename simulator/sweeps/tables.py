"""The files of a study folder as Parquet bytes: the same numbers always give the same bytes."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from simulator.arrays import Floats, Ints
from simulator.errors import InputError
from simulator.sweeps.layout import POINTS, Cell

ROWS = 16_384  # rows of a group in the table of futures
_LEVEL = 3  # of compression


def meta(key: str, version: str) -> dict[str, str]:
    """What every file says of itself: its study and the model that played it."""
    return {"study": key, "model_version": version}


def shard(
    cell: Cell, futures: Ints, seeds: Ints, metrics: Mapping[str, Floats], said: dict[str, str]
) -> bytes:
    """One row per run: scenario, policy, lens, future, seed, then the metrics."""
    columns = _cell(cell, len(futures)) | {"future": pa.array(futures), "seed": pa.array(seeds)}
    columns |= {name: pa.array(values) for name, values in metrics.items()}
    return _bytes(columns, said)


def futures(design: Mapping[str, Floats], samples: int, said: dict[str, str]) -> bytes:
    """One row per future: its number and the value of every varied parameter."""
    columns = {"future": pa.array(np.arange(samples))}
    columns |= {symbol: pa.array(values) for symbol, values in design.items()}
    return _bytes(columns, said, ROWS)


def quantiles(cell: Cell, paths: Mapping[str, Floats], said: dict[str, str]) -> bytes:
    """One row per series and quarter: runs, mean, and evenly spaced order statistics.

    `paths[name]` is (runs, quarters).  Up to 41 runs, `points` are all values; beyond, the
    quantiles at (i + 1/2)/41.  Either way each stands for the same share of the runs.
    """
    names, quarters, means, points = [], [], [], []
    runs = 0
    for name, path in paths.items():
        runs = len(path)
        for t in range(path.shape[1] if runs else 0):
            values = np.sort(path[:, t])
            names.append(name)
            quarters.append(t)
            means.append(values.mean())
            points.append(_thinned(values))
    rows = len(names)
    columns = _cell(cell, rows) | {
        "variable": pa.array(names, type=pa.string()).dictionary_encode(),
        "quarter": pa.array(quarters, type=pa.int64()),
        "runs": pa.array([runs] * rows, type=pa.int64()),
        "mean": pa.array(means, type=pa.float64()),
        "points": pa.array(points, type=pa.list_(pa.float64())),
    }
    return _bytes(columns, said)


def _thinned(values: Floats) -> Floats:
    if len(values) <= POINTS:
        return values
    return np.quantile(values, (np.arange(POINTS) + 0.5) / POINTS)


def paths(
    cell: Cell, futures: Ints, seeds: Ints, paths: Mapping[str, Floats], said: dict[str, str]
) -> bytes:
    """One row per run kept: future, seed, then each series as a list over quarters."""
    columns = _cell(cell, len(futures)) | {"future": pa.array(futures), "seed": pa.array(seeds)}
    for name, path in paths.items():
        flat = pa.array(np.ascontiguousarray(path).reshape(-1))
        columns[name] = pa.FixedSizeListArray.from_arrays(flat, path.shape[1])
    return _bytes(columns, said)


def read(path: Path, columns: list[str] | None, said: dict[str, str]) -> Any:
    """Columns of a file as an Arrow table.

    Raises `InputError` if it is damaged, or not of the study and model version in `said`.
    """
    try:
        file = pq.ParquetFile(path)
        found = file.schema_arrow.metadata or {}
        table = file.read(columns).replace_schema_metadata(None)
    except (pa.ArrowInvalid, OSError) as error:
        raise InputError(
            "the file is damaged or missing.", str(path), "Remove it and sweep again."
        ) from error
    if any(found.get(name.encode()) != value.encode() for name, value in said.items()):
        raise InputError(
            "the file belongs to another study or version of the model.", str(path),
            "Remove it and sweep again.",
        )  # fmt: skip
    return table


def rows(column: Any) -> Floats:
    """A column of equally long lists as an array, (rows, length)."""
    lists = column.combine_chunks()
    flat: Floats = lists.flatten().to_numpy()
    return flat.reshape(len(lists), -1)


def pooled(
    parts: Iterable[Any], name: str, levels: Sequence[float]
) -> Iterator[tuple[float, Floats]]:
    """Mean and quantiles of a series in each quarter, pooled over tables of `quantiles`, of which
    only this series stays in memory."""
    kept = [part.filter(pc.equal(part["variable"], name)) for part in parts]
    columns = [
        (p["runs"].to_numpy(), p["mean"].to_numpy(), rows(p["points"])) for p in kept if len(p)
    ]
    for t in range(len(columns[0][0]) if columns else 0):
        runs = np.array([c[0][t] for c in columns], dtype=float)
        means = np.array([c[1][t] for c in columns])
        points = [c[2][t] for c in columns]
        weights = [np.full(len(p), n / len(p)) for p, n in zip(points, runs, strict=True)]
        found = _weighted(np.concatenate(points), np.concatenate(weights), levels)
        yield float((runs * means).sum() / runs.sum()), found


def _weighted(points: Floats, weights: Floats, levels: Sequence[float]) -> Floats:
    """Quantiles of points that each stand for some runs."""
    order = np.argsort(points, kind="stable")
    middle = np.cumsum(weights[order]) - 0.5 * weights[order]
    return np.interp(np.array(levels) * weights.sum(), middle, points[order])


def _cell(cell: Cell, rows: int) -> dict[str, Any]:
    """The names of a cell as columns that take no room."""
    places = pa.array(np.zeros(rows, dtype=np.int32))
    return {
        name: pa.DictionaryArray.from_arrays(places, pa.array([getattr(cell, name)]))
        for name in ("scenario", "policy", "lens")
    }


def _bytes(columns: Mapping[str, Any], said: dict[str, str], group: int | None = None) -> bytes:
    table = pa.table(dict(columns)).replace_schema_metadata(said)
    sink = io.BytesIO()
    pq.write_table(
        table, sink, row_group_size=group, version="2.6", data_page_version="1.0",
        compression="zstd", compression_level=_LEVEL, use_dictionary=["scenario", "policy", "lens"],
        write_statistics=True, store_schema=True,
    )  # fmt: skip
    return sink.getvalue()

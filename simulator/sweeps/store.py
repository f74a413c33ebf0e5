"""The results of a study, read shard by shard: memory does not grow with the number of runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from simulator import content
from simulator.arrays import Floats
from simulator.errors import InputError, nearest
from simulator.futures import Designed
from simulator.metrics import SERIES
from simulator.results import QUANTILES
from simulator.sweeps import designs, layout, tables
from simulator.sweeps.folder import FUTURES, read_study
from simulator.sweeps.layout import Cell, Shard
from simulator.sweeps.study import Study
from simulator.sweeps.version import model_version

IDS = ("scenario", "policy", "lens", "future", "seed")
Names = str | Sequence[str] | None


class Results:
    """What a sweep left in its folder; raises `InputError` if there is no study in it.

    `study`, `key` and `model_version` tell what was played.  Everything that reads runs takes
    `scenario`, `policy` and `lens` (a name or several) to read only those cells, and refuses a
    folder in which some are missing unless told `partial=True`.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        says = read_study(self.folder)
        self.key: str = says["key"]
        self.model_version: str = says["model_version"]
        fields = {k: v for k, v in says["study"].items() if k in Study.model_fields}
        fields = {k: tuple(v) if isinstance(v, list) else v for k, v in fields.items()}
        self.study = Study.model_construct(**fields)

    def __repr__(self) -> str:
        cells = self.cells()
        state = "complete" if self.complete else f"{len(self.missing()):,} shards missing"
        return (
            f"<Results: {len(cells):,} cells × {self.study.samples:,} futures × "
            f"{self.study.seeds:,} seeds in {self.folder}, {state}>"
        )

    def cells(self, scenario: Names = None, policy: Names = None, lens: Names = None) -> list[Cell]:
        """The scenarios, lenses and policies of the study, or those named."""
        wanted = {
            "scenario": _known("scenario", scenario, self.study.scenarios),
            "policy": _known("policy", policy, self.study.policies),
            "lens": _known("lens", lens, self.study.lenses),
        }
        return [
            cell
            for cell in layout.cells(self.study)
            if all(getattr(cell, field) in names for field, names in wanted.items())
        ]

    def missing(self, **cells: Names) -> list[Shard]:
        """The shards that have not been played yet."""
        return [
            shard
            for cell in self.cells(**cells)
            for shard in layout.shards_of(self.study, cell)
            if not (self.folder / shard.path).exists()
        ]

    @property
    def complete(self) -> bool:
        """Whether every shard is there."""
        return not self.missing()

    def shards(
        self, columns: Sequence[str] | None = None, partial: bool = False, **cells: Names
    ) -> Iterator[pd.DataFrame]:
        """The runs, one frame per shard: scenario, policy, lens, future, seed, then metrics.

        NaN where a run is not eligible for a metric; runs that failed have no row.
        """
        self._whole(partial, cells)
        metrics = self._metrics(columns)
        for cell in self.cells(**cells):
            for shard in layout.shards_of(self.study, cell):
                if (self.folder / shard.path).exists():
                    yield self._read(shard.path, [*IDS, *metrics]).to_pandas()

    def frame(
        self, columns: Sequence[str] | None = None, partial: bool = False, **cells: Names
    ) -> pd.DataFrame:
        """All runs in one frame, see `shards`; `columns` names the metrics wanted."""
        kept = list(self.shards(columns, partial, **cells))
        if not kept:
            return pd.DataFrame(columns=[*IDS, *self._metrics(columns)])
        for name in IDS[:3]:
            union = pd.api.types.union_categoricals([f[name] for f in kept]).categories
            for part in kept:
                part[name] = part[name].cat.set_categories(union)
        return pd.concat(kept, ignore_index=True)

    def means(
        self, metrics: Sequence[str] | None = None, partial: bool = False, **cells: Names
    ) -> pd.DataFrame:
        """One row per scenario, policy, lens and future: means over its seeds.

        Columns: scenario, policy, lens, future, runs, then each metric and, as
        ``<metric>_eligible``, the number of runs that it is averaged over (NaN where none).
        """
        self._whole(partial, cells)
        names = self._metrics(metrics)
        return pd.concat(
            [self._means(cell, names) for cell in self.cells(**cells)], ignore_index=True
        )

    def _means(self, cell: Cell, names: Sequence[str]) -> pd.DataFrame:
        samples = self.study.samples
        runs = np.zeros(samples, dtype=np.int64)
        sums = {n: np.zeros(samples) for n in names}
        counts = {n: np.zeros(samples, dtype=np.int64) for n in names}
        for shard in layout.shards_of(self.study, cell):
            if not (self.folder / shard.path).exists():
                continue
            table = self._read(shard.path, ["future", *names])
            here = slice(
                shard.runs.start // self.study.seeds, (shard.runs.stop - 1) // self.study.seeds + 1
            )
            size = here.stop - here.start
            future = table["future"].to_numpy() - here.start
            runs[here] += np.bincount(future, minlength=size)
            for name in names:
                values = table[name].to_numpy()
                good = ~np.isnan(values)
                sums[name][here] += np.bincount(future[good], values[good], size)
                counts[name][here] += np.bincount(future[good], minlength=size)
        frame: dict[str, Any] = {
            "scenario": cell.scenario, "policy": cell.policy, "lens": cell.lens,
            "future": np.arange(samples), "runs": runs,
        }  # fmt: skip
        for name in names:
            with np.errstate(invalid="ignore"):
                frame[name] = sums[name] / counts[name]
            frame[f"{name}_eligible"] = counts[name]
        return pd.DataFrame(frame)[runs > 0]

    def futures(
        self, lens: str | None = None, scenario: str | None = None, first: int | None = None
    ) -> pd.DataFrame:
        """One row per future: its number and the value of every varied parameter.

        With a lens, also the values under it of every parameter on which the authors differ; they
        are drawn anew, which needs the version of the model that played the study.  `first` asks
        for so many futures only, from the start.
        """
        said = self._read(FUTURES, None).slice(0, first)
        frame: pd.DataFrame = said.to_pandas()
        if lens is None:
            return frame
        _known("lens", lens, self.study.lenses)
        place = self.study.scenarios[0] if scenario is None else scenario
        _known("scenario", place, self.study.scenarios)
        if model_version() != self.model_version:
            raise InputError(
                f"the study was played with model version {self.model_version[:12]}, this is "
                f"{model_version()[:12]}: it would draw other values.", str(self.folder),
                "Leave `lens` out, or go back to the files of that version.",
            )  # fmt: skip
        varied = [n for n in frame.columns if n != "future"]
        over = content.overrides(self.study.parameters, place)
        design = {s: Designed(0, tuple(frame[s])) for s in varied}
        symbols = [s for s in designs.contested(lens) if s not in varied]
        drawn = designs.drawn(symbols, lens, self.study.seed, range(len(frame)), {**over, **design})
        return pd.concat([frame, pd.DataFrame(drawn)], axis=1)

    def failed(self) -> pd.DataFrame:
        """Runs that failed: scenario, policy, lens, future, seed, why, and `parameters`."""
        reports = sorted((self.folder / "runs").rglob("*.failed.jsonl"))
        parts = [pd.read_json(path, lines=True, dtype=False) for path in reports]
        columns = [*IDS, "why", "parameters"]
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)

    def series(self, partial: bool = False, **cells: Names) -> pd.DataFrame:
        """Per cell, variable and quarter: mean and quantiles over the runs whose trajectories
        were kept.

        From `trajectories: quantiles` the mean is exact; a quantile of more runs than one shard
        holds is right to about one percentage point of the runs.
        """
        self._kept(partial, cells)
        rows = []
        for cell in self.cells(**cells):
            for name in SERIES:
                for t, (mean, values) in enumerate(self._quarters(cell, name)):
                    rows.append((cell.scenario, cell.policy, cell.lens, t, name, mean, *values))
        names = [f"q{int(q * 100):02d}" for q in QUANTILES]
        return pd.DataFrame(rows, columns=[*IDS[:3], "quarter", "variable", "mean", *names])

    def _quarters(self, cell: Cell, name: str) -> Iterator[tuple[float, Floats]]:
        """Mean and quantiles of a series, quarter by quarter."""
        if self.study.trajectories == "quantiles":
            columns = ["variable", "runs", "mean", "points"]
            yield from tables.pooled(self._paths(cell, columns), name, QUANTILES)
            return
        lists = [tables.rows(table[name]) for table in self._paths(cell, [name])]
        whole = np.concatenate(lists)
        yield from zip(whole.mean(axis=0), np.quantile(whole, QUANTILES, axis=0).T, strict=True)

    def paths(self, partial: bool = False, **cells: Names) -> pd.DataFrame:
        """Whole paths of the runs kept: one row per run and quarter, one column per series."""
        self._kept(partial, cells)
        if self.study.trajectories == "quantiles":
            raise InputError(
                "the study kept quantiles, no whole paths.", str(self.folder),
                "Sweep with `trajectories` between 0 and 1.",
            )  # fmt: skip
        parts = []
        for cell in self.cells(**cells):
            for table in self._paths(cell, [*IDS, *SERIES]):
                series = {name: tables.rows(table[name]) for name in SERIES}
                runs, quarters = series[SERIES[0]].shape
                ids = table.select(list(IDS)).to_pandas()
                frame = ids.loc[ids.index.repeat(quarters)].reset_index(drop=True)
                frame["quarter"] = np.tile(np.arange(quarters), runs)
                parts.append(frame.assign(**{n: v.reshape(-1) for n, v in series.items()}))
        return pd.concat(parts, ignore_index=True)

    def _paths(self, cell: Cell, columns: list[str]) -> Iterator[Any]:
        for shard in layout.shards_of(self.study, cell):
            if (self.folder / shard.path).exists():
                yield self._read(shard.paths_path, columns)

    def _kept(self, partial: bool, cells: dict[str, Names]) -> None:
        if self.study.trajectories == "none":
            raise InputError(
                "the study kept no trajectories.", str(self.folder),
                "Sweep with `trajectories: quantiles`, or a share of runs.",
            )  # fmt: skip
        self._whole(partial, cells)

    def _whole(self, partial: bool, cells: dict[str, Names]) -> None:
        lacking = [] if partial else self.missing(**cells)
        if lacking:
            raise InputError(
                f"{len(lacking)} shards are missing, the first is {lacking[0].path}.",
                str(self.folder), "Sweep again, it goes on where it stopped; or partial=True.",
            )  # fmt: skip

    def _metrics(self, columns: Sequence[str] | None) -> tuple[str, ...]:
        if columns is None:
            return tuple(self.study.metrics)
        asked = [columns] if isinstance(columns, str) else columns
        return tuple(_known("metric", [c for c in asked if c not in IDS], self.study.metrics))

    def _read(self, name: str, columns: list[str] | None) -> Any:
        said = tables.meta(self.key, self.model_version)
        return tables.read(self.folder / name, columns, said)


def _known(field: str, asked: Names, there: Iterable[str]) -> list[str]:
    """The names asked for, or all; raises `InputError` for one that the study does not have."""
    known = list(there)
    names = known if asked is None else [asked] if isinstance(asked, str) else list(asked)
    for name in names:
        if name not in known:
            raise InputError(f"the study has no {field} {name!r}.", field, nearest(name, known))
    return names

"""What a memo reads of a sweep's folder: a bounded share of the runs, and which of them failed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from simulator.analysis import Outcomes
from simulator.arrays import Floats
from simulator.charts import PANELS
from simulator.errors import InputError
from simulator.metrics import METRICS
from simulator.report.text import FOCUS, theater_in
from simulator.sweeps import layout
from simulator.sweeps.store import Results
from simulator.sweeps.study import Study

MOST_VALUES = 12_000_000  # numbers of one scenario held at once
MOST_NOTED = 10_000  # futures with failed runs that are told apart
MOST_METRICS = 10
BoolTable = np.ndarray[Any, np.dtype[np.bool_]]
DECIDING = ("+", "-")


@dataclass(frozen=True)
class Scene:
    """One scenario's runs: `values[metric]` is (policies, lenses, futures, seeds).

    NaN where a run was not played, failed, or failed under another policy: what one policy lacks
    is taken from all, so that every comparison is of the same futures and the same luck.
    `lenses` are those under which every policy has runs.
    """

    scenario: str
    headline: str
    policies: tuple[str, ...]
    lenses: tuple[str, ...]
    values: dict[str, Floats]
    kept: BoolTable
    absent: tuple[str, ...]

    @property
    def futures(self) -> int:
        """How many futures were read."""
        return self.kept.shape[1]

    @property
    def seeds(self) -> int:
        """How many seeds there are of each."""
        return self.kept.shape[2]

    def gap(self, metric: str, policy: int, other: int, lens: int) -> Floats:
        """Paired differences in the metric's own unit, (futures, seeds)."""
        table = self.values[metric]
        result: Floats = table[policy, lens] - table[other, lens]
        return result

    def means(self, metric: str) -> Floats:
        """Means over futures of the means over their runs, (policies, lenses), in its own unit."""
        played = np.isfinite(self.values[metric]).sum(axis=3)
        with np.errstate(invalid="ignore"):
            by_future = np.nansum(self.values[metric], axis=3) / played
        result: Floats = np.nansum(by_future, axis=2) / (played > 0).sum(axis=2)
        return result

    def outcomes(self, *metrics: str) -> Outcomes:
        """Some metrics as the analysis reads them; every lens weighs the same."""
        rows: BoolTable = np.logical_or.reduce(self.kept, axis=2)
        names = [(lens, f) for i, lens in enumerate(self.lenses) for f in np.flatnonzero(rows[i])]
        futures = pd.DataFrame(names, columns=["lens", "future"])
        futures.insert(0, "scenario", self.scenario)
        samples = np.stack([self.values[m][:, rows] for m in metrics], axis=-1)
        share = 1.0 / rows.sum(axis=1) / len(self.lenses)
        weights = np.repeat(share, rows.sum(axis=1))
        directions = {m: METRICS[m].direction for m in metrics}
        return Outcomes(
            self.policies, metrics, futures, samples, weights, directions, self.policies[0]
        )


@dataclass
class Failed:
    """The failed runs of one future: how many, under which policies, why (the first), and the
    parameter values of the future."""

    scenario: str
    lens: str
    future: int
    why: str
    parameters: dict[str, object]
    runs: int = 0
    policies: set[str] = field(default_factory=set)


@dataclass
class Failures:
    """Runs that failed, by future."""

    runs: int = 0
    by_future: dict[tuple[str, str, int], Failed] = field(default_factory=dict)

    def note(self, line: dict[str, Any]) -> None:
        """Add one report."""
        self.runs += 1
        where = (str(line["scenario"]), str(line["lens"]), int(line["future"]))
        if where not in self.by_future and len(self.by_future) < MOST_NOTED:
            self.by_future[where] = Failed(*where, str(line["why"]), dict(line["parameters"]))
        if where in self.by_future:
            self.by_future[where].runs += 1
            self.by_future[where].policies.add(str(line["policy"]))


class Material:
    """A sweep's folder, read scenario by scenario.

    Raises `InputError` if there is nothing in it to explain.  Memory is bounded: where a
    scenario's runs are more than fit, the first futures are read (`futures_read`).
    """

    def __init__(self, results: Results) -> None:
        self.results, self.study = results, results.study
        self.failures = _failures(results.folder)
        self.missing = len(results.missing())
        self.shards = sum(1 for _ in layout.shards(self.study))
        lacking = sum(len(s.runs) for s in results.missing())
        self.planned = len(results.cells()) * self.study.runs
        self.played = self.planned - lacking - self.failures.runs
        if self.played <= 0:
            self._refuse()
        self.metrics = _decisive(self.study)
        declared = (m for m in self.study.thresholds if m in self.study.metrics)
        self.read = tuple(dict.fromkeys((*self.metrics, *declared)))

    @property
    def baseline(self) -> str:
        """What policies are compared with: the first, which is the status quo."""
        return self.study.policies[0]

    @cached_property
    def futures_read(self) -> int:
        """How many futures, from the first, memory allows to read."""
        study = self.study
        each = len(study.policies) * len(study.lenses) * study.seeds * len(self.read)
        return max(1, min(study.samples, MOST_VALUES // each))

    def scenes(self) -> Iterator[Scene]:
        """Scenario by scenario; those are left out in which no lens has runs of every policy."""
        for scenario in self.study.scenarios:
            scene = self._scene(scenario)
            if scene.lenses:
                yield scene

    def _scene(self, scenario: str) -> Scene:
        study, most = self.study, self.futures_read
        shape = (len(study.policies), len(study.lenses), most, study.seeds)
        values = {m: np.full(shape, np.nan) for m in self.read}
        there = np.zeros(shape, dtype=bool)
        for p, policy in enumerate(study.policies):
            for v, lens in enumerate(study.lenses):
                cell = {"scenario": scenario, "policy": policy, "lens": lens}
                for frame in self.results.shards(self.read, partial=True, **cell):
                    future, seed = (frame[k].to_numpy() for k in ("future", "seed"))
                    near = future < most
                    there[p, v, future[near], seed[near]] = True
                    for m in self.read:
                        values[m][p, v, future[near], seed[near]] = frame[m].to_numpy()[near]
                    if len(near) and not near.any():
                        break
        kept: BoolTable = np.logical_and.reduce(there, axis=0)
        lenses = kept.any(axis=(1, 2))
        for table in values.values():
            table[:, ~kept] = np.nan
        names = np.array(study.lenses, dtype=object)
        return Scene(
            scenario, headline(scenario, self.metrics), study.policies, tuple(names[lenses]),
            {m: table[:, lenses] for m, table in values.items()}, kept[lenses],
            tuple(names[~lenses]),
        )  # fmt: skip

    def _refuse(self) -> None:
        where = str(self.results.folder)
        if self.failures.runs:
            first = next(iter(self.failures.by_future.values()))
            raise InputError(
                f"all {self.failures.runs:,} runs of the study that were played failed, the first "
                f"with {first.why}: there is nothing to explain.", where,
                "Read failed.jsonl in the folder, mend the cause, and sweep into a new folder.",
            )  # fmt: skip
        raise InputError(
            "no run of the study has been played yet.", where,
            "Run `wargame sweep` with this folder; it goes on where it stopped.",
        )  # fmt: skip


def headline(scenario: str, metrics: tuple[str, ...]) -> str:
    """The measure that tells most about a scenario, of those that a study kept."""
    wanted = (FOCUS[theater_in(scenario)], *PANELS, *metrics)
    return next(m for m in wanted if m in metrics)


def _decisive(study: Study) -> tuple[str, ...]:
    """The measures of a memo: better or worse, defined in every run; the usual ones first."""
    usable = [
        m for m in study.metrics
        if m in METRICS and METRICS[m].direction in DECIDING and not METRICS[m].eligible
    ]  # fmt: skip
    if not usable:
        raise InputError(
            "the study kept no measure that every run has and of which more is better or worse.",
            "metrics", "Sweep with such measures: `wargame list metrics` tells their direction.",
        )  # fmt: skip
    first = [FOCUS[theater_in(s)] for s in study.scenarios]
    usual = [m for m in dict.fromkeys((*first, *PANELS)) if m in usable]
    few = len(usable) <= MOST_METRICS
    return tuple(dict.fromkeys((*usual, *usable) if few or not usual else usual))[:MOST_METRICS]


def _failures(folder: Path) -> Failures:
    found = Failures()
    for path in sorted((folder / "runs").rglob("*.failed.jsonl")):
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                found.note(json.loads(line))
    return found

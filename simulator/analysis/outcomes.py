"""What every policy brings in every future: the one table that all measures of robustness read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from simulator.arrays import Bools, Floats
from simulator.errors import InputError, nearest
from simulator.metrics import METRICS

if TYPE_CHECKING:
    from simulator.comparison import Comparison

FUTURE = ("scenario", "lens", "future")  # what names a future
KEYS = (*FUTURE, "policy", "seed")
POOLED = "pooled"
_SIGNS = {"+": 1.0, "-": -1.0}


@dataclass(frozen=True)
class Outcomes:
    """Policies × futures × seeds × metrics.

    `samples` (policies, futures, seeds, metrics) are in each metric's own unit, NaN only where a
    run is not eligible for a metric that needs an event.  `futures` has one row per future:
    scenario, lens, future, then the values of its parameters.  A future is one view of what nobody
    knows; its seeds are luck.  `weights` (futures,) add to one.  `directions` says of each metric
    whether more (+) or less (-) is better; one without a direction enters no decision.
    """

    policies: tuple[str, ...]
    metrics: tuple[str, ...]
    futures: pd.DataFrame
    samples: Floats
    weights: Floats
    directions: Mapping[str, str] = field(default_factory=dict)
    baseline: str | None = None

    @classmethod
    def from_frame(
        cls,
        frame: pd.DataFrame,
        metrics: Sequence[str] | None = None,
        futures: pd.DataFrame | None = None,
        weights: Sequence[float] | None = None,
        directions: Mapping[str, str] | None = None,
        baseline: str | None = None,
    ) -> Outcomes:
        """From one row per run: policy, lens, future, metrics; scenario and seed if there are any.

        `metrics` defaults to all columns that are metrics.  `futures` gives the parameter values
        of each future (matched on what it shares of scenario, lens and future).  `weights` are one
        per future in order of appearance; default: equal.  Raises `InputError` for a missing,
        doubled or non-finite cell, naming policy, future and parameter values.
        """
        absent = [key for key in ("policy", "lens", "future") if key not in frame]
        if absent or frame.empty:
            what = f"has no column {absent[0]!r}." if absent else "has no rows."
            raise InputError(f"the table {what}", "outcomes", "One row per run is expected.")
        names = tuple(metrics) if metrics is not None else _measured(frame)
        for name in names:
            if name not in frame:
                known = [str(c) for c in frame if c not in KEYS]
                raise InputError(f"unknown metric {name!r}.", "metrics", nearest(name, known))
        given = frame.assign(**{k: 0 for k in ("scenario", "seed") if k not in frame})
        policies, p = _codes(given[["policy"]])
        rows, f = _codes(given[list(FUTURE)])
        seeds, s = _codes(given[["seed"]])
        shape = (len(policies), len(rows), len(seeds), len(names))
        samples = np.full(shape, np.nan)
        samples[p, f, s] = given[list(names)].to_numpy(dtype=float)
        counts = np.zeros(shape[:3], dtype=np.int64)
        np.add.at(counts, (p, f, s), 1)
        table = _with_parameters(rows, futures)
        known_directions = dict(directions or {})
        for name in names:
            if name in METRICS:
                known_directions.setdefault(name, METRICS[name].direction)
        made = cls(
            tuple(policies["policy"]), names, table, samples,
            _weights(weights, len(rows)), known_directions, baseline,
        )  # fmt: skip
        made._refuse_holes(counts, seeds["seed"].tolist())
        if baseline is not None:
            made.row(baseline)
        return made

    @classmethod
    def from_comparison(
        cls, cmp: Comparison, metrics: Sequence[str] | None = None, by: str = "run"
    ) -> Outcomes:
        """From a comparison in memory, whose every run draws its own parameters.

        `by="run"` takes each run under each lens as a future with one seed; `by="lens"` takes each
        lens as one future and its runs as seeds, as `Comparison.regret` does.
        """
        if by not in ("run", "lens"):
            raise InputError(f"{by!r} is no way to count futures.", "by", "Known: 'run', 'lens'.")
        parts = []
        for (policy, lens), ens in cmp.ensembles.items():
            number = np.arange(len(ens.metrics))
            future, seed = (number, 0) if by == "run" else (0, number)
            parts.append(
                ens.metrics.assign(
                    scenario=cmp.scenario, policy=policy, lens=lens, future=future, seed=seed
                )
            )
        whole = pd.concat(parts, ignore_index=True)
        return cls.from_frame(whole, metrics, baseline=cmp.baseline)

    def __repr__(self) -> str:
        names = ("policies", "futures", "seeds", "metrics")
        size = zip(self.samples.shape, names, strict=True)
        return f"<Outcomes: {' × '.join(f'{n:,} {what}' for n, what in size)}>"

    @property
    def lenses(self) -> tuple[str, ...]:
        """Lenses in order of appearance."""
        return tuple(dict.fromkeys(self.futures["lens"]))

    @property
    def seeds(self) -> int:
        """How many seeds every future was played with."""
        return self.samples.shape[2]

    def row(self, policy: str) -> int:
        """Where a policy stands on the first axis."""
        if policy not in self.policies:
            raise InputError(
                f"unknown policy {policy!r}.", "policy", nearest(policy, self.policies)
            )
        return self.policies.index(policy)

    def column(self, metric: str) -> int:
        """Where a metric stands on the last axis."""
        if metric not in self.metrics:
            raise InputError(f"unknown metric {metric!r}.", "metric", nearest(metric, self.metrics))
        return self.metrics.index(metric)

    def sign(self, metric: str) -> float:
        """1 if more of a metric is better, -1 if less is; refuses one of which neither is said."""
        self.column(metric)
        direction = self.directions.get(metric)
        if direction not in _SIGNS:
            raise InputError(
                f"{metric!r} has no better or worse.", "metric",
                f"Say so with directions={{{metric!r}: '+'}} or '-', or choose another.",
            )  # fmt: skip
        return _SIGNS[direction]

    def mean(self, metric: str) -> Floats:
        """Mean over eligible runs in the metric's own unit, (policies, futures); NaN if none is."""
        values = self.samples[..., self.column(metric)]
        counted = ~np.isnan(values)
        number = counted.sum(axis=-1)
        summed = np.where(counted, values, 0.0).sum(axis=-1)
        return np.where(number > 0, summed / np.maximum(number, 1), np.nan)

    def eligible(self, metric: str) -> Floats:
        """Share of runs that a metric's mean is taken over, (policies, futures)."""
        return (~np.isnan(self.samples[..., self.column(metric)])).mean(axis=-1)

    def J(self, metric: str) -> Floats:
        """J(policy, future), larger is better: the mean, losses negated, (policies, futures).

        Refuses a future in which no run is eligible: there is nothing to compare there.
        """
        values = self.sign(metric) * self.mean(metric)
        holes = np.argwhere(np.isnan(values))
        if len(holes):
            p, f = holes[0]
            raise InputError(
                f"{metric!r} is defined in no run of policy {self.policies[p]!r} in "
                f"{self.told(f)} ({len(holes)} such cells).", "metric",
                "Choose one that every run has, leave the policy out, or add seeds.",
            )  # fmt: skip
        return values

    def gain(self, metric: str, policy: str, other: str) -> Floats:
        """How much better `policy` does than `other`, run by run, (futures, seeds); NaN where a
        run is not eligible under both."""
        values = self.sign(metric) * self.samples[..., self.column(metric)]
        result: Floats = values[self.row(policy)] - values[self.row(other)]
        return result

    def told(self, future: int) -> str:
        """A future in words: its keys, then its parameter values."""
        row = self.futures.iloc[int(future)]
        keys = [f"{k} {row[k]}" for k in FUTURE if k != "scenario" or row[k] != 0]
        values = [f"{k}={row[k]:.6g}" for k in self.parameters]
        return ", ".join(keys) + (f" ({', '.join(values)})" if values else "")

    @property
    def parameters(self) -> tuple[str, ...]:
        """Parameters whose value is known of every future."""
        return tuple(str(c) for c in self.futures if c not in FUTURE)

    def only(self, *metrics: str) -> Outcomes:
        """The same with these metrics alone, in this order."""
        names = tuple(dict.fromkeys(metrics))
        columns = [self.column(name) for name in names]
        return replace(self, metrics=names, samples=self.samples[..., columns])

    def of(self, futures: Bools | None = None, seeds: Bools | None = None) -> Outcomes:
        """Some futures or seeds only; the weights of what is left add to one again."""
        kept = np.ones(len(self.futures), dtype=bool) if futures is None else futures
        lucky = np.ones(self.seeds, dtype=bool) if seeds is None else seeds
        weights = self.weights[kept]
        return replace(
            self, futures=self.futures[kept].reset_index(drop=True),
            samples=self.samples[:, kept][:, :, lucky], weights=weights / weights.sum(),
        )  # fmt: skip

    def under(self, lens: str) -> Outcomes:
        """The futures of one lens; `pooled` stands for all."""
        if lens == POOLED:
            return self
        if lens not in self.lenses:
            raise InputError(f"unknown lens {lens!r}.", "lens", nearest(lens, self.lenses))
        return self.of(futures=(self.futures["lens"] == lens).to_numpy())

    def views(self) -> Iterator[tuple[str, Outcomes]]:
        """Lens by lens, then all pooled (if there are several)."""
        for lens in self.lenses:
            yield lens, self.under(lens)
        if len(self.lenses) > 1:
            yield POOLED, self

    def _refuse_holes(self, counts: Floats | Any, seeds: list[Any]) -> None:
        wrong = np.argwhere(counts != 1)
        if len(wrong):
            p, f, s = wrong[0]
            what = "no row" if counts[p, f, s] == 0 else f"{counts[p, f, s]} rows"
            raise InputError(
                f"{what} for policy {self.policies[p]!r}, seed {seeds[s]!r}, {self.told(f)} "
                f"({len(wrong)} such cells).", "outcomes",
                "Every policy needs every future and seed once: finish the sweep, or select.",
            )  # fmt: skip
        events = [name in METRICS and bool(METRICS[name].eligible) for name in self.metrics]
        bad = np.isinf(self.samples) | (np.isnan(self.samples) & ~np.array(events))
        for p, f, s, m in np.argwhere(bad)[:1]:
            raise InputError(
                f"{self.metrics[m]} is {self.samples[p, f, s, m]} for policy {self.policies[p]!r}, "
                f"seed {seeds[s]!r}, {self.told(f)} ({int(bad.sum())} such cells).", "outcomes",
                "A failed run is never averaged in: replay it (`wargame run`) and report it.",
            )  # fmt: skip


def _measured(frame: pd.DataFrame) -> tuple[str, ...]:
    return tuple(str(c) for c in frame if c in METRICS)


def _codes(keys: pd.DataFrame) -> tuple[pd.DataFrame, Any]:
    """Different rows in order of appearance, and which of them each row is."""
    plain = keys.astype({c: object for c in keys if keys[c].dtype == "category"})
    codes = plain.groupby(list(plain.columns), sort=False, dropna=False).ngroup().to_numpy()
    return plain.drop_duplicates().reset_index(drop=True), codes


def _weights(weights: Sequence[float] | None, futures: int) -> Floats:
    if weights is None:
        return np.full(futures, 1.0 / futures)
    found = np.asarray(weights, dtype=float)
    fine = found.shape == (futures,) and np.isfinite(found).all() and (found >= 0.0).all()
    if not fine or found.sum() <= 0.0:
        raise InputError(
            f"{found.shape} weights, for {futures} futures.", "weights",
            "One finite number of 0 or more per future, not all 0.",
        )  # fmt: skip
    return found / found.sum()


def _with_parameters(rows: pd.DataFrame, values: pd.DataFrame | None) -> pd.DataFrame:
    if values is None:
        return rows
    shared = [key for key in FUTURE if key in values]
    twice = values.duplicated(shared) if shared else pd.Series([True])
    if "future" not in shared or bool(twice.any()):
        raise InputError(
            "has no column 'future'." if "future" not in shared else "names a future twice.",
            "futures", "One row per future with the values of its parameters.",
        )  # fmt: skip
    numbers = values.drop(columns=shared).select_dtypes("number").columns.tolist()
    merged = rows.merge(values[[*shared, *numbers]], on=shared, how="left", validate="many_to_one")
    holes = np.argwhere(~np.isfinite(merged[numbers].to_numpy(dtype=float)))
    if len(holes):
        row, column = holes[0]
        raise InputError(
            f"has no finite {numbers[column]!r} for future {rows['future'].iloc[row]}.",
            "futures", "It must give every parameter of every future that was played.",
        )  # fmt: skip
    return merged

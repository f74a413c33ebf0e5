"""Our ensemble as a function: parameter values in, mean metrics out."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from simulator import registry, trials
from simulator.analysis.evaluate import failed
from simulator.arrays import Floats
from simulator.batch import Job
from simulator.errors import InputError, nearest
from simulator.metrics import METRICS
from simulator.results import mean_se


def bundle(policy: str) -> tuple[str, ...]:
    """The policies that a name joins with `+`; the baseline adds nothing."""
    base = registry.package("policies").BASELINE
    return tuple(p for p in policy.split("+") if p.strip() != base)


@dataclass(frozen=True)
class Response:
    """Mean metrics of a policy at given parameter values; with `other`, its paired effect.

    Call it with one row per future and a column per parameter symbol (or name); it returns one
    column per metric, and `METRIC eligible`, the share of runs counted, for a metric that needs an
    event.  Every future meets the same luck, and all other parameters vary over the runs as the
    lens says, so an output is a mean over what is not varied.  Each future costs `runs` runs (twice
    that with `other`).
    """

    scenario: str
    policy: str
    metrics: tuple[str, ...]
    other: str | None = None
    lens: str = "neutral"
    runs: int = 256
    seed: int = 0
    quarters: int | None = None
    adoption: str = "endogenous"
    workers: int = 1
    progress: Callable[[int, int], None] | None = None

    def __post_init__(self) -> None:
        for metric in self.metrics:
            if metric not in METRICS:
                raise InputError(f"unknown metric {metric!r}.", "metrics", nearest(metric, METRICS))

    def __call__(self, values: pd.DataFrame) -> pd.DataFrame:
        """One row per future.  Raises `FailedFutures` if a run fails, `InputError` beforehand for
        values out of range."""
        policies = [self.policy] if self.other is None else [self.policy, self.other]
        todo = [
            trials.Trial(self._job(policy, point))
            for point in values.to_dict("records")
            for policy in policies
        ]
        played = trials.play(todo, self.runs, self.metrics, self.workers, self.progress)
        rows: list[dict[str, float]] = []
        for future in range(len(values)):
            try:
                first = next(played)
                rows.append(self._row(first, next(played) if self.other is not None else None))
            except InputError:
                raise
            except Exception as error:
                what = f"failed ({type(error).__name__}: {error})"
                raise failed([future], values, None, what) from error
        return pd.DataFrame(rows)

    def _job(self, policy: str, point: Mapping[Hashable, Any]) -> Job:
        held = tuple((str(name), float(value)) for name, value in point.items())
        return Job(
            self.scenario, bundle(policy), self.lens, self.seed, self.quarters, self.adoption, held
        )  # fmt: skip

    def _row(self, one: dict[str, Floats], other: dict[str, Floats] | None) -> dict[str, float]:
        row = {}
        for metric in self.metrics:
            value = one[metric] if other is None else one[metric] - other[metric]
            mean, _, share = mean_se(value)
            broken = np.isinf(value).any() or (share < 1.0 and not METRICS[metric].eligible)
            row[metric] = np.nan if broken else mean
            if METRICS[metric].eligible:
                row[f"{metric} eligible"] = share
        return row

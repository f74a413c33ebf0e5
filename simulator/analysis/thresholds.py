"""Thresholds of what is good enough, declared before the run and named by what they say."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from simulator.analysis.outcomes import Outcomes
from simulator.arrays import Bools
from simulator.errors import InputError, nearest
from simulator.metrics import METRICS

_SIDES = {"at_most": -1.0, "at_least": 1.0}


@dataclass(frozen=True)
class Thresholds:
    """Limits by metric in its own unit: a number, on the metric's better side, or `{at_most: x}`
    or `{at_least: x}` (needed where more is neither better nor worse).

    `Thresholds({"war_any": 0.05, "alliance_cohesion": {"at_least": 0.4}})`
    """

    limits: Mapping[str, float | Mapping[str, float]]

    def __post_init__(self) -> None:
        if not isinstance(self.limits, Mapping) or not self.limits:
            raise InputError("no threshold is named.", "thresholds", "Write `metric: number`.")
        for metric in self.limits:
            self.side(metric)

    @classmethod
    def load(cls, path: str | Path) -> Thresholds:
        """From a YAML file of `metric: limit` lines, or such lines under `thresholds:`."""
        try:
            read = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            raise InputError(f"cannot be read: {error}.", str(path)) from error
        limits = read.get("thresholds", read) if isinstance(read, dict) else {}
        try:
            return cls(limits)
        except InputError as error:
            where = f"{path}: {error.where}" if error.where else str(path)
            raise InputError(error.message, where, error.hint) from error

    def side(self, metric: str) -> tuple[float, float]:
        """(1 if at least, -1 if at most; the limit) of one metric."""
        given, where = self.limits[metric], f"thresholds: {metric}"
        if metric not in METRICS and not isinstance(given, Mapping):
            raise InputError("is no metric.", where, nearest(metric, METRICS))
        if isinstance(given, Mapping):
            if len(given) != 1 or next(iter(given)) not in _SIDES:
                raise InputError(
                    f"cannot read {dict(given)!r}.", where, "Write at_most: x or at_least: x."
                )
            name, value = next(iter(given.items()))
            return _SIDES[name], _number(value, where)
        direction = METRICS[metric].direction
        if direction not in ("+", "-"):
            raise InputError(
                "has no better side.", where, "Write `{at_most: x}` or `{at_least: x}`."
            )
        return (1.0 if direction == "+" else -1.0), _number(given, where)

    def met(self, outcomes: Outcomes) -> Bools:
        """Where every threshold is met, (policies, futures)."""
        passed = np.ones(outcomes.samples.shape[:2], dtype=bool)
        for metric in self.limits:
            sign, limit = self.side(metric)
            means = outcomes.mean(metric)
            holes = np.argwhere(np.isnan(means))
            if len(holes):
                p, f = holes[0]
                raise InputError(
                    f"is defined in no run of policy {outcomes.policies[p]!r} in "
                    f"{outcomes.told(f)}.", f"thresholds: {metric}",
                    "Set thresholds on metrics that every run has.",
                )  # fmt: skip
            passed &= sign * means >= sign * limit
        return passed

    def moved(self, metric: str, limit: float) -> Thresholds:
        """The same with another limit for one metric."""
        if metric not in self.limits:
            raise InputError(
                f"{metric!r} has no threshold.", "metric", nearest(metric, self.limits)
            )
        side = "at_least" if self.side(metric)[0] > 0.0 else "at_most"
        return Thresholds({**self.limits, metric: {side: limit}})

    def digest(self) -> str:
        """Twelve hexadecimal digits that change with any limit: note them before the run."""
        sides = {metric: self.side(metric) for metric in sorted(self.limits)}
        return hashlib.sha256(json.dumps(sides).encode()).hexdigest()[:12]


def _number(value: Any, where: str) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not isfinite(value):
        raise InputError(f"{value!r} is no finite number.", where, "Write a number.")
    return float(value)

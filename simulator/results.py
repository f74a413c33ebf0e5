"""What the drivers hand back: one run's events, an ensemble's metrics and paths."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from simulator.arrays import Floats

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True)
class Event:
    """Something that happened in one run.  `terms` are pp of own GDP, positive for the choice
    made where a choice was made; `kind` is one of trigger, draft, vote, result, accept,
    challenge, response, accident, off_ramp, concession, level."""

    quarter: int
    when: str
    kind: str
    actor: str | None
    where: str | None
    choice: str
    text: str
    terms: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Ensemble:
    """Runs of one scenario, set of policies and lens.

    `metrics`: one row per run.  `paths[name]`: (runs kept, quarters).  `ballots`: one row per
    forum member and text, with counts of sessions.
    """

    scenario: str
    policies: tuple[str, ...]
    lens: str
    runs: int
    seed: int
    quarters: int
    adoption: str
    metrics: pd.DataFrame
    paths: dict[str, Floats]
    ballots: pd.DataFrame

    def __repr__(self) -> str:
        played = "+".join(self.policies) or "status quo"
        size = f"{self.runs:,} runs of {self.quarters} quarters, seed {self.seed}"
        return f"<Ensemble: {self.scenario}, {played}, lens {self.lens}, {size}>"

    def frame(self) -> pd.DataFrame:
        """One row per run, one column per metric; NaN where a run is not eligible."""
        return self.metrics

    def series(self) -> pd.DataFrame:
        """Per quarter and variable: mean and quantiles over the runs kept (at most 4,096)."""
        rows = []
        for name, paths in self.paths.items():
            table = np.quantile(paths, QUANTILES, axis=0)
            for t in range(paths.shape[1]):
                row: dict[str, Any] = {"quarter": t, "variable": name, "mean": paths[:, t].mean()}
                row |= {f"q{int(q * 100):02d}": table[i, t] for i, q in enumerate(QUANTILES)}
                rows.append(row)
        return pd.DataFrame(rows)

    def votes(self) -> pd.DataFrame:
        """Who supported, acquiesced, hid, broke silence and was blamed, per member and text."""
        return self.ballots


def mean_se(values: Floats) -> tuple[float, float, float]:
    """Mean, standard error and eligible share of values, leaving out NaN."""
    kept = values[~np.isnan(values)]
    share = len(kept) / max(len(values), 1)
    if len(kept) == 0:
        return np.nan, np.nan, share
    error = kept.std(ddof=1) / np.sqrt(len(kept)) if len(kept) > 1 else np.nan
    return float(kept.mean()), float(error), share

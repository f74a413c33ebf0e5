"""What the drivers hand back: one run's events, an ensemble's metrics, a comparison's table."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from simulator.arrays import Floats

if TYPE_CHECKING:
    from pathlib import Path

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


@dataclass(frozen=True)
class Comparison:
    """Policies side by side under each lens, with paired differences to the status quo."""

    scenario: str
    policies: tuple[str, ...]
    lenses: tuple[str, ...]
    baseline: str
    runs: int
    seed: int
    quarters: int
    adoption_mode: str
    ensembles: dict[tuple[str, str], Ensemble]
    forced: dict[tuple[str, str], Ensemble]

    def frame(self) -> pd.DataFrame:
        """One row per policy, lens and metric: mean, se, delta, delta_se, eligible share.

        `delta` is against the status quo, run by run (common random numbers); `se` and
        `delta_se` are Monte-Carlo standard errors.
        """
        rows = []
        for (policy, lens), ens in self.ensembles.items():
            base = self.ensembles[(self.baseline, lens)].metrics
            for metric in ens.metrics.columns:
                value, se, share = mean_se(ens.metrics[metric].to_numpy())
                gap = (ens.metrics[metric] - base[metric]).to_numpy()
                delta, delta_se, _ = mean_se(gap)
                rows.append((policy, lens, metric, value, se, delta, delta_se, share))
        columns = ["policy", "lens", "metric", "mean", "se", "delta", "delta_se", "eligible"]
        return pd.DataFrame(rows, columns=columns)

    def adoption(self, metric: str = "taiwan_force_risk") -> pd.DataFrame:
        """Forum results four ways, per policy with an ask and lens (model.md 0.4).

        Chance of adoption (whole, weakened); the effect on `metric` if adopted (adoption forced),
        overall (forum decides), and of trying and failing (runs where the forum blocked it).
        """
        rows = []
        for (policy, lens), imposed in self.forced.items():
            ens = self.ensembles[(policy, lens)].metrics
            base = self.ensembles[(self.baseline, lens)].metrics[metric]
            failed = ((ens["adoption_probability"] == 0.0) & (ens["splits"] > 0.0)).to_numpy()
            gap = (ens[metric] - base).to_numpy()
            row = [policy, lens, metric]
            row += mean_se(ens["adoption_probability"].to_numpy())[:2]
            row += mean_se(ens["adopted_weakened"].to_numpy())[:2]
            row += mean_se((imposed.metrics[metric] - base).to_numpy())[:2]
            row += mean_se(gap)[:2]
            row += mean_se(gap[failed])[:2] if failed.sum() >= 30 else (np.nan, np.nan)
            rows.append([*row, failed.mean()])
        ways = ("p_adopt", "p_weakened", "effect_if_adopted", "effect_overall", "effect_failed")
        names = [n for w in ways for n in (w, f"{w}_se")]
        return pd.DataFrame(rows, columns=["policy", "lens", "metric", *names, "share_failed"])

    def regret(self, metric: str = "world_gdp_loss_usd_tn") -> pd.DataFrame:
        """Regret of each policy per lens: shortfall of its mean from the best policy's, in the
        metric's own unit (rows policies, columns lenses)."""
        from simulator.metrics import METRICS

        table = self.frame().query("metric == @metric").pivot(
            index="policy", columns="lens", values="mean"
        )
        better = -1.0 if METRICS[metric].direction == "-" else 1.0
        result: pd.DataFrame = (better * table).max() - better * table
        return result

    @property
    def charts(self) -> Any:
        """Figures: `charts.outcomes()`, `.by_lens()`, `.ladder()`, `.vote()`, `.adoption()`."""
        from simulator.charts import Charts

        return Charts(self)

    def report(self, out: str | Path) -> Path:
        """Write the HTML report, its figures and tables to a folder; returns the report's path."""
        from simulator.report import write_report

        return write_report(self, out)


def mean_se(values: Floats) -> tuple[float, float, float]:
    """Mean, standard error and eligible share of values, leaving out NaN."""
    kept = values[~np.isnan(values)]
    share = len(kept) / max(len(values), 1)
    if len(kept) == 0:
        return np.nan, np.nan, share
    error = kept.std(ddof=1) / np.sqrt(len(kept)) if len(kept) > 1 else np.nan
    return float(kept.mean()), float(error), share

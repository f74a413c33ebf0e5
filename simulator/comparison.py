"""Policies side by side under each lens: the table, forum results four ways, regret."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from simulator.metrics import METRICS
from simulator.results import Ensemble, mean_se

if TYPE_CHECKING:
    from pathlib import Path

_ENOUGH = 30  # failed runs below which the effect of failing is not shown


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

    def __repr__(self) -> str:
        size = f"{len(self.policies)} policies × {len(self.lenses)} lenses × {self.runs:,} runs"
        return f"<Comparison: {self.scenario}, {size}, {self.quarters} quarters, seed {self.seed}>"

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
            row: list[Any] = [policy, lens, metric]
            row += mean_se(ens["adoption_probability"].to_numpy())[:2]
            row += mean_se(ens["adopted_weakened"].to_numpy())[:2]
            row += mean_se((imposed.metrics[metric] - base).to_numpy())[:2]
            row += mean_se(gap)[:2]
            row += mean_se(gap[failed])[:2] if failed.sum() >= _ENOUGH else (np.nan, np.nan)
            rows.append([*row, failed.mean()])
        ways = ("p_adopt", "p_weakened", "effect_if_adopted", "effect_overall", "effect_failed")
        names = [n for w in ways for n in (w, f"{w}_se")]
        return pd.DataFrame(rows, columns=["policy", "lens", "metric", *names, "share_failed"])

    def regret(self, metric: str = "world_gdp_loss_usd_tn") -> pd.DataFrame:
        """Regret of each policy per lens: shortfall of its mean from the best policy's, in the
        metric's own unit (rows policies, columns lenses)."""
        table = (
            self.frame()
            .query("metric == @metric")
            .pivot(index="policy", columns="lens", values="mean")
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

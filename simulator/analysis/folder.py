"""Outcomes from the folder of a sweep."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import pandas as pd

from simulator import registry
from simulator.analysis.outcomes import Outcomes


class Folder(Protocol):
    """What is read of a sweep's results."""

    def frame(
        self, columns: Sequence[str] | None = None, *, scenario: str | None = None
    ) -> pd.DataFrame:
        """One row per run: scenario, policy, lens, future, seed, metrics."""

    def futures(self, lens: str | None = None, scenario: str | None = None) -> pd.DataFrame:
        """One row per future: its number and its parameter values, under a lens if one is named."""


def from_results(
    results: Folder,
    metrics: Sequence[str] | None = None,
    contested: bool = False,
    baseline: str | None = None,
    scenario: str | None = None,
) -> Outcomes:
    """Outcomes of a finished sweep, of one scenario or all.

    `metrics` defaults to all that the sweep kept; naming a few saves memory, since all runs are
    held at once.  `contested` adds the values, lens by lens, of the parameters that the authors
    hold differently, so that boxes and break-even values can be sought along them; else only the
    parameters that the study itself varies are known.  `baseline` defaults to the status quo if it
    is among the policies.
    """
    named = {} if scenario is None else {"scenario": scenario}
    frame = results.frame(columns=metrics, **named)
    if contested:
        cells = frame[["lens", *([k for k in ("scenario",) if k in frame])]].drop_duplicates()
        parts = [
            results.futures(cell["lens"], cell.get("scenario")).assign(
                **{str(k): v for k, v in cell.items()}
            )
            for cell in cells.astype(object).to_dict("records")
        ]
        futures = pd.concat(parts, ignore_index=True)
    else:
        futures = results.futures()
    base = registry.package("policies").BASELINE
    if baseline is None and (frame["policy"] == base).any():
        baseline = base
    return Outcomes.from_frame(frame, metrics, futures, baseline=baseline)

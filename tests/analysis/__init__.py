"""What the tests of the analysis share: small tables of runs with known answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from simulator.analysis import Outcomes


def runs(
    values: Mapping[str, Any], lenses: Sequence[str] | None = None, metric: str = "score"
) -> pd.DataFrame:
    """One row per run from arrays (futures,) or (futures, seeds) by policy."""
    rows = []
    for policy, table in values.items():
        for f, seeds in enumerate(np.asarray(table, dtype=float)):
            lens = lenses[f] if lenses is not None else "one"
            rows += [
                {"policy": policy, "lens": lens, "future": f, "seed": s, metric: value}
                for s, value in enumerate(np.atleast_1d(seeds))
            ]
    return pd.DataFrame(rows)


def outcomes(
    values: Mapping[str, Any], lenses: Sequence[str] | None = None, direction: str = "+", **how: Any
) -> Outcomes:
    """The same as `Outcomes`, the first policy as baseline."""
    return Outcomes.from_frame(
        runs(values, lenses), directions={"score": direction}, metrics=["score"],
        baseline=next(iter(values)), **how,
    )  # fmt: skip

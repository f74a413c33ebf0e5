"""Lenses may differ about policies, never about the status quo (model.md 0.3, 5.1)."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

import simulator as ts
from simulator import content

RUNS, SEED = 12_288, 77  # not the seed that the calibration used
RATES = ("incursion_europe", "blockade_taiwan", "seizure_south_china_sea", "rises_korea",
         "war_europe", "war_taiwan", "war_korea", "war_south_china_sea", "war_any")  # fmt: skip


@pytest.fixture(scope="module")
def status_quo() -> dict[str, pd.DataFrame]:
    assert content.plan()["seed"] != SEED
    return {
        lens: ts.ensemble("summit-cycle", lens=lens, runs=RUNS, seed=SEED, workers=2).frame()
        for lens in content.lens_ids()
    }


@pytest.mark.slow
@pytest.mark.parametrize("metric", RATES)
def test_lenses_agree_on_the_status_quo(status_quo: dict[str, pd.DataFrame], metric: str) -> None:
    """Differences inside .01 (or 10 % of the rate) with the 95 % interval inside .02 (or 20 %)."""
    rate = np.mean([frame[metric].mean() for frame in status_quo.values()])
    for a, b in itertools.combinations(status_quo, 2):
        gap = (status_quo[a][metric] - status_quo[b][metric]).to_numpy()
        value, error = gap.mean(), gap.std(ddof=1) / np.sqrt(RUNS)
        assert abs(value) <= max(0.01, 0.1 * rate), (metric, a, b, value)
        assert abs(value) + 1.96 * error <= max(0.02, 0.2 * rate), (metric, a, b, value, error)


@pytest.mark.slow
def test_the_status_quo_lies_in_the_published_bands(status_quo: dict[str, pd.DataFrame]) -> None:
    """model.md 5.1; the band of a rate in five years is checked on half the horizon."""
    bands = {
        "war_taiwan": (0.02, 0.15),
        "war_korea": (0.005, 0.03),
        "war_europe": (0.005, 0.05),
        "incursion_europe": (0.03, 0.14),
        "rises_korea": (1.0, 2.5),
    }
    for metric, (low, high) in bands.items():
        value = status_quo["neutral"][metric].mean()
        assert low <= value <= high, (metric, value)
    five = ts.ensemble("summit-cycle", runs=4096, seed=SEED, quarters=20, workers=2).frame()
    assert 0.03 <= five["blockade_taiwan"].mean() <= 0.15


def test_every_lens_is_calibrated() -> None:
    fitted = content._loader().read_yaml(content.folder() / "calibration.yaml")["lenses"]
    assert set(fitted) == set(content.lens_ids())
    wanted, share = content.plan()["targets"], content.plan()["tolerance"]
    for lens, row in fitted.items():
        for metric, target in wanted.items():
            assert abs(row["fitted"][metric] - target) <= max(0.01, share[metric] * target), (
                lens,
                metric,
            )

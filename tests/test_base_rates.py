"""Lenses may differ about policies, never about the status quo (model.md 0.3, 5.1)."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import simulator as ts
from simulator import content
from simulator.audits import base_rates

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
def test_the_status_quo_lies_in_the_published_bands() -> None:
    """Every rate of model.md 5.1, save those that are known to fail and why."""
    known = {row["id"] for row in base_rates.bands() if "fails" in row}
    for rate in base_rates.measure("neutral", 4096, SEED, workers=2):
        assert rate.inside or rate.id in known, rate


def test_a_rate_outside_its_band_is_named() -> None:
    rates = base_rates.measure("neutral", 8, 5, workers=1)
    assert [rate.id for rate in rates] == [row["id"] for row in base_rates.bands()]
    assert all(rate.value >= 0.0 or rate.id == "threats_beat_sanctions" for rate in rates)
    moved = [replace(rate, value=0.5 * sum(rate.band), error=0.01) for rate in rates]
    how = {"runs": 8, "seed": 5}
    page = base_rates.page(moved, how)
    assert "Outside under some lens: none.\n" in page
    assert "**0" not in page
    out = [*moved[:-1], replace(moved[-1], value=0.9)]
    page = base_rates.page(out, how)
    assert "Outside under some lens: an office is agreed whole within two summits.\n" in page
    assert "**0.9 (0.01)**" in page


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

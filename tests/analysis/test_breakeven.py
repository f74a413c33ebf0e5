"""Break-even values: where a known effect crosses zero, and saying so when it does not."""

import numpy as np
import pandas as pd
import pytest

import simulator as ts
from simulator import analysis
from simulator.analysis.breakeven import _from_runs
from simulator.arrays import Floats
from simulator.errors import InputError
from tests.analysis import outcomes

GRID = np.linspace(0.0, 1.0, 5)


def gaps(effect: Floats, noise: float = 0.1, runs: int = 64, seed: int = 0) -> Floats:
    """Paired differences by run and point; a run's luck is shared by its points."""
    luck = np.random.default_rng(seed).normal(scale=noise, size=(runs, 1))
    return effect + luck - luck.mean()


def found(effect: Floats, **how: float) -> analysis.crossing:
    return _from_runs(GRID, gaps(effect, **how), "test")[0]


def test_a_line_crosses_where_it_should_with_the_textbook_error() -> None:
    """y = 2x - .7 + luck: the root is .35 and its error that of the luck's mean over the slope."""
    one = found(2.0 * GRID - 0.7)
    np.testing.assert_allclose(one.break_even, 0.35, atol=1e-9)
    luck = gaps(np.zeros(5))[:, 0]
    np.testing.assert_allclose(one.break_even_se, luck.std(ddof=1) / 8.0 / 2.0, rtol=0.15)
    assert ("crosses", True, "line") == (one.verdict, one.sure, one.fit)
    np.testing.assert_allclose([one.effect_low, one.effect_high], [-0.7, 1.3])


def test_an_effect_that_keeps_its_sign_has_no_break_even() -> None:
    one = found(2.0 * GRID + 0.5)
    assert ("none in range", False) == (one.verdict, one.sure)
    assert np.isnan([one.break_even, one.break_even_se]).all()


def test_a_bend_takes_a_spline() -> None:
    one = found((GRID - 0.5) ** 3 * 8 + np.where(GRID > 0.5, 3.0 * (GRID - 0.5), 0.0))
    assert ("spline", "crosses") == (one.fit, one.verdict)
    np.testing.assert_allclose(one.break_even, 0.5, atol=0.02)


def test_two_crossings_are_counted() -> None:
    one = found(1.0 - 16.0 * (GRID - 0.5) ** 2)
    assert ("spline", "crosses 2 times", False) == (one.fit, one.verdict, one.sure)
    assert 0.2 < one.break_even < 0.3


def test_noise_is_not_sure() -> None:
    one = found(0.02 * (GRID - 0.5), noise=1.0)
    assert ("crosses", False) == (one.verdict, one.sure)
    assert one.break_even_se > 1.0


def test_no_effect_is_said_as_such() -> None:
    one = _from_runs(GRID, np.zeros((8, 5)), "test")[0]
    assert ("no effect", False) == (one.verdict, one.sure)


def test_runs_that_do_not_count_are_left_out() -> None:
    table = gaps(2.0 * GRID - 0.7, noise=0.0)
    table[::2, 1] = np.nan
    one, eligible = _from_runs(GRID, table, "test")
    np.testing.assert_allclose(one.break_even, 0.35)
    assert 0.5 == eligible
    table[:, 1] = np.nan
    with pytest.raises(InputError, match="test is defined in hardly any run"):
        _from_runs(GRID, table, "test")


def test_points_must_ascend() -> None:
    with pytest.raises(InputError, match="ascending"):
        analysis.crossing(GRID[::-1], GRID, np.stack([GRID, GRID]))
    with pytest.raises(InputError, match="ascending"):
        analysis.crossing(GRID[:2], GRID[:2], np.stack([GRID[:2]] * 2))


def test_a_sweep_gives_the_break_even_too() -> None:
    rng = np.random.default_rng(9)
    known = pd.DataFrame({"future": range(300), "x": rng.uniform(size=300),
                          "idle": rng.uniform(size=300)})  # fmt: skip
    effect = 2.0 * known["x"] - 0.7 + rng.normal(scale=0.2, size=300)
    made = outcomes({"b": np.zeros(300), "a": effect}, futures=known)
    table = analysis.break_even_from(made, "a", "b", "score").set_index("parameter")
    assert ["x", "idle"] == list(table.index)
    x = table.loc["x"]
    assert abs(x["break_even"] - 0.35) < 3.0 * x["break_even_se"] < 0.15
    assert (True, False) == (bool(x["sure"]), bool(table.loc["idle", "sure"]))
    assert "none in range" == table.loc["idle", "verdict"]


def test_the_ensemble_is_asked_along_a_contested_parameter() -> None:
    place, metric, pact = "summit-cycle", "encirclement_fear", "formal-nato-ip4-pact"
    none = "status-quo-ip4-track"
    table = analysis.break_even(pact, none, metric, place, parameters={"psi_CN": (0.3, 1.3)},
                                points=3, runs=8, quarters=3)  # fmt: skip
    row = table.iloc[0]
    assert ("psi_CN", 0.3, 1.3, 1.0) == tuple(row[["parameter", "low", "high", "eligible"]])
    effects = [
        ts.ensemble(place, [pact], "neutral", 8, 0, 3, "forced", {"psi_CN": x}).metrics[metric]
        - ts.ensemble(place, [], "neutral", 8, 0, 3, "forced", {"psi_CN": x}).metrics[metric]
        for x in (0.3, 0.8, 1.3)
    ]
    slope, start = np.polyfit([0.3, 0.8, 1.3], [e.mean() for e in effects], 1)
    assert "line" == row["fit"]
    np.testing.assert_allclose(
        [row["effect_low"], row["effect_high"]], [start + 0.3 * slope, start + 1.3 * slope]
    )


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"metric": "war_anny"}, "Did you mean 'war_any'"),
        ({"points": 2}, "3 or more"),
        ({"parameters": ["psi_WW"]}, "unknown parameter"),
        ({"parameters": {"psi_W": (0.9, 0.1)}}, "low below high"),
        ({"lens": "cfrr"}, "cfr"),
        ({"policy": "no-such-policy"}, "unknown policy"),
    ],
)
def test_bad_input_is_refused(how: dict, said: str) -> None:
    given = {"policy": "formal-nato-ip4-pact", "other": "status-quo-ip4-track", "metric": "war_any",
             "parameters": ["psi_W"], "runs": 2, "quarters": 2} | how  # fmt: skip
    with pytest.raises(InputError, match=said):
        analysis.break_even(**given)


def test_cruxes_names_an_unknown_metric() -> None:
    assert "cruxes" == ts.cruxes.__name__
    with pytest.raises(InputError, match="Did you mean 'war_any'"):
        ts.cruxes("formal-nato-ip4-pact", "status-quo-ip4-track", "war_anny")

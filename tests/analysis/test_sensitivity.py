"""Sensitivity on functions with known answers, through the interface that drives the model."""

import numpy as np
import pandas as pd
import pytest

from simulator import analysis, content
from simulator.analysis import FailedFutures, Response
from simulator.analysis.evaluate import evaluate, extra, priors, scaled
from simulator.analysis.given import binned
from simulator.errors import InputError
from simulator.futures import Prior
from tests.analysis import outcomes

ISHIGAMI = {f"x{i}": (-np.pi, np.pi) for i in (1, 2, 3)}
# a = 7, b = .1: exact from the variances V1, V2, V13
V1, V2, V13 = 0.5 * (1 + 0.1 * np.pi**4 / 5) ** 2, 49 / 8, 0.01 * np.pi**8 * (1 / 18 - 1 / 50)
TOTAL = V1 + V2 + V13
FIRST = [V1 / TOTAL, V2 / TOTAL, 0.0]
ALL = [(V1 + V13) / TOTAL, V2 / TOTAL, V13 / TOTAL]


def ishigami(x: pd.DataFrame) -> pd.Series:
    return np.sin(x["x1"]) + 7 * np.sin(x["x2"]) ** 2 + 0.1 * x["x3"] ** 4 * np.sin(x["x1"])


def test_sobol_on_the_ishigami_function() -> None:
    found = analysis.sobol(ishigami, ISHIGAMI, samples=2048)
    assert ["x1", "x2", "x3"] == found["parameter"].tolist()
    np.testing.assert_allclose(found["S1"], FIRST, atol=0.03)
    np.testing.assert_allclose(found["ST"], ALL, atol=0.03)
    for index, exact in (("S1", FIRST), ("ST", ALL)):
        half = found[f"{index}_conf"]
        assert (half.to_numpy() > 0.0).all()
        assert (half < 0.12).all()
        assert ((found[index] - exact).abs() < 2.0 * half).all()


def test_the_same_seed_gives_the_same_indices_zero_included() -> None:
    one, two, other = (analysis.sobol(ishigami, ISHIGAMI, 64, seed) for seed in (0, 0, 1))
    pd.testing.assert_frame_equal(one, two)
    assert not one["S1"].equals(other["S1"])


def test_several_outputs_and_one_that_does_not_vary() -> None:
    def both(x: pd.DataFrame) -> pd.DataFrame:
        return pd.DataFrame({"sum": x["a"] + 2.0 * x["b"], "flat": 0.0 * x["a"]})

    found = analysis.sobol(both, {"a": (0.0, 1.0), "b": (0.0, 1.0)}, 512)
    line = found[found["output"] == "sum"]
    np.testing.assert_allclose(line["S1"], [0.2, 0.8], atol=0.03)
    np.testing.assert_allclose(line["ST"], [0.2, 0.8], atol=0.03)
    assert found.loc[found["output"] == "flat", ["S1", "ST"]].isna().all(axis=None)


def test_a_prior_is_sampled_as_it_is() -> None:
    """Of log-uniform a, log a is uniform: the indices of log a + b are even, of variance 1 each."""
    ranges = {"a": Prior("loguniform", (1.0, np.e)), "b": (0.0, 1.0)}
    found = analysis.sobol(lambda x: np.log(x["a"]) + x["b"], ranges, 512)
    np.testing.assert_allclose(found["S1"], [0.5, 0.5], atol=0.03)


def test_morris_on_a_function_with_known_effects() -> None:
    """y = 3a - 2b + 4 a c: effect of a is 3 + 4c, of c is 4a, on a grid of 4 levels with steps of
    2/3, so that a and c average 1/2 over their steps' fixed values."""

    def y(x: pd.DataFrame) -> pd.Series:
        return 3.0 * x["a"] - 2.0 * x["b"] + 4.0 * x["a"] * x["c"] + 0.0 * x["d"]

    unit = dict.fromkeys("abcd", (0.0, 1.0))
    found = analysis.morris(y, unit, trajectories=400).set_index("parameter")
    np.testing.assert_allclose(found["mu"], [5.0, -2.0, 2.0, 0.0], atol=0.2)
    np.testing.assert_allclose(found["mu_star"], [5.0, 2.0, 2.0, 0.0], atol=0.2)
    np.testing.assert_allclose(found.loc[["b", "d"], "sigma"], 0.0, atol=1e-8)
    # c takes 0, 1/3, 2/3, 1: a standard deviation of .373, times 4
    np.testing.assert_allclose(found.loc["a", "sigma"], 4.0 * np.sqrt(5.0) / 6.0, atol=0.1)
    assert found.loc["a", "mu_star_conf"] > 0.0


def test_the_range_scales_a_morris_effect() -> None:
    found = analysis.morris(lambda x: 3.0 * x["a"], {"a": (10.0, 14.0)}, trajectories=4)
    np.testing.assert_allclose(found["mu"], [12.0])


# --- what fails is named


@pytest.mark.parametrize("value", [np.nan, np.inf])
@pytest.mark.parametrize("method", [analysis.sobol, analysis.morris])
def test_one_output_that_is_not_finite_stops_it(method: object, value: float) -> None:
    def broken(x: pd.DataFrame) -> pd.Series:
        return ishigami(x).where(x["x2"] < x["x2"].max(), value)

    with pytest.raises(FailedFutures, match=r"future \d+: x1=.*, x2=3\..*, x3=") as failure:
        method(broken, ISHIGAMI, 16)  # type: ignore[operator]
    table = failure.value.table
    assert ["future", "x1", "x2", "x3", "output"] == list(table)
    assert not np.isfinite(table["output"]).any()


def test_failures_beyond_the_third_are_counted() -> None:
    values = pd.DataFrame({"x": np.arange(5.0)})
    with pytest.raises(FailedFutures, match=r"5 of 5 .*future 2: x=2.*; and 2 more") as failure:
        evaluate(lambda x: x["x"] * np.nan, values)
    assert [0, 1, 2, 3, 4] == failure.value.table["future"].tolist()
    with pytest.raises(ValueError, match="2 outputs for 5 futures"):
        evaluate(lambda x: np.zeros(2), values)


def test_arrays_become_named_outputs() -> None:
    values = pd.DataFrame({"x": [1.0, 2.0]}, index=[7, 8])
    assert ["output"] == list(evaluate(lambda x: x["x"].to_numpy(), values))
    found = evaluate(lambda x: np.stack([x["x"], -x["x"]], axis=1), values)
    assert {"output_0": [1.0, 2.0], "output_1": [-1.0, -2.0]} == found.to_dict("list")


@pytest.mark.parametrize(
    "ranges", [{}, {"a": (1.0, 0.0)}, {"a": (1.0, 1.0)}, {"a": (0.0, np.inf)}, {"a": (np.nan, 1.0)},
               {"a": 3.0}, {"a": ("low", "high")}, {"a": (0.0, 1.0, 2.0)}],
)  # fmt: skip
def test_ranges_upside_down_empty_or_infinite_are_refused(ranges: dict) -> None:
    with pytest.raises(InputError, match="ranges"):
        analysis.sobol(ishigami, ranges, 4)


def test_designs_that_salib_would_bend_are_refused() -> None:
    with pytest.raises(InputError, match=r"power of 2. Next: 128"):
        analysis.sobol(ishigami, ISHIGAMI, 100)
    with pytest.raises(InputError, match="even number of levels"):
        analysis.morris(ishigami, ISHIGAMI, 4, levels=3)
    with pytest.raises(InputError, match="seed is -1"):
        analysis.morris(ishigami, ISHIGAMI, 4, seed=-1)


def test_a_missing_library_names_the_extra() -> None:
    with pytest.raises(InputError, match=r"no_such_library is not installed.*\[analysis\]"):
        extra("no_such_library")


# --- our ensemble behind the same interface

SMALL = {"runs": 4, "quarters": 3}
POINTS = pd.DataFrame({"psi_W": [0.2, 0.9]})


def test_the_ensemble_answers_like_any_function() -> None:
    one = Response("summit-cycle", "tokyo-liaison-office", ("world_gdp_loss_usd_tn",), **SMALL)
    frame = evaluate(one, POINTS)
    assert ((2, 1), True) == (frame.shape, np.isfinite(frame).all(axis=None))
    found = analysis.morris(one, {"psi_W": (0.2, 0.9)}, trajectories=2)
    assert [("world_gdp_loss_usd_tn", "psi_W")] == [*zip(found["output"], found["parameter"])]  # noqa: B905


def test_an_effect_is_paired_and_zero_against_itself() -> None:
    same = Response("summit-cycle", "tokyo-liaison-office", ("war_any", "encirclement_fear"),
                    other="tokyo-liaison-office", **SMALL)  # fmt: skip
    np.testing.assert_array_equal(same(POINTS), np.zeros((2, 2)))


def test_an_event_metric_brings_its_share_and_is_never_zero_for_want_of_runs() -> None:
    never = Response("summit-cycle", "status-quo-ip4-track", ("quarters_to_adopt",), **SMALL)
    found = never(POINTS)
    assert [0.0, 0.0] == found["quarters_to_adopt eligible"].tolist()
    with pytest.raises(FailedFutures, match=r"future 0: psi_W=0.2, quarters_to_adopt=nan"):
        evaluate(never, POINTS)


def test_bad_input_is_refused_before_the_first_run(monkeypatch: pytest.MonkeyPatch) -> None:
    one = Response("summit-cycle", "tokyo-liaison-office", ("war_any",), **SMALL)
    monkeypatch.setattr("simulator.trials.play_block", lambda task: pytest.fail("a run was played"))
    with pytest.raises(InputError, match="unknown parameter 'psi_WW'"):
        one(POINTS.rename(columns={"psi_W": "psi_WW"}))
    with pytest.raises(InputError, match="psi_W"):
        one(pd.DataFrame({"psi_W": [0.5, 99.0]}))
    with pytest.raises(InputError, match=r"unknown metric 'war_anny'. Did you mean 'war_any'"):
        Response("summit-cycle", "tokyo-liaison-office", ("war_anny",))


def test_a_run_that_fails_is_reported_by_future_and_values(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def play(task: tuple) -> dict:
        if dict(task[0].job.parameters)["psi_W"] > 0.5:
            raise FloatingPointError("overflow")
        return {"war_any": np.zeros(4)}

    monkeypatch.setattr("simulator.trials.play_block", play)
    one = Response("summit-cycle", "tokyo-liaison-office", ("war_any",), **SMALL)
    said = r"1 of 2 futures failed \(FloatingPointError: overflow\): future 1: psi_W=0.9"
    with pytest.raises(FailedFutures, match=said):
        evaluate(one, POINTS)


def test_contested_ranges_come_from_priors_and_lenses() -> None:
    contested = analysis.prior_ranges()
    assert set(contested) <= set(content.lens("neutral").ledger)
    assert ["psi_W"] == list(analysis.prior_ranges(["psi_W"]))
    with pytest.raises(InputError, match="unknown parameter 'psi_WW'"):
        analysis.prior_ranges(["psi_WW"])
    both = analysis.lens_ranges("cfr", "reeves", symbols=["psi_CN"])["psi_CN"].numbers
    held = [content.lens(name).ranges["psi_CN"].numbers for name in ("cfr", "reeves")]
    assert (min(h[0] for h in held), max(h[-1] for h in held)) == both
    assert {} == analysis.lens_ranges("cfr", symbols=["psi_CN"])


def test_points_of_the_unit_cube_stay_in_range() -> None:
    chosen = priors({"a": (2.0, 3.0), "b": Prior("beta", (1.0, 4.0))})
    found = scaled(np.array([[0.0, 0.0], [1.0, 1.0]]), chosen)
    assert np.isfinite(found).all(axis=None)
    np.testing.assert_allclose(found["a"], [2.0, 3.0])


# --- from a finished sweep


def test_given_points_give_the_first_order_indices() -> None:
    rng = np.random.default_rng(5)
    values = pd.DataFrame(rng.uniform(-np.pi, np.pi, (4000, 3)), columns=list(ISHIGAMI))
    found = analysis.first_order(values, ishigami(values).to_numpy(), bins=20)
    np.testing.assert_allclose(found["S1"], FIRST, atol=0.04)
    assert ((found["S1"] - FIRST).abs() < 4.0 * found["S1_se"] + 0.01).all()
    assert (found["S1_raw"] > found["S1"]).all()


def test_the_raw_index_of_noise_is_too_high_and_the_corrected_one_is_not() -> None:
    rng = np.random.default_rng(6)
    values = pd.DataFrame(rng.uniform(size=(100, 40)))
    found = analysis.first_order(values, rng.normal(size=100), bins=10)
    np.testing.assert_allclose(found["S1_raw"].mean(), 9.0 / 99.0, atol=0.02)
    np.testing.assert_allclose(found["S1"].mean(), 0.0, atol=0.02)


def test_given_points_must_be_finite_and_enough() -> None:
    values = pd.DataFrame({"a": np.arange(20.0)})
    with pytest.raises(InputError, match="1 values not finite"):
        analysis.first_order(values, np.r_[np.zeros(19), np.nan])
    with pytest.raises(InputError, match="8 bins of 20 futures"):
        analysis.first_order(values, np.zeros(20), bins=8)
    assert analysis.first_order(values, np.zeros(20))["S1"].isna().all()


def test_equal_values_share_a_bin() -> None:
    assert [0, 0, 1, 1] == binned(np.array([1.0, 1.0, 2.0, 2.0]), 2).tolist()
    assert [0, 0, 1, 1, 2, 2] == binned(np.arange(6.0), 3).tolist()
    assert 1 == len(set(binned(np.zeros(8), 4).tolist()))


def test_the_value_of_knowing_which_side_of_zero_one_stands_on() -> None:
    """J of `go` is x, uniform on -1..1, of `stay` 0: to know x is worth E[max(x, 0)] = 1/4; the
    other parameter is worth nothing."""
    x = np.linspace(-1.0, 1.0, 401)[:400] + 1.0 / 400.0
    other = np.random.default_rng(2).permutation(400) * 1.0
    known = pd.DataFrame({"future": range(400), "x": x, "idle": other})
    made = outcomes({"stay": np.zeros(400), "go": x - 1e-6}, futures=known)
    found = analysis.value_of_information(made, "score", bins=8).set_index("parameter")
    np.testing.assert_allclose(found.loc["x", ["evppi", "fair", "evpi"]].astype(float), 0.25,
                               atol=0.01)  # fmt: skip
    assert 0.0 <= found.loc["idle", "evppi"] < 0.08
    assert found.loc["idle", "fair"] < 0.03
    assert found.loc["x", "evppi_se"] > 0.0


def test_noise_flatters_the_value_of_information_and_the_split_takes_it_back() -> None:
    rng = np.random.default_rng(8)
    known = pd.DataFrame({"future": range(40), "x": rng.uniform(size=40)})
    noise = {f"p{i}": rng.normal(size=(40, 6)) for i in range(6)}
    found = analysis.value_of_information(outcomes(noise, futures=known), "score", bins=8).iloc[0]
    assert found["evppi"] > 0.15
    assert found["fair"] < 0.5 * found["evppi"]
    assert found["evpi"] >= found["evppi"]


def test_a_sweep_without_parameter_values_says_so() -> None:
    with pytest.raises(InputError, match="no parameter values"):
        analysis.value_of_information(outcomes({"a": np.arange(20.0)}), "score")
    fixed = pd.DataFrame({"future": range(20), "x": 1.0})
    with pytest.raises(InputError, match="no parameter varies"):
        analysis.value_of_information(outcomes({"a": np.arange(20.0)}, futures=fixed), "score")

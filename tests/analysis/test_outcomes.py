"""The table that measures read: what it takes in, and what it refuses by name."""

import numpy as np
import pandas as pd
import pytest

import simulator as ts
from simulator.analysis import Outcomes, from_results
from simulator.analysis.replicates import spread, with_error, without_one
from simulator.errors import InputError
from tests.analysis import outcomes, runs

PAIR = {"a": [[1.0, 3.0], [5.0, 5.0]], "b": [[2.0, 2.0], [0.0, 1.0]]}
KNOWN = pd.DataFrame({"future": [0, 1], "psi": [0.25, 0.75], "reach": [3, 4]})


def test_means_per_future_and_larger_is_better() -> None:
    plain, losses = outcomes(PAIR), outcomes(PAIR, direction="-")
    np.testing.assert_allclose(plain.mean("score"), [[2.0, 5.0], [2.0, 0.5]])
    np.testing.assert_allclose(plain.J("score"), plain.mean("score"))
    np.testing.assert_allclose(losses.J("score"), -plain.mean("score"))
    np.testing.assert_allclose(losses.gain("score", "a", "b"), [[1.0, -1.0], [-5.0, -4.0]])


def test_the_order_of_rows_and_the_type_of_labels_do_not_matter() -> None:
    frame = runs(PAIR)
    mixed = frame.sample(frac=1.0, random_state=1).assign(future=lambda d: d["future"].map(str))
    other = Outcomes.from_frame(mixed, directions={"score": "+"}, metrics=["score"])
    there = {(p, f): other.mean("score")[i, j] for i, p in enumerate(other.policies)
             for j, f in enumerate(other.futures["future"])}  # fmt: skip
    assert {("a", "0"): 2.0, ("a", "1"): 5.0, ("b", "0"): 2.0, ("b", "1"): 0.5} == there


def test_categories_in_any_order_are_read_as_names() -> None:
    frame = runs(PAIR, lenses=["x", "y"]).sample(frac=1.0, random_state=2)
    for name, order in (("policy", ["c", "b", "a"]), ("lens", ["y", "x"])):
        frame[name] = pd.Categorical(frame[name], categories=order)
    made = Outcomes.from_frame(frame, ["score"])
    there = {(p, lens): made.mean("score")[made.row(p), f] for p in made.policies
             for f, lens in enumerate(made.futures["lens"])}  # fmt: skip
    assert {("a", "x"): 2.0, ("a", "y"): 5.0, ("b", "x"): 2.0, ("b", "y"): 0.5} == there


class Folder:
    """What a sweep's results offer, as far as the analysis reads it."""

    def frame(self, columns: list[str] | None = None, **cells: str) -> pd.DataFrame:
        return runs(PAIR, lenses=["x", "x"], metric="war_any")

    def futures(self, lens: str | None = None, scenario: object = None) -> pd.DataFrame:
        return KNOWN if lens is None else KNOWN.assign(belief=[0.1, 0.2])


def test_a_result_folder_is_read_with_its_parameters() -> None:
    made = from_results(Folder(), ["war_any"], baseline="b")
    assert (("psi", "reach"), "b") == (made.parameters, made.baseline)
    assert ("psi", "reach", "belief") == from_results(Folder(), contested=True).parameters


def test_parameters_stand_beside_the_futures() -> None:
    with_values = outcomes(PAIR, futures=KNOWN)
    assert ("psi", "reach") == with_values.parameters
    assert "lens one, future 1 (psi=0.75, reach=4)" == with_values.told(1)


def test_one_lens_keeps_its_futures_and_weights_add_to_one() -> None:
    three = {"a": [1.0, 2.0, 3.0], "b": [3.0, 2.0, 1.0]}
    both = outcomes(three, lenses=["x", "y", "y"], weights=[2.0, 1.0, 1.0])
    np.testing.assert_allclose(both.weights, [0.5, 0.25, 0.25])
    assert ["x", "y", "pooled"] == [name for name, _ in both.views()]
    np.testing.assert_allclose(both.under("y").weights, [0.5, 0.5])
    np.testing.assert_allclose(both.under("y").J("score"), [[2.0, 3.0], [2.0, 1.0]])
    assert both.under("pooled") is both


# --- NaN: an event that did not come, or a run that failed


def event(**values: list[list[float]]) -> Outcomes:
    frame = runs(values, metric="threat_success")
    return Outcomes.from_frame(frame, futures=KNOWN, baseline="a")


def test_an_event_metric_is_averaged_over_its_eligible_runs_only() -> None:
    made = event(a=[[1.0, np.nan], [0.0, 1.0]], b=[[np.nan, 0.0], [1.0, 1.0]])
    np.testing.assert_allclose(made.mean("threat_success"), [[1.0, 0.5], [0.0, 1.0]])
    np.testing.assert_allclose(made.eligible("threat_success"), [[0.5, 1.0], [0.5, 1.0]])
    np.testing.assert_array_equal(
        made.gain("threat_success", "a", "b"), [[np.nan, np.nan], [-1.0, 0.0]]
    )


def test_a_future_without_any_eligible_run_is_named() -> None:
    made = event(a=[[1.0, 1.0], [0.0, 1.0]], b=[[1.0, 0.0], [np.nan, np.nan]])
    assert np.isnan(made.mean("threat_success")[1, 1])
    with pytest.raises(InputError, match=r"no run of policy 'b' in .*future 1 \(psi=0.75"):
        made.J("threat_success")


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_failed_run_is_refused_by_policy_future_and_parameters(value: float) -> None:
    frame = runs({"a": [[1.0, 1.0], [0.0, value]], "b": [[1.0, 0.0], [1.0, 1.0]]}, metric="war_any")
    said = rf"war_any is {value} for policy 'a', seed 1, lens one, future 1 \(psi=0.75, reach=4\)"
    with pytest.raises(InputError, match=said):
        Outcomes.from_frame(frame, futures=KNOWN)


def test_infinity_is_refused_even_where_an_event_may_be_missing() -> None:
    with pytest.raises(InputError, match="threat_success is inf"):
        event(a=[[1.0, np.inf], [0.0, 1.0]], b=[[1.0, 0.0], [1.0, 1.0]])


def test_missing_and_doubled_cells_are_refused() -> None:
    frame = runs(PAIR)
    with pytest.raises(InputError, match=r"no row for policy 'b', seed 1, .*future 1"):
        Outcomes.from_frame(frame[:-1], ["score"])
    with pytest.raises(InputError, match=r"2 rows for policy 'a', seed 0, .*future 0"):
        Outcomes.from_frame(pd.concat([frame, frame[:1]]), ["score"])


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"metrics": ["scor"]}, "Did you mean 'score'"),
        ({"metrics": ["score"], "baseline": "c"}, "unknown policy 'c'"),
        ({"metrics": ["score"], "weights": [1.0]}, "One finite number of 0 or more per future"),
        ({"metrics": ["score"], "weights": [1.0, -1.0]}, "One finite number"),
        ({"metrics": ["score"], "weights": [0.0, 0.0]}, "One finite number"),
        ({"metrics": ["score"], "futures": KNOWN[["psi"]]}, "no column 'future'"),
        ({"metrics": ["score"], "futures": KNOWN[:1]}, "no finite 'psi' for future 1"),
        ({"metrics": ["score"], "futures": pd.concat([KNOWN, KNOWN])}, "names a future twice"),
    ],
)
def test_bad_tables_are_refused(how: dict, said: str) -> None:
    with pytest.raises(InputError, match=said):
        Outcomes.from_frame(runs(PAIR), **how)


def test_a_table_without_rows_or_columns_is_refused() -> None:
    with pytest.raises(InputError, match=r"no rows"):
        Outcomes.from_frame(runs(PAIR)[:0], ["score"])
    with pytest.raises(InputError, match="no column 'lens'"):
        Outcomes.from_frame(runs(PAIR).drop(columns="lens"), ["score"])


def test_a_metric_without_a_better_side_enters_no_decision_unless_told() -> None:
    frame = runs(PAIR, metric="concessions")
    with pytest.raises(InputError, match="directions="):
        Outcomes.from_frame(frame).J("concessions")
    told = Outcomes.from_frame(frame, directions={"concessions": "-"})
    np.testing.assert_allclose(told.J("concessions"), -told.mean("concessions"))


# --- errors


def test_the_error_of_a_mean_is_the_textbook_one() -> None:
    draws = np.random.default_rng(3).normal(size=(1, 20))
    made = outcomes({"a": draws})
    value, se = with_error(made, lambda o: o.J("score")[:, 0])
    np.testing.assert_allclose(value, draws.mean())
    np.testing.assert_allclose(se, draws.std(ddof=1) / np.sqrt(20))


def test_one_seed_per_future_leaves_the_same_futures_out_under_every_lens() -> None:
    table = {"a": np.arange(6.0)}
    made = Outcomes.from_frame(
        runs(table, lenses=["x", "x", "x", "y", "y", "y"]).assign(future=[0, 1, 2, 0, 1, 2]),
        ["score"],
    )
    left = [one.futures["future"].tolist() for one in without_one(made)]
    assert [[1, 2, 1, 2], [0, 2, 0, 2], [0, 1, 0, 1]] == left


def test_nothing_to_leave_out_gives_no_error_rather_than_zero() -> None:
    value, se = with_error(outcomes({"a": [1.0]}), lambda o: o.J("score"))
    assert (1.0, True) == (value.item(), np.isnan(se).item())
    assert np.isnan(spread([np.ones(2)], np.ones(2))).all()


# --- from a comparison


def test_a_comparison_in_memory_gives_the_regret_it_prints() -> None:
    cmp = ts.compare("summit-cycle", ["tokyo-liaison-office"], ["neutral", "cfr"], 8, quarters=4)
    by_lens = Outcomes.from_comparison(cmp, ["world_gdp_loss_usd_tn"], by="lens")
    J = by_lens.J("world_gdp_loss_usd_tn")
    wanted = cmp.regret().loc[list(by_lens.policies), list(by_lens.lenses)]
    np.testing.assert_allclose(J.max(axis=0) - J, wanted.to_numpy(), atol=1e-12)
    by_run = Outcomes.from_comparison(cmp, ["world_gdp_loss_usd_tn"])
    assert ((2, 16, 1, 1), cmp.baseline) == (by_run.samples.shape, by_run.baseline)
    with pytest.raises(InputError, match="no way to count futures"):
        Outcomes.from_comparison(cmp, by="year")

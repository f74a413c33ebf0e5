"""Tables for a decision: answers by hand, contested policies, and the optimizer's curse."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from simulator import analysis
from simulator.analysis import Outcomes, Thresholds
from simulator.arrays import Floats
from simulator.errors import InputError
from tests.analysis import outcomes, runs

TABLE = {"none": [1.0, 2.0, 3.0, 10.0], "act": [4.0, 4.0, 4.0, 4.0]}
GOOD = Thresholds({"score": {"at_least": 3.0}})


def cell(table: pd.DataFrame, **where: object) -> pd.Series:
    rows = table[np.logical_and.reduce([table[k] == v for k, v in where.items()])]
    assert 1 == len(rows)
    return rows.iloc[0]


def test_the_robustness_table_holds_every_measure_with_error_and_rank() -> None:
    table = analysis.robustness(outcomes(TABLE), "score", GOOD, baseline_future=1)
    assert {"one"} == set(table["lens"])
    assert 12 * 2 == len(table)
    regret = cell(table, measure="regret_max", policy="act")
    assert (6.0, 2.0) == (regret["value"], regret["rank"])
    tie = cell(table, measure="regret_mean", policy="act")
    assert (1.5, 1.5) == (tie["value"], tie["rank"])
    assert 0.5 == cell(table, measure="domain", policy="none")["value"]
    assert 1.25 == cell(table, measure="change_mean", policy="none")["value"]
    spread = np.std(TABLE["none"], ddof=1) / 2.0
    np.testing.assert_allclose(cell(table, measure="expected", policy="none")["se"], spread)


def test_losses_are_turned_round() -> None:
    table = analysis.robustness(outcomes(TABLE, direction="-"), "score")
    assert -10.0 == cell(table, measure="maximin", policy="none")["value"]
    assert 1.0 == cell(table, measure="maximin", policy="act")["rank"]


def test_lenses_stand_alone_and_pooled() -> None:
    table = analysis.robustness(outcomes(TABLE, lenses=["x", "x", "y", "y"]), "score")
    means = {v: cell(table, lens=v, measure="expected", policy="none")["value"]
             for v in ("x", "y", "pooled")}  # fmt: skip
    assert {"x": 1.5, "y": 6.5, "pooled": 4.0} == means


def test_ranks_and_their_agreement() -> None:
    three = {"a": [3.0, 3.0, 3.0], "b": [1.0, 2.0, 9.0], "c": [0.0, 0.0, 1.0]}
    ranked = analysis.ranks(analysis.robustness(outcomes(three), "score"))
    assert ["a", "b", "c"] == list(ranked.index)
    assert len(ranked.columns) >= 5
    assert [2.0, 1.0, 3.0] == ranked["expected"].tolist()
    assert [1.0, 2.0, 3.0] == ranked["maximin"].tolist()
    tau = analysis.agreement(ranked)
    np.testing.assert_allclose(np.diag(tau), 1.0)
    np.testing.assert_allclose(tau.loc["expected", "maximin"], 1.0 / 3.0)  # one swap of three
    np.testing.assert_allclose(tau, tau.T)


def test_a_measure_that_ties_everybody_agrees_with_nothing() -> None:
    tau = analysis.agreement(pd.DataFrame({"x": [1.0, 2.0], "y": [1.5, 1.5]}))
    assert np.isnan(tau.loc["x", "y"])


def test_a_policy_that_one_lens_passes_and_another_fails_is_contested() -> None:
    lenses = ["x"] * 3 + ["y"] * 3
    table = {"split": [9.0, 9.0, 9.0, 1.0, 1.0, 1.0], "half": [9.0, 9.0, 1.0, 9.0, 1.0, 9.0]}
    found = analysis.domains(outcomes(table, lenses=lenses), GOOD)
    assert 1.0 == cell(found, lens="x", policy="split")["share"]
    assert 0.5 == cell(found, lens="pooled", policy="split")["share"]
    flags = found.groupby("policy")["contested"].agg(set).to_dict()
    assert {"split": {True}, "half": {False}} == flags


def test_a_swept_threshold_is_monotone_and_says_which_it_was() -> None:
    made = outcomes(TABLE)
    found = analysis.swept(made, GOOD, "score", [0.0, 2.5, 4.0, 11.0])
    by_limit = found.pivot(index="limit", columns="policy", values="share")
    assert [1.0, 0.5, 0.25, 0.0] == by_limit["none"].tolist()
    assert [1.0, 1.0, 1.0, 0.0] == by_limit["act"].tolist()
    assert 4 == found["thresholds"].nunique()


# --- thresholds


def test_a_plain_number_stands_on_the_better_side(tmp_path: Path) -> None:
    path = tmp_path / "good.yaml"
    path.write_text("thresholds:\n  war_any: 0.1\n  alliance_cohesion: 0.5\n", encoding="utf-8")
    read = Thresholds.load(path)
    assert (-1.0, 0.1) == read.side("war_any")
    assert (1.0, 0.5) == read.side("alliance_cohesion")
    assert read.digest() == Thresholds({"alliance_cohesion": 0.5, "war_any": 0.1}).digest()
    assert read.digest() != read.moved("war_any", 0.2).digest()
    frame = runs({"p": [[0.0, 0.1], [0.3, 0.1]]}, metric="war_any")
    made = Outcomes.from_frame(frame.assign(alliance_cohesion=0.5))
    np.testing.assert_array_equal([[True, False]], read.met(made))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no threshold"),
        ("war_anny: 0.1", "war_anny: is no metric. Did you mean 'war_any'"),
        ("war_any: low", "'low' is no finite number"),
        ("war_any: .nan", "no finite number"),
        ("war_any: {at_best: 1}", "Write at_most: x or at_least: x"),
        ("concessions: 1", "has no better side"),
        ("a: [", "cannot be read"),
    ],
)
def test_bad_thresholds_are_refused_with_file_and_metric(
    tmp_path: Path, text: str, said: str
) -> None:
    path = tmp_path / "good.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=said) as refusal:
        Thresholds.load(path)
    assert "good.yaml" in str(refusal.value)


def test_a_threshold_on_an_event_that_never_came_is_refused() -> None:
    frame = runs({"p": [[np.nan, np.nan]]}, metric="threat_success")
    with pytest.raises(InputError, match="threat_success: is defined in no run of policy 'p'"):
        analysis.domains(Outcomes.from_frame(frame), Thresholds({"threat_success": 0.5}))


# --- choosing


def test_twenty_equal_policies_promise_more_than_they_keep() -> None:
    """All policies are worth 0; the best of 20 means of 8 draws looks like 0.66."""
    rng = np.random.default_rng(11)
    made = outcomes({f"p{i}": rng.normal(size=(1, 16)) for i in range(20)})
    found = analysis.split_choice(made, "score")
    assert ["A", "B"] == found["chosen_on"].tolist()
    assert (found["gap"] > 2.0 * found["promised_se"]).any()
    assert (found["gap"] > 0.0).all()
    assert (found["promised"] > 0.4).all()
    assert (found["kept"].abs() < 3.0 * found["kept_se"]).all()
    np.testing.assert_allclose(found["gap"], found["promised"] - found["kept"])


def test_a_clear_winner_keeps_what_it_promised() -> None:
    seeds = np.tile([[0.0, 0.0, 1.0, 1.0]], (3, 1))
    found = analysis.split_choice(outcomes({"low": seeds, "high": seeds + 5.0}), "score")
    assert ["high", "high"] == found["policy"].tolist()
    assert ["high", "high"] == found["best_there"].tolist()
    assert [0.0, 0.0] == found["gap"].tolist()
    assert [5.5, 5.5] == found["kept"].tolist()


def test_regret_that_is_chosen_on_one_half_is_smaller_is_better() -> None:
    halves = {"a": [[0.0, 4.0]], "b": [[3.0, 0.0]]}
    found = analysis.split_choice(outcomes(halves), "score", "regret_max")
    assert ["b", "a"] == found["policy"].tolist()
    assert [0.0, 0.0] == found["promised"].tolist()
    assert [4.0, 3.0] == found["kept"].tolist()
    assert [4.0, 3.0] == found["gap"].tolist()
    assert ["a", "b"] == found["best_there"].tolist()


def test_one_run_cannot_be_halved_and_unknown_measures_are_named() -> None:
    with pytest.raises(InputError, match="cannot be halved"):
        analysis.split_choice(outcomes({"a": [1.0]}), "score")
    with pytest.raises(InputError, match="Did you mean 'maximin'"):
        analysis.split_choice(outcomes(TABLE), "score", "maximim")
    with pytest.raises(InputError, match="no future 9"):
        analysis.robustness(outcomes(TABLE), "score", baseline_future=9)


# --- policy against policy


def test_improvement_by_hand() -> None:
    seeds = [[1.0, 1.0, 4.0], [2.0] * 3, [0.0] * 3, [-1.0] * 3]
    row = analysis.improvement(outcomes({"none": np.zeros((4, 3)), "act": seeds}), "score").iloc[0]
    assert ("one", "act", 0.75, 0.5, 0.25) == tuple(
        row[["lens", "policy", "gain", "improved", "tied"]]
    )
    # the first future's gain of 2 has a standard error of 1: not surely better
    assert (0.25, 0.25, 1.0) == tuple(row[["sure_better", "sure_worse", "eligible"]])
    np.testing.assert_allclose(row["improved_se"], np.sqrt(0.25 / 3.0))
    # only the first future varies: its seeds' means are .5, .5, 1.25
    np.testing.assert_allclose(row["gain_se"], np.std([0.5, 0.5, 1.25], ddof=1) / np.sqrt(3.0))


def test_pairs_take_only_runs_that_count_under_both() -> None:
    nan = np.nan
    frame = runs({"a": [[1.0, nan, 0.0]], "b": [[1.0, 1.0, 1.0]]}, metric="threat_success")
    made = Outcomes.from_frame(frame, baseline="a")
    row = analysis.improvement(made, "threat_success").iloc[0]
    np.testing.assert_allclose([row["gain"], row["eligible"]], [0.5, 2.0 / 3.0])
    frame = runs({"a": [[1.0, nan]], "b": [[nan, 1.0]]}, metric="threat_success")
    with pytest.raises(InputError, match="no run of both 'b' and 'a'"):
        analysis.improvement(Outcomes.from_frame(frame, baseline="a"), "threat_success")


def test_improvement_needs_a_baseline() -> None:
    made = Outcomes.from_frame(runs(TABLE), ["score"], directions={"score": "+"})
    with pytest.raises(InputError, match="no baseline"):
        analysis.improvement(made, "score")
    assert ["none"] == analysis.improvement(made, "score", "act")["policy"].tolist()


def test_dominance_by_hand() -> None:
    found = analysis.dominance(outcomes(TABLE), "score")
    matrix = found.pivot(index="policy", columns="other", values="beats")
    assert (0.25, 0.75) == (matrix.loc["none", "act"], matrix.loc["act", "none"])
    np.testing.assert_allclose(found["se"], np.sqrt(0.25 * 0.75 / 3.0))


@settings(max_examples=20)
@given(arrays(float, (3, 5), elements=st.integers(-2, 2).map(float)))
def test_beats_beaten_and_tied_add_to_one(table: Floats) -> None:
    found = analysis.dominance(outcomes(dict(zip("abc", table, strict=True))), "score")
    back = found.rename(columns={"policy": "other", "other": "policy", "beats": "beaten"})
    both = found.merge(back[["policy", "other", "beaten"]], on=["policy", "other"])
    np.testing.assert_allclose(both["beats"] + both["beaten"] + both["tied"], 1.0)


def front(**points: tuple[float, float]) -> pd.DataFrame:
    frame = pd.DataFrame(
        {"policy": p, "lens": "one", "future": 0, "seed": s, "gain": x + s, "loss": y}
        for p, (x, y) in points.items()
        for s in (0, 1)
    )
    made = Outcomes.from_frame(frame, ["gain", "loss"], directions={"gain": "+", "loss": "-"})
    return analysis.pareto(made, ["gain", "loss"]).set_index("policy")


def test_the_pareto_front_by_hand() -> None:
    found = front(cheap=(0.0, 0.0), best=(5.0, 3.0), worse=(4.0, 3.0), twin=(5.0, 3.0))
    assert {"cheap": True, "best": True, "worse": False, "twin": True} == (
        found["efficient"].to_dict()
    )
    assert "best+twin" == found.loc["worse", "dominated_by"]
    assert found.loc["worse", "sure"]
    assert not found.loc["best", "sure"]
    assert (5.5, 0.5, -3.0) == tuple(found.loc["best", ["gain", "gain_se", "loss"]])


@settings(max_examples=20)
@given(arrays(float, (4, 2), elements=st.integers(0, 4).map(float)))
def test_somebody_is_on_the_front_and_whoever_is_not_is_beaten_by_one_who_is(
    points: Floats,
) -> None:
    found = front(**{f"p{i}": (x, y) for i, (x, y) in enumerate(points)})
    best = set(found.index[found["efficient"]])
    assert best
    for beaten in found.loc[~found["efficient"], "dominated_by"]:
        assert best & set(beaten.split("+"))


def test_a_front_needs_two_metrics_and_a_known_measure() -> None:
    with pytest.raises(InputError, match="two or more"):
        analysis.pareto(outcomes(TABLE), ["score"])
    with pytest.raises(InputError, match="unknown measure"):
        analysis.pareto(outcomes(TABLE), ["score", "score"], "best")


def test_gain_by_future_keeps_the_parameters() -> None:
    known = pd.DataFrame({"future": range(4), "psi": [0.1, 0.2, 0.3, 0.4]})
    found = analysis.gain_by_future(outcomes(TABLE, futures=known), "score", "act", "none")
    assert [3.0, 2.0, 1.0, -6.0] == found["gain"].tolist()
    assert [0.1, 0.2, 0.3, 0.4] == found["psi"].tolist()
    assert found["gain_se"].isna().all()

"""Boxes found again where they were put, through the interface that reads sweeps."""

import numpy as np
import pandas as pd
import pytest

from simulator import analysis
from simulator.analysis import FailedFutures
from simulator.errors import InputError
from tests.analysis import outcomes

POINTS = pd.DataFrame(np.random.default_rng(1).uniform(size=(1000, 4)), columns=list("abcd"))
INSIDE = ((POINTS["a"] > 0.6) & (POINTS["b"] < 0.4)).to_numpy()


def test_prim_finds_a_known_box() -> None:
    found = analysis.find_boxes(POINTS, INSIDE)
    box = found.boxes[0]
    limits = box.limits.set_index("parameter")
    assert {"a", "b"} == set(limits.index)
    np.testing.assert_allclose(limits.loc["a", "low"], 0.6, atol=0.05)
    np.testing.assert_allclose(limits.loc["b", "high"], 0.4, atol=0.05)
    assert limits.loc["a", "qp_low"] < 1e-3
    assert np.isnan(limits.loc["a", "qp_high"])
    assert box.density >= 0.8
    assert box.coverage > 0.95
    assert INSIDE.mean() == found.share


def test_coverage_density_and_mass_are_those_of_the_limits() -> None:
    box = analysis.find_boxes(POINTS, INSIDE, density=0.95).boxes[0]
    inside = np.ones(len(POINTS), dtype=bool)
    for row in box.limits.itertuples():
        inside &= POINTS[row.parameter].between(row.low, row.high).to_numpy()
    assert inside.sum() == box.futures
    np.testing.assert_allclose(
        [box.coverage, box.density, box.mass],
        [INSIDE[inside].sum() / INSIDE.sum(), INSIDE[inside].mean(), inside.mean()],
    )


def test_whole_numbers_are_read_as_floats() -> None:
    coarse = (POINTS * 20).round().astype(int)
    box = analysis.find_boxes(coarse, (coarse["a"] > 12).to_numpy()).boxes[0]
    assert ["a"] == box.limits["parameter"].tolist()
    assert box.density >= 0.8


def test_a_second_box_is_found_among_what_the_first_left() -> None:
    corners = INSIDE | ((POINTS["c"] > 0.7) & (POINTS["d"] > 0.7)).to_numpy()
    found = analysis.find_boxes(POINTS, corners, boxes=3)
    first, second = (set(box.limits["parameter"]) for box in found.boxes[:2])
    assert {frozenset("ab"), frozenset("cd")} == {frozenset(first), frozenset(second)}
    assert sum(box.coverage for box in found.boxes) <= 1.0 + 1e-9
    frame = found.frame()
    assert {0, 1} <= set(frame["box"])
    assert frame["density"].min() >= 0.8


def test_chance_makes_no_box() -> None:
    luck = np.random.default_rng(4).uniform(size=1000) < 0.3
    found = analysis.find_boxes(POINTS, luck)
    assert ((), 0.3) == (found.boxes, round(found.share, 1))
    assert "no box reaches a density of 0.8" in found.note
    assert found.frame().empty
    assert found.tradeoff["density"].max() < 0.8


@pytest.mark.parametrize(("wanted", "said"), [(True, "every future"), (False, "no future")])
def test_all_or_none_of_interest_is_an_answer(wanted: bool, said: str) -> None:
    found = analysis.find_boxes(POINTS, np.full(1000, wanted))
    assert ((), float(wanted)) == (found.boxes, found.share)
    assert said in found.note
    assert analysis.find_leaves(POINTS, np.full(1000, wanted)).empty


def test_the_tree_finds_the_same_corner() -> None:
    found = analysis.find_leaves(POINTS, INSIDE)
    best = found[found["leaf"] == 0].set_index("parameter")
    np.testing.assert_allclose(best.loc["a", "low"], 0.6, atol=0.02)
    np.testing.assert_allclose(best.loc["b", "high"], 0.4, atol=0.02)
    assert best["density"].min() > 0.95
    pd.testing.assert_frame_equal(found, analysis.find_leaves(POINTS, INSIDE))


def test_where_a_policy_is_better_is_read_off_a_sweep() -> None:
    x = POINTS["a"].to_numpy()
    known = POINTS.assign(future=range(1000))
    made = outcomes({"stay": np.zeros(1000), "go": x - 0.7}, futures=known)
    better = analysis.where_better(made, "go", "stay", "score")
    limits = better.boxes[0].limits
    assert ["a"] == limits["parameter"].tolist()
    np.testing.assert_allclose(limits["low"], 0.7, atol=0.05)
    worse = analysis.where_better(made, "stay", "go", "score", parameters=["a", "b"])
    np.testing.assert_allclose(worse.boxes[0].limits["high"], 0.7, atol=0.2)


@pytest.mark.parametrize(
    ("wanted", "how", "said"),
    [
        (INSIDE[:-1], {}, "one true or false per future"),
        (INSIDE.astype(float), {}, "one true or false per future"),
        (INSIDE, {"density": 1.5}, "density"),
        (INSIDE, {"mass": 0.0}, "mass"),
    ],
)
def test_bad_input_is_refused(wanted: np.ndarray, how: dict, said: str) -> None:
    with pytest.raises(InputError, match=said):
        analysis.find_boxes(POINTS, wanted, **how)


def test_parameter_values_that_are_not_finite_are_named() -> None:
    broken = POINTS.copy()
    broken.loc[7, "b"] = np.nan
    with pytest.raises(FailedFutures, match="future 7: a="):
        analysis.find_boxes(broken, INSIDE)

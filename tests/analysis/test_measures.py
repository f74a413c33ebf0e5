"""Measures of robustness: answers worked out by hand, and what must hold for any table."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from simulator.analysis import measures as m
from simulator.arrays import Floats
from simulator.errors import InputError

# Two policies, four futures; larger is better.
J = np.array([[1.0, 2.0, 3.0, 10.0], [4.0, 4.0, 4.0, 4.0]])
EQUAL = np.full(4, 0.25)
UNEVEN = np.array([0.5, 0.0, 0.25, 0.25])

BY_HAND = {
    # measure: equal weights, uneven weights
    "expected": ([4.0, 4.0], [3.75, 4.0]),
    "maximin": ([1.0, 4.0], [1.0, 4.0]),
    "hurwicz": ([5.5, 4.0], [5.5, 4.0]),
    # regrets: [3, 2, 1, 0] and [0, 0, 0, 6]
    "regret_mean": ([1.5, 1.5], [1.75, 1.5]),
    "regret_p90": ([3.0, 6.0], [3.0, 6.0]),
    "regret_max": ([3.0, 6.0], [3.0, 6.0]),
    "cvar": ([1.0, 4.0], [1.0, 4.0]),
    # medians 2.5 and 4: below it by 1.5 and .5, or (median of 1 1 3 10 = 2) by 1 with weight .5
    "undesirable_deviations": ([0.5, 0.0], [0.5, 0.0]),
}


@pytest.mark.parametrize("name", BY_HAND)
@pytest.mark.parametrize(("column", "weights"), [(0, EQUAL), (1, UNEVEN)])
def test_by_hand(name: str, column: int, weights: Floats) -> None:
    np.testing.assert_allclose(m.MEASURES[name][0](J, weights), BY_HAND[name][column])


def test_mean_variance_by_hand() -> None:
    """J on 0..1 is [0, 1/9, 2/9, 1] and 1/3 throughout."""
    first = np.array([0.0, 1.0, 2.0, 9.0]) / 9.0
    wanted = [(first.mean() + 1.0) / (first.std() + 1.0), 4.0 / 3.0]
    np.testing.assert_allclose(m.mean_variance(J, EQUAL), wanted)


def test_hurwicz_runs_from_the_worst_to_the_best() -> None:
    np.testing.assert_allclose(m.hurwicz(J, EQUAL, 0.0), m.maximin(J, EQUAL))
    np.testing.assert_allclose(m.hurwicz(J, EQUAL, 1.0), [10.0, 4.0])
    np.testing.assert_allclose(m.hurwicz(J, EQUAL, 0.25), [3.25, 4.0])


def test_cvar_takes_part_of_the_future_on_the_edge() -> None:
    """The worst 3/8 of four equal futures: all of the first, half of the second."""
    np.testing.assert_allclose(m.cvar(J, EQUAL, 0.625)[0], (1.0 * 0.25 + 2.0 * 0.125) / 0.375)
    np.testing.assert_allclose(m.cvar(J, EQUAL, 0.5)[0], 1.5)
    np.testing.assert_allclose(m.cvar(J, EQUAL, 0.0), m.expected(J, EQUAL))


def test_change_from_a_baseline_future() -> None:
    np.testing.assert_allclose(m.change_from(J, 1), [[0.5, 0.0, 0.5, 4.0], [0.0] * 4])
    np.testing.assert_allclose(m.change_from(-J, 1), m.change_from(J, 1))
    with pytest.raises(InputError, match="J is 0 in baseline future 0"):
        m.change_from(J - 1.0, 0)


def test_domain_by_hand() -> None:
    np.testing.assert_allclose(m.domain(J >= 3.0, EQUAL), [0.5, 1.0])
    np.testing.assert_allclose(m.domain(J >= 3.0, UNEVEN), [0.5, 1.0])
    np.testing.assert_allclose(m.domain(J >= 2.0, UNEVEN), [0.5, 1.0])
    np.testing.assert_allclose(m.domain(J >= 2.0, EQUAL), [0.75, 1.0])


def test_quantile_is_the_usual_median_and_does_not_fall_off_the_end() -> None:
    odd, even = np.array([[5.0, 1.0, 3.0]]), np.array([[4.0, 1.0, 2.0, 3.0]])
    assert [3.0] == m.quantile(odd, np.full(3, 1 / 3), 0.5)
    assert [2.5] == m.quantile(even, EQUAL, 0.5)
    assert [4.0] == m.quantile(even, EQUAL, 1.0)
    assert [1.0] == m.quantile(even, EQUAL, 0.0)


@pytest.mark.parametrize("share", [-0.1, 1.1, np.nan])
def test_shares_outside_zero_and_one_are_refused(share: float) -> None:
    with pytest.raises(InputError, match="alpha"):
        m.hurwicz(J, EQUAL, share)
    with pytest.raises(InputError, match="q"):
        m.cvar(J, EQUAL, share)


def test_cvar_of_no_share_at_all_is_refused() -> None:
    with pytest.raises(InputError, match="q"):
        m.cvar(J, EQUAL, 1.0)


# --- for any table

NUMBERS = st.floats(-100.0, 100.0).map(lambda x: round(x, 3))
TABLES = st.tuples(st.integers(2, 5), st.integers(2, 7)).flatmap(
    lambda shape: st.tuples(
        arrays(float, shape, elements=NUMBERS),
        arrays(float, shape[1], elements=st.floats(0.05, 1.0)).map(lambda w: w / w.sum()),
    )
)
SIGNED = {name: better for name, (_, better) in m.MEASURES.items()}


@given(TABLES)
def test_v46_regret_is_never_negative_and_somebody_has_none(table: tuple[Floats, Floats]) -> None:
    regret = m.regret(table[0])
    assert (regret >= 0.0).all()
    np.testing.assert_array_equal(regret.min(axis=0), np.zeros(table[0].shape[1]))


@given(TABLES)
def test_v47_identical_policies_have_the_same_regret(table: tuple[Floats, Floats]) -> None:
    values, w = np.vstack([table[0], table[0][:1]]), table[1]
    np.testing.assert_array_equal(m.regret(values)[0], m.regret(values)[-1])
    for measure, _ in m.MEASURES.values():
        found = measure(values, w)
        assert found[0] == found[-1]


@given(TABLES, st.lists(NUMBERS, min_size=2, max_size=6))
def test_v48_the_domain_shrinks_as_the_threshold_rises(
    table: tuple[Floats, Floats], thresholds: list[float]
) -> None:
    shares = [m.domain(table[0] >= t, table[1]) for t in sorted(thresholds)]
    assert (np.diff(shares, axis=0) <= 1e-12).all()


@given(TABLES, st.floats(0.0, 0.99))
def test_v49_the_mean_of_the_worst_is_no_more_than_the_mean(
    table: tuple[Floats, Floats], q: float
) -> None:
    values, w = table
    cvar = m.cvar(values, w, q)
    assert (cvar <= m.expected(values, w) + 1e-9).all()
    assert (cvar >= m.maximin(values, w) - 1e-9).all()


@given(TABLES, st.floats(0.5, 20.0), NUMBERS)
def test_v50_another_unit_or_zero_point_changes_no_rank(
    table: tuple[Floats, Floats], scale: float, shift: float
) -> None:
    """No policy that was clearly better becomes worse; rounding may part what was equal."""
    values, w = table
    for name, (measure, _) in m.MEASURES.items():
        before, after = measure(values, w), measure(scale * values + shift, w)
        gap = before[:, None] - before[None]
        moved = after[:, None] - after[None]
        clear = np.abs(gap) > 1e-7
        assert (np.sign(gap) == np.sign(moved))[clear].all(), name


@given(TABLES, st.floats(0.5, 20.0), NUMBERS, NUMBERS)
def test_v50_thresholds_that_move_along_leave_the_domain(
    table: tuple[Floats, Floats], scale: float, shift: float, threshold: float
) -> None:
    values, w = table
    near = np.abs(values - threshold) < 1e-6
    before = (values >= threshold) | near
    after = (scale * values + shift >= scale * threshold + shift) | near
    np.testing.assert_array_equal(m.domain(before, w), m.domain(after, w))


@given(TABLES, st.randoms(use_true_random=False))
def test_the_order_of_policies_and_futures_changes_nothing(
    table: tuple[Floats, Floats], luck: object
) -> None:
    values, w = table
    rng = np.random.default_rng(luck.randrange(2**32))  # type: ignore[attr-defined]
    rows, columns = (rng.permutation(n) for n in values.shape)
    for measure, _ in m.MEASURES.values():
        np.testing.assert_allclose(
            measure(values[rows][:, columns], w[columns]), measure(values, w)[rows], atol=1e-9
        )


@given(TABLES, NUMBERS)
def test_a_constant_added_moves_levels_and_no_regret(
    table: tuple[Floats, Floats], shift: float
) -> None:
    values, w = table
    moved = {"expected", "maximin", "hurwicz", "cvar"}
    for name, (measure, _) in m.MEASURES.items():
        by = shift if name in moved else 0.0
        np.testing.assert_allclose(measure(values + shift, w), measure(values, w) + by, atol=1e-9)


@given(TABLES, arrays(float, 7, elements=st.floats(0.01, 10.0)))
def test_a_dominated_policy_is_never_best(table: tuple[Floats, Floats], worse: Floats) -> None:
    """One that is worse in every future: worse than its better on each measure of level or
    regret.  Spread alone it may beat, as a policy that is bad everywhere does."""
    values, w = table
    values = np.vstack([values, values[:1] - worse[: values.shape[1]]])
    for name, (measure, better) in m.MEASURES.items():
        if name not in ("mean_variance", "undesirable_deviations"):
            found = better * measure(values, w)
            assert found[-1] <= found[0] + 1e-9, name
    assert (m.expected(values, w)[-1] < m.expected(values, w)[0]).all()


@given(TABLES)
def test_a_future_counted_twice_at_half_weight_is_the_same(table: tuple[Floats, Floats]) -> None:
    values, w = table
    twice, half = np.hstack([values, values]), np.hstack([w, w]) / 2.0
    for measure, _ in m.MEASURES.values():
        np.testing.assert_allclose(measure(twice, half), measure(values, w), atol=1e-9)


def test_every_measure_says_which_side_is_better() -> None:
    assert {"expected", "maximin", "hurwicz", "cvar", "mean_variance"} == {
        name for name, better in SIGNED.items() if better > 0.0
    }

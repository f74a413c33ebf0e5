"""Luck: what a draw depends on (V35), and that inversion gives the right distributions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from simulator import draws

MANY = draws.uniforms(3, "test", 0, range(4000), (5,))


@given(
    st.integers(0, 2**32), st.integers(0, 400), st.integers(0, 10**6), st.integers(1, 9),
    st.sampled_from([(1,), (3,), (4,), (5,), (2, 3), (53, 4)]),
)  # fmt: skip
def test_v35_a_run_has_the_same_luck_in_every_block(
    seed: int, quarter: int, first: int, width: int, shape: tuple[int, ...]
) -> None:
    block = draws.uniforms(seed, "q", quarter, range(first, first + width), shape)
    assert (width, *shape) == block.shape
    for n in range(width):
        alone = draws.uniforms(seed, "q", quarter, range(first + n, first + n + 1), shape)
        assert np.array_equal(alone[0], block[n])
    assert np.all((block > 0.0) & (block < 1.0))


@given(st.lists(st.integers(0, 500), min_size=1, max_size=9), st.sampled_from([(1,), (5,), (2, 3)]))
def test_runs_in_any_order_have_the_luck_of_their_numbers(
    numbers: list[int], shape: tuple[int, ...]
) -> None:
    runs = draws.Listed.of(np.array(numbers))
    listed = draws.uniforms(3, "q", 1, runs, shape)
    whole = draws.uniforms(3, "q", 1, range(501), shape)
    assert len(numbers) == len(runs)
    assert np.array_equal(whole[numbers], listed)


@pytest.mark.parametrize("change", ["seed", "question", "quarter"])
def test_another_seed_question_or_quarter_is_another_luck(change: str) -> None:
    keys = {"seed": (1, "a", 0), "question": (0, "b", 0), "quarter": (0, "a", 1)}
    one = draws.uniforms(0, "a", 0, range(2000), (1,))[:, 0]
    other = draws.uniforms(*keys[change], range(2000), (1,))[:, 0]
    assert not np.any(one == other)
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.1


def test_neighboring_runs_do_not_share_words() -> None:
    assert len(np.unique(MANY)) == MANY.size


@pytest.mark.parametrize(
    ("made", "cdf"),
    [
        (MANY, stats.uniform.cdf),
        (draws.logistic(MANY), stats.logistic.cdf),
        (draws.gumbel(MANY), stats.gumbel_r.cdf),
        (draws.normal(MANY), stats.norm.cdf),
        (draws.noise(MANY), stats.uniform(-np.sqrt(3.0), 2.0 * np.sqrt(3.0)).cdf),
    ],
)
def test_inversion_gives_the_distribution(made: np.ndarray, cdf: object) -> None:
    assert stats.kstest(made.ravel(), cdf).pvalue > 1e-4


@given(st.floats(1e-15, 1.0 - 1e-15))
def test_normal_is_the_inverse_of_its_distribution_function(u: float) -> None:
    got = draws.normal(np.array([u]))[0]
    assert got == pytest.approx(stats.norm.ppf(u), rel=1e-12, abs=1e-12)


def test_observation_noise_has_unit_variance() -> None:
    assert draws.noise(MANY).std() == pytest.approx(1.0, abs=0.03)


@pytest.mark.parametrize("rate", [0.0, 0.02, 0.1, 0.5])
def test_poisson_counts(rate: float) -> None:
    counts = draws.poisson(MANY, np.full((1, 1), rate)).ravel()
    if rate == 0.0:
        assert not counts.any()
        return
    law = [*stats.poisson.pmf([0, 1, 2], rate), stats.poisson.sf(2, rate)]
    seen = np.bincount(counts.astype(int), minlength=4)
    kept = np.array(law) * counts.size > 5
    expected = np.append(np.array(law)[kept], np.array(law)[~kept].sum()) * counts.size
    got = np.append(seen[kept], seen[~kept].sum())
    assert ((got - expected) ** 2 / np.maximum(expected, 1.0)).sum() < stats.chi2.isf(1e-4, 3)


@given(st.floats(0.0, 0.5), st.floats(0.0, 0.5))
def test_poisson_rises_with_its_rate_on_the_same_luck(one: float, other: float) -> None:
    low, high = sorted((one, other))
    u = MANY[:200]
    assert np.all(draws.poisson(u, np.float64(low)) <= draws.poisson(u, np.float64(high)))

"""V10 Logit choice: limits, invariances, and Gumbel-max frequencies equal to the softmax."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from agents.rules.challenge import challenge, challenge_for_survival
from agents.rules.council import accept
from agents.rules.respond import respond
from mechanisms import random_view
from simulator import draws
from simulator.mechanisms.choice import choose, probabilities
from simulator.questions import AcceptView, ChallengeView, RespondView

DRAWS = 20_000
utilities = st.lists(st.floats(-20.0, 20.0), min_size=2, max_size=5).map(np.array)
precisions = st.floats(0.0, 20.0)
GUMBEL = draws.gumbel(draws.uniforms(1, "choice", 0, range(DRAWS), (4,)))


def fits(counts: np.ndarray, law: np.ndarray) -> bool:
    """Chi-square at 1 in 10,000; what cannot happen does not."""
    if counts[law == 0.0].any():
        return False
    expected = law[law > 0.0] * counts.sum()
    statistic = ((counts[law > 0.0] - expected) ** 2 / expected).sum()
    return bool(statistic < stats.chi2.isf(1e-4, max(len(expected) - 1, 1)))


@given(utilities)
def test_v10_precision_zero_is_uniform_over_options_that_exist(utility: np.ndarray) -> None:
    utility = np.append(utility, -np.inf)
    expected = np.append(np.full(len(utility) - 1, 1.0 / (len(utility) - 1)), 0.0)
    assert probabilities(utility, np.float64(0.0)) == pytest.approx(expected, abs=1e-15)


@given(utilities)
def test_v10_large_precision_is_the_best_option(utility: np.ndarray) -> None:
    best = int(np.argmax(utility))
    utility[best] += 1.0
    assert probabilities(utility, np.float64(1e4))[best] == pytest.approx(1.0)
    assert choose(utility, np.float64(1e4), np.zeros(len(utility))) == best


@given(utilities, precisions, st.floats(-100.0, 100.0))
def test_v10_a_shift_of_all_utilities_changes_nothing(
    utility: np.ndarray, precision: float, shift: float
) -> None:
    lam = np.float64(precision)
    expected = probabilities(utility, lam)
    assert probabilities(utility + shift, lam) == pytest.approx(expected, rel=1e-9, abs=1e-12)


@given(utilities, st.floats(0.0, 3.0), st.floats(-20.0, 20.0))
def test_v10_ratio_of_two_options_ignores_the_others(
    utility: np.ndarray, precision: float, third: float
) -> None:
    """Independence of irrelevant alternatives: the ratio is exp(lam*(U1-U0)), whoever else."""
    lam = np.float64(precision)
    two, more = probabilities(utility[:2], lam), probabilities(np.append(utility, third), lam)
    for p in (two, more):
        logs = np.log(np.maximum(p[:2], 1e-300))
        assert logs[1] - logs[0] == pytest.approx(precision * (utility[1] - utility[0]), abs=1e-6)


@given(utilities, precisions)
def test_v10_probabilities_are_probabilities(utility: np.ndarray, precision: float) -> None:
    p = probabilities(utility, np.float64(precision))
    assert np.all((p >= 0.0) & (p <= 1.0))
    assert p.sum() == pytest.approx(1.0)


@pytest.mark.parametrize("precision", [0.0, 0.3, 1.0, 3.0])
@pytest.mark.parametrize(
    "utility", [[0.0, 0.5, 1.0, -0.5], [0.0, 0.2, -np.inf, 0.4], [-np.inf, 1.0, -np.inf, 0.0]]
)
def test_v10_gumbel_max_frequencies_are_the_softmax(utility: list[float], precision: float) -> None:
    values = np.array(utility)
    made = choose(np.tile(values, (DRAWS, 1)), np.full(DRAWS, precision), GUMBEL)
    exists = np.isfinite(values)
    law = special.softmax(np.where(exists, precision * np.where(exists, values, 0.0), -np.inf))
    assert fits(np.bincount(made.astype(int), minlength=4), law)
    assert probabilities(values, np.float64(precision)) == pytest.approx(law)


def challenge_views(level: float, precision: float) -> ChallengeView:
    """One challenger, many draws of luck."""
    ladder = {"win", "later", "prize_share", "military_cost", "own_loss", "sanctions", "nuclear"}
    view = random_view(ChallengeView, 5, {"": (1,), **dict.fromkeys(ladder, (1, 6))})
    view = replace(view, gumbel=GUMBEL, level=np.array([level]), precision=np.array([precision]))
    wide = {n: np.repeat(getattr(view, n), DRAWS, axis=0) for n in view.__dict__ if n != "gumbel"}
    return replace(view, **wide)


@pytest.mark.parametrize("rule", [challenge, challenge_for_survival])
@pytest.mark.parametrize("precision", [0.0, 1.0, 3.0])
@pytest.mark.parametrize("level", [0.0, 1.0, 4.0, 5.0])
def test_v10_challengers_choose_by_logit_among_options_that_exist(
    rule: Callable[..., object], level: float, precision: float
) -> None:
    answer = rule(challenge_views(level, precision))
    worth = answer.values["worth"][0]
    made = np.bincount((answer.choice + 1.0).astype(int), minlength=4)
    assert fits(made, probabilities(worth, np.float64(precision)))


@pytest.mark.parametrize("precision", [0.0, 1.0, 3.0])
@pytest.mark.parametrize("level", [0.0, 1.0, 2.0, 5.0])
def test_v10_defenders_choose_by_logit_among_options_that_exist(
    level: float, precision: float
) -> None:
    view = random_view(RespondView, 6, {"": (1,)})
    view = replace(view, level=np.array([level]), precision=np.array([precision]))
    view = replace(view, **{n: np.repeat(v, DRAWS) for n, v in view.__dict__.items()})
    made = np.bincount((respond(replace(view, gumbel=GUMBEL[:, :3])).choice + 1).astype(int),
                       minlength=3)  # fmt: skip
    concede = (view.saved - view.audience - view.at_stake)[0]
    counter = (view.effect - view.counter_cost)[0]
    options = np.array([
        concede if 2.0 <= level <= 4.0 else -np.inf, 0.0, counter if level >= 2.0 else -np.inf
    ])  # fmt: skip
    assert fits(made, probabilities(options, np.float64(precision)))


@pytest.mark.parametrize("precision", [0.0, 1.0, 4.0])
@pytest.mark.parametrize("gain", [-0.5, 0.0, 0.7])
def test_v10_partners_accept_by_logit(gain: float, precision: float) -> None:
    noise = draws.logistic(draws.uniforms(2, "accept", 0, range(DRAWS), (1,)))[:, 0]
    nothing = dict.fromkeys((f.name for f in fields(AcceptView)), np.zeros(DRAWS))
    asked = {"gain": np.full(DRAWS, gain), "noise": noise, "precision": np.full(DRAWS, precision)}
    view = AcceptView(**nothing | asked)
    answer = accept(view)
    yes = answer.choice.sum()
    law = special.expit(precision * gain)
    assert fits(np.array([yes, DRAWS - yes]), np.array([law, 1.0 - law]))
    assert answer.values["chance"][0] == pytest.approx(law)

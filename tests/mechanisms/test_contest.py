"""M8 Contest (V15, V22) and the challenger's choice: what raises it and what holds it back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.rules.challenge import challenge, challenge_for_survival
from mechanisms import acts, begun, build, quarter, random_view
from simulator import draws
from simulator.mechanisms import contest
from simulator.mechanisms.contest import attention_cap, prevail, win_chance
from simulator.questions import ChallengeView

power = st.floats(1e-3, 1e6).map(np.float64)
exponent = st.floats(0.0, 4.0).map(np.float64)
real_exponent = st.floats(0.1, 4.0).map(np.float64)


@given(power, exponent)
def test_v15_equals_have_even_odds(a: float, m: float) -> None:
    assert 0.5 == prevail(a, a, m)


@given(power, power, exponent)
def test_v15_one_sides_chance_is_the_others_risk(a: float, d: float, m: float) -> None:
    assert prevail(a, d, m) + prevail(d, a, m) == pytest.approx(1.0, abs=1e-12)


@given(power, power, exponent, st.floats(1e-2, 1e2))
def test_v15_only_the_ratio_counts(a: float, d: float, m: float, scale: float) -> None:
    assert prevail(a * scale, d * scale, m) == pytest.approx(prevail(a, d, m), abs=1e-9)


@given(power, power, exponent)
def test_v15_is_tullocks_ratio(a: float, d: float, m: float) -> None:
    assert prevail(a, d, m) == pytest.approx(1.0 / (1.0 + (d / a) ** m), abs=1e-12)


@given(st.floats(0.1, 10.0), st.floats(0.1, 10.0), real_exponent, st.floats(1.01, 10.0))
def test_v22_chance_rises_in_attack_and_falls_in_defense(
    a: float, d: float, m: float, more: float
) -> None:
    p = prevail(np.float64(a), np.float64(d), m)
    assert prevail(np.float64(a * more), np.float64(d), m) > p
    assert prevail(np.float64(a), np.float64(d * more), m) < p


def test_v22_a_larger_local_defense_lowers_the_chance() -> None:
    few, many = ({"local_share": share} for share in (0.3, 0.9))
    low, high = (build(runs=50, parameters=p) for p in (many, few))
    weak = win_chance(begun(high), quarter(high))
    strong = win_chance(begun(low), quarter(low))
    assert np.all(strong < weak)


def test_v22_untied_forces_of_the_attacker_raise_the_chance() -> None:
    tied, free = (build(runs=50, parameters={"war_tie": share}) for share in (0.8, 0.0))
    assert np.all(
        win_chance(begun(free), quarter(free))[:, 0] > win_chance(begun(tied), quarter(tied))[:, 0]
    )


def test_v22_a_state_believed_to_fight_lowers_the_chance() -> None:
    fixed = build(runs=50)
    state = begun(fixed)
    surer = replace(state, resolve=state.resolve + 1.0)
    known = replace(state, countered=np.ones_like(state.countered))
    chance = win_chance(state, quarter(fixed))
    assert np.all(win_chance(surer, quarter(fixed)) < chance)
    assert np.all(win_chance(known, quarter(fixed)) <= win_chance(surer, quarter(fixed)))


def test_higher_rungs_find_more_defenders() -> None:
    """The chance to prevail falls with the level: more states are believed to fight for more."""
    fixed = build(runs=50, limits={"r_red": 0.0})  # the challenger's partners come for more, too
    assert np.all(np.diff(win_chance(begun(fixed), quarter(fixed)), axis=-1) <= 1e-12)


RUNS = 400
PROFILES = ("win", "later", "prize_share", "military_cost", "own_loss", "sanctions", "nuclear")


def views(seed: int) -> ChallengeView:
    """Random challengers at levels 0..5; shares of the prize rise with the rung, chances do not
    depend on it."""
    view = random_view(ChallengeView, seed, {"": (RUNS,), **dict.fromkeys(PROFILES, (RUNS, 6))})
    luck = np.random.default_rng(seed + 1)
    return replace(
        view,
        level=luck.integers(0, 6, RUNS).astype(float),
        win=np.repeat(view.win[:, :1], 6, axis=1),
        window=0.0 * view.window,  # what it adds: test_opportunism
        prize_share=np.sort(view.prize_share, axis=-1),
        prize=10.0 * view.prize,
        precision=0.5 + view.precision,
        gumbel=draws.gumbel(luck.uniform(size=(RUNS, 4))),
    )


LADDER = np.arange(6.0)
MORE = {
    "military_cost": (-1, LADDER), "own_loss": (-1, LADDER), "sanctions": (-1, LADDER),
    "nuclear": (-1, LADDER), "prize": (1, 2.0), "audience": (1, 1.0), "step_cost": (-1, 1.0),
    "jump_cost": (-1, 1.0),
}  # fmt: skip


@pytest.mark.parametrize("name", MORE)
@given(st.integers(0, 2**31))
def test_what_makes_challengers_bolder_and_what_holds_them(name: str, seed: int) -> None:
    """Paired luck: nobody moves against the sign.  A larger audience cost keeps it from going
    down; costs that rise with the rung keep it from going up."""
    sign, size = MORE[name]
    view = views(seed)
    before = challenge(view).choice
    after = challenge(replace(view, **{name: getattr(view, name) + size})).choice
    if name == "audience":
        assert np.all((after == before) | (before == -1.0))
    if name == "jump_cost":
        assert np.all((after == before) | (before == 2.0))
    else:
        assert np.all(sign * (after - before) >= 0.0)
    assert np.any(after != before)


@given(st.integers(0, 2**31))
def test_fear_of_encirclement_makes_for_a_step_up(seed: int) -> None:
    view = views(seed)
    up = challenge(view).choice == 1.0
    afraid = challenge(replace(view, fear=view.fear + 1.0)).choice == 1.0
    assert np.all(afraid >= up)
    assert afraid.sum() > up.sum()


@given(st.integers(0, 2**31))
def test_a_better_chance_makes_for_boldness(seed: int) -> None:
    view = views(seed)
    better = replace(view, win=view.win + 0.5 * (1.0 - view.win), military_cost=0.0 * view.win)
    worse = replace(view, military_cost=0.0 * view.win)
    assert np.all(challenge(better).choice >= challenge(worse).choice)


@given(st.integers(0, 2**31))
def test_a_regime_that_fears_for_itself_is_more_careful(seed: int) -> None:
    view = views(seed)
    assert np.all(challenge_for_survival(view).choice <= challenge(view).choice)
    carefree = replace(view, survival=np.zeros(RUNS))
    assert np.array_equal(challenge_for_survival(carefree).choice, challenge(view).choice)


@given(st.integers(0, 2**31), st.permutations(range(RUNS)))
def test_v31_permuting_challengers_permutes_their_choices(seed: int, order: list[int]) -> None:
    view = views(seed)
    permuted = replace(view, **{n: v[order] for n, v in view.__dict__.items()})
    assert np.array_equal(challenge(view).choice[order], challenge(permuted).choice)


def test_a_trigger_raises_the_challengers_will_and_fades() -> None:
    fixed = build(runs=200, parameters={"trigger_rate": 0.5})
    at = quarter(fixed)
    struck = contest.shocks(begun(fixed), at)
    assert np.all((struck.shock > 0.0) == (at.notes["triggers"] > 0.0))
    assert struck.shock.any()
    calm = build(runs=200, parameters={"trigger_rate": 0.0})
    later = contest.shocks(replace(begun(calm), shock=struck.shock), quarter(calm, 1))
    assert later.shock == pytest.approx(calm.p("shock_kept") * struck.shock)


@given(st.integers(0, 2**31))
def test_a_challenger_raises_one_theater_at_a_time_beyond_level_two(seed: int) -> None:
    """Model.md 3.7, attention cap: at most one rise beyond level 2 a quarter, also by a jump."""
    fixed = build(runs=64)
    luck = np.random.default_rng(seed)
    level = luck.integers(0, 6, (64, 4)).astype(float)
    move = np.minimum(luck.integers(-1, 3, (64, 4)), 5.0 - level)
    margin = luck.uniform(size=(64, 4))
    capped = attention_cap(move, margin, level, quarter(fixed))
    assert np.all((capped == move) | (capped == 0.0))
    beyond = (capped > 0.0) & (level + capped > 2.0)
    owners = np.array(fixed.world.challenger)
    for owner in set(owners.tolist()):
        assert np.all(beyond[:, owners == owner].sum(axis=-1) <= 1)


def test_the_resolve_lever_adds_to_the_will_of_the_challenger_who_pulls_it() -> None:
    own = acts(levers={"resolve": 3.0}, by=["CHN"], theaters=["taiwan", "korea"])
    fixed, none = build(own, runs=20), build(runs=20)
    with_will, without = (contest.shocks(begun(f), quarter(f, 1)).shock for f in (fixed, none))
    assert with_will - without == pytest.approx(np.tile([0.0, 3.0, 0.0, 0.0], (20, 1)))

"""M18 Politics: Markov chains against closed forms (V16), publics, governments, who reads them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from agents import elections
from mechanisms import acts, begun, build, policy, quarter, row
from simulator import draws
from simulator.batch import decide_together, play_through
from simulator.contracts import Ask
from simulator.errors import InputError
from simulator.mechanisms import forums, politics, preferences, signals
from simulator.opening import opening
from simulator.phase import Quarter
from simulator.setting import Setting
from simulator.state import State

FIXED = build(runs=200)
SWORN_IN = 2  # 2025Q1, a quarter after the first vote on the great power's president


def dealt(fixed: Setting, number: int = 0, **luck: Any) -> Quarter:
    """A quarter in which some questions (`-` as `_`) meet the luck given."""
    at = quarter(fixed, number)
    drawn = at.luck

    def given(question: str, *shape: int) -> np.ndarray:
        known = luck.get(question.replace("-", "_"))
        own = drawn(question, *shape)
        return own if known is None else np.zeros_like(own) + known

    at.luck = given  # type: ignore[method-assign]
    return at


def happens(state: State, number: int = 0, fixed: Setting = FIXED, **luck: Any) -> State:
    return politics.happen(state, dealt(fixed, number, **luck))


def within(seen: np.ndarray, expected: np.ndarray, runs: int) -> bool:
    """Frequencies within four standard errors."""
    return bool(np.all(np.abs(seen - expected) <= 4.0 * np.sqrt(expected * (1 - expected) / runs)))


# ---- the posture of the great power


@pytest.mark.parametrize("was", [0.0, 1.0, 2.0])
def test_the_posture_stays_or_goes_to_either_other(was: float) -> None:
    """With chance p it stays; the rest splits evenly: the next code first, the one after last."""
    state = replace(begun(FIXED), us_posture=np.full(200, was))
    stays = FIXED.p("posture_kept")[:, 0]
    for share, expected in ((-0.5, was), (0.49, (was + 1) % 3), (0.51, (was + 2) % 3)):
        u = np.where(share < 0.0, 0.5 * stays, stays + share * (1.0 - stays))
        after = happens(state, SWORN_IN, us_posture=u[:, None])
        assert np.all(after.us_posture == expected)


def test_the_posture_moves_after_its_own_elections_only() -> None:
    moved = [n for n in range(40) if np.any(happens(begun(FIXED), n).us_posture != 0.0)]
    assert [2, 18, 34] == moved


def test_v16_postures_after_three_elections_follow_the_closed_form() -> None:
    """P(engaged) after n votes: 1/3 + 2/3*(p - (1-p)/2)^n."""
    fixed = build(runs=4000, parameters={"p_us": 0.6})
    state = begun(fixed)
    for number in (2, 18, 34):
        state = replace(state, us_posture=politics._posture(state, quarter(fixed, number)))
    engaged = 1.0 / 3.0 + 2.0 / 3.0 * (0.6 - 0.2) ** 3
    expected = np.array([engaged, (1 - engaged) / 2, (1 - engaged) / 2])
    seen = np.array([(state.us_posture == u).mean() for u in range(3)])
    assert within(seen, expected, 4000)


def test_a_sure_posture_never_changes() -> None:
    fixed = build(runs=100, parameters={"p_us": 1.0})
    assert not happens(begun(fixed), SWORN_IN, fixed).us_posture.any()


def test_a_script_holds_while_it_speaks() -> None:
    free = np.full(8, np.nan)
    said = free.copy()
    said[3:5] = 2.0
    fixed = replace(FIXED, scene=replace(FIXED.scene, us_posture=said, war=1.0 - 0.0 * said))
    calm = {"war_at_the_edge": 0.99}
    seen = [happens(begun(fixed), n, fixed, **calm) for n in (1, 3, 4, 5, 30)]
    assert [0.0, 2.0, 2.0, 0.0, 0.0] == [s.us_posture[0] for s in seen]
    assert [0.0, 1.0, 1.0, 0.0, 0.0] == [s.war[0] for s in seen]


# ---- the war at the edge of Europe

CHAIN = np.array([[0.94, 0.06, 0.0], [0.02, 0.94, 0.04], [0.0, 0.02, 0.98]])


@pytest.mark.parametrize(
    ("was", "u", "then"),
    [(0, 0.059, 1), (0, 0.061, 0), (1, 0.039, 2), (1, 0.041, 0), (1, 0.059, 0), (1, 0.061, 1),
     (2, 0.019, 1), (2, 0.021, 2)],
)  # fmt: skip
def test_the_war_takes_a_step_at_most(was: int, u: float, then: int) -> None:
    state = replace(begun(FIXED), war=np.full(200, float(was)))
    assert np.all(happens(state, war_at_the_edge=u).war == then)


@pytest.mark.parametrize("start", [0, 1, 2])
def test_v16_the_war_follows_the_power_of_its_chain(start: int) -> None:
    fixed = build(runs=4000)
    state = replace(begun(fixed), war=np.full(4000, float(start)))
    for number in range(12):
        state = replace(state, war=politics._war(state, quarter(fixed, number)))
    expected = np.linalg.matrix_power(CHAIN, 12)[start]
    seen = np.array([(state.war == w).mean() for w in range(3)])
    assert within(seen, expected, 4000)


def test_the_age_of_an_intense_war_counts_unbroken_quarters() -> None:
    state = replace(begun(FIXED), war_age=np.full(200, 5.0))
    assert np.all(happens(state, war_at_the_edge=0.5).war_age == 6.0)
    assert np.all(happens(state, war_at_the_edge=0.01).war_age == 0.0)


def test_a_calmer_war_ties_down_less() -> None:
    red = FIXED.world.challenger[0]
    intense = FIXED.p("war_tie")[:, red]
    for war, expected in ((0.0, intense), (1.0, 0.4), (2.0, 0.2)):
        state = replace(begun(FIXED), war=np.full(200, war))
        assert politics.tied_share(state, quarter(FIXED)) == pytest.approx(expected)
    assert intense == pytest.approx(0.6)


# ---- publics


def test_publics_return_fall_and_tire_by_the_formula() -> None:
    """Every term at once, at a point where none of them is zero."""
    state = begun(FIXED)
    start = FIXED.futures.trait("support")
    now = np.clip(start + 0.1 + 0.05 * np.sin(np.arange(start.shape[1])), 0.0, 1.0)
    state = replace(state, support=now, war_age=np.full(200, 9.0))
    rate = FIXED.p("sceptic_rate")
    hit = np.where(np.arange(start.shape[1]) % 2 == 0, 0.5 * rate, 2.0 * rate)
    after = happens(state, 0, sceptic_shock=hit, support=0.7, war_at_the_edge=0.5).support
    noise = float(draws.noise(np.array(0.7)))
    expected = (
        now + 0.1 * (start - now) - FIXED.p("sceptic_drop") * (hit < rate) - 0.01 + 0.01 * noise
    )
    assert noise > 0.1
    assert after == pytest.approx(np.clip(expected, 0.0, 1.0))


@pytest.mark.parametrize(("age", "weary"), [(7.0, 0.0), (8.0, 0.01)])
def test_publics_tire_after_eight_quarters_of_intense_war(age: float, weary: float) -> None:
    state = replace(begun(FIXED), war_age=np.full(200, age))
    calm = {"sceptic_shock": 0.99, "support": 0.5, "war_at_the_edge": 0.5}
    change = happens(state, **calm).support - state.support
    assert change == pytest.approx(np.full_like(change, -weary), abs=1e-6)


def test_support_stays_a_share() -> None:
    fixed = build(runs=50, limits={"sw": 3.0, "sw_rate": 1.0})
    assert np.all(happens(begun(fixed), 0, fixed).support == 0.0)


def test_v45_the_order_of_independent_shocks_does_not_matter_to_their_distribution() -> None:
    """Publics under the luck of twelve quarters, and under the same backwards."""
    fixed = build(runs=3000)
    final = []
    for order in (range(12), range(11, -1, -1)):
        state = begun(fixed)
        for number in order:
            state = replace(state, support=politics._publics(state, quarter(fixed, number)))
        final.append(state.support - fixed.futures.trait("support"))
    one, other = final
    assert not np.array_equal(one, other)
    error = 4.0 * np.sqrt((one.var(axis=0) + other.var(axis=0)) / 3000)
    assert np.mean(np.abs(one.mean(axis=0) - other.mean(axis=0)) <= error) > 0.98
    assert one.std() == pytest.approx(other.std(), rel=0.02)


# ---- governments


def test_governments_change_at_elections_by_their_swing() -> None:
    """Neutral ones go either way; a warm one cools, a cool one warms."""
    for shift in range(3):
        changes_by_swing(shift)


def changes_by_swing(shift: int) -> None:
    calendar, swing = FIXED.world.elections, FIXED.futures.trait("domestic_swing")
    number = 4
    votes = calendar[number] > 0.0
    assert 0 < votes.sum() < len(votes)
    mood = np.zeros_like(swing) + (np.arange(swing.shape[1]) + shift) % 3 - 1.0
    state = replace(begun(FIXED), mood=mood)
    for way, neutral in ((0.4, 1.0), (0.6, -1.0)):
        swung = happens(state, number, government_swings=swing - 1e-6, government_way=way).mood
        expected = np.where(votes, np.where(mood == 0.0, neutral, -mood), mood)
        assert np.array_equal(swung, expected)
    held = happens(state, number, government_swings=swing + 1e-6).mood
    assert np.array_equal(held, mood)


# ---- who reads politics


def test_allies_who_dislike_its_leaders_drift_from_the_great_power() -> None:
    aversion = FIXED.futures.trait("leader_aversion")
    for posture, expected in ((0.0, 1.0 + 0.0 * aversion), (1.0, 1.0 - aversion)):
        state = replace(begun(FIXED), us_posture=np.full(200, posture))
        assert politics.alignment_drift(state, quarter(FIXED)) == pytest.approx(expected)


def test_publics_and_governments_shift_tastes_by_the_formula() -> None:
    world, start = FIXED.world, FIXED.futures.trait("support")
    mood = np.zeros_like(start) + np.arange(start.shape[1]) % 3 - 1.0
    state = replace(begun(FIXED), support=start + 0.2, mood=mood)
    shift = politics.taste_shift(state, quarter(FIXED))
    expected = 0.2 * FIXED.p("public_weight") * world.groups["NATO"] + 0.5 * mood * world.western
    assert shift == pytest.approx(expected)
    assert not politics.taste_shift(begun(FIXED), quarter(FIXED)).any()


@pytest.mark.parametrize(("posture", "factor"), [(0.0, 1.0), (1.0, 0.8), (2.0, 0.5)])
def test_the_posture_scales_resolve_and_capital_of_the_great_power(
    posture: float, factor: float
) -> None:
    state = replace(begun(FIXED), us_posture=np.full(200, posture))
    at, top = quarter(FIXED), row(FIXED, "USA")
    assert politics.us_factor(state, at) == pytest.approx(factor)
    capital = politics.capital_start(state, at)
    usual = np.broadcast_to(at.p("capital_start"), capital.shape)
    assert capital[:, top] == pytest.approx(factor * usual[:, top])
    assert np.array_equal(np.delete(capital, top, 1), np.delete(usual, top, 1))
    after = forums.convene(replace(state, capital=np.full_like(state.capital, 99.0)), at)
    assert after.capital[:, top] == pytest.approx(factor * usual[:, top])


def test_the_posture_lowers_the_belief_that_the_great_power_fights() -> None:
    """Its chance at each level where force is used, halved; in the mean over those levels."""
    state = replace(begun(FIXED), us_posture=np.full(200, 2.0))
    at = quarter(FIXED, 1)
    shift = signals.posture_shift(state, at)
    great = np.array(FIXED.pair_actor) == row(FIXED, "USA")
    chance = 1.0 / (1.0 + np.exp(-FIXED.start_fight[:, great, 2:]))
    odds = np.log(0.5 * chance / (1.0 - 0.5 * chance)) - np.log(chance / (1.0 - chance))
    assert shift[:, great] == pytest.approx(odds.mean(axis=-1))
    assert np.all(shift[:, great] < -0.5)
    assert not shift[:, ~great].any()
    assert not signals.posture_shift(begun(FIXED), at).any()
    moved = signals.observe(state, at).resolve - signals.observe(begun(FIXED), at).resolve
    assert moved == pytest.approx(at.p("belief_decay") * shift)


def test_tastes_and_alignment_reach_the_sounding() -> None:
    fixed = build(policy(asks=[Ask("nac", "engagement", 0.25, "USA")]), runs=50)
    start = opening(fixed)
    state = replace(start, mood=start.mood + 1.0, us_posture=np.full(50, 1.0))
    at, who = quarter(fixed), [row(fixed, "DEU"), row(fixed, "POL")]
    standing, text, nobody = np.full(50, 0.1), fixed.program.texts[0], np.zeros(2, dtype=bool)
    texts = np.tile([0.1, 0.25], (50, 1))
    before, after = (
        preferences.sounding(s, 0, text, standing, texts, texts, who, nobody, at)
        for s in (start, state)
    )
    assert after.taste - before.taste == pytest.approx(np.full((50, 2), 0.5))
    place = preferences.FEATURES.index("alignment")
    kept = 1.0 - fixed.futures.trait("leader_aversion")[:, who]
    assert after.features[..., place] == pytest.approx(kept * before.features[..., place])
    others = np.delete(after.features, place, -1)
    assert np.array_equal(others, np.delete(before.features, place, -1))


EVERYTHING = acts(
    levers={"visibility": 1.0, "commitment": 1.0, "aid": 20.0, "sanctions": 0.5, "talk": 1.0},
    on=["RUS"], to=["UKR"],
)  # fmt: skip


def course(*policies: Any, quarters: int = 12) -> list[State]:
    seen: list[State] = []
    fixed = build(*policies, runs=64, quarters=quarters)
    play_through(fixed, decide_together(fixed.world.kinds), lambda state, at: seen.append(state))
    return seen


NAMES = ("us_posture", "war", "war_age", "support", "mood")


def test_no_policy_sets_politics() -> None:
    """Bitwise the same course under a bundle of everything."""
    for free, bound in zip(course(), course(EVERYTHING), strict=True):
        assert all(np.array_equal(getattr(free, n), getattr(bound, n)) for n in NAMES)


def test_v44_a_longer_horizon_has_the_same_beginning() -> None:
    short, long = course(quarters=6), course(quarters=12)
    names = (*NAMES, "cohesion", "nuclear_progress", "fighting", "level")
    for one, other in zip(short, long[:6], strict=True):
        assert all(np.array_equal(getattr(one, n), getattr(other, n)) for n in names)


# ---- the calendar of elections


def test_the_calendar_has_known_dates_then_every_term() -> None:
    actors = FIXED.world.actors
    quarters = {a: np.flatnonzero(FIXED.world.elections[:60, actors.index(a)]).tolist()
                for a in ("USA", "GBR", "DEU", "CHN")}  # fmt: skip
    assert quarters == {
        "USA": [1, 17, 33, 49], "GBR": [0, 20, 40], "DEU": [4, 20, 36, 52], "CHN": [],
    }  # fmt: skip
    assert FIXED.world.elections.shape == (401, len(actors))


def test_an_office_with_one_date_is_refused(tmp_path: Any) -> None:
    path = tmp_path / "elections.csv"
    head = "iso3,office,date,known_at_base,governs\n"
    path.write_text(head + "AAA,parliament,2026-05,1,1\n")
    with pytest.raises(InputError, match="one known date"):
        elections.calendar(("AAA",), path)
    path.write_text(
        head + "AAA,parliament,2022-12,1,1\nAAA,parliament,2026-12-02,1,1\n"
        "AAA,parliament,2025-01,0,1\nAAA,president,2025-01,1,0\nBBB,parliament,2025-01,1,1\n"
    )
    table = elections.calendar(("AAA",), path)
    assert [9, 25, 41] == np.flatnonzero(table[:50, 0]).tolist()

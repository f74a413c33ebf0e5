"""M20 Help in a contingency: one rule for both camps (V32), what is seen of it, what arrives."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from agents.rules import RULES
from agents.rules.help import lend_help
from mechanisms import acts, begun, build, play, quarter, random_view, row
from simulator.mechanisms import (
    acceptance,
    arrival,
    assistance,
    contest,
    forces,
    partners,
    signals,
    stance,
    stocks,
    trade,
)
from simulator.mechanisms.forums import ADOPTED, BLOCKED
from simulator.metrics.bloc import measure
from simulator.model import simulate
from simulator.phase import Quarter
from simulator.questions import HelpView
from simulator.setting import Setting
from simulator.state import State

RUNS = 80
EUR, TWN, KOR, SCS = range(4)
POLICIES = (
    acts("promise", {"commitment": {"taiwan": 0.5}, "audience_cost": {"taiwan": 0.2}}, by=["USA"]),
    acts("will", {"resolve": {"korea": 1.5}}, by=["RUS"]),
    acts("gift", {"aid": 6.0}, by=["DEU"], to=["TWN"]),
    acts("shells", {"aid": 6.0}, by=["RUS"], to=["PRK"]),
)
FIXED = build(*POLICIES, runs=RUNS)
QUIET = build(runs=RUNS)


def sig(z: np.ndarray) -> np.ndarray:
    return 1.0 / (1.0 + np.exp(-z))


def one(name: str, fixed: Setting = FIXED) -> np.ndarray:
    return fixed.p(name)[:, 0]


def crisis(fixed: Setting = FIXED, seed: int = 1, **levels: float) -> tuple[State, Quarter]:
    """A state in which nothing that help depends on is at rest, and a quarter ready for it."""
    luck, state = np.random.default_rng(seed), begun(fixed)
    level = np.full_like(state.level, 1.0)
    for k, name in enumerate(("eur", "twn", "kor", "scs")):
        level[:, k] = levels.get(name, 1.0)
    text = state.text.copy()
    text[:, 0, 4] = 0.3  # a mission agreed in part
    state = replace(
        state,
        level=level,
        text=text,
        cohesion=luck.uniform(0.2, 0.9, state.cohesion.shape),
        us_posture=luck.integers(0, 3, RUNS).astype(float),
        procedures=luck.uniform(0.3, 0.8, state.procedures.shape),
        awareness=luck.uniform(0.3, 0.8, state.awareness.shape),
        memory=luck.uniform(0.0, 0.5, state.memory.shape),
    )
    at = quarter(fixed, 3)
    at.notes["force"] = stance.force(state, at)
    contest.challenge(state, at)
    at.notes["win"] = luck.uniform(0.2, 0.8, (RUNS, 4, 6))
    at.notes["expected_sanctions"] = luck.uniform(0.1, 1.0, (RUNS, 4, 6))
    return state, at


def view_of(k: int, state: State, at: Quarter) -> tuple[HelpView, list[int]]:
    there = partners.partners(k, at.setting)
    return assistance._view(state, there, at), there.who


# ---- the rule


def asked(seed: int, size: int = 500) -> HelpView:
    view = random_view(HelpView, seed, {"": (size,)})
    luck = np.random.default_rng(seed)
    flags = {n: luck.integers(0, 2, size).astype(float) for n in ("able", "fighting", "pledged")}
    return replace(
        view, **flags, readiness=4.0 * view.readiness - 2.0, aid_luck=4.0 * view.aid_luck - 2.0,
        pull=2.0 * view.pull - 1.0, barrier=2.0 * view.barrier - 1.0,
    )  # fmt: skip


def test_the_rule_by_hand() -> None:
    view = asked(1)
    answer = lend_help(view)
    odds = (
        view.readiness
        + view.promise
        + view.fight_precision * (view.pull + view.resolve - view.busy - view.barrier)
    )
    chance = np.where(view.able == 1.0, view.scale * sig(odds), 0.0)
    worth = view.stake * view.aid_effect * view.slope + view.solidarity
    worth = worth - view.aid_cost - view.retaliation
    comes = (view.fighting == 1.0) | (view.fight_luck < chance)
    aids = (view.pledged == 1.0) | (view.aid_precision * worth + view.aid_luck > 0.0)
    assert answer.values["chance"] == pytest.approx(chance)
    assert np.array_equal(answer.choice, np.where(comes, 2.0, np.where(aids, 1.0, 0.0)))
    assert set(answer.choice) == {0.0, 1.0, 2.0}


def test_the_reasons_are_the_parts_of_the_choice() -> None:
    view = asked(2)
    answer = lend_help(view)
    told = answer.terms()
    came, gave, out = (answer.choice == c for c in (2.0, 1.0, 0.0))
    total = sum(told.values())
    push = view.pull + view.resolve - view.busy - view.barrier
    fight = push + (view.readiness + view.promise) / view.fight_precision
    worth = view.stake * view.aid_effect * view.slope + view.solidarity
    worth = worth - view.aid_cost - view.retaliation + view.aid_luck / view.aid_precision
    assert total[came] == pytest.approx(fight[came])
    assert total[gave] == pytest.approx(worth[gave])
    assert not total[out].any()


@pytest.mark.parametrize(
    ("name", "sign"),
    [("pull", 1), ("resolve", 1), ("promise", 1), ("scale", 1), ("readiness", 1), ("busy", -1),
     ("barrier", -1)],
)  # fmt: skip
def test_what_makes_a_state_come(name: str, sign: int) -> None:
    """Paired: nobody comes or goes against the sign."""
    view = asked(3)
    more = lend_help(replace(view, **{name: getattr(view, name) + 0.5}))
    before, after = lend_help(view).choice == 2.0, more.choice == 2.0
    assert np.all(sign * (after.astype(int) - before.astype(int)) >= 0)
    assert np.any(after != before)


@pytest.mark.parametrize(
    ("name", "sign"),
    [("stake", 1), ("aid_effect", 1), ("slope", 1), ("solidarity", 1), ("aid_cost", -1),
     ("retaliation", -1)],
)  # fmt: skip
def test_what_makes_a_state_aid(name: str, sign: int) -> None:
    view = replace(asked(4), pledged=np.zeros(500))
    more = lend_help(replace(view, **{name: getattr(view, name) + 0.5}))
    before, after = lend_help(view).choice, more.choice
    assert np.array_equal(before == 2.0, after == 2.0)
    assert np.all(sign * (after - before) >= 0)
    assert np.any(after != before)


def test_v32_partners_of_both_sides_answer_by_one_rule() -> None:
    assert 1 == len({RULES["help"][kind] for kind in RULES["help"]})


def test_v20_audience_raises_follow_through_and_sunk_cost_does_not() -> None:
    chances = []
    for levers in ({}, {"sunk": 2.0}, {"audience_cost": 2.0}):
        fixed = build(acts(levers=levers, by=["USA"], theaters=["taiwan"]), runs=RUNS)
        view, who = view_of(TWN, *crisis(fixed, twn=3.0))
        chances.append(lend_help(view).values["chance"][:, who.index(row(fixed, "USA"))])
    assert np.array_equal(chances[0], chances[1])
    assert np.all(chances[2] > chances[0])


# ---- who is asked, and what holds of them all through


def test_armed_states_are_asked_but_for_the_attacked_and_the_challenger() -> None:
    world = FIXED.world
    for k, (attacked, challenger) in enumerate(
        ((("EST", "FIN", "LTU", "LVA", "NOR", "POL"), "RUS"), (("TWN",), "CHN"), (("KOR",), "PRK"),
         (("PHL",), "CHN"))
    ):  # fmt: skip
        there = partners.partners(k, FIXED)
        left_out = {world.index[a] for a in (*attacked, challenger)}
        armed = set(np.flatnonzero(world.trait("milex_usd_bn") > 0.0).tolist())
        assert set(there.who) == armed - left_out
        assert [world.actors[there.who[c]] for c in np.flatnonzero(there.red)] == [
            a for a in ("CHN", "RUS", "PRK") if a != challenger
        ]
        assert {(there.who[c], k) for c, _ in there.pairs} == {
            p for p in FIXED.pairs if p[1] == k and p[0] not in left_out
        }
        assert np.array_equal(
            there.able, there.red | np.isin(np.arange(len(there.who)), [c for c, _ in there.pairs])
        )


def hand_tie(i: int, k: int, fixed: Setting = FIXED) -> np.ndarray:
    """Firmest treaty with the principal of one's own side."""
    world, best = fixed.world, np.zeros(RUNS)
    front = [j for j in range(len(world.actors))
             if world.trait(("frontline_europe", "frontline_taiwan", "frontline_korea",
                             "frontline_south_china_sea")[k])[j] > 0.0]  # fmt: skip
    for g, cover in fixed.futures.guarantees.items():
        mine = g == world.actors[i] or (g in world.groups and world.groups[g][i])
        for j in [world.challenger[k]] if i in world.red else front:
            best = np.maximum(best, cover[:, j, k] if mine else 0.0)
    return best


def hand_cohesion(i: int, k: int, cohesion: np.ndarray, fixed: Setting = FIXED) -> np.ndarray:
    world = fixed.world
    if i not in world.red:
        return np.zeros(RUNS)
    pair = sorted((world.red.index(i), world.red.index(world.challenger[k])))
    return cohesion[:, [[0, 1], [0, 2], [1, 2]].index(pair)]


def hand_draw(i: int, k: int, cohesion: np.ndarray, fixed: Setting = FIXED) -> np.ndarray:
    """Stake, territory in Asia, treaty and cohesion: one formula for both camps (V32)."""
    stake = one("allied_stake", fixed) * fixed.futures.stakes[:, i, k]
    land = one("territory_worth", fixed) * fixed.futures.trait("territorial_stake")[:, i] * (k > 0)
    return stake + land + hand_tie(i, k, fixed) + hand_cohesion(i, k, cohesion, fixed)


def hand_usual(red: bool, fixed: Setting = FIXED) -> np.ndarray:
    """Mean at the start over the states that share one start chance."""
    world, values, count = fixed.world, np.zeros(RUNS), np.zeros(RUNS)
    start = begun(fixed).cohesion
    for k in range(4):
        there = partners.partners(k, fixed)
        for c, i in enumerate(there.who):
            if not there.able[c] or (i in world.red) != red:
                continue
            tie = hand_tie(i, k, fixed)
            counts = np.ones(RUNS) if red else 1.0 * ((tie == 0.0) & (world.actors[i] != "USA"))
            values = values + counts * hand_draw(i, k, start, fixed)
            count = count + counts
    return values / count


@pytest.mark.parametrize("k", [EUR, TWN, KOR, SCS])
def test_v32_what_draws_a_state_in_is_one_formula_for_both_camps(k: int) -> None:
    """Pull is what draws a state in, less the usual of those who share its start chance; of those
    with a start chance of their own it is the change since the start."""
    levels = {("eur", "twn", "kor", "scs")[k]: 3.0}
    state, at = crisis(**levels)
    view, who = view_of(k, state, at)
    for c, i in enumerate(who):
        red = i in FIXED.world.red
        now = hand_draw(i, k, state.cohesion)
        own = (hand_tie(i, k) > 0.0) & (not red) | (FIXED.world.actors[i] == "USA")
        usual = np.where(own, hand_draw(i, k, begun(FIXED).cohesion), hand_usual(red))
        assert view.pull[:, c] == pytest.approx(now - usual), FIXED.world.actors[i]
        solid = hand_tie(i, k) + hand_cohesion(i, k, state.cohesion)
        assert view.solidarity[:, c] == pytest.approx(solid)
        stake = one("allied_stake") * FIXED.futures.stakes[:, i, k]
        assert view.stake[:, c] == pytest.approx(stake)


def test_readiness_is_the_start_belief_or_the_common_chance_of_red_partners() -> None:
    view, who = view_of(KOR, *crisis(kor=4.0))
    usa = FIXED.pairs.index((row(FIXED, "USA"), KOR))
    assert view.readiness[:, who.index(row(FIXED, "USA"))] == pytest.approx(
        FIXED.start_fight[:, usa, 4]
    )
    chance = one("red_intervention") * FIXED.ladder.level_shape[4]
    for name in ("CHN", "RUS"):
        assert view.readiness[:, who.index(row(FIXED, name))] == pytest.approx(
            np.log(chance / (1.0 - chance))
        )


def test_promises_resolve_and_pledges_are_those_of_policies_in_force() -> None:
    state, at = crisis(twn=3.0, kor=3.0)
    view, who = view_of(TWN, state, at)
    usa, deu = who.index(row(FIXED, "USA")), who.index(row(FIXED, "DEU"))
    pp = one("commitment_worth") * 0.5 + one("audience_cost") * 0.5 + 0.2
    assert view.promise[:, usa] == pytest.approx(one("intervention_precision") * pp)
    assert not np.delete(view.promise, usa, 1).any()
    assert np.all(view.pledged[:, deu] == 1.0)
    assert not np.delete(view.pledged, deu, 1).any()
    assert not view.resolve.any()
    view, who = view_of(KOR, state, at)
    rus = who.index(row(FIXED, "RUS"))
    assert np.all(view.resolve[:, rus] == 1.5)
    assert not np.delete(view.resolve, rus, 1).any()
    assert np.all(view.pledged[:, rus] == 1.0)
    assert not np.delete(view.pledged, rus, 1).any()


def test_a_second_front_costs_by_the_share_of_forces_there() -> None:
    view, who = view_of(TWN, *crisis(twn=3.0, eur=4.0, kor=5.0, scs=3.0))
    where = FIXED.futures.by_theater("location")
    for name in ("USA", "FRA", "JPN"):
        i = row(FIXED, name)
        busy = where[:, i, EUR] + where[:, i, KOR]
        expected = busy * FIXED.ladder.military_cost[3]
        assert view.busy[:, who.index(i)] == pytest.approx(expected)
    calm, _ = view_of(TWN, *crisis(twn=3.0, eur=3.0))
    assert not calm.busy.any()


def test_the_barrier_stands_beyond_the_treaty_area_and_a_mission_lifts_it() -> None:
    state, at = crisis(twn=3.0, eur=3.0)
    view, who = view_of(TWN, state, at)
    barrier = one("area_barrier") * (1.0 - 0.3) - one("area_barrier_usual")
    for name, outside in (("FRA", 1.0), ("DEU", 1.0), ("USA", 0.0), ("AUS", 0.0), ("RUS", 0.0)):
        assert view.barrier[:, who.index(row(FIXED, name))] == pytest.approx(outside * barrier)
    assert not view_of(EUR, state, at)[0].barrier.any()
    assert one("area_barrier_usual") == pytest.approx(1.5)


def test_the_posture_scales_the_chance_of_the_great_power_only() -> None:
    state, at = crisis(twn=3.0)
    view, who = view_of(TWN, state, at)
    top = who.index(row(FIXED, "USA"))
    assert view.scale[:, top] == pytest.approx(
        np.array([1.0, 0.8, 0.5])[state.us_posture.astype(int)]
    )
    assert np.all(np.delete(view.scale, top, 1) == 1.0)


def test_aid_is_weighed_by_the_slope_of_the_contest_and_by_what_the_other_side_may_do() -> None:
    state, at = crisis(twn=3.0)
    view, who = view_of(TWN, state, at)
    p = at.notes["win"][:, TWN, 3]
    assert view.slope[:, 0] == pytest.approx(one("decisiveness") * p * (1.0 - p))
    coercion = acceptance.expected(state, at)
    for name, own in (("RUS", EUR), ("PRK", KOR)):
        expected = at.notes["expected_sanctions"][:, own, 3]
        assert view.retaliation[:, who.index(row(FIXED, name))] == pytest.approx(expected)
    for name in ("JPN", "DEU", "IND"):
        i = row(FIXED, name)
        assert view.retaliation[:, who.index(i)] == pytest.approx(coercion[:, i])
    assert coercion.any()


def test_a_private_will_lasts_and_is_the_luck_of_its_question() -> None:
    state, at = crisis(twn=3.0)
    view, who = view_of(TWN, state, at)
    luck = FIXED.luck("help-fight", 0, len(FIXED.world.actors), 4)
    assert np.array_equal(view.fight_luck, luck[:, who, TWN])
    again = view_of(TWN, state, quarter_with(at, 9))[0]
    assert np.array_equal(view.fight_luck, again.fight_luck)
    assert np.array_equal(view.aid_luck, again.aid_luck)
    aid = FIXED.luck("help-aid", 0, len(FIXED.world.actors), 4)[:, who, TWN]
    assert view.aid_luck == pytest.approx(np.log(aid / (1.0 - aid)))


def quarter_with(at: Quarter, number: int) -> Quarter:
    return replace(at, number=number)


# ---- the phase


def test_a_crisis_counts_its_quarters_and_ends_with_its_help() -> None:
    state, at = crisis(twn=3.0)
    first = assistance.help_out(state, at)
    second = assistance.help_out(first, at)
    assert np.all(first.onset == [0.0, 1.0, 0.0, 0.0])
    assert np.all(second.onset == [0.0, 2.0, 0.0, 0.0])
    assert first.fighting[..., TWN].any()
    assert first.aiding[..., TWN].any()
    assert not first.fighting[..., [EUR, KOR, SCS]].any()
    over = assistance.help_out(replace(second, level=np.full_like(state.level, 1.0)), at)
    for name in ("onset", "fighting", "aiding", "stayed_away"):
        assert not getattr(over, name).any()


def test_who_has_come_stays_and_who_stayed_away_is_known_by_its_rung() -> None:
    state, at = crisis(twn=2.0)
    after = assistance.help_out(state, at)
    view, who = view_of(TWN, state, at)
    choice = lend_help(view).choice
    able = partners.partners(TWN, FIXED).able
    assert np.array_equal(after.fighting[:, who, TWN], 1.0 * (choice == 2.0))
    assert np.array_equal(after.aiding[:, who, TWN], 1.0 * (choice == 1.0))
    assert np.array_equal(after.stayed_away[:, who, TWN], 2.0 * ((choice < 2.0) & able))
    higher = replace(after, level=np.where(state.level == 2.0, 4.0, state.level))
    later = assistance.help_out(higher, crisis(twn=4.0)[1])
    assert np.all(later.fighting >= after.fighting)
    gone = later.stayed_away[:, who, TWN]
    assert np.all(gone[later.fighting[:, who, TWN] == 1.0] == 0.0)
    assert set(np.unique(gone)) == {0.0, 4.0}
    lower = replace(later, level=np.where(state.level == 2.0, 3.0, state.level))
    assert 4.0 == assistance.help_out(lower, crisis(twn=3.0)[1]).stayed_away.max()


def test_a_state_bound_by_treaty_that_stays_out_is_believed_less_once() -> None:
    state, at = crisis(twn=3.0)
    after = assistance.help_out(state, at)
    refused = 0
    for n, (i, k) in enumerate(FIXED.pairs):
        change = after.resolve[:, n] - state.resolve[:, n]
        tied = hand_tie(i, k) > 0.0
        out = (after.fighting[:, i, k] == 0.0) & (after.aiding[:, i, k] == 0.0) & tied
        asked_now = k == TWN and FIXED.world.actors[i] != "TWN"
        expected = np.where(out & asked_now, -one("split_penalty"), 0.0)
        assert change == pytest.approx(expected)
        refused += int((out & asked_now).sum())
    assert refused > 0
    assert np.array_equal(assistance.help_out(after, at).resolve, after.resolve)


def test_rows_are_asked_only_where_there_is_a_crisis() -> None:
    """A block with few crises gives each run what it would get alone."""
    state, at = crisis(twn=3.0)
    some = np.arange(RUNS) % 3 == 0
    level = np.where(some[:, None], state.level, 1.0)
    alone = assistance.help_out(state, at)
    mixed = assistance.help_out(replace(state, level=level), crisis(twn=3.0)[1])
    for name in ("fighting", "aiding", "stayed_away", "onset"):
        assert np.array_equal(getattr(mixed, name)[some], getattr(alone, name)[some])
        assert not getattr(mixed, name)[~some].any()


# ---- what is seen


def test_delay_shortens_with_procedures_and_awareness() -> None:
    state, at = crisis()
    start = stocks.begin(FIXED)
    west = FIXED.world.western
    aware = (state.awareness - start["awareness"])[:, west].mean(axis=-1)
    for k in range(4):
        eased = one("procedures_speed") * (state.procedures[:, k] - start["procedures"][:, k])
        eased = eased + one("awareness_speed") * aware
        expected = one("response_delay") * np.exp(-eased)
        assert arrival.delay(state, at)[:, k] == pytest.approx(expected)
    assert arrival.delay(begun(FIXED), at)[:, 0] == pytest.approx(one("response_delay"))
    assert assistance.delay is arrival.delay


def test_help_arrives_along_a_ramp() -> None:
    state, at = crisis()
    state = replace(state, onset=np.tile([0.0, 1.0, 2.0, 9.0], (RUNS, 1)))
    expected = 1.0 - np.exp(-state.onset / arrival.delay(state, at))
    assert arrival.arrived(state, at) == pytest.approx(expected)
    assert not arrival.arrived(state, at)[:, 0].any()


def test_presence_names_who_has_declared_itself() -> None:
    state, at = crisis()
    i, k = row(FIXED, "USA"), TWN
    fighting, away = state.fighting.copy(), state.stayed_away.copy()
    fighting[:, i, k] = 1.0
    away[:, row(FIXED, "JPN"), k] = 3.0
    state = replace(state, fighting=fighting, stayed_away=away, onset=state.onset + 2.0)
    declared, come = assistance.presence(state, at)
    us, jp = FIXED.pairs.index((i, k)), FIXED.pairs.index((row(FIXED, "JPN"), k))
    assert np.all(declared.sum(axis=1) == 2.0)
    assert np.all(declared[:, [us, jp]] == 1.0)
    assert come[:, us] == pytest.approx(arrival.arrived(state, at)[:, k])
    assert not np.delete(come, us, 1).any()


def test_what_is_learned_by_hand() -> None:
    q = np.array([0.1, 0.2, 0.4, 0.6, 0.8, 0.9])
    chance = np.tile(q, (3, 1))
    seen = arrival.learned(chance, np.array([0.7, 0.0, 0.0]), np.array([0.0, 2.0, 0.0]))
    assert seen[0] == pytest.approx(q + (1.0 - q) * 0.7)
    assert seen[1] == pytest.approx([0.0, 0.0, 0.0, 0.2 / 0.6, 0.4 / 0.6, 0.5 / 0.6])
    assert np.array_equal(seen[2], q)


def test_what_is_learned_is_on_average_what_was_believed() -> None:
    """Bayes: over those who come and those who stay away a belief does not move."""
    q = np.sort(np.random.default_rng(1).uniform(0.05, 0.95, (50, 6)), axis=-1)
    level = np.tile([1.0, 2.0, 3.0, 4.0, 5.0], 10)
    here = q[np.arange(50), level.astype(int)][:, None]
    stays = arrival.learned(q, np.zeros(50), level)
    above = np.arange(6) >= level[:, None]
    assert np.where(above, here + (1.0 - here) * stays, 0.0) == pytest.approx(np.where(above, q, 0))


def test_challengers_take_a_state_at_its_deed() -> None:
    state, at = crisis(QUIET)
    us, jp = (QUIET.pairs.index((row(QUIET, a), TWN)) for a in ("USA", "JPN"))
    fighting, away = state.fighting.copy(), state.stayed_away.copy()
    some = np.arange(RUNS) % 2 == 0
    fighting[some, row(QUIET, "USA"), TWN] = 1.0
    away[some, row(QUIET, "JPN"), TWN] = 3.0
    seen = replace(state, fighting=fighting, stayed_away=away, onset=state.onset + 3.0)
    before = signals.fight_chance(state, quarter(QUIET, 3))
    after = signals.fight_chance(seen, quarter(QUIET, 3))
    come = arrival.arrived(seen, at)[:, TWN, None]
    expected = before[:, us] + (1.0 - before[:, us]) * come
    assert after[some, us] == pytest.approx(expected[some])
    assert not after[some, jp, :4].any()
    gap = (before[:, jp, 5] - before[:, jp, 3]) / (1.0 - before[:, jp, 3])
    assert after[some, jp, 5] == pytest.approx(gap[some])
    assert np.array_equal(after[~some], before[~some])
    others = np.delete(after, [us, jp], 1)
    assert np.array_equal(others, np.delete(before, [us, jp], 1))


# ---- red partners in the contest


def test_red_partners_add_their_power_by_their_chance_to_come() -> None:
    state, at = crisis(eur=4.0, kor=3.0)
    fighting, away = state.fighting.copy(), state.stayed_away.copy()
    fighting[: RUNS // 2, row(FIXED, "RUS"), KOR] = 1.0
    away[: RUNS // 2, row(FIXED, "CHN"), KOR] = 2.0
    state = replace(state, fighting=fighting, stayed_away=away, onset=state.onset + 2.0)
    power = forces.own_power(state, at)
    where = FIXED.futures.by_theater("location")
    come = arrival.arrived(state, at)[:, KOR]
    expected = np.zeros((RUNS, 6))
    for name in ("CHN", "RUS"):
        i = row(FIXED, name)
        pull = hand_draw(i, KOR, state.cohesion) - hand_usual(True)
        pull = pull + (1.5 if name == "RUS" else 0.0)
        for level in range(6):
            base = one("red_intervention") * FIXED.ladder.level_shape[level]
            cost = where[:, i, EUR] * FIXED.ladder.military_cost[level]
            odds = np.log(base / (1 - base)) + one("intervention_precision") * (pull - cost)
            expected[:, level] += power[:, i, KOR] * _seen(sig(odds), name, level, come, i, state)
    seen = assistance.red_power(state, at)
    assert seen.shape == (RUNS, 4, 6)
    half = RUNS // 2
    assert seen[half:, KOR] == pytest.approx(expected[half:])
    assert seen[:half, KOR, :3] == pytest.approx(expected[:half, :3])
    assert contest.attackers(state, quarter(FIXED, 3)) == pytest.approx(
        forces.attack_power(state, at)[..., None] + seen
    )


def _seen(
    chance: np.ndarray, name: str, level: int, come: np.ndarray, i: int, state: State
) -> np.ndarray:
    """Who fights is there as far as it has arrived; who stayed away at 2 is not there up to 2."""
    known = np.arange(RUNS) < RUNS // 2
    if name == "RUS":
        return np.where(known, chance + (1.0 - chance) * come, chance)
    return np.where(known & (level <= 2), 0.0, chance)


def test_red_partners_make_the_challenger_surer() -> None:
    for k, symbol in ((KOR, "r_red"),):
        low, high = (
            contest.win_chance(begun(f), quarter(f, 1))[:, k, 5]
            for f in (build(runs=40, limits={symbol: v}) for v in (0.0, 0.4))
        )
        assert np.all(high > low)


# ---- what it comes to


def test_aid_is_a_share_of_gdp() -> None:
    state, at = crisis(twn=3.0)
    after = assistance.help_out(state, at)
    gdp = FIXED.futures.trait("gdp_usd_bn")
    flow = assistance.aid_flow(after, at)
    expected = after.aiding[..., TWN] * one("aid_size")[:, None] / 100.0 * gdp / 4.0
    assert flow[..., TWN] == pytest.approx(expected)
    assert not flow[..., KOR].any()


def test_what_arrives_short_of_fighting_by_hand() -> None:
    """Aid of states and of policies to the attacked, and what sanctions cost the challenger."""
    state, at = crisis(twn=3.0)
    china = FIXED.world.red.index(row(FIXED, "CHN"))
    imposed = state.imposed.copy()
    imposed[:, china] = 0.4
    after = assistance.help_out(replace(state, imposed=imposed), at)
    red = np.isin(np.arange(len(FIXED.world.actors)), FIXED.world.red)
    given = assistance.aid_flow(after, at)[:, ~red, TWN].sum(axis=-1) + 6.0 / 4.0
    traded = trade.western_total(FIXED, china) / 100.0
    gdp = FIXED.futures.trait("gdp_usd_bn")[:, row(FIXED, "CHN")]
    hurt = 0.4 * one("passthrough") * traded * gdp / 4.0
    ramp = 1.0 - np.exp(-1.0 / arrival.delay(after, at)[:, TWN])
    measured = at.notes["measured"]
    assert measured["help_arrived"][:, TWN] == pytest.approx((given + hurt) * ramp)
    assert not measured["help_arrived"][:, [EUR, KOR, SCS]].any()
    assert np.array_equal(measured["response_delay"], arrival.delay(after, at))
    assert np.all(measured["alliance_in_fight"] == 1.0)  # a mission is agreed


def test_a_distant_ally_in_the_fight_brings_the_alliance_in() -> None:
    state, at = crisis(twn=3.0)
    state = replace(state, text=begun(FIXED).text)
    after = assistance.help_out(state, at)
    european = after.fighting[:, FIXED.world.distant, TWN].any(axis=-1)
    assert np.array_equal(at.notes["measured"]["alliance_in_fight"][:, TWN], 1.0 * european)
    assert 0 < european.sum() < RUNS
    assert not at.notes["measured"]["alliance_in_fight"][:, KOR].any()


def history(**series: Any) -> dict[str, np.ndarray]:
    """Two runs, four quarters; what a test does not set is at rest."""
    rest: dict[str, Any] = {
        "level": np.ones((2, 4, 4)), "cohesion": np.zeros((2, 4)), "supply_share": np.zeros((2, 4)),
        "nuclear_progress": np.zeros((2, 4)), "arctic": np.zeros((2, 4)),
        "response_delay": np.full((2, 4, 4), 2.0), "help_arrived": np.zeros((2, 4, 4)),
        "alliance_in_fight": np.zeros((2, 4, 4)), "support": np.full((2, 4), 0.6),
        "result": np.zeros((2, 0, 4)), "treaty_due": np.zeros((2, 4, 4)),
        "treaty_kept": np.zeros((2, 4, 4)),
    }  # fmt: skip
    return rest | series


SMALL = build(runs=2)


def measured(**series: Any) -> dict[str, np.ndarray]:
    return measure(history(**series), begun(SMALL), SMALL)


def test_the_delay_is_that_of_crises_else_the_one_that_would_hold() -> None:
    level, delay = np.ones((2, 4, 4)), np.full((2, 4, 4), 2.0)
    level[0, TWN, 1], level[0, KOR, 2] = 2.0, 5.0
    delay[0, TWN, 1], delay[0, KOR, 2] = 1.0, 4.0
    seen = measured(level=level, response_delay=delay)["crisis_response_delay"]
    assert seen == pytest.approx([2.5, 2.0])


def test_help_and_the_alliances_part_count_in_their_own_quarters_only() -> None:
    level = np.ones((2, 4, 4))
    level[0, TWN, 1:3] = 3.0
    level[0, KOR, 3] = 4.0
    helped, part = np.ones((2, 4, 4)), np.zeros((2, 4, 4))
    helped[0, TWN] = [9.0, 2.0, 4.0, 9.0]
    part[0, KOR, 3] = 1.0
    seen = measured(level=level, help_arrived=helped, alliance_in_fight=part)
    assert seen["taiwan_aid"] == pytest.approx([3.0, np.nan], nan_ok=True)
    assert seen["nato_military_involvement"] == pytest.approx([1.0, np.nan], nan_ok=True)
    level[0, TWN, 2] = 4.0
    seen = measured(level=level, help_arrived=helped, alliance_in_fight=part)
    assert seen["nato_military_involvement"][0] == pytest.approx(0.5)


def test_splits_and_publics_make_the_cohesion_of_the_alliance() -> None:
    assert measured()["alliance_cohesion"] == pytest.approx([0.8, 0.8])
    result = np.zeros((2, 2, 4))
    result[0, 0], result[0, 1, 3] = [0.0, BLOCKED, BLOCKED, ADOPTED], ADOPTED
    seen = measured(result=result)["alliance_cohesion"][0]
    unity = np.mean([1.0, 1.0 - 1.0, 1.0 - 1.0, 1.0 - 2.0 / 4.0])
    assert seen == pytest.approx(0.5 * unity + 0.5 * 0.6)


def test_splits_are_forgotten_after_two_years() -> None:
    result = np.zeros((2, 1, 12))
    result[:, 0, 0] = BLOCKED
    flat = {name: np.zeros((2, 12)) for name in ("cohesion", "supply_share", "nuclear_progress",
                                                 "arctic", "support")}  # fmt: skip
    wide = {name: np.ones((2, 4, 12)) for name in ("level", "response_delay", "help_arrived",
                                                   "alliance_in_fight", "treaty_due",
                                                   "treaty_kept")}  # fmt: skip
    seen = measure(flat | wide | {"result": result}, begun(SMALL), SMALL)["alliance_cohesion"]
    assert seen == pytest.approx(0.5 * 4.0 / 12.0)


def test_the_room_is_told_who_comes_and_what_politics_do() -> None:
    run = simulate("two-theatre-war", seed=3, run=1, quarters=4)
    kinds = {e.kind for e in run.events}
    assert {"help", "aid", "government"} <= kinds
    told = next(e for e in run.events if e.kind == "help")
    assert "comes to fight in" in told.text
    assert told.terms
    assert any(e.text.startswith("Aid short of fighting to ") for e in run.events)


def test_a_world_at_peace_asks_nobody() -> None:
    asked_about: list[str] = []
    base = quarter(QUIET)

    def decide(question: str, view: Any, askers: Any, context: Any) -> Any:
        asked_about.append(question)
        return base.decide(question, view, askers, context)

    state = replace(begun(QUIET), level=np.ones((RUNS, 4)))
    at = quarter(QUIET, 0, decide)
    at.notes["force"] = ()
    after = assistance.help_out(state, at)
    assert "help" not in asked_about
    assert not after.onset.any()


def test_help_reaches_the_metrics_of_a_play() -> None:
    metrics = play(build(runs=32, quarters=8, scenario="taiwan-quarantine"))
    assert np.all(metrics["crisis_response_delay"] > 0.0)
    assert np.all((metrics["alliance_cohesion"] >= 0.0) & (metrics["alliance_cohesion"] <= 1.0))
    assert np.nanmax(metrics["taiwan_aid"]) > 0.0


def test_treaties_kept_are_those_of_states_that_fight() -> None:
    """Only at war, only those that a treaty ties to the attacked and that have forces there."""
    state, at = crisis(twn=4.0)
    after = assistance.help_out(state, at)
    measured, there = at.notes["measured"], partners.partners(TWN, FIXED)
    west = [n for n in range(len(there.who)) if there.able[n] and not there.red[n]]
    due = sum(there.tied[:, n] for n in west)
    kept = sum(there.tied[:, n] * (after.fighting[:, there.who[n], TWN] > 0.0) for n in west)
    assert measured["treaty_due"][:, TWN] == pytest.approx(due)
    assert measured["treaty_kept"][:, TWN] == pytest.approx(kept)
    assert 0.0 < kept.mean() < due.mean()
    assert not measured["treaty_due"][:, [EUR, KOR, SCS]].any()
    state, at = crisis(twn=3.0)
    assistance.help_out(state, at)
    assert not at.notes["measured"]["treaty_due"].any()

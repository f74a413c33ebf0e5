"""M7 Forces: conservation (V1), the draw-down (V28), what moves them, and the power they give."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.rules import RULES
from agents.rules.forces import deploy
from mechanisms import acts, begun, build, quarter, random_view, row
from mechanisms.rough_state import rough
from simulator.batch import decide_together
from simulator.mechanisms import (
    alignment,
    arms,
    assistance,
    beliefs,
    contest,
    escalation,
    forces,
    munitions,
    politics,
    posture,
    red_bloc,
    signals,
    stance,
    stockpile,
    stocks,
)
from simulator.mechanisms.power import spot_power
from simulator.metrics import forces as read_outs
from simulator.model import WargameModel
from simulator.questions import Answer, DeployView
from simulator.setting import Setting
from simulator.state import State
from simulator.telling.forces import NEWS, TELL
from simulator.world import THEATERS

EUR, TWN, KOR, SCS, HOME = range(5)
PLACES = ("usual", "worth", "start_worth", "standing", "least", "away")
SHAPES = {"": (64,), **dict.fromkeys(PLACES, (64, 5))}


def who(fixed: Setting, actor: str) -> int:
    """Row among the movers."""
    return posture.ground(fixed).movers.index(row(fixed, actor))


def views(seed: int, **other: Any) -> DeployView:
    view = random_view(DeployView, seed, SHAPES)
    split = {n: getattr(view, n) / getattr(view, n).sum(-1, keepdims=True)
             for n in ("usual", "standing")}  # fmt: skip
    away = np.tile([0.0, 1.0, 1.0, 1.0, 0.0], (64, 1))
    least = 0.3 * view.least * split["standing"]
    return replace(view, **(split | {"away": away, "least": least, "away_limit": np.ones(64)}
                            | other))  # fmt: skip


# ---- the split


@given(st.integers(0, 2**31))
def test_v01_forces_move_and_their_sum_stays(seed: int) -> None:
    view = views(seed)
    tight = replace(
        view, least=3.0 * view.least, away_limit=random_limit(seed), worth=90 * view.worth
    )
    for one in (view, tight):
        after = deploy(one)
        split = after.values["deployment"]
        assert split.sum(axis=-1) == pytest.approx(np.ones(64), abs=1e-9)
        assert np.all(split >= -1e-15)
        assert np.all(after.choice <= one.mobility + 1e-12)
        moved = np.abs(split - one.standing).sum(axis=-1) / 2.0
        assert moved == pytest.approx(after.choice, abs=1e-12)


def random_limit(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).uniform(size=64)


def test_the_split_at_a_point_worked_by_hand() -> None:
    usual, worth, start = (
        [0.2, 0.3, 0.1, 0.1, 0.3],
        [1.0, 2.0, 0.5, 0.0, 0.0],
        [0.4, 1.0, 0.9, 0.1, 0.0],
    )
    standing, least = [0.25, 0.25, 0.15, 0.05, 0.3], [0.24, 0.0, 0.0, 0.0, 0.0]
    pull = [u * math.exp(1.5 * (w - s)) for u, w, s in zip(usual, worth, start, strict=True)]
    aim = [p / sum(pull) for p in pull]
    distant = aim[1] + aim[2] + aim[3]
    over = distant - 0.4
    assert over > 0.0
    kept = [a * 0.4 / distant if 1 <= n <= 3 else a for n, a in enumerate(aim)]
    kept[0] += over * 0.2 / 0.5
    kept[4] += over * 0.3 / 0.5
    above = [max(k - f, 0.0) for k, f in zip(kept, least, strict=True)]
    target = [f + a * (1.0 - 0.24) / sum(above) for f, a in zip(least, above, strict=True)]
    change = [t - s for t, s in zip(target, standing, strict=True)]
    size = sum(abs(c) for c in change) / 2.0
    assert size * 0.25 > 0.02
    expected = [s + c * 0.02 / size for s, c in zip(standing, change, strict=True)]
    away = [0.0, 1.0, 1.0, 1.0, 0.0]
    numbers = (usual, worth, start, 1.5, standing, least, away, 0.4, 0.02)
    view = DeployView(*(np.array(v, dtype=float) for v in numbers))
    answer = deploy(view)
    assert answer.values["deployment"] == pytest.approx(expected, rel=1e-12)
    assert answer.choice == pytest.approx(0.02)
    told = answer.terms()
    assert told["forces in taiwan"] == 1.0
    assert told["forces in south china sea"] == pytest.approx(-0.1)
    free = deploy(replace(view, mobility=np.asarray(1.0))).values["deployment"]
    step = [s + c / (1.0 + 1.5 * 2.0) for s, c in zip(standing, change, strict=True)]
    assert free == pytest.approx(step, rel=1e-12)


def test_any_worth_gives_a_split() -> None:
    view = views(4, precision=np.full(64, 10.0))
    far = deploy(replace(view, worth=1e4 * view.worth)).values["deployment"]
    assert far.sum(axis=-1) == pytest.approx(np.ones(64))


def test_the_usual_split_is_a_rest_point_and_an_empty_place_stays_empty() -> None:
    view = views(3)
    usual = view.usual.copy()
    usual[:, KOR] = 0.0
    usual = usual / usual.sum(axis=-1, keepdims=True)
    still = replace(view, usual=usual, standing=usual, worth=view.start_worth, least=0.0 * usual)
    assert deploy(still).values["deployment"] == pytest.approx(usual, abs=1e-14)
    drawn = replace(still, worth=50.0 * view.worth)
    assert np.all(deploy(drawn).values["deployment"][:, KOR] == 0.0)


def test_v40_a_theater_without_forces_or_worth_leaves_the_others_alone() -> None:
    view = views(5)
    without = {n: np.delete(getattr(view, n), KOR, axis=1) for n in PLACES}
    empty = {n: getattr(view, n).copy() for n in PLACES}
    for n in PLACES:
        if n != "away":
            empty[n][:, KOR] = 0.0
    for n in ("usual", "standing"):
        without[n] = without[n] / without[n].sum(axis=-1, keepdims=True)
        empty[n] = empty[n] / empty[n].sum(axis=-1, keepdims=True)
    one = deploy(replace(view, **empty)).values["deployment"]
    two = deploy(replace(view, **without)).values["deployment"]
    assert np.delete(one, KOR, axis=1) == pytest.approx(two, abs=1e-12)


def test_more_is_at_stake_more_goes_there_and_what_must_stay_stays() -> None:
    view = replace(views(8), mobility=np.ones(64), least=np.zeros((64, 5)))
    least = view.start_worth.copy()
    least[:, TWN] -= 0.5
    more = replace(view, start_worth=least)
    before, after = (deploy(v).values["deployment"] for v in (view, more))
    assert np.all(after[:, TWN] > before[:, TWN])
    assert np.all(after[:, EUR] < before[:, EUR])
    held = deploy(replace(more, least=0.9 * view.standing)).values["deployment"]
    assert np.all(held >= 0.9 * view.standing - 1e-12)


def test_a_step_towards_the_aim_does_not_overshoot() -> None:
    """A long crisis: the force in it grows quarter by quarter to a level and stays there."""
    fixed = build(runs=6, limits={"lam_F": 4.0, "mob": 0.15})
    state = replace(begun(fixed), level=np.tile([1.0, 3.0, 1.0, 1.0], (6, 1)))
    path = []
    for number in range(16):
        state, _ = asked(fixed, state, number)
        path.append(state.deployment[:, who(fixed, "USA"), TWN])
    steps = np.diff(np.stack(path), axis=0)
    assert np.all(steps > -0.02)
    assert np.all(np.abs(steps[-3:]) < 0.02)


def test_one_rule_for_every_state_that_moves_forces() -> None:
    assert {deploy} == set(RULES["deploy"].values())


# ---- who moves, and what is asked of them


def asked(fixed: Setting, state: State, number: int = 3) -> tuple[State, DeployView]:
    seen: list[DeployView] = []

    def decide(question: str, view: Any, askers: Any, context: Any) -> Answer:
        seen.append(view)
        return decide_together(fixed.world.kinds)(question, view, askers, context)

    return forces.move(state, quarter(fixed, number, decide)), seen[0]


def test_movers_are_states_of_either_camp_in_more_than_one_place() -> None:
    fixed = build(runs=4)
    names = {fixed.world.actors[i] for i in posture.ground(fixed).movers}
    assert {"USA", "FRA", "GBR", "JPN", "AUS", "CHN", "RUS"} <= names
    assert not names & {"DEU", "TWN", "KOR", "PRK", "IDN", "IND", "ISL"}
    usual = posture.usual(fixed)
    assert usual.sum(axis=-1) == pytest.approx(np.ones(usual.shape[:2]))
    i = row(fixed, "USA")
    there = [fixed.futures.trait(f"location_{k}")[:, i] for k in THEATERS]
    assert usual[:, i, HOME] == pytest.approx(1.0 - sum(there))
    over = row(fixed, "FRA")
    sent = fixed.futures.by_theater("location")[:, over].sum(axis=-1)
    assert usual[:, over, EUR] == pytest.approx(
        fixed.futures.trait("location_europe")[:, over] / np.maximum(sent, 1.0)
    )


def test_the_status_quo_is_at_rest() -> None:
    fixed = build(runs=16, scenario="summit-cycle")
    state = start = begun(fixed)
    for number in range(6):
        state, _ = asked(fixed, state, number)
    assert state.deployment == pytest.approx(start.deployment, abs=1e-12)
    assert np.all(state.fill == 0.0)


def test_a_scenario_that_begins_in_a_crisis_draws_forces_to_it() -> None:
    fixed = build(runs=8, scenario="taiwan-quarantine")
    state, _ = asked(fixed, begun(fixed))
    top = who(fixed, "USA")
    assert np.all(state.deployment[:, top, TWN] > posture.usual_of_movers(fixed)[:, top, TWN])
    calm = replace(begun(fixed), level=np.ones((8, 4)))
    still, _ = asked(fixed, calm)
    assert still.deployment == pytest.approx(posture.usual_of_movers(fixed), abs=1e-12)


def test_v01_war_takes_forces_where_it_is_fought_and_nowhere_else() -> None:
    """What is left by place, arms times shares, is what stood there less `att` at the war."""
    fixed = build(runs=3, limits={"att": 0.12})
    state = rough(fixed, level=[1.0, 5.0, 1.0, 4.0], fighting=0.0)
    at = quarter(fixed, 3)
    left = 1.0 - arms.attrition(state, at)[:, posture.ground(fixed).movers, None]
    after = forces.after_losses(state, at) * left
    expected = state.deployment.copy()
    for a in ("USA", "JPN", "CHN"):
        expected[:, who(fixed, a), TWN] *= 0.88
    assert after == pytest.approx(expected, abs=1e-9)
    assert forces.after_losses(state, at).sum(axis=-1) == pytest.approx(np.ones((3, 9)))


RELEASE = acts(levers={"release": 0.6}, by=["USA"])
FLAG = acts(levers={"military": {"taiwan": 0.5, "south_china_sea": -0.4}}, by=["FRA", "USA"])


def test_released_forces_go_to_asia_or_leak_home() -> None:
    fixed = build(RELEASE, runs=3, limits={"leak": 0.3})
    state = rough(fixed, fighting=0.0)
    at, top = quarter(fixed, 3), who(fixed, "USA")
    force = stance.force(state, at, lag=1)
    released = forces.release(state, at, force)
    assert released[:, top] == pytest.approx(0.6 * state.fill)
    assert np.delete(released, top, axis=1).max() == 0.0
    got = forces.usual_split(state, at, force, released)
    start = posture.usual_of_movers(fixed)
    freed = start[:, top, EUR] * 0.6 * state.fill
    asia = start[:, top, 1:4] / start[:, top, 1:4].sum(axis=-1, keepdims=True)
    assert got[:, top, EUR] == pytest.approx(start[:, top, EUR] - freed)
    assert got[:, top, 1:4] == pytest.approx(start[:, top, 1:4] + 0.7 * freed[:, None] * asia)
    assert got[:, top, HOME] == pytest.approx(start[:, top, HOME] + 0.3 * freed)
    assert np.delete(got, top, axis=1) == pytest.approx(np.delete(start, top, axis=1))


def test_distant_allies_fly_the_flag_where_they_have_a_foothold() -> None:
    fixed = build(FLAG, runs=3, limits={"spare": 0.2})
    state = rough(fixed, fighting=0.0)
    at, fra, gbr = quarter(fixed, 3), who(fixed, "FRA"), who(fixed, "GBR")
    sent = forces.presence(state, at, stance.force(state, at, lag=1))
    ships = 0.2 * fixed.futures.trait("naval_air_share")[:, row(fixed, "FRA")]
    start = posture.usual_of_movers(fixed)
    assert sent[:, fra, TWN] == pytest.approx(0.5 * ships)
    assert sent[:, fra, SCS] == pytest.approx(-0.4 * start[:, fra, SCS])
    assert np.all(sent[:, fra, [EUR, KOR]] == 0.0)
    assert np.all(np.delete(sent, fra, axis=1) == 0.0)  # it moves no one else by itself
    got = forces.usual_split(state, at, stance.force(state, at, lag=1), 0.0 * start[..., 0])
    assert got[:, fra, EUR] == pytest.approx(start[:, fra, EUR] - sent[:, fra].sum(axis=-1))
    assert got[:, fra, TWN] == pytest.approx(start[:, fra, TWN] + 0.5 * ships)
    come = np.zeros_like(state.fighting)
    come[:, row(fixed, "GBR"), TWN] = 1.0
    fighting = forces.presence(replace(state, fighting=come), at, (np.zeros(3),))
    ships = 0.2 * fixed.futures.trait("naval_air_share")[:, row(fixed, "GBR")]
    assert fighting[:, gbr, TWN] == pytest.approx(ships)


def test_what_movers_look_at() -> None:
    fixed = build(
        RELEASE, runs=3, limits={"chi_draw": 0.4, "spare": 0.2, "lam_F": 1.7, "mob": 0.08}
    )
    state = rough(fixed, level=[1.0, 4.0, 1.0, 1.0], fighting=0.0)
    _, view = asked(fixed, state)
    top, start = who(fixed, "USA"), posture.usual_of_movers(fixed)
    assert [float(view.precision[0, 0]), float(view.mobility[0, 0])] == [1.7, 0.08]
    floor = (1.0 - 0.4 - 0.6 * state.fill) * start[:, top, EUR]
    assert view.least[:, top, EUR] == pytest.approx(np.maximum(floor, 0.0))
    assert view.least[:, :, TWN] == pytest.approx(view.standing[:, :, TWN])
    assert np.all(np.delete(view.least, (EUR, TWN), axis=-1) == 0.0)
    calm = asked(fixed, replace(state, level=np.full((3, 4), 3.0)))[1]
    kept = (1.0 - 0.6 * state.fill) * start[:, top, EUR]
    assert calm.least[:, top, EUR] == pytest.approx(kept)
    assert np.all(np.delete(calm.least, top, axis=1) == 0.0)
    fra = who(fixed, "FRA")
    ships = 0.2 * fixed.futures.trait("naval_air_share")[:, row(fixed, "FRA")]
    assert np.array_equal(view.away[0, fra], [0.0, 1.0, 1.0, 1.0, 0.0])
    assert view.away_limit[:, fra] == pytest.approx(
        np.maximum(ships, start[:, fra, 1:4].sum(axis=-1))
    )
    assert np.all(view.away[:, top] == 0.0)
    assert np.all(view.away_limit[:, top] == 1.0)
    assert np.all(view.worth[..., HOME] == 0.0)


def test_forces_are_worth_what_they_do_to_the_chance_to_prevail() -> None:
    """`MV = stake*F*dP/dF` against a numerical derivative, at the rung above the present one."""
    fixed = build(runs=3)
    state = rough(fixed, level=[1.0, 2.0, 1.0, 2.0], fighting=0.0)
    at = quarter(fixed, 3)
    got, top, tiny = forces.worth(state, at), who(fixed, "USA"), 1e-6
    chance = signals.fight_chance(state, at)
    local, power = at.p("local_share"), forces.pair_power(state, at)
    attack = forces.attack_power(state, at)

    def win(k: int, pairs: np.ndarray, attacking: np.ndarray) -> np.ndarray:
        rung = int(state.level[0, k]) + 1
        span = fixed.spans[k]
        defense = (chance[:, span, rung] * pairs[:, span]).sum(axis=-1) * local[:, k]
        ratio = (attacking[:, k] / defense) ** at.p("decisiveness")[:, 0]
        return ratio / (1.0 + ratio)

    for k in range(4):
        pair = fixed.pairs.index((row(fixed, "USA"), k))
        share = state.deployment[:, top, k]
        more = power.copy()
        more[:, pair] = more[:, pair] * (1.0 + tiny / share)
        slope = (win(k, power, attack) - win(k, more, attack)) / tiny
        stake = 10.0 * fixed.futures.stakes[:, row(fixed, "USA"), k]
        rung = fixed.ladder.prize[int(state.level[0, k]) + 1]
        assert got[:, top, k] == pytest.approx(stake * rung * slope, rel=1e-4)
    for a, k in (("CHN", TWN), ("CHN", SCS), ("RUS", EUR)):
        share = state.deployment[:, who(fixed, a), k]
        more = attack.copy()
        more[:, k] = more[:, k] * (1.0 + tiny / share)
        slope = (win(k, power, more) - win(k, power, attack)) / tiny
        rung = fixed.ladder.prize[int(state.level[0, k]) + 1]
        prize = at.p("prize_median")[:, k]
        assert got[:, who(fixed, a), k] == pytest.approx(prize * rung * slope, rel=1e-4)


def test_a_red_state_weighs_anothers_theater_by_its_solidarity() -> None:
    fixed = build(runs=3)
    state = rough(fixed, level=1.0, fighting=0.0)
    at, i = quarter(fixed, 3), row(fixed, "RUS")
    trust = fixed.futures.trait("bloc_solidarity")[:, i]
    own = trust * forces.own_power(state, at)[:, i, KOR]
    attack = forces.attack_power(state, at)[:, KOR]
    span = fixed.spans[KOR]
    sure = signals.fight_chance(state, at)[:, span, 2] * forces.pair_power(state, at)[:, span]
    defense = sure.sum(axis=-1) * at.p("local_share")[:, KOR]
    m = at.p("decisiveness")[:, 0]
    p = 1.0 / (1.0 + (defense / attack) ** m)
    part = own / (attack + own) / state.deployment[:, who(fixed, "RUS"), KOR]
    stake = 10.0 * fixed.futures.stakes[:, i, KOR]
    expected = stake * fixed.ladder.prize[2] * m * p * (1.0 - p) * part
    assert forces.worth(state, at)[:, who(fixed, "RUS"), KOR] == pytest.approx(expected, rel=1e-9)


def test_europe_fills_in_with_what_it_has_built() -> None:
    fixed = build(runs=3, limits={"tau_fill": 10.0})
    state = rough(fixed, capability=1.3)
    owned, top = fixed.futures.arms(), row(fixed, "USA")
    grown = 0.3 * owned[:, fixed.world.distant].sum(axis=-1)
    guard = owned[:, top] * posture.usual(fixed)[:, top, EUR]
    target = np.minimum(grown / guard, 1.0)
    got = forces.filled(state, quarter(fixed, 3))
    assert got == pytest.approx(state.fill + (target - state.fill) / 10.0)
    weak = forces.filled(replace(state, capability=0.9 * np.ones_like(state.capability)),
                         quarter(fixed, 3))  # fmt: skip
    assert weak == pytest.approx(0.9 * state.fill)
    strong = replace(state, capability=np.full_like(state.capability, 9.0), fill=np.ones(3))
    assert forces.filled(strong, quarter(fixed, 3)) == pytest.approx(np.ones(3))


# ---- power


def power_by_hand(fixed: Setting, state: State, actor: str, k: int) -> np.ndarray:
    """Power of one state in one theater, outside a fight."""
    i = row(fixed, actor)
    built = state.partner_capacity[:, i] - stocks.begin(fixed)["partner_capacity"][:, i]
    value = fixed.power[:, i, k] * state.capability[:, i] * (1.0 + 0.1 * built)
    if i in posture.ground(fixed).movers:
        value = value * state.deployment[:, who(fixed, actor), k] / posture.usual(fixed)[:, i, k]
    return value


def test_power_is_arms_times_where_they_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    fixed = build(runs=3, limits={"b_plan": 0.4})
    state = rough(fixed, level=1.0, war=[0.0, 1.0, 2.0])
    tied = np.array([0.6, 0.4, 0.2])
    monkeypatch.setattr(politics, "tied_share", lambda s, at: tied[s.war.astype(int)])
    monkeypatch.setattr(red_bloc, "arctic_power", lambda s, at: np.full(3, 0.07))
    kept, third = stocks.begin(fixed), np.full_like(state.burden, 0.3)
    monkeypatch.setattr(stocks, "begin", lambda at: kept | {"partner_capacity": third})
    at = quarter(fixed, 3)
    own = forces.own_power(state, at)
    for a, k in (("USA", TWN), ("CHN", SCS), ("TWN", TWN), ("KOR", KOR), ("AUS", SCS)):
        assert own[:, row(fixed, a), k] == pytest.approx(power_by_hand(fixed, state, a, k))
    free = power_by_hand(fixed, state, "RUS", EUR) * np.array([1.0, 0.6 / 0.4, 0.8 / 0.4])
    assert own[:, row(fixed, "RUS"), EUR] == pytest.approx(free)
    top = who(fixed, "USA")
    left = state.deployment[:, top, EUR] / posture.usual_of_movers(fixed)[:, top, EUR]
    absent = np.maximum(1.0 - state.capability[:, row(fixed, "USA")] * left, 0.0)
    assert absent.max() > 0.0
    planned = 1.0 + 0.4 * state.planning * absent
    for a in ("DEU", "FRA"):
        assert own[:, row(fixed, a), EUR] == pytest.approx(
            power_by_hand(fixed, state, a, EUR) * planned
        )
    attack = forces.attack_power(state, at)
    assert attack[:, EUR] == pytest.approx(1.07 * free)
    assert attack[:, TWN] == pytest.approx(power_by_hand(fixed, state, "CHN", TWN))
    west = own[:, fixed.world.western].sum(axis=1)
    assert forces.western_power(state, at) == pytest.approx(west)
    assert np.all(own[:, row(fixed, "DEU"), 1:] == 0.0)


def test_planning_adds_nothing_while_the_great_power_is_there() -> None:
    fixed = build(runs=3, limits={"b_plan": 0.5})
    state = replace(begun(fixed), planning=np.ones(3), capability=1.2 * begun(fixed).capability)
    got = forces.own_power(state, quarter(fixed, 3))
    assert got == pytest.approx(1.2 * fixed.power)


def test_outside_help_in_asia_depends_on_access(monkeypatch: pytest.MonkeyPatch) -> None:
    fixed = build(runs=3)
    state = rough(fixed, level=1.0)
    monkeypatch.setattr(alignment, "access", lambda s, at: np.full((3, 4), 0.8))
    at = quarter(fixed, 3)
    own, power = forces.own_power(state, at), forces.pair_power(state, at)
    for n, (i, k) in enumerate(fixed.pairs):
        outside = k != EUR and fixed.frontline[n] == 0.0
        assert power[:, n] == pytest.approx((0.8 if outside else 1.0) * own[:, i, k])


def test_supply_counts_where_there_is_a_fight() -> None:
    """By class: land on the first, ships and aircraft on the second, missiles on the third."""
    fixed = build(runs=3)
    state = rough(fixed, level=[1.0, 4.0, 1.0, 1.0], fighting=0.0, aiding=0.0)
    at = quarter(fixed, 3)
    supply, own = munitions.supply(state, at), forces.own_power(state, at)
    useful = fixed.futures.useful(fixed.ladder.type_matrix)
    for a in ("TWN", "CHN", "USA"):
        i = row(fixed, a)
        classes = [
            fixed.futures.trait(f"{n}_share")[:, i] for n in ("land", "naval_air", "missile")
        ]
        count = [s * useful[c][:, TWN] for c, s in enumerate(classes)]
        factor = sum(w * supply[:, i, c] for c, w in enumerate(count)) / sum(count)
        assert np.any(factor < 0.99)
        assert own[:, i, TWN] == pytest.approx(factor * power_by_hand(fixed, state, a, TWN))
    assert own[:, row(fixed, "USA"), KOR] == pytest.approx(power_by_hand(fixed, state, "USA", KOR))
    fra = own[:, row(fixed, "FRA"), TWN]  # stands there, but is not in the fight
    assert fra == pytest.approx(power_by_hand(fixed, state, "FRA", TWN))


def test_land_forces_are_worth_little_at_sea() -> None:
    fixed = build(runs=2, parameters={"e_land": 0.07})
    useful = fixed.futures.useful(fixed.ladder.type_matrix)
    assert np.all(useful[0][:, [TWN, SCS]] == 0.07)
    assert np.all(useful[0][:, [EUR, KOR]] == 1.0)
    mix = posture.mix(fixed)
    assert mix.sum(axis=-1) == pytest.approx(np.ones(mix.shape[:2]))


def test_power_is_worked_out_again_when_something_changed() -> None:
    fixed = build(runs=3)
    state, at = rough(fixed, level=1.0), quarter(fixed, 3)
    first = spot_power(state, at)
    assert spot_power(state, at) is first
    stronger = replace(state, capability=2.0 * state.capability)
    assert spot_power(stronger, at)[:, 5:9] == pytest.approx(
        spot_power(stronger, quarter(fixed, 3))[:, 5:9]
    )
    assert not np.array_equal(spot_power(stronger, at), first)


def test_v38_two_halves_have_the_power_of_the_whole() -> None:
    """Two neighbors alike in all but size: how their spending is split does not matter."""
    fixed = build(runs=3)
    names = ("EST", "LVA")
    table = {}
    for name, triple in fixed.world.traits.items():
        column = triple[1].copy()
        column[[row(fixed, a) for a in names]] = column[row(fixed, "EST")]
        table[name] = (column, column, column)

    def west(one: float, two: float) -> np.ndarray:
        money = table["milex_usd_bn"][1].copy()
        money[[row(fixed, a) for a in names]] = one, two
        world = replace(fixed.world, traits=table | {"milex_usd_bn": (money,) * 3})
        half = replace(fixed, world=world, futures=replace(fixed.futures, world=world), kept={})
        return forces.western_power(begun(half), quarter(half))

    assert west(1.2, 1.2) == pytest.approx(west(2.3, 0.1), rel=1e-12)


def test_v39_another_currency_changes_no_chance() -> None:
    fixed = build(runs=3)
    money = {
        n: tuple(7.0 * v for v in fixed.world.traits[n]) for n in ("gdp_usd_bn", "milex_usd_bn")
    }
    world = replace(fixed.world, traits=fixed.world.traits | money)
    other = replace(fixed, world=world, futures=replace(fixed.futures, world=world), kept={})
    one = contest.win_chance(begun(fixed), quarter(fixed))
    assert contest.win_chance(begun(other), quarter(other)) == pytest.approx(one, rel=1e-12)


# ---- what others read


def test_v28_a_larger_draw_down_leaves_less_in_europe() -> None:
    power = []
    for chi in (0.2, 0.6):
        fixed = build(runs=6, limits={"chi_draw": chi, "mob": 0.3, "lam_F": 3.0})
        level = np.tile([1.0, 4.0, 1.0, 1.0], (6, 1))
        state = replace(begun(fixed), level=level)
        for number in range(8):
            state, _ = asked(fixed, state, number)
        pair = fixed.pairs.index((row(fixed, "USA"), EUR))
        power.append(forces.pair_power(state, quarter(fixed, 9))[:, pair])
        left = state.deployment[:, who(fixed, "USA"), EUR]
        assert np.all(left >= (1.0 - chi) * posture.usual(fixed)[:, row(fixed, "USA"), EUR] - 1e-9)
    assert np.all(power[1] < power[0])


def test_the_contest_reads_the_power_of_now(monkeypatch: pytest.MonkeyPatch) -> None:
    fixed = build(runs=3)
    monkeypatch.setattr(assistance, "red_power", lambda s, at: np.zeros(()))
    state = replace(rough(fixed, level=1.0), resolve=np.zeros((3, len(fixed.pairs))))
    chance = contest.win_chance(begun(fixed), quarter(fixed))
    stronger = begun(fixed).capability.copy()
    stronger[:, fixed.world.western] *= 1.2
    armed = replace(begun(fixed), capability=stronger)
    assert np.all(contest.win_chance(armed, quarter(fixed)) < chance)
    at = quarter(fixed, 3)
    weight = signals.fight_chance(state, at) * forces.pair_power(state, at)[..., None]
    attack = forces.attack_power(state, at)[..., None] + assistance.red_power(state, at)
    for k, span in enumerate(fixed.spans):
        defense = weight[:, span].sum(axis=1) * at.p("local_share")[:, k : k + 1]
        p = 1.0 / (1.0 + (defense / attack[:, k]) ** at.p("decisiveness"))
        assert contest.win_chance(state, at)[:, k] == pytest.approx(p, rel=1e-9)


def test_the_effect_of_a_counter_move_is_the_slope_of_the_contest() -> None:
    """Against the chance worked out again with the state sure to fight."""
    fixed = build(runs=3)
    state = rough(fixed, level=3.0, fighting=0.0)
    at = quarter(fixed, 3)
    theater, level = fixed.pair_theater, np.full((3, len(fixed.pairs)), 3.0)
    chance, m = signals.fight_chance(state, at), at.p("decisiveness")
    p = contest.win_chance(state, at)[:, theater, 3]
    got = escalation._effect(p, chance, state, at)
    q = chance[..., 3]
    doubt = (1.0 - q) * forces.pair_power(state, at) * at.p("local_share")[:, theater]
    defense = np.empty_like(doubt)
    for k, span in enumerate(fixed.spans):
        sure = q[:, span] * forces.pair_power(state, at)[:, span]
        defense[:, span] = (sure.sum(axis=-1) * at.p("local_share")[:, k])[:, None]
    assert level.shape == got.shape
    assert got == pytest.approx(m * p * (1.0 - p) * doubt / (defense + doubt), rel=1e-6)


def test_threat_follows_the_reach_and_power_of_now() -> None:
    fixed = build(runs=3, limits={"reach_CN": 0.1, "g_reach": 0.02})
    state = rough(fixed, level=1.0)
    seen: list[Any] = []

    def decide(question: str, view: Any, askers: Any, context: Any) -> Answer:
        seen.append(view)
        return decide_together(fixed.world.kinds)(question, view, askers, context)

    at = quarter(fixed, 5, decide)
    beliefs.observe(state, at)
    view, own = seen[0], forces.own_power(state, at)
    assert np.array_equal(view.own_power, own)
    china = own[:, row(fixed, "CHN")]
    n = fixed.world.red.index(row(fixed, "CHN"))
    afar = 0.1 * china.max(axis=-1) * math.exp(0.02 * 5)
    assert view.reach[:, 0, n, EUR] == pytest.approx(china[:, EUR] + afar)
    assert view.reach[:, 0, n, 1:] == pytest.approx(china[:, 1:])
    assert view.reach[:, 0, -1] == pytest.approx(own[:, fixed.world.western].sum(axis=1))
    stronger = replace(state, capability=1.5 * state.capability)
    beliefs.observe(stronger, quarter(fixed, 5, decide))
    guarded = row(fixed, "TWN")
    assert np.all(
        seen[1].guaranteed_power[:, guarded, TWN] >= view.guaranteed_power[:, guarded, TWN]
    )
    assert assistance.delay(state, at).shape == (3, 4)


# ---- metrics


def test_the_read_outs_are_ratios_to_the_start() -> None:
    fixed = build(runs=3)
    at = quarter(fixed)
    after = forces.move(begun(fixed), at)
    for name in read_outs.MEANS:
        start = 0.15 if name == "interoperability" else 1.0
        assert at.notes["measured"][name] == pytest.approx(np.full(3, start)), name
    assert at.notes["measured"]["arms_race"] == pytest.approx(np.zeros(3), abs=1e-12)
    assert after.deployment.shape == begun(fixed).deployment.shape


def test_the_read_outs_by_hand() -> None:
    fixed = build(runs=3)
    state, at = rough(fixed, level=1.0), quarter(fixed, 4)
    after = forces.move(state, at)
    got, top = at.notes["measured"], who(fixed, "USA")
    start = posture.usual_of_movers(fixed)[:, top]
    now = after.capability[:, row(fixed, "USA"), None] * after.deployment[:, top]
    assert got["us_forces_europe"] == pytest.approx(now[:, EUR] / start[:, EUR])
    asia = slice(1, 4)
    assert got["us_resources_asia"] == pytest.approx(
        now[:, asia].sum(axis=-1) / start[:, asia].sum(axis=-1)
    )
    europeans = fixed.world.distant
    ready = forces.own_power(after, quarter(fixed, 4))[:, europeans, EUR].sum(axis=-1)
    guard = stockpile.arms(fixed)[:, row(fixed, "USA")] * start[:, EUR]
    base = fixed.power[:, europeans, EUR].sum(axis=-1)
    assert got["european_readiness"] == pytest.approx((ready + after.fill * guard) / base)
    makers = europeans | fixed.world.groups["IP4"]
    made = state.output[:, makers].sum(axis=(1, 2))
    assert got["defence_industry"] == pytest.approx(
        made / stockpile.usual_output(fixed)[:, makers].sum(axis=(1, 2))
    )
    assert np.array_equal(got["interoperability"], state.interchange[:, 1])
    region = fixed.world.together(["IP4", "ASEAN", "CHN", "RUS", "PRK", "TWN"])
    size = arms.gdp(quarter(fixed, 4))[:, region]
    rise = state.burden[:, region] - arms.start_burden(fixed)[:, region]
    assert got["arms_race"] == pytest.approx((size * rise).sum(axis=-1) / size.sum(axis=-1))


def test_metrics_are_means_over_quarters_and_the_race_over_the_last_year() -> None:
    fixed = build(runs=2)
    luck = np.random.default_rng(1)
    history = {n: luck.uniform(size=(2, 9)) for n in (*read_outs.MEANS, "arms_race")}
    got = read_outs.measure(history, begun(fixed), fixed)
    for name in read_outs.MEANS:
        assert got[name] == pytest.approx(history[name].mean(axis=-1))
    assert got["arms_race"] == pytest.approx(history["arms_race"][:, 5:].mean(axis=-1))


# ---- in words


def test_large_moves_and_steps_of_a_budget_are_told() -> None:
    spend = acts(levers={"spend": 2.0}, by=["DEU"])
    model = WargameModel(fixed=build(spend, runs=1, quarters=6, scenario="taiwan-quarantine"))
    told: list[str] = []
    for number in range(6):
        before = model.state
        model.step()
        at = quarter(model.fixed, number)
        made = [TELL[d["question"]](d, before, at) for d in model.decisions
                if d["question"] in TELL]  # fmt: skip
        told += [e.text for e in made if e is not None]
    for words in (
        r"Germany raises defense spending to (1\.[89]|2\.\d) % of GDP",
        r"United States moves \d+% of its forces to the Taiwan",
    ):
        assert any(re.match(words, text) for text in told), words


def test_running_short_at_war_is_told_once() -> None:
    fixed = build(runs=1, limits={"need": 0.4})
    before = replace(begun(fixed), level=np.array([[1.0, 3.0, 1.0, 1.0]]))
    after = replace(before, level=np.array([[1.0, 4.0, 1.0, 1.0]]),
                    munitions=0.5 * before.munitions)  # fmt: skip
    told = [e.text for e in NEWS[0](before, after, quarter(fixed))]
    assert any(t.startswith("Taiwan runs short of munitions") for t in told)
    assert [] == NEWS[0](after, after, quarter(fixed))
    assert [] == NEWS[0](after, before, quarter(fixed))

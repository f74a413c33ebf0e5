"""M10 The ladder: steps (V7), a known chain (V16), and who answers how."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from agents.rules.respond import respond
from mechanisms import acts, begun, build, play, quarter, random_view
from simulator import draws
from simulator.mechanisms import escalation
from simulator.phase import Quarter
from simulator.questions import RespondView
from simulator.setting import Setting
from simulator.state import State

HELD, CONCEDED, COUNTERED = 0.0, -1.0, 1.0


def moved(
    fixed: Setting, level: np.ndarray, move: np.ndarray, response: float = HELD, number: int = 0
) -> tuple[State, Quarter]:
    """One step of the ladder from given levels, moves and answers."""
    at = quarter(fixed, number)
    at.notes["move"] = move
    at.notes["response"] = np.full((len(level), len(fixed.pairs)), response)
    at.notes["tied_audience"] = np.zeros_like(level)
    return escalation.move_levels(replace(begun(fixed), level=level), at), at


def test_v7_levels_change_by_one_or_by_a_jump() -> None:
    """From recorded runs: one rung a quarter, two by a jump, and wars end at level 1."""
    hot = {"trigger_rate": 0.5, "step_cost": 0.0, "jump_cost": 0.0, "accident_hazard": 0.3}
    fixed = build(runs=96, quarters=16, scenario="taiwan-quarantine", parameters=hot)
    levels, moves = [np.zeros((96, 4)) + fixed.start_level], []

    def watch(state: State, at: Quarter) -> None:
        levels.append(state.level)
        moves.append(at.notes["move"])

    play(fixed, watch)
    path, move = np.stack(levels), np.stack(moves)
    before, change = path[:-1], np.diff(path, axis=0)
    assert np.all((path >= 0.0) & (path <= 5.0) & (path == np.floor(path)))
    peace = (before == 5.0) & (path[1:] == 1.0)
    assert np.all((np.abs(change) <= 1.0) | ((change == 2.0) & (move == 2.0)) | peace)
    assert np.all(((change == 0.0) | peace)[before == 5.0])
    for seen in (change == 2.0, change == -1.0, peace, (change == 1.0) & (move < 1.0)):
        assert seen.any()


@pytest.mark.parametrize("response", [HELD, CONCEDED, COUNTERED])
@pytest.mark.parametrize("accident", [0.0, 1.0])
@pytest.mark.parametrize("off_ramp", [0.0, 1.0])
def test_v7_accidents_come_first_and_off_ramps_only_without_a_rise(
    accident: float, off_ramp: float, response: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every level and move, with accidents and off-ramps sure or impossible (model.md 3.11)."""
    fixed = build(runs=24)
    level = np.repeat(np.repeat(np.arange(6.0), 4)[:, None], 4, axis=1)
    move = np.repeat(np.tile([-1.0, 0.0, 1.0, 2.0], 6)[:, None], 4, axis=1)
    for name, chance in (("accident", accident), ("offramp", off_ramp)):
        monkeypatch.setattr(escalation, f"chance_of_{name}",
                            lambda state, at, p=chance: np.full_like(state.level, p))  # fmt: skip
    state, at = moved(fixed, level, move, response)
    down = (off_ramp == 1.0) | (response == CONCEDED)
    for n in range(24):
        for k in range(4):
            l0, m = level[n, k], move[n, k]
            if l0 == 5.0:
                assert state.level[n, k] in (1.0, 5.0)
                continue
            if accident == 1.0 and l0 >= 1.0:
                expected = l0 + max(m, 1.0)
            elif down and m < 1.0 and l0 >= 2.0:
                expected = l0 - 1.0
            else:
                expected = l0 + m
            assert min(max(expected, 0.0), 5.0) == state.level[n, k]
    rose = at.notes["rose"] > 0.0
    red = [state.incidents[:, j, k] for k, j in enumerate(fixed.world.challenger_target)]
    assert np.array_equal(np.stack(red, axis=-1), rose.astype(float))
    assert np.array_equal(state.incidents[:, -1], (rose & at.notes["accident"]).astype(float))


@pytest.mark.parametrize("response", [HELD, COUNTERED])
@pytest.mark.parametrize("theater", range(4))
def test_nobody_concedes_where_nobody_attacked_does(theater: int, response: float) -> None:
    fixed = build(runs=50, limits={f"o0_{n}": 0.0 for n in (2, 3, 4)} | {"h0_2": 0.0})
    level = np.full((50, 4), 2.0)
    state, at = moved(fixed, level, np.zeros((50, 4)), response)
    assert not at.notes["conceded"][:, theater].any()
    assert np.array_equal(state.level[:, theater], level[:, theater])


FLAT = {"b_dens": 0.0, "b_sp": 0.0, "b_ch": 0.0, "b_med": 0.0, "b_lock": 0.0, "b_pain": 0.0}
UP, DOWN = (0.05, 0.12, 0.2, 0.3), (0.3, 0.2, 0.15)


def chain(war_length: float) -> np.ndarray:
    """The transition matrix of the ladder with constant hazards and idle governments."""
    up = {n + 1: 1.0 - np.exp(-h) for n, h in enumerate(UP)}
    down = {n + 2: 1.0 - np.exp(-h) for n, h in enumerate(DOWN)}
    matrix = np.zeros((6, 6))
    for n in range(5):
        rise = up.get(n, 0.0)
        fall = (1.0 - rise) * down.get(n, 0.0)
        matrix[n, n] += 1.0 - rise - fall
        matrix[n, min(n + 1, 5)] += rise
        matrix[n, max(n - 1, 0)] += fall
    ends = 1.0 - 0.5 ** (1.0 / war_length)
    matrix[5, 5], matrix[5, 1] = 1.0 - ends, ends
    return matrix


@pytest.mark.parametrize("start", [1.0, 2.0, 3.0, 5.0])
def test_v16_constant_hazards_give_the_power_of_the_chain(start: float) -> None:
    """Levels after 1, 4 and 8 quarters against the matrix power, by chi-square."""
    limits = FLAT | {f"h0_{n + 1}": h for n, h in enumerate(UP)} | {"T_war": 3.0}
    limits |= {f"o0_{n + 2}": h for n, h in enumerate(DOWN)}
    fixed = build(runs=1500, limits=limits)
    level, matrix = np.full((1500, 4), start), chain(3.0)
    for number in range(8):
        level = moved(fixed, level, np.zeros_like(level), HELD, number)[0].level
        if number in (0, 3, 7):
            law = np.linalg.matrix_power(matrix, number + 1)[int(start)]
            seen = np.bincount(level.astype(int).ravel(), minlength=6)
            assert not seen[law == 0.0].any()
            expected = law[law > 0.0] * seen.sum()
            statistic = ((seen[law > 0.0] - expected) ** 2 / expected).sum()
            assert statistic < stats.chi2.isf(1e-4, max(int((law > 0.0).sum()) - 1, 1))


def hazards(change: dict[str, Any], response: float = HELD) -> tuple[np.ndarray, np.ndarray]:
    """Chances of accident and off-ramp at level 3 with some part of the state changed."""
    fixed = build(runs=50)
    at, state = quarter(fixed), begun(fixed)
    at.notes["response"] = np.full((50, len(fixed.pairs)), response)
    at.notes["tied_audience"] = np.zeros((50, 4)) + change.pop("tied", 0.0)
    state = replace(state, level=np.full((50, 4), 3.0))
    state = replace(state, **{n: np.zeros_like(getattr(state, n)) + v for n, v in change.items()})
    return escalation.chance_of_accident(state, at), escalation.chance_of_offramp(state, at)


BASE = hazards({})


def test_v25_accidents_rise_with_contact_and_suspicion_and_fall_with_channels() -> None:
    assert np.all(hazards({"visibility": 0.9, "military": 0.9})[0] > BASE[0])
    assert np.all(hazards({}, COUNTERED)[0] > BASE[0])
    assert np.all(hazards({"belief": 3.0})[0] > hazards({"belief": -3.0})[0])
    assert np.all(hazards({"channel": 0.9})[0] < hazards({"channel": 0.0})[0])


def test_off_ramps_open_with_channels_and_close_with_ties_and_crowding() -> None:
    assert np.all(hazards({"channel": 0.9})[1] > hazards({"channel": 0.0})[1])
    assert np.all(hazards({"tied": 1.0})[1] < BASE[1])
    assert np.all(hazards({"visibility": 0.9})[1][:, 1:] < BASE[1][:, 1:])
    assert np.array_equal(hazards({"visibility": 0.9})[1][:, 0], BASE[1][:, 0])


def generic() -> tuple[Setting, Quarter, State]:
    """Level 3 everywhere and nothing that the hazards read at rest."""
    fixed, luck = build(runs=20), np.random.default_rng(4)
    at, state = quarter(fixed), begun(fixed)
    at.notes["response"] = np.full((20, len(fixed.pairs)), COUNTERED)
    at.notes["tied_audience"] = luck.uniform(0.1, 0.5, (20, 4))
    names = ("visibility", "military", "channel", "procedures", "belief", "alignment",
             "forum_record", "europe_standing")  # fmt: skip
    made = {n: luck.uniform(0.2, 0.6, getattr(state, n).shape) for n in names}
    return fixed, at, replace(state, level=np.full((20, 4), 3.0), **made)


def test_the_hazard_of_accidents_by_hand() -> None:
    fixed, at, state = generic()
    p = {n: fixed.p(n)[:, 0] for n in ("density_slope", "spiral_slope", "channel_slope")}
    got = escalation.chance_of_accident(state, at)
    for k, i in enumerate(fixed.world.challenger):
        contact = (state.visibility[..., k] * state.military[..., k]).sum(axis=-1) + 1.0
        spiral = 1.0 / (1.0 + np.exp(-state.belief[:, i, -1])) - 0.5
        talk = state.channel[:, k] + 0.5 * state.procedures[:, k]
        slope = (
            p["density_slope"] * contact + p["spiral_slope"] * spiral - p["channel_slope"] * talk
        )
        hazard = fixed.p("accident_hazard")[:, 3] * np.exp(slope)
        assert got[:, k] == pytest.approx(1.0 - np.exp(-hazard), abs=1e-14)


def test_the_hazard_of_off_ramps_by_hand() -> None:
    fixed, at, state = generic()
    p = {n: fixed.p(n)[:, 0] for n in ("mediation", "lock_in", "target_tie", "pain_slope",
         "asian_mediation", "europe_mediation", "europe_standing_start")}  # fmt: skip
    got = escalation.chance_of_offramp(state, at)
    own = fixed.world.groups["ASEAN"]
    start = fixed.futures.trait("start_alignment")[:, own].std(axis=-1)
    unity = (1.0 - state.alignment[:, own].std(axis=-1)) / (1.0 - start) * state.forum_record[:, 2]
    assert np.all(unity < 1.0)
    for k in range(4):
        outside = state.visibility[:, -1, k] * state.military[:, -1, k]
        mediation = p["asian_mediation"] * unity * (1.0 - outside)
        gained = state.europe_standing - p["europe_standing_start"]
        mediation = (mediation + p["europe_mediation"] * gained) * (k > 0) + 0.5 * state.channel[
            :, k
        ]
        tied = (1.0 + p["target_tie"]) * at.notes["tied_audience"][:, k]
        pain = fixed.challenger_loss[:, k, 3]
        slope = p["mediation"] * mediation - p["lock_in"] * tied + p["pain_slope"] * pain
        hazard = fixed.p("off_ramp")[:, 3] * np.exp(slope)
        assert got[:, k] == pytest.approx(1.0 - np.exp(-hazard), abs=1e-14)


def test_procedures_prevent_accidents_and_unity_and_standing_open_off_ramps() -> None:
    assert np.all(hazards({"procedures": 0.9})[0] < hazards({"procedures": 0.1})[0])
    for name in ("forum_record", "europe_standing"):
        more, less = hazards({name: 0.9})[1], hazards({name: 0.1})[1]
        assert np.all(more[:, 1:] > less[:, 1:])
        assert np.array_equal(more[:, 0], less[:, 0])


def test_pain_opens_off_ramps() -> None:
    low, high = (build(runs=50, limits={"b_pain": b}) for b in (0.0, 0.1))
    chances = []
    for fixed in (low, high):
        at = quarter(fixed)
        at.notes["tied_audience"] = np.zeros((50, 4))
        state = replace(begun(fixed), level=np.full((50, 4), 4.0))
        chances.append(escalation.chance_of_offramp(state, at))
    assert np.all(chances[1] > chances[0])


@given(st.floats(0.1, 20.0))
def test_chances_are_probabilities(scale: float) -> None:
    for chance in hazards({"channel": scale, "belief": scale, "tied": scale, "visibility": scale}):
        assert np.all((chance >= 0.0) & (chance <= 1.0))


RUNS = 400
MORE = {"saved": -1, "audience": 1, "at_stake": 1, "effect": 1, "counter_cost": -1}


def views(seed: int) -> RespondView:
    luck = np.random.default_rng(seed)
    view = random_view(RespondView, seed, {"": (RUNS,)})
    gumbel = draws.gumbel(luck.uniform(size=(RUNS, 3)))
    return replace(view, level=luck.integers(0, 6, RUNS).astype(float), gumbel=gumbel,
                   precision=0.5 + view.precision)  # fmt: skip


@pytest.mark.parametrize("name", MORE)
@given(st.integers(0, 2**31))
def test_what_makes_defenders_stand(name: str, seed: int) -> None:
    view = views(seed)
    before = respond(view).choice
    after = respond(replace(view, **{name: getattr(view, name) + 1.0})).choice
    assert np.all(MORE[name] * (after - before) >= 0.0)
    assert np.any(after != before)


@given(st.integers(0, 2**31), st.permutations(range(RUNS)))
def test_v31_permuting_defenders_permutes_their_answers(seed: int, order: list[int]) -> None:
    view = views(seed)
    permuted = replace(view, **{n: v[order] for n, v in view.__dict__.items()})
    assert np.array_equal(respond(view).choice[order], respond(permuted).choice)


@given(st.integers(0, 2**31))
def test_below_level_two_there_is_nothing_to_answer(seed: int) -> None:
    view = views(seed)
    assert not respond(view).choice[view.level < 2.0].any()
    assert np.all(respond(view).choice[view.level == 5.0] >= 0.0)


def test_a_commitment_is_not_needed_for_bystanders_to_stay_out() -> None:
    """Who is neither attacked nor bound neither concedes nor fights."""
    fixed = build(acts(levers={"commitment": 1.0}), runs=50)
    at = quarter(fixed, 1)
    state = replace(begun(fixed), level=np.full((50, 4), 3.0))
    at.notes["win"] = np.full((50, 4, 6), 0.5)
    at.notes["tied_audience"] = np.zeros((50, 4))
    escalation.respond(state, at)
    free = (fixed.bond == 0.0) & (fixed.frontline == 0.0)
    assert not at.notes["response"][free].any()
    assert at.notes["response"][~free].any()


def backs_down(response: float) -> tuple[State, Quarter]:
    """The ladder at level 3 with every answer the same and everything else idle."""
    fixed = build(runs=50, limits={f"o0_{n}": 0.0 for n in (2, 3, 4)} | {"h0_3": 0.0})
    level = np.full((50, 4), 3.0)
    return moved(fixed, level, np.zeros((50, 4)), response)


def test_a_concession_feeds_the_challenger() -> None:
    """Level falls by one, and its passing will by what it got (model.md M10 step 2)."""
    (held, _), (gave, at) = backs_down(HELD), backs_down(CONCEDED)
    assert np.all(held.level == 3.0)
    assert np.all(gave.level == 2.0)
    expected = -at.setting.ladder.prize[3] * at.setting.prize
    assert gave.shock - held.shock == pytest.approx(expected)


def answers() -> tuple[State, State, Quarter]:
    fixed = build(runs=100)
    at = quarter(fixed)
    before = replace(begun(fixed), level=np.full((100, 4), 3.0))
    at.notes["win"] = np.full((100, 4, 6), 0.5)
    at.notes["tied_audience"] = np.zeros((100, 4))
    return before, escalation.respond(before, at), at


def test_who_backs_down_is_believed_less_and_who_fights_is_remembered() -> None:
    before, after, at = answers()
    gave_in = at.notes["response"] == CONCEDED
    change = after.resolve - before.resolve
    penalty = np.broadcast_to(at.p("split_penalty"), change.shape)
    assert gave_in.any()
    assert change[gave_in] == pytest.approx(-penalty[gave_in])
    assert not change[~gave_in].any()
    assert np.array_equal(after.countered == 1.0, at.notes["response"] == COUNTERED)


def test_fighting_is_worth_most_to_the_strong_whose_coming_is_in_doubt() -> None:
    fixed = build(runs=50)
    at, shape = quarter(fixed), (50, len(fixed.pairs))
    state = replace(begun(fixed), level=np.full((50, 4), 3.0))
    evens = np.full(shape, 0.5)
    doubted, sure = (
        escalation._effect(evens, np.full((*shape, 6), q), state, at) for q in (0.2, 1.0)
    )
    assert np.all(doubted >= 0.0)
    assert doubted.mean() > 0.0
    assert not sure.any()
    for span in fixed.spans:
        power, effect = fixed.pair_power[:, span], doubted[:, span]
        order = np.argsort(power, axis=-1)
        assert np.all(np.diff(np.take_along_axis(effect, order, axis=-1), axis=-1) >= -1e-12)

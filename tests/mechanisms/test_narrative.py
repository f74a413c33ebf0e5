"""M16 Narrative contest: Friedkin-Johnsen's fixed point (V13), both camps alike (V32), at rest."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mechanisms import acts, begun, build, quarter, row
from simulator.contracts import Policy
from simulator.mechanisms import narrative, stance, stocks
from simulator.phase import Quarter
from simulator.setting import Setting
from simulator.state import State
from simulator.telling.society import NEWS

RUNS = 5
TALK = acts("talk", {"narrative": {"taiwan": 0.5, "south_china_sea": 0.9}}, by=["NATO"])
STORY = acts("story", {"narrative": {"korea": 0.3, "south_china_sea": 0.8}}, by=["CHN", "RUS"])


def with_traits(fixed: Setting, **traits: float) -> Setting:
    """The same with a trait set to one value for all."""
    for name, value in traits.items():
        fixed.futures._traits[name] = np.zeros_like(fixed.futures._traits[name]) + value
    return fixed


def in_force(fixed: Setting, state: State, number: int = 0) -> Quarter:
    at = quarter(fixed, number)
    at.notes["force"] = stance.force(state, at)
    return at


def stirred(fixed: Setting, seed: int = 0) -> State:
    """A state in which nothing that narratives read is at rest."""
    state, luck = begun(fixed), np.random.default_rng(seed)
    names = ("visibility", "military", "exclusiveness", "trust", "resilience", "un_sway",
             "cohesion", "incidents")  # fmt: skip
    made = {n: luck.uniform(0.1, 0.9, getattr(state, n).shape) for n in names}
    for name in ("opinion", "anchor"):
        made[name] = luck.uniform(-0.5, 0.5, getattr(state, name).shape)
    return replace(state, **made)


def matrix(fixed: Setting) -> np.ndarray:
    """The whole influence matrix, actor by actor."""
    shares, ties = narrative.influence(fixed)
    return np.einsum("ig,gj->ij", ties, shares)


def after_quarters(fixed: Setting, state: State, quarters: int) -> State:
    for number in range(quarters):
        state = narrative.spread(state, in_force(fixed, state, number))
    return state


# ---- V13: who listens to whom


def test_influence_is_row_stochastic_and_red_states_have_no_say_in_it() -> None:
    fixed = build(runs=2)
    whole = matrix(fixed)
    assert whole.sum(axis=1) == pytest.approx(1.0, abs=1e-12)
    assert np.all(whole >= 0.0)
    assert not whole[:, list(fixed.world.red)].any()


def test_influence_by_hand() -> None:
    """Size times the overlap of my stakes with the mean stakes of the speaker's kind."""
    fixed = build(runs=2)
    world, whole = fixed.world, matrix(fixed)
    size = world.trait("size")
    stakes = np.stack([world.trait(f"stake_{k}") for k in ("europe", "taiwan", "korea",
                       "south_china_sea")], axis=-1)  # fmt: skip
    for listener in ("VNM", "DEU", "JPN", "IND"):
        i, raw = row(fixed, listener), np.zeros(len(size))
        for j in range(len(size)):
            if world.sides[j] != "red":
                kin = [n for n, kind in enumerate(world.kinds) if kind == world.kinds[j]]
                places = (size[kin, None] * stakes[kin]).sum(axis=0) / size[kin].sum()
                raw[j] = size[j] * (stakes[i] @ places + 1e-9)
        assert whole[i] == pytest.approx(raw / raw.sum(), abs=1e-12)
    own, other = row(fixed, "IDN"), row(fixed, "DEU")
    assert whole[row(fixed, "VNM"), own] > whole[row(fixed, "VNM"), other]


SILENT: dict[str, Any] = {"runs": RUNS, "limits": {"v_un": 0.0, "k_anch": 0.0}}


def test_v13_opinions_settle_where_a_linear_solve_says() -> None:
    """Without sources: `(I - S*(1-m)*W)^-1 (I - S)*anchor`; red states hold theirs."""
    fixed = with_traits(build(**SILENT), narrative_output=0.0)
    state = stirred(fixed)
    settled = after_quarters(fixed, state, 200)
    whole, red = matrix(fixed), list(fixed.world.red)
    m = fixed.p("media_weight")
    ear = fixed.futures.trait("susceptibility") * (1.0 - 0.5 * state.resilience)
    for r in range(RUNS):
        s = np.diag(ear[r])
        expected = np.linalg.solve(
            np.eye(len(s)) - (1.0 - m[r]) * s @ whole, (1.0 - ear[r]) * state.anchor[r]
        )
        expected[red] = state.opinion[r, red]
        assert settled.opinion[r] == pytest.approx(expected, abs=1e-10)


def test_v13_the_open_minded_agree_in_the_end() -> None:
    free = SILENT | {"limits": {"v_un": 0.0, "m_src": 0.0, "s_res_op": 0.0}}
    fixed = with_traits(build(**free), narrative_output=0.0, susceptibility=1.0)
    state = stirred(fixed)
    free_rows = [i for i in range(len(fixed.world.actors)) if i not in fixed.world.red]
    end = after_quarters(fixed, state, 150).opinion[:, free_rows]
    assert np.ptp(end, axis=-1) == pytest.approx(0.0, abs=1e-6)
    start = state.opinion[:, free_rows]
    assert np.all((end[:, 0] > start.min(axis=-1)) & (end[:, 0] < start.max(axis=-1)))


def test_v13_the_stubborn_stay_at_their_anchor() -> None:
    fixed = with_traits(build(runs=RUNS), susceptibility=0.0)
    state = stirred(fixed)
    after = narrative.spread(state, in_force(fixed, state))
    free = [i for i in range(len(fixed.world.actors)) if i not in fixed.world.red]
    assert np.array_equal(after.opinion[:, free], state.anchor[:, free])
    assert np.array_equal(narrative.start_anchor(fixed), fixed.futures.trait("start_opinion"))


# ---- one quarter by hand


def test_an_opinion_by_hand() -> None:
    """What one is told and what one returns to, with sources of both sides."""
    fixed = build(TALK, STORY, runs=RUNS)
    state = stirred(fixed)
    at = in_force(fixed, state)
    after, f = narrative.spread(state, at), fixed.futures
    m, width = fixed.p("media_weight")[:, 0], 1.2
    whole, red_rows = matrix(fixed), list(fixed.world.red)
    standing = f.trait("narrative_output")[:, red_rows].sum(axis=-1)
    pairs = [(0, 1), (0, 2), (1, 2)]
    n = pairs.index((0, 1))  # the challengers in Asia and in Europe
    for i in (row(fixed, "VNM"), row(fixed, "POL"), row(fixed, "AUS")):
        o, trust, st_ = state.opinion[:, i], state.trust[:, i], f.stakes[:, i]
        mine = 0.5 * st_[:, 1] + 0.9 * st_[:, 3]
        theirs = 0.3 * st_[:, 2] + 0.8 * st_[:, 3]
        red = standing + 0.2 * state.un_sway + (1.0 - np.exp(-theirs)) * (1.0 - trust)
        red = red * (1.0 + 0.5 * state.cohesion[:, n])
        west = (1.0 - np.exp(-mine)) * trust
        sources = red * np.exp(-(((1.0 - o) / width) ** 2))
        sources = sources - west * np.exp(-(((1.0 + o) / width) ** 2))
        told = (1.0 - m) * (state.opinion * whole[i]).sum(axis=-1) + m * sources
        ear = f.trait("susceptibility")[:, i] * (1.0 - 0.5 * state.resilience[:, i])
        expected = ear * told + (1.0 - ear) * state.anchor[:, i]
        assert after.opinion[:, i] == pytest.approx(expected, abs=1e-12)
    assert np.array_equal(after.opinion[:, red_rows], state.opinion[:, red_rows])
    assert len({*np.round(standing, 12)}) > 1


def test_the_start_anchor_by_hand() -> None:
    """The anchor at which the start is a rest point: `(o0 - s*told0)/(1 - s)`."""
    fixed = build(TALK, runs=RUNS)
    f, m, i = fixed.futures, fixed.p("media_weight")[:, 0], row(fixed, "IDN")
    start = stocks.begin(fixed)
    o = f.trait("start_opinion")
    red = f.trait("narrative_output")[:, list(fixed.world.red)].sum(axis=-1)
    cohesion = narrative.red_bloc.begin(fixed)["cohesion"][:, 0]
    red = (red + 0.2 * start["un_sway"]) * (1.0 + 0.5 * cohesion)
    told = (1.0 - m) * (o * matrix(fixed)[i]).sum(axis=-1)
    told = told + m * red * np.exp(-(((1.0 - o[:, i]) / 1.2) ** 2))
    ear = f.trait("susceptibility")[:, i] * (1.0 - 0.5 * start["resilience"][:, i])
    expected = (o[:, i] - ear * told) / (1.0 - ear)
    assert narrative.start_anchor(fixed)[:, i] == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("stories", [(), (TALK,), (STORY,)])
def test_the_status_quo_is_at_rest(stories: tuple[Policy, ...]) -> None:
    """With no incidents and no policy nothing moves; with a campaign it does, away from it."""
    fixed = build(*stories, runs=RUNS)
    start = begun(fixed)
    end = after_quarters(fixed, start, 20)
    asian = narrative.alignment.in_asia(fixed.world)
    moved = narrative.shift(end, quarter(fixed, 20))[:, asian]
    if not stories:
        for name in ("opinion", "anchor", "trust"):
            assert getattr(end, name) == pytest.approx(getattr(start, name), abs=1e-12)
    else:
        assert np.all(moved < -1e-4) if stories == (TALK,) else np.all(moved > 1e-4)


def test_a_campaign_with_an_audience_is_heard_by_it_alone() -> None:
    fixed = build(replace(TALK, to=["VNM"]), runs=RUNS)
    none = build(runs=RUNS)
    state = begun(fixed)
    heard = narrative.spread(state, in_force(fixed, state)).opinion
    base = narrative.spread(begun(none), in_force(none, begun(none))).opinion
    changed = np.flatnonzero((heard != base).any(axis=0)).tolist()
    assert changed == [row(fixed, "VNM")]


@given(st.integers(0, 2**31))
def test_v32_swapping_the_camps_mirrors_what_is_told(seed: int) -> None:
    fixed, luck = SHARED, np.random.default_rng(seed)
    opinion = luck.uniform(-1.0, 1.0, (RUNS, len(fixed.world.actors)))
    red, west = luck.uniform(size=(2, RUNS, opinion.shape[1]))
    told = narrative.hear(opinion, red, west, fixed)
    assert told == pytest.approx(-narrative.hear(-opinion, west, red, fixed), abs=1e-14)


SHARED = build(runs=RUNS)


def test_v32_campaigns_of_either_side_are_believed_as_far_as_it_is() -> None:
    """The same effort, and trust turned around: what one side gains the other would."""
    same = {"narrative": {"south_china_sea": 0.7}}
    mine = build(acts("a", same, by=["USA"]), runs=RUNS)
    theirs = build(acts("a", same, by=["CHN"]), runs=RUNS)
    state = stirred(mine)
    none = build(runs=RUNS)
    quiet = narrative.voices(state, in_force(none, state))
    west = narrative.voices(state, in_force(mine, state))[1] - quiet[1]
    turned = replace(state, trust=1.0 - state.trust, cohesion=np.zeros_like(state.cohesion))
    calm = narrative.voices(turned, in_force(none, turned))
    red = narrative.voices(turned, in_force(theirs, turned))[0] - calm[0]
    assert west == pytest.approx(red, abs=1e-12)
    assert np.all(west[:, row(mine, "VNM")] > 0.0)


# ---- what provokes


def test_an_anchor_by_hand() -> None:
    """`anchor + .1*(anchor0 + w_ev*(West - red) - anchor)`, presence and incidents from start."""
    fixed = build(runs=RUNS, calibrated=True)
    state = stirred(fixed)
    after = narrative.spread(state, in_force(fixed, state))
    p = {n: fixed.p(n)[:, 0] for n in ("civil_visibility", "event_weight", "theater_contagion")}
    start, rest = fixed.ladder.stance, narrative.start_anchor(fixed)
    usual = fixed.usual_incidents
    assert usual.any()
    for i in (row(fixed, "MYS"), row(fixed, "FRA")):
        stake, sum_ = fixed.futures.stakes[:, i], np.zeros(RUNS)
        for j, sign in ((0, -1.0), (1, -1.0), (2, -1.0), (3, 1.0)):
            for k in range(4):
                c = p["civil_visibility"]
                now = state.visibility[:, j, k] * (c + (1.0 - c) * state.military[:, j, k])
                then = start["visibility"][j, k] * (c + (1.0 - c) * start["military"][j, k])
                act = state.incidents[:, j, k] - usual[:, j, k]
                weight = stake[:, k] + p["theater_contagion"] * (1.0 - stake[:, k])
                sum_ += sign * (stake[:, k] * (now - then) + weight * act)
        goal = rest[:, i] + p["event_weight"] * sum_
        expected = state.anchor[:, i] + 0.1 * (goal - state.anchor[:, i])
        assert after.anchor[:, i] == pytest.approx(expected, abs=1e-12)
        assert np.all(np.abs(sum_) > 1e-3)


def test_acts_of_the_union_provoke_in_part() -> None:
    size = {"visibility": 0.5, "military": 0.4}

    def sight(*by: str) -> tuple[np.ndarray, Setting]:
        fixed = build(acts("a", size, by=list(by)), runs=RUNS)
        at, state = quarter(fixed), begun(fixed)
        state = stance.update(state, at)
        return narrative.provoked(state, at), fixed

    (union, fixed), (single, _) = sight("EU"), sight("USA")
    assert union == pytest.approx(single * fixed.p("union_toxicity"), abs=1e-12)
    assert np.all(single[:, row(fixed, "PHL")] > 0.05)


def test_what_either_side_does_moves_anchors_both_ways() -> None:
    fixed = build(runs=RUNS)
    state = begun(fixed)
    at = in_force(fixed, state)
    i = row(fixed, "PHL")
    for target, sign in ((-1, 1.0), (0, -1.0)):
        for name in ("incidents", "visibility"):
            more = getattr(state, name).copy()
            more[:, target, 3] += 0.5
            moved = narrative.provoked(replace(state, **{name: more}), at)[:, i]
            assert np.all(sign * (moved - narrative.provoked(state, at)[:, i]) > 0.0)


# ---- words and deeds


def test_trust_by_hand() -> None:
    words = acts("words", {"assure": {"taiwan": 0.5, "south_china_sea": 0.3}}, by=["NATO"])
    fixed = build(words, acts("red", {"assure": 1.0}, by=["CHN"]), runs=RUNS)
    state = stirred(fixed)
    after = narrative.spread(state, in_force(fixed, state))
    deeds = state.visibility[:, -1] * state.exclusiveness[:, -1]
    stake = fixed.futures.stakes
    kept = 0.5 * (0.1 - deeds[:, [1]]) * stake[..., 1] + 0.3 * (0.1 - deeds[:, [3]]) * stake[..., 3]
    goal = fixed.futures.trait("start_trust") + 0.5 * kept
    expected = state.trust + fixed.p("trust_speed") * (goal - state.trust)
    assert after.trust == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(("deed", "sign"), [(0.0, 1.0), (0.9, -1.0)])
def test_words_against_deeds(deed: float, sign: float) -> None:
    """Words of assurance earn trust if little is done, and cost it if much is; more than a full
    one counts no more."""
    fixed = build(acts("a", {"assure": 1.0}), runs=RUNS)
    louder = build(acts("a", {"assure": 1.0}), acts("b", {"assure": 0.8}), runs=RUNS)
    state = begun(fixed)
    state = replace(state, visibility=np.zeros_like(state.visibility) + deed,
                    exclusiveness=np.zeros_like(state.visibility) + deed)  # fmt: skip
    earned = narrative.consistency(state, in_force(fixed, state))
    gain = (earned - fixed.futures.trait("start_trust"))[:, row(fixed, "JPN")]
    assert np.all(sign * gain > 0.0)
    both = replace(state, started=begun(louder).started)
    assert np.array_equal(earned, narrative.consistency(both, in_force(louder, both)))


def test_without_words_deeds_cost_no_trust_and_trust_stays_a_share() -> None:
    silent = build(runs=RUNS)
    state = stirred(silent)
    goal = narrative.consistency(state, in_force(silent, state))
    assert np.array_equal(goal, silent.futures.trait("start_trust"))
    talk = with_traits(build(acts("a", {"assure": 1.0}, theaters=["korea"]), runs=RUNS),
                       start_trust=0.01)  # fmt: skip
    loud = begun(talk)
    loud = replace(loud, visibility=np.ones_like(loud.visibility),
                   exclusiveness=np.ones_like(loud.visibility))  # fmt: skip
    goal = narrative.consistency(loud, in_force(talk, loud))
    assert np.all(goal >= 0.0)
    assert np.all(goal[:, row(talk, "KOR")] == 0.0)


# ---- campaigns that are noticed


def noticed(fixed: Setting, state: State, quarters: int) -> np.ndarray:
    """Share of quarters and runs in which a campaign is noticed, by target and theater."""
    seen = np.zeros((state.runs, len(fixed.world.targets), 4))
    for number in range(quarters):
        at = in_force(fixed, state, number)
        narrative.spread(state, at)
        assert np.array_equal(at.notes["acts"], 0.25 * at.notes["noticed"])
        seen += at.notes["noticed"]
    return seen.mean(axis=0) / quarters


def test_campaigns_are_noticed_by_effort_and_the_resilience_of_those_meant() -> None:
    """`1 - prod(1 - (1 - exp(-effort))*resilience)`, both sides alike (V32); whoever shows whose
    story it is has nothing to be found out."""
    more = acts("more", {"narrative": {"south_china_sea": 0.6}}, by=["RUS", "CHN"], to=["PHL"])
    hidden = [replace(one, public=False) for one in (TALK, STORY, more)]
    open_ = [acts("open", {"narrative": 1.0}, by=[actor]) for actor in ("RUS", "USA")]
    fixed = build(*hidden, *open_, runs=400)
    state = begun(fixed)
    share = noticed(fixed, state, 12)
    f, world, hard = fixed.futures, fixed.world, state.resilience

    def watch(meant: list[int], k: int) -> np.ndarray:
        stake = f.stakes[:, meant, k]
        return (stake * hard[:, meant]).sum(axis=-1) / stake.sum(axis=-1)

    all_but = {s: [i for i, side in enumerate(world.sides) if side != s] for s in ("red", "west")}
    west = (1.0 - np.exp(-0.5)) * watch(all_but["west"], 1)
    story = (1.0 - np.exp(-0.8)) * watch(all_but["red"], 3)
    other = (1.0 - np.exp(-0.6)) * watch([row(fixed, "PHL")], 3)
    assert share[-1, 1] == pytest.approx(west.mean(), abs=0.03)
    assert share[0, 3] == pytest.approx((1.0 - (1.0 - story) * (1.0 - other)).mean(), abs=0.03)
    assert not share[1:3].any()
    assert not share[:, 0].any()
    assert share[-1, 2] == 0.0 < share[0, 2]


def test_acts_of_others_are_kept() -> None:
    fixed = build(replace(STORY, public=False), runs=200)
    state = begun(fixed)
    at = in_force(fixed, state)
    at.notes["acts"] = np.full((200, 4, 4), 0.5)
    narrative.spread(state, at)
    assert np.array_equal(at.notes["acts"], 0.5 + 0.25 * at.notes["noticed"])
    assert at.notes["noticed"].any()


def test_a_noticed_campaign_is_told() -> None:
    fixed = build(STORY, runs=1, limits={"s_res_op": 0.0})
    state = begun(fixed)
    at = in_force(fixed, state)
    narrative.spread(state, at)
    at.notes["noticed"] = np.zeros((1, 4, 4), dtype=bool)
    assert not NEWS[0](state, state, at)
    at.notes["noticed"][0, 0, 3] = at.notes["noticed"][0, -1, 1] = True
    texts = [event.text for event in NEWS[0](state, state, at)]
    assert texts == [
        "A campaign by China is noticed around the South China Sea",
        "A campaign by the West is noticed around the Taiwan theater",
    ]


# ---- resilience, bounds, read-outs


def test_resilience_makes_opinions_return_to_their_anchor() -> None:
    fixed = build(runs=RUNS)
    state = replace(stirred(fixed), resilience=np.zeros_like(stirred(fixed).resilience))
    hard = replace(state, resilience=np.ones_like(state.resilience))
    free = [i for i in range(len(fixed.world.actors)) if i not in fixed.world.red]
    open_, firm = (narrative.spread(s, in_force(fixed, s)).opinion for s in (state, hard))
    gap = [np.abs(o - state.anchor)[:, free] for o in (open_, firm)]
    assert np.all(gap[1] < gap[0])
    assert gap[1] == pytest.approx(0.5 * gap[0], abs=1e-12)


def test_opinions_stay_on_the_scale() -> None:
    fixed = build(runs=RUNS)
    state = stirred(fixed)
    far = replace(state, anchor=np.full_like(state.anchor, 30.0))
    assert narrative.spread(far, in_force(fixed, far)).opinion.max() == 1.0
    far = replace(state, anchor=np.full_like(state.anchor, -30.0))
    assert narrative.spread(far, in_force(fixed, far)).opinion.min() == -1.0


def test_what_is_measured() -> None:
    fixed = build(runs=RUNS)
    state = stirred(fixed)
    at = in_force(fixed, state)
    after, seen = narrative.spread(state, at), at.notes["measured"]
    world = fixed.world
    outside = [i for i, kind in enumerate(world.kinds) if kind == "asean_state"]
    outside += [row(fixed, "IND")]
    ip4 = np.flatnonzero(world.groups["IP4"]).tolist()
    acceptance = ((1.0 - after.opinion[:, outside]) / 2.0).mean(axis=-1)
    traction = ((1.0 + after.opinion[:, outside + ip4]) / 2.0).mean(axis=-1)
    assert seen["acceptance"] == pytest.approx(acceptance, abs=1e-12)
    assert seen["traction"] == pytest.approx(traction, abs=1e-12)
    assert seen["partner_trust"] == pytest.approx(after.trust[:, ip4].mean(axis=-1), abs=1e-12)

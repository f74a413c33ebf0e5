"""M13 Alignment and hedging: closed form (V14), monotone (V29), mirrored (V32), at rest."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.rules.society import align
from mechanisms import acts, begun, build, policy, quarter, random_view, row
from simulator.batch import decide_together
from simulator.contracts import Ask, Levers, Policy
from simulator.mechanisms import alignment, beliefs, stance
from simulator.phase import Quarter
from simulator.questions import AlignView, Answer, View
from simulator.setting import Setting
from simulator.state import State
from simulator.telling.society import TELL
from simulator.world import FORUMS

QUIET = {"alignment_noise": 0.0, "observation_noise": 0.0, "multipolar_trend": 0.0}
PACT = acts("pact", {"visibility": 0.6, "military": 0.5, "exclusiveness": 0.7}, by=["NATO", "IP4"])
UNION = acts("union", {"visibility": 0.4, "military": 0.3, "exclusiveness": 0.5}, by=["EU"])
SCALES = ("stiffness", "aversion", "division", "start_division", "blame_weight", "speed")


def view(seed: int, shape: tuple[int, ...] = (3, 5)) -> AlignView:
    """A view at a generic point: scales positive, the rest of either sign and not too far out."""
    luck = np.random.default_rng(seed)
    made = {f.name: luck.uniform(-0.4, 0.4, shape) for f in fields(AlignView)}
    made |= {name: luck.uniform(0.1, 0.9, shape) for name in SCALES}
    return AlignView(**(made | {"stiffness": made["stiffness"] + 0.5, "noise": made["noise"] / 9}))


# ---- the rule


def test_a_known_value() -> None:
    """Every term by hand: H = 1 + 2*.5*.2 = 1.2; pull = .3 - .1 + .2 - .4*.6*.25 = .34;
    a* = (1.2*-.2 + .34) / (1 + 2*.5*.6) = .0625."""
    one = AlignView(
        alignment=0.1, rest=-0.2, stiffness=1.0, aversion=0.5, division=0.6, start_division=0.2,
        security=0.3, economy=0.1, offers=0.2, blame=0.25, blame_weight=0.4, speed=0.2, noise=0.03,
    )  # fmt: skip
    answer = align(one)
    assert answer.values["target"] == pytest.approx(0.0625, abs=1e-15)
    assert answer.choice == answer.values["alignment"]
    assert answer.choice == pytest.approx(0.1 + 0.2 * (0.0625 - 0.1) + 0.03, abs=1e-15)
    terms = {name: round(float(value), 12) for name, value in answer.terms().items()}
    assert terms == {
        "security from the West": 0.3,
        "trade with the challenger": -0.1,
        "engagement on offer": 0.2,
        "blame for the West": -0.06,
        "a divided region": -0.04,  # -2*.5*(.6-.2)*.1
    }


@pytest.mark.parametrize("sign", [-1.0, 1.0])
def test_a_state_stays_on_the_scale(sign: float) -> None:
    far = replace(view(1), rest=np.full((3, 5), sign), security=np.full((3, 5), 9.0 * sign))
    far = replace(far, noise=np.full((3, 5), 5.0 * sign))
    assert np.all(align(far).values["target"] == sign)
    assert np.all(align(far).choice == sign)


@given(st.integers(0, 2**31))
def test_v14_the_closed_form_is_the_numerical_optimum(seed: int) -> None:
    """The start is observed under the division of the start: a0' = a0*(1 + 2*beta*Pi0/h)."""
    v = view(seed)
    grid = np.linspace(-1.0, 1.0, 40_001)[:, None, None]
    latent = v.rest * (1.0 + 2.0 * v.aversion * v.start_division / v.stiffness)
    worth = (
        v.security * grid - v.economy * grid + v.offers * grid
        - v.stiffness / 2.0 * (grid - latent) ** 2
        - v.aversion * v.division * grid**2
        - v.blame_weight * v.division * v.blame * grid
    )  # fmt: skip
    best = grid[np.argmax(worth, axis=0), 0, 0]
    assert align(v).values["target"] == pytest.approx(best, abs=1e-4)


@given(st.integers(0, 2**31))
def test_v29_blame_drives_away_and_division_drives_to_the_middle(seed: int) -> None:
    v = view(seed)
    calm = replace(v, blame=np.zeros_like(v.blame))
    target = align(v).values["target"]
    worse = align(replace(v, blame=v.blame + 0.1)).values["target"]
    assert np.all((worse < target) | (np.abs(target) == 1.0))
    split = align(replace(calm, division=v.division + 0.1)).values["target"]
    before = align(calm).values["target"]
    assert np.all((np.abs(split) < np.abs(before)) | (np.abs(before) == 1.0))
    assert np.all(split * before >= 0.0)
    whole = replace(v, division=np.zeros_like(v.division))
    assert np.array_equal(
        align(whole).values["target"],
        align(replace(whole, blame=v.blame + 0.5)).values["target"],
    )


@given(st.integers(0, 2**31))
def test_v32_swapping_the_camps_mirrors_the_alignment(seed: int) -> None:
    v = view(seed)
    turned = ("alignment", "rest", "offers", "blame", "noise")
    other = replace(v, **{n: -getattr(v, n) for n in turned}, security=v.economy,
                    economy=v.security)  # fmt: skip
    one, two = align(v).values, align(other).values
    for name in ("target", "alignment"):
        assert one[name] == pytest.approx(-two[name], abs=1e-15)


def test_the_rule_is_the_same_for_one_for_many_and_for_many_runs() -> None:
    whole = view(3)
    for r, n in ((0, 0), (2, 4)):
        row_of = AlignView(**{f.name: getattr(whole, f.name)[r] for f in fields(whole)})
        alone = AlignView(**{f.name: getattr(whole, f.name)[r, n] for f in fields(whole)})
        for name in ("target", "alignment"):
            assert align(whole).values[name][r, n] == align(row_of).values[name][n]
            assert align(whole).values[name][r, n] == align(alone).values[name]


@pytest.mark.parametrize(
    ("name", "sign"), [("security", 1), ("economy", -1), ("offers", 1), ("rest", 1)]
)
def test_what_speaks_for_a_side_moves_toward_it(name: str, sign: int) -> None:
    v = view(4)
    more = replace(v, **{name: getattr(v, name) + 0.05})
    assert np.all(sign * (align(more).choice - align(v).choice) > 0.0)


# ---- what the rule is shown


def shown(fixed: Setting, state: State, number: int = 0) -> AlignView:
    """The view put to the states that hedge."""
    kept: list[View] = []
    rules = decide_together(fixed.world.kinds)

    def decide(question: str, view: View, askers: list[int], context: object) -> Answer:
        kept.append(view)
        return rules(question, view, askers, context)

    alignment.lean(state, in_force(fixed, state, number, decide))
    (only,) = kept
    assert isinstance(only, AlignView)
    return only


def in_force(fixed: Setting, state: State, number: int = 0, decide: Any = None) -> Quarter:
    at = quarter(fixed, number, decide)
    at.notes["force"] = stance.force(state, at)
    return at


def stirred(fixed: Setting, seed: int = 0) -> State:
    """A state in which nothing that alignment reads is at rest."""
    state, luck = begun(fixed), np.random.default_rng(seed)
    names = ("visibility", "military", "exclusiveness", "threat", "trade_left", "memory",
             "europe_standing", "polarization")  # fmt: skip
    made = {n: luck.uniform(0.2, 0.8, getattr(state, n).shape) for n in names}
    for name in ("opinion", "alignment"):
        made[name] = luck.uniform(-0.8, 0.8, getattr(state, name).shape)
    made["resolve"] = luck.normal(size=state.resolve.shape)
    return replace(state, **made)


HELP = acts("help", {"engage": 6.0}, by=["USA"], to=["ASEAN", "JPN"])


def test_security_as_shown_by_hand() -> None:
    """`w*(th*cred + (th - beta*col)*Vout)`, state by state, less the same at the start."""
    fixed = build(runs=6)
    state = stirred(fixed)
    v, f, world = shown(fixed, state), fixed.futures, fixed.world
    start, far = fixed.ladder.stance, world.targets.index("CHN")
    slope, aversion = fixed.p("alignment_slope")[:, 0], fixed.p("bloc_aversion")[:, 0]
    chance0 = 1.0 / (1.0 + np.exp(-fixed.start_fight[..., 4]))
    chance = 1.0 / (1.0 + np.exp(-(fixed.start_fight[..., 4] + state.resolve)))
    felt0 = beliefs.start_threat(fixed)
    for n, i in enumerate(alignment.hedgers(world)):
        sure, sure0, there, there0 = np.zeros((4, 6))
        asian = np.maximum(f.stakes[:, i, 1:].sum(axis=-1), 1e-9)
        for k in (1, 2, 3):
            share = f.stakes[:, i, k] / asian
            pairs = [m for m, (_, t) in enumerate(fixed.pairs) if t == k and not fixed.frontline[m]]
            power = fixed.pair_power[:, pairs]
            sure += share * (power * chance[:, pairs]).sum(axis=-1) / power.sum(axis=-1)
            sure0 += share * (power * chance0[:, pairs]).sum(axis=-1) / power.sum(axis=-1)
            there += share * state.visibility[:, -1, k] * state.military[:, -1, k]
            there0 += share * start["visibility"][-1, k] * start["military"][-1, k]
        th, th0 = state.threat[:, i, far], felt0[:, i, far]
        put_off = aversion * f.trait("colonial_wariness")[:, i]
        gain = (th * sure + (th - put_off) * there) - (th0 * sure0 + (th0 - put_off) * there0)
        assert v.security[:, n] == pytest.approx(slope * gain, abs=1e-12)


def test_trade_and_offers_as_shown_by_hand() -> None:
    fixed = build(HELP, runs=6)
    state = stirred(fixed)
    v, f = shown(fixed, state), fixed.futures
    slope, weight = fixed.p("alignment_slope")[:, 0], fixed.p("engagement_weight")[:, 0]
    memory0 = f.trait("coercion_memory")
    standing = state.europe_standing - fixed.p("europe_standing_start")[:, 0]
    standing = standing * fixed.p("standing_worth")[:, 0]
    receivers = [row(fixed, a) for a in ("JPN", *members(fixed, "ASEAN"))]
    for n, i in enumerate(alignment.hedgers(fixed.world)):
        cost = state.trade_left[:, i] * (1.0 + state.memory[:, i]) - (1.0 + memory0[:, i])
        trade = slope * f.trait("trade_dependence")[:, i] * cost
        assert v.economy[:, n] == pytest.approx(trade, abs=1e-12)
        money = 100.0 * 6.0 / f.trait("gdp_usd_bn")[:, receivers].sum(axis=-1) * (i in receivers)
        priority = 0.5 + f.trait("development_priority")[:, i]
        assert v.offers[:, n] == pytest.approx(weight * priority * (money + standing), abs=1e-12)
    assert len(receivers) == 11


def test_the_rest_as_shown_by_hand() -> None:
    fixed = build(HELP, runs=6)
    state = stirred(fixed)
    v, f, world = shown(fixed, state, 8), fixed.futures, fixed.world
    kinds = ("asean_state", "third_state", "partner")
    rows = [i for i, kind in enumerate(world.kinds) if kind in kinds]
    assert alignment.hedgers(world) == rows
    outside = np.array([world.sides[i] == "other" for i in rows], dtype=float)
    drift = 8 * fixed.p("multipolar_trend") * outside * (1.0 - f.stakes[:, rows, 0])
    stiff = fixed.p("hedging_stiffness") * (0.5 + f.trait("nonalignment")[:, rows])
    averse = fixed.p("bloc_aversion") * (0.5 + f.trait("colonial_wariness")[:, rows])
    blame = state.opinion[:, rows] - f.trait("start_opinion")[:, rows]
    assert v.rest == pytest.approx(f.trait("start_alignment")[:, rows] - drift, abs=1e-12)
    assert v.stiffness == pytest.approx(stiff, abs=1e-12)
    assert v.aversion == pytest.approx(averse, abs=1e-12)
    assert v.blame == pytest.approx(blame, abs=1e-12)
    assert v.start_division == pytest.approx(1.0 - (1.0 - 0.15**2) * (1.0 - 0.3**2), abs=1e-12)
    assert np.array_equal(v.division[:, 0], state.polarization)
    assert np.array_equal(v.alignment, state.alignment[:, rows])
    assert np.array_equal(v.speed, fixed.p("alignment_speed"))
    assert np.array_equal(v.blame_weight, fixed.p("blame_transfer"))
    noise = v.noise / fixed.p("alignment_noise")
    assert np.all(np.abs(noise) <= np.sqrt(3.0))
    assert noise.std() == pytest.approx(1.0, abs=0.2)


def members(fixed: Setting, group: str) -> list[str]:
    return [a for a, own in zip(fixed.world.actors, fixed.world.groups[group], strict=True) if own]


def test_the_answer_becomes_the_alignment_of_those_asked_alone() -> None:
    fixed = build(runs=6)
    state = stirred(fixed)
    after = alignment.lean(state, in_force(fixed, state))
    rows = alignment.hedgers(fixed.world)
    assert np.array_equal(after.alignment[:, rows], align(shown(fixed, state)).choice)
    others = [i for i in range(len(fixed.world.actors)) if i not in rows]
    assert np.array_equal(after.alignment[:, others], state.alignment[:, others])


def rested(fixed: Setting, quarters: int) -> State:
    state = begun(fixed)
    for number in range(quarters):
        at = quarter(fixed, number)
        state = stance.update(beliefs.observe(state, at), at)
        state = alignment.lean(state, at)
    return state


def test_the_status_quo_is_at_rest() -> None:
    """Without policies, incidents, noise and trends nothing moves in five years."""
    fixed = build(runs=12, parameters=QUIET | {"reach_growth": 0.0})
    start, end = begun(fixed), rested(fixed, 20)
    assert end.alignment == pytest.approx(start.alignment, abs=1e-12)
    assert end.polarization == pytest.approx(start.polarization, abs=1e-12)
    at = quarter(fixed, 20)
    assert alignment.access(end, at) == pytest.approx(1.0, abs=1e-12)
    assert alignment.unity(end, at) == pytest.approx(fixed.ladder.asean_unity, abs=1e-12)
    assert alignment.divided(end, at) == pytest.approx(0.0, abs=1e-12)


def test_only_states_outside_the_blocs_in_asia_drift_with_the_trend() -> None:
    trend = {
        "multipolar_trend": 0.01,
        "alignment_speed": 1.0,
        "reach_growth": 0.0,
        "access_slope": 0.0,
    }
    fixed = build(runs=4, parameters=QUIET | trend)
    moved = rested(fixed, 11).alignment - begun(fixed).alignment
    for actor in ("VNM", "IND", "UKR"):
        i = row(fixed, actor)
        expected = -0.1 * (1.0 - fixed.futures.stakes[:, i, 0])
        assert moved[:, i] == pytest.approx(expected, abs=1e-12)
    assert np.abs(moved[:, row(fixed, "UKR")]).max() < 0.01 < np.abs(moved).max()
    for actor in ("JPN", "FRA"):
        assert moved[:, row(fixed, actor)] == pytest.approx(0.0, abs=1e-12)


# ---- offers


def offered(*policies: Policy, actor: str, **how: Any) -> np.ndarray:
    fixed = build(*policies, runs=5, **how)
    n = alignment.hedgers(fixed.world).index(row(fixed, actor))
    return shown(fixed, begun(fixed)).offers[:, n]


def test_what_the_union_announces_arrives_in_part() -> None:
    money = {"engage": 8.0}
    mine = offered(acts("a", money, by=["USA"], to=["IDN"]), actor="IDN")
    union = offered(acts("a", money, by=["EU"], to=["IDN"]), actor="IDN")
    delivered = build(runs=5).p("engagement_delivery")[:, 0]
    assert union == pytest.approx(mine * delivered, rel=1e-12)
    assert np.all(mine > 0.0)


def test_v38_receivers_share_by_size() -> None:
    """One large receiver or two halves of it: the same percent of GDP."""
    both = acts("a", {"engage": 8.0}, by=["USA"], to=["IDN", "THA"])
    fixed = build(both, runs=5)
    seen, rows = shown(fixed, begun(fixed)).offers, alignment.hedgers(fixed.world)
    f, weight = fixed.futures, fixed.p("engagement_weight")[:, 0]
    own = [row(fixed, a) for a in ("IDN", "THA")]
    percent = 800.0 / f.trait("gdp_usd_bn")[:, own].sum(axis=-1)
    for i in own:
        expected = weight * (0.5 + f.trait("development_priority")[:, i]) * percent
        assert seen[:, rows.index(i)] == pytest.approx(expected, rel=1e-12)


def test_offers_of_the_other_side_pull_the_other_way_and_all_are_capped() -> None:
    money = {"engage": 8.0}
    mine = offered(acts("a", money, by=["USA"], to=["IDN"]), actor="IDN")
    theirs = offered(acts("a", money, by=["CHN"], to=["IDN"]), actor="IDN")
    both = offered(acts("a", money, by=["USA"], to=["IDN"]),
                   acts("b", money, by=["CHN"], to=["IDN"]), actor="IDN")  # fmt: skip
    assert theirs == pytest.approx(-mine, rel=1e-12)
    assert both == pytest.approx(0.0, abs=1e-15)
    small = build(runs=5)
    priority = 0.5 + small.futures.trait("development_priority")[:, row(small, "LAO")]
    cap = 2.0 * small.p("engagement_weight")[:, 0] * priority
    rich = offered(acts("a", {"engage": 20.0}, by=["USA"], to=["LAO"]), actor="LAO")
    assert rich == pytest.approx(cap, rel=1e-12)


# ---- division into blocs


def divided_by(*policies: Policy, **how: Any) -> tuple[np.ndarray, Setting]:
    """Pi after one quarter of stances in force."""
    fixed = build(*policies, runs=7, **how)
    at, state = quarter(fixed), begun(fixed)
    state = stance.update(state, at)
    return alignment.lean(state, at).polarization, fixed


def composed(start: float, *moves: float) -> float:
    return 1.0 - (1.0 - start) * float(np.prod([1.0 - m for m in moves]))


def by_hand(west: float, fixed: Setting) -> np.ndarray:
    """Pi0 + .1*(1 - (1 - west)*(1 - .3*.3) - Pi0); the standing stances are alike in Asia."""
    before = 1.0 - (1.0 - 0.15 * 0.15) * (1.0 - 0.3 * 0.3)
    cause = 1.0 - (1.0 - west) * (1.0 - 0.3 * 0.3)
    return np.full(7, before + 0.1 * (cause - before))


def test_division_follows_the_exclusive_visible_stance_of_both_sides() -> None:
    nothing, fixed = divided_by()
    assert nothing == pytest.approx(by_hand(0.15 * 0.15, fixed), abs=1e-14)
    pact, fixed = divided_by(PACT)
    expected = by_hand(composed(0.15, 0.6) * composed(0.15, 0.7), fixed)
    assert pact == pytest.approx(expected, abs=1e-14)
    red = acts("red", {"exclusiveness": 0.5}, by=["CHN"], theaters=["taiwan"])
    there = divided_by(red)[0]
    before = 1.0 - (1.0 - 0.0225) * (1.0 - 0.09)
    cause = (2.0 * before + 1.0 - (1.0 - 0.0225) * (1.0 - 0.3 * 0.65)) / 3.0
    assert there == pytest.approx(before + 0.1 * (cause - before), abs=1e-14)


def test_v32_division_does_not_ask_whose_stance_it_is() -> None:
    luck = np.random.default_rng(2).uniform(size=(6, 4, 4))
    for order in ([3, 1, 2, 0], [1, 2, 3, 0]):
        swapped = alignment.division(luck[:, order])
        assert alignment.division(luck) == pytest.approx(swapped, abs=1e-15)
    assert np.all(alignment.division(luck * 0.5) < alignment.division(luck))


@pytest.mark.parametrize("how", ["by", "forum"])
def test_acts_of_the_union_count_in_part(how: str) -> None:
    """The same act beside a pact, by its members or behind a text of its council."""
    size = {"visibility": 0.4, "military": 0.3, "exclusiveness": 0.5}
    if how == "by":
        union = UNION
    else:
        ask = Ask("eu", "engagement", 0.3, "DEU")
        union = policy("union", asks=[ask], levers=Levers(**size), by=["NATO"])
    fixed = build(PACT, union, runs=7)
    state = begun(fixed)
    agreed = np.full_like(state.agreed, 0.3)
    state = replace(state, decided=np.zeros_like(state.decided), agreed=agreed)
    at = quarter(fixed)
    state = stance.update(state, at)
    pact = composed(0.15, 0.6) * composed(0.15, 0.7)
    both = composed(0.15, 0.6, 0.4) * composed(0.15, 0.7, 0.5)
    part = fixed.p("union_toxicity")[:, 0]
    west = both - (1.0 - part) * (both - pact)
    before = 1.0 - (1.0 - 0.0225) * (1.0 - 0.09)
    cause = 1.0 - (1.0 - west) * (1.0 - 0.09)
    after = alignment.lean(state, at).polarization
    assert after == pytest.approx(before + 0.1 * (cause - before), abs=1e-14)
    assert np.all(part < 1.0)


def test_an_act_of_one_member_is_not_the_unions() -> None:
    single = replace(UNION, by=["DEU"])
    one, other = divided_by(single)[0], divided_by(replace(UNION, by=["USA"]))[0]
    assert np.array_equal(one, other)
    assert np.all(divided_by(UNION)[0] < one)


# ---- access and unity


def test_access_by_hand() -> None:
    """`exp(slope*sum w*(a - a0))`, hosts being those with forces there, weighted by stake."""
    fixed = build(runs=6)
    state = stirred(fixed)
    got = alignment.access(state, quarter(fixed))
    f, world = fixed.futures, fixed.world
    moved = state.alignment - f.trait("start_alignment")
    for k, theater in enumerate(("europe", "taiwan", "korea", "south_china_sea")):
        top, bottom = np.zeros(6), np.zeros(6)
        for i in alignment.hedgers(world):
            if k > 0 and world.trait(f"location_{theater}")[i] > 0.0:
                top += f.stakes[:, i, k] * moved[:, i]
                bottom += f.stakes[:, i, k]
        mean = top / bottom if k else 0.0 * top
        expected = np.exp(fixed.p("access_slope")[:, 0] * mean)
        assert got[:, k] == pytest.approx(expected, abs=1e-12)
    assert np.array_equal(got[:, 0], np.ones(6))
    closer = replace(state, alignment=state.alignment + 0.1)
    assert np.all(alignment.access(closer, quarter(fixed))[:, 1:] > got[:, 1:])


def test_unity_by_hand() -> None:
    fixed = build(runs=6)
    state = stirred(fixed)
    record = state.forum_record.copy()
    record[:, FORUMS.index("asean")] = np.linspace(0.1, 0.6, 6)
    state = replace(state, forum_record=record)
    own = fixed.world.groups["ASEAN"]
    spread = state.alignment[:, own].std(axis=-1)
    start = fixed.futures.trait("start_alignment")[:, own].std(axis=-1)
    expected = (1.0 - spread) / (1.0 - start) * record[:, FORUMS.index("asean")]
    assert alignment.unity(state, quarter(fixed)) == pytest.approx(expected, abs=1e-12)
    assert np.all(np.abs(spread - start) > 1e-3)


def test_unity_falls_when_states_part_and_never_exceeds_one() -> None:
    fixed = build(runs=6)
    state = begun(fixed)
    half = np.where(np.arange(state.alignment.shape[1]) % 2, 0.5, -0.5)
    apart = replace(state, alignment=np.clip(state.alignment + half, -1.0, 1.0))
    at = quarter(fixed)
    assert np.all(alignment.unity(apart, at) < alignment.unity(state, at))
    proud = replace(state, alignment=state.alignment * 0.0, forum_record=state.forum_record * 2.0)
    assert np.array_equal(alignment.unity(proud, at), np.ones(6))


def test_what_is_measured() -> None:
    fixed = build(runs=6)
    state = stirred(fixed)
    at = in_force(fixed, state)
    after, seen = alignment.lean(state, at), at.notes["measured"]
    own = after.alignment[:, fixed.world.groups["ASEAN"]]
    assert seen["alignment"] == pytest.approx(own.mean(axis=-1), abs=1e-12)
    assert seen["ambiguity"] == pytest.approx(1.0 - np.abs(own).mean(axis=-1), abs=1e-12)
    assert np.array_equal(seen["division"], after.polarization)
    assert np.array_equal(seen["unity"], alignment.unity(after, at))


# ---- what is told


@pytest.mark.parametrize(
    ("was", "now", "words"),
    [(0.1, 0.2, None), (0.1, 0.4, "West"), (0.5, 0.1, "middle"), (0.0, -0.5, "challenger"),
     (-0.5, 0.0, "middle"), (0.8, 0.9, None)],
)  # fmt: skip
def test_a_change_of_camp_is_told(was: float, now: float, words: str | None) -> None:
    fixed = build(runs=1)
    state, i = begun(fixed), row(fixed, "VNM")
    before = state.alignment.copy()
    before[0, i] = was
    answer = replace(align(random_view(AlignView, 0, {"": ()})))
    answer = replace(answer, values={"alignment": np.array(now)})
    told = TELL["align"]({"actor": i, "answer": answer}, replace(state, alignment=before),
                         quarter(fixed))  # fmt: skip
    assert (told is None) == (words is None)
    if told is not None and words is not None:
        assert told.actor == "VNM"
        assert words in told.text
        assert told.terms

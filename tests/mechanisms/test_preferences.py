"""M1 Preferences: what moves an ideal point, in which direction, and what does not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.rules.council import sound
from mechanisms import begun, build, policy, quarter
from simulator.contracts import Ask, Levers
from simulator.ladder import FEATURES
from simulator.mechanisms import stocks
from simulator.mechanisms.preferences import features, salience, sounding
from simulator.questions import SoundView
from simulator.setting import Setting
from simulator.state import State
from simulator.world import ISSUES

# Signs of the traits by issue, typed here from model.md M1 and nac_notes 1 (threat, trade,
# openness, russia, alignment, autonomy, dispute; patron, rival, leaning), not read from content.
SIGNS = {
    "engagement": (1, -1, -1, -1, 1, -1, 0, 0, -1, 1),
    "sanctions": (1, -2, -1, -1, 1, -1, 0, -1, -1, 1),
    "burden": (0, 0, 0, 1, -1, 1, 0, 0, -1, 0),
    "wording": (1, -1, -1, 0, 1, 0, 0, -1, -1, 1),
    "mission": (1, -1, -1, -2, 1, -1, 0, -1, -1, 1),
    "accession": (0, 0, 0, 1, 1, 0, -1, 0, -1, 0),
}
MEMBERS = list(range(31))

ALL = list(range(53))  # every government


def asking(issue: str, **how: float) -> Setting:
    forum = "eu" if issue == "sanctions" else "nac"
    ask = Ask(forum=forum, issue=issue, target=0.5, sponsor="DEU")
    return build(policy(asks=[ask]), runs=60, **how)


def view(fixed: Setting, state: State | None = None) -> SoundView:
    state = begun(fixed) if state is None else state
    texts = np.full((state.runs, 1), 0.5)
    text, at = fixed.program.texts[0], quarter(fixed)
    standing = state.text[:, text.forum, text.issue]
    nobody = np.zeros(len(MEMBERS), dtype=bool)
    return sounding(state, 0, text, standing, texts, texts, MEMBERS, nobody, at)


@pytest.mark.parametrize("issue", SIGNS)
@pytest.mark.parametrize("n", range(len(FEATURES)), ids=FEATURES)
def test_each_trait_moves_the_ideal_point_by_its_sign(issue: str, n: int) -> None:
    given_ = view(asking(issue))
    more = given_.features.copy()
    more[..., n] += 0.1
    before, after = sound(given_), sound(replace(given_, features=more))
    change = after.values["position"] - before.values["position"]
    assert np.all(np.sign(change) == np.sign(SIGNS[issue][n]))


def test_signs_are_the_documented_ones() -> None:
    signs = asking("burden").ladder.signs
    for issue, expected in SIGNS.items():
        assert list(expected) == signs[ISSUES.index(issue)].tolist()


def test_a_shared_rise_in_threat_moves_all_the_same_way() -> None:
    """The reference is fixed at the base date: re-centring would delete the trend (V-a)."""
    fixed = asking("wording")
    state = begun(fixed)
    far = fixed.world.targets.index(fixed.world.actors[fixed.world.challenger[1]])
    belief = state.belief.copy()
    belief[..., far] += 0.7
    before = sound(view(fixed)).values["position"]
    after = sound(view(fixed, replace(state, belief=belief))).values["position"]
    assert np.all(after > before)


def test_no_lever_writes_an_ideal_point() -> None:
    """Same beliefs, same positions, whatever is in force (M1)."""
    ask = Ask(forum="nac", issue="engagement", target=0.5, sponsor="DEU")
    levers = Levers(visibility=1.0, military=1.0, commitment=1.0, channel=0.5, talk=1.0)
    with_levers = build(policy(asks=[ask], levers=levers), runs=60)
    without = build(policy(asks=[ask]), runs=60)
    for name in ("position", "parts"):
        one, other = (sound(view(f)).values[name] for f in (with_levers, without))
        assert np.array_equal(one, other)


def test_a_footprint_matters_most_to_those_who_are_there() -> None:
    fixed = asking("engagement")
    at, text = quarter(fixed), fixed.program.texts[0]
    care = salience(begun(fixed), text, ALL, at)
    assert care[:, fixed.world.index["USA"]].mean() > care[:, fixed.world.index["LUX"]].mean()
    words = asking("wording")
    plain = salience(begun(words), words.program.texts[0], ALL, quarter(words))
    assert np.all(plain == 1.0)


@pytest.mark.parametrize("trait", ["territorial_stake", "regional_presence", "size"])
def test_salience_rises_with_territory_presence_and_size(trait: str) -> None:
    fixed = asking("engagement")
    traits = dict(fixed.futures._traits)
    traits[trait] = traits[trait] + 0.2
    larger = asking("engagement")
    larger.futures.__dict__["_traits"] = traits
    text = fixed.program.texts[0]
    before, after = (salience(begun(f), text, ALL, quarter(f)) for f in (fixed, larger))
    assert np.all(after > before)


def test_threat_is_of_the_far_challenger_and_russia_its_rivals_share() -> None:
    fixed = asking("engagement")
    world, belief = fixed.world, begun(fixed).belief
    near, far = world.challenger_target[0], world.challenger_target[1]
    threat, share = FEATURES.index("threat"), FEATURES.index("russia")

    def moved(target: int) -> np.ndarray:
        worse = belief.copy()
        worse[..., target] += 0.5
        at, text = quarter(fixed), fixed.program.texts[0]
        one, other = begun(fixed), replace(begun(fixed), belief=worse)
        return np.sign(features(other, text, ALL, at) - features(one, text, ALL, at))

    assert np.all(moved(far)[..., threat] == 1.0)
    assert np.all(moved(far)[..., share] == -1.0)
    assert np.all(moved(near)[..., threat] == 0.0)
    assert np.all(moved(near)[..., share] == 1.0)


@pytest.mark.parametrize("issue", ["engagement", "sanctions", "wording", "burden"])
def test_salience_by_hand(issue: str) -> None:
    """`base*(1 + w_sal*(alert + (Pi - Pi0 on what divides)))`, by what stocks tell of alert; crises
    do not bear on who carries the burden."""
    fixed = asking(issue)
    state, luck = begun(fixed), np.random.default_rng(5)
    made = {
        n: luck.uniform(0.2, 0.9, getattr(state, n).shape) for n in ("awareness", "polarization")
    }
    hot = replace(state, level=luck.integers(1, 6, state.level.shape).astype(float), **made)
    text, at = fixed.program.texts[0], quarter(fixed)
    base, got = (salience(s, text, ALL, at) for s in (state, hot))
    division = 1.0 - (1.0 - 0.15**2) * (1.0 - 0.3**2)
    dividing = issue in ("engagement", "sanctions")
    bloc = (hot.polarization - division)[:, None] * dividing
    rise = stocks.alert(hot, at, ALL) * (issue != "burden") + bloc
    expected = base * (1.0 + fixed.p("crisis_salience") * rise)
    assert got == pytest.approx(expected, abs=1e-12)
    assert np.all(np.abs(hot.polarization - division) > 0.0)


def test_crises_raise_salience() -> None:
    fixed = asking("engagement", parameters={"crisis_salience": 0.6})
    text, state = fixed.program.texts[0], begun(fixed)
    hot = replace(state, level=state.level + 2.0)
    before, after = (salience(s, text, ALL, quarter(fixed)) for s in (state, hot))
    assert np.all(after > before)


@given(st.floats(-3.0, 3.0), st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_gain_is_the_difference_of_two_quadratic_losses(
    intercept: float, standing: float, text: float, leads: float
) -> None:
    """`G = S*sal*[(q-x)^2 - (yp-x)^2]`, worked out the long way."""
    flat = np.zeros((1, 1))
    given_ = SoundView(
        features=np.zeros((1, 1, 10)), reference=np.zeros((1, 1, 10)), weights=np.ones((1, 1, 10)),
        intercept=flat + intercept, taste=flat, scale=flat + 3.0, salience=flat + 0.5,
        standing=flat + standing, texts=flat[..., None] + text, precedents=flat[..., None] + leads,
    )  # fmt: skip
    x = 1.0 / (1.0 + np.exp(-intercept))
    expected = 3.0 * 0.5 * ((standing - x) ** 2 - (leads - x) ** 2)
    assert sound(given_).values["gains"].item() == pytest.approx(expected, abs=1e-12)


@given(st.permutations(MEMBERS))
def test_v31_permuting_members_permutes_their_soundings(order: list[int]) -> None:
    given_ = FIXED_VIEW
    moved = {n: v[:, order] for n, v in given_.__dict__.items() if v.shape[1] == len(MEMBERS)}
    one, other = sound(given_), sound(replace(given_, **moved))
    for name in ("position", "gains", "parts"):
        assert np.array_equal(one.values[name][:, order], other.values[name])


FIXED_VIEW = view(asking("engagement"))

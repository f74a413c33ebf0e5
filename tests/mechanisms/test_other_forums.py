"""M2 in every body: majority, opt-outs, vetoes, coalitions, two readings (V11, V12, V23)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.rules.council import draft
from mechanisms import build, play, policy, quarter, row
from mechanisms.test_forums import NO_NOISE, RUNS, STEPS, sit
from simulator.contracts import Ask, Levers
from simulator.ladder import FEATURES
from simulator.mechanisms import (
    acceptance,
    agenda,
    bargaining,
    coalitions,
    forums,
    papers,
    preferences,
    stance,
)
from simulator.mechanisms.minutes import (
    ADOPTED,
    BLOCKED,
    COALITION,
    FIRST_READING,
    RESULTS,
    WEAKENED,
    Minutes,
)
from simulator.mechanisms.tally_rules import (
    COALITION_RULE,
    MAJORITY,
    OPT_OUT,
    TWICE,
    VETO,
    House,
    rule_of,
    tally,
    voters,
)
from simulator.opening import opening
from simulator.phase import Quarter
from simulator.questions import DraftView
from simulator.setting import Setting
from simulator.state import State
from simulator.world import FORUMS

FREE = {"c_table": 0.0}


def asking(
    forum: str, issue: str, target: float = 0.4, sponsor: str = "USA", runs: int = RUNS,
    levers: Levers | None = None, ask: dict[str, Any] | None = None, **how: Any,
) -> Setting:  # fmt: skip
    """A text before any body; by default whole or nothing, tabled for free."""
    limits = FREE | how.pop("limits", {})
    one = Ask(forum, issue, target, sponsor, **(ask or {}))
    how = {"grid": 2, "limits": limits, "runs": runs} | how
    return build(policy(asks=[one], levers=levers or Levers()), **how)


def house(rule: str, size: int, **given_: Any) -> House:
    """A body of equal members for one run, with the shares of the treaties."""
    one = np.ones((1, 1))
    made = House(
        rule=rule,
        members=list(range(size)),
        permanent=np.zeros(size, dtype=bool),
        people=np.full((1, size), 1.0 / size),
        states_needed=one * 0.55 * size,
        people_needed=one * 0.65,
        minority=one * 4.0,
        votes_needed=one * 9.0,
        aside=one * 2.0,
    )
    return replace(made, **given_)


# ---- which rule holds where


@pytest.mark.parametrize(
    ("forum", "issue", "own", "expected"),
    [
        ("nac", "engagement", None, "unanimity"),
        ("nac", "engagement", "treaty-change", TWICE),
        ("eu", "sanctions", None, "unanimity"),
        ("eu", "wording", None, "unanimity"),
        ("eu", "mission", None, "unanimity"),
        ("eu", "accession", None, "unanimity"),
        ("eu", "engagement", None, MAJORITY),
        ("eu", "burden", None, MAJORITY),
        ("eu", "engagement", "unanimity", "unanimity"),
        ("asean", "engagement", None, OPT_OUT),
        ("asean", "wording", None, "consensus"),
        ("unsc", "mission", None, VETO),
        ("minilateral", "sanctions", None, COALITION_RULE),
    ],
)
def test_which_rule_holds(forum: str, issue: str, own: str | None, expected: str) -> None:
    fixed = asking(forum, issue, runs=1, ask={"rule": own})
    assert expected == rule_of(fixed.program.texts[0], quarter(fixed))


def test_who_sits() -> None:
    """Numbers of members; a body can grow; masks come from the data."""
    fixed = build(runs=1)
    sizes = {f: int(fixed.ladder.forums[n].sitting(0).sum()) for n, f in enumerate(FORUMS)}
    assert {"nac": 32, "eu": 27, "asean": 10, "unsc": 15, "minilateral": 36} == sizes
    assert 5 == (fixed.world.permanent & fixed.world.groups["UNSC"]).sum()
    region = fixed.ladder.forums[FORUMS.index("asean")]
    assert [10, 11] == [int(region.sitting(n).sum()) for n in (4, 5)]


def test_a_member_that_the_text_is_about_is_dropped_but_for_a_veto() -> None:
    for forum, issue, subject, dropped in (
        ("asean", "wording", "MMR", True), ("nac", "accession", "TUR", True),
        ("eu", "sanctions", "HUN", True), ("unsc", "sanctions", "RUS", False),
    ):  # fmt: skip
        fixed = asking(forum, issue, runs=1, ask={"subject": subject})
        assert dropped == (
            row(fixed, subject) not in voters(fixed.program.texts[0], quarter(fixed))
        )


# ---- the rules themselves


@pytest.mark.parametrize(("noes", "passes"), [(0, True), (8, True), (9, True), (10, False)])
def test_majority_needs_enough_states(noes: int, passes: bool) -> None:
    """Eleven of twenty: 55 %.  Everybody else's people are few."""
    against = np.arange(20)[None] < noes
    people = np.where(against, 0.01, 1.0)
    body = house(MAJORITY, 20, people=people / people.sum())
    assert passes == body.passes(against, ~against)[0]


@pytest.mark.parametrize(
    ("share", "noes", "passes"),
    [(0.34, 4, True), (0.36, 4, False), (0.36, 3, True), (0.9, 3, True)],
)
def test_majority_needs_enough_people_unless_few_object(
    share: float, noes: int, passes: bool
) -> None:
    against = np.arange(27)[None] < noes
    people = np.where(against, share / noes, (1.0 - share) / (27 - noes))
    assert passes == house(MAJORITY, 27, people=people).passes(against, ~against)[0]


def test_majority_of_people_is_met_at_the_edge() -> None:
    against = np.arange(20)[None] < 7
    assert house(MAJORITY, 20).passes(against, ~against)[0]
    assert not house(MAJORITY, 20, people_needed=np.full((1, 1), 0.66)).passes(against, ~against)[0]


@pytest.mark.parametrize(
    ("favor", "against", "passes"),
    [(9, [], True), (8, [], False), (9, [14], False), (9, [10], True), (15, [], True)],
)
def test_veto_needs_nine_votes_and_no_permanent_member_against(
    favor: int, against: list[int], passes: bool
) -> None:
    permanent = np.arange(15) >= 12
    noes = np.isin(np.arange(15), against)[None]
    body = house(VETO, 15, permanent=permanent)
    assert passes == body.passes(noes, (np.arange(15) < favor)[None] & ~noes)[0]


@pytest.mark.parametrize(("noes", "passes"), [(0, True), (2, True), (3, False)])
def test_a_few_may_stand_aside(noes: int, passes: bool) -> None:
    against = np.arange(10)[None] < noes
    assert passes == house(OPT_OUT, 10).passes(against, ~against)[0]
    assert (noes == 0) == house("consensus", 10).passes(against, ~against)[0]


def normal_like(z: float) -> float:
    """Logistic distribution function of unit variance."""
    return float(1.0 / (1.0 + np.exp(-z * np.pi / np.sqrt(3.0))))


def test_how_likely_a_majority_looks_by_hand() -> None:
    luck = np.random.default_rng(3)
    p, people = luck.uniform(0.1, 0.6, 20), luck.uniform(0.5, 2.0, 20)
    people = people / people.sum()
    body = house(MAJORITY, 20, people=people[None])
    got = body.chance(p[None, :, None], np.ones((1, 20, 1), dtype=bool))[0, 0]
    spread = np.sqrt((p * (1.0 - p)).sum())
    states = normal_like((9.5 - p.sum()) / spread)
    wide = np.sqrt((people**2 * p * (1.0 - p)).sum())
    enough = normal_like((0.35 - (people * p).sum()) / wide)
    few = normal_like((3.5 - p.sum()) / spread)
    assert got == pytest.approx(min(states, max(enough, few)), rel=1e-6)
    calm = body.chance(0.2 * p[None, :, None], np.ones((1, 20, 1), dtype=bool))[0, 0]
    q = 0.2 * p
    few = normal_like((3.5 - q.sum()) / np.sqrt((q * (1.0 - q)).sum()))
    enough = normal_like((0.35 - (people * q).sum()) / np.sqrt((people**2 * q * (1.0 - q)).sum()))
    assert few < enough
    assert calm == pytest.approx(enough, rel=1e-6)

    heavy = np.where(np.arange(20) == 0, 0.5, 0.5 / 19.0)  # one large state, likely against
    loud = np.where(np.arange(20) == 0, 0.9, 0.1)
    body = house(MAJORITY, 20, people=heavy[None])
    got = body.chance(loud[None, :, None], np.ones((1, 20, 1), dtype=bool))[0, 0]
    spread = np.sqrt((loud * (1.0 - loud)).sum())
    wide = np.sqrt((heavy**2 * loud * (1.0 - loud)).sum())
    enough = normal_like((0.35 - (heavy * loud).sum()) / wide)
    few = normal_like((3.5 - loud.sum()) / spread)
    assert enough < few
    assert got == pytest.approx(few, rel=1e-6)


def test_how_likely_the_other_rules_look_by_hand() -> None:
    luck = np.random.default_rng(4)
    p = luck.uniform(0.05, 0.4, (1, 15, 1))
    favor = np.ones((1, 15, 1), dtype=bool)
    silent = 1.0 - p[0, :, 0]
    permanent = np.arange(15) < 5
    vetoes = house(VETO, 15, permanent=permanent)
    assert vetoes.chance(p, favor)[0, 0] == pytest.approx(silent[:5].prod())
    few = favor & (np.arange(15) < 8)[:, None]
    assert 0.0 == vetoes.chance(p, few)[0, 0]
    assert house("unanimity", 15).chance(p, favor)[0, 0] == pytest.approx(silent.prod())
    q, spread = p[0, :, 0].sum(), np.sqrt((p * (1.0 - p)).sum())
    aside = house(OPT_OUT, 15).chance(p, favor)[0, 0]
    assert aside == pytest.approx(normal_like((2.5 - q) / spread), rel=1e-6)
    assert house(OPT_OUT, 15).chance(np.zeros((1, 15, 1)), favor)[0, 0] == pytest.approx(1.0)


# ---- V11: the text under a majority


positions = st.lists(st.floats(0.0, 1.0), min_size=5, max_size=15)
SILENT = quarter(asking("nac", "engagement", runs=1, limits=NO_NOISE))


def drafted(x: list[float], standing: float, target: float, body: House) -> float:
    """The text that drafting and voting bring about for given ideal points and a keen sponsor."""
    texts = np.linspace(standing, target, STEPS + 1)
    ends = np.array([*x, target])
    gains = (texts - standing) * (2.0 * ends[:, None] - standing - texts)
    at, isolation = SILENT, np.zeros((1, len(x)))
    chance = bargaining.pass_chance(gains[None, :-1], isolation, 0, body, at)[:, None]
    flat = np.zeros((1, 1))
    view = DraftView(gains[None, -1:], chance, np.ones_like(chance), flat + 1.0, flat, flat + 1e-9)
    return float(texts[int(draft(view).choice[0, 0])])


def quota(size: int, needed: int) -> House:
    """A body of equal members in which so many must agree."""
    one = np.ones((1, 1))
    return house(MAJORITY, size, states_needed=one * needed, people_needed=one * 0.0,
                 minority=one * 0.0)  # fmt: skip


@given(positions, st.floats(0.0, 0.5), st.floats(0.55, 1.0), st.floats(0.5, 1.0))
def test_v11_a_qualified_majority_agrees_on_the_quantile(
    x: list[float], q: float, target: float, share: float
) -> None:
    """`y* = min(y_A, 2*x_(k) - q)` with x_(k) the least keen of those who are needed."""
    needed = int(np.ceil(share * len(x)))
    pivot = sorted(x, reverse=True)[needed - 1]
    known = q if pivot <= q else min(target, 2.0 * pivot - q)
    got = drafted(x, q, target, quota(len(x), needed))
    assert got == pytest.approx(known, abs=(target - q) / STEPS + 1e-6)


@given(st.lists(st.floats(0.0, 1.0), min_size=5, max_size=15).filter(lambda x: len(x) % 2 == 1))
def test_v11_a_simple_majority_agrees_on_the_median(x: list[float]) -> None:
    """Black: a keen sponsor gets to where the median member is as well off as now."""
    q, target = 0.2, 1.0
    known = q if np.median(x) <= q else min(target, 2.0 * float(np.median(x)) - q)
    got = drafted(x, q, target, quota(len(x), len(x) // 2 + 1))
    assert got == pytest.approx(known, abs=(target - q) / STEPS + 1e-6)


def test_v11_in_the_council_of_the_union() -> None:
    """The whole procedure, with the population of the members: nobody needed loses by the text."""
    limits = NO_NOISE | {"c0_e": -1.0, "c3": 0.5, "c5": 0.5}
    fixed = asking("eu", "engagement", 0.6, "LTU", grid=STEPS + 1, limits=limits)
    session = sit(fixed)
    x = session.answers("sound")[0][1].values["position"][:, :-1]
    got = session.state.text[:, 1, 0]
    q, step = fixed.ladder.texts[0], (0.6 - fixed.ladder.texts[0]) / STEPS
    body = House.of(fixed.program.texts[0], voters(fixed.program.texts[0], session.at), session.at)

    def carries(y: np.ndarray) -> np.ndarray:
        fine = (y - q)[:, None] * (2.0 * x - q - y[:, None]) >= -1e-9
        return body.passes(~fine, fine)

    own = session.answers("sound")[0][1].values["position"][:, -1]
    assert np.all(carries(got) | (got == q))
    further = got + 2.0 * step
    stopped = (further > np.minimum(own, 0.6)) | ~carries(further)
    assert stopped.all()
    assert ((got > q + step) & (got < np.minimum(own, 0.6) - step)).any()


# ---- V12: payments where it takes many to block


def test_v12_a_majority_is_bought_cheapest_first_iff_it_fits_the_budget() -> None:
    known = {"s_res": 1e-9, "xi": 0.0, "nu_cover": 0.0, "PC0": 0.5, "kap0": 0.05}
    fixed = asking("eu", "engagement", 0.4, "LTU", limits=known, payable_floor=0.5)
    fixed.__dict__["misreading"] = np.zeros_like(fixed.misreading)
    session = sit(fixed)
    answer = session.answers("silence")[0][1]
    vote = session.at.notes["votes"][0]
    rows, members = vote["rows"], vote["members"]
    some = session.at.narrow(rows)
    body = House.of(fixed.program.texts[0], members, some)
    ready = answer.choice >= 1.0
    several = (ready.sum(axis=-1) >= 2)[:, None]
    noes = ready & (several | (answer.choice >= 2.0))
    margins = np.where(several, answer.values["margin_company"], answer.values["margin_alone"])
    payable = np.clip(0.5 + some.trait("illiberalism")[:, members], 0.5, 1.0)
    price = np.where(noes, np.maximum(margins, 0.0) / payable, np.inf)
    own = session.answers("sound")[0][1].values["gains"][rows, -1, -1]
    budget = np.minimum(opening(fixed).capital[rows, row(fixed, "LTU")], np.maximum(own, 0.0))
    seen = {"free": 0, "bought": 0, "dear": 0}
    for r in range(len(rows)):
        left, bill = noes[r].copy(), 0.0
        one = House.of(fixed.program.texts[0], members, session.at.narrow(rows[r : r + 1]))
        for n in np.argsort(price[r], kind="stable"):
            if one.passes(left[None], ~left[None])[0]:
                break
            left[n], bill = False, bill + price[r, n]
        fits = bill <= budget[r]
        assert fits == (session.result[rows[r]] >= WEAKENED)
        seen["free" if bill == 0.0 else "bought" if fits else "dear"] += 1
        paid = session.at.notes["price"][0][rows[r]] - (
            0.0 if fits else some.p("failure_cost")[r, 0]
        )
        if fits:
            assert paid == pytest.approx(bill, abs=1e-6)
    assert min(seen.values()) > 5, seen
    assert body.rule == MAJORITY


def test_permanent_members_are_bought_before_others() -> None:
    """A veto is no majority: what it takes is bought first, however dear."""
    body = house(VETO, 12, permanent=np.arange(12) < 2)
    offer = np.array([[2.0, 0.4, 0.3, *[0.0] * 9]])
    noes, favor = offer > 0.0, (np.arange(12) >= 3)[None]
    pay = np.full((1, 12), 0.5)
    bought, bill, enough = bargaining._bought(offer, pay, noes, favor, body)
    assert enough[0]
    assert [0, 1] == np.flatnonzero(bought[0]).tolist()
    assert bill[0] == pytest.approx(4.8)
    few = bargaining._bought(offer, pay, noes, favor & (np.arange(12) < 11), body)[2]
    assert not few[0]


# ---- V23 in other bodies


def failed(fixed: Setting) -> np.ndarray:
    session = sit(fixed)
    return np.where(session.result >= BLOCKED, session.result == BLOCKED, np.nan)


@pytest.mark.parametrize(
    ("forum", "issue", "target", "sponsor", "subject"),
    [("eu", "engagement", 0.5, "DEU", None), ("asean", "wording", 0.6, "IDN", None),
     ("unsc", "sanctions", 0.3, "FRA", "PRK")],
)  # fmt: skip
def test_v23_blocking_falls_with_the_cost_of_isolation(
    forum: str, issue: str, target: float, sponsor: str, subject: str | None
) -> None:
    bodies = {f"body_{f}": 1.0 for f in ("eu", "asean", "unsc")}
    low, high = (
        failed(asking(forum, issue, target, sponsor, ask={"subject": subject},
                      limits={"kap0": k, "xi": 0.0, "w_expo": 1.0, **bodies}))
        for k in (0.05, 0.6)
    )  # fmt: skip
    both = ~np.isnan(low) & ~np.isnan(high)
    assert both.sum() > 20
    assert np.all(high[both] <= low[both])
    assert high[both].sum() < low[both].sum()


def test_isolation_cost_by_hand() -> None:
    """`kap0*body*(1 + w_us*dep - w_o*(o - o0))*(1 - vit*stake) - irr*proc*leak`, all at work."""
    limits = {"kap0": 0.4, "body_eu": 0.7, "w_us": 0.6, "w_o": 0.5, "vit": 0.8, "irr": 0.1}
    for sponsor, target, way, led in (
        ("DEU", 0.9, 1.0, 1.0), ("DEU", 0.0, -1.0, 1.0), ("IDN", 0.9, 1.0, 0.0)
    ):  # fmt: skip
        fixed = asking("eu", "wording", target, sponsor, 40, limits=limits, ask={"subject": "CHN"})
        text, at = fixed.program.texts[0], quarter(fixed)
        members = voters(text, at)
        state = opening(fixed)
        shift = np.random.default_rng(1).uniform(-0.6, 0.6, state.opinion.shape)
        state = replace(state, opinion=state.opinion + shift)
        leak = np.full((40, 1), 0.5)
        got = bargaining.isolation_cost(state, text, members, leak, at)
        f = fixed.futures
        dep, proc = (f.trait(t)[:, members] for t in ("dependence", "process_sensitivity"))
        stake = np.maximum(f.dispute_with(row(fixed, "CHN")),
                           preferences.patronage(row(fixed, "CHN"), at))[:, members]  # fmt: skip
        lean = 1.0 + 0.6 * dep * led - way * 0.5 * shift[:, members]
        known = 0.4 * 0.7 * lean * (1.0 - 0.8 * stake) - 0.1 * proc * 0.5
        assert got == pytest.approx(np.maximum(known, 1e-9), abs=1e-12)
        assert (dep > 0.0).any()
        assert (proc > 0.0).any()


# ---- the Security Council


def council(**how: Any) -> Setting:
    limits = {"w_expo": 1.0, "c0_s": 2.0, "PC0": 0.0, "regen": 0.0} | how.pop("limits", {})
    ask = {"subject": how.pop("subject", "PRK")}
    return asking("unsc", "sanctions", 0.3, "FRA", ask=ask, limits=limits, **how)


def test_unsc_passes_with_nine_votes_and_without_a_veto() -> None:
    session = sit(council(limits={"c0_s": 1.0, "kap0": 0.02}))
    vote, world = session.at.notes["votes"][0], session.at.setting.world
    permanent = world.permanent[vote["members"]]
    vetoed = (vote["broke"] & permanent).any(axis=-1)
    favor = (vote["gain"] >= 0.0).sum(axis=-1) >= 9
    passed = session.result[vote["rows"]] >= WEAKENED
    assert np.array_equal(passed, favor & ~vetoed)
    outvoted = passed & vote["broke"].any(axis=-1)
    assert passed.any()
    assert vetoed.any()
    assert outvoted.any()
    assert not (vote["hid"] & passed[:, None]).any()
    assert np.all((vote["blamed"] >= 0.0) == (~passed & vote["broke"].any(axis=-1)))


def test_unsc_a_patron_vetoes_what_is_aimed_at_its_client() -> None:
    """Nobody else: the same text on a state without patrons passes more often."""
    rates = []
    for subject in ("PRK", "KHM"):
        session = sit(council(subject=subject, limits={"s_eta": 0.0}))
        vote = session.at.notes["votes"][0]
        red = [vote["members"].index(row(session.at.setting, i)) for i in ("CHN", "RUS")]
        rates.append(vote["broke"][:, red].any(axis=-1).mean())
    assert rates[0] > rates[1] + 0.1


def test_texts_are_tabled_to_be_vetoed() -> None:
    """`(1 - chance)*w_expo*stake`: worth it only if somebody stands behind the subject."""
    tabled = [(sit(council(limits={"w_expo": w, "c_table": 0.02})).result >= BLOCKED).mean()
              for w in (0.0, 0.5)]  # fmt: skip
    assert tabled[0] < tabled[1]
    fixed = council(runs=30, limits={"w_expo": 0.5})
    text, at = fixed.program.texts[0], quarter(fixed)
    members = voters(text, at)
    got = bargaining.exposure(text, House.of(text, members, at), at)
    behind = bargaining.vital(text, at)[:, fixed.world.permanent]
    assert got[:, 0] == pytest.approx(0.5 * behind.max(axis=-1))
    other = asking("nac", "sanctions", runs=3, ask={"subject": "PRK"})
    text, at = other.program.texts[0], quarter(other)
    assert not bargaining.exposure(text, House.of(text, voters(text, at), at), at).any()


def test_draft_counts_what_a_refusal_is_worth() -> None:
    """`chance*share*gain + (1 - chance)*exposure - cost`; not for a text that it does not want."""

    def put(gain: float, exposure: float) -> int:
        flat = np.zeros((1, 1))
        view = DraftView(
            gains=np.array([[[0.0, gain]]]), pass_chance=np.array([[[1.0, 0.25]]]),
            enough=np.zeros((1, 1, 2)), half_loaf=flat + 0.5, exposure=flat + exposure,
            cost=flat + 0.1,
        )  # fmt: skip
        return int(draft(view).choice[0, 0])

    assert [0, 1] == [put(0.4, e) for e in (0.06, 0.07)]  # .25*.5*.4 + .75*e > .1
    assert 0 == put(-0.4, 9.0)


# ---- what moves ideal points in other bodies


def test_patronage_by_hand() -> None:
    fixed = build(runs=20)
    at, f = quarter(fixed), fixed.futures
    korea = preferences.patronage(row(fixed, "KOR"), at)
    assert np.all(korea[:, row(fixed, "KOR")] == 1.0)
    cover = f.guarantees["USA"][:, row(fixed, "KOR")].max(axis=-1)
    assert np.array_equal(korea[:, row(fixed, "USA")], cover)
    assert not korea[:, row(fixed, "IND")].any()
    north = preferences.patronage(row(fixed, "PRK"), at)
    for who in ("CHN", "RUS"):
        solid = f.trait("bloc_solidarity")[:, row(fixed, who)]
        assert np.all(north[:, row(fixed, who)] >= solid)
        assert np.all(north[:, row(fixed, who)] > 0.0)
    estonia = preferences.patronage(row(fixed, "EST"), at)
    allies = np.flatnonzero(fixed.world.groups["NATO"])
    assert np.all(estonia[:, allies] > 0.0)


def test_rivals_are_of_the_other_camp_or_in_dispute() -> None:
    fixed = build(runs=20)
    at = quarter(fixed)
    russia = preferences.rivalry(row(fixed, "RUS"), at)
    assert np.all(russia[:, row(fixed, "FRA")] == 1.0)
    quarrel = preferences.quarrel(row(fixed, "RUS"), at)
    for who in ("CHN", "IDN", "UKR"):
        assert np.array_equal(russia[:, row(fixed, who)], quarrel[:, row(fixed, who)])


@pytest.mark.parametrize(("forum", "counts"), [("unsc", True), ("nac", False)])
def test_a_rival_as_sponsor_counts_in_the_security_council(forum: str, counts: bool) -> None:
    fixed = asking(forum, "wording", sponsor="RUS", runs=5)
    text, at = fixed.program.texts[0], quarter(fixed)
    table = preferences.features(opening(fixed), text, [row(fixed, "FRA")], at)
    assert counts == bool(table[..., FEATURES.index("rival")].any())


@pytest.mark.parametrize(("forum", "counts"), [("asean", True), ("unsc", False)])
def test_asean_states_follow_their_alignment(forum: str, counts: bool) -> None:
    """`+2*(a - a0)` in the ASEAN forum, to the digit, and nowhere else."""
    from agents.rules.council import sound
    from simulator.arrays import logit

    fixed = asking(forum, "wording", sponsor="IDN", runs=5)
    text, at, who = fixed.program.texts[0], quarter(fixed), [row(fixed, "VNM"), row(fixed, "KHM")]
    state = opening(fixed)
    moved = replace(state, alignment=state.alignment + 0.15)
    guests = np.zeros(2, dtype=bool)
    flat = np.full((5, 1), 0.5)

    def position(given_: State) -> np.ndarray:
        view = preferences.sounding(given_, 0, text, flat[:, 0], flat, flat, who, guests, at)
        return logit(sound(view).values["position"])

    assert position(moved) - position(state) == pytest.approx(0.3 * counts, abs=1e-9)


# ---- opt-outs


def region(**how: Any) -> Setting:
    limits = {"body_asean": 0.2, "c0_e": -0.5, "PC0": 0.0, "regen": 0.0} | how.pop("limits", {})
    issue = how.pop("issue", "engagement")
    return asking("asean", issue, 0.6 if issue == "wording" else 0.4, "IDN", limits=limits, **how)


def test_objectors_stand_aside_if_they_are_few() -> None:
    session = sit(region(limits={"x_out": 0.3}))
    vote = session.at.notes["votes"][0]
    noes, passed = vote["broke"].sum(axis=-1), session.result[vote["rows"]] >= WEAKENED
    assert np.array_equal(passed, noes <= 3)
    aside = passed & (noes > 0)
    assert aside.any()
    assert (~passed).any()
    gdp = session.at.setting.futures.trait("gdp_usd_bn")[vote["rows"]][:, vote["members"]]
    share = 1.0 - np.where(vote["broke"], gdp, 0.0).sum(axis=-1) / gdp.sum(axis=-1)
    carried = session.state.carried[vote["rows"], 0]
    assert carried[passed] == pytest.approx(share[passed])
    assert np.all(carried[aside] < 1.0)
    assert np.all(carried[~passed] == 1.0)
    assert np.all(vote["blamed"][passed] == -1.0)


def test_nobody_stands_aside_from_words_or_where_none_may() -> None:
    for fixed in (region(issue="wording"), region(limits={"x_out": 0.0})):
        session = sit(fixed)
        vote = session.at.notes["votes"][0]
        passed = session.result[vote["rows"]] >= WEAKENED
        assert np.array_equal(passed, ~vote["broke"].any(axis=-1))
        assert np.all(session.state.carried == 1.0)


def test_what_is_not_carried_by_all_is_in_force_in_part() -> None:
    """`dilution` is the agreed share of the ask, times the share of those asked that carry it."""
    fixed = region(levers=Levers(visibility=0.3), grid=6)
    state = opening(fixed)
    state = replace(
        state, started=np.zeros_like(state.started), decided=np.zeros_like(state.decided),
        agreed=np.full_like(state.agreed, 0.25), carried=np.full_like(state.carried, 0.6),
    )  # fmt: skip
    assert stance.force(state, quarter(fixed, 1))[0] == pytest.approx(0.6 * 0.15 / 0.3)


# ---- treaty change


def treaty(**how: Any) -> Setting:
    limits = {"c0_e": 4.0, "omega": 0.0, "n_gap": 8.0} | how.pop("limits", {})
    ask = {"rule": "treaty-change"}
    return asking("nac", "engagement", 0.4, ask=ask, limits=limits, **how)


def test_a_change_of_the_treaty_passes_twice_eight_quarters_apart() -> None:
    fixed = treaty(quarters=24, runs=60)
    seen: list[np.ndarray] = []
    play(fixed, lambda state, at: seen.append(at.notes["results"][0].copy()))
    results = np.array(seen)
    adopted = results >= WEAKENED
    assert adopted.any(axis=0).mean() > 0.5
    for r in np.flatnonzero(adopted.any(axis=0)):
        last = int(np.argmax(adopted[:, r]))
        once = np.flatnonzero(results[:, r] == FIRST_READING)
        assert 1 == len(once)
        assert last - once[0] >= 8
    assert ((results == FIRST_READING).sum(axis=0) <= 1).all()


def test_a_first_reading_changes_nothing_yet() -> None:
    session = sit(treaty())
    first = session.result == FIRST_READING
    assert first.mean() > 0.5
    assert not (session.result >= WEAKENED).any()
    assert np.all(session.state.next_try[first, 0] == 8.0)
    assert np.all(session.state.readings[:, 0] == first)
    assert np.all(session.state.text[:, 0, 0] == session.at.setting.ladder.texts[0])
    assert np.all(session.state.decided > 1e6)
    assert np.all(session.state.failures[first, 0] == 0.0)


def test_a_failed_second_reading_keeps_the_first() -> None:
    fixed = treaty(limits={"c0_e": -6.0, "c_cool": 4.0, "w_expo": 0.0})
    state = opening(fixed)
    minutes = Minutes.of(replace(state, readings=np.ones_like(state.readings)))
    rows = np.arange(RUNS)
    blocked = np.full(RUNS, BLOCKED)
    minutes.settle(0, fixed.program.texts[0], rows, blocked, blocked * 0.0, blocked * 0.0,
                   blocked * 0.0, noted(fixed, 8))  # fmt: skip
    assert np.all(minutes.readings == 1.0)
    assert np.all(minutes.next_try == 12.0)


def noted(fixed: Setting, number: int) -> Quarter:
    at = quarter(fixed, number)
    at.notes["results"] = np.zeros((1, len(fixed.futures.runs)))
    at.notes["price"] = {0: np.zeros(len(fixed.futures.runs))}
    return at


# ---- coalitions


def willing(target: float = 0.3, **how: Any) -> Setting:
    ask = {"members": how.pop("members", ())}
    return asking("minilateral", how.pop("issue", "engagement"), target, ask=ask, **how)


def test_who_joins_by_hand() -> None:
    """Those who gain, by logit at the precision of forums; the sponsor always."""
    session = sit(willing(grid=2))
    joined, fixed = session.at.notes["joined"][0], session.at.setting
    view, _ = next((v, a) for name, v, a in session.asked if name == "accept")
    rows, members = joined["rows"], joined["members"]
    gains = session.answers("sound")[0][1].values["gains"][rows, :-1, 1]
    noise = view.noise
    known = fixed.p("forum_precision")[rows] * gains + noise >= 0.0
    known[:, members.index(row(fixed, "USA"))] = True
    assert np.array_equal(known, joined["joins"])
    assert 36 == len(members)
    assert 0.05 < known.mean() < 0.95
    passed = session.result[rows] >= WEAKENED
    assert np.array_equal(passed, known.sum(axis=-1) >= 3)
    gdp = fixed.futures.trait("gdp_usd_bn")[rows][:, members]
    share = np.where(known, gdp, 0.0).sum(axis=-1) / gdp.sum(axis=-1)
    assert session.state.carried[rows, 0][passed] == pytest.approx(share[passed])
    assert np.array_equal(session.state.coalition[rows, 0], passed)
    assert np.all(session.state.text[:, -1] == fixed.ladder.texts)


def test_partners_speak_with_their_own_voice_in_a_coalition() -> None:
    """The intercept of partners for guests; that of allies for the others."""
    seen = []
    for keen in (-0.5, 1.0):
        session = sit(willing(limits={"c0_ip4": keen}))
        seen.append(session.answers("sound")[0][1].values["position"])
    fixed, members = session.at.setting, session.at.notes["joined"][0]["members"]
    guests = fixed.world.groups["IP4"][members]
    assert np.all(seen[0][:, :-1][:, guests] < seen[1][:, :-1][:, guests])
    assert np.array_equal(seen[0][:, :-1][:, ~guests], seen[1][:, :-1][:, ~guests])


def test_a_coalition_of_few_needs_no_more_than_it_asked() -> None:
    """Only those invited by name and the sponsor; a quorum beyond their number is their number."""
    session = sit(willing(members=["FRA"], limits={"n_min": 3.0}, target=0.15))
    joined = session.at.notes["joined"][0]
    assert sorted([row(session.at.setting, i) for i in ("FRA", "USA")]) == joined["members"]
    passed = session.result[joined["rows"]] >= WEAKENED
    assert np.array_equal(passed, joined["joins"].all(axis=-1))
    assert 0.0 < passed.mean() < 1.0


def test_a_larger_quorum_is_met_less_often() -> None:
    few, many = (
        sit(willing(target=0.5, limits={"n_min": n, "lam_f": 40.0})).state.decided[:, 0] < 1e6
        for n in (3.0, 12.0)
    )
    assert np.all(many <= few)
    assert many.sum() < few.sum()


def test_without_a_quorum_it_fails_and_cools_down() -> None:
    session = sit(willing(target=0.9, limits={"c0_e": -3.0, "c0_ip4": -3.0, "n_min": 30.0,
                                              "c_fail": 0.1, "c_cool": 3.0}))  # fmt: skip
    failed_ = session.result == BLOCKED
    if failed_.any():
        assert np.all(session.state.next_try[failed_, 0] == 3.0)
    assert not (session.result >= WEAKENED).any()


def test_prospects_by_hand() -> None:
    """Chance of a quorum times the share that is expected to carry it."""
    fixed = willing(members=["FRA", "GBR", "JPN"], runs=4, limits={"n_min": 3.0})
    at = quarter(fixed)
    circle = coalitions.Circle.of(fixed.program.texts[0], at)
    gains = np.random.default_rng(2).normal(0.0, 0.1, (4, 4, 2))
    got = circle.prospects(gains, at)
    lam = fixed.p("forum_precision")[..., None]
    p = 1.0 / (1.0 + np.exp(-lam * gains))
    p[:, circle.members.index(row(fixed, "USA"))] = 1.0
    mean, spread = p.sum(axis=1), np.sqrt((p * (1.0 - p)).sum(axis=1))
    z = (2.5 - mean) / (spread + 1e-9) * np.pi / np.sqrt(3.0)
    gdp = fixed.futures.trait("gdp_usd_bn")[:, circle.members]
    carried = (gdp[..., None] * p).sum(axis=1) / gdp.sum(axis=1)[:, None]
    assert got == pytest.approx((1.0 - 1.0 / (1.0 + np.exp(-z))) * carried)


def test_a_coalition_lacks_legitimacy_for_stories_and_sanctions_only() -> None:
    levers = Levers(sanctions=0.6, narrative=0.5, aid=2.0)
    ask = Ask("minilateral", "sanctions", 0.5, "USA")
    fixed = build(policy(asks=[ask], levers=levers, on=["CHN"], to=["TWN"], by=["USA"]), runs=9,
                  limits={"leg": 0.7})  # fmt: skip
    state = opening(fixed)
    at = quarter(fixed, 1)
    whole = replace(
        state, started=np.zeros_like(state.started), decided=np.zeros_like(state.decided),
        agreed=np.full_like(state.agreed, 0.5),
    )  # fmt: skip
    for joint, weight in ((0.0, 1.0), (1.0, 0.7)):
        forces = stance.force(replace(whole, coalition=np.full_like(whole.coalition, joint)), at)
        assert np.all(forces[0] == 1.0)
        for lever in ("sanctions", "narrative"):
            assert stance.effective(lever, at, forces)[0] == pytest.approx(weight)
        assert np.all(stance.effective("aid", at, forces)[0] == 1.0)
        assert stance.in_theater("narrative", at, forces)[0, 1] == pytest.approx(0.5 * weight)
        assert stance.to_actor("aid", at, forces, share=False).max() == pytest.approx(2.0)


# ---- C16: around a blocked forum


def routed(**how: Any) -> tuple[Setting, list[tuple[State, Quarter]]]:
    limits = {"kap0": 0.02, "xi": 0.0, "c_cool": 2.0, "PC0": 0.0, "regen": 0.0}
    fixed = asking("nac", how.pop("issue", "engagement"), 0.3, runs=200, quarters=6, grid=6,
                   limits=limits | how.pop("limits", {}), **how)  # fmt: skip
    seen: list[tuple[State, Quarter]] = []
    play(fixed, lambda state, at: seen.append((state, at)))
    return fixed, seen


def test_a_blocked_text_is_carried_by_a_coalition_once_it_has_cooled_down() -> None:
    fixed, seen = routed()
    results = np.array([at.notes["results"][0] for _, at in seen])
    assert (results == COALITION).any()
    for r in np.flatnonzero((results == COALITION).any(axis=0)):
        when = int(np.argmax(results[:, r] == COALITION))
        failures = np.flatnonzero(results[:when, r] == BLOCKED)
        assert len(failures)
        assert when - failures[-1] >= 2
    last = seen[-1][0]
    joint = (results == COALITION).any(axis=0)
    assert np.array_equal(last.coalition[:, 0] > 0.0, joint)
    assert np.all(last.agreed[joint, 0] == 0.3)
    assert np.all(last.text[joint, 0, 0] == fixed.ladder.texts[0])
    assert np.all((last.carried[joint, 0] > 0.0) & (last.carried[joint, 0] <= 1.0))
    assert np.all((last.decided[:, 0] < 1e6) == (results >= WEAKENED).any(axis=0))


def test_it_is_carried_iff_enough_would_join() -> None:
    """With a quorum out of reach it comes back to its own forum."""
    _, seen = routed(limits={"n_min": 36.0})
    results = np.array([at.notes["results"][0] for _, at in seen])
    assert not (results == COALITION).any()
    again = (results == BLOCKED).sum(axis=0) > 1
    assert again.any()


@pytest.mark.parametrize(("issue", "rule"), [("accession", None), ("engagement", "treaty-change")])
def test_membership_and_treaties_cannot_be_had_by_a_coalition(issue: str, rule: str | None) -> None:
    fixed = asking("nac", issue, 1.0, runs=1, ask={"rule": rule})
    assert agenda.around(fixed.program.texts[0], quarter(fixed)) is None
    other = asking("eu", "sanctions", runs=1)
    text = agenda.around(other.program.texts[0], quarter(other))
    assert text is not None
    assert (FORUMS[text.forum], text.rule) == ("minilateral", COALITION_RULE)


# ---- the record of a forum


def test_the_record_of_a_forum_by_hand() -> None:
    """`r' = r + (passed - r)/8` for every text tabled; held back texts are not seen."""
    fixed = asking("asean", "engagement", sponsor="IDN", runs=4)
    minutes, at = Minutes.of(opening(fixed)), noted(fixed, 0)
    results = np.array([ADOPTED, BLOCKED, 1.0, WEAKENED])
    nothing = np.zeros(4)
    start = fixed.ladder.asean_unity
    minutes.settle(0, fixed.program.texts[0], np.arange(4), results, nothing, nothing, nothing, at)
    up, down = start + (1.0 - start) / 8.0, start - start / 8.0
    assert minutes.forum_record[:, 2] == pytest.approx([up, down, start, up])
    assert np.all(np.delete(minutes.forum_record, 2, axis=1) == start)


def test_status_quo_nothing_moves_without_a_text() -> None:
    fixed = build(runs=6, quarters=6)
    start, last = opening(fixed), []
    play(fixed, lambda state, at: last.append(state))
    for name in ("text", "forum_record", "carried", "coalition", "readings", "capital_spent"):
        assert np.array_equal(getattr(start, name), getattr(last[-1], name)), name


def test_every_result_has_a_name_in_order() -> None:
    codes = [1.0, BLOCKED, FIRST_READING, WEAKENED, COALITION, ADOPTED]
    assert sorted(codes) == codes
    assert set(codes) < set(RESULTS)


# ---- V31, and blocs of opinion


@given(st.integers(0, 2**31), st.permutations(range(15)))
def test_v31_permuting_members_permutes_votes_in_every_body(seed: int, order: list[int]) -> None:
    luck = np.random.default_rng(seed)
    choice = luck.integers(0, 3, (40, 15)).astype(float)
    gain = np.where(choice > 0.0, -1.0, luck.choice([-1.0, 1.0], (40, 15)))
    values = {m: luck.uniform(0.1, 1.0, (40, 15)) for m in ("margin_alone", "margin_company")}
    people, permanent = luck.dirichlet(np.ones(15))[None], luck.uniform(size=15) < 0.3
    for rule in (MAJORITY, VETO, OPT_OUT, "unanimity"):
        body = house(rule, 15, people=people, permanent=permanent)
        moved = house(rule, 15, people=people[:, order], permanent=permanent[order])
        one = tally(choice, values, gain, body)
        swapped = {m: v[:, order] for m, v in values.items()}
        other = tally(choice[:, order], swapped, gain[:, order], moved)
        assert np.array_equal(one.against[:, order], other.against)
        assert np.array_equal(one.hid[:, order], other.hid)
        assert np.array_equal(one.passed, other.passed)
        blamed = np.where(other.blamed >= 0, np.array(order)[other.blamed.astype(int)], -1)
        assert np.array_equal(one.blamed, blamed)


assert forums


# ---- the words that pass


def test_adopted_is_what_moves_from_the_standing_text_as_far_as_asked() -> None:
    fixed = asking("nac", "wording", 0.8, runs=3)
    text, nothing = fixed.program.texts[0], np.zeros(3)
    standing = nothing + fixed.ladder.texts[text.issue]
    assert np.all(standing > 0.0)
    least = papers.least_move(text, standing)
    paper = papers.Paper(
        np.arange(3), standing, standing + least * [1.0, 0.5, 1.2],
        nothing, nothing, nothing, nothing, nothing, None,
    )  # fmt: skip
    found = papers.success(text, paper, np.zeros(3, dtype=bool))
    assert [ADOPTED, WEAKENED, ADOPTED] == found.tolist()


def test_partners_are_asked_about_the_part_that_was_agreed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The way from the standing text, as a share of the way to what was asked."""
    seen: list[np.ndarray] = []
    reasons = acceptance.reasons

    def look(state: State, t: int, share: np.ndarray, at: Quarter) -> Any:
        seen.append(share)
        return reasons(state, t, share, at)

    monkeypatch.setattr(acceptance, "reasons", look)
    one = policy(
        asks=[Ask("nac", "engagement", 0.6, "USA")], accept=["JPN"], levers=Levers(visibility=0.3)
    )
    fixed = build(one, limits=FREE, runs=RUNS)
    at, text = quarter(fixed), fixed.program.texts[0]
    minutes = Minutes.of(opening(fixed))
    standing = float(fixed.ladder.texts[text.issue])
    rows, agreed = np.arange(3), np.array([0.6, standing, 0.35])
    minutes.agreed[rows, 0] = agreed
    coalitions.invite(opening(fixed), minutes, 0, text, rows, agreed, at)
    assert seen[0] == pytest.approx((agreed - standing) / (0.6 - standing))
    assert standing > 0.0

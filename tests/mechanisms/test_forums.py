"""M2 Collective decision: the text (V11), side payments (V12), blocking (V23, V-b to V-f)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.rules.council import draft, silence
from mechanisms import build, play, policy, quarter, row
from simulator import draws
from simulator.batch import decide_together
from simulator.contracts import Ask, Levers
from simulator.mechanisms import agenda, bargaining, forums, stance
from simulator.mechanisms.minutes import ADOPTED, BLOCKED, WEAKENED, Minutes
from simulator.mechanisms.tally_rules import House, tally
from simulator.opening import opening
from simulator.phase import Quarter
from simulator.questions import DraftView, SilenceView
from simulator.setting import Setting
from simulator.state import State

RUNS = 400
Change = Callable[[np.ndarray], np.ndarray]


@dataclass
class Session:
    """One session of the council, with all that was asked and answered."""

    state: State
    at: Quarter
    asked: list[tuple[str, Any, Any]]

    @property
    def result(self) -> np.ndarray:
        return self.at.notes["results"][0]

    def answers(self, question: str) -> list[tuple[Any, Any]]:
        return [(view, answer) for name, view, answer in self.asked if name == question]


def sit(fixed: Setting, gains: Change | None = None) -> Session:
    """Propose and convene in quarter 0; `gains` may change what texts are worth to the members
    (and, in the last column, to the sponsor), (runs, members + 1, texts)."""
    decide, asked = decide_together(fixed.world.kinds), []

    def listen(question: str, view: Any, askers: Any, context: Any) -> Any:
        answer = decide(question, view, askers, context)
        if question == "sound" and gains is not None:
            changed = gains(answer.values["gains"].copy())
            answer = replace(answer, values=answer.values | {"gains": changed})
        asked.append((question, view, answer))
        return answer

    at = quarter(fixed, 0, listen)
    return Session(forums.convene(stance.propose(opening(fixed), at), at), at, asked)


def council(
    issue: str = "engagement", target: float = 0.4, grid: int = 2, levers: Levers | None = None,
    subject: str | None = None, runs: int = RUNS, **how: Any,
) -> Setting:  # fmt: skip
    """A text before the council; by default whole or nothing, tabled for free."""
    ask = Ask(forum="nac", issue=issue, target=target, sponsor="USA", subject=subject)
    policies = policy(asks=[ask], levers=levers or Levers())
    limits = {"c_table": 0.0} | how.pop("limits", {})
    return build(policies, runs=runs, grid=grid, limits=limits, **how)


# ---- V11: the text under unanimity

NO_NOISE = {"kap0": 0.0, "lam_f": 1e12, "nu_cover": 0.0, "w_look": 0.0, "PC0": 0.0, "regen": 0.0,
            "omega": 0.0, "s_res": 0.0, "irr": 0.0, "w_half": 1.0, "w_sal": 0.0}  # fmt: skip
STEPS = 400


def agreed(fixed: Setting) -> tuple[np.ndarray, np.ndarray]:
    """Agreed texts, and the ideal points of members and sponsor."""
    session = sit(fixed)
    position = session.answers("sound")[0][1].values["position"]
    text = fixed.program.texts[0]
    return session.state.text[:, text.forum, text.issue], position


@pytest.mark.parametrize("intercept", [-1.0, 0.5, 2.0])
@pytest.mark.parametrize("target", [0.3, 0.6, 1.0])
def test_v11_unanimity_agrees_on_what_the_least_willing_would_rather_have(
    target: float, intercept: float
) -> None:
    """`y* = q` if any x <= q, else `min(y_A, 2*min x - q)` (or what the sponsor itself wants)."""
    limits = NO_NOISE | {"c0_e": intercept, "c3": 0.5, "c5": 0.5}
    fixed = council(target=target, grid=STEPS + 1, limits=limits)
    got, x = agreed(fixed)
    q = fixed.ladder.texts[0]
    least, own = x[:, :-1].min(axis=-1), np.clip(x[:, -1], q, target)
    known = np.where(least <= q, q, np.minimum(own, 2.0 * least - q))
    step = (target - q) / STEPS
    assert np.abs(got - known).max() <= step
    assert np.all(got <= 2.0 * np.maximum(least, q) - q + 1e-6)


@pytest.mark.parametrize("intercept", [-2.0, -1.0, 0.0])
@pytest.mark.parametrize("target", [0.0, 0.15])
def test_v11_an_ask_below_the_standing_text_is_the_mirror(target: float, intercept: float) -> None:
    limits = NO_NOISE | {"c0_b": intercept, "c3": 0.2, "c4": 0.2, "c5": 0.2, "s_eta": 0.1}
    fixed = council("burden", target=target, grid=STEPS + 1, limits=limits)
    got, x = agreed(fixed)
    q = fixed.ladder.texts[2]
    most, own = x[:, :-1].max(axis=-1), np.clip(x[:, -1], target, q)
    known = np.where(most >= q, q, np.maximum(own, 2.0 * most - q))
    assert np.abs(got - known).max() <= (q - target) / STEPS


positions = st.lists(st.floats(0.0, 1.0), min_size=1, max_size=8)


def drafted(x: list[float], standing: float, target: float) -> float:
    """The text that the rules of drafting and silence bring about for given ideal points, for a
    sponsor that wants all it asks for."""
    texts = np.linspace(standing, target, STEPS + 1)
    ends = np.array([*x, target])
    gains = (texts - standing) * (2.0 * ends[:, None] - standing - texts)
    members, isolation = list(range(len(x))), np.zeros((1, len(x)))
    house = House.of(SILENT.setting.program.texts[0], members, SILENT)
    chance = bargaining.pass_chance(gains[None, :-1], isolation, 0, house, SILENT)[:, None]
    flat = np.zeros((1, 1))
    view = DraftView(gains[None, -1:], chance, np.ones_like(chance), flat + 1.0, flat, flat + 1e-9)
    return float(texts[int(draft(view).choice[0, 0])])


SILENT = quarter(council(runs=1, limits=NO_NOISE))


@given(positions, st.floats(0.0, 0.5), st.floats(0.55, 1.0))
def test_v11_closed_form_for_any_ideal_points(x: list[float], q: float, target: float) -> None:
    known = q if min(x) <= q else min(target, 2.0 * min(x) - q)
    assert drafted(x, q, target) == pytest.approx(known, abs=(target - q) / STEPS + 1e-6)


@given(positions, st.floats(0.5, 1.0), st.floats(0.0, 0.45))
def test_v11_mirror_for_any_ideal_points(x: list[float], q: float, target: float) -> None:
    known = q if max(x) >= q else max(target, 2.0 * max(x) - q)
    assert drafted(x, q, target) == pytest.approx(known, abs=(q - target) / STEPS + 1e-6)


@given(positions, st.floats(0.0, 1.0))
def test_v11_no_text_in_the_core_can_be_moved(x: list[float], where: float) -> None:
    q = min(x) + where * (max(x) - min(x))
    for target in (0.0, 1.0):
        assert q == drafted(x, q, target)


# ---- V12: side payments


def needs(session: Session) -> np.ndarray:
    """What each would-be blocker must be paid, in capital, (runs, members)."""
    fixed = session.at.setting
    _, answer = session.answers("silence")[0]
    ready = answer.choice >= 1.0
    several = (ready.sum(axis=-1) >= 2)[:, None]
    broke = ready & (several | (answer.choice >= 2.0))
    margin = np.where(several, answer.values["margin_company"], answer.values["margin_alone"])
    members = np.flatnonzero(fixed.ladder.forums[0].members)
    floor = fixed.ladder.payable_floor
    pay = np.clip(floor + fixed.futures.trait("illiberalism")[:, members], floor, 1.0)
    return np.where(broke, margin / pay, 0.0)


def budget(session: Session) -> np.ndarray:
    gains = session.answers("sound")[0][1].values["gains"]
    sponsor = row(session.at.setting, "USA")
    capital = opening(session.at.setting).capital[:, sponsor]
    return np.minimum(capital, np.maximum(gains[:, -1, -1], 0.0))


@pytest.mark.parametrize("cover", [0.0, 0.25, 0.5])
def test_v12_with_full_information_a_text_passes_iff_the_needs_fit_the_budget(cover: float) -> None:
    """Also when members cover each other: a price that buys no consent is not a price."""
    known = {"s_res": 0.0, "xi": 0.0, "nu_cover": cover, "PC0": 3.0}
    session = sit(council(limits=known, payable_floor=0.5))
    fits = needs(session).sum(axis=-1) <= budget(session)
    final = session.answers("silence")[1][1]
    margins = [final.values[m] for m in ("margin_alone", "margin_company")]
    left = [np.where(final.choice > 0.0, m, -1.0).max(axis=-1) for m in margins]
    tie = np.any([(m > 0.0) & (m < 1e-12) for m in left], axis=0)  # bought at exactly the price
    assert np.all(session.result >= BLOCKED)
    assert 0.1 < fits.mean() < 0.9
    assert not ((session.result >= WEAKENED) & ~fits).any()
    assert 0 == (fits & ~tie & (session.result == BLOCKED)).sum()


def test_v12_a_text_that_nobody_would_block_costs_nothing() -> None:
    session = sit(council(target=0.15))
    free = (session.result == ADOPTED) & ~(needs(session) > 0.0).any(axis=-1)
    assert free.any()
    assert not session.at.notes["price"][0][free].any()


def test_nobody_pays_more_than_it_has_or_than_the_item_is_worth() -> None:
    session = sit(council())
    passed = session.result >= WEAKENED
    paid = session.at.notes["price"][0]
    assert (paid[passed] > 0.0).any()
    assert np.all(paid[passed] <= budget(session)[passed] + 1e-12)
    assert np.all(session.state.capital >= 0.0)


# ---- V23 and nac_notes V-b: who blocks (paired draws; a monotone change never turns a run round)


def blocked(fixed: Setting, gains: Change | None = None) -> np.ndarray:
    session = sit(fixed, gains)
    assert (session.result >= BLOCKED).mean() > 0.5  # else nothing is tabled, nothing is tested
    return np.where(session.result >= BLOCKED, session.result == BLOCKED, np.nan)


def grows(fewer: np.ndarray, more: np.ndarray) -> bool:
    """Every run that is blocked stays so, and some more are."""
    both = ~np.isnan(fewer) & ~np.isnan(more)
    return bool(np.all(fewer[both] <= more[both]) and fewer[both].sum() < more[both].sum())


def test_v23_blocking_falls_with_the_cost_of_isolation() -> None:
    low, high = (council(limits={"kap0": k, "xi": 0.0}) for k in (0.15, 0.5))
    assert grows(blocked(high), blocked(low))


def test_v23_blocking_falls_with_dependence_on_the_sponsor() -> None:
    free, leaning = (council(limits={"w_us": w, "xi": 0.0}) for w in (0.0, 1.5))
    assert grows(blocked(leaning), blocked(free))


def test_v23_blocking_rises_with_a_vital_interest() -> None:
    low, high = (
        council("accession", target=1.0, subject="UKR", limits={"vit": v, "xi": 0.0})
        for v in (0.0, 1.0)
    )
    assert grows(blocked(low), blocked(high))


def test_v23_blocking_rises_with_the_size_of_the_objections() -> None:
    """All losses half as large again; gains, and with them the ceiling on payments, unchanged."""

    def deeper(gains: np.ndarray) -> np.ndarray:
        return np.where(gains < 0.0, 1.5 * gains, gains)

    fixed = council(limits={"xi": 0.0})
    assert grows(blocked(fixed), blocked(fixed, deeper))


@pytest.mark.parametrize("cover", [0.0, 0.5])
def test_v23_blocking_does_not_fall_with_the_number_of_opponents(cover: float) -> None:
    """A mild supporter turns into a mild opponent: company for the others, if there is cover."""
    fixed = council(limits={"nu_cover": cover, "xi": 0.0})

    def one_more(gains: np.ndarray) -> np.ndarray:
        last = gains[:, :-1, -1]
        mildest = np.argmin(np.where(last > 0.0, last, np.inf), axis=-1)
        gains[np.arange(len(gains)), mildest, -1] = -1e-9
        return gains

    base, more = blocked(fixed), blocked(fixed, one_more)
    both = ~np.isnan(base) & ~np.isnan(more)
    assert np.all(base[both] <= more[both])


def test_v23_a_better_company_raises_blocking() -> None:
    low, high = (council(limits={"nu_cover": n, "xi": 0.0, "PC0": 0.0}) for n in (0.0, 1.0))
    assert grows(blocked(low), blocked(high))


def test_vb_blocking_falls_with_payability() -> None:
    low, high = (council(limits={"xi": 0.0}, payable_floor=f) for f in (0.05, 0.6))
    assert grows(blocked(high), blocked(low))


def test_vb_blocking_falls_with_what_the_sponsor_gains_and_has() -> None:
    fixed = council(limits={"xi": 0.0, "PC0": 2.0}, payable_floor=0.5)

    def keener(gains: np.ndarray) -> np.ndarray:
        gains[:, -1] = 4.0 * gains[:, -1]
        return gains

    assert grows(blocked(fixed, keener), blocked(fixed))
    rich = council(limits={"xi": 0.0, "PC0": 4.0}, payable_floor=0.5)
    poor = council(limits={"xi": 0.0, "PC0": 0.5}, payable_floor=0.5)
    assert grows(blocked(rich, keener), blocked(poor, keener))


def test_a_sole_holdout_asks_for_more() -> None:
    low, high = (council(limits={"xi": x}, payable_floor=0.5) for x in (0.0, 2.0))

    def alone(gains: np.ndarray) -> np.ndarray:
        worst = np.argmin(gains[:, :-1, -1], axis=-1)
        sole = np.arange(gains.shape[1]) == worst[:, None]
        return np.where(sole[..., None], gains, np.abs(gains))

    assert grows(blocked(low, alone), blocked(high, alone))


def test_visible_steps_meet_more_resistance() -> None:
    """Members vote on where a visible step leads (precedent)."""
    quiet, loud = (council(levers=Levers(visibility=v), target=0.25) for v in (0.02, 0.3))
    assert np.nansum(blocked(quiet)) < np.nansum(blocked(loud))


# ---- nac_notes V-c, V-d, V-f


def test_vc_at_most_three_break_silence_in_the_median_failure() -> None:
    """The shipped office text at central costs of isolation."""
    from simulator import registry

    office = registry.policy("tokyo-liaison-office")
    central = {"isolation_cost": (0.25, 0.45)}
    fixed = build(office, runs=400, quarters=4, calibrated=True, parameters=central)
    sizes: list[int] = []

    def watch(state: State, at: Quarter) -> None:
        for vote in at.notes["votes"].values():
            first = vote["broke"].any(axis=-1) & (state.failures[vote["rows"], 0] == 1.0)
            sizes.extend(vote["broke"][first].sum(axis=-1).tolist())

    play(fixed, watch)
    assert len(sizes) > 50
    assert np.median(sizes) <= 3.0


def test_vd_without_capital_and_dilution_it_is_a_pure_veto_game() -> None:
    """Worked out again from the view: alone beyond the cost, else two in company."""
    fixed = council(limits={"PC0": 0.0, "regen": 0.0})
    session = sit(fixed)
    view, _ = session.answers("silence")[0]
    lost = view.gain < 0.0
    objection = np.maximum(-view.gain, 0.0) * (1.0 - view.look_ahead * view.pass_chance)
    push = objection + view.noise / view.precision
    alone = lost & (push > view.isolation)
    company = lost & (push > view.isolation / view.company)
    veto = alone.any(axis=-1) | (company.sum(axis=-1) >= 2)
    tabled = session.result >= BLOCKED
    assert np.array_equal(np.where(veto, BLOCKED, ADOPTED)[tabled], session.result[tabled])
    assert 0.05 < veto[tabled].mean() < 0.95


def noisy_council(seed: int, members: int) -> SilenceView:
    luck = np.random.default_rng(seed)
    size = (RUNS, members)
    return SilenceView(
        gain=luck.normal(0.1, 0.3, size),
        noise=draws.logistic(luck.uniform(size=size)),
        precision=np.full((RUNS, 1), 10.0),
        isolation=luck.uniform(0.2, 0.8, size),
        company=np.ones((RUNS, 1)),
        look_ahead=np.full((RUNS, 1), 0.2),
        pass_chance=np.full((RUNS, 1), 0.5),
        offer=np.zeros(size),
    )


def veto(view: SilenceView) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Who breaks, who is blamed, who hides, with the cover that company gives."""
    view = replace(view, company=bargaining.company(view.gain, PLAIN))
    answer = silence(view)
    house = House.of(PLAIN.setting.program.texts[0], list(range(view.gain.shape[1])), PLAIN)
    count = tally(answer.choice, answer.values, view.gain, house)
    assert np.array_equal(count.passed, ~count.against.any(axis=-1))
    return count.against, count.blamed, count.hid


PLAIN = quarter(council())


@given(st.integers(0, 2**31))
def test_vd_adoption_does_not_rise_with_the_number_of_members(seed: int) -> None:
    whole = noisy_council(seed, 12)
    passed = np.ones(RUNS, dtype=bool)
    for n in range(1, 13):
        cut = {k: v[:, :n] for k, v in whole.__dict__.items() if v.shape[1] > 1}
        broke, _, _ = veto(replace(whole, **cut))
        now = ~broke.any(axis=-1)
        assert np.all(now <= passed)
        passed = now
    assert 0.0 < passed.mean() < 1.0


@given(st.integers(0, 2**31), st.permutations(range(9)))
def test_vf_permuting_members_permutes_blockers(seed: int, order: list[int]) -> None:
    """V31 as well: blockers, hiders and the one who is blamed."""
    view = noisy_council(seed, 9)
    moved = {k: v[:, order] for k, v in view.__dict__.items() if v.shape[1] > 1}
    one, other = veto(view), veto(replace(view, **moved))
    assert np.array_equal(one[0][:, order], other[0])
    assert np.array_equal(one[2][:, order], other[2])
    names = np.array(order)
    blamed = np.where(other[1] >= 0.0, names[other[1].astype(int)], -1)
    assert np.array_equal(one[1], blamed)


@given(st.integers(0, 2**31))
def test_supporters_never_break_silence_and_opponents_break_or_hide(seed: int) -> None:
    view = noisy_council(seed, 9)
    broke, blamed, hid = veto(view)
    assert not (broke & (view.gain >= 0.0)).any()
    assert not (broke & hid).any()
    stuck = broke.any(axis=-1)
    assert np.array_equal((broke | hid)[stuck], (view.gain < 0.0)[stuck])
    assert np.all((blamed >= 0.0) == stuck)
    assert np.all(broke[np.arange(RUNS), blamed.astype(int)][stuck])


# ---- what follows a session


def test_a_failure_costs_capital_and_a_cool_down() -> None:
    session = sit(council(limits={"PC0": 1.0, "c_fail": 0.2, "c_cool": 4.0}))
    failed = session.result == BLOCKED
    sponsor = row(session.at.setting, "USA")
    assert session.state.capital[failed, sponsor] == pytest.approx(0.8)
    assert np.all(session.state.next_try[failed, 0] == 4.0)
    assert np.all(session.state.decided[failed, 0] > 1e6)


def test_private_reasons_persist() -> None:
    always, never = (
        build(*COUNCIL_POLICY, runs=200, parameters={"vote_noise_persistence": p})
        for p in (1.0, 0.0)
    )
    for fixed, kept in ((always, 1.0), (never, 0.0)):
        minutes = Minutes.of(opening(fixed))
        agenda.age_noise(minutes, quarter(fixed, 0))
        before = minutes.vote_noise.copy()
        agenda.age_noise(minutes, quarter(fixed, 1))
        assert kept == (before == minutes.vote_noise).mean()


COUNCIL_POLICY = (policy(asks=[Ask(forum="nac", issue="engagement", target=0.4, sponsor="USA")]),)


def test_forced_adoption_passes_every_text_in_full_at_its_first_tabling() -> None:
    fixed = build(*COUNCIL_POLICY, runs=20, adoption="forced")
    session = sit(fixed)
    assert np.all(session.result == ADOPTED)
    assert np.all(session.state.agreed[:, 0] == 0.4)


def test_partners_accept_what_they_gain_from() -> None:
    """M12, demand side: keener partners accept more often."""
    joined = []
    for intercept in (-2.0, 2.0):
        ask = Ask(forum="nac", issue="engagement", target=0.4, sponsor="USA")
        pact = policy(asks=[ask], accept=["JPN", "NZL"])
        fixed = build(pact, runs=RUNS, adoption="forced", parameters={"c0_ip4": intercept})
        forced = replace(fixed, imposed=replace(fixed.imposed, first=False,
                         **record_of_adoption(0.4, RUNS)))  # fmt: skip
        joined.append(sit(forced).state.taking_part.sum())
    assert joined[0] < joined[1]


def record_of_adoption(text: float, runs: int) -> dict[str, np.ndarray]:
    shape = (1, 1, runs)
    return {"result": np.full(shape, ADOPTED), "text": np.full(shape, text),
            "capital": np.zeros(shape)}  # fmt: skip


def test_capital_grows_back_to_its_start() -> None:
    fixed = build(runs=20, parameters={"capital_start": 1.0, "capital_regrowth": 0.1})
    state = replace(opening(fixed), capital=opening(fixed).capital - 0.15)
    once = forums.convene(state, quarter(fixed, 1))
    twice = forums.convene(once, quarter(fixed, 2))
    assert np.all(once.capital == pytest.approx(0.95))
    assert np.all(twice.capital == pytest.approx(1.0))


def test_a_leaked_paper_makes_it_cheaper_to_object() -> None:
    """Only for those sensitive to process, and only if it is visible and half-prepared (C15)."""
    fixed = council(levers=Levers(visibility=0.3), limits={"irr": 0.3, "p_leak": 0.5})
    at, text = quarter(fixed), fixed.program.texts[0]
    members = np.flatnonzero(fixed.ladder.forums[0].members).tolist()
    kept, leaked = (
        bargaining.isolation_cost(opening(fixed), text, members, np.full((RUNS, 1), flag), at)
        for flag in (0.0, 1.0)
    )
    sensitive = fixed.futures.trait("process_sensitivity")[:, members] > 0.0
    assert np.all((leaked < kept) == (sensitive & (kept > 1e-9)))
    shares = []
    for prep, visible in ((1.0, 0.3), (0.5, 0.3), (0.0, 0.3), (0.0, 0.0)):
        seen = replace(text, prep=prep, headline=visible)
        shares.append(bargaining.leaks(seen, at).mean())
    assert (0.0, 0.0) == (shares[0], shares[3])
    assert shares[1:3] == pytest.approx([0.25, 0.5], abs=0.08)


def test_offers_are_what_the_sponsor_reads_plus_a_margin() -> None:
    limits = {"PC0": 5.0, "xi": 0.0, "s_res": 0.4}
    session = sit(council(limits=limits, payable_floor=1.0))
    fixed = session.at.setting
    members = np.flatnonzero(fixed.ladder.forums[0].members)
    view, _ = session.answers("silence")[1]
    bought = (view.offer > 0.0).any(axis=-1)
    misread = fixed.misreading[:, 0][:, members]
    expected = needs(session) * np.exp(0.4 * (misread + 1.0))
    assert bought.any()
    assert view.offer[bought] == pytest.approx(expected[bought])


def test_a_sponsor_content_with_half_a_loaf_agrees_to_more_weakened_texts() -> None:
    weakened = []
    for worth in (0.0, 1.0):
        ask = Ask("nac", "engagement", 0.6, "USA", min=0.6)
        fixed = build(policy(asks=[ask]), runs=RUNS, limits={"w_half": worth})
        weakened.append((sit(fixed).result == WEAKENED).sum())
    assert 0 == weakened[0] < weakened[1]


def test_what_costs_more_to_table_is_tabled_less() -> None:
    cheap, dear = (sit(council(limits={"c_table": c})).result for c in (0.0, 0.2))
    assert np.all((dear >= BLOCKED) <= (cheap >= BLOCKED))
    assert (dear >= BLOCKED).sum() < (cheap >= BLOCKED).sum()


def test_tabling_costs_and_failing_costs_more() -> None:
    session = sit(council(limits={"c_table": 0.05, "c_fail": 0.2, "PC0": 1.0}))
    unpaid = np.ones(RUNS, dtype=bool)
    rows = session.at.notes["votes"][0]["rows"]
    unpaid[rows] = ~(session.answers("silence")[1][0].offer > 0.0).any(axis=-1)
    price, result = session.at.notes["price"][0], session.result
    assert price[unpaid & (result == ADOPTED)] == pytest.approx(0.05)
    assert price[result == BLOCKED] == pytest.approx(0.25)
    assert not price[result < BLOCKED].any()


@pytest.mark.parametrize("visibility", [0.3, -0.3])
def test_a_visible_step_leads_further_than_its_words(visibility: float) -> None:
    """`yp = y + omega*V` on the way up; a withdrawal leads down, but not below nothing."""
    target = 0.4 if visibility > 0.0 else 0.05
    fixed = council(target=target, grid=3, levers=Levers(visibility=visibility))
    view = sit(fixed).answers("sound")[0][0]
    further = (view.precedents - view.texts)[:, 0]
    omega = fixed.p("precedent_depth")[:, 0]
    if visibility > 0.0:
        assert further[:, 1] == pytest.approx(omega * visibility / 2.0)
        assert further[:, 2] == pytest.approx(omega * visibility)
    else:
        assert np.all(further[:, 2] < 0.0)
        assert np.all(view.precedents >= 0.0)
    assert not further[:, 0].any()

"""M5 Arms: budgets (V3), Richardson's race (V9), who watches whom, and what spending buys."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.rules import RULES
from agents.rules.arms import budget
from mechanisms import acts, begun, build, content, quarter, random_view, row
from mechanisms.rough_state import rough
from simulator.batch import decide_together
from simulator.mechanisms import arms, posture, stance, stockpile
from simulator.questions import BudgetView
from simulator.setting import Setting
from simulator.world import THEATERS

POINT: dict[str, Any] = {
    "burden": 2.4, "start": 2.0, "reaction": 1.5, "watched": [0.6, 0.3, 0.1, 0.0],
    "belief": [0.4, -0.2, 1.0, 0.3], "start_alarm": [0.5, 0.4, 0.6, 0.2],
    "strength": [1.2, 0.9, 1.1, 1.0], "policy": 0.35, "lag": 8.0, "fatigue": 0.1, "floor": 0.2,
    "ceiling": 15.0, "gdp": 1000.0, "asked": 1.5, "shortfall": 3.0, "refill_lag": 10.0,
}  # fmt: skip


def point(**other: Any) -> BudgetView:
    return BudgetView(**{n: np.asarray(v, dtype=float) for n, v in (POINT | other).items()})


def test_v09_the_product_form_at_a_point_worked_by_hand() -> None:
    watched, strength = POINT["watched"], POINT["strength"]
    alarm = [s / (1.0 + math.exp(-b)) for s, b in zip(strength, POINT["belief"], strict=True)]
    rise = [w * (a - b) for w, a, b in zip(watched, alarm, POINT["start_alarm"], strict=True)]
    threat = 1.5 * math.fsum(rise)
    aim = 2.0 + threat + 0.35
    answer = budget(point())
    assert answer.choice == pytest.approx(2.4 + (aim - 2.4) / 8.0 - 0.1 * 0.4, rel=1e-12)
    terms = answer.terms()
    assert terms["arms and intent of others"] == pytest.approx(threat, rel=1e-12)
    assert terms["policy"] == 0.35
    assert terms["fatigue"] == pytest.approx(-8.0 * 0.1 * 0.4, rel=1e-12)


@pytest.mark.parametrize(
    ("other", "paid", "restock", "bought"),
    [
        ({}, 1.0, 0.3, 6.0 - 1.5 - 0.3),  # a tenth of the shortfall, out of 1 of new money
        ({"shortfall": 50.0}, 1.0, 1.0, 6.0 - 1.5 - 1.0),  # all the new money
        ({"shortfall": 50.0, "start": 1.2, "asked": 5.5}, 1.0, 0.5, 0.0),  # all that is left
        ({"burden": 1.8}, 1.0, 0.0, 4.5 - 1.5),  # no new money, no refill
        ({"asked": 8.0}, 0.75, 0.0, 0.0),  # more is asked than there is
        ({"asked": 0.0, "burden": 0.0, "start": 0.0}, 1.0, 0.0, 0.0),
    ],
)
def test_v03_a_budget_is_spent_once(
    other: dict[str, float], paid: float, restock: float, bought: float
) -> None:
    values = budget(point(**other)).values
    assert values["paid"] == pytest.approx(paid)
    assert values["restock"] == pytest.approx(restock)
    assert values["arms"] == pytest.approx(bought, abs=1e-12)


@given(st.integers(0, 2**31))
def test_v03_what_others_take_is_not_spent_on_arms(seed: int) -> None:
    view = random_view(BudgetView, seed, SHAPES | {"": (64,)})
    view = replace(view, asked=3.0 * view.asked, gdp=300.0 * view.gdp)
    values = budget(view).values
    spent = view.asked * values["paid"] + values["restock"] + values["arms"]
    assert spent == pytest.approx(view.burden * view.gdp / 400.0, abs=1e-12)
    assert all(np.all(values[n] >= -1e-15) for n in ("paid", "restock", "arms"))


SHAPES = dict.fromkeys(("watched", "belief", "start_alarm", "strength"), (64, 4))


@pytest.mark.parametrize(("policy", "aim"), [(40.0, 15.0), (-40.0, 0.2)])
def test_the_clip_is_a_physical_bound(policy: float, aim: float) -> None:
    got = budget(point(policy=policy, reaction=0.0)).choice
    assert got == pytest.approx(2.4 + (aim - 2.4) / 8.0 - 0.1 * 0.4)


@pytest.mark.parametrize("name", ["belief", "strength", "policy", "reaction"])
def test_more_threat_more_spending_paired(name: str) -> None:
    view = replace(point(), start_alarm=np.zeros(4))
    more = replace(view, **{name: getattr(view, name) + 0.1})
    assert budget(more).choice > budget(view).choice


def test_v32_one_rule_and_one_family_of_coefficients_for_both_camps() -> None:
    assert len({RULES["budget"][kind] for kind in RULES["budget"]}) == 1
    priors = {p.symbol: p.prior for p in content.parameters() if p.name == "arms_reaction"}
    assert len(priors) == 2
    assert len(set(priors.values())) == 1


def test_v32_swapping_the_camps_swaps_who_watches_whom() -> None:
    """Allies watch red states only, red states the West only, the others everyone."""
    fixed = build(runs=5)
    watched, red = arms.attention(fixed), len(fixed.world.red)
    west, states = fixed.world.western, np.arange(len(fixed.world.actors))
    assert np.all(watched[:, west, red] == 0.0)
    assert np.all(watched[:, fixed.world.red, :red] == 0.0)
    assert watched.sum(axis=-1) == pytest.approx(np.ones(watched.shape[:2]))
    others = ~west & ~np.isin(states, fixed.world.red)
    assert np.all(watched[:, others].max(axis=(0, 1)) > 0.0)


def test_attention_is_the_share_of_reach_into_what_is_at_stake() -> None:
    fixed = build(runs=2)
    i = row(fixed, "JPN")
    exposed = []
    for j in range(3):
        parts = [
            fixed.futures.stakes[0, i, k]
            * fixed.reach[0, j, k]
            / (fixed.reach[0, j, k] + fixed.power[0, i, k] + 1e-300)
            for k in range(4)
        ]
        exposed.append(sum(parts))
    expected = [e / sum(exposed) for e in exposed]
    assert arms.attention(fixed)[0, i, :3] == pytest.approx(expected, rel=1e-9)


def test_the_strength_of_the_west_is_that_of_its_arms_together() -> None:
    fixed = build(runs=2)
    state = rough(fixed)
    owned = [fixed.futures.arms()[0, i] for i in np.flatnonzero(fixed.world.western)]
    now = [
        a * state.capability[0, i]
        for a, i in zip(owned, np.flatnonzero(fixed.world.western), strict=True)
    ]
    got = arms.strength(state, fixed)
    assert got[0, -1] == pytest.approx(sum(now) / sum(owned), rel=1e-12)
    assert np.array_equal(got[:, :-1], state.capability[:, list(fixed.world.red)])


def test_gdp_grows_on_its_trend() -> None:
    fixed = build(runs=2)
    rate = fixed.futures.trait("gdp_growth") / 100.0
    expected = fixed.futures.trait("gdp_usd_bn") * (1.0 + rate) ** (7 / 4)
    assert arms.gdp(quarter(fixed, 7)) == pytest.approx(expected, rel=1e-12)


def test_the_stock_of_arms_is_years_of_spending() -> None:
    fixed = build(runs=2, parameters={"depr": 0.02})
    f = fixed.futures
    expected = f.trait("milex_usd_bn") * f.trait("efficiency") / (4 * 0.02)
    assert stockpile.arms(fixed) == pytest.approx(expected)


CLAIM = {
    "military": {"taiwan": 0.5, "korea": 0.2}, "build_sop": {"korea": 0.4}, "build_aware": 0.3,
    "aid": 3.0, "industry": 0.1, "interchangeability": 0.02,
}  # fmt: skip


def claimed(lethal: bool) -> dict[str, float]:
    fixed = build(acts(levers=CLAIM, by=["DEU", "FRA"], to=["UKR"], lethal=lethal), runs=1)
    at = quarter(fixed, 3)
    forces = stance.force(begun(fixed), at, lag=1)
    asked = arms.claims(at, forces, arms.gdp(at))[0]
    return {a: float(asked[row(fixed, a)]) for a in ("DEU", "FRA", "USA")} | {
        f"gdp {a}": float(arms.gdp(at)[0, row(fixed, a)]) for a in ("DEU", "FRA")
    }


@pytest.mark.parametrize("lethal", [True, False])
def test_what_policies_ask_of_a_budget(lethal: bool) -> None:
    """Presence 2 $bn a year, each stock built by its price, aid unless it is arms, split by GDP;
    industry and compatible munitions in percent of own GDP."""
    got, world = claimed(lethal), content.world()
    bill = 2.0 * 0.5 + 0.05 * 0.4 + 0.05 * 0.3 + (0.0 if lethal else 3.0)
    size = {a: world.trait("gdp_usd_bn")[world.index[a]] for a in ("DEU", "FRA")}
    for a in size:
        share = bill * size[a] / sum(size.values()) / 4.0
        assert got[a] == pytest.approx(share + 0.12 * got[f"gdp {a}"] / 400.0, rel=1e-12)
    assert got["USA"] == 0.0


def test_giving_up_a_presence_pays_nothing_back() -> None:
    fixed = build(acts(levers={"military": -0.9}), runs=1)
    assert arms.bundle_bill(fixed.program.bundles[0]) == 0.0


def stepped(fixed: Setting, state: Any, number: int = 3) -> tuple[Any, dict[str, Any], Any]:
    """The state after budgets, the answers, and the view behind them."""
    seen: dict[str, Any] = {}

    def decide(question: str, view: Any, askers: Any, context: Any) -> Any:
        seen["view"] = view
        seen["answer"] = decide_together(fixed.world.kinds)(question, view, askers, context)
        return seen["answer"]

    at = quarter(fixed, number, decide)
    return arms.build(state, at), seen, at


def test_spending_becomes_arms_that_wear_out_and_that_war_destroys() -> None:
    """`C' = ((1-depr)*C + depr*money/money0) * (1 - att*share at war)`."""
    spend = acts(levers={"spend": 1.0}, by=["USA", "TWN"])
    fixed = build(spend, runs=3, limits={"depr": 0.03, "att": 0.1})
    state = rough(fixed, level=[1.0, 5.0, 4.0, 2.0], fighting=0.0)
    after, seen, _ = stepped(fixed, state)
    money, usual = seen["answer"].values["arms"], fixed.futures.trait("milex_usd_bn") / 4.0
    top = posture.ground(fixed).movers.index(row(fixed, "USA"))
    at_war = {"TWN": posture.usual(fixed)[:, row(fixed, "TWN"), 1],
              "USA": state.deployment[:, top, 1], "DEU": 0.0}  # fmt: skip
    for a, share in at_war.items():
        i = row(fixed, a)
        worn = 0.97 * state.capability[:, i] + 0.03 * money[:, i] / usual[:, i]
        assert after.capability[:, i] == pytest.approx(worn * (1.0 - 0.1 * share), rel=1e-12), a
    assert np.array_equal(after.burden, seen["answer"].choice)


def test_what_a_government_looks_at_when_it_sets_its_budget() -> None:
    spend = acts(levers={"spend": 0.7, "industry": 0.1}, by=["DEU"])
    fixed = build(spend, runs=2, parameters={"tau_m": 7, "f_i": 0.11, "tau_p": 9, "m_max": 12})
    state = rough(fixed)
    _, seen, at = stepped(fixed, state)
    view, i, free = seen["view"], row(fixed, "DEU"), row(fixed, "ISL")
    assert np.array_equal(view.policy[:, i], [0.7, 0.7])
    assert [float(v[0, 0]) for v in (view.lag, view.fatigue, view.refill_lag)] == [7.0, 0.11, 9.0]
    assert view.asked[:, i] == pytest.approx(0.1 * arms.gdp(at)[:, i] / 400.0)
    missing = np.maximum(stockpile.peacetime(fixed) - state.munitions, 0.0).sum(axis=-1)
    assert view.shortfall == pytest.approx(missing, rel=1e-12)
    start = 100.0 * fixed.futures.trait("milex_usd_bn") / fixed.futures.trait("gdp_usd_bn")
    assert view.start == pytest.approx(start)
    assert np.array_equal(view.ceiling[:, i], [12.0, 12.0])
    assert view.ceiling[:, row(fixed, "PRK")] == pytest.approx(start[:, row(fixed, "PRK")])
    assert np.all(view.ceiling[:, free] == 0.0)
    assert np.all(view.floor[:, i] == 0.2)


def test_a_state_without_forces_builds_none() -> None:
    fixed = build(runs=2)
    state = begun(fixed)
    for number in range(3):
        state, _, _ = stepped(fixed, state, number)
    assert np.all(state.burden[:, row(fixed, "ISL")] == 0.0)
    assert np.all(state.capability > 0.0)


def test_the_status_quo_is_at_rest() -> None:
    """No growth, no change of belief: budgets and arms stay where they are."""
    fixed = build(runs=4)
    still = {n: (v * 0.0,) * 3 for n, v in [("gdp_growth", fixed.world.trait("gdp_growth"))]}
    world = replace(fixed.world, traits=fixed.world.traits | still)
    fixed = replace(fixed, world=world, futures=replace(fixed.futures, world=world))
    state = start = begun(fixed)
    for number in range(8):
        state, _, _ = stepped(fixed, state, number)
    assert state.capability == pytest.approx(start.capability, abs=1e-12)
    assert state.burden == pytest.approx(start.burden, abs=1e-12)


def test_part_of_what_a_policy_asks_follows_with_a_lag() -> None:
    """Fatigue holds some of it back: the rest point is `policy / (1 + f*tau)`."""
    spend = acts(levers={"spend": 1.0}, by=["DEU"])
    fixed = build(spend, runs=2, limits={"k_i": 0.0, "f_i": 0.1, "tau_m": 8.0})
    state, i = begun(fixed), row(fixed, "DEU")
    path = []
    for number in range(1, 80):
        state, _, _ = stepped(fixed, state, number)
        path.append(state.burden[0, i] - arms.start_burden(fixed)[0, i])
    assert 0.0 < path[0] < path[5] < path[-1]
    assert path[-1] == pytest.approx(1.0 / 1.8, rel=1e-3)


# ---- V9: the linear race


def race(a: float, b: float, k: float, l: float, g: float, h: float) -> np.ndarray:  # noqa: E741
    x = np.zeros(2)
    for _ in range(4000):
        x = arms.richardson_step(
            x, np.array([[0.0, k], [l, 0.0]]), np.array([a, b]), np.array([g, h])
        )
    return x


def test_v09_two_actors_meet_where_richardson_says() -> None:
    a, b, k, l, g, h = 0.1, 0.07, 0.05, 0.04, 0.2, 0.3  # noqa: E741
    det = a * b - k * l
    expected = np.array([k * h + b * g, l * g + a * h]) / det
    assert race(a, b, k, l, g, h) == pytest.approx(expected, rel=1e-9)
    assert np.all(race(0.05, 0.05, 0.08, 0.08, 0.2, 0.2) > 1e9)  # a*b < k*l: no end


@given(*(st.floats(0.01, 0.3) for _ in range(4)))
def test_v09_a_race_of_two_settles_if_fatigue_outweighs_reaction(
    a: float, b: float, k: float, l: float,  # noqa: E741
) -> None:  # fmt: skip
    if abs(a * b - k * l) > 1e-6:
        reaction = np.array([[0.0, k], [l, 0.0]])
        assert arms.stable(reaction, np.array([a, b])) == (a * b > k * l)


@given(st.integers(0, 2**31))
def test_v09_many_actors_agree_with_the_eigenvalue(seed: int) -> None:
    luck = np.random.default_rng(seed)
    reaction, fatigue = luck.uniform(0.0, 0.05, (5, 5)), luck.uniform(0.03, 0.15, 5)
    np.fill_diagonal(reaction, 0.0)
    step = np.eye(5) - np.diag(fatigue) + reaction
    radius = np.abs(np.linalg.eigvals(step)).max()
    assert arms.stable(reaction, fatigue) == (radius < 1.0)
    x = luck.uniform(size=5)
    got = arms.richardson_step(x, reaction, fatigue, np.zeros(5))
    assert got == pytest.approx(step.dot(x), rel=1e-12)


@pytest.mark.parametrize(
    ("top", "tired", "least", "most"), [(0.05, 0.03, 0.1, 0.3), (0.02, 0.04, 0.95, 1.0)]
)
def test_v09_how_many_races_of_five_settle(
    top: float, tired: float, least: float, most: float
) -> None:
    """The shares that model.md M5 reports: about 20 % for wide coefficients, about all for narrow
    ones (nearer the prior of row 19)."""
    luck, settled = np.random.default_rng(1), 0
    for _ in range(1000):
        reaction = luck.uniform(0.0, top, (5, 5))
        np.fill_diagonal(reaction, 0.0)
        settled += arms.stable(reaction, luck.uniform(tired, 0.15, 5))
    assert least <= settled / 1000 <= most


def test_v39_another_currency_changes_nothing_but_the_unit() -> None:
    fixed = build(runs=3)
    money = ("gdp_usd_bn", "milex_usd_bn")
    scaled = {n: tuple(7.0 * v for v in fixed.world.traits[n]) for n in money}
    world = replace(fixed.world, traits=fixed.world.traits | scaled)
    other = replace(fixed, world=world, futures=replace(fixed.futures, world=world), kept={})
    one, _, _ = stepped(fixed, rough(fixed))
    two, _, _ = stepped(other, replace(rough(fixed), munitions=7.0 * rough(fixed).munitions))
    assert two.capability == pytest.approx(one.capability, rel=1e-12)
    assert two.burden == pytest.approx(one.burden, rel=1e-12)
    assert len(THEATERS) == 4

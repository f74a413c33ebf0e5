"""M15 The red bloc: cohesion, exchange, dual-use goods, nuclear arms, the Arctic."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from agents.rules.bloc import supply, trade_arms
from mechanisms import acts, begun, build, play, quarter, random_view, row
from simulator.mechanisms import (
    beliefs,
    munitions,
    red_bloc,
    red_start,
    red_trade,
    sanctions,
    stance,
    stockpile,
    transfers,
)
from simulator.phase import Quarter
from simulator.questions import SupplyView, TradeArmsView
from simulator.setting import Setting
from simulator.state import State

RUNS = 60
FIXED = build(runs=RUNS)
RED = list(FIXED.world.red)
GOODS, BORDER, ARMS = 0, 1, 2  # supplier-receiver, supplier-giver, receiver-giver


def sig(z: np.ndarray) -> np.ndarray:
    return 1.0 / (1.0 + np.exp(-z))


def one(name: str, fixed: Setting = FIXED) -> np.ndarray:
    return fixed.p(name)[:, 0]


def noted(fixed: Setting = FIXED, state: State | None = None) -> Quarter:
    at = quarter(fixed, 1)
    at.notes["force"] = stance.force(state or begun(fixed), at)
    return at


def anywhere(fixed: Setting = FIXED, seed: int = 1) -> State:
    """A state at a random point: nothing that the mechanism reads is at rest."""
    luck, state = np.random.default_rng(seed), begun(fixed)
    return replace(
        state,
        cohesion=luck.uniform(0.2, 0.8, state.cohesion.shape),
        threat=luck.uniform(0.1, 0.9, state.threat.shape),
        exchange=luck.uniform(0.0, 0.6, RUNS),
        dual_use=luck.uniform(-0.1, 0.1, RUNS),
        exposure=luck.uniform(0.4, 0.9, state.exposure.shape),
        nuclear_progress=luck.uniform(0.3, 0.8, RUNS),
        arctic=luck.uniform(0.1, 0.6, RUNS),
    )


def test_roles_follow_from_claims() -> None:
    world = FIXED.world
    who = (red_start.supplier(world), red_start.receiver(world), red_start.giver(world))
    assert ("CHN", "RUS", "PRK") == tuple(world.actors[i] for i in who)
    places = [red_start.pair_of(world, *p) for p in ((who[0], who[1]), (who[2], who[0]),
                                                     (who[1], who[2]))]  # fmt: skip
    assert [GOODS, BORDER, ARMS] == places
    assert [GOODS, BORDER, ARMS] == [red_start.pairs(world).index(p) for p in
                                     red_start.pairs(world)]  # fmt: skip


def test_cohesion_starts_at_the_values_of_the_specification_shifted_alike() -> None:
    start = begun(FIXED).cohesion
    expected = np.array([0.55, 0.4, 0.5]) + FIXED.p("cohesion_shift")
    assert start == pytest.approx(expected)


def test_the_threat_at_rest_is_what_the_first_quarter_would_bring_without_noise() -> None:
    fixed = build(runs=20, limits={"s_obs": 0.0})
    felt = beliefs.observe(begun(fixed), quarter(fixed)).threat[:, RED, -1]
    assert red_bloc.threat_at_rest(fixed) == pytest.approx(felt)


# ---- cohesion


def hand_cohesion(state: State, allied: np.ndarray, fixed: Setting = FIXED) -> np.ndarray:
    """The formula of model.md M15, pair by pair."""
    start = np.clip(np.array([0.55, 0.4, 0.5]) + fixed.p("cohesion_shift"), 0.0, 1.0)
    k1, k2, k3, k4 = (one(f"cohesion_{n}", fixed) for n in
                      ("pressure", "exchange", "friction", "speed"))  # fmt: skip
    now, then = state.threat[:, RED, -1], red_bloc.threat_at_rest(fixed)
    shells = state.exchange - red_trade.start_exchange(fixed)
    out = []
    for n, (a, b) in enumerate(((0, 1), (0, 2), (1, 2))):
        pressed = np.sqrt(now[:, a] * now[:, b]) - np.sqrt(then[:, a] * then[:, b])
        traded = (state.dual_use, 0.0, shells)[n] + allied[:, n]
        friction = (state.exposure[:, 0] - 1.0, shells, 0.0)[n]
        rest = (
            start[:, n]
            + (1.0 - start[:, n]) * (k1 * pressed + k2 * traded)
            - start[:, n] * k3 * friction
        )
        out.append(state.cohesion[:, n] + k4 * (rest - state.cohesion[:, n]))
    return np.stack(out, axis=-1)


def test_cohesion_moves_by_the_formula() -> None:
    state, at = anywhere(), noted()
    allied = np.random.default_rng(2).uniform(0.05, 0.3, (RUNS, 3))
    assert red_bloc._cohesion(state, at, allied) == pytest.approx(hand_cohesion(state, allied))


def test_cohesion_stays_a_share() -> None:
    state = replace(anywhere(), exchange=np.full(RUNS, 40.0))
    after = red_bloc._cohesion(state, noted(), np.full((RUNS, 3), 500.0))
    assert np.all((after >= 0.0) & (after <= 1.0))
    assert np.any(after == 1.0)


def at_rest(fixed: Setting = FIXED) -> State:
    state = begun(fixed)
    threat = state.threat.copy()
    threat[:, RED, -1] = red_bloc.threat_at_rest(fixed)
    return replace(state, threat=threat)


def test_the_status_quo_is_a_rest_point() -> None:
    """Without pressure, and while the war goes on as it did, nothing moves but nuclear arms."""
    state, start = at_rest(), begun(FIXED)
    for number in range(6):
        at = quarter(FIXED, number)
        at.notes["force"] = ()
        state = red_bloc.deal(replace(state, munitions=start.munitions, output=start.output), at)
        for name in ("cohesion", "exchange", "dual_use", "arctic"):
            expected = getattr(start, name)
            assert getattr(state, name) == pytest.approx(expected, abs=1e-12), name
    assert np.all(state.nuclear_progress > start.nuclear_progress)


@pytest.mark.parametrize("name", ["threat", "dual_use"])
def test_pressure_and_exchange_bind_and_trade_with_others_loosens(name: str) -> None:
    state, at = anywhere(), noted()
    none = np.zeros((RUNS, 3))
    low = red_bloc._cohesion(state, at, none)
    higher = replace(state, **{name: getattr(state, name) + 0.1})
    assert np.all(red_bloc._cohesion(higher, at, none)[:, GOODS] > low[:, GOODS])
    estranged = replace(state, exposure=0.5 * state.exposure)
    assert np.all(red_bloc._cohesion(estranged, at, none)[:, GOODS] > low[:, GOODS])


def test_a_giver_with_another_patron_is_its_own_master() -> None:
    state, at, none = anywhere(), noted(), np.zeros((RUNS, 3))
    more = replace(state, exchange=state.exchange + 0.2)
    change = red_bloc._cohesion(more, at, none) - red_bloc._cohesion(state, at, none)
    assert np.all(change[:, ARMS] > 0.0)
    assert np.all(change[:, BORDER] < 0.0)
    assert not change[:, GOODS].any()


# ---- munitions


def short_of(fixed: Setting = FIXED, made: float = 0.5, left: float = 0.8) -> State:
    """The receiver makes less than it did, the giver has less than it had."""
    state = begun(fixed)
    output, stock = state.output.copy(), state.munitions.copy()
    output[:, RED[1]] *= made
    stock[:, RED[2]] *= left
    return replace(state, output=output, munitions=stock)


@pytest.mark.parametrize(("made", "left"), [(0.5, 0.8), (0.9, 3.0), (0.99, 9.0)])
def test_the_exchange_is_the_gap_as_far_as_the_giver_can_spare(made: float, left: float) -> None:
    state, at = short_of(made=made, left=left), noted()
    full = stockpile.peacetime(FIXED)[:, RED[2]]
    reserve = FIXED.p("stock_reserve")
    spare = np.maximum(state.munitions[:, RED[2]] - reserve * full, 0.0).sum(axis=-1)
    gap = munitions.war_gap(state, at)
    passed = red_trade.exchange(state, at)
    assert passed == pytest.approx(np.minimum(spare, gap) / full.sum(axis=-1))
    assert np.all(passed * full.sum(axis=-1) <= spare + 1e-12)
    assert np.all(passed * full.sum(axis=-1) <= gap + 1e-12)


def test_the_exchange_meets_both_of_its_bounds_somewhere() -> None:
    at = noted()
    bound = []
    for left in (0.6, 9.0):
        state = short_of(left=left)
        gap = munitions.war_gap(state, at) / stockpile.peacetime(FIXED)[:, RED[2]].sum(axis=-1)
        bound.append(np.isclose(red_trade.exchange(state, at), gap).mean())
    assert bound[0] < 0.5 < bound[1]


def test_the_exchange_at_the_start_is_that_of_the_start_state() -> None:
    assert red_trade.exchange(begun(FIXED), noted()) == pytest.approx(
        red_trade.start_exchange(FIXED)
    )
    assert np.all(red_trade.start_exchange(FIXED) > 0.0)  # pattern P8: use exceeds output


def test_p8_no_exchange_where_the_receiver_makes_what_it_uses() -> None:
    state = short_of(made=50.0)
    assert not red_trade.exchange(state, noted()).any()
    truce = replace(begun(FIXED), war=np.full(RUNS, 2.0))
    assert not red_trade.exchange(truce, noted()).any()


def test_what_is_passed_on_leaves_the_giver_and_reaches_the_receiver() -> None:
    """Conservation with M6: one side's loss is the other's gain, and stocks stay positive."""
    state = replace(short_of(), exchange=red_trade.exchange(short_of(), noted()))
    gifts = transfers.transfers(state, noted(), ())
    given = gifts.given[:, RED[2]].sum(axis=-1)
    full = stockpile.peacetime(FIXED)[:, RED[2]].sum(axis=-1)
    assert given == pytest.approx(state.exchange * full)
    assert gifts.received[:, RED[1]].sum(axis=-1) == pytest.approx(given)
    assert np.all(given <= state.munitions[:, RED[2]].sum(axis=-1) + 1e-12)


def test_trade_arms_is_the_smaller_of_two() -> None:
    view = TradeArmsView(spare=np.array([1.0, 3.0]), gap=np.array([2.0, 2.0]))
    assert [1.0, 2.0] == trade_arms(view).choice.tolist()


# ---- aid by policies


def test_aid_inside_the_bloc_is_a_share_of_what_the_receiver_makes() -> None:
    aid = acts(levers={"aid": 12.0}, by=["CHN", "PRK"], to=["RUS"])
    fixed = build(aid, runs=RUNS)
    at = noted(fixed)
    half = np.full((RUNS,), 0.5)
    yearly = 4.0 * stockpile.usual_output(fixed)[:, row(fixed, "RUS")].sum(axis=-1)
    seen = red_trade.aid_inside(at, (half,))
    assert seen[:, GOODS] == pytest.approx(0.5 * 12.0 / 2.0 / yearly)
    assert seen[:, ARMS] == pytest.approx(seen[:, GOODS])
    assert not seen[:, BORDER].any()
    other = build(acts(levers={"aid": 12.0}, by=["NATO"], to=["UKR"]), runs=RUNS)
    assert not red_trade.aid_inside(noted(other), (half,)).any()


def test_aid_binds_the_pair_that_it_moves_in() -> None:
    fixed = build(acts(levers={"aid": 30.0}, by=["CHN"], to=["RUS"]), runs=RUNS)
    state = at_rest(fixed)
    after = red_bloc.deal(state, noted(fixed))
    change = after.cohesion - state.cohesion
    assert np.all(change[:, GOODS] > 0.0)
    assert change[:, [BORDER, ARMS]] == pytest.approx(np.zeros((RUNS, 2)), abs=1e-12)


def test_lethal_aid_to_the_invaded_raises_what_is_passed_on() -> None:
    """Ledger: aid raises the other side's use, hence the gap, the exchange and cohesion."""
    aid = acts(levers={"aid": 60.0}, by=["NATO"], to=["UKR"], lethal=True)
    passed = []
    for policies in ((), (aid,)):
        fixed = build(*policies, runs=RUNS)
        at, state = quarter(fixed, 1), begun(fixed)
        at.notes["force"] = stance.force(state, at)
        passed.append(red_trade.exchange(state, at))
    assert np.all(passed[1] >= passed[0])
    assert passed[1].mean() > passed[0].mean()


# ---- dual-use goods


def goods(seed: int, size: int = 400) -> SupplyView:
    return random_view(SupplyView, seed, {"": (size,)})


def test_supply_is_the_logit_of_its_worth() -> None:
    view = goods(3)
    worth = view.worth * view.cohesion - view.secondary - view.friction
    answer = supply(view)
    assert answer.choice == pytest.approx(view.most * sig(view.precision * worth))
    assert sum(answer.terms().values()) == pytest.approx(worth)


@pytest.mark.parametrize(("name", "sign"), [("cohesion", 1), ("worth", 1), ("secondary", -1),
                                            ("friction", -1), ("most", 1)])  # fmt: skip
def test_what_lets_more_goods_through(name: str, sign: int) -> None:
    view = goods(4)
    more = supply(replace(view, **{name: getattr(view, name) + 0.2})).choice
    assert np.all(sign * (more - supply(view).choice) > 0.0)


def test_goods_supplied_are_those_of_the_view_and_zero_change_at_the_start() -> None:
    at = noted()
    start = red_trade.supply(at_rest(), at)
    assert start == pytest.approx(red_start.start_supply(FIXED))
    state = anywhere()
    trade = FIXED.futures.trait("china_trade_usd_bn")[:, FIXED.world.groups["EU"]].sum(axis=-1)
    share = 100.0 * trade / FIXED.futures.trait("gdp_usd_bn")[:, row(FIXED, "CHN")]
    risk = one("supply_risk") * one("passthrough") * share * state.exposure[:, 0]
    worth = one("supply_worth") * state.cohesion[:, GOODS] - risk
    expected = one("supply_most") * sig(one("partner_precision") * worth)
    assert red_trade.supply(state, at) == pytest.approx(expected)


def test_expected_secondary_sanctions_hold_goods_back() -> None:
    levers = {"sanctions": 0.9, "audience_cost": 1.0}
    warning = acts(levers=levers, by=["EU"], on=["CHN"], theaters=["europe"])
    supplied = []
    for policies in ((), (warning,)):
        fixed = build(*policies, runs=RUNS)
        at = noted(fixed)
        cost = sanctions.secondary(begun(fixed), at)
        supplied.append(red_trade.supply(at_rest(fixed), at))
        assert np.all((cost > 0.0) == bool(policies))
    assert np.all(supplied[1] < supplied[0])


# ---- nuclear arms, the Arctic, collusion


def test_nuclear_progress_follows_the_formula() -> None:
    state = anywhere()
    felt = state.threat[:, RED[2], -1] - red_bloc.threat_at_rest(FIXED)[:, 2]
    push = np.maximum(0.2 + one("shell_price") * state.exchange + felt, 0.0)
    now = state.nuclear_progress
    expected = now + one("nuclear_pace") * push * (1.0 - now)
    assert red_bloc._nuclear(state, noted()) == pytest.approx(expected)
    assert np.any(push == 0.0) or np.all(push > 0.0)
    calm = replace(state, threat=np.zeros_like(state.threat), exchange=np.zeros(RUNS))
    base = np.maximum(0.2 - red_bloc.threat_at_rest(FIXED)[:, 2], 0.0)
    assert red_bloc._nuclear(calm, noted()) == pytest.approx(
        now + one("nuclear_pace") * base * (1.0 - now)
    )


def test_nuclear_progress_lengthens_the_newcomers_reach() -> None:
    state, at = anywhere(), quarter(FIXED)
    grown = state.nuclear_progress - one("nuclear_start")
    assert red_bloc.nuclear_reach(state, at) == pytest.approx(1.0 + one("nuclear_weight") * grown)
    assert np.all(red_bloc.nuclear_reach(begun(FIXED), at) == 1.0)
    before, after = (beliefs._reach(s, at) for s in (begun(FIXED), state))
    factor = (1.0 + one("nuclear_weight") * grown)[:, None]
    assert after[:, 2] == pytest.approx(factor * before[:, 2])
    assert np.array_equal(np.delete(after, 2, 1), np.delete(before, 2, 1))


def test_the_arctic_follows_cohesion_of_supplier_and_receiver() -> None:
    state = anywhere()
    rest = 0.55 * state.cohesion[:, GOODS]
    after = red_bloc.deal(state, noted()).arctic
    assert after == pytest.approx(state.arctic + 0.05 * (rest - state.arctic))
    start = 0.55 * begun(FIXED).cohesion[:, GOODS]
    assert begun(FIXED).arctic == pytest.approx(start)
    added = red_bloc.arctic_power(state, quarter(FIXED))
    assert added == pytest.approx(one("arctic_weight") * (state.arctic - start))


def test_collusion_sets_in_with_cohesion() -> None:
    state = anywhere()
    expected = FIXED.p("collusion") * sig(8.0 * (state.cohesion - 0.6))
    assert red_bloc.collusion(state, quarter(FIXED)) == pytest.approx(expected)


# ---- the phase, and the metrics


def test_the_phase_writes_each_part_once() -> None:
    state, at = anywhere(), noted()
    after = red_bloc.deal(state, at)
    nothing = np.zeros((RUNS, 3))
    assert np.array_equal(after.cohesion, red_bloc._cohesion(state, noted(), nothing))
    assert np.array_equal(after.exchange, red_trade.exchange(state, noted()))
    share = red_trade.supply(state, noted())
    assert after.dual_use == pytest.approx(share - red_start.start_supply(FIXED))
    measured = at.notes["measured"]
    assert measured["cohesion"] == pytest.approx(after.cohesion.mean(axis=-1))
    assert measured["supply_share"] == pytest.approx(share)
    assert np.array_equal(after.munitions, state.munitions)  # these move in M6


def test_policies_that_supply_count_in_the_read_out() -> None:
    fixed = build(acts(levers={"aid": 30.0}, by=["CHN"], to=["RUS"]), runs=RUNS)
    at = noted(fixed)
    red_bloc.deal(at_rest(fixed), at)
    allied = red_trade.aid_inside(at, at.notes["force"])[:, GOODS]
    share = red_trade.supply(at_rest(fixed), noted(fixed)) + allied
    assert at.notes["measured"]["supply_share"] == pytest.approx(share)
    assert np.all(allied > 0.0)


def test_metrics_read_the_bloc() -> None:
    seen: list[State] = []
    fixed = build(runs=16, quarters=6)
    metrics = play(fixed, lambda state, at: seen.append(state))

    def over_time(name: str) -> Any:
        return np.mean([getattr(s, name) for s in seen], axis=0)

    assert metrics["red_cohesion"] == pytest.approx(over_time("cohesion").mean(axis=-1))
    assert metrics["arctic_pressure"] == pytest.approx(over_time("arctic"))
    grown = seen[-1].nuclear_progress - one("nuclear_start", fixed)
    assert metrics["dprk_nuclear"] == pytest.approx(grown)
    supplied = over_time("dual_use") + red_start.start_supply(fixed)
    assert metrics["china_aid_russia"] == pytest.approx(supplied)

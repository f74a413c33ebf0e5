"""M14 Sanctions and trade: who joins, what is in force, what it costs, where trade goes (V4, V18,
V24, V41)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.special import expit, logit

from agents.rules.economy import join
from mechanisms import acts, begun, build, differing, play, quarter, random_view, row
from simulator.arrays import Floats
from simulator.mechanisms import joining, packages, sanctions, trade
from simulator.metrics import economy
from simulator.phase import Quarter
from simulator.questions import JoinView
from simulator.setting import Setting
from simulator.state import State
from simulator.world import THEATERS

RUNS = 10
NAMES = ("CHN", "RUS", "PRK")
PACKAGES = (
    acts("a", {"sanctions": 0.5, "audience_cost": 0.3, "sunk": 0.2, "talk": 0.4}, on=["CHN"],
         by=["EU"], theaters=["taiwan"]),
    acts("b", {"sanctions": 0.3, "audience_cost": 0.2}, on=["CHN", "RUS"], by=["USA", "JPN"],
         theaters=["taiwan", "europe"], keep=True, execute=True),
    acts("c", {"sanctions": -0.4}, on=["CHN"], by=["DEU"]),
    acts("d", {"sanctions": 0.3, "talk": 0.4, "audience_cost": 0.6, "sunk": 0.1}, on=["CHN"],
         by=["NATO"], theaters=["europe"]),
)  # fmt: skip
FORCE = {"a": 0.9, "b": 0.7, "c": 0.8, "d": 0.6}


def place(fixed: Setting, actor: str) -> int:
    """An actor's place among the red states."""
    return fixed.world.red.index(row(fixed, actor))


def generic(fixed: Setting, seed: int = 5) -> State:
    """A state in which nothing is at rest."""
    luck, state = np.random.default_rng(seed), begun(fixed)

    def some(name: str, low: float, high: float) -> Floats:
        return luck.uniform(low, high, getattr(state, name).shape)

    return replace(
        state,
        trade_left=some("trade_left", 0.6, 1.2),
        exposure=some("exposure", 0.6, 0.95),
        imposed=some("imposed", 0.1, 0.5),
        imposed_age=some("imposed_age", 0.5, 6.0),
        joined=np.round(some("joined", 0.0, 1.0)),
        sanction_belief=some("sanction_belief", -1.0, 1.0),
        alignment=some("alignment", -1.0, 1.0),
        un_sway=some("un_sway", 0.3, 0.9),
        europe_standing=some("europe_standing", 0.2, 0.9),
    )


def met(fixed: Setting, state: State, before: Floats | None = None) -> Quarter:
    """The quarter in which ladders have come to stand as in `state`, from `before`."""
    at = quarter(fixed, 1)
    moved = state.level - (state.level if before is None else before)
    at.notes |= {"rose": np.maximum(moved, 0.0), "fell": np.maximum(-moved, 0.0)}
    at.notes["force"] = tuple(np.full(state.runs, FORCE[b.policy]) for b in fixed.program.bundles)
    return at


PLAIN = build(runs=RUNS)
FULL = build(*PACKAGES, runs=RUNS)


def values(fixed: Setting, name: str) -> Floats:
    return fixed.futures.parameter(name)


# ---- trade: how much there is, and where it goes


def test_trade_is_goods_or_energy_or_nothing() -> None:
    f = PLAIN.futures
    goods, energy, none = (trade.volume(PLAIN, place(PLAIN, name)) for name in NAMES)
    here = np.arange(goods.shape[1]) != row(PLAIN, "CHN")
    assert np.array_equal(goods[:, here], f.trait("china_trade_usd_bn")[:, here])
    assert not goods[:, ~here].any()
    bill = values(PLAIN, "energy_bill")[:, None] * f.trait("gdp_usd_bn")
    there = np.arange(goods.shape[1]) != row(PLAIN, "RUS")
    assert energy[:, there] == pytest.approx((bill * f.trait("russian_energy"))[:, there])
    assert not none.any()


def test_shares_of_gdp_at_both_ends() -> None:
    t, gdp = place(PLAIN, "CHN"), PLAIN.futures.trait("gdp_usd_bn")
    i, me = row(PLAIN, "DEU"), row(PLAIN, "CHN")
    flow = PLAIN.futures.trait("china_trade_usd_bn")[:, i]
    assert trade.own_share(PLAIN, t)[:, i] == pytest.approx(100 * flow / gdp[:, i])
    assert trade.their_share(PLAIN, t)[:, i] == pytest.approx(100 * flow / gdp[:, me])
    for outside in ("RUS", "PRK", "CHN"):
        assert not trade.their_share(PLAIN, t)[:, row(PLAIN, outside)].any()
    west = [j for j in range(len(gdp[0])) if PLAIN.world.western[j]]
    whole = trade.their_share(PLAIN, t)[:, west].sum(axis=-1)
    assert trade.western_total(PLAIN, t) == pytest.approx(whole)
    state = generic(PLAIN)
    kept = (trade.their_share(PLAIN, t) * state.trade_left)[:, west].sum(axis=-1)
    assert trade.western_left(state, PLAIN, t) == pytest.approx(kept)


def test_seats_that_rotate_do_not_trade() -> None:
    free = trade.others(PLAIN)
    outside = {a for a, x in zip(PLAIN.world.actors, free, strict=True) if x == 0.0}
    assert outside == set(NAMES) | {a for a in PLAIN.world.actors if a.startswith("UN-")}


def test_v18_gravity_reproduces_margins() -> None:
    """What arrives is what was lost less the leak, in proportion to the pull."""
    luck = np.random.default_rng(1)
    lost, pull, kept = luck.uniform(size=(4, 6)), luck.uniform(size=(4, 9)), luck.uniform(size=4)
    won = trade.reroute(lost, pull, kept)
    assert won.sum(axis=-1) == pytest.approx(kept * lost.sum(axis=-1))
    assert won / won[:, :1] == pytest.approx(pull / pull[:, :1])
    assert not trade.reroute(lost, 0.0 * pull, kept).any()


@pytest.mark.parametrize("size", [0.0, 0.3, 1.0])
def test_v4_v18_trade_shed_is_balanced_and_never_negative(size: float) -> None:
    t, state, at = place(PLAIN, "CHN"), generic(PLAIN), quarter(PLAIN)
    start = trade.volume(PLAIN, t)
    after = trade.shed(state.trade_left, np.full(RUNS, size), t, at)
    west, leak = PLAIN.world.western, values(PLAIN, "rerouting_loss")
    before, now = start * state.trade_left, start * after
    lost = size * before[:, west].sum(axis=-1)
    assert now[:, west] == pytest.approx((1.0 - size) * before[:, west])
    rest = PLAIN.ladder.elsewhere["gdp_usd_bn"] * PLAIN.ladder.elsewhere["trade"]
    pull = before[:, ~west].sum(axis=-1) + rest
    growth = 1.0 + (1.0 - leak) * lost / pull
    assert now[:, ~west] == pytest.approx(before[:, ~west] * growth[:, None])
    beyond = rest * growth
    total = now.sum(axis=-1) + beyond
    assert total == pytest.approx(before.sum(axis=-1) + rest - leak * lost)
    assert np.all(after >= 0.0)


def test_substitution_takes_cost_off_by_age() -> None:
    age = np.arange(RUNS) * 0.7
    expected = (1.0 - values(PLAIN, "substitution")) ** age
    assert trade.fade(age, quarter(PLAIN)) == pytest.approx(expected)


@pytest.mark.parametrize("name", ["CHN", "RUS"])
def test_the_bill_of_a_flow_counts_each_dollar_once(name: str) -> None:
    t, state, at = place(PLAIN, name), generic(PLAIN), quarter(PLAIN)
    luck, rows = np.random.default_rng(2), np.array([1, 4, 5])
    cut = np.round(luck.uniform(size=(3, len(PLAIN.world.actors)))) * 0.3
    found = trade.bill(state, at, rows, t, cut)
    me, gdp = PLAIN.world.red[t], PLAIN.futures.trait("gdp_usd_bn")
    for n, r in enumerate(rows):
        pay, leak, retal, choke, sub = (
            values(PLAIN, p)[r]
            for p in ("passthrough", "rerouting_loss", "retaliation", "choke_cost", "substitution")
        )
        force = state.imposed[r, t] * (1.0 - sub) ** state.imposed_age[r, t]
        dollars = struck = taking = west = 0.0
        for i in range(len(PLAIN.world.actors)):
            flow = trade.volume(PLAIN, t)[r, i]
            there = state.trade_left[r, i] if name == "CHN" else state.exposure[r, t]
            taken = state.joined[r, t, i] * force
            mine = min(taken * (1.0 + retal), 1.0)
            gone = leak * max(1.0 - there, 0.0)
            hit = there * (1.0 - mine) * cut[n, i]
            if i == me:
                continue
            cost = pay * 100.0 * flow / gdp[r, i]
            assert found.flow[n, i] == pytest.approx(cost * (gone + there * mine + hit))
            assert found.hit[n, i] == pytest.approx(cost * hit)
            if trade.others(PLAIN)[i]:
                dollars += flow * (gone + there * taken + hit)
                struck += flow * hit
                taking += flow * state.joined[r, t, i] * PLAIN.world.western[i]
                west += flow * PLAIN.world.western[i]
        own = pay * 100.0 * dollars / gdp[r, me] + choke * force * taking / west
        assert found.flow[n, me] == pytest.approx(own)
        assert found.hit[n, me] == pytest.approx(pay * 100.0 * struck / gdp[r, me])


def test_v4_no_flow_costs_more_than_all_of_it() -> None:
    t, at = place(PLAIN, "CHN"), quarter(PLAIN)
    state = replace(generic(PLAIN), imposed=np.ones((RUNS, 3)), joined=np.ones((RUNS, 3, 67)))
    cut = np.ones((RUNS, len(PLAIN.world.actors)))
    worst = trade.bill(state, at, np.arange(RUNS), t, cut).flow
    most = PLAIN.p("passthrough") * trade.own_share(PLAIN, t) * np.maximum(state.trade_left, 1.0)
    others = np.arange(worst.shape[1]) != row(PLAIN, "CHN")
    assert np.all(worst[:, others] <= most[:, others] + 1e-9)


def test_only_runs_in_which_trade_changed_have_a_bill() -> None:
    state, t = begun(PLAIN), place(PLAIN, "CHN")
    cut = np.zeros_like(state.memory)
    assert not len(trade.touched(state, PLAIN, t, cut))
    imposed, left = state.imposed.copy(), state.trade_left.copy()
    imposed[1, t], cut[3, 2], left[6, 4] = 0.1, 0.3, 0.9
    changed = replace(state, imposed=imposed, trade_left=left)
    assert trade.touched(changed, PLAIN, t, cut).tolist() == [1, 3, 6]


# ---- packages


def test_packages_compose_and_the_secondary_ones_stand_apart() -> None:
    at = met(FULL, generic(FULL))
    found = packages.prepared(at, at.notes["force"], place(FULL, "CHN"))
    up = 1.0 - (1.0 - 0.9 * 0.5) * (1.0 - 0.7 * 0.3)
    down = 1.0 - 0.8 * 0.4
    assert found.size == pytest.approx(np.full(RUNS, up * down))
    assert found.executed == pytest.approx(np.full(RUNS, 0.7 * 0.3 * down))
    assert found.kept == pytest.approx(np.full(RUNS, 0.7 * 0.3 * down))
    k = THEATERS.index("taiwan")
    assert found.sunk[:, k] == pytest.approx(np.full(RUNS, 0.9 * 0.2))
    assert found.audience[:, k] == pytest.approx(np.full(RUNS, 0.9 * 0.3 + 0.7 * 0.2))
    shift = packages.belief_shift(found, at)[:, k]
    eta_s, eta_a = values(FULL, "sunk_effect"), values(FULL, "tied_effect")
    assert shift == pytest.approx(eta_s * 0.18 + eta_a * 0.41)
    apart = packages.secondary_package(at, at.notes["force"], place(FULL, "CHN"))
    assert apart.size == pytest.approx(np.full(RUNS, 0.6 * 0.3))
    other = packages.prepared(at, at.notes["force"], place(FULL, "RUS"))
    assert other.size == pytest.approx(np.full(RUNS, 0.7 * 0.3))
    table = packages.package(at, at.notes["force"])
    assert table["size"][:, k] == pytest.approx(found.size)
    assert table["size"][:, 0] == pytest.approx(other.size)
    assert not table["size"][:, THEATERS.index("korea")].any()


def test_who_seeks_reconciliation_is_less_outraged() -> None:
    at = met(FULL, generic(FULL))
    cool = packages.cooled(at, at.notes["force"])
    net = 0.9 * 0.5 - 0.8 * 0.4  # Germany is also behind the European package
    assert net > 0.0
    assert cool[:, row(FULL, "DEU")] == pytest.approx(np.ones(RUNS))
    alone = build(PACKAGES[2], runs=RUNS)
    cool = packages.cooled(quarter(alone), (np.full(RUNS, 0.8),))
    assert cool[:, row(alone, "DEU")] == pytest.approx(np.full(RUNS, 1.0 - 0.32))
    assert np.all(np.delete(cool, row(alone, "DEU"), axis=1) == 1.0)


def test_what_a_package_binds_its_senders_to() -> None:
    at = met(FULL, generic(FULL))
    tied, bound = packages.word(at, at.notes["force"], place(FULL, "CHN"))
    assert tied[:, row(FULL, "FRA")] == pytest.approx(np.full(RUNS, 0.9 * 0.3 + 0.6 * 0.6))
    assert tied[:, row(FULL, "JPN")] == pytest.approx(np.full(RUNS, 0.7 * 0.2))
    assert bound[:, row(FULL, "JPN")] == pytest.approx(np.full(RUNS, 0.7 * 0.3))
    assert not bound[:, row(FULL, "FRA")].any()


# ---- joining


def utility(fixed: Setting, r: int, i: int, t: int, level: int, share: float, lean: float) -> float:
    """Worth of joining by hand, without audience."""
    pay, retal = values(fixed, "passthrough")[r], values(fixed, "retaliation")[r]
    cost = pay * (1.0 + retal) * share * trade.own_share(fixed, t)[r, i]
    dependence = fixed.futures.trait("dependence")[r, i]
    return float(fixed.ladder.outrage[level] + lean + dependence - cost)


@pytest.mark.parametrize("name", NAMES)
def test_follow_through_is_the_mean_chance_to_join_at_the_top(name: str) -> None:
    from simulator.mechanisms import alignment

    t, west = place(PLAIN, name), np.flatnonzero(PLAIN.world.western)
    start = alignment.begin(PLAIN)["alignment"]
    for r in range(RUNS):
        weight = trade.volume(PLAIN, t)[r, west]
        weight = weight / weight.sum() if weight.any() else np.full(len(west), 1 / len(west))
        pull, lam = values(PLAIN, "alignment_pull")[r], values(PLAIN, "partner_precision")[r]
        odds = [lam * utility(PLAIN, r, int(i), t, 5, 0.5, pull * start[r, i]) for i in west]
        chance = expit(joining.readiness(PLAIN, t)[r, 0] + np.array(odds))
        assert weight @ chance == pytest.approx(values(PLAIN, "follow_through")[r], abs=1e-6)


def test_closeness_sway_and_standing_move_the_will_to_join() -> None:
    from simulator.mechanisms import stocks

    state, at, start = generic(PLAIN), quarter(PLAIN), stocks.begin(PLAIN)
    found = joining.leaning(state, at)
    pull, hold, drawn = (values(PLAIN, n) for n in ("alignment_pull", "un_hold", "europe_pull"))
    sway, standing = (
        state.un_sway - start["un_sway"],
        state.europe_standing - start["europe_standing"],
    )
    for actor, outside, asian in (("FRA", 0, 0), ("VNM", 1, 1), ("UKR", 1, 0), ("JPN", 0, 0)):
        i = row(PLAIN, actor)
        expected = pull * state.alignment[:, i] - outside * hold * sway + asian * drawn * standing
        assert found[:, i] == pytest.approx(expected), actor


def test_join_by_logit_in_two_steps() -> None:
    view = random_view(JoinView, 3, {"": (400,)})
    view = replace(view, noise=8.0 * view.noise - 6.0, ordinary_cost=0.4 * view.cost)
    answer = join(view)
    will = view.outrage + view.closeness + view.dependence + view.tied
    odds = view.readiness + view.precision * (will - view.cost)
    easy = view.readiness + view.precision * (will - 0.4 * view.cost)
    expected = np.where(odds > -view.noise, 2.0, np.where(easy > -view.noise, 1.0, 0.0))
    assert np.array_equal(answer.choice, expected)
    assert set(expected) == {0.0, 1.0, 2.0}
    assert answer.values["chance"] == pytest.approx(expit(odds))
    said = sum(answer.terms().values()) * view.precision
    step = np.where(expected == 2.0, odds, easy) + view.noise
    assert said == pytest.approx(step)


def test_reasons_to_join_are_private_and_persistent() -> None:
    """Asked again at the same rung, the same states join; a dearer round only keeps states out."""
    t = place(PLAIN, "CHN")
    state, rows = generic(PLAIN), np.arange(RUNS)
    share, level = np.full(RUNS, 0.4), np.full(RUNS, 4.0)
    once, again = (
        joining.ask_all(state, quarter(PLAIN, n), rows, t, share, level, ()) for n in (1, 7)
    )
    assert np.array_equal(once, again)
    dear = joining.ask_all(state, quarter(PLAIN), rows, t, share + 0.5, level, ())
    assert np.all((once == 1.0) | (dear < 1.0))
    assert (dear == 1.0).sum() < (once == 1.0).sum()


def test_a_round_asks_every_state_its_own_question() -> None:
    """Views by hand, in some runs, with packages: what is asked, and what becomes of answers."""
    t, state, rows = place(FULL, "CHN"), generic(FULL), np.array([0, 3, 8])
    asked: dict[str, Any] = {}

    def decide(question: str, view: Any, who: Any, context: Any) -> Any:
        asked["view"], asked["who"] = view, list(who)
        return join(view)

    at = replace(met(FULL, state), decide=decide)
    share, level = np.array([0.6, 0.15, 0.7]), np.array([3.0, 2.0, 5.0])
    out = joining.ask_all(state, at, rows, t, share, level, at.notes["force"])
    view, who = asked["view"], asked["who"]
    assert who == np.flatnonzero(trade.others(FULL)).tolist()
    n, i = who.index(row(FULL, "ITA")), row(FULL, "ITA")
    force, ordinary = FULL.ladder.outrage, np.minimum(FULL.ladder.sanctions[[3, 2, 5]], share)
    pay, retal = (values(FULL, p)[rows] for p in ("passthrough", "retaliation"))
    price = pay * (1.0 + retal) * trade.own_share(FULL, t)[rows, i]
    assert view.outrage[:, n] == pytest.approx(force[[3, 2, 5]])
    assert view.cost[:, n] == pytest.approx(price * share)
    assert view.ordinary_cost[:, n] == pytest.approx(price * ordinary)
    assert view.closeness[:, n] == pytest.approx(joining.leaning(state, at)[rows, i])
    assert view.dependence[:, n] == pytest.approx(FULL.futures.trait("dependence")[rows, i])
    assert view.tied[:, n] == pytest.approx(np.full(3, 0.9 * 0.3 + 0.6 * 0.6))
    choice = join(view).choice
    expected = np.where(choice[:, n] == 2.0, 1.0, (choice[:, n] == 1.0) * ordinary / share)
    assert out[:, i] == pytest.approx(expected)
    bound = np.minimum(0.7 * 0.3 / share, 1.0)
    assert np.all(out[:, row(FULL, "JPN")] >= bound - 1e-12)
    assert not out[:, [row(FULL, a) for a in NAMES]].any()


# ---- what the challenger expects


@pytest.mark.parametrize("theater", ["europe", "taiwan", "south_china_sea"])
def test_expected_cost_by_hand(theater: str) -> None:
    k, state = THEATERS.index(theater), generic(FULL)
    at = met(FULL, state)
    found = sanctions.expected_cost(state, at, at.notes["force"])[:, k]
    t = FULL.world.challenger_target[k]
    ready = packages.prepared(at, at.notes["force"], t)
    lean, cool = joining.leaning(state, at), packages.cooled(at, at.notes["force"])
    shift = state.sanction_belief[:, k] + packages.belief_shift(ready, at)[:, k]
    for r in (0, 6):
        lam, there = values(FULL, "partner_precision")[r], trade.left(state, FULL, t)[r]
        west = trade.western_total(FULL, t)[r]
        full = values(FULL, "passthrough")[r] + values(FULL, "choke_cost")[r] / west
        for level in range(6):
            plain = FULL.ladder.sanctions[level]
            stays = max(ready.executed[r], min(ready.kept[r], state.imposed[r, t]))
            share = max(plain, stays, ready.size[r] if level >= 3 else 0.0)
            cost = 0.0
            for i in np.flatnonzero(trade.others(FULL)):
                x = trade.their_share(FULL, t)[r, i] * (there[i] if len(there) > 1 else there[0])
                anger = FULL.ladder.outrage[level] * (cool[r, i] - 1.0)
                chance = [
                    expit(
                        joining.readiness(FULL, t)[r, 0]
                        + shift[r]
                        + lam * (utility(FULL, r, int(i), t, level, s, lean[r, i]) + anger)
                    )
                    for s in (plain, share)
                ]
                cost += full * x * (plain * chance[0] + (share - plain) * chance[1])
            assert found[r, level] == pytest.approx(cost), (r, level)


def test_a_state_that_trades_with_nobody_expects_nothing() -> None:
    state, at = generic(PLAIN), quarter(PLAIN)
    assert not sanctions.expected_cost(state, at, ())[:, THEATERS.index("korea")].any()


def test_at_the_start_the_top_level_costs_the_follow_through_of_all_trade() -> None:
    """`ft * .5 * (pass*X_W + choke)` from the West; a little more from others."""
    at, k = quarter(PLAIN), THEATERS.index("taiwan")
    found = sanctions.expected_cost(begun(PLAIN), at, ())[:, k, 5]
    t = PLAIN.world.challenger_target[k]
    whole = trade.western_total(PLAIN, t)
    full = values(PLAIN, "passthrough") * whole + values(PLAIN, "choke_cost")
    west = 0.5 * values(PLAIN, "follow_through") * full
    assert np.all(found > west)
    outside = trade.their_share(PLAIN, t).sum(axis=-1) / whole
    assert np.all(found < west / values(PLAIN, "follow_through") * outside)


@pytest.mark.parametrize("theater", ["europe", "taiwan"])
def test_v24_expected_sanctions_rise_with_follow_through_and_trade(theater: str) -> None:
    k = THEATERS.index(theater)
    low, high = (build(runs=RUNS, parameters={"ft": v}) for v in (0.3, 0.6))
    less, more = (
        sanctions.expected_cost(generic(f), quarter(f), ())[:, k, 2:] for f in (low, high)
    )
    assert np.all(more > less)
    state, at = generic(PLAIN), quarter(PLAIN)
    part = replace(state, trade_left=0.5 * state.trade_left, exposure=0.5 * state.exposure)
    whole, half = (sanctions.expected_cost(s, at, ())[:, k] for s in (state, part))
    assert half == pytest.approx(0.5 * whole)
    ready = build(PACKAGES[0], runs=RUNS)
    costs = [
        sanctions.expected_cost(generic(ready), quarter(ready), (np.full(RUNS, f),))[:, 1]
        for f in (0.0, 0.5, 1.0)
    ]
    assert np.all(np.diff(np.stack(costs), axis=0) >= 0.0)


# ---- in force


def imposed_at(
    fixed: Setting, level: float, before: float, state: State | None = None, theater: int = 1
) -> State:
    """The state after one phase of imposition, one ladder of China's come from `before`."""
    state = begun(fixed) if state is None else state
    now, was = np.ones_like(state.level), np.ones_like(state.level)
    now[:, theater], was[:, theater] = level, before
    state = replace(state, level=now)
    at = quarter(fixed, 1)
    at.notes |= {"rose": np.maximum(now - was, 0.0), "fell": np.maximum(was - now, 0.0)}
    at.notes["force"] = tuple(np.ones(state.runs) for _ in fixed.program.bundles)
    return sanctions.impose(state, at)


def package(**how: Any) -> Setting:
    return build(acts("p", {"sanctions": 0.4}, on=["CHN"], by=["EU"], **how), runs=RUNS)


def test_unprepared_sanctions_wait_a_quarter_and_prepared_ones_do_not() -> None:
    t = place(PLAIN, "CHN")
    just = imposed_at(PLAIN, 3.0, 1.0)
    assert not just.imposed.any()
    assert not just.joined.any()
    later = imposed_at(PLAIN, 3.0, 3.0, just)
    assert np.all(later.imposed[:, t] == 0.2)
    assert later.joined[:, t].any()
    assert np.all(np.delete(later.imposed, t, axis=1) == 0.0)
    assert np.all(imposed_at(PLAIN, 2.0, 3.0).imposed[:, t] == 0.1)  # what is held counts
    ready = package()
    assert np.all(imposed_at(ready, 3.0, 1.0).imposed[:, t] == 0.4)
    assert not imposed_at(ready, 2.0, 1.0).imposed.any()  # not before force is used
    assert np.all(imposed_at(ready, 2.0, 2.0).imposed[:, t] == 0.1)


def test_of_several_ladders_the_highest_counts() -> None:
    t = place(PLAIN, "CHN")
    state = begun(PLAIN)
    both = imposed_at(PLAIN, 4.0, 4.0, state, theater=3)
    assert np.all(both.imposed[:, t] == 0.3)
    assert not imposed_at(PLAIN, 4.0, 4.0, state, theater=2).imposed.any()  # nothing to lose


def test_sanctions_end_below_a_crisis_unless_they_are_kept() -> None:
    t = place(PLAIN, "CHN")
    plain = imposed_at(PLAIN, 3.0, 3.0)
    assert np.all(imposed_at(PLAIN, 2.0, 3.0, plain).imposed[:, t] == 0.2)  # not yet below
    ended = imposed_at(PLAIN, 1.0, 2.0, plain)
    assert not ended.imposed.any()
    assert not ended.joined.any()
    assert not ended.imposed_age.any()
    lasting = package(keep=True)
    assert np.all(imposed_at(lasting, 1.0, 1.0).imposed == 0.0)  # kept is not executed
    force = imposed_at(lasting, 5.0, 5.0)
    assert np.all(force.imposed[:, t] == 0.5)
    after = imposed_at(lasting, 1.0, 5.0, force)
    assert np.all(after.imposed[:, t] == 0.4)
    assert np.array_equal(after.joined, force.joined)


def test_an_executed_package_is_in_force_whatever_the_level() -> None:
    now = imposed_at(package(execute=True), 1.0, 1.0)
    t, eu = place(PLAIN, "CHN"), PLAIN.world.groups["EU"]
    assert np.all(now.imposed[:, t] == 0.4)
    assert np.all(now.joined[:, t, eu] == 1.0)
    assert np.all(now.joined[:, t, row(PLAIN, "HUN")] == 1.0)


def test_age_counts_from_the_cut_and_a_tougher_one_is_younger() -> None:
    t = place(PLAIN, "CHN")
    state = imposed_at(PLAIN, 2.0, 2.0)
    assert not state.imposed_age.any()
    state = imposed_at(PLAIN, 2.0, 2.0, imposed_at(PLAIN, 2.0, 2.0, state))
    assert np.all(state.imposed_age[:, t] == 2.0)
    tougher = imposed_at(PLAIN, 4.0, 4.0, state)
    assert tougher.imposed_age[:, t] == pytest.approx(3.0 * 0.1 / 0.3)
    kept = package(keep=True)
    state = replace(imposed_at(kept, 5.0, 5.0), imposed_age=np.full((RUNS, 3), 4.0))
    assert imposed_at(kept, 1.0, 1.0, state).imposed_age[:, t] == pytest.approx(5.0)


def test_states_are_asked_when_sanctions_begin_or_get_tougher_only() -> None:
    asked: list[int] = []

    def decide(question: str, view: Any, who: Any, context: Any) -> Any:
        asked.append(len(view.cost))
        return join(view)

    state = begun(PLAIN)
    for level, before, share in (
        (3.0, 3.0, 0.0),
        (3.0, 3.0, 0.2),
        (4.0, 4.0, 0.2),
        (2.0, 3.0, 0.3),
    ):
        standing = replace(
            state,
            level=np.full_like(state.level, level),
            imposed=np.full_like(state.imposed, share),
        )
        at = replace(met(PLAIN, standing, np.full_like(state.level, before)), decide=decide)
        at.notes["force"] = ()
        sanctions.impose(standing, at)
        asked.append(-1)
    assert asked == [RUNS, RUNS, -1, -1, RUNS, RUNS, -1, -1]  # China and Russia, begin and rise


def test_what_is_measured_of_sanctions() -> None:
    state = imposed_at(PLAIN, 4.0, 4.0)
    at = met(PLAIN, state)
    at.notes["force"] = ()
    sanctions.impose(state, at)
    t, west = place(PLAIN, "CHN"), PLAIN.world.western
    flow = trade.volume(PLAIN, t)[:, west]
    part = (flow * state.joined[:, t, west]).sum(axis=-1) / flow.sum(axis=-1)
    assert at.notes["measured"]["sanctions_joined"][:, t] == pytest.approx(part)
    assert np.all(at.notes["measured"]["sanctions_threatened"][:, t] == 1.0)
    assert not at.notes["measured"]["sanctions_threatened"][:, place(PLAIN, "RUS")].any()


# ---- trade moves


def test_threats_wear_trade_out_on_both_sides() -> None:
    t, state = place(FULL, "CHN"), generic(FULL)
    at = met(FULL, state)
    ready = packages.prepared(at, at.notes["force"], t).size
    lost = values(FULL, "derisking") * np.maximum(ready, state.imposed[:, t])
    after = sanctions.erode(state, at)
    assert after.trade_left == pytest.approx(trade.shed(state.trade_left, lost, t, at))
    west = np.where(FULL.world.western, trade.volume(FULL, t), 0.0)
    left = (west * after.trade_left).sum(axis=-1) / west.sum(axis=-1)
    assert after.exposure[:, t] == pytest.approx(left)
    r = place(FULL, "RUS")
    other = packages.prepared(at, at.notes["force"], r).size
    gone = values(FULL, "derisking") * np.maximum(other, state.imposed[:, r])
    assert after.exposure[:, r] == pytest.approx(state.exposure[:, r] * (1.0 - gone))


def test_nothing_moves_in_the_status_quo() -> None:
    """Rest point: no crisis, no package, no change to the last bit."""
    state = begun(PLAIN)
    for _ in range(3):
        at = met(PLAIN, state)
        at.notes["force"] = ()
        state = sanctions.erode(sanctions.impose(replace(state), at), at)
    start = begun(PLAIN)
    for name in ("imposed", "imposed_age", "joined", "trade_left", "exposure"):
        assert np.array_equal(getattr(state, name), getattr(start, name)), name


def test_engagement_makes_trade_grow_by_its_dollars() -> None:
    ties = build(acts("e", {"engage": 5.0}, to=["CHN"], by=["DEU", "FRA"]), runs=RUNS)
    t, state, at = place(ties, "CHN"), begun(ties), quarter(ties)
    at.notes["force"] = (np.full(RUNS, 0.5),)
    after = sanctions.erode(state, at)
    grown = (trade.volume(ties, t) * (after.trade_left - 1.0))[
        :, [row(ties, "DEU"), row(ties, "FRA")]
    ]
    assert grown.sum(axis=-1) == pytest.approx(values(ties, "engage_trade") * 0.5 * 5.0 / 4.0)
    assert after.trade_left[:, row(ties, "DEU")] == pytest.approx(
        after.trade_left[:, row(ties, "FRA")]
    )
    rest = np.delete(after.trade_left, [row(ties, "DEU"), row(ties, "FRA")], axis=1)
    assert np.all(rest == 1.0)


# ---- other costs that sanctions threaten


def test_the_answer_in_kind_and_secondary_sanctions_by_hand() -> None:
    t, state = place(FULL, "CHN"), generic(FULL)
    at = met(FULL, state)
    ready = packages.prepared(at, at.notes["force"], t)
    mine = [THEATERS.index("taiwan"), THEATERS.index("south_china_sea")]
    trust = logit(values(FULL, "follow_through")) + state.sanction_belief[:, mine].max(axis=-1)
    eta_s, eta_a = values(FULL, "sunk_effect"), values(FULL, "tied_effect")
    signal = eta_s * 0.18 + eta_a * 0.41
    west = trade.western_left(state, FULL, t)
    assert sanctions.in_kind(state, at, t, at.notes["force"]) == pytest.approx(
        ready.size * expit(trust + signal) * west
    )
    word = eta_s * 0.06 + eta_a * 0.36
    full = values(FULL, "passthrough") * west + values(FULL, "choke_cost")
    size = 0.6 * 0.3
    expected = values(FULL, "secondary_share") * size * expit(trust + word) * full
    assert sanctions.secondary(state, at) == pytest.approx(expected)
    assert not sanctions.secondary(begun(PLAIN), quarter(PLAIN)).any()


def test_v41_a_signal_without_credit_adds_its_bill_and_nothing_else() -> None:
    """A package with money sunk that nobody believes in is the package, and costs more."""
    how: dict[str, Any] = {
        "runs": 32, "quarters": 10, "scenario": "taiwan-quarantine",
        "parameters": {"sunk_effect": 0.0},
    }  # fmt: skip
    lean, dear = (
        play(build(acts("p", {"sanctions": 0.6, **more}, on=["CHN"], by=["EU"]), **how))
        for more in ({}, {"sunk": 0.2})
    )
    assert differing(lean, dear) == ["cost_usd_bn"]
    assert np.all(dear["cost_usd_bn"] > lean["cost_usd_bn"])


def test_v32_both_camps_pay_by_the_same_rule() -> None:
    """One cut dollar costs its two ends the same output, whoever cut it: sanctions without
    retaliation and choke points, and a coercive cut of the same size, mirror each other."""
    mirror = build(runs=RUNS, limits={"retal": 0.0, "choke": 0.0, "sub": 0.0})
    t, rows, at = place(mirror, "CHN"), np.arange(RUNS), quarter(mirror)
    state, who = begun(mirror), row(mirror, "AUS")
    joined, imposed = state.joined.copy(), state.imposed.copy()
    joined[:, t, who], imposed[:, t] = 1.0, 0.3
    cut = np.zeros((RUNS, len(mirror.world.actors)))
    by_them = trade.bill(replace(state, joined=joined, imposed=imposed), at, rows, t, cut).flow
    cut[:, who] = 0.3
    by_it = trade.bill(state, at, rows, t, cut).flow
    assert by_them == pytest.approx(by_it)
    assert by_it[:, who].min() > 0.0


# ---- how crises went


def test_episodes_are_told_apart() -> None:
    """One run a row: quarters in crisis, and those in which sanctions are carried out."""
    crisis = ["011100", "011100", "011111", "010110", "111111", "000000"]
    force = ["000000", "001100", "001111", "000010", "000000", "000000"]
    read = [np.array([[[c == "1" for c in line]] for line in rows]) for rows in (crisis, force)]
    yielded, imposed, worked = economy.episodes(read[0], read[1])
    assert yielded.tolist() == [1, 0, 0, 1, 0, 0]
    assert imposed.tolist() == [0, 1, 1, 1, 0, 0]
    assert worked.tolist() == [0, 1, 0, 1, 0, 0]


def test_a_year_of_patience() -> None:
    crisis = np.array([[[True] * n + [False] * (8 - n)] for n in (4, 5)])
    force = crisis.copy()
    worked = economy.episodes(crisis, force)[2]
    assert worked.tolist() == [1, 0]


def test_metrics_of_sanctions_by_hand() -> None:
    joined = np.array([[[0.0, 0.6, 0.6, 0.0], [0.0, 0.0, 0.0, 0.2]], np.zeros((2, 4))])
    crisis = np.array([[[1.0, 1.0, 1.0, 0.0], [0.0] * 4], np.zeros((2, 4))])
    history = {
        "sanctions_joined": joined, "sanctions_threatened": crisis,
        "partner_targeting": np.array([[1.0, 0, 0, 1.0], [0.0] * 4]),
        "coerced_states": np.array([[1.0, 2.0, 0, 1.0], [0.0] * 4]),
    }  # fmt: skip
    found = economy.measure(history, begun(PLAIN), PLAIN)
    assert found["partner_targeting"].tolist() == [20.0, 0.0]
    assert found["coerced_states"].tolist() == [40.0, 0.0]
    assert found["sanctions_imposed"].tolist() == [0.75, 0.0]
    for name, value in (("threat_success", 0.0), ("sanction_success", 1.0)):
        assert found[name][0] == value
        assert np.isnan(found[name][1])

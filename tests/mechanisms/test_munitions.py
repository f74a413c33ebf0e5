"""M6 Munitions: balance (V2), isolation (V5), interchangeability (V27), rest, and mirror (V32)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from mechanisms import acts, begun, build, quarter, row
from mechanisms.rough_state import rough
from simulator.mechanisms import arms, munitions, politics, red_bloc, transfers
from simulator.mechanisms.stockpile import peacetime, split, start_stock, usual_output
from simulator.phase import Quarter
from simulator.setting import Setting
from simulator.state import NEVER, State
from simulator.world import CLASSES, THEATERS

AID = {"DEU": 4.0, "FRA": 2.5, "USA": 30.0}  # standing aid, $bn a year


def with_traits(fixed: Setting, **cells: Mapping[str, float]) -> Setting:
    """A setting with known traits for some actors."""
    table = dict(fixed.world.traits)
    for name, values in cells.items():
        column = table[name][1].copy()
        for a, v in values.items():
            column[fixed.world.index[a]] = v
        table[name] = (column, column, column)
    world = replace(fixed.world, traits=table)
    return replace(fixed, world=world, futures=replace(fixed.futures, world=world), kept={})


def prepared(*policies: Any, runs: int = 3, **how: Any) -> Setting:
    fixed = build(*policies, runs=runs, **how)
    left = dict.fromkeys(fixed.world.actors, 0.7)
    aid = dict.fromkeys(fixed.world.actors, 0.0) | AID
    return with_traits(fixed, ukraine_aid_usd_bn=aid, stock_left=left)


def paying(fixed: Setting, number: int = 3, paid: float = 1.0, restock: float = 0.0) -> Quarter:
    """A quarter whose budgets are settled."""
    at = quarter(fixed, number)
    nobody = np.zeros((len(fixed.futures.runs), len(fixed.world.actors)))
    at.notes["budget"] = {"paid": nobody + paid, "restock": nobody + restock}
    return at


# ---- the whole quarter, worked again by hand

LEND = acts("lend", {"aid": 24.0}, by=["DEU", "FRA"], to=["TWN", "KOR"], lethal=True)
MAKE = acts("make", {"industry": 0.2}, by=["DEU", "FRA"], partners=["JPN", "KOR"])
ALONE = acts("alone", {"industry": 0.1}, by=["USA"])


@pytest.fixture(autouse=True)
def _shells(monkeypatch: pytest.MonkeyPatch) -> None:
    """Red states already pass shells on at the start."""
    kept = red_bloc.begin
    monkeypatch.setattr(
        red_bloc, "begin",
        lambda at: kept(at) | {"exchange": np.zeros(len(at.futures.runs)) + 0.04},
    )  # fmt: skip


def by_hand(fixed: Setting, state: State, r: int) -> np.ndarray:
    """Stocks of one run a quarter later, actor by actor; every policy in full force,
    nobody in a fight, war at the edge of Europe at `state.war`."""
    f, world = fixed.futures, fixed.world
    names, n = world.actors, len(world.actors)
    shares = np.stack([f.trait(f"{c}_share")[r] for c in CLASSES], axis=-1)
    full = (f.arms()[r] * f.trait("munitions_stock")[r])[:, None] * shares
    depth = f.trait("munitions_depth")[r]
    base = full * depth[:, None]
    start = full * f.trait("stock_left")[r][:, None]
    mix = np.array([full[i] / full[i].sum() if full[i].sum() else full[i] for i in range(n)])
    low, gap = fixed.p("low_war_use")[r, 0], fixed.p("war_gap")[r, 0]
    match, reserve = fixed.p("war_matching")[r, 0], fixed.p("stock_reserve")[r, 0]
    rus, ukr, prk = (names.index(a) for a in ("RUS", "UKR", "PRK"))
    aid = np.array([AID.get(a, 0.0) for a in names])
    stock, output = state.munitions[r], state.output[r]
    pace = {0.0: 1.0, 1.0: low, 2.0: 0.0}[float(state.war[r])]

    def lent(held: np.ndarray, speed: float) -> np.ndarray:
        can = np.maximum(held - reserve * full, 0.0)
        return np.minimum(speed * aid[:, None] / 4.0 * mix, can)

    # the start, intense war
    out0, shells0 = lent(start, 1.0), 0.04 * full[prk]
    in0 = out0.sum(axis=0)
    use = {rus: base[rus] + gap * base[rus], ukr: base[ukr] + np.maximum(gap * base[ukr], in0)}
    worn0 = base - out0
    worn0[ukr] += in0 - use[ukr]
    worn0[rus] += shells0 - use[rus]
    worn0[prk] -= shells0
    # this quarter
    out = lent(stock, pace)
    received, extra = np.zeros_like(stock), np.zeros(n)
    received[ukr] = out.sum(axis=0)
    lenders = [names.index(a) for a in ("DEU", "FRA")]
    held = {i: stock[i].sum() for i in lenders}
    sent = np.zeros(3)
    room = np.maximum(stock - reserve * full, 0.0) - out
    for i in lenders:
        part = np.minimum(24.0 / 4.0 * held[i] / sum(held.values()) * mix[i], room[i])
        out[i] = out[i] + part
        sent = sent + part
    for a in ("TWN", "KOR"):
        received[names.index(a)] += sent / 2.0
        extra[names.index(a)] = sent.sum() / 2.0
    shells = np.minimum(state.exchange[r] * full[prk], stock[prk] - out[prk])
    out[prk] = out[prk] + shells
    received[rus] = received[rus] + shells
    extra[rus] = shells.sum() - shells0.sum()
    worn = worn0 + depth[:, None] * (stock - start)
    there = stock + output - worn - out + received
    there = np.maximum(there, 0.0)
    surplus = {
        rus: (output[rus].sum() - base[rus].sum() + extra[rus]) / (base[rus].sum() + shells0.sum()),
        ukr: (output[ukr].sum() - base[ukr].sum() + extra[ukr]) / (base[ukr].sum() + in0.sum()),
    }
    for one, other in ((rus, ukr), (ukr, rus)):
        want = use[one] * pace * max(0.0, 1.0 + match * surplus[other])
        there[one] = there[one] - np.minimum(want, there[one])
    return there


def made_by_hand(fixed: Setting, state: State, r: int) -> np.ndarray:
    """Output of one run a quarter later; budgets pay .8 of what is asked and .02 of refill."""
    world, names = fixed.world, fixed.world.actors
    base, mix, output = usual_output(fixed)[r], split(fixed)[r], state.output[r]
    size = dict(zip(names, arms.gdp(quarter(fixed, 3))[r], strict=True))
    gdp0 = dict(zip(names, world.trait("gdp_usd_bn"), strict=True))
    cost = fixed.p("industry_cost")[r, 0]
    money = np.zeros(len(names)) + 0.02
    common = 0.0
    for a in ("DEU", "FRA"):
        own = 0.8 * 0.2 / 400.0 * size[a]
        money[names.index(a)] += 0.5 * own / cost
        common += 0.5 * own
    for a in ("JPN", "KOR"):
        money[names.index(a)] += common * gdp0[a] / (gdp0["JPN"] + gdp0["KOR"]) / cost
    money[names.index("USA")] += 0.8 * 0.1 / 400.0 * size["USA"] / cost
    target = base + money[:, None] * mix
    rus = names.index("RUS")
    target[rus] = target[rus] + state.dual_use[r] * base[rus]
    return output + (target - output) / fixed.p("production_lag")[r, 0]


@pytest.mark.parametrize("war", [0.0, 1.0, 2.0])
def test_v02_the_stock_equation_actor_by_actor(war: float) -> None:
    fixed = prepared(LEND, MAKE, ALONE)
    state = rough(fixed, war=war, level=1.0, aiding=0.0)
    after = munitions.produce(state, paying(fixed, paid=0.8, restock=0.02))
    for r in range(3):
        expected = by_hand(fixed, state, r)
        assert after.munitions[r] == pytest.approx(expected, rel=1e-10, abs=1e-12)
        assert after.output[r] == pytest.approx(made_by_hand(fixed, state, r), rel=1e-10)


@pytest.mark.parametrize("seed", range(6))
def test_v02_what_is_not_made_is_used_worn_or_moved(seed: int) -> None:
    """Nothing is lost between hands, stocks stay above zero, in peace and war, however empty."""
    fixed = prepared(LEND, MAKE)
    state = rough(fixed, seed)
    left = 0.02 if seed % 2 else 1.0
    state = replace(state, munitions=left * state.munitions, output=left * state.output)
    at = paying(fixed)
    after, flow = munitions.produce(state, at), at.notes["munitions"]
    change = flow["made"] - flow["worn"] - flow["used"] + flow["moved"]
    assert after.munitions - state.munitions == pytest.approx(change, abs=1e-9)
    assert flow["moved"].sum(axis=1) == pytest.approx(np.zeros((3, 3)), abs=1e-9)
    assert np.all(after.munitions >= 0.0)
    assert np.all(flow["used"] >= 0.0)


def test_the_status_quo_is_at_rest_whatever_stands_at_the_start() -> None:
    fixed = prepared()
    start = state = replace(begun(fixed), **red_bloc.begin(fixed))
    for number in range(12):
        state = munitions.produce(state, paying(fixed, number))
    assert state.munitions == pytest.approx(start.munitions, rel=1e-9)
    assert state.output == pytest.approx(start.output, rel=1e-12)
    assert np.array_equal(state.interchange, start.interchange)
    assert start.munitions == pytest.approx(0.7 * peacetime(fixed))


def test_a_scenario_that_begins_in_a_low_war_rests_there(monkeypatch: pytest.MonkeyPatch) -> None:
    fixed = prepared()
    kept = politics.begin
    low = {"war": np.ones(3)}
    monkeypatch.setattr(politics, "begin", lambda at: kept(at) | low)
    start = state = replace(begun(fixed), **red_bloc.begin(fixed), **low)
    for number in range(4):
        state = munitions.produce(state, paying(fixed, number))
    assert state.munitions == pytest.approx(start.munitions, rel=1e-9)


def test_the_start_is_a_share_of_arms_by_class() -> None:
    fixed = prepared()
    f, i = fixed.futures, row(fixed, "DEU")
    value = f.arms()[0, i] * f.trait("munitions_stock")[0, i] * f.trait("missile_share")[0, i]
    assert peacetime(fixed)[0, i, 2] == pytest.approx(value)
    assert start_stock(fixed)[0, i, 2] == pytest.approx(0.7 * value)
    assert usual_output(fixed)[0, i, 2] == pytest.approx(value * f.trait("munitions_depth")[0, i])
    assert split(fixed)[0, i].sum() == pytest.approx(1.0)


def test_the_gap_of_the_war_is_what_goes_beyond_output() -> None:
    fixed = prepared(LEND, parameters={"u_gap": 0.3, "u_match": 0.0})
    i = row(fixed, "RUS")
    made = usual_output(fixed)[:, i].sum(axis=-1)
    assert transfers.start_gap(fixed) == pytest.approx(0.3 * made)
    state = replace(begun(fixed), output=0.9 * begun(fixed).output)
    assert munitions.war_gap(state, paying(fixed)) == pytest.approx(0.4 * made)
    calm = replace(state, war=np.full(3, 2.0))
    assert np.array_equal(munitions.war_gap(calm, paying(fixed)), np.zeros(3))


def test_aid_to_one_side_raises_what_the_other_needs() -> None:
    lend = acts(levers={"aid": 40.0}, by=["NATO"], to=["UKR"], lethal=True)
    gaps = []
    for policies in ((), (lend,)):
        fixed = prepared(*policies)
        gaps.append(munitions.war_gap(begun(fixed), paying(fixed)))
    assert np.all(gaps[1] > gaps[0])


def test_a_giver_keeps_its_reserve() -> None:
    greedy = acts(levers={"aid": 60.0}, by=["EST"], to=["UKR"], lethal=True)
    fixed = prepared(greedy, parameters={"S_min": 0.5})
    i = row(fixed, "EST")
    gifts = transfers.transfers(begun(fixed), paying(fixed), (np.ones(3),))
    assert gifts.given[:, i] == pytest.approx(0.2 * peacetime(fixed)[:, i])
    assert gifts.extra[:, row(fixed, "UKR")] == pytest.approx(gifts.given[:, i].sum(axis=-1))


# ---- links


def grown(policy: Any, paid: float = 1.0, **limits: float) -> np.ndarray:
    fixed = build(policy, runs=1, limits={"g_phi": 0.04, **limits})
    state = replace(begun(fixed), interchange=np.array([[0.5, 0.2, 0.4]]))
    after = munitions.produce(state, paying(fixed, paid=paid))
    return (after.interchange - state.interchange)[0]


def shares(*who: str, of: str) -> float:
    world = build(runs=1).world
    size = world.trait("gdp_usd_bn")
    camp = world.together([of] if of != "red" else ["CHN", "RUS", "PRK"])
    mask = world.together(list(who))
    return float(size[mask & camp].sum() / size[camp].sum())


def test_links_grow_with_money_and_with_the_pairs_they_join() -> None:
    size = 0.02 * 0.75 / 0.05 * 0.04
    within = grown(acts(levers={"interchangeability": 0.02}, by=["DEU", "FRA"]), paid=0.75)
    nato = shares("DEU", "FRA", of="NATO")
    assert within == pytest.approx([size * nato * nato * 0.4, 0.0, 0.0], rel=1e-9)
    what = {"interchangeability": 0.02}
    partners = grown(acts(levers=what, by=["DEU"], partners=["JPN"]), paid=0.75)
    pairs = shares("DEU", of="NATO") * shares("JPN", of="IP4")
    assert partners == pytest.approx([0.0, size * pairs * 0.7, 0.0], rel=1e-9)
    back = grown(acts(levers=what, by=["JPN"], partners=["DEU"]), paid=0.75)
    assert back == pytest.approx(partners)
    mixed = grown(acts(levers=what, by=["AUS", "GBR", "USA"]))
    across = shares("GBR", "USA", of="NATO") * shares("AUS", of="IP4")
    assert mixed[1] == pytest.approx(0.016 * across * 0.7, rel=1e-9)
    red = grown(acts(levers=what, by=["CHN", "RUS"]))
    joined = shares("CHN", "RUS", of="red")
    assert red == pytest.approx([0.0, 0.0, 0.016 * joined * joined * 0.5], rel=1e-9)


def test_links_stay_below_their_ceiling() -> None:
    rich = acts(levers={"interchangeability": 0.2}, by=["NATO"])
    assert grown(rich, g_phi=5.0)[0] == pytest.approx(0.4)


# ---- a fight


def at_war(fixed: Setting, **fields: Any) -> State:
    """War at Taiwan, peace elsewhere; nobody helps unless `fields` say so."""
    quiet: dict[str, Any] = {"level": [1.0, 4.0, 1.0, 1.0], "aiding": 0.0, "fighting": 0.0}
    return rough(fixed, **(quiet | fields))


def helping(fixed: Setting, **where: list[str]) -> np.ndarray:
    out = np.zeros((len(fixed.world.actors), 4))
    for theater, who in where.items():
        for a in who:
            out[row(fixed, a), THEATERS.index(theater)] = 1.0
    return out


def test_who_fights_uses_munitions_for_each_theater() -> None:
    """The challenger, the attacked, who is bound to them, and who has come."""
    fixed = prepared(limits={"need": 0.5})
    come = helping(fixed, taiwan=["GBR", "FRA"], south_china_sea=["FRA"], korea=["CAN"])
    state = at_war(fixed, level=[1.0, 4.0, 1.0, 5.0], fighting=come)
    need = munitions.need(state, paying(fixed), np.arange(3))
    wars = {"USA": 2, "CHN": 2, "TWN": 1, "GBR": 1, "FRA": 2, "PHL": 1, "DEU": 0, "PRK": 0,
            "CAN": 0, "RUS": 0}  # fmt: skip
    for a, n in wars.items():
        i = row(fixed, a)
        assert need[:, i] == pytest.approx(0.5 * n * peacetime(fixed)[:, i]), a


def test_v05_without_links_or_gifts_each_stands_alone() -> None:
    """Phi = 0: what others hold and offer changes nobody's supply."""
    fixed = prepared()
    helped = helping(fixed, taiwan=["DEU", "FRA", "CAN", "RUS"])
    state = at_war(fixed, interchange=0.0, aiding=helped)
    rich = state.munitions.copy()
    rich[:, [row(fixed, a) for a in ("DEU", "FRA", "CAN", "RUS")]] *= 9.0
    others = munitions.supply(replace(state, munitions=rich), paying(fixed))
    assert np.array_equal(munitions.supply(state, paying(fixed)), others)
    linked = replace(state, interchange=np.zeros((3, 3)) + 0.5)
    more = munitions.supply(linked, paying(fixed))
    assert np.all(more >= others)
    assert np.any(more > others)


def test_v27_usable_stock_rises_with_interchangeability() -> None:
    fixed = prepared()
    helped = helping(fixed, taiwan=["DEU", "JPN", "RUS"])
    at, rows, i = paying(fixed), np.arange(3), row(fixed, "TWN")
    got = []
    for phi in (0.1, 0.4, 0.8):
        state = at_war(fixed, interchange=phi, aiding=helped)
        got.append(munitions.usable(state.munitions, state, at, rows))
    for a in (i, row(fixed, "CHN")):
        assert np.all(got[0][:, a] < got[1][:, a])
        assert np.all(got[1][:, a] < got[2][:, a])
    for a in ("DEU", "RUS", "KOR"):
        assert np.array_equal(got[0][:, row(fixed, a)], got[2][:, row(fixed, a)])


def test_usable_stock_by_hand() -> None:
    """`S*(1 - offered) + sum_j Phi*offer_j*S_j`; an offer to two theaters is split."""
    fixed = prepared(limits={"offer": 0.2})
    helped = helping(fixed, taiwan=["DEU", "JPN", "RUS"], korea=["JPN"])
    state = at_war(fixed, aiding=helped)
    at, rows = paying(fixed), np.arange(3)
    got, stock = munitions.usable(state.munitions, state, at, rows), state.munitions
    deu, jpn, rus, chn, twn = (row(fixed, a) for a in ("DEU", "JPN", "RUS", "CHN", "TWN"))
    phi = state.interchange[..., None]
    lent = 0.2 * stock[:, deu] + 0.1 * stock[:, jpn]
    assert got[:, twn] == pytest.approx(stock[:, twn] + phi[:, 1] * lent, rel=1e-12)
    assert got[:, chn] == pytest.approx(stock[:, chn] + phi[:, 2] * 0.2 * stock[:, rus], rel=1e-12)
    assert got[:, jpn] == pytest.approx(0.8 * stock[:, jpn], rel=1e-12)


def test_offers_to_several_under_attack_split_by_their_stocks() -> None:
    """In Europe allies are helped as allies, by others as partners."""
    fixed = prepared(limits={"offer": 0.2})
    state = at_war(fixed, level=[4.0, 1.0, 1.0, 1.0], aiding=helping(fixed, europe=["CAN", "JPN"]))
    front = np.flatnonzero(fixed.world.trait("frontline_europe") > 0.0)
    assert len(front) > 1
    got = munitions.usable(state.munitions, state, paying(fixed), np.arange(3))
    full, stock, phi = peacetime(fixed).sum(axis=-1), state.munitions, state.interchange[..., None]
    can, jpn = row(fixed, "CAN"), row(fixed, "JPN")
    for i in front:
        part = (full[:, i] / full[:, front].sum(axis=-1))[:, None]
        lent = 0.2 * (phi[:, 0] * stock[:, can] + phi[:, 1] * stock[:, jpn])
        assert got[:, i] == pytest.approx(stock[:, i] + part * lent, rel=1e-12)


def test_own_munitions_first_then_what_is_offered() -> None:
    fixed = prepared(limits={"offer": 0.5, "need": 1.0})
    state = at_war(fixed, aiding=helping(fixed, taiwan=["DEU", "FRA"]), interchange=0.5)
    i, lenders = row(fixed, "TWN"), [row(fixed, a) for a in ("DEU", "FRA")]
    stock, at, rows = state.munitions.copy(), paying(fixed), np.arange(3)
    stock[:, i] = 0.1 * stock[:, i]
    need = munitions.need(state, at, rows)[:, i]
    used, moved = munitions.draw(stock, state, at, rows)
    assert np.all(need > stock[:, i])
    from_others = np.minimum(need - stock[:, i], 0.25 * stock[:, lenders].sum(axis=1))
    assert used[:, i] == pytest.approx(stock[:, i] + from_others, rel=1e-12)
    assert moved[:, i] == pytest.approx(from_others, rel=1e-12)
    for j in lenders:
        part = stock[:, j] / stock[:, lenders].sum(axis=1)
        assert moved[:, j] == pytest.approx(-from_others * part, rel=1e-12)


def test_the_supply_factor_is_a_year_of_use_at_hand() -> None:
    fixed = prepared(limits={"need": 0.8})
    state = at_war(fixed)
    got, i = munitions.supply(state, paying(fixed)), row(fixed, "TWN")
    expected = state.munitions[:, i] / (0.8 * peacetime(fixed)[:, i] * 4.0)
    assert np.all(expected < 1.0)
    assert got[:, i] == pytest.approx(expected, rel=1e-12)
    assert np.all(got[:, row(fixed, "DEU")] == 1.0)
    rich = replace(state, munitions=99.0 * state.munitions)
    assert np.array_equal(munitions.supply(rich, paying(fixed)), np.ones_like(got))


def test_peace_needs_no_supply() -> None:
    fixed = prepared()
    calm = at_war(fixed, level=3.0, munitions=0.0)
    assert np.array_equal(munitions.supply(calm, paying(fixed)), np.ones_like(calm.munitions))


def test_v32_help_counts_alike_on_both_sides() -> None:
    """Equal stocks, links and offers: what a red helper adds to a challenger is what an allied
    helper adds to the attacked."""
    fixed = prepared()
    stock = np.ones((3, len(fixed.world.actors), 3))
    one = at_war(fixed, aiding=helping(fixed, taiwan=["DEU"]), interchange=0.3)
    two = replace(one, aiding=np.zeros_like(one.aiding) + helping(fixed, taiwan=["RUS"]))
    at, rows = paying(fixed), np.arange(3)
    west = munitions.usable(stock, one, at, rows)[:, row(fixed, "TWN")]
    red = munitions.usable(stock, two, at, rows)[:, row(fixed, "CHN")]
    assert np.array_equal(west, red)
    assert np.all(west > 1.0)


def test_a_war_runs_down_stocks_and_output_refills_them() -> None:
    fixed = prepared()
    state = at_war(fixed)
    after = munitions.produce(state, paying(fixed))
    i = row(fixed, "TWN")
    flow = paying(fixed)
    munitions.produce(state, flow)
    assert np.all(flow.notes["munitions"]["used"][:, i] > 0.0)
    calm = munitions.produce(replace(state, level=np.ones_like(state.level)), paying(fixed))
    assert np.all(after.munitions[:, i] < calm.munitions[:, i])


def test_a_policy_that_gives_nothing_changes_no_bit() -> None:
    idle = acts(levers={"aid": 10.0}, by=["DEU"], to=["TWN"], lethal=True, start=50)
    one, two = prepared(), prepared(idle)
    state = rough(one)
    first = munitions.produce(state, paying(one))
    never = replace(state, started=np.full_like(begun(two).started, NEVER))
    assert np.array_equal(first.munitions, munitions.produce(never, paying(two)).munitions)


def test_nobody_gives_the_same_round_twice() -> None:
    """Standing aid and a pledge out of one spare stock; a pledge and shells passed on."""
    greedy = acts(levers={"aid": 60.0}, by=["DEU"], to=["TWN"], lethal=True)
    fixed = prepared(greedy, parameters={"S_min": 0.3})
    state, i = begun(fixed), row(fixed, "DEU")
    low = replace(state, munitions=0.32 * peacetime(fixed))
    gifts = transfers.transfers(low, paying(fixed), (np.ones(3),))
    assert gifts.given[:, i] == pytest.approx(0.02 * peacetime(fixed)[:, i])
    shells = acts(levers={"aid": 8.0}, by=["PRK"], to=["RUS"], lethal=True)
    fixed = prepared(shells, parameters={"S_min": 0.0})
    state, i = replace(begun(fixed), exchange=np.full(3, 5.0)), row(fixed, "PRK")
    gifts = transfers.transfers(state, paying(fixed), (np.ones(3),))
    assert gifts.given[:, i] == pytest.approx(state.munitions[:, i])

"""M12 Coercion of single states and acceptance by partners (V8, V26, V32)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.special import expit, logit

from agents.rules.council import accept
from agents.rules.economy import coerce
from mechanisms import acts, begun, build, policy, quarter, random_view, row
from simulator.arrays import Floats
from simulator.contracts import Ask, Levers
from simulator.mechanisms import (
    acceptance,
    alignment,
    closeness,
    coercion,
    losses,
    narrative,
    signals,
    stance,
    stocks,
    trade,
)
from simulator.phase import Quarter
from simulator.questions import AcceptView, CoerceView
from simulator.setting import Setting
from simulator.state import State
from simulator.world import THEATERS

RUNS = 12
PLAIN = build(runs=RUNS)
TAIWAN, KOREA, SCS = (THEATERS.index(k) for k in ("taiwan", "korea", "south_china_sea"))


def place(fixed: Setting, actor: str) -> int:
    return fixed.world.red.index(row(fixed, actor))


def values(fixed: Setting, name: str) -> Floats:
    return fixed.futures.parameter(name)


def generic(fixed: Setting, seed: int = 4) -> State:
    """A state in which nothing that coercion looks at is at rest."""
    luck, state = np.random.default_rng(seed), begun(fixed)

    def some(name: str, low: float, high: float) -> Floats:
        return luck.uniform(low, high, getattr(state, name).shape)

    return replace(
        state,
        memory=some("memory", 0.1, 0.9),
        coerced=np.round(some("coerced", 0.0, 4.0)) * (some("coerced", 0.0, 1.0) > 0.8),
        alignment=some("alignment", -1.0, 1.0),
        opinion=some("opinion", -1.0, 1.0),
        threat=some("threat", 0.0, 1.0),
        partner_capacity=some("partner_capacity", 0.2, 0.9),
        trade_left=some("trade_left", 0.7, 1.1),
        exposure=some("exposure", 0.7, 0.9),
        visibility=some("visibility", 0.2, 0.9),
        exclusiveness=some("exclusiveness", 0.2, 0.9),
        military=some("military", 0.6, 0.9),
        resolve=some("resolve", -1.0, 1.0),
        joined=np.round(some("joined", 0.0, 1.0)),
        imposed=some("imposed", 0.1, 0.4),
        sanction_belief=some("sanction_belief", -1.0, 1.0),
    )


def now(fixed: Setting, number: int = 1, size: float = 1.0, **how: Any) -> Quarter:
    at = quarter(fixed, number, **how)
    at.notes["force"] = tuple(np.full(RUNS, size) for _ in fixed.program.bundles)
    return at


# ---- how a coercer chooses


def test_whom_to_lean_on_by_hand() -> None:
    """Utility of every option, the choice among them, and the reasons given for it."""
    view = random_view(CoerceView, 2, {
        "": (300, 5), "benefit": (300,), "focus": (300,), "pain": (300,), "precision": (300,),
        "gumbel": (300, 6),
    })  # fmt: skip
    view = replace(view, armed=np.round(view.armed), open=np.round(view.open + 0.3),
                   gumbel=3.0 * view.gumbel, precision=3.0 * view.precision)  # fmt: skip
    answer = coerce(view)
    chosen = []
    for r in range(300):
        scores = [view.gumbel[r, 0]]
        for o in range(5):
            v, g = view.visible[r, o], view.guarded[r, o]
            worth = view.benefit[r] * (view.drift[r, o] + v + view.focus[r] * v * (1.0 - g))
            worth = worth - view.armed[r, o] * g * view.pain[r] - view.own_cost[r, o]
            score = view.precision[r] * worth + view.readiness[r, o] + view.gumbel[r, 1 + o]
            scores.append(score if view.open[r, o] > 0.0 else -np.inf)
        chosen.append(int(np.argmax(scores)))
    assert answer.choice.tolist() == chosen
    assert set(chosen) == set(range(6))
    told = sum(answer.terms().values())
    for r, n in enumerate(chosen):
        o, expected = n - 1, 0.0
        if n:
            v, g = view.visible[r, o], view.guarded[r, o]
            expected = view.benefit[r] * (view.drift[r, o] + v + view.focus[r] * v * (1.0 - g))
            expected -= view.armed[r, o] * g * view.pain[r] + view.own_cost[r, o]
        assert told[r] == pytest.approx(expected)


def test_v26_guarantees_blunt_force_and_not_trade() -> None:
    """Same luck: more cover never brings an armed hit on; the economic one does not see it."""
    picks = []
    for cover in (0.0, 0.5, 1.0):
        view = random_view(CoerceView, 7, {
            "": (4000, 2), "benefit": (4000,), "focus": (4000,), "pain": (4000,),
            "precision": (4000,), "gumbel": (4000, 3),
        })  # fmt: skip
        first, second = (np.tile(v, (4000, 1)) for v in ([1.0, 0.0], [0.0, 1.0]))
        view = replace(view, guarded=0.0 * first + cover, armed=second, pain=3.0 * view.pain,
                       focus=0.0 * view.focus)  # fmt: skip
        armed = coerce(replace(view, open=second)).choice == 2.0
        trade_cut = coerce(replace(view, open=first)).choice == 1.0
        picks.append((armed, trade_cut))
    assert np.all(picks[2][0] <= picks[1][0])
    assert np.all(picks[1][0] <= picks[0][0])
    assert picks[2][0].sum() < picks[0][0].sum()
    assert np.array_equal(picks[0][1], picks[2][1])
    assert picks[0][1].any()


def test_options_are_trade_and_neighbors() -> None:
    for actor, near in (("CHN", ("TWN", "JPN", "PHL", "AUS")), ("PRK", ("KOR",))):
        can = coercion.options(PLAIN, place(PLAIN, actor))
        armed = {PLAIN.world.actors[i] for i, a in zip(can.targets, can.armed, strict=True) if a}
        traded = {
            PLAIN.world.actors[i] for i, a in zip(can.targets, can.armed, strict=True) if not a
        }
        assert set(near) <= armed, actor
        assert not armed & {"CHN", "RUS", "PRK", "FRA", "UN-LAC-1"}
        assert ("LTU" in traded) == (actor == "CHN")
        assert not traded & {"CHN", "RUS", "PRK", "UN-LAC-1"}


def test_coercers_are_the_red_states_with_the_propensity() -> None:
    ready = PLAIN.world.trait("coercion_propensity")
    expected = [t for t, i in enumerate(PLAIN.world.red) if ready[i] > 0.0]
    assert coercion.coercers(PLAIN) == expected
    assert place(PLAIN, "CHN") in expected


# ---- what it looks at


SHOWN = (
    acts("lone", {"visibility": 0.3, "talk": 0.4}, by=["LTU"], theaters=["taiwan"]),
    acts("quiet", {"talk": 0.4}, by=["CZE"], theaters=["taiwan"], public=False),
    acts("many", {"visibility": 0.2, "talk": 0.1}, by=["FRA", "DEU", "ITA", "GBR"],
         theaters=["south_china_sea"]),
    acts("elsewhere", {"visibility": 0.5}, by=["POL"], theaters=["europe"]),
    policy("host", asks=[Ask("nac", "engagement", 0.25, "USA")], accept=["JPN"],
           levers=Levers(visibility={"taiwan": 0.25, "korea": 0.6}), by=["USA"]),
)  # fmt: skip


def test_visible_closeness_by_hand() -> None:
    fixed = build(*SHOWN, runs=RUNS)
    state, t = generic(fixed), place(fixed, "CHN")
    part = state.taking_part.copy()
    part[:, 0, row(fixed, "JPN")] = 1.0
    state = replace(
        state, taking_part=part, visibility=0.3 * state.visibility, military=0.3 * state.military
    )
    at = now(fixed)
    force = tuple(np.full(RUNS, 0.5) for _ in fixed.program.bundles)
    found = closeness.visible(state, at, t, force)
    affinity, half = fixed.futures.trait("taiwan_affinity"), values(fixed, "embrace_share")

    def footing(k: int) -> Floats:
        return half * state.visibility[:, -1, k] * state.exclusiveness[:, -1, k]

    def forces(k: int) -> Floats:
        start = fixed.ladder.stance["military"][-1, k]
        return half * np.maximum(state.military[:, -1, k] - start, 0.0)

    def show(actor: str, more: Any) -> None:
        i = row(fixed, actor)
        expected = np.clip(affinity[:, i] + more, 0.0, 1.0)
        assert found[:, i] == pytest.approx(expected), actor

    show("LTU", 0.5 * 0.7 + forces(0))
    show("CZE", forces(0))  # said in private
    show("FRA", 0.5 * 0.3 / 4.0 + forces(0))
    show("POL", forces(0))  # not where the coercer has a claim
    show("JPN", 0.5 * 0.25 + footing(TAIWAN) + forces(TAIWAN))
    show("KOR", footing(KOREA) + forces(KOREA))
    show("AUS", footing(SCS) + forces(SCS))
    show("PHL", forces(SCS))
    show("VNM", 0.0)
    other = closeness.visible(state, at, place(fixed, "RUS"), force)
    assert other[:, row(fixed, "POL")] == pytest.approx(np.minimum(0.25 + forces(0), 1.0))
    assert other[:, row(fixed, "LTU")] == pytest.approx(np.minimum(forces(0), 1.0))
    assert not other[:, row(fixed, "VNM")].any()


def test_closeness_stays_within_bounds_and_a_lower_profile_lowers_it() -> None:
    loud, low = (
        build(acts("p", {"visibility": size}, by=["LTU"], theaters=["taiwan"]), runs=RUNS)
        for size in (0.9, -0.4)
    )
    i, t = row(loud, "LTU"), place(loud, "CHN")
    full, less, plain = (
        closeness.visible(begun(f), quarter(f), t, f.program.bundles and (np.ones(RUNS),))[:, i]
        for f in (loud, low, PLAIN)
    )
    assert np.all(full == 1.0)
    assert less == pytest.approx(np.maximum(plain - 0.4, 0.0))


def test_the_status_quo_is_what_stands_at_the_start() -> None:
    for t in coercion.coercers(PLAIN):
        seen = closeness.visible(begun(PLAIN), quarter(PLAIN), t, ())
        assert seen == pytest.approx(closeness.at_start(PLAIN, t))
        assert np.all((seen >= 0.0) & (seen <= 1.0))


def test_a_guarantee_is_the_best_cover_times_who_comes() -> None:
    state, at = generic(PLAIN), quarter(PLAIN)
    sure = signals.fight_chance(state, at)[..., -1]
    found = closeness.guarantee(state, at)
    world, best = PLAIN.world, np.zeros_like(found)
    for g, cover in PLAIN.futures.guarantees.items():
        members = world.groups.get(g, np.array([a == g for a in world.actors]))
        for k in range(len(THEATERS)):
            pairs = [n for n, (i, where) in enumerate(PLAIN.pairs) if where == k and members[i]]
            come = sure[:, pairs].max(axis=-1) if pairs else PLAIN.ladder.bystander
            best = np.maximum(best, cover[..., k] * np.broadcast_to(come, RUNS)[:, None])
    assert found == pytest.approx(best)
    start = closeness.guarantee(begun(PLAIN), quarter(PLAIN))
    assert start == pytest.approx(closeness.guarantee_at_start(PLAIN))
    assert not found[:, row(PLAIN, "IDN")].any()


def test_drift_counts_toward_the_west_only() -> None:
    state = generic(PLAIN)
    moved = state.alignment - alignment.begin(PLAIN)["alignment"]
    assert closeness.drift(state, quarter(PLAIN)) == pytest.approx(np.maximum(moved, 0.0))
    assert (moved > 0.0).any()
    assert (moved < 0.0).any()


def test_appeal_and_occasions_by_hand() -> None:
    luck = np.random.default_rng(3)
    moved, seen, guarded = luck.uniform(size=(3, RUNS, 4))
    ben, tgt, floor = (values(PLAIN, n)[:, None] for n in
                       ("coercion_benefit", "target_focus", "occasion_floor"))  # fmt: skip
    expected = ben * (moved + seen + tgt * seen * (1.0 - guarded))
    assert closeness.appeal(PLAIN, moved, seen, guarded) == pytest.approx(expected)
    found = closeness.occasions(PLAIN, moved, seen)
    assert np.exp(found) == pytest.approx(floor + seen + moved)


def test_what_coercion_costs_the_coercer() -> None:
    package = acts("p", {"sanctions": 0.4}, on=["CHN"], by=["EU"])
    fixed = build(package, runs=RUNS)
    state, at, t = generic(fixed), now(fixed), place(fixed, "CHN")
    can = coercion.options(fixed, t)
    found = coercion.own_cost(state, at, t, can, at.notes["force"])
    cut, price = values(fixed, "coercion_cut"), values(fixed, "passthrough")
    start = stocks.begin(fixed)["partner_capacity"]
    built = values(fixed, "capacity_cost")[:, None] * (state.partner_capacity - start)
    west = trade.western_left(state, fixed, t)
    trust = expit(logit(values(fixed, "follow_through")) + state.sanction_belief[:, [1, 3]].max(-1))
    for n, (i, armed) in enumerate(zip(can.targets, can.armed, strict=True)):
        own = (state.trade_left * trade.their_share(fixed, t))[:, i] + 0.4 * trust * west
        expected = 0.1 if armed else cut * price * own
        assert found[:, n] == pytest.approx(expected + built[:, i])


@pytest.mark.parametrize("name", ["CHN", "RUS", "PRK"])
def test_the_status_quo_has_its_base_rate_of_hits(name: str) -> None:
    """The chance of a hit this quarter, from the view itself, whatever the contested weight."""
    chances = []
    for focus in (0.0, 1.0):
        fixed = build(runs=RUNS, parameters={"tgt_mult": focus})
        t, seen = place(fixed, name), {}

        def decide(question: str, view: Any, who: Any, context: Any) -> Any:
            seen[tuple(who)] = view  # noqa: B023
            return coerce(view)

        coercion.coerce(begun(fixed), now(fixed, decide=decide))
        view = seen[(fixed.world.red[t],)]
        worth = view.benefit[..., None] * (
            view.drift + view.visible + view.focus[..., None] * view.visible * (1.0 - view.guarded)
        )
        worth = worth - view.armed * view.guarded * view.pain[..., None] - view.own_cost
        odds = np.exp(view.precision[..., None] * worth + view.readiness)[:, 0]
        counts = view.armed[0, 0] == view.armed.min()
        whole = odds[:, counts].sum(axis=-1)
        chances.append(whole / (1.0 + whole))
        ready = fixed.futures.trait("coercion_propensity")[:, fixed.world.red[t]]
        assert chances[-1] == pytest.approx(values(fixed, "coercion_rate") * ready / 40.0)
    assert chances[0] == pytest.approx(chances[1])


def test_chinese_hits_come_about_once_in_ten_years() -> None:
    """D54-D74 of the dispute table, counted by the trade they hit: .4 to 1.6 a decade."""
    fixed, hits = build(runs=400), 0.0
    t, state = place(fixed, "CHN"), begun(fixed)
    for n in range(20):
        at = quarter(fixed, n)
        at.notes["force"] = ()
        coercion.coerce(state, at)
        hits += float(at.notes["coercion"]["hit"][:, t].sum())
    assert 0.5 < hits / 400 / 20 * 40 < 1.5


# ---- what a hit does


def struck(fixed: Setting, state: State, whom: str, option: int) -> tuple[State, Quarter]:
    """The state after China picks one state with one instrument in every run."""
    t, i = place(fixed, "CHN"), row(fixed, whom)
    can = coercion.options(fixed, t)
    picks = [n for n, j in enumerate(can.targets) if j == i and can.armed[n] == option]

    def decide(question: str, view: Any, who: Any, context: Any) -> Any:
        answer = coerce(view)
        mine = who[0] == row(fixed, "CHN")
        return replace(answer, choice=np.full_like(answer.choice, 1.0 + picks[0] if mine else 0.0))

    at = now(fixed, decide=decide)
    return coercion.coerce(state, at), at


def test_an_economic_hit_lasts_a_year_and_is_remembered() -> None:
    t, i, state = place(PLAIN, "CHN"), row(PLAIN, "LTU"), begun(PLAIN)
    hit, at = struck(PLAIN, state, "LTU", 0)
    assert np.all(hit.coerced[:, t, i] == 4.0)
    assert hit.coerced.sum() == 4.0 * RUNS
    gain, fade = values(PLAIN, "memory_gain"), values(PLAIN, "memory_fade")
    old = state.memory[:, i]
    assert hit.memory[:, i] == pytest.approx(old + gain * (1.0 - old))
    assert np.array_equal(np.delete(hit.memory, i, 1), np.delete(state.memory, i, 1))
    acted = at.notes["acts"]
    assert np.all(acted[:, t, 0] == 0.5)
    assert acted.sum() == 0.5 * RUNS
    cost = 0.3 * values(PLAIN, "passthrough") * trade.own_share(PLAIN, t)[:, i]
    assert hit.coercion_bill[:, i] == pytest.approx(cost)
    mine = 0.3 * values(PLAIN, "passthrough") * trade.their_share(PLAIN, t)[:, i]
    assert hit.coercion_bill[:, row(PLAIN, "CHN")] == pytest.approx(mine)
    measured = at.notes["measured"]
    assert np.all(measured["coerced_states"] == 1.0)
    assert not measured["partner_targeting"].any()
    calm = build(runs=RUNS, limits={"r_C": 0.0})
    later = hit
    for left in (3.0, 2.0, 1.0, 0.0):
        memory = later.memory[:, i]
        later = coercion.coerce(later, now(calm))
        assert np.all(later.coerced[:, t, i] == left)
        assert later.memory[:, i] == pytest.approx(memory - fade * (memory - old))
    assert not later.coercion_bill.any()


def test_an_armed_hit_is_an_incident_without_a_bill() -> None:
    hit, at = struck(PLAIN, begun(PLAIN), "JPN", 1)
    t = place(PLAIN, "CHN")
    assert not hit.coerced.any()
    assert not hit.coercion_bill.any()
    assert np.all(at.notes["acts"][:, t, TAIWAN] == 1.0)
    assert at.notes["acts"].sum() == RUNS
    assert np.all(at.notes["measured"]["partner_targeting"] == 1.0)
    assert np.all(hit.memory[:, row(PLAIN, "JPN")] > begun(PLAIN).memory[:, row(PLAIN, "JPN")])
    assert np.array_equal(hit.shock, begun(PLAIN).shock)


def test_nobody_is_put_under_the_same_pressure_twice() -> None:
    t, i, seen = place(PLAIN, "CHN"), row(PLAIN, "LTU"), {}

    def decide(question: str, view: Any, who: Any, context: Any) -> Any:
        seen[who[0]] = (view, context["options"])
        return coerce(view)

    for left, closed in ((4.0, True), (2.0, True), (1.0, False), (0.0, False)):
        state = begun(PLAIN)
        coerced = state.coerced.copy()
        coerced[:, t, [i, row(PLAIN, "JPN")]] = left
        coercion.coerce(replace(state, coerced=coerced), now(PLAIN, decide=decide))
        view, can = seen[row(PLAIN, "CHN")]
        n = can.targets.index(i)
        assert np.all(view.open[:, 0, n] == (0.0 if closed else 1.0))
        armed = [m for m, j in enumerate(can.targets) if j == row(PLAIN, "JPN") and can.armed[m]]
        assert np.all(view.open[:, 0, armed] == 1.0)


def test_the_view_is_made_of_what_stands() -> None:
    fixed = build(*SHOWN, runs=RUNS)
    state, seen, t = generic(fixed), {}, place(fixed, "CHN")

    def decide(question: str, view: Any, who: Any, context: Any) -> Any:
        seen[who[0]] = view
        return coerce(view)

    at = now(fixed, decide=decide)
    coercion.coerce(state, at)
    view, can = seen[row(fixed, "CHN")], coercion.options(fixed, t)
    rows = can.targets
    moved, shown = closeness.drift(state, at), closeness.visible(state, at, t, at.notes["force"])
    assert np.array_equal(view.drift[:, 0], moved[:, rows])
    assert np.array_equal(view.visible[:, 0], shown[:, rows])
    assert np.array_equal(view.guarded[:, 0], closeness.guarantee(state, at)[:, rows])
    ready = coercion.readiness(fixed, t) + closeness.occasions(at, moved, shown)[:, rows]
    assert view.readiness[:, 0] == pytest.approx(ready)
    assert np.array_equal(view.armed[0, 0], can.armed)


def test_v32_coercers_trade_places_with_their_data() -> None:
    """Two red states that swap all traits, claims and trade swap what they see and reckon."""
    world = PLAIN.world
    a, b = row(PLAIN, "CHN"), row(PLAIN, "RUS")
    order = list(range(len(world.actors)))
    order[a], order[b] = b, a

    def central(rows: list[int]) -> dict[str, tuple[Floats, Floats, Floats]]:
        """All traits at their central value, rows in this order."""
        return {n: (v[1][rows],) * 3 for n, v in world.traits.items()}

    def world_with(rows: list[int], names: dict[str, str]) -> Setting:
        ladder = replace(
            PLAIN.ladder,
            trade_with={names[n]: v for n, v in PLAIN.ladder.trade_with.items()},
            energy_from={names[n]: v for n, v in PLAIN.ladder.energy_from.items()},
        )
        other = replace(world, traits=central(rows))
        return replace(
            PLAIN, world=other, ladder=ladder, kept={}, futures=replace(PLAIN.futures, world=other)
        )

    same = world_with(list(range(len(world.actors))), {"CHN": "CHN", "RUS": "RUS"})
    swapped = world_with(order, {"CHN": "RUS", "RUS": "CHN"})
    for one, other in (("CHN", "RUS"), ("RUS", "CHN")):
        t, u = place(same, one), place(swapped, other)
        mine, theirs = coercion.options(same, t), coercion.options(swapped, u)
        assert mine.targets == theirs.targets
        assert np.array_equal(mine.armed, theirs.armed)
        assert coercion.readiness(same, t) == pytest.approx(coercion.readiness(swapped, u))
        for look in (closeness.at_start, trade.their_share):
            assert look(same, t)[:, mine.targets] == pytest.approx(
                look(swapped, u)[:, mine.targets]
            )
        cost, reckoned = (
            coercion.own_cost(begun(f), quarter(f), p, mine, ())
            for f, p in ((same, t), (swapped, u))
        )
        assert cost == pytest.approx(reckoned)


def test_a_common_fund_shares_hits_and_neither_makes_nor_loses_money() -> None:
    members = ["LTU", "JPN", "EU"]
    fixed = build(acts("p", {"sanctions": 0.2, "build_resilience": 0.1}, on=["CHN"], by=["EU"],
                       to=members), runs=RUNS)  # fmt: skip
    at, t, rows = now(fixed, size=0.5), place(fixed, "CHN"), np.array([2, 7, 9])
    hit = np.zeros((3, len(fixed.world.actors)))
    hit[:, row(fixed, "LTU")], hit[:, row(fixed, "JPN")], hit[:, row(fixed, "AUS")] = 1.2, 0.3, 2.0
    paid = coercion.pool(at, rows, t, hit)
    gdp, inside = fixed.futures.trait("gdp_usd_bn")[rows], fixed.world.together(members)
    share = 0.5 * values(fixed, "pool_share")[rows]
    dollars = share * (1.2 * gdp[:, row(fixed, "LTU")] + 0.3 * gdp[:, row(fixed, "JPN")])
    each = dollars / gdp[:, inside].sum(axis=-1)
    assert paid[:, row(fixed, "DEU")] == pytest.approx(each)
    assert paid[:, row(fixed, "LTU")] == pytest.approx(each - share * 1.2)
    assert not paid[:, ~inside].any()
    assert (paid * gdp).sum(axis=-1) == pytest.approx(np.zeros(3), abs=1e-9)
    assert not coercion.pool(at, rows, place(fixed, "RUS"), hit).any()
    alone = build(acts("p", {"sanctions": 0.2}, on=["CHN"], by=["EU"]), runs=RUNS)
    assert not coercion.pool(now(alone), rows, t, hit).any()
    shared, during = struck(fixed, begun(fixed), "LTU", 0)
    lone, _ = struck(alone, begun(alone), "LTU", 0)
    i, other = row(fixed, "LTU"), row(fixed, "DEU")
    assert np.all(shared.coercion_bill[:, i] < 0.75 * lone.coercion_bill[:, i])
    loss = losses.by_actor(shared, during)
    assert loss == pytest.approx(shared.coercion_bill)
    assert np.all(loss[:, other] > 0.0)


def test_a_cut_by_decree_is_a_hit_of_its_own_size() -> None:
    fixed = build(acts("p", {"sanctions": 0.1}, on=["LTU"], by=["CHN"], execute=True), runs=RUNS,
                  limits={"r_C": 0.0})  # fmt: skip
    t, i, state = place(fixed, "CHN"), row(fixed, "LTU"), begun(fixed)
    first, later = now(fixed, 0), now(fixed, 3)
    for at, news in ((first, 1.0), (later, 0.0)):
        after = coercion.coerce(state, at)
        assert np.all(at.notes["coercion"]["hit"][:, t, i] == news)
        assert at.notes["coercion"]["hit"].sum() == news * RUNS
        cost = 0.1 * values(fixed, "passthrough") * trade.own_share(fixed, t)[:, i]
        assert after.coercion_bill[:, i] == pytest.approx(cost)
    assert not coercion.cut(state, first, place(fixed, "RUS")).any()
    threat = build(acts("p", {"sanctions": 0.1}, on=["LTU"], by=["CHN"]), runs=RUNS)
    assert not coercion.cut(begun(threat), now(threat), t).any()
    both = state.coerced.copy()
    both[:, t, i] = 2.0
    assert np.all(coercion.cut(replace(state, coerced=both), first, t)[:, i] == 0.3)


def test_rest_point_without_hits_nothing_drifts() -> None:
    fixed = build(runs=RUNS, limits={"r_C": 0.0})
    state = start = begun(fixed)
    for n in range(12):
        state = coercion.coerce(state, now(fixed, n))
    for name in ("memory", "coerced", "coercion_bill", "shock"):
        assert np.array_equal(getattr(state, name), getattr(start, name)), name
    assert np.array_equal(start.memory, fixed.futures.trait("coercion_memory"))


def test_hits_reach_the_incidents_that_everyone_reads() -> None:
    from mechanisms import play

    fixed = build(runs=40, quarters=4, parameters={"coercion_rate": 30.0})
    found: list[float] = []

    def watch(state: State, at: Quarter) -> None:
        acted = at.notes["acts"]
        assert np.all(state.incidents >= acted)
        found.append(float(acted.sum()))

    play(fixed, watch)
    assert sum(found) > 10.0


# ---- bills (V8)


def test_v8_a_flow_that_war_takes_is_not_lost_again() -> None:
    """Of a flow with the belligerent the larger of war loss and trade bill counts, others add."""
    t, state, at = place(PLAIN, "CHN"), generic(PLAIN), now(PLAIN)
    for level in (0, 3, 5):
        fought = np.zeros_like(state.losses)
        fought[:, TAIWAN] = PLAIN.coefficients[TAIWAN, level]
        found = losses.by_actor(replace(state, losses=fought), at)
        cut = coercion.cut(state, at, t)
        bill = trade.bill(state, at, np.arange(RUNS), t, cut).flow
        other = trade.bill(
            state,
            at,
            np.arange(RUNS),
            place(PLAIN, "RUS"),
            coercion.cut(state, at, place(PLAIN, "RUS")),
        ).flow
        war = sum(PLAIN.exposures[TAIWAN][c] * fought[:, TAIWAN, c : c + 1] for c in range(4))
        taken = PLAIN.exposures[TAIWAN][1] * fought[:, TAIWAN, 1:2]
        beyond = np.maximum(bill - taken, 0.0) + other
        expected = 100.0 * (1.0 - (1.0 - beyond / 100.0) * (1.0 - war / 100.0))
        assert found == pytest.approx(expected), level
        if level == 5:
            assert (taken > bill).any()
            assert (taken < bill).any()


def test_v8_every_theater_of_the_target_counts_against_its_flow() -> None:
    state, at, t = begun(PLAIN), now(PLAIN), place(PLAIN, "CHN")
    fought = np.zeros_like(state.losses)
    fought[:, TAIWAN], fought[:, SCS], fought[:, 0] = (
        PLAIN.coefficients[TAIWAN, 5], PLAIN.coefficients[SCS, 4], PLAIN.coefficients[0, 5],
    )  # fmt: skip
    state, rows = replace(state, losses=fought), np.arange(RUNS)
    found = losses._fought_away(state, at, rows, t)
    expected = (
        PLAIN.exposures[TAIWAN][1] * fought[:, TAIWAN, 1:2]
        + PLAIN.exposures[SCS][1] * fought[:, SCS, 1:2]
    )
    assert found == pytest.approx(expected)
    assert not losses._fought_away(state, at, rows, place(PLAIN, "RUS")).any()


# ---- acceptance


PACT = policy(
    "pact", asks=[Ask("nac", "engagement", 0.8, "USA")], accept=["JPN", "KOR", "AUS"],
    levers=Levers(visibility={"taiwan": 0.5, "korea": 0.4},
                  commitment={"taiwan": 0.6, "korea": 0.2}),
)  # fmt: skip


def test_acceptance_by_logit_on_all_its_reasons() -> None:
    view = random_view(AcceptView, 5, {"": (500,)})
    view = replace(view, noise=4.0 * view.noise - 2.0, gain=2.0 * view.gain - 1.0)
    answer = accept(view)
    worth = (
        view.gain
        + view.security_worth * view.threat * view.promise
        - view.coercion * (1.0 + view.memory)
        - view.story_weight * view.story
        - view.reliance
    )
    assert np.array_equal(answer.choice, (view.precision * worth + view.noise >= 0.0) * 1.0)
    assert answer.values["chance"] == pytest.approx(expit(view.precision * worth))
    assert sum(answer.terms().values()) == pytest.approx(worth + view.noise / view.precision)


def test_reasons_to_accept_by_hand() -> None:
    fixed = build(PACT, runs=RUNS)
    state, at, rows = generic(fixed), quarter(fixed, 1), np.array([0, 5, 6])
    share = np.array([1.0, 0.5, 0.7])
    found = acceptance.reasons(state, 0, share, at.narrow(rows))
    invited = list(fixed.program.texts[0].accept)
    n, i = invited.index(row(fixed, "JPN")), row(fixed, "JPN")
    step = share * 0.5
    cover = closeness.guarantee(state, at)[rows, i]
    assert found["promise"][:, n] == pytest.approx(share * 0.6 * (1.0 - cover))
    assert found["threat"][:, n] == pytest.approx(state.threat[rows, i, :3].max(axis=-1))
    closer = np.zeros((RUNS, len(fixed.world.actors)))
    closer[rows, i] = step
    expected = acceptance.expected(state, at, closer)[rows, i]
    assert found["coercion"][:, n] == pytest.approx(expected)
    assert np.all(expected > 0.0)
    assert found["memory"][:, n] == pytest.approx(state.memory[rows, i])
    assert found["story"][:, n] == pytest.approx(narrative.shift(state, at)[rows, i])
    m, k = invited.index(row(fixed, "KOR")), row(fixed, "KOR")
    relies = fixed.futures.trait("rival_reliance")[rows, k]
    cost = values(fixed, "reliance_cost")[rows] * relies * share * 0.4
    assert found["reliance"][:, m] == pytest.approx(cost)
    assert np.all(cost > 0.0)
    a = invited.index(row(fixed, "AUS"))  # at home in a theater that the text leaves alone
    for name in ("promise", "coercion", "reliance"):
        assert not found[name][:, a].any(), name


def test_expected_coercion_by_hand() -> None:
    """The rise of the yearly chance of a hit, times what it costs, over all coercers."""
    state, at = generic(PLAIN), quarter(PLAIN, 1)
    stance.force(state, at, lag=1)
    closer = np.random.default_rng(1).uniform(0.1, 0.6, state.memory.shape)
    found = acceptance.expected(state, at, closer)
    i, r = row(PLAIN, "JPN"), 3
    lam, pay = values(PLAIN, "partner_precision")[r], values(PLAIN, "passthrough")[r]
    ben, tgt, pain, floor = (
        values(PLAIN, n)[r] for n in ("coercion_benefit", "target_focus", "military_pain",
                                      "occasion_floor")
    )  # fmt: skip
    expected = 0.0
    for t in coercion.coercers(PLAIN):
        can = coercion.options(PLAIN, t)
        seen = closeness.visible(state, at, t, ())[r]
        guard, moved = closeness.guarantee(state, at)[r], closeness.drift(state, at)[r]
        own = coercion.own_cost(state, at, t, can, ())[r]

        def odds(n: int, v: float) -> float:
            j, armed = can.targets[n], can.armed[n]  # noqa: B023
            worth = ben * (moved[j] + v + tgt * v * (1.0 - guard[j]))  # noqa: B023
            worth -= armed * pain * guard[j] + own[n]  # noqa: B023
            ready = coercion.readiness(PLAIN, t)[r, 0]  # noqa: B023
            return float(np.exp(lam * worth + ready) * (floor + v + moved[j]))  # noqa: B023

        all_of = 1.0 + sum(odds(n, seen[j]) for n, j in enumerate(can.targets))
        picks = [n for n, j in enumerate(can.targets) if j == i and not can.armed[n]]
        for n in picks:
            was = odds(n, seen[i])
            then = odds(n, min(seen[i] + closer[r, i], 1.0))
            year = [1.0 - (1.0 - p) ** 4 for p in (was / all_of, then / (all_of - was + then))]
            left = trade.left(state, PLAIN, t)[r]
            left = left[i] if len(left) > 1 else left[0]
            dear = 0.3 * pay * trade.own_share(PLAIN, t)[r, i] * left
            expected += (year[1] - year[0]) * dear
    assert found[r, i] == pytest.approx(expected)
    assert expected > 0.0
    assert np.all(acceptance.expected(state, at) >= -1e-15)
    assert not acceptance.expected(state, at, 0.0).any()


def test_fear_of_coercion_keeps_partners_out_and_protection_draws_them_in() -> None:
    view = random_view(AcceptView, 9, {"": (2000,)})
    view = replace(view, noise=4.0 * view.noise - 2.0, precision=view.precision + 1.0)
    base = accept(view).choice
    for name in ("coercion", "memory", "story", "reliance"):
        more = accept(replace(view, **{name: getattr(view, name) + 1.0})).choice
        assert np.all(more <= base), name
        assert more.sum() < base.sum(), name
    for name in ("gain", "threat", "promise"):
        more = accept(replace(view, **{name: getattr(view, name) + 1.0})).choice
        assert np.all(more >= base), name
        assert more.sum() > base.sum(), name

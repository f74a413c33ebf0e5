"""M19 Slow stocks: growth and rust by hand, who builds what for whom, and what reads them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mechanisms import acts, begun, build, play, policy, quarter, row
from simulator.contracts import Ask, Levers, Policy
from simulator.mechanisms import stance, stocks
from simulator.metrics import society
from simulator.setting import Setting
from simulator.state import State

RUNS = 5
STOCKS = ("procedures", "planning", "un_sway", "europe_standing", "awareness", "resilience",
          "partner_capacity")  # fmt: skip


def stirred(fixed: Setting, seed: int = 0) -> State:
    state, luck = begun(fixed), np.random.default_rng(seed)
    made = {n: luck.uniform(0.1, 0.9, getattr(state, n).shape) for n in STOCKS}
    return replace(state, level=luck.integers(0, 6, state.level.shape).astype(float), **made)


def built(fixed: Setting, state: State | None = None, quarters: int = 1) -> State:
    state = begun(fixed) if state is None else state
    for number in range(quarters):
        at = quarter(fixed, number)
        at.notes["force"] = stance.force(state, at)
        state = stocks.build(state, at)
    return state


def gain(name: str, *policies: Policy, **how: Any) -> tuple[np.ndarray, Setting, State]:
    """What a quarter adds to a stock that stands at its start, over growth times room."""
    fixed = build(*policies, runs=RUNS, **how)
    start = begun(fixed)
    before = getattr(start, name)
    pace = fixed.p("stock_growth") if before.ndim > 1 else fixed.p("stock_growth")[:, 0]
    return (getattr(built(fixed, start), name) - before) / (pace * (1.0 - before)), fixed, start


# ---- the one form


@pytest.mark.parametrize("effort", [0.6, -0.4, 0.0])
@pytest.mark.parametrize("wide", [False, True])
def test_growth_by_hand(effort: float, wide: bool) -> None:
    """`Z + g*e*(1-Z) - d*(Z-Z0)`, or `Z + g*e*Z - d*(Z-Z0)` for an effort against it."""
    fixed = build(runs=4)
    at, shape = quarter(fixed), (4, 3) if wide else (4,)
    g, d = fixed.p("stock_growth"), fixed.p("stock_rust")
    if not wide:
        g, d = g[:, 0], d[:, 0]
    now, start = np.full(shape, 0.3), np.full(shape, 0.7)
    room = 0.7 if effort > 0.0 else 0.3
    expected = 0.3 + g * effort * room - d * (0.3 - 0.7) + np.zeros(shape)
    got = stocks.grow(now, start, np.full(shape, effort), at)
    assert got == pytest.approx(expected, abs=1e-15)


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.floats(-40.0, 40.0))
def test_a_stock_stays_a_share(now: float, start: float, effort: float) -> None:
    at = quarter(SHARED)
    got = stocks.grow(*(np.full(4, x) for x in (now, start, effort)), at)
    assert np.all((got >= 0.0) & (got <= 1.0))


SHARED = build(runs=4)


def test_the_status_quo_is_at_rest_and_what_was_built_rusts() -> None:
    fixed = build(runs=RUNS)
    start, end = begun(fixed), built(fixed, quarters=20)
    for name in STOCKS:
        assert np.array_equal(getattr(end, name), getattr(start, name)), name
    more = replace(start, **{n: 0.9 * getattr(start, n) + 0.1 for n in STOCKS})
    later = built(fixed, more, 8)
    for name in STOCKS:
        left = getattr(later, name) - getattr(start, name)
        kept = (1.0 - fixed.p("stock_rust")[:, 0]) ** 8
        kept = kept if left.ndim == 1 else kept[:, None]
        expected = 0.1 * (1.0 - getattr(start, name)) * kept
        assert left == pytest.approx(expected, abs=1e-12), name


def test_stocks_start_where_the_table_says() -> None:
    fixed = build(runs=200)
    state = begun(fixed)
    means = {"planning": 0.1, "un_sway": 0.4, "europe_standing": 0.4, "awareness": 0.3}
    for name, value in means.items():
        assert getattr(state, name).mean() == pytest.approx(value, abs=0.02)
    assert state.procedures.mean(axis=0) == pytest.approx([0.5, 0.0, 0.0, 0.0], abs=0.02)
    assert np.array_equal(state.resilience, fixed.futures.trait("disinfo_resilience"))
    assert np.array_equal(state.partner_capacity, fixed.futures.trait("partner_capacity"))


# ---- who builds what for whom


def test_procedures_grow_where_they_are_built() -> None:
    plan = acts(levers={"build_sop": {"taiwan": 0.6, "europe": 0.2}})
    grown, _, _ = gain("procedures", plan)
    expected = np.array([0.2, 0.6, 0.0, 0.0])
    assert grown == pytest.approx(np.zeros((RUNS, 4)) + expected, abs=1e-9)


def test_awareness_grows_with_those_who_seek_it() -> None:
    grown, fixed, _ = gain("awareness", acts(levers={"build_aware": 0.5}, by=["JPN", "LTU"]))
    expected = np.zeros(len(fixed.world.actors))
    expected[[row(fixed, "JPN"), row(fixed, "LTU")]] = 0.5
    assert grown == pytest.approx(np.zeros((RUNS, 1)) + expected, abs=1e-9)


def test_planning_is_the_share_of_europeans_who_plan() -> None:
    grown, fixed, _ = gain("planning", acts(levers={"build_plan": 0.8}, by=["DEU", "FRA", "USA"]))
    europeans = int(fixed.world.distant.sum())
    assert grown == pytest.approx(np.full(RUNS, 0.8 * 2 / europeans), abs=1e-9)
    whole, _, _ = gain("planning", acts(levers={"build_plan": 0.8}, by=["NATO"]))
    assert whole == pytest.approx(np.full(RUNS, 0.8), abs=1e-9)


@pytest.mark.parametrize(
    ("lever", "stock"), [("build_resilience", "resilience"), ("build_capacity", "partner_capacity")]
)
def test_receivers_are_built_up_each_in_full(lever: str, stock: str) -> None:
    grown, fixed, _ = gain(stock, acts(levers={lever: 0.4}, by=["EU"], to=["PHL", "VNM"]))
    expected = np.zeros(len(fixed.world.actors))
    expected[[row(fixed, "PHL"), row(fixed, "VNM")]] = 0.4
    assert grown == pytest.approx(np.zeros((RUNS, 1)) + expected, abs=1e-9)


def test_posts_are_contested() -> None:
    red = acts("red", {"build_un": 0.7}, by=["CHN"])
    west = acts("west", {"build_un": 0.3}, by=["IP4"])
    assert gain("un_sway", red)[0] == pytest.approx(np.full(RUNS, 0.7), abs=1e-9)
    assert gain("un_sway", red, west)[0] == pytest.approx(np.full(RUNS, 0.4), abs=1e-9)
    _, fixed, start = gain("un_sway", west)
    lost = built(fixed, start).un_sway - start.un_sway
    expected = -0.3 * fixed.p("stock_growth")[:, 0] * start.un_sway
    assert lost == pytest.approx(expected, abs=1e-12)


# ---- Europe's standing in Asia


def test_europes_standing_by_hand() -> None:
    """What is built, plus engagement that arrives over 5, plus .3 of what is seen in Asia."""
    union = acts("union", {"engage": 2.0, "build_standing": 0.1,
                 "visibility": {"taiwan": 0.2, "korea": 0.4}}, by=["EU"],
                 to=["IDN", "VNM", "JPN", "UKR"])  # fmt: skip
    grown, fixed, _ = gain("europe_standing", union)
    arrives = fixed.p("engagement_delivery")[:, 0]
    expected = 0.1 + 0.75 * 2.0 * arrives / 5.0 + 0.3 * (0.2 + 0.4) / 3.0
    assert grown == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    ("by", "share"), [(["DEU", "FRA"], 1.0), (["DEU", "USA"], 0.0), (["NATO"], 0.0), (["CHN"], 0.0)]
)
def test_only_europeans_by_themselves_show_europe(by: list[str], share: float) -> None:
    size = {"engage": 2.0, "visibility": 0.2}
    grown, _, _ = gain("europe_standing", acts(levers=size, by=by, to=["IDN"]))
    assert grown == pytest.approx(np.full(RUNS, share * (2.0 / 5.0 + 0.3 * 0.2)), abs=1e-9)


def test_a_text_of_the_unions_council_is_the_unions_act() -> None:
    ask = Ask("eu", "engagement", 0.3, "DEU")
    fixed = build(policy(asks=[ask], levers=Levers(talk=0.1), by=["NATO"]),
                  acts("b", {"talk": 0.1}, by=["EU"]), acts("c", {"talk": 0.1}, by=["DEU"]),
                  acts("d", {"talk": 0.1}, by=["NATO"]), runs=2)  # fmt: skip
    named = {b.policy: b for b in fixed.program.bundles}
    union = {name: stocks.of_union(bundle, fixed) for name, bundle in named.items()}
    assert union == {"test": True, "b": True, "c": False, "d": False}
    alone = {name: stocks.european(bundle, fixed) for name, bundle in named.items()}
    assert alone == {"test": True, "b": True, "c": True, "d": False}


# ---- what reads them


def test_alert_by_hand() -> None:
    """`(st_E*(l_E-1) + (1 + .5*(aware - aware0))*sum_Asia st*(l-1)) / 2`."""
    fixed = build(runs=RUNS)
    state = stirred(fixed)
    stakes, unrest = fixed.futures.stakes, (state.level - 1.0)[:, None]
    known = state.awareness - fixed.p("awareness_start")
    who = [0, 7, 33, 52]
    asia = (stakes[..., 1:] * unrest[..., 1:]).sum(axis=-1)
    expected = (stakes[..., 0] * unrest[..., 0] + (1.0 + 0.5 * known) * asia) / 2.0
    assert stocks.alert(state, quarter(fixed), who) == pytest.approx(expected[:, who], abs=1e-12)
    calm = replace(state, level=np.ones_like(state.level))
    assert not stocks.alert(calm, quarter(fixed), who).any()


def test_what_is_measured() -> None:
    fixed = build(runs=RUNS)
    state = stirred(fixed)
    at = quarter(fixed)
    at.notes["force"] = stance.force(state, at)
    after, seen = stocks.build(state, at), at.notes["measured"]
    groups = fixed.world.groups
    expected = {
        "europe_standing": after.europe_standing,
        "un_sway": after.un_sway,
        "partner_capacity": after.partner_capacity[:, groups["IP4"] | groups["ASEAN"]].mean(axis=1),
        "resilience": after.resilience[:, groups["IP4"] | groups["NATO"]].mean(axis=1),
        "awareness": after.awareness[:, fixed.world.distant].mean(axis=1),
    }
    for name, value in expected.items():
        assert seen[name] == pytest.approx(value, abs=1e-12), name


def test_metrics_of_publics_hedgers_and_stocks_are_means_of_what_was_noted() -> None:
    fixed = build(acts(levers={"build_aware": 0.5, "narrative": 0.4}, by=["EU"]), runs=6)
    noted: list[dict[str, np.ndarray]] = []
    metrics = play(fixed, lambda state, at: noted.append(at.notes["measured"]))
    for metric, name in society.READS.items():
        path = np.stack([quarter[name] for quarter in noted])
        assert metrics[metric] == pytest.approx(path.mean(axis=0), abs=1e-12), metric
    assert np.all(metrics["situational_awareness"] > fixed.p("awareness_start")[:, 0])

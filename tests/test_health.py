"""Health of the whole model (V51, V53, V54, V56), and what must not change it (V38-V42, V45)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pytest
from mechanisms import COSTS, acts, build, differing, play

import simulator as ts
from policies import BASELINE
from simulator import content, registry, trials
from simulator.arrays import Floats
from simulator.audits import odd
from simulator.batch import Job, decide_together, play_block, play_through, setting
from simulator.futures import Prior
from simulator.metrics import METRICS
from simulator.opening import opening
from simulator.phase import Quarter
from simulator.results import mean_se
from simulator.setting import Setting
from simulator.state import State
from simulator.vocabulary import LEVERS
from simulator.world import FORUMS, THEATERS

POLICIES = [p for p in registry.policies() if p != BASELINE]
PACT = "formal-nato-ip4-pact"
MONEY = {"cost_usd_bn", "political_capital_spent"}  # every act costs; that alone is no trade-off

# ---- V51: saturation

LEVERS_SET_THEM = {"visibility", "military", "exclusiveness"}  # at a bound if a policy says so
CONTINUOUS = {
    f.name: f.bounds
    for f in odd.fields()
    if f.bounds and f.name not in LEVERS_SET_THEM | {"level", "vote_noise"}
}


def strength(policy: str) -> float:
    """How far a policy moves its levers, each as a share of its range."""
    found = registry.policy(policy)
    return sum(
        max(abs(x) for x in (size.values() if isinstance(size, Mapping) else [size]))
        / LEVERS[name].range[1]
        for levers in (found.levers, found.ungated)
        for name, size in ((n, getattr(levers, n)) for n in levers.moved())
    )


STRONG = sorted(POLICIES, key=strength)[-10:]
HARD = [("summit-cycle", (), lens) for lens in content.lens_ids()]
HARD += [("summit-cycle", (p,), "mixed") for p in STRONG]
HARD += [("taiwan-quarantine", (PACT,), lens) for lens in ("reeves", "cfr")]


def stuck(now: Floats, start: Floats, bounds: tuple[float, float]) -> float:
    """Share of the entries at a bound, of those that have left it or were never there."""
    at = (np.abs(now - bounds[0]) < 1e-6) | (np.abs(now - bounds[1]) < 1e-6)
    alive = ~(at & (now == start))
    return float(at[alive].mean()) if alive.any() else 0.0


def test_stuck_counts_what_has_run_into_a_bound() -> None:
    start = np.array([0.0, 0.0, 0.5, 0.5])
    assert 0.0 == stuck(start, start, (0.0, 1.0))
    assert 0.5 == stuck(np.array([0.0, 0.2, 1.0, 0.5]), start, (0.0, 1.0)) * 1.5


@pytest.mark.slow
@pytest.mark.parametrize(("scenario", "policies", "lens"), HARD)
def test_v51_states_do_not_sit_at_their_bounds(
    scenario: str, policies: tuple[str, ...], lens: str
) -> None:
    """Fewer than 5 % of each variable's entries, after five and after ten years."""
    fixed = setting(Job(scenario, policies, lens, 51, 40, "forced", ()), range(64))
    start, found = opening(fixed), {}

    def watch(state: State, at: Quarter) -> None:
        if at.number in (19, 39):
            for name, bounds in CONTINUOUS.items():
                share = stuck(getattr(state, name), getattr(start, name), bounds)
                if share >= 0.05:
                    found[name, at.number + 1] = share

    play_through(fixed, decide_together(fixed.world.kinds), watch)
    assert {} == found


# ---- V53, V54: no policy is best or worst at everything, and none is without a price or a use

DIRECTED = {n: 1.0 if m.direction == "+" else -1.0
            for n, m in METRICS.items() if m.direction != "context"}  # fmt: skip
HEADLINE = [n in trials.headline() for n in DIRECTED]
FREE = [n not in MONEY for n in DIRECTED]


@pytest.fixture(scope="module")
def outcomes() -> dict[str, Floats]:
    """Metrics with a direction, by policy, larger is better, adoption forced, (runs, metrics)."""
    found = {}
    for name in (BASELINE, *POLICIES):
        found[name] = np.concatenate(
            [larger(scenario, (name,)) for scenario in ("summit-cycle", "taiwan-quarantine")]
        )
    return found


def larger(scenario: str, policies: tuple[str, ...]) -> Floats:
    """Metrics that have a direction, larger is better, adoption forced, (runs, metrics)."""
    played = ts.ensemble(scenario, policies, "neutral", 96, 53, adoption="forced")
    return played.frame()[list(DIRECTED)].to_numpy() * np.array(list(DIRECTED.values()))


@pytest.mark.slow
def test_v53_no_policy_is_best_or_worst_at_everything(outcomes: dict[str, Floats]) -> None:
    table = np.nan_to_num(np.stack([outcomes[p][:, HEADLINE] for p in POLICIES]))
    for end, pick in (("best", np.max), ("worst", np.min)):
        edge = pick(table, axis=0)
        level = np.all(table == edge, axis=-1)
        alone = level & np.any(table != np.roll(table, 1, axis=0), axis=-1)
        share = dict(zip(POLICIES, alone.mean(axis=-1), strict=True))
        assert {} == {p: s for p, s in share.items() if s > 0.9}, end


@pytest.mark.slow
@pytest.mark.parametrize("policy", POLICIES)
def test_v54_every_policy_helps_and_hurts_somewhere(
    policy: str, outcomes: dict[str, Floats]
) -> None:
    """At least one metric is better, and one beside its bill worse, in some future.  A policy that
    waits for something that did not come is played beside a pact, against the pact alone."""
    gap = (outcomes[policy] - outcomes[BASELINE])[:, FREE]
    if not np.nan_to_num(gap).any():
        assert registry.policy(policy).when is not None, "a policy without any effect"
        both, alone = (larger("summit-cycle", (PACT, *more)) for more in ((policy,), ()))
        gap = (both - alone)[:, FREE]
    assert np.nanmax(gap) > 0.0
    assert np.nanmin(gap) < 0.0


# ---- V56: before any data, outcomes cover what is plausible and are not all the same


@pytest.mark.slow
def test_v56_futures_span_the_plausible() -> None:
    whole = ts.ensemble("summit-cycle", (), "neutral", 1024, 56)
    frame, paths = whole.frame(), whole.paths
    for theater in THEATERS:
        seen = paths[f"level_{theater}"]
        assert set(np.unique(seen)) >= {0.0, 1.0, 2.0, 3.0, 5.0} - {0.0}, theater
        assert 0.5 < np.mean(seen[:, -1] <= 1.0) < 1.0, theater
    rates = frame[[f"war_{k}" for k in THEATERS]].mean()
    assert np.all((rates > 0.0005) & (rates < 0.25))
    for name in ("deterrence_margin_europe", "deterrence_margin_taiwan", "encirclement_fear"):
        low, high = frame[name].quantile([0.05, 0.95])
        assert high - low > 0.03, name
        assert low >= 0.0, name
        assert high <= 1.0, name
    loss = frame["global_gdp_loss"]
    assert loss.quantile(0.99) > 5.0 * max(loss.median(), 0.1), "heavy tail (P12)"
    assert loss.quantile(0.5) < 5.0


# ---- what must not matter


def test_v38_two_halves_have_the_power_of_the_whole() -> None:
    """Standing power is linear in what a state spends, so splitting it moves no balance."""
    futures = build(runs=8).futures
    whole = futures.power(content.ladder().type_matrix)
    half = replace(futures, world=scaled(0.5, {"milex_usd_bn"}))
    assert 2.0 * half.power(content.ladder().type_matrix) == pytest.approx(whole, rel=1e-12)


def scaled(by: float, names: set[str]) -> object:
    """The world with some traits multiplied."""
    world = content.world()
    traits = {n: tuple(by * x for x in t) if n in names else t for n, t in world.traits.items()}
    return replace(world, traits=traits)


@dataclass(frozen=True)
class Doubled(Prior):
    """A prior in dollars, in twice as many."""

    base: Prior | None = None

    def sample(self, u: Floats) -> Floats:
        assert self.base is not None
        return 2.0 * self.base.sample(u)


def in_money() -> set[str]:
    """Traits in dollars."""
    import csv
    from pathlib import Path

    path = Path(__file__).parents[1] / "agents" / "data" / "trait_list.csv"
    with path.open(encoding="utf-8", newline="") as rows:
        return {r["trait"] for r in csv.DictReader(rows) if "usd" in r["unit"].lower()}


def test_v39_the_currency_is_irrelevant() -> None:
    """Twice as many dollars for everything: what is not in dollars stays as it is."""
    fixed = build(runs=24, quarters=8, scenario="taiwan-quarantine")
    rich = scaled(2.0, in_money())
    elsewhere = dict(fixed.ladder.elsewhere)
    elsewhere["gdp_usd_bn"] = 2.0 * elsewhere["gdp_usd_bn"]
    costs = {r["id"] for r in ts.catalog("parameters").to_dict("records") if "$" in r["unit"]}
    scale = {p.symbol: Doubled("", (), p.prior) for p in content.parameters() if p.symbol in costs}
    other = replace(
        fixed,
        world=rich,
        futures=replace(fixed.futures, world=rich, overrides=scale),
        ladder=replace(fixed.ladder, elsewhere=elsewhere),
        kept={},
    )
    before, after = play(fixed), play(other)
    dollars = {n for n in METRICS if "USD" in METRICS[n].unit}
    for name in set(before) - dollars - COSTS:
        assert after[name] == pytest.approx(before[name], rel=1e-9, abs=1e-9, nan_ok=True), name
    assert after["global_gdp_loss"] == pytest.approx(2.0 * before["global_gdp_loss"], rel=1e-9)


def test_v40_a_theater_where_nothing_happens_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """In runs in which Korea stays calm its luck is its own: other dice there, same play here."""
    quiet = {"B_KOR": 1.0, "trig_KOR": 0.0, "h0_1": 0.0, "c_up_KOR": 8.0, "lam_c": 20.0}
    fixed = build(runs=32, quarters=8, parameters=quiet)
    base, levels = watched(fixed)
    rolled, luck = {"challenge", "off-ramp", "war-ends", "accident"}, Setting.luck

    def other(self: Setting, question: str, quarter: int, *shape: int) -> Floats:
        drawn = luck(self, question, quarter, *shape)
        if question in rolled:
            drawn = drawn.copy()
            drawn[:, 2] = luck(self, f"{question}, rolled again", quarter, *shape)[:, 2]
        return drawn

    monkeypatch.setattr(Setting, "luck", other)
    again, levels_again = watched(fixed)
    calm = np.all((levels[:, 2] == 1.0) & (levels_again[:, 2] == 1.0), axis=-1)
    assert calm.mean() > 0.5
    assert [] == [
        n for n in base if not np.array_equal(base[n][calm], again[n][calm], equal_nan=True)
    ]


def watched(fixed: Setting) -> tuple[dict[str, Floats], Floats]:
    """Metrics, and levels (runs, theaters, quarters)."""
    levels: list[Floats] = []
    metrics = play(fixed, lambda state, at: levels.append(state.level))
    return metrics, np.stack(levels, axis=-1)


def test_v41_a_price_without_an_effect_is_only_a_price() -> None:
    fixed = build(acts(levers={"visibility": 0.3}), runs=16)
    dear = [replace(b, money_per_year=b.money_per_year + 5.0, capital=b.capital + 1.0)
            for b in fixed.program.bundles]  # fmt: skip
    other = replace(fixed, program=replace(fixed.program, bundles=tuple(dear)), kept={})
    before, after = play(fixed), play(other)
    assert set(differing(before, after)) == COSTS
    assert all(np.all(after[n] > before[n]) for n in COSTS)


def test_v42_a_future_counted_twice_counts_half_as_much() -> None:
    values = play_block(Job("summit-cycle", (), "mixed", 1, 8, "endogenous", ()), range(64)).metrics
    for name in ("deterrence_asia", "adoption_probability"):
        mean, error, share = mean_se(values[name])
        again = mean_se(np.concatenate([values[name], values[name]]))
        if share:
            assert again[0] == pytest.approx(mean)
            assert again[1] == pytest.approx(error * np.sqrt(63 / 127))
        assert share == again[2]


@pytest.mark.slow
def test_v45_luck_has_no_memory_of_the_date(monkeypatch: pytest.MonkeyPatch) -> None:
    """The draws of the quarters in another order: another run each, the same distribution."""
    job = Job("summit-cycle", (), "neutral", 45, 16, "endogenous", ())
    names = ("calm_share", "rises_korea", "deterrence_asia", "global_gdp_loss")
    before = [play_block(job, range(n, n + 256)).metrics for n in range(0, 1024, 256)]
    luck = Setting.luck
    monkeypatch.setattr(Setting, "luck", lambda self, q, t, *s: luck(self, q, (5 * t + 3) % 16, *s))
    after = [play_block(job, range(n, n + 256)).metrics for n in range(0, 1024, 256)]
    for name in names:
        one, other = (np.concatenate([b[name] for b in blocks]) for blocks in (before, after))
        assert not np.array_equal(one, other)
        error = np.hypot(one.std(), other.std()) / np.sqrt(len(one))
        assert abs(one.mean() - other.mean()) < 4.0 * error, name


def test_v19_losses_reach_the_published_figures() -> None:
    """Central exposures at the fitted coefficients; Taiwan and Korea have published figures,
    Europe and the South China Sea judgement (docs/calibration.md)."""
    from simulator.calibrate import fit_losses

    close = {"taiwan war": 0.02, "taiwan blockade": 0.12, "korea war": 0.15}
    fitted = fit_losses()
    for label, cells in fitted["reached"].items():
        for who, cell in cells.items():
            gap = abs(cell["fitted"] - cell["target"]) / cell["target"]
            assert gap <= close.get(label, 0.25), f"{label}, {who}"
    for k, theater in enumerate(THEATERS):
        written = content.loss_coefficients()[k]
        assert written == pytest.approx(np.array(fitted["coefficients"][theater]))


def test_v03_political_capital_and_slots_are_never_overdrawn() -> None:
    """More asks than slots and capital; nothing is tabled beyond them in any quarter (a text that
    failed may be carried by a coalition, on a slot of that)."""
    job = Job("summit-cycle", ("tokyo-liaison-office", "public-taiwan-statement"), "neutral", 3, 24,
              "endogenous", ())  # fmt: skip
    fixed = setting(job, range(64))
    start, joint = fixed.p("capital_start"), FORUMS.index("minilateral")

    def watch(state: State, at: Quarter) -> None:
        assert np.all((state.capital >= -1e-12) & (state.capital <= start + 1e-12))
        for f, forum in fixed.ladder.forums.items():
            mine = [t for t, text in enumerate(fixed.program.texts) if text.forum == f]
            tabled = (at.notes["results"][mine] > 1.0).sum(axis=0)
            assert np.all(tabled <= forum.seats(at.number) + fixed.ladder.forums[joint].seats(0))

    play_through(fixed, decide_together(fixed.world.kinds), watch)

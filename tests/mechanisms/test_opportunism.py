"""M11 Collusion of shocks, and the preventive window of an announced shift."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from agents.rules.challenge import challenge, challenge_for_survival
from mechanisms import acts, begun, build, play, quarter, random_view, row
from simulator import draws
from simulator.mechanisms import contest, opportunism, red_start, signals, stance
from simulator.questions import ChallengeView
from simulator.setting import Setting
from simulator.state import State

RUNS = 4000
EUR, TWN, KOR, SCS = range(4)
FIXED = build(runs=RUNS)


def colluding(*chance: float, fixed: Setting = FIXED) -> State:
    """A state in which each red pair colludes with about the chance given: supplier-receiver,
    supplier-giver, receiver-giver (with `zeta` 1 and the slope of the specification)."""
    odds = np.log(np.array(chance)) - np.log(1.0 - np.array(chance))
    state = begun(fixed)
    return replace(state, cohesion=np.zeros_like(state.cohesion) + 0.6 + odds / 8.0)


FULL = build(runs=RUNS, limits={"zeta_col": 1.0})


def test_shocks_are_shared_by_at_most_one_pair_with_its_chance() -> None:
    """The theaters that the two claim first meet the same luck; the other theaters their own."""
    state = colluding(0.3, 0.15, 0.25, fixed=FULL)
    at = quarter(FULL, 3)
    (luck,) = opportunism.shared_luck(state, at, "trigger")
    own, shared = at.luck("trigger", 4), at.luck("trigger-shared", 1)
    same = luck == shared
    assert np.all(same | (luck == own))
    seen = np.array([same[:, [TWN, EUR]].all(axis=1).mean(), same[:, [TWN, KOR]].all(axis=1).mean(),
                     same[:, [EUR, KOR]].all(axis=1).mean()])  # fmt: skip
    error = 4.0 * np.sqrt(seen * (1.0 - seen) / RUNS)
    assert np.all(np.abs(seen - [0.3, 0.15, 0.25]) < error)
    assert not same[:, SCS].any()
    assert set(np.unique(same.sum(axis=1))) == {0, 2}


@pytest.mark.parametrize(
    ("coin", "who"),
    [(0.29, [EUR, TWN]), (0.31, [TWN, KOR]), (0.44, [TWN, KOR]), (0.46, [EUR, KOR]),
     (0.69, [EUR, KOR]), (0.71, [])],
)  # fmt: skip
def test_the_coin_picks_the_pair(coin: float, who: list[int]) -> None:
    fixed = build(runs=4, limits={"zeta_col": 1.0})
    at = quarter(fixed)
    drawn = at.luck
    at.luck = lambda q, *n: np.full((4, 1), coin) if q == "collusion" else drawn(q, *n)  # type: ignore[method-assign]
    (luck,) = opportunism.shared_luck(colluding(0.3, 0.15, 0.25, fixed=fixed), at, "trigger")
    together = luck == drawn("trigger-shared", 1)
    assert np.all(together == np.isin(np.arange(4), who))


def test_correlation_of_any_function_of_the_luck_is_the_chance_to_share() -> None:
    state = colluding(0.4, 0.05, 0.05, fixed=FULL)
    (luck,) = opportunism.shared_luck(state, quarter(FULL, 1), "trigger-size")
    for made in (luck, draws.normal(luck), (luck > 0.9).astype(float)):
        seen = np.corrcoef(made[:, EUR], made[:, TWN])[0, 1]
        assert seen == pytest.approx(0.4, abs=4.0 / np.sqrt(RUNS))
        assert abs(np.corrcoef(made[:, TWN], made[:, SCS])[0, 1]) < 4.0 / np.sqrt(RUNS)


def test_collusion_leaves_each_theaters_own_distribution_alone() -> None:
    state = colluding(0.3, 0.3, 0.3, fixed=FULL)
    (luck,) = opportunism.shared_luck(state, quarter(FULL), "trigger")
    for k in range(4):
        assert luck[:, k].mean() == pytest.approx(0.5, abs=4.0 / np.sqrt(12 * RUNS))
        assert luck[:, k].std() == pytest.approx(1.0 / np.sqrt(12.0), abs=0.01)


def test_chances_that_add_up_to_more_than_one_are_scaled_back_together() -> None:
    state = colluding(0.9, 0.9, 0.9, fixed=FULL)
    (luck,) = opportunism.shared_luck(state, quarter(FULL), "trigger")
    same = luck == quarter(FULL).luck("trigger-shared", 1)
    assert np.all(same.sum(axis=1) == 2)
    assert same[:, KOR].mean() == pytest.approx(2.0 / 3.0, abs=4.0 * 0.5 / np.sqrt(RUNS))


def test_without_collusion_every_theater_has_its_own_luck_to_the_last_bit() -> None:
    fixed = build(runs=64, limits={"zeta_col": 0.0})
    at = quarter(fixed, 2)
    luck = opportunism.shared_luck(begun(fixed), at, "trigger", "trigger-size")
    assert np.array_equal(luck[0], at.luck("trigger", 4))
    assert np.array_equal(luck[1], at.luck("trigger-size", 4))


def test_colluding_challengers_meet_their_triggers_together() -> None:
    """Through the phase: joint triggers are more frequent, each theater's own are not."""
    often = {"limits": {"zeta_col": 1.0, "trig_EUR": 0.2, "trig_TWN": 0.2}}
    fixed = build(runs=RUNS, **often)
    rates = []
    for chance in (1e-9, 0.4):
        at = quarter(fixed, 1)
        contest.shocks(colluding(chance, 1e-9, 1e-9, fixed=fixed), at)
        hit = at.notes["triggers"][:, [EUR, TWN]] > 0.0
        rates.append((hit.all(axis=1).mean(), *hit.mean(axis=0)))
    alone, together = rates
    assert together[0] > alone[0] + 0.03
    assert together[1:] == pytest.approx(alone[1:], abs=4.0 * np.sqrt(2 * 0.16 / RUNS))


# ---- the window

LONG = 6


def promise(phase_in: int = LONG, **what: Any) -> Any:
    return acts(levers={"commitment": {"taiwan": 0.8}, "sunk": {"taiwan": 0.2}}, by=["USA"],
                phase_in=phase_in, **what)  # fmt: skip


def windowed(*policies: Any, number: int = 2, **how: Any) -> tuple[Setting, np.ndarray, np.ndarray]:
    fixed = build(*policies, runs=80, **how)
    at = quarter(fixed, number)
    weight, promised = opportunism.window(begun(fixed), at)
    return fixed, weight, promised


def test_the_window_weighs_by_the_length_of_the_phase_in() -> None:
    for phase_in in (4, 12):
        fixed, weight, _ = windowed(promise(phase_in))
        assert weight == pytest.approx(fixed.p("window_weight") * 0.98**phase_in)


def test_a_window_is_open_in_each_quarter_of_the_phase_in_and_no_longer() -> None:
    openings = [windowed(promise(3), number=n)[1].any() for n in range(6)]
    assert [True, True, True, False, False, False] == openings
    assert not windowed()[1].any()


def test_of_two_windows_the_weightier_counts() -> None:
    other = acts("other", {"talk": 0.5}, by=["DEU"], phase_in=3)
    fixed, weight, _ = windowed(promise(12), other)
    assert weight == pytest.approx(fixed.p("window_weight") * 0.98**3)


def test_what_is_promised_is_belief_at_the_commitments_announced() -> None:
    """`logit(q)` plus what rest point and signals have still to gain, by hand for the promiser."""
    fixed, _, promised = windowed(promise(), number=2)
    at = quarter(fixed, 2)
    chance = signals.fight_chance(begun(fixed), at)
    n = fixed.pairs.index((row(fixed, "USA"), TWN))
    left = 1.0 - 2.0 / LONG  # two quarters of six were seen
    pp = fixed.p("commitment_worth") * 0.8 + fixed.p("audience_cost") * 0.8
    rest = fixed.p("intervention_precision") * pp * left
    tied = fixed.p("tied_effect") * fixed.p("audience_cost") * 0.8
    signal = (fixed.p("sunk_effect") * 0.2 + tied) * left
    odds = np.log(chance[:, n]) - np.log(1.0 - chance[:, n]) + rest + signal
    assert promised[:, n] == pytest.approx(1.0 / (1.0 + np.exp(-odds)))
    others = np.array(fixed.pair_actor) != row(fixed, "USA")
    assert promised[:, others] == pytest.approx(chance[:, others])
    assert np.all(promised[:, n] > chance[:, n])


def test_challengers_look_at_the_chance_to_prevail_once_all_is_in_place() -> None:
    fixed = build(promise(), runs=40)
    state, seen = begun(fixed), {}
    base = quarter(fixed)

    def decide(question: str, view: Any, askers: Any, context: Any) -> Any:
        seen[question] = view
        return base.decide(question, view, askers, context)

    at = quarter(fixed, 2, decide)
    at.notes["force"] = stance.force(state, at)
    contest.challenge(state, at)
    _, promised = opportunism.window(state, at)
    later = contest.win_chance(state, at, promised)
    assert np.array_equal(seen["challenge"].later, later)
    assert np.all(later[:, TWN] < seen["challenge"].win[:, TWN])
    assert np.array_equal(seen["challenge"].window, opportunism.window(state, at)[0])


PROFILES = ("win", "later", "prize_share", "military_cost", "own_loss", "sanctions", "nuclear")


def views(seed: int, size: int = 300) -> ChallengeView:
    view = random_view(ChallengeView, seed, {"": (size,), **dict.fromkeys(PROFILES, (size, 6))})
    luck = np.random.default_rng(seed)
    return replace(
        view, level=luck.integers(0, 5, size).astype(float), prize=10.0 * view.prize,
        gumbel=draws.gumbel(luck.uniform(size=(size, 4))),
    )  # fmt: skip


@pytest.mark.parametrize(("rule", "survival"), [(challenge, 0.0), (challenge_for_survival, 1.0)])
def test_the_window_adds_what_waiting_would_lose_to_going_up(rule: Any, survival: float) -> None:
    """PM = weight * (W_up now - W_up after)+, to `up` and to nothing else."""
    view = views(5)
    after, before = rule(view), rule(replace(view, window=0.0 * view.window))
    rung = (view.level + 1).astype(int)
    at = (np.arange(len(rung)), rung)
    gone = view.win[at] - view.later[at]
    ruin = survival * view.survival * view.prize
    worth = view.prize_share[at] * (view.prize + ruin) * gone + 2.0 * view.military_cost[at] * gone
    with np.errstate(invalid="ignore"):  # options that do not exist
        added = after.values["worth"] - before.values["worth"]
    assert added[:, 2] == pytest.approx(view.window * np.maximum(worth, 0.0))
    assert np.any(worth < 0.0)
    assert np.all(np.nan_to_num(np.delete(added, 2, 1), nan=0.0) == 0.0)
    told = after.terms()["a window that closes"]
    assert told == pytest.approx(np.where(after.choice == 1.0, added[:, 2], 0.0))


def test_a_window_never_holds_a_challenger_back() -> None:
    view = views(6, 2000)
    before = challenge(replace(view, window=0.0 * view.window)).choice
    after = challenge(replace(view, window=5.0 * view.window)).choice
    assert np.all((after == before) | (after == 1.0))
    assert np.any(after != before)


def test_a_pact_announced_long_before_it_holds_tempts_while_it_is_phased_in() -> None:
    """Sign of model.md M11: a heavy window raises risk over the length of a long phase-in."""
    how: dict[str, Any] = {"runs": 600, "quarters": 10, "limits": {"w_prev": 2.0}}
    pact = {"levers": {"commitment": {"taiwan": 1.0}}, "by": ["USA"]}
    slow = play(build(acts(**pact, phase_in=10), **how))["taiwan_force_risk"]
    free = play(build(acts(**pact, phase_in=10), **(how | {"limits": {"w_prev": 0.0}})))
    assert slow.mean() > free["taiwan_force_risk"].mean()
    assert np.all(np.isin(slow, [0.0, 1.0]))


def test_pairs_and_theaters_agree() -> None:
    assert red_start.pairs(FIXED.world)[0] == (row(FIXED, "CHN"), row(FIXED, "RUS"))

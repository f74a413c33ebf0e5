"""V6: probabilities in [0, 1] and no NaN, with every parameter at either end of its range."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import pytest

from mechanisms import acts, build, policy
from scenarios.loader import load_parameters
from simulator.arrays import Floats
from simulator.batch import decide_together, play_through
from simulator.contracts import Ask, Levers, Policy
from simulator.futures import Prior
from simulator.mechanisms import escalation, signals
from simulator.metrics import METRICS, measure
from simulator.phase import Quarter
from simulator.setting import Setting
from simulator.state import State

SPECS = {spec.symbol: spec for spec in load_parameters()}
ENDS = [(symbol, end) for symbol in SPECS for end in (0, 1)]
QUARTERS = 12
SHARES = ("visibility", "military", "exclusiveness", "channel", "threat", "exposure", "rumor",
          "taking_part", "vote_noise", "countered", "support", "cohesion", "nuclear_progress",
          "arctic", "aiding", "fighting")  # fmt: skip
IN_VIEWS = {"win", "pass_chance", "threat", "position", "chance"}
POLICIES: tuple[Policy, ...] = (
    policy("pact", asks=[Ask("nac", "engagement", 0.8, "USA", min=0.6, prep=0.6)],
           by=["NATO", "IP4"], accept=["JPN", "KOR"], phase_in=2,
           levers=Levers(visibility=1.0, military=0.8, commitment=0.6, channel=0.2)),
    policy("words", asks=[Ask("nac", "wording", 0.45, "USA")], levers=Levers(talk=0.5)),
    policy("warning", asks=[Ask("eu", "sanctions", 0.5, "DEU", prep=0.2)], by=["EU"], on=["CHN"],
           public=False, levers=Levers(sanctions=0.6, audience_cost=0.5, talk=0.5)),
    acts("signal", {"sunk": 0.5, "restraint": 0.5, "assure": 0.5, "resolve": 0.0}),
    acts("other-side", {"resolve": 2.0, "visibility": 0.3}, by=["CHN"]),
)  # fmt: skip


@dataclass(frozen=True)
class Pinned(Prior):
    """A prior whose draws are replaced in some runs: (run, value)."""

    base: Prior | None = None
    pins: tuple[tuple[int, float], ...] = ()

    def sample(self, u: Floats) -> Floats:
        assert self.base is not None
        drawn = np.array(self.base.sample(u), dtype=float)
        for run, value in self.pins:
            drawn[run] = value
        return drawn


def pinned(runs: int, pins: dict[str, list[tuple[int, float]]], adoption: str) -> Setting:
    """A setting in which run by run other parameters stand at an end of their range: one play
    stands for as many small ensembles as it has runs."""
    fixed = build(*POLICIES, runs=runs, quarters=QUARTERS, scenario="taiwan-quarantine",
                  adoption=adoption)  # fmt: skip
    priors = {p.symbol: p.prior for p in fixed.futures.parameters}
    overrides = {s: Pinned("fixed", (0.0,), priors[s], tuple(where)) for s, where in pins.items()}
    return replace(fixed, futures=replace(fixed.futures, overrides=overrides))


def bad(
    values: Any, runs: int, low: float = -np.inf, high: float = np.inf, rows: Any = None
) -> list[int]:
    """The runs in which an array (of the runs `rows`) has a NaN or leaves its bounds."""
    array = np.asarray(values, dtype=float)
    if rows is not None:
        return rows[bad(array, len(rows), low, high)].tolist()
    if array.ndim == 0 or array.shape[0] != runs:
        array = np.broadcast_to(array, (runs, *array.shape[1:])) if array.ndim else array
    wrong = np.isnan(array) | (array < low - 1e-12) | (array > high + 1e-12)
    if array.ndim == 0 or array.shape[0] != runs:
        wrong = np.broadcast_to(np.array([wrong.any()]), (runs,))
    return np.flatnonzero(wrong.reshape(runs, -1).any(axis=1)).tolist()


def complaints(fixed: Setting) -> dict[int, set[str]]:
    """By run, where something was not a number, not a probability, or not an option."""
    runs, found = len(fixed.futures.runs), {}

    def blame(where: str, who: list[int]) -> None:
        for run in who:
            found.setdefault(run, set()).add(where)

    rule = decide_together(fixed.world.kinds)

    def decide(question: str, view: Any, askers: Any, context: Any) -> Any:
        some = {"rows": context["rows"]}
        for f in fields(view):
            bounds = (0.0, 1.0) if f.name in IN_VIEWS else ()
            blame(f"{question} view {f.name}", bad(getattr(view, f.name), runs, *bounds, **some))
        answer = rule(question, view, askers, context)
        blame(f"{question} choice", bad(answer.choice, runs, **some))
        for name, values in answer.values.items():
            bounds = (0.0, 1.0) if name in IN_VIEWS else ()
            blame(f"{question} {name}", bad(values, runs, *bounds, **some))
        if question == "challenge":
            blame(
                "challenge picks no option", bad(view.level + answer.choice, runs, 0.0, 5.0, **some)
            )
        if question == "respond":
            idle = np.where(view.level < 2.0, answer.choice, 0.0)
            blame("respond picks no option", bad(idle, runs, 0.0, 0.0, **some))
        return answer

    def watch(state: State, at: Quarter) -> None:
        for f in fields(state):
            bounds = (0.0, 1.0) if f.name in SHARES else ()
            blame(f"state {f.name}", bad(getattr(state, f.name), runs, *bounds))
        blame("level", bad(state.level, runs, 0.0, 5.0))
        for name in ("capital", "losses", "scars", "money", "capital_spent"):
            blame(name, bad(getattr(state, name), runs, 0.0))
        chances = {
            "fight": signals.fight_chance(state, at),
            "win": at.notes["win"],
            "accident": escalation.chance_of_accident(state, at),
            "off-ramp": escalation.chance_of_offramp(state, at),
        }
        for name, chance in chances.items():
            blame(name, bad(chance, runs, 0.0, 1.0))

    with np.errstate(all="ignore"):
        history, _, state = play_through(fixed, decide, watch)
        for name, values in measure(history, state, fixed).items():
            spec = METRICS[name]
            share = spec.unit in {"probability", "share", "0..1"}
            shown = np.where(np.isnan(values), 0.0, values) if spec.eligible else values
            blame(f"metric {name}", bad(shown, runs, *((0.0, 1.0) if share else ())))
    return found


def at_the_ends(adoption: str) -> dict[int, set[str]]:
    pins: dict[str, list[tuple[int, float]]] = {}
    for run, (symbol, end) in enumerate(ENDS):
        pins.setdefault(symbol, []).append((run, SPECS[symbol].range[end]))
    return complaints(pinned(len(ENDS), pins, adoption))


@pytest.fixture(scope="module")
def one_at_an_end() -> dict[int, set[str]]:
    """One run for each end of each parameter, all else sampled."""
    return at_the_ends("endogenous")


@pytest.fixture(scope="module")
def one_at_an_end_forced() -> dict[int, set[str]]:
    return at_the_ends("forced")


@pytest.mark.parametrize(("run", "symbol", "end"), [(n, *e) for n, e in enumerate(ENDS)],
                         ids=[f"{s}-{('low', 'high')[e]}" for s, e in ENDS])  # fmt: skip
def test_v6_one_parameter_at_an_end(
    run: int, symbol: str, end: int,
    one_at_an_end: dict[int, set[str]], one_at_an_end_forced: dict[int, set[str]],
) -> None:  # fmt: skip
    assert set() == one_at_an_end.get(run, set()) | one_at_an_end_forced.get(run, set())


def corners(seed: int, runs: int, but: tuple[str, ...] = ()) -> dict[int, set[str]]:
    """Every parameter at a random end in every run."""
    luck = np.random.default_rng(seed)
    pins = {
        s: [(n, spec.range[int(luck.integers(2))]) for n in range(runs)]
        for s, spec in SPECS.items()
        if s not in but
    }
    return complaints(pinned(runs, pins, "endogenous"))


def test_v6_all_parameters_at_random_ends() -> None:
    assert {} == corners(1, 64)


def test_v6_all_parameters_at_random_ends_but_where_the_contest_is_empty() -> None:
    """So that a contest without decisiveness or attackers hides nothing else."""
    assert {} == corners(2, 96, ("m", "tied"))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3, 9))
def test_v6_many_corners(seed: int) -> None:
    assert {} == corners(seed, 512)

"""What the tests of mechanisms share: settings with test policies, one quarter, paired plays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from simulator import content
from simulator.batch import Job, decide_together, play_through, setting
from simulator.contracts import Levers, Policy
from simulator.futures import Calibration, Prior
from simulator.metrics import measure
from simulator.opening import opening
from simulator.phase import Quarter
from simulator.program import compile_program
from simulator.setting import Setting
from simulator.state import State

COSTS = {"cost_usd_bn", "political_capital_spent"}  # what a policy's bill, not its effect, moves


PLAIN = Calibration(np.ones(4), np.ones(4), 0.0, np.zeros(4))


def policy(id: str = "test", **what: Any) -> Policy:
    return Policy(id=id, title="A test", sources=["judgement"], **what)


def acts(id: str = "test", levers: Mapping[str, Any] | None = None, **what: Any) -> Policy:
    """A policy of ungated levers."""
    return policy(id, levers=Levers(**(levers or {})), **what)


def build(
    *policies: Policy, runs: int = 64, quarters: int = 8, scenario: str = "summit-cycle",
    lens: str = "neutral", seed: int = 0, adoption: str = "endogenous",
    parameters: Mapping[str, Any] | None = None, limits: Mapping[str, float] | None = None,
    calibrated: bool = False, first: int = 0, **ladder: Any,
) -> Setting:  # fmt: skip
    """A setting under policies.  `parameters` keep to their ranges; `limits` (by symbol) need
    not: they take a parameter to a limit in which the answer is known.  `ladder` replaces fields
    of the shared content.  A lens's calibration is left out unless asked for, so that no test of
    a mechanism moves with it."""
    job = Job(scenario, (), lens, seed, quarters, adoption, tuple((parameters or {}).items()))
    fixed = setting(job, range(first, first + runs), fit=None if calibrated else PLAIN)
    overrides = dict(fixed.futures.overrides)
    overrides |= {s: Prior("uniform", (v, v)) for s, v in (limits or {}).items()}
    return replace(
        fixed,
        program=compile_program(policies, fixed.world, fixed.ladder.texts),
        ladder=replace(fixed.ladder, **ladder),
        futures=replace(fixed.futures, overrides=overrides),
    )


def quarter(fixed: Setting, number: int = 0, decide: Callable[..., Any] | None = None) -> Quarter:
    return Quarter(fixed, number, decide or decide_together(fixed.world.kinds))


def begun(fixed: Setting) -> State:
    """The start state, with every bundle begun in quarter 0."""
    state = opening(fixed)
    return replace(state, started=np.zeros_like(state.started))


def play(fixed: Setting, watch: Callable[[State, Quarter], None] | None = None) -> dict[str, Any]:
    """The metrics of a whole play, each (runs,)."""
    history, _, state = play_through(fixed, decide_together(fixed.world.kinds), watch)
    return measure(history, state, fixed)


def differing(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """Names of the metrics that are not equal to the last bit."""
    return [n for n in one if not np.array_equal(one[n], other[n], equal_nan=True)]


def random_view(kind: type, seed: int, shapes: Mapping[str, tuple[int, ...]]) -> Any:
    """A view whose fields are uniform on (0, 1), by the shape given (or that under '')."""
    luck = np.random.default_rng(seed)
    from dataclasses import fields

    return kind(**{f.name: luck.uniform(size=shapes.get(f.name, shapes[""])) for f in fields(kind)})


def row(fixed: Setting, actor: str) -> int:
    return fixed.world.index[actor]


__all__ = [
    "COSTS", "acts", "begun", "build", "content", "differing", "play", "policy", "quarter",
    "random_view", "row",
]  # fmt: skip

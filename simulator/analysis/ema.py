"""The simulator as a model of the EMA workbench, for those who analyze with its tools."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from simulator.analysis.evaluate import evaluate, extra, prior_ranges, priors
from simulator.analysis.response import Response, bundle
from simulator.batch import Job, check
from simulator.errors import InputError
from simulator.futures import Prior
from simulator.metrics import METRICS
from simulator.trials import ends

LEVER = "portfolio"  # "policy", "scenario" and "model" are columns of EMA's own


@dataclass(frozen=True)
class _Play:
    """What EMA calls: one future under one policy; picklable, so any of its evaluators works."""

    scenario: str
    metrics: tuple[str, ...]
    lens: str
    runs: int
    seed: int
    quarters: int | None
    adoption: str

    def __call__(self, **given: Any) -> dict[str, float]:
        policy = str(given.pop(LEVER))
        answer = Response(
            self.scenario, policy, self.metrics, None, self.lens, self.runs, self.seed,
            self.quarters, self.adoption,
        )  # fmt: skip
        row = evaluate(answer, pd.DataFrame([given])).iloc[0]
        return {str(name).replace(" ", "_"): float(value) for name, value in row.items()}


def as_ema_model(
    scenario: str,
    parameters: Sequence[str] | Mapping[str, tuple[float, float] | Prior] | None,
    policies: Sequence[str],
    metrics: Sequence[str],
    lens: str = "neutral",
    runs: int = 256,
    seed: int = 0,
    quarters: int | None = None,
    adoption: str = "endogenous",
    name: str = "TwoTheaters",
) -> Any:
    """An `ema_workbench.Model`: parameters as uncertainties, policies as a lever, metrics out.

    `parameters` are symbols, taken over the range of their prior, or ranges by symbol, such as
    `lens_ranges("cfr", "reeves")` gives; None takes all that lenses contest.  EMA samples the
    ranges evenly, whatever the prior's shape.  The lever is called `portfolio` (a+b joins two).  An
    outcome is the mean of a metric over `runs` runs with the same luck in every experiment, so that
    policies are paired; for a metric that needs an event, `METRIC_eligible` is a second outcome.
    An experiment without a finite outcome stops the lot, naming its parameter values.

        from ema_workbench import Policy, SequentialEvaluator
        from simulator.analysis import as_ema_model

        ids = ["status-quo", "some-policy"]
        model = as_ema_model("some-scenario", ["psi_CN"], ids, ["war_any"], runs=64)
        with SequentialEvaluator(model) as evaluator:
            experiments, outcomes = evaluator.perform_experiments(
                scenarios=100, policies=[Policy(p, portfolio=p) for p in ids]
            )

    Raises `InputError` for what is unknown or upside down, before anything is played.
    """
    ema = extra("ema_workbench")
    if not metrics or len(set(policies)) < 2:
        raise InputError(
            f"{len(metrics)} metrics and {len(set(policies))} policies.", "as_ema_model",
            "Give one metric or more, and two policies or more: a lever needs a choice.",
        )  # fmt: skip
    play = _Play(scenario, tuple(metrics), lens, runs, seed, quarters, adoption)
    Response(scenario, policies[0], tuple(metrics))
    ranges = priors(parameters if isinstance(parameters, Mapping) else prior_ranges(parameters))
    for policy in policies:
        for corner in (0, -1):
            held = tuple((symbol, ends(prior)[corner]) for symbol, prior in ranges.items())
            check(Job(scenario, bundle(policy), lens, seed, quarters, adoption, held), runs)
    model = ema.Model(name, function=play)
    model.uncertainties = [_uncertainty(ema, symbol, prior) for symbol, prior in ranges.items()]
    model.levers = [ema.CategoricalParameter(LEVER, list(dict.fromkeys(policies)))]
    model.outcomes = [outcome for metric in metrics for outcome in _outcomes(ema, metric)]
    return model


def _uncertainty(ema: Any, symbol: str, prior: Prior) -> Any:
    low, high = ends(prior)
    if prior.kind == "integer":
        return ema.IntegerParameter(symbol, int(low), int(high))
    return ema.RealParameter(symbol, low, high)


def _outcomes(ema: Any, metric: str) -> list[Any]:
    kind = ema.ScalarOutcome
    sides: Mapping[str, Callable[..., Any]] = {"+": kind.MAXIMIZE, "-": kind.MINIMIZE}
    found = [kind(metric, kind=sides.get(METRICS[metric].direction, kind.INFO))]
    if METRICS[metric].eligible:
        found.append(kind(f"{metric}_eligible", kind=kind.INFO))
    return found

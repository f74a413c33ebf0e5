"""Which contested parameters turn the sign of which policy's effect (V55).

    python -m simulator.signflips [--runs 512] [--workers 2] [--policy P] [--lens neutral]

For every policy and headline metric: the paired effect against the status quo with one contested
symbol at the low, then at the high end of its prior, everything else drawn as under the lens.
Adoption is forced, so that effects of the thing show apart from the chance of getting it.  Writes
docs/sign_flips.md.  `cruxes` asks the same of one policy, by belief and against another lens.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from simulator import audit_pages, content, registry, trials
from simulator.arrays import Floats
from simulator.batch import Job
from simulator.trials import Trial

SURE = 2.0  # standard errors at each end
Effect = tuple[float, float]  # mean, standard error


@dataclass(frozen=True)
class Flip:
    """A parameter that turns the sign of a policy's effect on a metric; `effect` without it."""

    policy: str
    metric: str
    symbol: str
    effect: Effect
    low: Effect
    high: Effect


def contested() -> tuple[str, ...]:
    """Symbols that the lenses set."""
    return tuple(content.lens("neutral").ledger)


def turns(low: Effect, high: Effect) -> bool:
    """Whether two effects differ in sign, each beyond doubt."""
    sure = all(abs(value) > SURE * error for value, error in (low, high))
    return sure and low[0] * high[0] < 0.0


def flips(
    policies: Sequence[str],
    symbols: Sequence[str],
    metrics: Sequence[str],
    base: Job,
    runs: int,
    workers: int = 1,
) -> list[Flip]:
    """Every turn of sign, in the order of policies, metrics and symbols.

    `base` is the status quo's job; a policy's differs from it by the policy only.
    """
    priors = {p.symbol: p.prior for p in content.parameters()}
    variants: list[tuple[tuple[str, float], ...]] = [()]
    for symbol in symbols:
        variants += [((symbol, end),) for end in trials.ends(priors[symbol])]
    sets = [(), *((p,) for p in policies)]
    todo = [_trial(base, chosen, values) for values in variants for chosen in sets]
    played = trials.play(todo, runs, metrics, workers, _progress)
    here = _effects(policies, metrics, played)
    ends = {s: (_effects(policies, metrics, played), _effects(policies, metrics, played))
            for s in symbols}  # fmt: skip
    return [
        Flip(policy, metric, symbol, here[policy, metric], *(e[policy, metric] for e in pair))
        for policy in policies
        for metric in metrics
        for symbol, pair in ends.items()
        if turns(pair[0][policy, metric], pair[1][policy, metric])
    ]


def _trial(base: Job, policies: tuple[str, ...], values: tuple[tuple[str, float], ...]) -> Trial:
    return Trial(
        Job(base.scenario, policies, base.lens, base.seed, base.quarters, base.adoption, values)
    )


def _effects(
    policies: Sequence[str], metrics: Sequence[str], played: Iterator[dict[str, Floats]]
) -> dict[tuple[str, str], Effect]:
    """Effects of all policies under one variant: the status quo comes first, then each policy."""
    none = next(played)
    found = {}
    for policy in policies:
        result = next(played)
        for metric in metrics:
            found[policy, metric] = trials.paired(result[metric], none[metric])
    return found


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty() or done == total or done % 50 == 0:
        sys.stderr.write(f"\r{done} of {total} trials")
        sys.stderr.write("\n" if done == total else "")
        sys.stderr.flush()


def main(arguments: Sequence[str]) -> int:
    """Play, and write docs/sign_flips.md."""
    baseline = registry.package("policies").BASELINE
    parser = argparse.ArgumentParser(prog="python -m simulator.signflips")
    parser.add_argument("--runs", type=int, default=512)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=55)
    parser.add_argument("--quarters", type=int, default=None)
    parser.add_argument("--lens", default="neutral")
    parser.add_argument("--scenario", default=content.plan()["scenario"])
    parser.add_argument("--adoption", default="forced")
    parser.add_argument("--policy", action="append", help="default: every policy")
    parser.add_argument("--symbol", action="append", help="default: every contested one")
    parser.add_argument("--dry", action="store_true", help="print; write nothing")
    told = parser.parse_args(arguments)
    policies = told.policy or [p for p in registry.policies() if p != baseline]
    symbols, metrics = told.symbol or contested(), trials.headline()
    base = Job(told.scenario, (), told.lens, told.seed, told.quarters, told.adoption, ())
    found = flips(policies, symbols, metrics, base, told.runs, told.workers)
    how = vars(told) | {"policies": policies}
    how["tests"] = len(policies) * len(symbols) * len(metrics)
    audit_pages.put("sign_flips.md", audit_pages.sign_flips(found, how), told.dry)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

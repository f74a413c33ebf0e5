"""Which contested parameters turn the sign of which policy's effect (V55).

    python -m simulator.audits.signflips [--runs 512] [--screen 4096] [--workers 2] [--policy P]

For every policy and headline metric: the paired effect against the status quo with one contested
symbol at the low, then at the high end of its prior, everything else drawn as under the lens.
Swapping every symbol under every policy is dear, so a screen comes first: one ensemble a policy,
and the slope of its effect on each symbol's draw; only where the line crosses zero is the symbol
swapped, on other seeds (`--screen 0` swaps all).  Adoption is forced, so that effects of the thing
show apart from the chance of getting it.  Writes docs/sign_flips.md.  `cruxes` asks the same of
one policy, by belief and against another lens.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from simulator import content, registry, trials
from simulator.arrays import Bools, Floats
from simulator.audits import pages
from simulator.batch import Job
from simulator.trials import Trial

SURE = 2.0  # standard errors at each end of a swap
SCREEN = 3.0  # standard errors of a slope in the screen
Effect = tuple[float, float]  # mean, standard error
Pairs = dict[str, tuple[str, ...]]  # symbol -> policies


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


def crossing(effect: Floats, draws: Floats) -> Bools:
    """For which symbols a line through the effect crosses zero between the ends of the prior.

    `effect` (runs,), NaN where a run does not count; `draws` (runs, symbols), 0 at the low and 1
    at the high end.  A symbol that the lens pins is always worth a look.
    """
    kept = ~np.isnan(effect)
    gap, x = effect[kept], draws[kept]
    if len(gap) < 3 or not gap.any():
        return np.zeros(draws.shape[1], dtype=bool)
    about = x - x.mean(axis=0)
    spread = (about**2).sum(axis=0)
    safe = np.where(spread > 1e-9, spread, 1.0)
    slope = (about * (gap - gap.mean())[:, None]).sum(axis=0) / safe
    low = gap.mean() - slope * x.mean(axis=0)
    left = gap[:, None] - gap.mean() - slope * about
    error = np.sqrt((left**2).sum(axis=0) / (len(gap) - 2) / safe)
    crosses = (low * (low + slope) < 0.0) & (np.abs(slope) > SCREEN * error)
    return crosses | (spread <= 1e-9)


def candidates(
    policies: Sequence[str], symbols: Sequence[str], metrics: Sequence[str], base: Job, runs: int,
    workers: int = 1,
) -> Pairs:  # fmt: skip
    """Which policies to swap each symbol under: those whose effect on some metric may turn."""
    if runs == 0:
        return {symbol: tuple(policies) for symbol in symbols}
    known = {p.symbol: p for p in content.parameters()}
    lens, columns = content.lens(base.lens), []
    for symbol in symbols:
        low, high = trials.ends(known[symbol].prior)
        value = lens.sample(known[symbol], base.seed, range(runs), None)
        columns.append((value - low) / (high - low))
    draws = np.stack(columns, axis=-1)
    todo = [_trial(base, chosen, ()) for chosen in ((), *((p,) for p in policies))]
    played = trials.play(todo, runs, metrics, workers, trials.told)
    none = next(played)
    found: dict[str, list[str]] = {symbol: [] for symbol in symbols}
    for policy in policies:
        result = next(played)
        turning = np.zeros(len(symbols), dtype=bool)
        for metric in metrics:
            turning |= crossing(result[metric] - none[metric], draws)
        for symbol, turns_here in zip(symbols, turning, strict=True):
            if turns_here:
                found[symbol].append(policy)
    return {symbol: tuple(who) for symbol, who in found.items()}


def flips(
    pairs: Pairs, metrics: Sequence[str], base: Job, runs: int, workers: int = 1
) -> list[Flip]:
    """Every turn of sign, by symbol swapped at both ends under the policies named for it.

    `base` is the status quo's job; a policy's differs from it by the policy only.
    """
    priors = {p.symbol: p.prior for p in content.parameters()}
    everybody = tuple(dict.fromkeys(p for who in pairs.values() for p in who))
    plan: list[tuple[tuple[tuple[str, float], ...], tuple[str, ...]]] = [((), everybody)]
    for symbol, who in pairs.items():
        plan += [(((symbol, end),), who) for end in trials.ends(priors[symbol]) if who]
    todo = [
        _trial(base, chosen, values)
        for values, who in plan
        for chosen in ((), *((p,) for p in who))
    ]
    played = trials.play(todo, runs, metrics, workers, trials.told)
    here = _effects(everybody, metrics, played)
    found = []
    for symbol, who in pairs.items():
        if who:
            low, high = (_effects(who, metrics, played) for _ in range(2))
            found += [
                Flip(key[0], key[1], symbol, here[key], low[key], high[key])
                for key in low
                if turns(low[key], high[key])
            ]
    return sorted(found, key=lambda f: (everybody.index(f.policy), list(metrics).index(f.metric)))


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


def main(arguments: Sequence[str]) -> int:
    """Play, and write docs/sign_flips.md."""
    baseline = registry.package("policies").BASELINE
    parser = argparse.ArgumentParser(prog="python -m simulator.audits.signflips")
    parser.add_argument("--runs", type=int, default=512, help="at each end of a swap")
    parser.add_argument("--screen", type=int, default=4096, help="runs of the screen; 0: swap all")
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
    pairs = candidates(policies, symbols, metrics, base, told.screen, told.workers)
    found = flips(pairs, metrics, replace(base, seed=told.seed + 1), told.runs, told.workers)
    how = vars(told) | {"policies": policies, "swaps": sum(map(len, pairs.values()))}
    how["tests"] = how["swaps"] * len(metrics)
    pages.put("sign_flips.md", pages.sign_flips(found, how), told.dry)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

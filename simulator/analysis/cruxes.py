"""What would you have to believe?  One contested parameter at a time, lens against lens."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from simulator import content
from simulator.analysis.response import bundle
from simulator.batch import ensemble
from simulator.errors import InputError, nearest
from simulator.metrics import METRICS
from simulator.results import mean_se
from simulator.trials import ends


def cruxes(
    policy: str,
    other: str,
    metric: str = "taiwan_force_risk",
    scenario: str | None = None,
    lens: str = "neutral",
    lens_b: str | None = None,
    runs: int = 1000,
    seed: int = 0,
    adoption: str = "forced",
    workers: int = 1,
    quarters: int | None = None,
    beliefs: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Swap one contested belief at a time from lens B into lens A, everything else paired.

    For each belief of the ledger that the two lenses hold differently: the effect of `policy`
    against `other` on `metric` under lens A, and under A with that belief taken from B (every
    symbol that the belief sets moves together), and the paired change between the two.  A belief
    whose swap turns the sign is a crux.  Columns: belief, symbols, effect, effect_se, swapped,
    swapped_se, change, change_se, turns.  With `lens_b` left out, each belief is set to the ends
    of its prior instead (`end` says which).  `scenario` defaults to the baseline scenario,
    `quarters` to its horizon, `beliefs` (ids of the ledger) to all that may be swapped.
    """
    if metric not in METRICS:
        raise InputError(f"unknown metric {metric!r}.", "metric", nearest(metric, METRICS))
    place = content.plan()["scenario"] if scenario is None else scenario
    swaps = _swaps(lens, lens_b)
    known = {belief for belief, _, _ in swaps}
    for belief in beliefs or ():
        if belief not in known:
            raise InputError(
                f"{belief!r} is no belief that these lenses hold differently.", "beliefs",
                nearest(belief, known),
            )  # fmt: skip
    wanted = [swap for swap in swaps if beliefs is None or swap[0] in beliefs]
    bundles = [bundle(name) for name in (policy, other)]

    def effect(parameters: dict[str, tuple[float, float]]) -> pd.Series:
        a, b = (
            ensemble(place, names, lens, runs, seed, quarters, adoption, parameters, workers)
            for names in bundles
        )
        return a.metrics[metric] - b.metrics[metric]

    here = effect({})
    value, se, _ = mean_se(here.to_numpy())
    rows = []
    for belief, end, parameters in wanted:
        there = effect(parameters)
        swapped, swapped_se, _ = mean_se(there.to_numpy())
        change, change_se, _ = mean_se((there - here).to_numpy())
        turns = value * swapped < 0.0 and abs(swapped) > 2.0 * swapped_se
        rows.append((belief, end, ", ".join(parameters), value, se, swapped, swapped_se, change,
                     change_se, turns))  # fmt: skip
    columns = ["belief", "end", "symbols", "effect", "effect_se", "swapped", "swapped_se",
               "change", "change_se", "turns"]  # fmt: skip
    table = pd.DataFrame(rows, columns=columns)
    order = table["change"].abs().sort_values(ascending=False).index
    return table.loc[order].reset_index(drop=True)


def _swaps(
    lens: str, lens_b: str | None
) -> Sequence[tuple[str, str, dict[str, tuple[float, float]]]]:
    """Beliefs to swap: (ledger id, which end or lens, values by symbol)."""
    spec = content.lens(lens)
    by_belief: dict[str, list[str]] = {}
    for symbol, belief in spec.ledger.items():
        by_belief.setdefault(belief, []).append(symbol)
    priors = {p.symbol: p.prior for p in content.parameters()}
    swaps = []
    for belief, symbols in sorted(by_belief.items()):
        if lens_b is None:
            for end, pick in (("low", 0), ("high", -1)):
                pairs = {s: ends(priors[s])[pick] for s in symbols}
                swaps.append((belief, end, {s: (x, x) for s, x in pairs.items()}))
            continue
        theirs, ours = content.lens(lens_b).ranges, spec.ranges
        changed = {s: theirs.get(s, priors[s]) for s in symbols if theirs.get(s) != ours.get(s)}
        if changed:
            values = {s: ends(p) for s, p in changed.items()}
            swaps.append((belief, lens_b, values))
    return swaps

"""At which value of a parameter does the effect of one policy against another turn its sign?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
from scipy.interpolate import PchipInterpolator

from simulator import content, trials
from simulator.analysis.evaluate import prior_ranges, priors, values_of
from simulator.analysis.given import bin_count, binned
from simulator.analysis.outcomes import POOLED, Outcomes
from simulator.analysis.pairs import SURE, gain_by_future
from simulator.analysis.replicates import GROUPS, spread
from simulator.analysis.response import bundle
from simulator.arrays import Bools, Floats, Ints
from simulator.batch import Job
from simulator.errors import InputError, nearest
from simulator.futures import Prior
from simulator.metrics import METRICS
from simulator.trials import ends

NONE, ONE, STILL = "none in range", "crosses", "no effect"


@dataclass(frozen=True)
class Crossing:
    """Where an effect crosses zero along a parameter.

    `effect_low` and `effect_high` are the fitted effects at the ends of the range.  `verdict` is
    "crosses", "crosses N times" (`break_even` is then the lowest), "none in range" or "no effect".
    `sure`: the effects at the ends differ in sign, each beyond 2 standard errors.  `fit` is "line",
    or "spline" where the effect bends beyond 2 standard errors.
    """

    effect_low: float
    effect_low_se: float
    effect_high: float
    effect_high_se: float
    break_even: float
    break_even_se: float
    verdict: str
    sure: bool
    fit: str


def crossing(x: Floats, effect: Floats, replicates: Floats) -> Crossing:
    """Where `effect` (points,) crosses zero along `x` (points,), ascending.

    `replicates` (groups, points) are the same effects with one group of runs left out at a time:
    all standard errors come from them (jackknife), so points may share their luck.
    """
    if len(x) < 3 or np.any(np.diff(x) <= 0.0):
        raise InputError(f"{len(x)} points.", "points", "Three ascending values or more.")
    if not effect.any():
        zero = (0.0, 0.0, 0.0, 0.0, np.nan, np.nan)
        return Crossing(*zero, verdict=STILL, sure=False, fit="line")
    bend = _bend(x, effect)
    curved = len(x) > 3 and abs(bend) > SURE * spread([_bend(x, r) for r in replicates], bend)
    model = _spline if curved else _line
    low, high = (model(x, effect)[0][i] for i in (0, -1))
    fitted = [model(x, r)[0] for r in replicates]
    low_se, high_se = (float(spread([f[i] for f in fitted], low)) for i in (0, -1))
    roots = model(x, effect)[1]
    inside = roots[(roots >= x[0]) & (roots <= x[-1])]
    at = float(inside[0]) if len(inside) else np.nan
    verdict = NONE if not len(inside) else ONE
    verdict = verdict if len(inside) < 2 else f"crosses {len(inside)} times"
    again = [_closest(model(x, r)[1], at) for r in replicates]
    error = float(spread(again, np.array(at))) if len(inside) else np.nan
    sure = low * high < 0.0 and abs(low) > SURE * low_se and abs(high) > SURE * high_se
    return Crossing(
        float(low), low_se, float(high), high_se, at, error, verdict, bool(sure),
        "spline" if curved else "line",
    )  # fmt: skip


def break_even(
    policy: str,
    other: str,
    metric: str = "taiwan_force_risk",
    scenario: str | None = None,
    lens: str = "neutral",
    parameters: Sequence[str] | Mapping[str, tuple[float, float] | Prior] | None = None,
    points: int = 5,
    runs: int = 500,
    seed: int = 0,
    quarters: int | None = None,
    adoption: str = "forced",
    workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> pd.DataFrame:
    """The break-even value of each contested parameter, everything else paired.

    For each parameter (symbols, or ranges by symbol; by default all that lenses contest, over their
    priors): `points` values from end to end, at each the effect of `policy` against `other` on
    `metric` in its own unit, same runs throughout; then where a line, or a spline if the effect
    bends, crosses zero.  Columns: parameter, belief, low, high, then those of `Crossing`, and
    eligible, the least share of runs counted at a point.  Sure crossings come first.  Costs
    2 × points × runs per parameter.
    """
    if metric not in METRICS:
        raise InputError(f"unknown metric {metric!r}.", "metric", nearest(metric, METRICS))
    if points < 3:
        raise InputError(f"points is {points}; it must be 3 or more.", "points")
    named = parameters if isinstance(parameters, Mapping) else prior_ranges(parameters)
    ranges = {symbol: ends(prior) for symbol, prior in priors(named).items()}
    place = content.plan()["scenario"] if scenario is None else scenario
    bundles = [bundle(name) for name in (policy, other)]
    grids = {symbol: np.linspace(*pair, points) for symbol, pair in ranges.items()}
    todo = [
        trials.Trial(Job(place, b, lens, seed, quarters, adoption, ((symbol, float(x)),)))
        for symbol, grid in grids.items()
        for x in grid
        for b in bundles
    ]
    played = trials.play(todo, runs, (metric,), workers, progress)
    ledger, rows = content.lens(lens).ledger, []
    for symbol, grid in grids.items():
        gaps = [next(played)[metric] - next(played)[metric] for _ in grid]
        found, eligible = _from_runs(grid, np.stack(gaps, axis=-1), f"{metric} along {symbol}")
        pair = (float(grid[0]), float(grid[-1]))
        rows.append((symbol, ledger.get(symbol, ""), *pair, *asdict(found).values(), eligible))
    columns = ["parameter", "belief", "low", "high", *Crossing.__annotations__, "eligible"]
    return _sorted(pd.DataFrame(rows, columns=columns))


def break_even_from(
    outcomes: Outcomes, policy: str, other: str, metric: str, lens: str = POOLED,
    parameters: Sequence[str] | None = None, bins: int | None = None,
) -> pd.DataFrame:  # fmt: skip
    """The same read off a finished sweep, all other parameters varying along.

    The paired gains (J, larger is better) are averaged over bins of about equally many futures, and
    the crossing sought through the bins' means; standard errors by leaving out futures.  Columns:
    parameter, low, high (means of the outer bins), then those of `Crossing`.
    """
    view = outcomes.under(lens)
    gain = gain_by_future(view, metric, policy, other)["gain"].to_numpy()
    table, rows = values_of(view, parameters), []
    count = bin_count(len(table), bins)
    group = np.arange(len(table)) % min(GROUPS, len(table))
    for name in table:
        x = table[name].to_numpy()
        kinds = np.unique(binned(x, count), return_inverse=True)[1]

        def means(values: Floats, kept: Bools, kinds: Ints = kinds) -> Floats:
            weight = np.where(kept, view.weights, 0.0)
            whole = np.bincount(kinds, weights=weight)
            return np.bincount(kinds, weights=weight * values) / whole

        everything = np.ones(len(x), dtype=bool)
        left = np.stack([means(gain, group != g) for g in np.unique(group)])
        at = means(x, everything)
        found = crossing(at, means(gain, everything), left)
        rows.append((name, float(at[0]), float(at[-1]), *asdict(found).values()))
    return _sorted(
        pd.DataFrame(rows, columns=["parameter", "low", "high", *Crossing.__annotations__])
    )


def _from_runs(x: Floats, gaps: Floats, what: str) -> tuple[Crossing, float]:
    """The crossing of means over runs (runs, points), each point over its eligible runs."""
    counted = ~np.isnan(gaps)
    if counted.sum(axis=0).min() < 2:
        raise InputError(f"{what} is defined in hardly any run.", "metric", "Choose another.")
    group = np.arange(len(gaps)) % min(GROUPS, len(gaps))
    with np.errstate(invalid="ignore"):
        left = np.stack(
            [
                np.where(counted & (group != g)[:, None], gaps, 0.0).sum(axis=0)
                / (counted & (group != g)[:, None]).sum(axis=0)
                for g in np.unique(group)
            ]
        )
    return crossing(x, np.nanmean(gaps, axis=0), left), float(counted.mean(axis=0).min())


def _line(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """A straight line by least squares: values at the ends, and its root."""
    slope, start = np.polyfit(x, y, 1)
    root = -start / slope if slope != 0.0 else np.nan
    return start + slope * x[[0, -1]], np.array([root])


def _spline(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """A monotone cubic through the points: values at the ends, and its roots in the range."""
    roots = np.unique(PchipInterpolator(x, y).roots(discontinuity=False, extrapolate=False))
    return y[[0, -1]], roots[np.isfinite(roots)]


def _bend(x: Floats, y: Floats) -> Floats:
    """Coefficient of the square in a parabola on 0..1."""
    return np.asarray(np.polyfit((x - x[0]) / (x[-1] - x[0]), y, 2)[0])


def _closest(roots: Floats, at: float) -> Floats:
    near = roots[np.argmin(np.abs(roots - at))] if len(roots) and np.isfinite(at) else np.nan
    return np.asarray(near)


def _sorted(table: pd.DataFrame) -> pd.DataFrame:
    """Sure crossings first, then other crossings; in each, the widest swing first."""
    swing = (table["effect_high"] - table["effect_low"]).abs()
    keys = pd.DataFrame({"s": ~table["sure"], "b": table["break_even"].isna(), "w": -swing})
    return table.loc[keys.sort_values(["s", "b", "w"], kind="stable").index].reset_index(drop=True)

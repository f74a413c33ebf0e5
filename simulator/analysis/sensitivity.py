"""On which parameter an output depends: Sobol' indices and Morris screening, through SALib.

turns = Response(SCENARIO, POLICY, ("war_any",), other=OTHER, runs=256)
morris(turns, prior_ranges(), trajectories=8)              # screen all contested parameters
sobol(turns, prior_ranges(["psi_W", "psi_CN"]), samples=64)   # then look closely at a few
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from simulator.analysis.evaluate import Function, Ranges, evaluate, extra, priors, scaled
from simulator.errors import InputError

LEVEL = 0.95  # of the confidence intervals


def sobol(
    function: Function, ranges: Ranges, samples: int = 1024, seed: int = 0, resamples: int = 200
) -> pd.DataFrame:
    """First-order and total Sobol' indices by Saltelli's design; costs samples × (parameters + 2).

    `function(values)` takes one row per point and a column per parameter.  `ranges` gives each
    parameter a (low, high), taken as uniform, or a `Prior`.  Columns: output, parameter, S1,
    S1_conf, ST, ST_conf; `_conf` is the half-width of the 95 % interval, by bootstrap.  An output
    that does not vary has no indices: NaN.  Raises `FailedFutures` if any point gives NaN or
    infinity, and `InputError` unless `samples` is a power of 2.
    """
    sampler, analyzer = extra("SALib.sample.sobol"), extra("SALib.analyze.sobol")
    if samples < 2 or samples & (samples - 1):
        raise InputError(
            f"samples is {samples}; it must be a power of 2.", "samples",
            f"Next: {1 << max(samples, 1).bit_length()}.",
        )  # fmt: skip
    chosen = priors(ranges)
    problem = _problem(chosen)
    u = sampler.sample(problem, samples, calc_second_order=False, seed=_seed(seed))
    outputs = evaluate(function, scaled(u, chosen))
    rows = []
    for output in outputs:
        y = outputs[output].to_numpy()
        if np.ptp(y) == 0.0:
            rows += [(output, name, np.nan, np.nan, np.nan, np.nan) for name in chosen]
            continue
        found = analyzer.analyze(
            problem, y, calc_second_order=False, num_resamples=resamples, conf_level=LEVEL,
            seed=_seed(seed),
        )  # fmt: skip
        columns = [found[k] for k in ("S1", "S1_conf", "ST", "ST_conf")]
        rows += [(output, *row) for row in zip(chosen, *columns, strict=True)]
    return pd.DataFrame(rows, columns=["output", "parameter", "S1", "S1_conf", "ST", "ST_conf"])


def morris(
    function: Function, ranges: Ranges, trajectories: int = 32, levels: int = 4, seed: int = 0,
    resamples: int = 200,
) -> pd.DataFrame:  # fmt: skip
    """Elementary effects by Morris's design; costs trajectories × (parameters + 1).

    An effect is the change of the output when one parameter crosses its whole range, estimated
    step by step.  Columns: output, parameter, mu (mean effect), mu_star (mean size), mu_star_conf
    (half-width of the 95 % interval, by bootstrap), sigma (spread: curvature or interaction).
    Arguments and errors as in `sobol`.
    """
    sampler, analyzer = extra("SALib.sample.morris"), extra("SALib.analyze.morris")
    if trajectories < 2 or levels < 2 or levels % 2:
        raise InputError(
            f"{trajectories} trajectories on {levels} levels.", "trajectories",
            "Two trajectories or more, on an even number of levels.",
        )  # fmt: skip
    chosen = priors(ranges)
    problem = _problem(chosen)
    u = sampler.sample(problem, trajectories, num_levels=levels, seed=_seed(seed))
    outputs = evaluate(function, scaled(u, chosen))
    rows = []
    for output in outputs:
        found = analyzer.analyze(
            problem, u, outputs[output].to_numpy(), num_resamples=resamples, conf_level=LEVEL,
            num_levels=levels, seed=_seed(seed),
        )  # fmt: skip
        columns = [found[k] for k in ("mu", "mu_star", "mu_star_conf", "sigma")]
        rows += [(output, *row) for row in zip(chosen, *columns, strict=True)]
    return pd.DataFrame(
        rows, columns=["output", "parameter", "mu", "mu_star", "mu_star_conf", "sigma"]
    )


def _problem(chosen: Ranges) -> dict[str, object]:
    """The unit cube: what a parameter's distribution is stays on our side."""
    names = list(chosen)
    return {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}


def _seed(seed: int) -> int:
    """SALib takes 0 for "no seed"."""
    if seed < 0:
        raise InputError(f"seed is {seed}; it must be 0 or more.", "seed")
    return seed + 1

"""Where the futures of a study lie: one value of every study parameter for each future."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from scipy.stats import qmc

from simulator import content
from simulator.arrays import Floats
from simulator.draws import Runs
from simulator.futures import Designed, Prior
from simulator.sweeps.study import Study

BYTES_A_VALUE = 40  # peak while a design is laid out, by measurement


def fixed(study: Study) -> dict[str, float]:
    """Study parameters that are one number, by symbol."""
    return {s: low for s, (low, high) in _ends(study).items() if low == high}


def varied(study: Study) -> dict[str, tuple[float, float]]:
    """Study parameters that are a range, by symbol, in sorted order: the design's dimensions."""
    return {s: ends for s, ends in _ends(study).items() if ends[0] < ends[1]}


def lay_out(study: Study) -> dict[str, Floats]:
    """Values of every varied parameter, (samples,) each: row j is future j.

    Latin hypercube, scrambled Sobol' (`scipy.stats.qmc`) or plain random points, by the study's
    seed, on the unit cube, stretched over the ranges.
    """
    ranges = varied(study)
    if not ranges:
        return {}
    points = _cube(study.design, study.samples, len(ranges), study.seed)
    return {
        symbol: low + (high - low) * points[:, d]
        for d, (symbol, (low, high)) in enumerate(ranges.items())
    }


def bytes_needed(study: Study) -> int:
    """Memory that laying out the design takes at its peak."""
    return study.samples * len(varied(study)) * BYTES_A_VALUE


def drawn(
    symbols: Iterable[str],
    lens: str,
    seed: int,
    futures: Runs,
    overrides: Mapping[str, Prior | Designed],
) -> dict[str, Floats]:
    """Values of parameters by symbol in some futures under a lens, (futures,) each."""
    view, wanted = content.lens(lens), set(symbols)
    return {
        p.symbol: view.sample(p, seed, futures, overrides.get(p.symbol))
        for p in content.parameters()
        if p.symbol in wanted
    }


def contested(lens: str) -> tuple[str, ...]:
    """Symbols of all parameters on which the authors differ."""
    return tuple(content.lens(lens).ledger)


def _ends(study: Study) -> dict[str, tuple[float, float]]:
    priors = content.overrides(study.parameters)
    return {s: (priors[s].numbers[0], priors[s].numbers[-1]) for s in sorted(priors)}


def _cube(design: str, samples: int, dimensions: int, seed: int) -> Floats:
    luck: Any = np.random.default_rng([seed, samples, dimensions])
    if design == "random":
        return luck.random((samples, dimensions))
    if design == "sobol":
        return qmc.Sobol(dimensions, scramble=True, rng=luck).random(samples)
    return qmc.LatinHypercube(dimensions, rng=luck).random(samples)

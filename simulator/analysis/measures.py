"""Measures of robustness (docs/model.md 6.2), one number per policy from J and weights.

Throughout, `J` is (policies, futures), larger is better, and `w` (futures,) are weights that add
to one; each measure returns (policies,).  `MEASURES` lists them with the side that is better.
Sources: McPhail et al. 2018, doi 10.1002/2017EF000649; Herman et al. 2015.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from simulator.arrays import Bools, Floats
from simulator.errors import InputError


def expected(J: Floats, w: Floats) -> Floats:
    """Laplace: sum_f w_f J(p,f)."""
    return (J * w).sum(axis=-1)


def maximin(J: Floats, w: Floats) -> Floats:
    """The worst future: min_f J (of futures that carry weight)."""
    return J[:, w > 0.0].min(axis=-1)


def hurwicz(J: Floats, w: Floats, alpha: float = 0.5) -> Floats:
    """alpha * best future + (1 - alpha) * worst future."""
    _share(alpha, "alpha")
    counted = J[:, w > 0.0]
    return alpha * counted.max(axis=-1) + (1.0 - alpha) * counted.min(axis=-1)


def regret(J: Floats) -> Floats:
    """Shortfall from the best of each future: max_p' J(p',f) - J(p,f), (policies, futures)."""
    return J.max(axis=0) - J


def regret_mean(J: Floats, w: Floats) -> Floats:
    """Mean regret."""
    return (regret(J) * w).sum(axis=-1)


def regret_p90(J: Floats, w: Floats) -> Floats:
    """90th percentile of regret."""
    return quantile(regret(J), w, 0.9)


def regret_max(J: Floats, w: Floats) -> Floats:
    """Largest regret; the policy with the least is the minimax-regret choice."""
    return regret(J)[:, w > 0.0].max(axis=-1)


def change_from(J: Floats, future: int) -> Floats:
    """Regret from the baseline future f0: |J(p,f) - J(p,f0)| / |J(p,f0)|, (policies, futures).

    It counts change either way.  Refuses a policy that scores 0 in f0.
    """
    at = J[:, [future]]
    if (at == 0.0).any():
        raise InputError(
            f"J is 0 in baseline future {future} for policy number {int(np.argmin(np.abs(at)))}.",
            "baseline_future", "A relative change from 0 has no size; choose another future.",
        )  # fmt: skip
    return np.abs(J - at) / np.abs(at)


def cvar(J: Floats, w: Floats, q: float = 0.9) -> Floats:
    """Mean of the worst (1 - q) share of the weight; a future on the edge counts in part."""
    _share(q, "q", below_one=True)
    order = np.argsort(J, axis=-1, kind="stable")
    values, weight = np.take_along_axis(J, order, axis=-1), w[order]
    before = np.cumsum(weight, axis=-1) - weight
    taken = np.clip((1.0 - q) - before, 0.0, weight)
    return (values * taken).sum(axis=-1) / taken.sum(axis=-1)


def mean_variance(J: Floats, w: Floats) -> Floats:
    """(mean + 1) / (sd + 1) of J put on 0..1 between the worst and best value in the table.

    On J itself the index would change with the unit, and reward spread where J is a loss.
    """
    low, high = J.min(), J.max()
    scaled = (J - low) / (high - low) if high > low else np.zeros_like(J)
    mean = expected(scaled, w)
    spread = np.sqrt(expected((scaled - mean[:, None]) ** 2, w))
    return (mean + 1.0) / (spread + 1.0)


def undesirable_deviations(J: Floats, w: Floats) -> Floats:
    """How far futures fall below the policy's own median: sum_f w_f (median - J)+."""
    below = np.maximum(quantile(J, w, 0.5)[:, None] - J, 0.0)
    return expected(below, w)


def domain(passed: Bools, w: Floats) -> Floats:
    """Starr's domain criterion: the weight of the futures in which all thresholds are met."""
    return (passed * w).sum(axis=-1)


def quantile(values: Floats, w: Floats, q: float) -> Floats:
    """Weighted quantile along the last axis: the value at which the weight below reaches q, and
    the middle of two where it is reached exactly between them (so the usual median)."""
    order = np.argsort(values, axis=-1, kind="stable")
    found, weight = np.take_along_axis(values, order, axis=-1), w[order]
    reached = np.cumsum(weight, axis=-1)
    first = np.argmax(reached >= q - 1e-9, axis=-1)[:, None]
    beyond = reached > q + 1e-9
    above = np.where(beyond.any(axis=-1), np.argmax(beyond, axis=-1), first[:, 0])[:, None]
    low, high = (np.take_along_axis(found, i, axis=-1)[:, 0] for i in (first, above))
    return 0.5 * (low + high)


def _share(value: float, name: str, below_one: bool = False) -> None:
    if not 0.0 <= value <= 1.0 or (below_one and value == 1.0):
        raise InputError(f"{value} is outside 0 .. 1.", name, "Write a share, such as 0.5.")


Measure = Callable[[Floats, Floats], Floats]
MEASURES: dict[str, tuple[Measure, float]] = {
    "expected": (expected, 1.0),
    "maximin": (maximin, 1.0),
    "hurwicz": (hurwicz, 1.0),
    "regret_mean": (regret_mean, -1.0),
    "regret_p90": (regret_p90, -1.0),
    "regret_max": (regret_max, -1.0),
    "cvar": (cvar, 1.0),
    "mean_variance": (mean_variance, 1.0),
    "undesirable_deviations": (undesirable_deviations, -1.0),
}

"""One future: one draw of every parameter and of every trait cell, for each run.

A lens says from which range a contested parameter comes; everything else comes from its prior.
The same uniform draw is used under every lens, so futures differ between lenses by the lens only.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from simulator.arrays import Floats, by_last
from simulator.draws import Runs, normal, uniforms
from simulator.world import CLASSES, FORUMS, ISSUES, LEVELS, THEATERS, World

AXES = {"theaters": THEATERS, "forums": FORUMS, "issues": ISSUES, "levels": tuple(LEVELS)}


@dataclass(frozen=True)
class Prior:
    """A distribution by its kind and numbers, sampled by inversion from one uniform draw."""

    kind: str
    numbers: tuple[float, ...]

    def sample(self, u: Floats) -> Floats:
        """Values for uniform draws `u`, same shape."""
        a, b = self.numbers[0], self.numbers[-1]
        if self.kind == "uniform":
            return a + (b - a) * u
        if self.kind == "loguniform":
            return np.exp(np.log(a) + (np.log(b) - np.log(a)) * u)
        if self.kind == "triangular":
            return triangular(u, *(np.asarray(x) for x in self.numbers))
        if self.kind == "normal":  # truncated: (mean, sd, low, high)
            below, above = (_share_below((x - a) / self.numbers[1]) for x in self.numbers[2:])
            return a + self.numbers[1] * normal(below + (above - below) * u)
        if self.kind == "beta":  # Beta(1, b): the only shape in use, closed form
            return 1.0 - np.exp(np.log(1.0 - u) / b)
        if self.kind == "integer":
            return np.minimum(np.floor(a + (b - a + 1.0) * u), b)
        return np.full_like(u, a)  # fixed

    def middle(self) -> float:
        """The median."""
        return float(self.sample(np.array([0.5]))[0])


@dataclass(frozen=True)
class Designed:
    """Values that a study's design gives a parameter, future by future from number `first` on."""

    first: int
    values: tuple[float, ...]

    def at(self, runs: Runs) -> Floats:
        """The values of these futures, (runs,)."""
        numbers = np.arange(runs.start, runs.stop) if isinstance(runs, range) else runs.numbers
        return np.array(self.values)[numbers - self.first]


@dataclass(frozen=True)
class Parameter:
    """One entry of the parameter table; `fills` says which part of an axis it sets."""

    name: str
    symbol: str
    prior: Prior
    axis: str | None = None
    places: tuple[int, ...] = ()


@dataclass(frozen=True)
class Lens:
    """A view of the world: ranges for contested symbols; `authors` to mix at random, if any."""

    id: str
    ranges: Mapping[str, Prior]
    ledger: Mapping[str, str] = field(default_factory=dict)
    authors: tuple[Lens, ...] = ()

    def sample(
        self, parameter: Parameter, seed: int, runs: Runs, over: Prior | Designed | None
    ) -> Floats:
        """A parameter's values under this lens, or from an override, (runs,)."""
        if isinstance(over, Designed):
            return over.at(runs)
        u = uniforms(seed, f"parameter:{parameter.symbol}", 0, runs, (1,))[:, 0]
        if over is not None:
            return over.sample(u)
        if not self.authors:
            return self.ranges.get(parameter.symbol, parameter.prior).sample(u)
        belief = self.ledger.get(parameter.symbol, parameter.symbol)
        whose = uniforms(seed, f"author:{belief}", 0, runs, (1,))[:, 0] * len(self.authors)
        result = np.zeros_like(u)
        for i, author in enumerate(self.authors):
            value = author.ranges.get(parameter.symbol, parameter.prior).sample(u)
            result = np.where(np.floor(whose) == i, value, result)
        return result


@dataclass(frozen=True)
class Calibration:
    """A lens's intercepts: factors on prize and trigger rate by theater, a shift of an intercept,
    and the status quo's mean number of incidents per quarter and theater."""

    prize: Floats
    trigger: Floats
    engagement: float
    incidents: Floats


@dataclass(frozen=True)
class Futures:
    """Sampled values for a block of runs: `parameter(name)` and `trait(name)`.

    A scalar parameter has shape (runs,), one that fills an axis (runs, axis); a trait
    (runs, actors).
    """

    world: World
    parameters: tuple[Parameter, ...]
    lens: Lens
    calibration: Calibration
    seed: int
    runs: Runs
    overrides: Mapping[str, Prior | Designed] = field(default_factory=dict)

    @cached_property
    def _sampled(self) -> dict[str, Floats]:
        sampled: dict[str, Floats] = {}
        for p in self.parameters:
            value = self.lens.sample(p, self.seed, self.runs, self.overrides.get(p.symbol))
            if p.axis is None:
                sampled[p.name] = value
                continue
            size = len(self.world.actors) if p.axis == "actors" else len(AXES[p.axis])
            array = sampled.setdefault(p.name, np.zeros((len(self.runs), size)))
            array[:, list(p.places)] = value[:, None]
        return sampled

    def parameter(self, name: str) -> Floats:
        """Values of a parameter by its code name."""
        return self._sampled[name]

    def names(self) -> set[str]:
        """Code names of all parameters."""
        return set(self._sampled)

    @cached_property
    def _traits(self) -> dict[str, Floats]:
        sampled = {}
        size = len(self.world.actors)
        for name, (low, value, high) in self.world.traits.items():
            if np.array_equal(low, high):
                sampled[name] = np.zeros((len(self.runs), size)) + value
            else:
                u = uniforms(self.seed, f"trait:{name}", 0, self.runs, (size,))
                sampled[name] = triangular(u, low, value, high)
        return sampled

    def trait(self, name: str) -> Floats:
        """Values of a trait over actors, (runs, actors)."""
        return self._traits[name]

    def by_theater(self, trait: str) -> Floats:
        """A trait that has one column per theater, (runs, actors, theaters)."""
        return np.stack([self.trait(f"{trait}_{k}") for k in THEATERS], axis=-1)

    @cached_property
    def stakes(self) -> Floats:
        """Stake weights (runs, actors, theaters), summing to one.

        For distant allies the Asian share is the contested parameter `distant_stake`.
        """
        raw = self.by_theater("stake")
        away = raw[..., 1] + raw[..., 2] + raw[..., 3]
        share = np.where(
            self.world.distant,
            self.parameter("distant_stake")[:, None],
            away / (raw[..., 0] + away),
        )
        asian = raw / np.maximum(away, 1e-12)[..., None] * share[..., None]
        asian[..., 0] = 1.0 - share
        return by_last(asian)

    @cached_property
    def guarantees(self) -> dict[str, Floats]:
        """Strength of each guarantor's commitment, (runs, actors, theaters)."""
        shape = (len(self.world.actors), len(THEATERS))
        return {
            g: triangular(uniforms(self.seed, f"guarantee:{g}", 0, self.runs, shape), *cells)
            for g, cells in self.world.guarantee.items()
        }

    def dispute_with(self, subject: int) -> Floats:
        """Intensity of every actor's open dispute with one of them, 0..1, (runs, actors)."""
        cells = tuple(column[:, subject] for column in self.world.dispute)
        u = uniforms(self.seed, f"dispute:{self.world.actors[subject]}", 0, self.runs,
                     (len(self.world.actors),))  # fmt: skip
        return triangular(u, *cells)

    def arms(self) -> Floats:
        """Value of every actor's arms at the start, $bn-equivalent: a perpetual inventory of
        spending, years of it kept at the depreciation rate, (runs, actors)."""
        spent = self.trait("milex_usd_bn") * self.trait("efficiency")
        return spent / (4.0 * self.parameter("depreciation")[:, None])

    def useful(self, type_matrix: Floats) -> Floats:
        """How useful each class is in each theater, (classes, runs, theaters); the worth of land
        forces in a sea theater is a parameter."""
        table = np.zeros((len(self.runs), len(THEATERS))) + type_matrix[:, None]
        land = table[CLASSES.index("land")]
        land[:, 1], land[:, 3] = self.parameter("land_effect"), self.parameter("land_effect")
        return table

    def power(self, type_matrix: Floats) -> Floats:
        """Military weight that each actor has standing in each theater, $bn-equivalent.

        Arms split by class, placed by location share and weighted by how useful a class is in a
        theater (`type_matrix`, classes x theaters).  Shape (runs, actors, theaters).
        """
        stock = self.arms()
        where = self.by_theater("location")
        power = np.zeros_like(where)
        for name, useful in zip(CLASSES, self.useful(type_matrix), strict=True):
            share = stock * self.trait(f"{name}_share")
            power = power + share[..., None] * where * useful[:, None]
        power[..., 0] = power[..., 0] * (1.0 - self.parameter("war_tie"))
        return power


def _share_below(z: float) -> float:
    """Standard normal distribution function."""
    return 0.5 * math.erfc(-z / math.sqrt(2.0))


def triangular(u: Floats, low: Floats, value: Floats, high: Floats) -> Floats:
    """Triangular draw between low and high with mode `value`, by inversion; exact if low = high."""
    drawn, wide = np.zeros_like(u) + value, high > low
    u, low, value, high = u[..., wide], low[wide], value[wide], high[wide]
    left = low + np.sqrt(u * (high - low) * (value - low))
    right = high - np.sqrt((1.0 - u) * (high - low) * (high - value))
    drawn[..., wide] = np.where(u < (value - low) / (high - low), left, right)
    return drawn

"""Luck with a name, a turn and a place.

Every random number answers one question (``"vote-noise"``), in one quarter, for one run.  It comes
from a Philox counter generator whose key is made of (seed, question, quarter) and whose counter
is the run index, so it depends on nothing else: not on chunking, process count, policy or order
of play.  Two policies compared share their luck.  Uniforms only; the functions below turn them
into other distributions by inversion, so one question always takes the same number of words.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from simulator.arrays import Floats, Ints

_WORDS_PER_STEP = 4  # Philox4x64 makes four 64-bit words per counter step
_HALF_STEP = 2.0**-54  # `random` gives multiples of 2**-53 from 0; moved to the open interval


@dataclass(frozen=True)
class Listed:
    """Run numbers in any order, some more than once: the stretch `span` and places in it."""

    span: range
    place: Ints

    @classmethod
    def of(cls, numbers: Ints) -> Listed:
        """The run numbers of an array (n,), 0 or more."""
        first = int(numbers.min())
        return cls(range(first, int(numbers.max()) + 1), numbers - first)

    @cached_property
    def numbers(self) -> Ints:
        """The run numbers themselves, (n,)."""
        return self.place + self.span.start

    def __len__(self) -> int:
        return len(self.place)


Runs = range | Listed


def uniforms(seed: int, question: str, quarter: int, runs: Runs, shape: tuple[int, ...]) -> Floats:
    """Uniform draws on (0, 1), shape ``(len(runs), *shape)``.

    Run ``i`` owns a fixed, padded stretch of the question's stream, found by its index alone.
    """
    if isinstance(runs, Listed):
        return uniforms(seed, question, quarter, runs.span, shape)[runs.place]
    count = math.prod(shape)
    steps = -(-count // _WORDS_PER_STEP)
    digest = hashlib.blake2b(f"{seed}|{question}|{quarter}".encode(), digest_size=16).digest()
    key = np.frombuffer(digest, dtype=np.uint64)
    counter = np.array([runs.start * steps, 0, 0, 0], dtype=np.uint64)
    source = np.random.Generator(np.random.Philox(key=key, counter=counter))
    words = source.random(len(runs) * steps * _WORDS_PER_STEP).reshape(len(runs), -1)
    words += _HALF_STEP
    return words[:, :count].reshape((len(runs), *shape))


def logistic(u: Floats) -> Floats:
    """Standard logistic draw from a uniform one."""
    return np.log(u) - np.log(1.0 - u)


def noise(u: Floats) -> Floats:
    """Uniform draw of mean 0 and variance 1: observation noise that is added up every quarter (its
    sum is close to normal) and needs no logarithm."""
    return (u - 0.5) * math.sqrt(12.0)


def gumbel(u: Floats) -> Floats:
    """Standard Gumbel draw from a uniform one (for Gumbel-max choice)."""
    return -np.log(-np.log(u))


def normal(u: Floats) -> Floats:
    """Standard normal draw from a uniform one, by Wichura's AS 241 (16 digits).

    Source: M. J. Wichura (1988), "The percentage points of the normal distribution",
    Applied Statistics 37, 477-484, routine PPND16.
    """
    q = u - 0.5
    r = 0.180625 - q * q
    centre = q * _ratio(r, _A, _B)
    tail = np.where(q < 0.0, u, 1.0 - u)
    s = np.sqrt(-np.log(tail))
    near = _ratio(s - 1.6, _C, _D)
    far = _ratio(s - 5.0, _E, _F)
    outer = np.where(s <= 5.0, near, far)
    return np.where(np.abs(q) <= 0.425, centre, np.where(q < 0.0, -outer, outer))


def poisson(u: Floats, rate: Floats) -> Floats:
    """Number of events (0 to 3) at a small rate, by inversion; the tail above 3 counts as 3."""
    p0 = np.exp(-rate)
    p1 = p0 + p0 * rate
    p2 = p1 + p0 * rate * rate / 2.0
    return (u > p0).astype(np.float64) + (u > p1) + (u > p2)


def _ratio(x: Floats, top: tuple[float, ...], bottom: tuple[float, ...]) -> Floats:
    """A rational function by Horner's rule, highest power first."""
    above = np.full_like(x, top[0])
    for coefficient in top[1:]:
        above = above * x + coefficient
    below = np.full_like(x, bottom[0])
    for coefficient in bottom[1:]:
        below = below * x + coefficient
    return above / below


# Coefficients of AS 241, highest power first; a method's constants, not model parameters.
_A = (
    2509.0809287301226727,
    33430.575583588128105,
    67265.770927008700853,
    45921.953931549871457,
    13731.693765509461125,
    1971.5909503065514427,
    133.14166789178437745,
    3.387132872796366608,
)
_B = (
    5226.495278852545925,
    28729.085735721942674,
    39307.89580009271061,
    21213.794301586595867,
    5394.1960214247511077,
    687.1870074920579083,
    42.313330701600911252,
    1.0,
)
_C = (
    7.7454501427834140764e-4,
    0.0227238449892691845833,
    0.24178072517745061177,
    1.27045825245236838258,
    3.64784832476320460504,
    5.7694972214606914055,
    4.6303378461565452959,
    1.42343711074968357734,
)
_D = (
    1.05075007164441684324e-9,
    5.475938084995344946e-4,
    0.0151986665636164571966,
    0.14810397642748007459,
    0.68976733498510000455,
    1.6763848301838038494,
    2.05319162663775882187,
    1.0,
)
_E = (
    2.01033439929228813265e-7,
    2.71155556874348757815e-5,
    0.0012426609473880784386,
    0.026532189526576123093,
    0.29656057182850489123,
    1.7848265399172913358,
    5.4637849111641143699,
    6.6579046435011037772,
)
_F = (
    2.04426310338993978564e-15,
    1.4215117583164458887e-7,
    1.8463183175100546818e-5,
    7.868691311456132591e-4,
    0.0148753612908506148525,
    0.13692988092273580531,
    0.59983220655588793769,
    1.0,
)

"""What a scenario sets, as arrays, and a forum record to replay instead of voting."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from simulator.arrays import Floats


@dataclass(frozen=True)
class Scene:
    """A scenario as arrays: start levels (theaters,), trigger multipliers (quarters, theaters)."""

    id: str
    levels: Floats
    triggers: Floats
    quarters: int


@dataclass(frozen=True)
class Imposed:
    """A forum record to replay instead of voting: `do()`.  Arrays (quarters, texts, runs).

    `result` codes as in `forums.RESULTS`, NaN where the forum decides for itself; `text` the
    agreed text; `capital` the sponsor's spending in the quarter.  `first` = adopt every text in
    full at its first tabling, without side payments.
    """

    first: bool = False
    result: Floats = field(default_factory=lambda: np.empty((0, 0, 0)))
    text: Floats = field(default_factory=lambda: np.empty((0, 0, 0)))
    capital: Floats = field(default_factory=lambda: np.empty((0, 0, 0)))

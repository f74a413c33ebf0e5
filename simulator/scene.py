"""What a scenario sets, as arrays, and a forum record to replay instead of voting."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from simulator.arrays import Floats


@dataclass(frozen=True)
class Scene:
    """A scenario as arrays: start levels (theaters,), trigger multipliers (quarters, theaters).

    `us_posture` and `war` (quarters,): codes that the script imposes (M18), NaN where politics
    take their own course.
    """

    id: str
    levels: Floats
    triggers: Floats
    quarters: int
    us_posture: Floats
    war: Floats


@dataclass(frozen=True)
class Imposed:
    """A forum record to replay instead of voting: `do()`.  Arrays (quarters, texts, runs).

    `result` codes as in `minutes.RESULTS`, NaN where the forum decides for itself; `text` the
    agreed text; `capital` the sponsor's spending in the quarter; `carried` the share of those
    asked that carry it (empty: all).  `first` = adopt every text in full at its first tabling,
    without side payments.
    """

    first: bool = False
    result: Floats = field(default_factory=lambda: np.empty((0, 0, 0)))
    text: Floats = field(default_factory=lambda: np.empty((0, 0, 0)))
    capital: Floats = field(default_factory=lambda: np.empty((0, 0, 0)))
    carried: Floats = field(default_factory=lambda: np.empty((0, 0, 0)))

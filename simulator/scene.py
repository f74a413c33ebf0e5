"""What a scenario sets, as arrays, and a forum record to replay instead of voting."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from simulator.arrays import Floats


@dataclass(frozen=True)
class Scene:
    """A scenario as arrays: start levels (theaters,), trigger multipliers (quarters, theaters).

    `us_posture` and `war` (quarters,) are codes that the script imposes (M18), NaN where politics
    take their own course: posture 0 engaged, 1 transactional, 2 restrained; war 0 intense, 1 low,
    2 ceasefire.  `us_posture` holds in a share `us_posture_chance` (quarters,) of runs, and
    `us_posture_otherwise` in the others.
    """

    id: str
    levels: Floats
    triggers: Floats
    quarters: int
    us_posture: Floats
    war: Floats
    us_posture_chance: Floats
    us_posture_otherwise: Floats

    def posture(self, quarter: int, luck: Floats) -> Floats:
        """Code of the imposed posture in each run, NaN where politics are free, (runs,).

        `luck` is one uniform draw per run, the same in every quarter: who is drawn stays drawn.
        """
        row = min(quarter, len(self.us_posture) - 1)
        drawn = luck < self.us_posture_chance[row]
        return np.where(drawn, self.us_posture[row], self.us_posture_otherwise[row])

    def war_at(self, quarter: int) -> float:
        """Code of the imposed course of the war, NaN where it is free."""
        return float(self.war[min(quarter, len(self.war) - 1)])


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

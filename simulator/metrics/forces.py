"""Metrics of arms, munitions and forces (M5 to M7): read-outs of what `forces.move` noted."""

from __future__ import annotations

from simulator.arrays import Floats
from simulator.setting import Setting
from simulator.state import State
from simulator.tally import mean

MEANS = (
    "us_forces_europe", "us_resources_asia", "european_readiness", "defence_industry",
    "interoperability",
)  # fmt: skip
_YEAR = 4


def measure(history: dict[str, Floats], state: State, setting: Setting) -> dict[str, Floats]:
    """Means over quarters, and the arms race over the last year, each (runs,).

    `history[name]` is (runs, quarters).
    """
    return {
        **{name: mean(history[name]) for name in MEANS},
        "arms_race": mean(history["arms_race"][:, -_YEAR:]),
    }

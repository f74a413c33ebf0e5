"""Metrics of trade as a weapon: coercion of single states (M12), sanctions (M14)."""

from __future__ import annotations

import numpy as np

from simulator.arrays import Bools, Floats
from simulator.setting import Setting
from simulator.state import State
from simulator.tally import mean, total

_DECADE = 40.0  # quarters
_PATIENCE = 4  # quarters within which sanctions in force count as having worked


def measure(history: dict[str, Floats], state: State, setting: Setting) -> dict[str, Floats]:
    """Metrics of this theme, each (runs,), NaN where a run is not eligible."""
    joined, crisis = history["sanctions_joined"], history["sanctions_threatened"] > 0.0
    quarters = joined.shape[-1]
    yielded, imposed, worked = episodes(crisis, joined > 0.0)
    return {
        "partner_targeting": _DECADE / quarters * total(history["partner_targeting"]),
        "coerced_states": _DECADE / quarters * total(history["coerced_states"]),
        "sanctions_imposed": mean((joined > 0.0).any(axis=1).astype(float)),
        "threat_success": _share(yielded, yielded + imposed),
        "sanction_success": _share(worked, imposed),
    }


def episodes(crisis: Bools, carried_out: Bools) -> tuple[Floats, Floats, Floats]:
    """How crises went, counted over targets, each (runs,); inputs (runs, targets, quarters).

    Yielded: the target came down before any sanctions; imposed: sanctions were carried out;
    worked: those after which it came down within a year.
    """
    shape = crisis.shape[:2]
    counts = {name: np.zeros(shape) for name in ("yielded", "imposed", "worked")}
    since = np.full(shape, -1.0)  # quarters under sanctions in this crisis; -1 before any
    before = np.zeros(shape, dtype=bool)
    for q in range(crisis.shape[-1]):
        now = crisis[..., q]
        over = before & ~now
        counts["yielded"] += over & (since < 0.0)
        counts["worked"] += over & (since >= 0.0) & (since < _PATIENCE)
        since = np.where(now, np.where(since >= 0.0, since + 1.0, since), -1.0)
        begins = now & (since < 0.0) & carried_out[..., q]
        counts["imposed"] += begins
        since = np.where(begins, 0.0, since)
        before = now
    return total(counts["yielded"]), total(counts["imposed"]), total(counts["worked"])


def _share(part: Floats, whole: Floats) -> Floats:
    return np.where(whole > 0.0, part / np.where(whole > 0.0, whole, 1.0), np.nan)

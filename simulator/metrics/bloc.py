"""Read-outs of the red bloc, of politics and of help in a contingency (M15, M18, M20)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.arrays import Bools, Floats
from simulator.mechanisms.minutes import BLOCKED
from simulator.setting import Setting
from simulator.state import State
from simulator.tally import mean, total
from simulator.world import THEATERS

_LATELY = 8  # quarters over which splits count (ledger, alliance_cohesion)
_CRISIS, _FORCE = 2.0, 4.0


def measure(history: dict[str, Floats], state: State, setting: Setting) -> dict[str, Floats]:
    """Each (runs,), NaN where a run is not eligible; `history[name]` (runs, ..., quarters)."""
    level = history["level"]
    crisis = level >= _CRISIS
    place = THEATERS.index("taiwan")
    start = setting.p("nuclear_start")[:, 0]
    return {
        "red_cohesion": mean(history["cohesion"]),
        "china_aid_russia": mean(history["supply_share"]),
        "dprk_nuclear": history["nuclear_progress"][:, -1] - start,
        "arctic_pressure": mean(history["arctic"]),
        "crisis_response_delay": _delay(history["response_delay"], crisis),
        "taiwan_aid": _where(history["help_arrived"][:, place], crisis[:, place]),
        "nato_military_involvement": _where(
            _flat(history["alliance_in_fight"][:, 1:]), _flat(level[:, 1:] >= _FORCE)
        ),
        "treaty_fulfilment": _fulfilled(history["treaty_kept"], history["treaty_due"]),
        "alliance_cohesion": 0.5 * mean(_unity(history)) + 0.5 * mean(history["support"]),
    }


def _flat(values: NDArray[Any]) -> NDArray[Any]:
    return values.reshape(len(values), -1)


def _where(values: Floats, counts: Bools) -> Floats:
    """Mean over the last axis of the values that count; NaN where none does."""
    size = counts.sum(axis=-1)
    summed = np.where(counts, values, 0.0).sum(axis=-1)
    return np.where(size > 0, summed / np.maximum(size, 1), np.nan)


def _fulfilled(kept: Floats, due: Floats) -> Floats:
    """Share of what was due over a run that was kept; NaN where nothing was due."""
    owed = total(total(due))
    return np.where(owed > 0.0, total(total(kept)) / np.where(owed > 0.0, owed, 1.0), np.nan)


def _delay(delay: Floats, crisis: Bools) -> Floats:
    """Mean over theater-quarters of a crisis, else over all: the delay that would hold."""
    during = _where(_flat(delay), _flat(crisis))
    return np.where(np.isnan(during), mean(_flat(delay)), during)


def _unity(history: dict[str, Floats]) -> Floats:
    """One less the share of the texts tabled in the last two years that were blocked; one where
    none was tabled, (runs, quarters)."""
    result = history["result"]
    quarters = history["level"].shape[-1]
    if result.shape[1] == 0:
        return np.ones((len(result), quarters))
    blocked, tabled = ((result == BLOCKED).sum(axis=1), (result >= BLOCKED).sum(axis=1))
    columns = []
    for t in range(quarters):
        span = slice(max(t - _LATELY + 1, 0), t + 1)
        asked = tabled[:, span].sum(axis=-1)
        split = blocked[:, span].sum(axis=-1)
        columns.append(1.0 - split / np.maximum(asked, 1))
    return np.stack(columns, axis=-1)

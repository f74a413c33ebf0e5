"""Who comes to help in a crisis, and who does not (M20)."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulator.mechanisms.assistance import FIGHT
from simulator.phase import Quarter
from simulator.results import Event
from simulator.state import State
from simulator.telling.base import event, place, terms_of
from simulator.world import THEATERS


def comes(d: dict[str, Any], before: State, at: Quarter) -> Event | None:
    """A state that comes to fight, and why."""
    k, i = d["context"]["place"], d["actor"]
    if float(d["answer"].choice) != FIGHT or before.fighting[0, i, k] > 0.0:
        return None
    words = f"comes to fight in {place(k)}"
    return event(at, "help", i, THEATERS[k], "fights", words, terms_of(d))


def aid(before: State, after: State, at: Quarter) -> list[Event]:
    """Those that begin to aid in a theater, in one line."""
    found = []
    for k, theater in enumerate(THEATERS):
        new = (after.aiding[0, :, k] > 0.0) & (before.aiding[0, :, k] == 0.0)
        names = [at.setting.world.names[at.setting.world.actors[i]] for i in np.flatnonzero(new)]
        if names:
            text = f"Aid short of fighting to {place(k)} from {', '.join(names)}"
            found.append(event(at, "aid", None, theater, "aids", text))
    return found


TELL = {"help": comes}
NEWS = [aid]

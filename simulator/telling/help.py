"""Who comes to help in a crisis, and who does not (M20)."""

from __future__ import annotations

from typing import Any

from simulator.mechanisms.assistance import AID, FIGHT
from simulator.phase import Quarter
from simulator.results import Event
from simulator.state import State
from simulator.telling.base import event, place, terms_of
from simulator.world import THEATERS


def help_given(d: dict[str, Any], before: State, at: Quarter) -> Event | None:
    """A state that comes to fight, or begins to aid."""
    k, i, choice = d["context"]["place"], d["actor"], float(d["answer"].choice)
    if choice == FIGHT and before.fighting[0, i, k] == 0.0:
        return event(
            at, "help", i, THEATERS[k], "fights", f"comes to fight in {place(k)}", terms_of(d)
        )
    if choice == AID and before.aiding[0, i, k] == 0.0:
        words = f"sends aid short of fighting to {place(k)}"
        return event(at, "help", i, THEATERS[k], "aids", words, terms_of(d))
    return None


TELL = {"help": help_given}
NEWS: list[Any] = []

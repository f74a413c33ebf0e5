"""News of the red bloc and of politics: who deals, who votes, what the war does (M15, M18)."""

from __future__ import annotations

from typing import Any

from simulator.mechanisms.red_start import giver, receiver
from simulator.phase import Quarter
from simulator.results import Event
from simulator.state import State
from simulator.telling.base import event

POSTURES = ("is engaged abroad", "deals case by case", "holds back abroad")
WARS = ("turns intense", "dies down", "pauses under a ceasefire")
MOODS = {1.0: "a government warm to the alliance", -1.0: "a government cool to the alliance"}

TELL: dict[str, Any] = {}


def politics(before: State, after: State, at: Quarter) -> list[Event]:
    """A change of posture, a turn of the war, a change of government."""
    world, found = at.setting.world, []
    posture, war = int(after.us_posture[0]), int(after.war[0])
    if posture != before.us_posture[0]:
        top = int(at.setting.ladder.great_power_of.argmax())
        found.append(event(at, "posture", top, None, POSTURES[posture], POSTURES[posture]))
    if war != before.war[0]:
        text = f"The war at the edge of Europe {WARS[war]}"
        found.append(event(at, "war", None, None, WARS[war], text))
    for i in range(len(world.actors)):
        mood = float(after.mood[0, i])
        if mood != before.mood[0, i] and world.western[i]:
            found.append(event(at, "government", i, None, MOODS[mood], f"elects {MOODS[mood]}"))
    return found


def shells(before: State, after: State, at: Quarter) -> list[Event]:
    """Shells begin to flow, or stop."""
    flows, flowed = after.exchange[0] > 0.0, before.exchange[0] > 0.0
    if flows == flowed:
        return []
    world = at.setting.world
    taker = world.names[world.actors[receiver(world)]]
    words = f"{'passes' if flows else 'stops passing'} shells to {taker}"
    return [event(at, "exchange", giver(world), None, "on" if flows else "off", words)]


NEWS = [politics, shells]

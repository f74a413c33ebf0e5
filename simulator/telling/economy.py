"""Events of trade as a weapon: hits on single states (M12), sanctions that begin or end (M14)."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulator.mechanisms import trade
from simulator.phase import Quarter
from simulator.results import Event
from simulator.state import State
from simulator.telling.base import event, terms_of

_NAMED = 4  # joiners named, by what they trade with the target


def _coerce(d: dict[str, Any], before: State, at: Quarter) -> Event | None:
    n = int(d["answer"].choice)
    if n == 0:
        return None
    can, world = d["context"]["options"], at.setting.world
    whom = world.names[world.actors[can.targets[n - 1]]]
    armed = can.armed[n - 1] > 0.0
    how = "uses force short of war against" if armed else "cuts trade with"
    choice = "armed" if armed else "economic"
    return event(at, "coercion", d["actor"], None, choice, f"{how} {whom}", terms_of(d))


def _sanctions(before: State, after: State, at: Quarter) -> list[Event]:
    """Sanctions that took force, got tougher or ended."""
    found, world = [], at.setting.world
    for t, i in enumerate(world.red):
        was, now = float(before.imposed[0, t]), float(after.imposed[0, t])
        name = world.names[world.actors[i]]
        if now > was:
            taking = after.joined[0, t]
            weight = trade.volume(at.setting, t)[0] * taking
            largest = [j for j in np.argsort(-weight)[:_NAMED] if taking[j] > 0.0]
            named = ", ".join(world.names[world.actors[j]] for j in largest)
            count = int((taking > 0.0).sum())
            who = f"{count} states take part, {named} among them" if count else "nobody takes part"
            words = f"Sanctions on {name} cover {now:.0%} of trade: {who}"
            found.append(event(at, "sanctions", None, None, f"{now:.0%}", words))
        elif was > 0.0 and now == 0.0:
            found.append(event(at, "sanctions", None, None, "end", f"Sanctions on {name} end"))
    return found


TELL = {"coerce": _coerce}
NEWS = [_sanctions]

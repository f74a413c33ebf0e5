"""Events of publics and hedgers: a state changes its place between the blocs, a campaign is
noticed."""

from __future__ import annotations

from typing import Any

from simulator.phase import Quarter
from simulator.results import Event
from simulator.state import State
from simulator.telling.base import event, place, terms_of
from simulator.world import THEATERS

_PLACES = ("stands with the challenger", "keeps to the middle", "stands with the West")
_NEAR = 0.3  # of a camp, on the scale from -1 to 1


def _align(d: dict[str, Any], before: State, at: Quarter) -> Event | None:
    was = float(before.alignment[0, d["actor"]])
    now = float(d["answer"].values["alignment"])
    if _camp(was) == _camp(now):
        return None
    words = _PLACES[_camp(now)]
    return event(at, "alignment", d["actor"], None, words, f"now {words}", terms_of(d))


def _camp(alignment: float) -> int:
    return int(alignment > -_NEAR) + int(alignment > _NEAR)


def _campaigns(before: State, after: State, at: Quarter) -> list[Event]:
    noticed, world = at.notes["noticed"][0], at.setting.world
    names = [f"by {world.names[world.actors[i]]}" for i in world.red] + ["by the West"]
    return [
        event(at, "campaign", None, THEATERS[k], names[j],
              f"A campaign {names[j]} is noticed around {place(k)}")
        for j in range(len(names))
        for k in range(len(THEATERS))
        if noticed[j, k]
    ]  # fmt: skip


TELL = {"align": _align}
NEWS = [_campaigns]

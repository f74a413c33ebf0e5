"""What arms and forces do, in words (M5 to M7)."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulator.mechanisms import arms, munitions, posture
from simulator.phase import Quarter
from simulator.results import Event
from simulator.state import State
from simulator.telling.base import event, place, terms_of
from simulator.world import THEATERS

_STEP = 0.5  # percent of GDP: steps of a budget that make news
_LARGE = 0.02  # share of a force whose move makes news
_SHORT = 0.5  # supply factor below which a state at war is short of munitions


def _budget(d: dict[str, Any], before: State, at: Quarter) -> Event | None:
    """A defense budget moves a step away from its start, or back."""
    i, start = d["actor"], float(arms.start_burden(at.setting)[0, d["actor"]])
    was, now = float(before.burden[0, i]), float(d["answer"].choice)
    if np.round((was - start) / _STEP) == np.round((now - start) / _STEP):
        return None
    way = "raises" if now > was else "cuts"
    words = f"{way} defense spending to {now:.1f} % of GDP"
    return event(at, "budget", i, None, way, words, terms_of(d))


def _deploy(d: dict[str, Any], before: State, at: Quarter) -> Event | None:
    """Forces leave or reach a theater in numbers."""
    change = d["answer"].values["deployment"] - before.deployment[0, d["n"]]
    k = int(np.argmax(np.abs(change[: len(THEATERS)])))
    if abs(change[k]) < _LARGE:
        return None
    way = "moves" if change[k] > 0.0 else "withdraws"
    words = f"{way} {abs(change[k]):.0%} of its forces {'to' if change[k] > 0.0 else 'from'} "
    return event(at, "deployment", d["actor"], THEATERS[k], way, words + place(k), terms_of(d))


def _shortage(before: State, after: State, at: Quarter) -> list[Event]:
    """A state at war runs short of munitions."""
    rows = posture.in_fight(after)
    if not len(rows):
        return []
    now = munitions.supply(after, at)[0].min(axis=-1)
    was = munitions.supply(before, at)[0].min(axis=-1)
    return [
        event(at, "shortage", int(i), None, "short", f"runs short of munitions ({now[i]:.0%})")
        for i in np.flatnonzero((now < _SHORT) & (was >= _SHORT))
    ]


TELL = {"budget": _budget, "deploy": _deploy}
NEWS = [_shortage]

"""M11 Collusion between red states, and the preventive window before an announced shift.

Opportunism itself has no term: war in one theater draws forces, munitions and belief from another,
and the challenger there sees it (M6, M7, M9).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from simulator.arrays import Floats, logit, sigmoid
from simulator.mechanisms import red_bloc, red_start, signals, stance
from simulator.phase import Quarter
from simulator.state import State
from simulator.tally import total


def shared_luck(state: State, at: Quarter, *questions: str) -> tuple[Floats, ...]:
    """Uniform draws of several questions in every theater, each (runs, theaters), correlated
    between colluding challengers.

    In a quarter at most one pair of red states colludes, each with the chance `collusion` gives
    it; then the theater that each of the two claims first meets the same luck.  Any function of
    the draws is correlated by just that chance, and its own distribution stays what it was.
    """
    world = at.setting.world
    chance = red_bloc.collusion(state, at)
    chance = chance / np.maximum(total(chance), 1.0)[:, None]
    coin = at.luck("collusion", 1)[:, 0]
    together = np.zeros((state.runs, len(world.challenger)), dtype=bool)
    reached = np.zeros(state.runs)
    for n, pair in enumerate(red_start.pairs(world)):
        here = (coin >= reached) & (coin < reached + chance[:, n])
        reached = reached + chance[:, n]
        for i in pair:
            if i in world.challenger:
                k = world.challenger.index(i)
                together[:, k] = together[:, k] | here
    drawn = []
    for question in questions:
        own = at.luck(question, len(world.challenger))
        drawn.append(np.where(together, at.luck(f"{question}-shared", 1), own))
    return tuple(drawn)


def window(state: State, at: Quarter) -> tuple[Floats, Floats]:
    """What an announced shift takes from the worth of waiting: its weight `w_prev*delta^n`, zero
    where nothing is being phased in, (runs, 1), and the challenger's belief that each pair's state
    fights once all is in place, (runs, pairs, levels) (Powell's commitment problem)."""
    bundles, chance = at.setting.program.bundles, signals.fight_chance(state, at)
    weight = np.zeros((state.runs, 1))
    longest = max((b.phase_in for b in bundles), default=1)
    seen = stance.force(state, at, lag=1)
    due = stance.force(state, replace(at, number=at.number + longest, notes={}))
    patience = np.log(at.p("window_patience"))
    for before, after, bundle in zip(seen, due, bundles, strict=True):
        waits = at.p("window_weight") * np.exp(bundle.phase_in * patience)
        weight = np.maximum(weight, np.where((after > before)[:, None], waits, 0.0))
    rows = np.flatnonzero(weight)
    if not len(rows):
        return weight, chance
    rest = signals.rest_point(at, due) - signals.rest_point(at, seen)
    signal = signals.in_force(at, due) - signals.in_force(at, seen)
    promised = chance.copy(order="K")
    promised[rows] = sigmoid(logit(chance[rows]) + (rest + signal)[rows, :, None])
    return weight, promised

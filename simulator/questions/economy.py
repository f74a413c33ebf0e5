"""Questions of trade and pressure: whom to coerce (M12), and whether to join sanctions (M14)."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.arrays import Floats
from simulator.questions.base import View


@dataclass(frozen=True)
class CoerceView(View):
    """Asked of a coercer: lean on nobody (0), or on one state with one instrument (1, 2, ...)?"""

    drift: Floats  # [options] how far the state has moved to the West since the start, 0..2
    visible: Floats  # [options] visible closeness to the West, 0..1
    guarded: Floats  # [options] chance that somebody stands by the state against force, 0..1
    armed: Floats  # [options] 1 if the instrument is armed, 0 if economic
    own_cost: Floats  # [options] what it costs the coercer itself
    open: Floats  # [options] 0 where the state is under this pressure already
    benefit: Floats  # of hitting a state that has come fully close
    focus: Floats  # extra weight of visible states that nobody guards
    pain: Floats  # of meeting a guarantor that surely comes
    precision: Floats
    readiness: Floats  # [options] log-odds: how ready the coercer is, and what occasion there is
    gumbel: Floats  # [1 + options]


@dataclass(frozen=True)
class JoinView(View):
    """Asked of every government outside the red bloc when sanctions take force or get tougher: stay
    out (0), take the ordinary measures only (1), or all that is prepared (2)?"""

    outrage: Floats  # will to answer what was done
    closeness: Floats  # what alignment with the West adds
    dependence: Floats  # worth of standing with its protector
    tied: Floats  # audience cost of a package it has threatened itself
    cost: Floats  # of all the trade cut, retaliation included
    ordinary_cost: Floats  # of the ordinary measures, no more than that
    readiness: Floats  # log-odds, set so that at the top level the follow-through is as sampled
    precision: Floats
    noise: Floats  # standard logistic, persistent

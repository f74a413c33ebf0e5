"""Questions inside the red bloc: what a supplier lets through, what a giver parts with (M15)."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.arrays import Floats
from simulator.questions.base import View


@dataclass(frozen=True)
class SupplyView(View):
    """Asked of the bloc's supplier: how much of the dual-use goods that it could let through to
    the state at war does it let through?"""

    most: Floats  # the most that it could, share of the receiver's production
    worth: Floats  # of a receiver that holds out, at full cohesion
    cohesion: Floats  # with the receiver, 0..1
    secondary: Floats  # expected cost of sanctions on the supplier
    friction: Floats  # trade with the receiver's enemies that supplying puts at risk
    precision: Floats


@dataclass(frozen=True)
class TradeArmsView(View):
    """Asked of the bloc's giver of shells: how many to pass on to the state at war?"""

    spare: Floats  # what stands above its own least stock, $bn
    gap: Floats  # what the receiver uses beyond what it makes, $bn a quarter

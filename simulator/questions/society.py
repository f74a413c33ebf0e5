"""Where a state between the blocs stands (M13)."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.arrays import Floats
from simulator.questions.base import View


@dataclass(frozen=True)
class AlignView(View):
    """Asked of states that hedge, each quarter: how close do you stand to the West (1) or to the
    challenger (-1)?  What speaks for either side is counted from the start, pp per unit."""

    alignment: Floats  # now, -1..1
    rest: Floats  # where the state stands by itself
    stiffness: Floats  # pp per unit squared
    aversion: Floats  # to a region divided into blocs, pp
    division: Floats  # perceived, 0..1
    start_division: Floats
    security: Floats  # against the challenger, by the West
    economy: Floats  # trade with the challenger
    offers: Floats  # Western engagement less the other side's
    blame: Floats  # of the West for trouble, less its start
    blame_weight: Floats
    speed: Floats
    noise: Floats

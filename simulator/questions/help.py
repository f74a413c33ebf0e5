"""Help in a contingency (M20): one question, one rule, for the partners of either side."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.arrays import Floats
from simulator.questions.base import View


@dataclass(frozen=True)
class HelpView(View):
    """Asked of a state outside a fight: stay out (0), aid (1) or come to fight (2)?

    `readiness` is what the public reckoned with at the start; the other terms of fighting are
    differences from what that already holds.
    """

    able: Floats  # 1 if it has forces to bring
    fighting: Floats  # 1 if it has come already
    readiness: Floats  # log-odds of fighting at this level, at the start
    promise: Floats  # log-odds that promises in force add
    pull: Floats  # stake, territory and solidarity, less what is usual
    resolve: Floats  # added will of its leadership
    busy: Floats  # cost of a second front
    barrier: Floats  # of going beyond the treaty area, less what is usual
    scale: Floats  # factor on the whole chance
    fight_precision: Floats
    fight_luck: Floats  # uniform, persistent
    pledged: Floats  # 1 if a policy has it aid anyway
    stake: Floats  # worth of the theater to it
    aid_effect: Floats  # how far aid does what fighting would
    slope: Floats  # change of the outcome per unit of relative power
    solidarity: Floats  # with the side it would help
    aid_cost: Floats
    retaliation: Floats  # expected from the other side
    aid_precision: Floats
    aid_luck: Floats  # standard logistic, persistent

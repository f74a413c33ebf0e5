"""How a state outside a fight answers: one rule for the partners of both sides (M20, M9)."""

from __future__ import annotations

import numpy as np

from agents.rules.kinds import Answers, everyone
from simulator.arrays import Floats, sigmoid
from simulator.questions import Answer, HelpView

OUT, AID, FIGHT = 0.0, 1.0, 2.0


def lend_help(view: HelpView) -> Answer:
    """Stay out (0), aid (1) or fight (2).

    It fights with the chance `r = scale*sig(r0 + promise + lam_r*(pull + resolve - busy -
    barrier))`, if it has forces to bring, and stays once it has come; else it aids if
    `lam_e*(stake*aid_eff*dp + solid - cost - retaliation)` plus its private reasons is positive.
    Values: `chance` to fight.
    """
    push = view.pull + view.resolve - view.busy - view.barrier
    odds = view.readiness + view.promise + view.fight_precision * push
    chance = np.where(view.able > 0.0, view.scale * sigmoid(odds), 0.0)
    effect = view.stake * view.aid_effect * view.slope
    worth = effect + view.solidarity - view.aid_cost - view.retaliation
    comes = (view.fighting > 0.0) | (view.fight_luck < chance)
    aids = (view.pledged > 0.0) | (view.aid_precision * worth + view.aid_luck > 0.0)
    choice = np.where(comes, FIGHT, np.where(aids, AID, OUT))

    def terms() -> dict[str, Floats]:
        came, gave = choice == FIGHT, choice == AID
        fight = {
            "what bound it before": view.readiness / view.fight_precision,
            "stake and solidarity": view.pull,
            "resolve of its leaders": view.resolve,
            "a second front": -view.busy,
            "beyond the treaty area": -view.barrier,
            "promises": view.promise / view.fight_precision,
        }
        aid = {
            "what aid can do": effect,
            "solidarity": view.solidarity,
            "cost of aid": -view.aid_cost,
            "fear of retaliation": -view.retaliation,
            "private reasons": view.aid_luck / view.aid_precision,
        }
        told = {name: np.where(came, part, 0.0) for name, part in fight.items()}
        return told | {name: np.where(gave, part, 0.0) for name, part in aid.items()}

    return Answer(choice, {"chance": chance}, terms)


ANSWERS: Answers = {"help": everyone(lend_help)}

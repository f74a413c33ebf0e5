"""How a state between the blocs hedges (M13)."""

from __future__ import annotations

import numpy as np

from agents.rules.kinds import Answers, everyone
from simulator.arrays import Floats
from simulator.questions import AlignView, Answer


def align(view: AlignView) -> Answer:
    """The alignment that a state prefers, and a step toward it.

    It maximizes `pull*a - (h/2)(a - a0')^2 - beta*Pi*a^2` with
    `pull = sec - eco + eng - gam*Pi*blame`, so with `H = h + 2*beta*Pi0`
    `a* = (H*a0 + pull)/(h + 2*beta*Pi)`: at the start, where pull is zero, it is `a0`.
    Division into blocs pulls both camps to the middle, blame moves the middle.
    Values: `target` a*, `alignment` after a step of `speed` and noise, both -1..1.
    Source: Kuik; Lim and Cooper (model.md M13).
    """
    bloc = 2.0 * view.aversion
    blamed = view.blame_weight * view.division * view.blame
    pull = view.security - view.economy + view.offers - blamed
    habit = (view.stiffness + bloc * view.start_division) * view.rest
    target = np.clip((habit + pull) / (view.stiffness + bloc * view.division), -1.0, 1.0)
    step = view.speed * (target - view.alignment)
    moved = np.clip(view.alignment + step + view.noise, -1.0, 1.0)

    def terms() -> dict[str, Floats]:
        return {
            "security from the West": view.security,
            "trade with the challenger": -view.economy,
            "engagement on offer": view.offers,
            "blame for the West": -blamed,
            "a divided region": -bloc * (view.division - view.start_division) * view.alignment,
        }

    return Answer(moved, {"alignment": moved, "target": target}, terms)


ANSWERS: Answers = {"align": everyone(align)}

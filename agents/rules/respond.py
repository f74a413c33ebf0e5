"""How the attacked state and its guarantors answer a rung (M10, step 2)."""

from __future__ import annotations

import numpy as np

from simulator.arrays import Floats
from simulator.questions import Answer, RespondView


def respond(view: RespondView) -> Answer:
    """Concede (-1), hold (0) or counter (1) by logit on own payoff; only above level 1.

    Conceding saves the loss of one rung and costs the audience and what is at stake; countering
    costs part of the rung's military cost and gains what a surely fighting state takes off the
    challenger's chance.
    """
    active = view.level >= 2.0
    below_war = view.level <= 4.0
    concede = view.saved - view.audience - view.at_stake
    counter = view.effect - view.counter_cost
    concede = np.where(active & below_war, concede, -np.inf)
    counter = np.where(active, counter, -np.inf)
    worth = np.stack([concede, np.zeros_like(counter), counter], axis=-1)
    picked = np.argmax(view.precision[..., None] * worth + view.gumbel, axis=-1)

    def terms() -> dict[str, Floats]:
        return {
            "loss avoided by conceding": view.saved,
            "audience at home": -view.audience,
            "what is at stake": -view.at_stake,
            "effect of a counter-move": view.effect,
            "cost of a counter-move": -view.counter_cost,
        }

    return Answer(picked.astype(np.float64) - 1.0, {}, terms)

"""How the attacked state and its guarantors answer a rung (M10, step 2)."""

from __future__ import annotations

import numpy as np

from agents.rules.kinds import Answers, everyone
from simulator.arrays import Floats, pick
from simulator.mechanisms.choice import choose
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

    choice = choose(worth, view.precision, view.gumbel) - 1.0

    def terms() -> dict[str, Floats]:
        back, forth = choice < 0.0, choice > 0.0
        luck = pick(view.gumbel, choice + 1.0) - view.gumbel[..., 1]
        return {
            "loss avoided": np.where(back, view.saved, 0.0),
            "audience at home": np.where(back, -view.audience, 0.0),
            "what is at stake": np.where(back, -view.at_stake, 0.0),
            "effect on the challenger": np.where(forth, view.effect, 0.0),
            "cost of the move": np.where(forth, -view.counter_cost, 0.0),
            "chance": luck / view.precision,
        }

    return Answer(choice, {}, terms)


ANSWERS: Answers = {"respond": everyone(respond)}

"""How governments behave in a forum (M1, M2): sounding, drafting, silence, and taking part."""

from __future__ import annotations

import numpy as np

from agents.rules.kinds import Answers, everyone
from simulator.arrays import Floats, positive, sigmoid
from simulator.questions import AcceptView, Answer, DraftView, SilenceView, SoundView
from simulator.tally import across


def sound(view: SoundView) -> Answer:
    """Where a government stands on an issue, and what each candidate text is worth to it.

    Ideal point `x = sig(c0 + sum_f w_f*(trait_f - mean_f) + taste)`, quadratic loss around it;
    members vote on where a visible step leads (`precedents`), not on the words alone:
    `G(y) = S*salience*(yp - q)*(2x - q - yp)`.  Values: `position` 0..1, `gains` [texts] pp,
    `parts` [features] log-odds (what moved the position).
    """
    parts = view.weights * (view.features - view.reference)
    moved = across(range(parts.shape[-1]), lambda f: parts[..., f])
    position = sigmoid(view.intercept + moved + view.taste)
    standing = view.standing[..., None]
    step = view.precedents - standing
    worth = (view.scale * view.salience)[..., None]
    gains = worth * step * (2.0 * position[..., None] - standing - view.precedents)
    return Answer(position, {"position": position, "gains": gains, "parts": parts})


def draft(view: DraftView) -> Answer:
    """The sponsor's text: the one with the largest `chance to pass * own gain - cost`.

    A text that no longer is the thing asked is worth only part of its gain (half a loaf); a text
    that it wants may be worth tabling to be refused (`(1 - chance) * exposure`).
    Choice 0 is to table nothing.  Romer and Rosenthal's agenda setter under uncertainty.
    """
    whole = np.where(view.enough > 0.0, 1.0, view.half_loaf[..., None])
    refused = (1.0 - view.pass_chance) * view.exposure[..., None] * (view.gains > 0.0)
    worth = view.pass_chance * whole * view.gains + refused - view.cost[..., None]
    worth = np.where(np.arange(worth.shape[-1]) == 0, 0.0, worth)
    choice = np.argmax(worth, axis=-1).astype(np.float64)
    best = np.max(worth, axis=-1)
    return Answer(choice, {}, lambda: {"expected gain of the best text": best})


def silence(view: SilenceView) -> Answer:
    """What a member would do in the silence window: 0 let pass, 1 break in company, 2 alone.

    A member that loses objects with `-G*(1 - look_ahead*chance) + noise/precision - offer` and
    breaks silence alone if that exceeds its isolation cost, or in company if it exceeds the part
    of it that is left when others object.  Supporters never break silence.
    Values: `margin_alone`, `margin_company` pp (before the offer they are what must be bought).
    """
    opposed = view.gain < 0.0
    objection = positive(-view.gain) * (1.0 - view.look_ahead * view.pass_chance)
    private = view.noise / view.precision
    push = objection + private - view.offer
    alone = push - view.isolation
    together = push - view.isolation / view.company
    choice = np.where(opposed, np.where(alone > 0.0, 2.0, np.where(together > 0.0, 1.0, 0.0)), 0.0)

    def terms() -> dict[str, Floats]:
        speaks = np.where(choice > 0.0, 1.0, -1.0)
        threshold = np.where(choice == 1.0, view.isolation / view.company, view.isolation)
        return {
            "worth of the text": view.gain,
            "chance that it passes later anyway": speaks * (objection - positive(-view.gain)),
            "private reasons": speaks * private,
            "side payment": -speaks * view.offer,
            "cost of standing out": -speaks * threshold,
        }

    return Answer(choice, {"margin_alone": alone, "margin_company": together}, terms)


def accept(view: AcceptView) -> Answer:
    """Whether a partner takes part, by logit (M12, M3):

    `G + w_sec*threat*dGuar - E[coercion]*(1 + memory) - w_o*(o - o0) - reliance`, pp.
    """
    parts = {
        "worth": view.gain,
        "protection gained": view.security_worth * view.threat * view.promise,
        "coercion to come": -view.coercion * (1.0 + view.memory),
        "public opinion": -view.story_weight * view.story,
        "reliance on a rival": -view.reliance,
    }
    worth = sum(parts.values(), np.zeros_like(view.gain))
    choice = (view.precision * worth + view.noise >= 0.0).astype(np.float64)
    chance = sigmoid(worth * view.precision)

    def terms() -> dict[str, Floats]:
        return parts | {"private reasons": view.noise / view.precision}

    return Answer(choice, {"chance": chance}, terms)


ANSWERS: Answers = {
    "sound": everyone(sound),
    "draft": everyone(draft),
    "silence": everyone(silence),
    "accept": everyone(accept),
}

"""Questions of the forums: where do you stand, what do you table, do you break silence (M1, M2)."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from simulator.arrays import Floats
from simulator.questions.base import View


@dataclass(frozen=True)
class SoundView(View):
    """Asked of members at the sounding: where do you stand, and what is each text worth to you?"""

    features: Floats  # [features] traits as they stand
    reference: Floats  # [features] member mean at the base date
    weights: Floats  # [features] signed, log-odds per unit
    intercept: Floats
    taste: Floats  # persistent private taste, log-odds
    scale: Floats
    salience: Floats
    standing: Floats  # agreed text now
    texts: Floats  # [texts] candidate texts
    precedents: Floats  # [texts] where a visible step leads


@dataclass(frozen=True)
class DraftView(View):
    """Asked of the sponsor: which text to put under silence (0 = none)?"""

    gains: Floats  # [texts] own gain, the first text is the standing one
    pass_chance: Floats  # [texts]
    enough: Floats  # [texts] 1 if the text still is the thing asked
    half_loaf: Floats  # worth of a text that is not, as a share of its gain
    exposure: Floats  # worth of being seen to be refused, pp
    cost: Floats


@dataclass(frozen=True)
class SilenceView(View):
    """Asked of members in the silence window: let it pass (0), break in company (1), alone (2)?"""

    gain: Floats
    noise: Floats  # private, persistent, standard logistic
    precision: Floats
    isolation: Floats  # cost of standing alone
    company: Floats  # divides the cost of standing alone when others object
    look_ahead: Floats  # weight of the chance that the text passes later anyway
    pass_chance: Floats
    offer: Floats  # what the sponsor's side payment is worth to me


@dataclass(frozen=True)
class AcceptView(View):
    """Asked of a partner once a forum has adopted: take part (1) or decline (0)?"""

    gain: Floats  # from the text itself
    threat: Floats  # felt from the most threatening red state, 0..1
    promise: Floats  # rise of the chance that somebody stands by me, 0..1
    security_worth: Floats  # of a full rise to one who feels fully threatened
    coercion: Floats  # cost of coercion that taking part adds
    memory: Floats  # of having been coerced, 0..1
    story: Floats  # how far opinion has moved against the West since the start
    story_weight: Floats
    reliance: Floats  # good offices of a rival that taking part strains
    noise: Floats  # standard logistic
    precision: Floats

    @classmethod
    def on_merits(cls, gain: Floats, noise: Floats, precision: Floats) -> AcceptView:
        """The same where nothing but the text itself counts: joining a coalition of the willing."""
        nothing = np.zeros((len(gain), 1))
        names = (f.name for f in fields(cls) if f.name not in ("gain", "noise", "precision"))
        return cls(gain=gain, noise=noise, precision=precision, **dict.fromkeys(names, nothing))

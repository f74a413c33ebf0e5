"""The questions that governments are asked, and the shape of an answer.

A view holds all that one decision may look at.  Its arrays lead with (runs, askers), or (runs, 1)
for what is the same for all; an agent of the Mesa driver gets its own entry, without these axes.
Trailing axes are named in the field's comment.  Units: pp of own annual GDP unless said.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from simulator.arrays import Bools, Floats


@dataclass(frozen=True)
class Answer:
    """A decision: `choice` (a code), `values` that mechanisms use, and `terms()`, the parts of
    the utility in pp that explain it, worked out only when somebody asks why."""

    choice: Floats
    values: dict[str, Floats] = field(default_factory=dict)
    terms: Callable[[], dict[str, Floats]] = dict


@dataclass(frozen=True)
class PerceiveView:
    """Asked of every government each quarter: how expansionist is each target,
    and how threatened am I?"""

    belief: Floats  # [targets] log-odds that the target is expansionist
    start_belief: Floats  # [targets]
    decay: Floats
    attribution: Floats  # log-odds at full visible military presence
    stakes: Floats  # [theaters] weights, sum 1
    footprint: Floats  # [targets, theaters] visible footprint less its start
    wording: Floats  # visibility equivalent of sharper words about me
    is_west: Floats  # [targets] 1 for the West as a whole
    explained: Floats  # [theaters] share of visible acts that contact with me explains
    restraint: Floats  # [targets, theaters] pp of costly restraint, assurances included
    restraint_weight: Floats
    incidents: Floats  # [targets, theaters] hostile incidents of last quarter
    usual_incidents: Floats  # [targets, theaters] their mean in the status quo
    incident_weight: Floats
    contagion: Floats
    noise: Floats  # [targets] observation noise, log-odds
    reach: Floats  # [targets, theaters] power the target can bring
    own_power: Floats  # [theaters]
    guaranteed_power: Floats  # [theaters] allies' power, weighted by how surely they come


@dataclass(frozen=True)
class SoundView:
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
class DraftView:
    """Asked of the sponsor: which text to put under silence (0 = none)?"""

    gains: Floats  # [texts] own gain, the first text is the standing one
    pass_chance: Floats  # [texts]
    enough: Floats  # [texts] 1 if the text still is the thing asked
    half_loaf: Floats  # worth of a text that is not, as a share of its gain
    cost: Floats


@dataclass(frozen=True)
class SilenceView:
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
class AcceptView:
    """Asked of a partner once a forum has adopted: take part (1) or decline (0)?"""

    gain: Floats
    noise: Floats  # standard logistic
    precision: Floats


@dataclass(frozen=True)
class ChallengeView:
    """Asked of the challenger in a theater: go down, hold, up or jump two rungs (-1, 0, 1, 2)?"""

    level: Floats
    win: Floats  # [levels] chance to prevail
    prize: Floats  # value of the prize now
    prize_share: Floats  # [levels]
    military_cost: Floats  # [levels]
    own_loss: Floats  # [levels] weighted loss of own GDP
    sanctions: Floats  # [levels] expected cost
    nuclear: Floats  # [levels]
    audience: Floats  # cost of backing down
    fear: Floats  # worth of acting before encirclement closes
    step_cost: Floats  # of raising the ladder by a rung
    jump_cost: Floats  # on top of that, of raising it by two
    survival: Floats  # share of the prize that a regime counts as lost with itself
    precision: Floats
    gumbel: Floats  # [4] one per option


@dataclass(frozen=True)
class RespondView:
    """Asked of the attacked state and each guarantor: concede (-1), hold (0) or counter (1)?"""

    level: Floats
    attacked: Floats  # 1 if the state attacked itself
    saved: Floats  # own loss avoided by conceding one rung
    at_stake: Floats  # worth of what would be conceded
    audience: Floats
    effect: Floats  # worth of the change in the challenger's chance that countering makes
    counter_cost: Floats
    precision: Floats
    gumbel: Floats  # [3]


View = PerceiveView | SoundView | DraftView | SilenceView | AcceptView | ChallengeView | RespondView


def mask(flags: Bools) -> Floats:
    """A mask as 0/1 floats, for a view."""
    return flags.astype(float)

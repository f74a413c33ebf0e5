"""Questions of the ladder: challenge (M8) and response (M10)."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.arrays import Floats
from simulator.questions.base import View


@dataclass(frozen=True)
class ChallengeView(View):
    """Asked of the challenger in a theater: go down, hold, up or jump two rungs (-1, 0, 1, 2)?"""

    level: Floats
    win: Floats  # [levels] chance to prevail
    later: Floats  # [levels] the same once all that is announced is in place
    window: Floats  # weight of the worth that waiting for it would lose
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
class RespondView(View):
    """Asked of the attacked state and each guarantor: concede (-1), hold (0) or counter (1)?"""

    level: Floats
    saved: Floats  # own loss avoided by conceding one rung
    at_stake: Floats  # worth of what would be conceded
    audience: Floats
    effect: Floats  # worth of the change in the challenger's chance that countering makes
    counter_cost: Floats
    precision: Floats
    gumbel: Floats  # [3]

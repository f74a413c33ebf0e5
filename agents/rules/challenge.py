"""How a challenger chooses its level in a theater (M8, M3)."""

from __future__ import annotations

from types import EllipsisType

import numpy as np

from agents.rules.kinds import Answers, everyone
from simulator.arrays import Bools, Floats, pick, positive
from simulator.mechanisms.choice import choose
from simulator.questions import Answer, ChallengeView

STEPS = (-1.0, 0.0, 1.0, 2.0)
_TOP = 5.0


def challenge(view: ChallengeView) -> Answer:
    """Down, hold, up or jump, by logit on the value of standing at each rung for a year.

    `W(l) = prize(l)*p(l)*(B+z) - Cmil(l)*2*(1-p(l)) - w_own*Own(l) - E[Sanctions(l)] - Nuclear(l)`;
    down costs the audience, leaving level 1 or more upward costs a one-off step (a jump costs
    more), and up gains what fear of encirclement adds, and what an announced shift would take
    from it: `window*(W(l+1) - W(l+1) once the shift is complete)+`.
    Expected utility after Bueno de Mesquita; choice after McKelvey and Palfrey.
    Terms: what each part adds to the move made against holding, luck included.
    """
    return _choose(view, np.zeros_like(view.prize))


def challenge_for_survival(view: ChallengeView) -> Answer:
    """The same for a regime whose survival is at stake: it counts its own defeat as loss of the
    prize as well, so a losing war is worth less to it (M8, regime-survival term)."""
    return _choose(view, view.survival * view.prize)


def _contested(
    view: ChallengeView, ruin: Floats, win: Floats, of: EllipsisType | Bools = ...
) -> dict[str, Floats]:
    """The parts of a rung's worth that hang on the chance to prevail, of some challengers."""
    share, risk = view.prize_share[of], 1.0 - win[of]
    return {
        "prize": share * win[of] * view.prize[of][..., None],
        "military cost": -2.0 * view.military_cost[of] * risk,
        "regime survival": -ruin[of][..., None] * share * risk,
    }


def _worth(parts: dict[str, Floats]) -> Floats:
    first, *others = parts.values()
    return sum(others, first)


def _closing(view: ChallengeView, ruin: Floats, contested: dict[str, Floats]) -> Floats:
    """What the next rung would lose by waiting until all that is announced is in place."""
    closing = np.zeros_like(view.prize)
    waiting = np.broadcast_to(view.window > 0.0, closing.shape)
    if waiting.any():
        now = _worth({name: part[waiting] for name, part in contested.items()})
        lost = now - _worth(_contested(view, ruin, view.later, waiting))
        next_rung = np.minimum(view.level[waiting] + 1.0, _TOP)
        weight = np.broadcast_to(view.window, closing.shape)[waiting]
        closing[waiting] = weight * positive(pick(lost, next_rung))
    return closing


def _choose(view: ChallengeView, ruin: Floats) -> Answer:
    contested = _contested(view, ruin, view.win)
    parts = contested | {
        "own economy": -view.own_loss,
        "expected sanctions": -view.sanctions,
        "nuclear risk": -view.nuclear,
    }
    value = _worth(parts)
    closing = _closing(view, ruin, contested)
    restraint = np.where(view.level >= 1.0, view.step_cost, 0.0)
    extra = {
        -1.0: -view.audience,
        0.0: np.zeros_like(view.fear),
        1.0: view.fear + closing - restraint,
        2.0: -restraint - view.jump_cost,
    }
    options = []
    for step in STEPS:
        worth = pick(value, np.clip(view.level + step, 0.0, _TOP)) + extra[step]
        exists = (view.level + step >= 0.0) & (view.level + step <= _TOP)
        options.append(np.where(exists, worth, -np.inf))
    worth = np.moveaxis(np.stack(options), 0, -1)
    choice = choose(worth, view.precision, view.gumbel) - 1.0
    margin = np.max(worth, axis=-1) - worth[..., 1]

    def terms() -> dict[str, Floats]:
        there = np.clip(view.level + choice, 0.0, _TOP)
        moved = {name: pick(part, there) - pick(part, view.level) for name, part in parts.items()}
        luck = pick(view.gumbel, choice + 1.0) - view.gumbel[..., 1]
        return moved | {
            "a window that closes": np.where(choice == 1.0, closing, 0.0),
            "fear of encirclement": np.where(choice == 1.0, view.fear, 0.0),
            "backing down in public": np.where(choice < 0.0, -view.audience, 0.0),
            "breaking restraint": np.where(choice > 0.0, -restraint, 0.0),
            "going two rungs at once": np.where(choice > 1.0, -view.jump_cost, 0.0),
            "chance": luck / view.precision,
        }

    return Answer(choice, {"worth": worth, "margin": margin}, terms)


ANSWERS: Answers = {"challenge": everyone(challenge, north_korea=challenge_for_survival)}

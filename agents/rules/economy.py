"""How a government uses trade as a weapon: coercion of one state (M12), joint sanctions (M14)."""

from __future__ import annotations

import numpy as np

from agents.rules.kinds import Answers, everyone
from simulator.arrays import Floats, pick, sigmoid
from simulator.questions import Answer, CoerceView, JoinView
from simulator.tally import loudest

_TINY = 1e-9


def coerce(view: CoerceView) -> Answer:
    """Whom to lean on, and how: nobody (0), or option n = 1, 2, ... by logit (M3).

    `U = ben*(drift + V + tgt*V*(1 - guar)) - armed*guar*pain - own cost`, nobody is worth 0: a
    guarantee blunts an armed instrument only.  Options start from log-odds (`readiness`), so that
    who gives no occasion is seldom picked.  Terms: the parts for the option chosen.
    """
    benefit, focus, pain = (getattr(view, n)[..., None] for n in ("benefit", "focus", "pain"))
    close = benefit * (view.drift + view.visible)
    unguarded = (1.0 - view.guarded) * (benefit * focus * view.visible)
    guarantors = view.armed * view.guarded * pain
    worth = close + unguarded
    worth -= guarantors
    worth -= view.own_cost
    worth *= view.precision[..., None]
    worth += view.gumbel[..., 1:] + view.readiness
    offered = np.where(view.open > 0.0, worth, -np.inf)
    somebody = np.max(offered, axis=-1) > view.gumbel[..., 0]
    choice = np.zeros(somebody.shape)
    choice[somebody] = loudest(offered[somebody]) + 1.0

    def terms() -> dict[str, Floats]:
        parts = {
            "closeness to the West": close,
            "visible and unguarded": unguarded,
            "its guarantors": -guarantors,
            "own cost": -view.own_cost,
        }
        place = np.maximum(choice - 1.0, 0.0)
        return {n: np.where(choice > 0.0, pick(part, place), 0.0) for n, part in parts.items()}

    return Answer(choice, {}, terms)


def join(view: JoinView) -> Answer:
    """How far to join a round of sanctions: not (0), ordinary measures (1), all of it (2).

    Logit on own worth (M14, M3), the same private reasons at both steps:
    `outrage + w_a*alignment + dependence + audience - cost`, retaliation included in the cost.
    Values: `chance` of all of it.
    """
    will = view.outrage + view.closeness + view.dependence + view.tied
    odds = view.readiness + view.precision * (will - view.cost)
    easier = view.readiness + view.precision * (will - view.ordinary_cost)
    whole, part = odds + view.noise >= 0.0, easier + view.noise >= 0.0
    choice = np.where(whole, 2.0, np.where(part, 1.0, 0.0))

    def terms() -> dict[str, Floats]:
        private = (view.readiness + view.noise) / np.maximum(view.precision, _TINY)
        return {
            "outrage": view.outrage,
            "closeness to the West": view.closeness,
            "standing with its protector": view.dependence,
            "its own word": view.tied,
            "own trade": np.where(whole, -view.cost, -view.ordinary_cost),
            "private reasons": private,
        }

    return Answer(choice, {"chance": sigmoid(odds)}, terms)


ANSWERS: Answers = {"coerce": everyone(coerce), "join": everyone(join)}

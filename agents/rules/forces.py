"""How a state splits its forces between theaters and home (M7)."""

from __future__ import annotations

import numpy as np

from agents.rules.kinds import Answers, everyone
from simulator.arrays import Floats, positive
from simulator.questions import Answer, DeployView
from simulator.tally import total
from simulator.world import THEATERS


def deploy(view: DeployView) -> Answer:
    """Shares of the force by place next quarter.

    Aimed at: `share0*exp(lam*(worth - worth0))`, normalized, so that the usual split is a rest
    point and an empty place stays empty; distant places together keep to their limit, what must
    stay stays.  A step goes `1/(1 + lam*worth)` of the way, since worth falls with what arrives
    and a full step would overshoot, and moves at most `mobility` of the force.  The sum stays one.
    Values: `deployment` [places].  Choice: share of the force that moves.
    Terms: worth of forces in each theater against the start, pp.
    """
    gain = view.precision[..., None] * (view.worth - view.start_worth)
    pull = view.usual * np.exp(gain - np.max(gain, axis=-1, keepdims=True))
    aim = _limited(pull / total(pull)[..., None], view)
    least = view.least / np.maximum(total(view.least), 1.0)[..., None]
    above = positive(aim - least)
    room = positive(1.0 - total(least)) / np.maximum(total(above), 1e-12)
    change = least + above * room[..., None] - view.standing
    moving = total(np.abs(change)) / 2.0
    careful = 1.0 / (1.0 + view.precision * np.max(view.worth, axis=-1))
    pace = np.minimum(careful, view.mobility / np.maximum(moving, 1e-12))
    deployment = view.standing + change * pace[..., None]

    def terms() -> dict[str, Floats]:
        return {
            f"forces in {name.replace('_', ' ')}": view.worth[..., k] - view.start_worth[..., k]
            for k, name in enumerate(THEATERS)
        }

    return Answer(moving * pace, {"deployment": deployment}, terms)


def _limited(aim: Floats, view: DeployView) -> Floats:
    """Shares in distant places scaled down to their limit; what is over stays where it usually
    stands."""
    distant = total(aim * view.away)
    kept = np.minimum(1.0, view.away_limit / np.maximum(distant, 1e-12))
    over = kept < 1.0
    if not over.any():
        return aim
    away = np.broadcast_to(view.away, aim.shape)[over]
    near = np.broadcast_to(view.usual, aim.shape)[over] * (1.0 - away)
    share = near / np.maximum(total(near), 1e-12)[..., None]
    down = np.where(away > 0.0, kept[over, None], 1.0)
    back = (distant * (1.0 - kept))[over, None] * share
    limited = aim.copy(order="K")
    limited[over] = aim[over] * down + back
    return limited


ANSWERS: Answers = {"deploy": everyone(deploy)}

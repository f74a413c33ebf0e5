"""How the states of the red bloc deal with each other (M15)."""

from __future__ import annotations

import numpy as np

from agents.rules.kinds import Answers, everyone
from simulator.arrays import Floats, sigmoid
from simulator.questions import Answer, SupplyView, TradeArmsView


def supply(view: SupplyView) -> Answer:
    """Dual-use goods let through, as a share of the receiver's production:
    `Dmax*sig(lam_e*(geo*coh - E[secondary sanctions] - trade at risk))`, the expected value of
    the logit over many firms and shipments (M15, M3)."""
    worth = view.worth * view.cohesion - view.secondary - view.friction
    share = view.most * sigmoid(view.precision * worth)

    def terms() -> dict[str, Floats]:
        return {
            "a partner that holds out": view.worth * view.cohesion,
            "expected secondary sanctions": -view.secondary,
            "trade with the other side": -view.friction,
        }

    return Answer(share, {"share": share}, terms)


def trade_arms(view: TradeArmsView) -> Answer:
    """Shells passed on, $bn a quarter: what the receiver lacks, as far as the own least stock
    allows, `min(spare, gap)` (M15)."""
    amount = np.minimum(view.spare, view.gap)
    return Answer(amount, {"amount": amount})


ANSWERS: Answers = {"supply": everyone(supply), "trade_arms": everyone(trade_arms)}

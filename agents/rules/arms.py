"""How a government sets its defense budget (M5)."""

from __future__ import annotations

import numpy as np

from agents.rules.kinds import Answers, everyone
from simulator.arrays import Floats, positive, sigmoid
from simulator.questions import Answer, BudgetView
from simulator.tally import across

_QUARTERLY_SHARE = 400.0  # percent of yearly GDP to $bn a quarter


def budget(view: BudgetView) -> Answer:
    """Spending next quarter, and what this quarter's budget buys.

    `m* = m0 + k*sum_j w_j*(sig(l_j)*C_j/C_j0 - sig(l_j0)) + policy`, then
    `m' = m + (clip(m*) - m)/tau - f*(m - m0)` (Richardson's race in product form, with fatigue).
    Out of the budget come first what other needs ask (all of it scaled down alike if it is not
    enough), then, out of new money only, missing munitions; the rest buys arms.
    Values: `burden` percent of GDP; `paid` share of what was asked, `restock`, `arms` $bn.
    Terms: what each part adds to the spending aimed at, percent of GDP.
    """

    def alarm(j: int) -> Floats:
        felt = sigmoid(view.belief[..., j])
        felt *= view.strength[..., j]
        felt -= view.start_alarm[..., j]
        return felt

    targets = range(view.watched.shape[-1])
    threat = view.reaction * across(targets, lambda j: view.watched[..., j] * alarm(j))
    aim = np.clip(view.start + threat + view.policy, view.floor, view.ceiling)
    tired = view.fatigue * (view.burden - view.start)
    burden = view.burden + (aim - view.burden) / view.lag - tired
    money = view.burden * view.gdp / _QUARTERLY_SHARE
    paid, needs = np.ones_like(money), view.asked > 0.0
    paid[needs] = np.minimum(1.0, money[needs] / view.asked[needs])
    left = money - view.asked * paid
    new = positive(view.burden - view.start) * view.gdp / _QUARTERLY_SHARE
    restock = np.minimum(np.minimum(left, new), view.shortfall / view.refill_lag)

    def terms() -> dict[str, Floats]:
        return {
            "arms and intent of others": threat,
            "policy": view.policy,
            "fatigue": -tired * view.lag,
        }

    values = {"burden": burden, "paid": paid, "restock": restock, "arms": left - restock}
    return Answer(burden, values, terms)


ANSWERS: Answers = {"budget": everyone(budget)}

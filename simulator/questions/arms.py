"""Questions of arms and forces: the defense budget (M5), and where forces stand (M7)."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.arrays import Floats
from simulator.questions.base import View


@dataclass(frozen=True)
class BudgetView(View):
    """Asked of every government with forces: how much to spend on defense, and on what?"""

    burden: Floats  # percent of GDP
    start: Floats  # percent of GDP at the start
    reaction: Floats  # percent of GDP per unit of threat
    watched: Floats  # [targets] weights, sum 1 (0 if nobody is watched)
    belief: Floats  # [targets] log-odds that the target is expansionist
    start_alarm: Floats  # [targets] chance, 0..1, that it was so at the start
    strength: Floats  # [targets] arms of the target over their start
    policy: Floats  # percent of GDP that policies in force ask for
    lag: Floats  # quarters
    fatigue: Floats  # per quarter
    floor: Floats  # percent of GDP
    ceiling: Floats  # percent of GDP
    gdp: Floats  # $bn a year
    asked: Floats  # $bn a quarter that other needs ask of the budget
    shortfall: Floats  # $bn of munitions missing
    refill_lag: Floats  # quarters


@dataclass(frozen=True)
class DeployView(View):
    """Asked of every state that can move forces: how to split them over theaters and home?"""

    usual: Floats  # [places] shares at rest, as policies in force shift them
    worth: Floats  # [places] pp per force: marginal worth of forces there
    start_worth: Floats  # [places]
    precision: Floats
    standing: Floats  # [places] shares now
    least: Floats  # [places] shares that must stay
    away: Floats  # [places] 1 where a limit on distant forces counts
    away_limit: Floats  # largest share that may stand there
    mobility: Floats  # share of the force that can move in a quarter

"""The quarter as an agenda: one tuple of phases, played in this order, every quarter.

All reads are from the state at the start of a phase.
"""

from __future__ import annotations

from typing import TypeAlias

from simulator.mechanisms import (
    alignment,
    arms,
    assistance,
    beliefs,
    coercion,
    contest,
    escalation,
    forces,
    forums,
    losses,
    munitions,
    narrative,
    politics,
    red_bloc,
    sanctions,
    signals,
    stocks,
)
from simulator.mechanisms import stance as stances
from simulator.metrics import record
from simulator.phase import Phase, Quarter
from simulator.state import State

Agenda: TypeAlias = tuple[tuple[int, str, Phase], ...]

AGENDA: Agenda = (
    (0, "triggers and shocks", contest.shocks),
    (0, "elections, publics, the war at the edge of Europe", politics.happen),
    (1, "what each challenger believes of promises and warnings", signals.observe),
    (1, "what everyone believes of everyone, and how threatened they feel", beliefs.observe),
    (3, "policies that are due are proposed or begin", stances.propose),
    (4, "forums: sounding, text, payments, silence, result; partners accept", forums.convene),
    (5, "budgets and arms", arms.build),
    (5, "munitions and industry", munitions.produce),
    (5, "forces move between theaters", forces.move),
    (6, "stance, signals and channels in force", stances.update),
    (6, "stories, words and deeds", narrative.spread),
    (7, "alignment and hedging", alignment.lean),
    (7, "slow stocks", stocks.build),
    (8, "exchange inside the red bloc", red_bloc.deal),
    (9, "challengers choose their level in each theater", contest.challenge),
    (9, "coercion of single states", coercion.coerce),
    (10, "help and intervention from outside", assistance.help_out),
    (10, "the attacked and their guarantors respond", escalation.respond),
    (10, "accidents, off-ramps, ends of war: levels move", escalation.move_levels),
    (11, "sanctions take force or are lifted", sanctions.impose),
    (11, "threatened trade moves elsewhere", sanctions.erode),
    (11, "losses", losses.suffer),
)


def play(state: State, at: Quarter, agenda: Agenda = AGENDA) -> State:
    """One quarter: every phase in order, then the record (phase 12).

    Another `agenda` is for audits: to leave a phase out, or to time each.
    """
    for _, _, phase in agenda:
        state = phase(state, at)
    record(state, at)
    return state

"""The quarter as an agenda: one tuple of phases, played in this order, every quarter.

All reads are from the state at the start of a phase.  Phases whose mechanisms are not in the
model yet keep their place in `AGENDA` with `None`; what they would move holds its start value.
"""

from __future__ import annotations

from simulator.mechanisms import beliefs, contest, escalation, forums, losses, sanctions, signals
from simulator.mechanisms import stance as stances
from simulator.metrics import record
from simulator.phase import Phase, Quarter
from simulator.state import State

AGENDA: tuple[tuple[int, str, Phase | None], ...] = (
    (0, "events outside anyone's control: triggers and shocks", contest.shocks),
    (0, "elections, publics, the war in Europe (M18)", None),
    (1, "observe: what each challenger believes of promises and warnings", signals.observe),
    (
        1,
        "observe: what everyone believes of everyone, and how threatened they feel",
        beliefs.observe,
    ),
    (3, "policies that are due are proposed or begin", stances.propose),
    (4, "forums: sounding, text, payments, silence, result; partners accept", forums.convene),
    (5, "budgets, arms, munitions, forces (M5-M7)", None),
    (6, "stance, signals and channels in force", stances.update),
    (6, "narrative (M16)", None),
    (7, "alignment, access, slow stocks (M13, M19)", None),
    (8, "exchange inside the red bloc (M15)", None),
    (9, "challengers choose their level in each theater", contest.challenge),
    (9, "coercion of single states (M12)", None),
    (10, "the attacked and their guarantors respond", escalation.respond),
    (10, "accidents, off-ramps, ends of war: levels move", escalation.move_levels),
    (11, "threatened trade moves elsewhere", sanctions.erode),
    (11, "losses", losses.suffer),
)


def play(state: State, at: Quarter) -> State:
    """One quarter: every phase in order, then the record (phase 12)."""
    for _, _, phase in AGENDA:
        if phase is not None:
            state = phase(state, at)
    record(state, at)
    return state

"""The state of a block of runs.  Frozen: a phase returns a changed copy, never edits in place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.arrays import Bools, Floats
from simulator.setting import Setting
from simulator.world import ISSUES, LEVELS, THEATERS

NEVER = 1.0e9  # a quarter that does not come


@dataclass(frozen=True)
class State:
    """Everything that changes.  Axes: runs first; targets, theaters, actors, pairs, texts after.

    A *pair* is a state that may defend in a theater (`Setting.pairs`).
    """

    level: Floats  # (runs, theaters) 0..5
    shock: Floats  # (runs, theaters) pp, challenger's passing will from trigger events
    belief: Floats  # (runs, actors, targets) log-odds
    threat: Floats  # (runs, actors, targets) 0..1
    resolve: Floats  # (runs, pairs) log-odds of fighting, less its start
    countered: Floats  # (runs, pairs) 1 if the state answered with force last quarter
    sanction_belief: Floats  # (runs, theaters) log-odds, less its start
    exposure: Floats  # (runs, targets) trade still there to be threatened, share of its start
    incidents: Floats  # (runs, targets, theaters) hostile acts of last quarter
    visibility: Floats  # (runs, targets, theaters) 0..1
    military: Floats  # same
    exclusiveness: Floats  # same
    channel: Floats  # (runs, theaters) 0..1
    capital: Floats  # (runs, actors) political capital, pp
    text: Floats  # (runs, forums, issues) agreed text
    started: Floats  # (runs, bundles) quarter in which the bundle started
    tabled: Floats  # (runs, texts) quarter of first tabling
    decided: Floats  # (runs, texts) quarter of adoption, whole or weakened
    agreed: Floats  # (runs, texts) text agreed
    next_try: Floats  # (runs, texts) first quarter in which it can be tabled again
    failures: Floats  # (runs, texts)
    last_failure: Floats  # (runs, texts) quarter of the last public failure
    rumor: Floats  # (runs, texts) share of visibility that talk about it already gives
    vote_noise: Floats  # (runs, texts, actors) uniform, persistent
    taking_part: Floats  # (runs, texts, actors) 1 for partners that accepted
    losses: Floats  # (runs, theaters, coefficients) loss coefficients in force
    scars: Floats  # same, lasting part
    money: Floats  # (runs,) $bn spent
    capital_spent: Floats  # (runs,) pp

    @property
    def runs(self) -> int:
        """Number of runs in the block."""
        return int(self.level.shape[0])


def start(at: Setting) -> State:
    """The state at the start of quarter 0."""
    runs, actors = len(at.futures.runs), len(at.world.actors)
    targets, theaters = len(at.world.targets), len(THEATERS)
    texts, bundles = len(at.program.texts), len(at.program.bundles)

    def zeros(*shape: int) -> Floats:
        return np.zeros((runs, *shape))

    stance = {name: zeros(targets, theaters) + value for name, value in at.ladder.stance.items()}
    return State(
        level=zeros(theaters) + at.start_level,
        shock=zeros(theaters),
        belief=at.start_belief,
        threat=zeros(actors, targets),
        resolve=zeros(len(at.pairs)),
        countered=zeros(len(at.pairs)),
        sanction_belief=zeros(theaters),
        exposure=zeros(targets) + 1.0,
        incidents=at.usual_incidents,
        visibility=stance["visibility"],
        military=stance["military"],
        exclusiveness=stance["exclusiveness"],
        channel=zeros(theaters) + at.ladder.channel,
        capital=zeros(actors) + at.p("capital_start"),
        text=zeros(at.forum_count, len(ISSUES)) + at.ladder.texts,
        started=zeros(bundles) + NEVER,
        tabled=zeros(texts) + NEVER,
        decided=zeros(texts) + NEVER,
        agreed=zeros(texts),
        next_try=zeros(texts) + [t.start for t in at.program.texts],
        failures=zeros(texts),
        last_failure=zeros(texts) - NEVER,
        rumor=zeros(texts),
        vote_noise=zeros(texts, actors) + 0.5,
        taking_part=zeros(texts, actors),
        losses=zeros(theaters, at.coefficients.shape[-1]),
        scars=zeros(theaters, at.coefficients.shape[-1]),
        money=zeros(),
        capital_spent=zeros(),
    )


def happened(quarter: Floats) -> Bools:
    """Which events have happened (a quarter that is not `NEVER`)."""
    return quarter < NEVER


__all__ = ["LEVELS", "NEVER", "State", "happened", "start"]

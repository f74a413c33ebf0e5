"""Where a run begins: the state at the start of quarter 0."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from simulator.arrays import Floats
from simulator.mechanisms import (
    alignment,
    arms,
    assistance,
    beliefs,
    coercion,
    forces,
    munitions,
    narrative,
    politics,
    red_bloc,
    sanctions,
    stocks,
)
from simulator.setting import Setting
from simulator.state import NEVER, State
from simulator.world import ISSUES, THEATERS

_STARTS: tuple[Callable[[Setting], dict[str, Floats]], ...] = tuple(
    m.begin
    for m in (
        politics, arms, munitions, forces, narrative, alignment, stocks, coercion, sanctions,
        red_bloc, assistance,
    )
)  # fmt: skip


def opening(at: Setting) -> State:
    """The state at the start of quarter 0; every mechanism says what its own variables are then."""
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
        threat=beliefs.start_threat(at),
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
        readings=zeros(texts),
        carried=zeros(texts) + 1.0,
        coalition=zeros(texts),
        losses=zeros(theaters, at.coefficients.shape[-1]),
        scars=zeros(theaters, at.coefficients.shape[-1]),
        forum_record=zeros(at.forum_count) + at.ladder.asean_unity,
        **{name: value for mechanism in _STARTS for name, value in mechanism(at).items()},
        money=zeros(),
        capital_spent=zeros(),
    )

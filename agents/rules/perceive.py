"""How a government reads the others (M4): intent beliefs, and the threat it feels."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from agents.rules.kinds import Answers, everyone
from simulator.arrays import Floats, sigmoid
from simulator.questions import Answer, PerceiveView
from simulator.tally import across

_TINY = 1e-9  # $bn: where nobody stands and nobody reaches there is no threat


def perceive(view: PerceiveView) -> Answer:
    """Update beliefs about each target and the threat felt from it.

    Standing acts move the point to which a belief returns; incidents make it jump and fade:
    `l* = l0 + psi*(Vis - Vis0)*(1 - n) - rho*(Restraint + trust*Words)`,
    `l' = l + phi*(l* - l) + kappa*(Hostile - Hostile0)`,
    threat `= sig(l') * sum_k stake_k * Reach_k / (Reach_k + Own_k + Guaranteed_k)`.
    The same coefficients hold for acts of either side.  Values: `belief` [targets] log-odds,
    `threat` [targets] 0..1.  Source: Jervis, Kydd, Walt (model.md M4).
    """
    theaters = range(view.stakes.shape[-1])
    stakes = [view.stakes[..., k] for k in theaters]
    shield = [view.own_power[..., k] + view.guaranteed_power[..., k] + _TINY for k in theaters]

    def by_stakes(there: Floats, part: Callable[[int], Floats]) -> Floats:
        """Sum over theaters of `part`, by what is at stake, where there is anything at all."""
        first, *others = [k for k in theaters if there[..., k].any()] or [0]
        felt = stakes[first] * part(first)
        for k in others:
            felt += stakes[k] * part(k)
        return felt

    blame = view.attribution * (1.0 - by_stakes(view.explained, lambda k: view.explained[..., k]))
    unusual = view.incidents - view.usual_incidents
    weight = (view.incident_weight * (1.0 - view.contagion))[..., None, None]
    calm = (view.decay * view.restraint_weight)[..., None, None]
    local = weight * unusual - calm * view.restraint
    spread = view.incident_weight * view.contagion

    def belief_about(j: int) -> Floats:
        seen, near = view.footprint[..., j, :], local[..., j, :]
        visible = by_stakes(seen, lambda k: seen[..., k])
        if view.is_west[..., j].any():
            visible += view.wording * view.is_west[..., j]
        belief = view.belief[..., j]
        step = blame * visible
        step += view.start_belief[..., j]
        if view.words[..., j].any():
            step -= view.restraint_weight * view.trust[..., j] * view.words[..., j]
        step -= belief
        step *= view.decay
        step += belief
        step += by_stakes(near, lambda k: near[..., k])
        step += spread * across(theaters, lambda k: unusual[..., j, k])
        step += view.noise[..., j]
        return step

    def exposure_to(j: int) -> Floats:
        reach = view.reach[..., j, :]
        return by_stakes(reach, lambda k: reach[..., k] / (reach[..., k] + shield[k]))

    targets = range(view.belief.shape[-1])
    beliefs = [belief_about(j) for j in targets]
    threats = [sigmoid(beliefs[j]) * exposure_to(j) for j in targets]
    return Answer(
        np.zeros_like(view.decay),
        {
            name: np.moveaxis(np.stack(rows), 0, -1)
            for name, rows in (("belief", beliefs), ("threat", threats))
        },
    )


ANSWERS: Answers = {"perceive": everyone(perceive)}

"""How a government reads the others (M4): intent beliefs, and the threat it feels."""

from __future__ import annotations

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
    explained = across(theaters, lambda k: stakes[k] * view.explained[..., k])
    blame = view.attribution * (1.0 - explained)
    unusual = view.incidents - view.usual_incidents
    weight = (view.incident_weight * (1.0 - view.contagion))[..., None, None]
    calm = (view.decay * view.restraint_weight)[..., None, None]
    local = weight * unusual - calm * view.restraint
    spread = view.incident_weight * view.contagion

    def belief_about(j: int) -> Floats:
        visible = across(theaters, lambda k: stakes[k] * view.footprint[..., j, k])
        visible = visible + view.wording * view.is_west[..., j]
        near = across(theaters, lambda k: stakes[k] * local[..., j, k])
        anywhere = spread * across(theaters, lambda k: unusual[..., j, k])
        heard = view.restraint_weight * view.trust[..., j] * view.words[..., j]
        rest = view.start_belief[..., j] + blame * visible - heard
        belief = view.belief[..., j]
        return belief + view.decay * (rest - belief) + near + anywhere + view.noise[..., j]

    def exposure_to(j: int) -> Floats:
        reach = [view.reach[..., j, k] for k in theaters]
        return across(theaters, lambda k: stakes[k] * (reach[k] / (reach[k] + shield[k])))

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

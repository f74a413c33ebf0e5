"""How a government reads the others (M4): intent beliefs, and the threat it feels."""

from __future__ import annotations

import numpy as np

from simulator.arrays import Floats, sigmoid
from simulator.questions import Answer, PerceiveView
from simulator.tally import across, total, weighted

_TINY = 1e-9  # $bn: where nobody stands and nobody reaches there is no threat


def perceive(view: PerceiveView) -> Answer:
    """Update beliefs about each target and the threat felt from it.

    Standing acts move the point to which a belief returns; incidents make it jump and fade:
    `l* = l0 + psi*(Vis - Vis0)*(1 - n) - rho*Restraint`,
    `l' = l + phi*(l* - l) + kappa*(Hostile - Hostile0)`,
    threat `= sig(l') * sum_k stake_k * Reach_k / (Reach_k + Own_k + Guaranteed_k)`.
    The same coefficients hold for acts of either side.  Values: `belief` [targets] log-odds,
    `threat` [targets] 0..1.  Source: Jervis, Kydd, Walt (model.md M4).
    """
    stakes = view.stakes[..., None, :]
    visible = weighted(stakes, view.footprint) + view.wording[..., None] * view.is_west
    explained = 1.0 - weighted(view.stakes, view.explained)
    reassured = view.restraint_weight[..., None] * weighted(stakes, view.restraint)
    rest = (
        view.start_belief
        + view.attribution[..., None] * visible * explained[..., None]
        - reassured
    )
    unusual = view.incidents - view.usual_incidents
    near, anywhere = weighted(stakes, unusual), total(unusual)
    shock = near + view.contagion[..., None] * (anywhere - near)
    belief = (
        view.belief
        + view.decay[..., None] * (rest - view.belief)
        + view.incident_weight[..., None] * shock
        + view.noise
    )
    shield = (view.own_power + view.guaranteed_power)[..., None, :] + _TINY

    def exposed(k: int) -> Floats:
        reach = view.reach[..., k]
        return stakes[..., k] * (reach / (reach + shield[..., k]))

    exposure = across(range(view.reach.shape[-1]), exposed)
    threat = sigmoid(belief) * exposure
    return Answer(np.zeros_like(view.decay), {"belief": belief, "threat": threat})

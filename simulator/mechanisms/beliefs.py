"""M4 Threat, intent beliefs and the spiral."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from simulator import draws
from simulator.arrays import Floats, sigmoid
from simulator.mechanisms import forces, stance
from simulator.mechanisms.signals import fight_chance
from simulator.phase import Quarter
from simulator.questions import PerceiveView
from simulator.state import State
from simulator.tally import total
from simulator.world import ISSUES, THEATERS


def observe(state: State, at: Quarter) -> State:
    """Phase 1: every government updates what it believes of each target, from last quarter's
    public record (one quarter of information lag)."""
    setting = at.setting
    everyone = range(len(setting.world.actors))
    view = PerceiveView(
        belief=state.belief,
        start_belief=setting.start_belief,
        decay=at.p("belief_decay"),
        attribution=at.p("attribution"),
        stakes=setting.futures.stakes,
        footprint=_footprint(state, at)[:, None],
        wording=_wording(state, at),
        is_west=_is_west(at),
        explained=(at.p("context_share") * state.channel)[:, None],
        restraint=_restraint(state, at)[:, None],
        restraint_weight=at.p("restraint_weight"),
        incidents=state.incidents[:, None],
        usual_incidents=setting.usual_incidents[:, None],
        incident_weight=at.p("incident_weight"),
        contagion=at.p("theater_contagion"),
        noise=at.p("observation_noise")[..., None]
        * draws.noise(at.luck("perception", *_shape(at))),
        reach=_reach(state, at)[:, None],
        own_power=forces.own_power(state, at),
        guaranteed_power=_guaranteed(state, at),
    )
    answer = at.ask("perceive", view, everyone)
    return replace(state, belief=answer.values["belief"], threat=answer.values["threat"])


def _shape(at: Quarter) -> tuple[int, int]:
    return len(at.setting.world.actors), len(at.setting.world.targets)


def _footprint(state: State, at: Quarter) -> Floats:
    """Visible footprint less its start: `V*(w0 + (1-w0)*Mil)`, (runs, targets, theaters)."""
    civil = at.p("civil_visibility")[..., None]
    start = at.setting.ladder.stance
    then = start["visibility"] * (civil + (1.0 - civil) * start["military"])
    now: Floats = state.visibility * (civil + (1.0 - civil) * state.military)
    return now - then


def _wording(state: State, at: Quarter) -> Floats:
    """Sharper agreed words on an actor count as visibility toward it, (runs, actors)."""
    issue = ISSUES.index("wording")
    sharper = state.text[:, 0, issue : issue + 1] - at.setting.ladder.texts[issue]
    return at.p("wording_visibility") * sharper * at.setting.ladder.wording_object


def _is_west(at: Quarter) -> Floats:
    flags = np.zeros((1, 1, len(at.setting.world.targets)))
    flags[..., -1] = 1.0
    return flags


def _restraint(state: State, at: Quarter) -> Floats:
    """Costly restraint plus credible assurances of each target, pp, (runs, targets, theaters)."""
    out = np.zeros_like(state.visibility)
    credit = at.p("assurance_weight") * at.setting.ladder.trust
    for f, bundle in zip(stance.force(state, at, lag=1), at.setting.program.bundles, strict=True):
        act = bundle.reach["restraint"] + credit * bundle.reach["assure"]
        out[:, bundle.target] = out[:, bundle.target] + f[:, None] * act
    return out


def _reach(state: State, at: Quarter) -> Floats:
    """Power each target brings to each theater, (runs, targets, theaters); a distant reach grows
    every quarter."""
    red = list(at.setting.world.red)
    reach = forces.own_power(state, at)[:, red]
    growth = np.exp(at.p("reach_growth") * at.number)
    afar = at.setting.futures.parameter("distant_reach")[:, red] * np.max(reach, axis=-1)
    reach[..., 0] = reach[..., 0] + afar * growth
    return np.concatenate([reach, forces.western_power(state, at)[:, None]], axis=1)


def _guaranteed(state: State, at: Quarter) -> Floats:
    """Power of guarantors, weighted by bond and by how surely they come,
    (runs, actors, theaters)."""
    setting = at.setting
    sure = fight_chance(state, at)[..., -1] * forces.pair_power(state, at)
    out = np.zeros_like(setting.power)  # keeps the memory order of the standing power
    for shield in setting.shields:
        power = total(sure[:, shield.sends]) if shield.sends else shield.standing
        cover = shield.cover * power[:, None]
        out[:, shield.rows, shield.theater] = out[:, shield.rows, shield.theater] + cover
    return out


def fear(state: State, at: Quarter) -> Floats:
    """Worth, pp, to each theater's challenger of acting before encirclement closes (M8 `Fear`)."""
    columns = []
    for i in at.setting.world.challenger:
        now, start = state.belief[:, i, -1], at.setting.start_belief[:, i, -1]
        columns.append(sigmoid(now) - sigmoid(start))
    assert len(columns) == len(THEATERS)
    return at.p("fear_weight") * np.stack(columns, axis=-1)

"""M4 Threat, intent beliefs and the spiral."""

from __future__ import annotations

import numpy as np

from simulator import draws
from simulator.arrays import Floats, by_last, sigmoid
from simulator.mechanisms import forces, red_bloc, red_start, stance
from simulator.mechanisms.signals import fight_chance
from simulator.phase import Quarter
from simulator.questions import PerceiveView
from simulator.setting import Setting
from simulator.state import State
from simulator.tally import across, total, weighted
from simulator.world import ISSUES, THEATERS

_TINY = 1e-9  # $bn, as in the rule


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
        words=_words(state, at),
        trust=_trust(state),
        restraint_weight=at.p("restraint_weight"),
        incidents=state.incidents[:, None],
        usual_incidents=setting.usual_incidents[:, None],
        incident_weight=at.p("incident_weight"),
        contagion=at.p("theater_contagion"),
        noise=at.p("observation_noise")[..., None]
        * draws.noise(by_last(at.luck("perception", *_shape(at)))),
        reach=_reach(state, at)[:, None],
        own_power=forces.own_power(state, at),
        guaranteed_power=_guaranteed(state, at),
    )
    answer = at.ask("perceive", view, everyone)
    return state.but(belief=answer.values["belief"], threat=answer.values["threat"])


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
    """Costly restraint of each target, pp, (runs, targets, theaters)."""
    out = np.zeros_like(state.visibility)
    for f, bundle in zip(stance.force(state, at, lag=1), at.setting.program.bundles, strict=True):
        act = bundle.reach["restraint"]
        out[:, bundle.target] = out[:, bundle.target] + f[:, None] * act
    return out


def _words(state: State, at: Quarter) -> Floats:
    """Assurances of each target by the reader's stakes, pp, (runs, actors or 1, targets)."""
    setting = at.setting
    said = [bundle.reach["assure"].any() for bundle in setting.program.bundles]
    readers = len(setting.world.actors) if any(said) else 1
    out = np.zeros((state.runs, readers, len(setting.world.targets)))
    for f, bundle, speaks in zip(
        stance.force(state, at, lag=1), setting.program.bundles, said, strict=True
    ):
        if speaks:
            met = weighted(setting.futures.stakes, bundle.reach["assure"])
            words = at.p("assurance_weight") * f[:, None] * met
            out[..., bundle.target] = out[..., bundle.target] + words
    return out


def _trust(state: State) -> Floats:
    """Trust in the words of each target, 0..1, (runs, actors, targets): in those of the West as it
    stands, in those of the other side what is left of it."""
    red = state.visibility.shape[1] - 1
    return np.moveaxis(np.stack([*[1.0 - state.trust] * red, state.trust]), 0, -1)


def _reach(state: State, at: Quarter) -> Floats:
    """Power each target brings to each theater, (runs, targets, theaters); a distant reach grows
    every quarter, and the nuclear newcomer's with its progress (M15)."""
    world = at.setting.world
    red = list(world.red)
    reach = forces.own_power(state, at)[:, red]
    growth = np.exp(at.p("reach_growth") * at.number)
    afar = at.setting.futures.parameter("distant_reach")[:, red] * np.max(reach, axis=-1)
    reach[..., 0] = reach[..., 0] + afar * growth
    newcomer = world.red.index(red_start.giver(world))
    reach[:, newcomer] = reach[:, newcomer] * red_bloc.nuclear_reach(state, at)[:, None]
    return np.concatenate([reach, forces.western_power(state, at)[:, None]], axis=1)


def _guaranteed(state: State, at: Quarter) -> Floats:
    """Power of guarantors, weighted by bond and by how surely they come,
    (runs, actors, theaters)."""
    sure = fight_chance(state, at)[..., -1] * forces.pair_power(state, at)
    return _covered(sure, at.setting)


def _covered(sure: Floats, setting: Setting) -> Floats:
    """What guarantors bring to each state if pairs come with power `sure` (runs, pairs)."""
    out = np.zeros_like(setting.power)  # keeps the memory order of the standing power
    for shield in setting.shields:
        power = total(sure[:, shield.sends]) if shield.sends else shield.standing
        cover = shield.cover * power[:, None]
        out[:, shield.rows, shield.theater] = out[:, shield.rows, shield.theater] + cover
    return out


def start_threat(setting: Setting) -> Floats:
    """Threat that each government feels from each target at the start, 0..1,
    (runs, actors, targets): the same formula as the rule's, on start beliefs and powers."""
    key = ("beliefs", "start threat")
    if key not in setting.kept:
        sure = sigmoid(setting.start_fight[..., -1]) * setting.pair_power
        shield = setting.power + _covered(sure, setting) + _TINY
        stakes, reach = setting.futures.stakes, setting.reach[:, None]

        def exposed(j: int) -> Floats:
            there = [reach[..., j, k] for k in range(len(THEATERS))]
            return across(
                range(len(THEATERS)),
                lambda k: stakes[..., k] * (there[k] / (there[k] + shield[..., k])),
            )

        felt = [
            sigmoid(setting.start_belief[..., j]) * exposed(j)
            for j in range(len(setting.world.targets))
        ]
        setting.kept[key] = np.stack(felt, axis=-1)
    return setting.kept[key]


def fear(state: State, at: Quarter) -> Floats:
    """Worth, pp, to each theater's challenger of acting before encirclement closes (M8 `Fear`)."""
    columns = []
    for i in at.setting.world.challenger:
        now, start = state.belief[:, i, -1], at.setting.start_belief[:, i, -1]
        columns.append(sigmoid(now) - sigmoid(start))
    assert len(columns) == len(THEATERS)
    return at.p("fear_weight") * np.stack(columns, axis=-1)

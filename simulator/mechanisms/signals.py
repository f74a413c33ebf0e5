"""M9 Signals: cheap talk, tying hands, sinking costs.

What matters is what the challenger believes: the log-odds that each state fights, less their
start (`resolve`), and that sanctions would follow (`sanction_belief`).
"""

from __future__ import annotations

import numpy as np

from simulator.arrays import Floats, by_last, logit, positive, sigmoid
from simulator.mechanisms import arrival, politics, posture, stance
from simulator.phase import Quarter
from simulator.state import State
from simulator.tally import mean
from simulator.world import ISSUES, THEATERS

_FORCE = 2  # the lowest level at which force is used


def observe(state: State, at: Quarter) -> State:
    """Phase 1: beliefs drift to what commitments justify, talk adds a little, splits take away.

    `lq' = lq + phi*(logit(r_pub) - lq) + chi*talk*pub*(1-Disc) - zeta*split`: signals in force
    (sunk, tied) act on the chance itself, in `contest`, or they would pile up.
    """
    setting, forces = at.setting, stance.force(state, at, lag=1)
    decay = at.p("belief_decay")
    rest = rest_point(at, forces) + posture_shift(state, at)
    split, economic = splits(state, at)
    resolve = (
        state.resolve
        + decay * (rest - state.resolve)
        + _talk(at, forces)
        - at.p("split_penalty") * split
    )
    warned = _warning(at, forces)
    sanction_belief = (
        state.sanction_belief * (1.0 - decay) + warned - at.p("split_penalty") * economic[:, None]
    )
    assert resolve.shape == (state.runs, len(setting.pairs))
    return state.but(resolve=resolve, sanction_belief=sanction_belief)


def rest_point(at: Quarter, forces: tuple[Floats, ...]) -> Floats:
    """Where promises in force let the belief that each pair's state fights settle, log-odds less
    its start, (runs, pairs)."""
    worth = at.p("commitment_worth") * commitments(at, forces) + audience(at, forces)
    return at.p("intervention_precision") * worth


def posture_shift(state: State, at: Quarter) -> Floats:
    """What the posture of the great power takes from the belief that it fights, log-odds, (runs,
    pairs): its chance at each level where force is used, scaled by `politics.us_factor`, against
    the chance at the start, in the mean over those levels."""
    setting = at.setting
    factor = politics.us_factor(state, at)[:, None, None]
    great = [n for n, i in enumerate(setting.pair_actor) if setting.ladder.great_power_of[i]]
    start = setting.start_fight[:, great, _FORCE:]
    out = np.zeros((state.runs, len(setting.pairs)))
    out[:, great] = mean(logit(factor * sigmoid(start)) - start)
    return np.where(factor[..., 0] == 1.0, 0.0, out)


def commitments(at: Quarter, forces: tuple[Floats, ...]) -> Floats:
    """Standing promises of each pair's state, 0..1, (runs, pairs)."""
    return at.known("commitments", forces, lambda: stance.standing_signal("commitment", at, forces))


def audience(at: Quarter, forces: tuple[Floats, ...]) -> Floats:
    """Audience cost of each pair's state, pp: what its promises generate, and what it takes on."""

    def work() -> Floats:
        own = stance.standing_signal("audience_cost", at, forces)
        return at.p("audience_cost") * positive(commitments(at, forces)) + own

    return at.known("audience", forces, work)


def in_force(at: Quarter, forces: tuple[Floats, ...]) -> Floats:
    """What signals in force add to the log-odds that each pair's state fights, (runs, pairs).

    `sg = eta_S*Sunk + eta_A*Aud`, plus the contagion of the same state's mean signal elsewhere.
    """
    sunk = stance.standing_signal("sunk", at, forces)
    signal = at.p("sunk_effect") * sunk + at.p("tied_effect") * audience(at, forces)
    actors, theaters = at.setting.pair_actor, at.setting.pair_theater
    elsewhere = np.zeros_like(signal)
    if not signal.any():
        return signal
    for n, (i, k) in enumerate(zip(actors, theaters, strict=True)):
        others = [m for m in range(len(actors)) if actors[m] == i and theaters[m] != k]
        if others:
            elsewhere[:, n] = mean(signal[:, others])
    return signal + at.p("theater_contagion") * elsewhere


def busy(state: State, at: Quarter) -> Floats:
    """Share of each pair's forces that stand in another theater at level 4 or more."""
    out = np.zeros((state.runs, len(at.setting.pairs)))
    rows, own = posture.in_fight(state), np.array(at.setting.pair_theater)
    where, fighting = at.setting.pair_location[rows], state.level[rows] >= posture.FIERCE
    for k in range(len(THEATERS)):
        out[rows] += where[..., k] * fighting[:, k : k + 1] * (own != k)
    return out


def fight_chance(state: State, at: Quarter) -> Floats:
    """Challenger's belief that each pair's state fights at each level, (runs, pairs, levels).

    `q(l) = sig(lq0(l) + lq + sg - opp*busy)`; a state that has come, or stayed away, or answered
    with force last quarter is taken at its deed.  Nothing that it reads changes between observing
    and moving, so it is worked out once a quarter.
    """
    if "fight" in at.notes:
        known: Floats = at.notes["fight"]
        return known
    forces = stance.force(state, at, lag=1)
    shift = state.resolve + in_force(at, forces) - at.p("preoccupation") * busy(state, at)
    start = posture.once(at.setting, "start fight", lambda: by_last(at.setting.start_fight))
    chance = arrival.seen(state, at, sigmoid(start + shift[..., None]))
    chance[np.nonzero(state.countered)] = 1.0
    at.notes["fight"] = chance
    return chance


def splits(state: State, at: Quarter) -> tuple[Floats, Floats]:
    """Where a forum of allies broke up over a text last quarter: 1 for its members in the theaters
    that the text is about, (runs, pairs), and 1 if it was about sanctions, (runs,)."""
    setting = at.setting
    seen, economic = np.zeros((state.runs, len(setting.pairs))), np.zeros(state.runs)
    for t, text in enumerate(setting.program.texts):
        broke = ((state.failures[:, t] > 0.0) & (state.last_failure[:, t] == at.number - 1)) * 1.0
        forum = setting.ladder.forums[text.forum]
        if not forum.allied:
            continue
        about = forum.members[setting.pair_actor] * text.theaters[setting.pair_theater]
        seen = np.maximum(seen, broke[:, None] * about)
        if ISSUES[text.issue] == "sanctions":
            economic = np.maximum(economic, broke)
    return seen, economic


def _talk(at: Quarter, forces: tuple[Floats, ...]) -> Floats:
    """Credit of statements made last quarter, log-odds, (runs, pairs).

    A statement repeated within a year counts half; a public one counts `public_credit` times.
    """
    setting = at.setting
    out = np.zeros((len(setting.futures.runs), len(setting.pairs)))
    discount = setting.futures.trait("cheap_talk_discount")
    heard = np.stack([1.0 - discount[:, i] for i in setting.world.challenger], axis=-1)
    for f, bundle in zip(forces, setting.program.bundles, strict=True):
        if bundle.levers.sanctions > 0.0:
            continue
        size = bundle.reach["talk"][setting.pair_theater] * bundle.by[setting.pair_actor]
        public = at.p("public_credit") if bundle.public else 1.0
        repeat = at.p("repeat_share") if at.number > bundle.start + 1 else 1.0
        out = out + f[:, None] * size * public * repeat
    return at.p("talk_credit") * out * heard[:, setting.pair_theater]


def _warning(at: Quarter, forces: tuple[Floats, ...]) -> Floats:
    """Credit of talk that goes with a sanctions package, log-odds, (runs, theaters)."""
    setting = at.setting
    out = np.zeros((len(setting.futures.runs), len(THEATERS)))
    discount = setting.futures.trait("cheap_talk_discount")
    for f, bundle in zip(forces, setting.program.bundles, strict=True):
        if bundle.levers.sanctions > 0.0:
            aimed = np.array([bundle.on[i] for i in setting.world.challenger], dtype=float)
            heard = np.stack([1.0 - discount[:, i] for i in setting.world.challenger], axis=-1)
            public = at.p("public_credit") if bundle.public else 1.0
            repeat = at.p("repeat_share") if at.number > bundle.start + 1 else 1.0
            out = out + f[:, None] * bundle.reach["talk"] * aimed * heard * public * repeat
    return at.p("talk_credit") * out

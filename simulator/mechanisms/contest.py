"""M8 Contest and challenge choice: who would prevail, and who therefore moves."""

from __future__ import annotations

import numpy as np

from simulator import draws
from simulator.arrays import Floats, sigmoid
from simulator.mechanisms import (
    assistance,
    beliefs,
    forces,
    opportunism,
    sanctions,
    signals,
    stance,
)
from simulator.phase import Quarter
from simulator.questions import ChallengeView
from simulator.state import State
from simulator.tally import total
from simulator.world import LEVELS, THEATERS

_TINY = 1e-9


def prevail(attack: Floats, defense: Floats, decisiveness: Floats) -> Floats:
    """Ratio contest success function `p = A^m / (A^m + D^m)` (Tullock, Hirshleifer), 0..1."""
    odds = np.log(np.maximum(attack, _TINY)) - np.log(np.maximum(defense, _TINY))
    return sigmoid(decisiveness * odds)


def win_chance(state: State, at: Quarter, fight: Floats | None = None) -> Floats:
    """Challenger's chance to prevail at each level of each theater, (runs, theaters, levels), on
    its present beliefs or on `fight`, the chance that each pair's state fights."""
    setting, whole = at.setting, at.whole
    fight = at.of(signals.fight_chance(state, whole)) if fight is None else fight
    weight = fight * at.of(forces.pair_power(state, whole))[..., None]
    attack = at.of(attackers(state, whole))
    local, columns = at.p("local_share"), []
    for k, span in enumerate(setting.spans):
        defense = total(np.moveaxis(weight[:, span], 1, -1)) * local[:, k : k + 1]
        columns.append(prevail(attack[:, k], defense, at.p("decisiveness")))
    return np.stack(columns, axis=1)


def attackers(state: State, at: Quarter) -> Floats:
    """Power of each theater's challenger and of those who would come to its side, at each level,
    (runs, theaters, levels); as at the start of the quarter's moves."""
    if "attackers" not in at.notes:
        own = forces.attack_power(state, at)[..., None]
        at.notes["attackers"] = own + assistance.red_power(state, at)
    known: Floats = at.notes["attackers"]
    return known


def shocks(state: State, at: Quarter) -> State:
    """Phase 0: trigger events raise the challenger's will; half of it is gone a quarter later."""
    setting = at.setting
    row = min(at.number, setting.scene.triggers.shape[0] - 1)
    rate = at.p("trigger_rate") * setting.futures.calibration.trigger * setting.scene.triggers[row]
    luck, size = opportunism.shared_luck(state, at, "trigger", "trigger-size")
    events = draws.poisson(luck, rate)
    spread = np.exp(at.p("trigger_spread") * draws.normal(size))
    resolve = np.zeros_like(state.shock)
    for f, bundle in zip(stance.force(state, at, lag=1), setting.program.bundles, strict=True):
        acts = np.array([bundle.by[i] for i in setting.world.challenger], dtype=float)
        resolve = resolve + f[:, None] * bundle.reach["resolve"] * acts
    at.notes["triggers"] = events
    keep = at.p("shock_kept")
    return state.but(shock=keep * state.shock + events * at.p("trigger_median") * spread + resolve)


def challenge(state: State, at: Quarter) -> State:
    """Phase 9: each challenger chooses in each theater it claims, at once, on its beliefs."""
    setting, ladder = at.setting, at.setting.ladder
    runs, levels = state.runs, len(LEVELS)
    force = at.notes["force"]
    win = win_chance(state, at)
    window, promised = opportunism.window(state, at)
    later, closing = win.copy(), np.flatnonzero(window)
    if len(closing):
        later[closing] = win_chance(state, at.narrow(closing), promised[closing])
    own = at.p("own_loss_weight")[..., None] * at.setting.challenger_loss
    costs = sanctions.expected_cost(state, at, force)
    tied = _tied_audience(at, force)
    shape = np.zeros((runs, len(THEATERS), levels))
    view = ChallengeView(
        level=state.level,
        win=win,
        later=later,
        window=window,
        prize=setting.prize + state.shock,
        prize_share=shape + ladder.prize,
        military_cost=shape + ladder.military_cost,
        own_loss=own,
        sanctions=costs,
        nuclear=shape + ladder.nuclear,
        audience=at.p("audience_cost") + at.p("target_tie") * tied,
        fear=beliefs.fear(state, at),
        step_cost=at.p("step_cost"),
        jump_cost=at.p("jump_cost"),
        survival=at.p("survival_weight"),
        precision=at.p("challenger_precision"),
        gumbel=draws.gumbel(at.luck("challenge", len(THEATERS), 4)),
    )
    answer = at.ask("challenge", view, setting.world.challenger, theaters=True)
    at.notes |= {"win": win, "tied_audience": tied, "expected_sanctions": costs}
    at.notes["move"] = attention_cap(answer.choice, answer.values["margin"], state.level, at)
    return state


def attention_cap(move: Floats, margin: Floats, level: Floats, at: Quarter) -> Floats:
    """A challenger of several theaters raises at most one of them beyond level 2 per quarter: the
    one it gains most by, the first if tied."""
    beyond = (move > 0.0) & (level + move > 2.0)
    capped = move.copy()
    challengers = at.setting.world.challenger
    for k, i in enumerate(challengers):
        for other, j in enumerate(challengers):
            if other != k and i == j:
                ahead = margin[:, other] > margin[:, k]
                tie = (margin[:, other] == margin[:, k]) & (other < k)
                given_up = beyond[:, k] & beyond[:, other] & (ahead | tie)
                capped[:, k] = np.where(given_up, 0.0, capped[:, k])
    return capped


def _tied_audience(at: Quarter, force: tuple[Floats, ...]) -> Floats:
    """Largest audience cost that any defender has taken on in each theater, pp: a public tie
    raises the price of backing down, for the other side in part, (runs, theaters)."""
    setting = at.setting
    public = signals.audience(at, force)
    columns = [np.max(public[:, span], axis=-1) for span in setting.spans]
    return np.stack(columns, axis=-1) + sanctions.package(at, force)["audience"]

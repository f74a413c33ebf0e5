"""M10 Escalation ladder as competing risks: responses, accidents, off-ramps, ends of war."""

from __future__ import annotations

import numpy as np

from simulator import draws
from simulator.arrays import Bools, Floats, pick, sigmoid
from simulator.mechanisms import alignment, contest, forces
from simulator.mechanisms.signals import fight_chance
from simulator.phase import Quarter
from simulator.questions import RespondView
from simulator.state import State
from simulator.world import LEVELS, THEATERS

_FORCE, _WAR = 2.0, 5.0  # the levels from which force is used, and of war


def respond(state: State, at: Quarter) -> State:
    """Phase 10, first part: the attacked state and its guarantors concede, hold or counter."""
    luck = at.luck("respond", len(at.setting.pairs), 3)
    rows = np.flatnonzero((state.level >= _FORCE).any(axis=-1))
    choice = np.zeros_like(state.resolve)
    if len(rows):
        choice[rows] = _answers(state, luck[rows], at.narrow(rows))
    at.notes["response"] = choice
    backed_down = choice < 0.0
    resolve = state.resolve - at.p("split_penalty") * backed_down
    return state.but(resolve=resolve, countered=(choice > 0.0).astype(float))


def _answers(state: State, luck: Floats, at: Quarter) -> Floats:
    """What each pair's state answers, where some theater is in a crisis, (rows, pairs)."""
    setting, theater = at.setting, at.setting.pair_theater
    level = at.of(state.level)[:, theater]
    rung = level.astype(np.int64)
    own = at.of(setting.pair_loss)
    saved = pick(own, level) - pick(own, np.maximum(level - 1.0, 0.0))
    share = setting.ladder.prize[rung]
    stakes = at.of(setting.futures.stakes)[:, setting.pair_actor, theater]
    at_home = setting.frontline > 0.0
    worth = np.where(at_home, at.p("home_stake"), at.p("allied_stake")) * stakes
    chance = at.of(fight_chance(state, at.whole))
    win = pick(at.of(at.notes["win"]), at.of(state.level))[:, theater]
    view = RespondView(
        level=level,
        saved=saved,
        at_stake=worth * share,
        audience=at.p("audience_cost") + at.of(at.notes["tied_audience"])[:, theater],
        effect=worth * _effect(win, chance, state, at),
        counter_cost=at.p("counter_share") * setting.ladder.military_cost[rung],
        precision=at.p("challenger_precision"),
        gumbel=draws.gumbel(luck),
    )
    answer = at.ask("respond", view, setting.pair_actor, pairs=True)
    bound = (at.of(setting.bond) > 0.0) | at_home
    return np.where(bound, answer.choice, 0.0)


def _effect(p: Floats, chance: Floats, state: State, at: Quarter) -> Floats:
    """Fall in the challenger's chance if a state of doubtful resolve surely fights: the slope of
    the contest, in which the challenger prevails with chance `p`, times its share of the defense
    that is in doubt."""
    theater, whole, level = at.setting.pair_theater, at.whole, at.of(state.level)
    q = pick(chance, level[:, theater])
    power = at.of(forces.pair_power(state, whole))
    doubtful = (1.0 - q) * power * at.p("local_share")[:, theater]
    attack = pick(at.of(contest.attackers(state, whole)), level)[:, theater]
    odds = np.log(np.maximum(p, 1e-12)) - np.log(np.maximum(1.0 - p, 1e-12))
    defense = attack * np.exp(-odds / at.p("decisiveness"))
    return at.p("decisiveness") * p * (1.0 - p) * doubtful / np.maximum(defense + doubtful, 1e-9)


def move_levels(state: State, at: Quarter) -> State:
    """Phase 10, second part: accidents, off-ramps and settlements move each ladder by a step.

    An accident comes first; an off-ramp or a concession counts only if the challenger is not
    going up; at level 5 only the end of the war counts.  One rung a quarter, two by a jump.
    """
    setting, k = at.setting, len(THEATERS)
    level, move = state.level, at.notes["move"]
    accident = at.luck("accident", k) < chance_of_accident(state, at)
    offramp = at.luck("off-ramp", k) < chance_of_offramp(state, at)
    ends = at.luck("war-ends", k) < 1.0 - np.exp(-np.log(2.0) / at.p("war_length"))
    conceded = _all_concede(at)
    accident = accident & (level >= 1.0) & (level < _WAR)
    down = (offramp | conceded) & (move < 1.0) & (level >= _FORCE) & (level < _WAR)
    step = np.where(accident, np.maximum(move, 1.0), np.where(down, -1.0, move))
    moved = np.clip(level + step, 0.0, _WAR)
    moved = np.where(level >= _WAR, np.where(ends, 1.0, _WAR), moved)
    rose, fell = np.maximum(moved - level, 0.0), np.maximum(level - moved, 0.0)
    gave = conceded & down & ~accident
    given = setting.ladder.prize[level.astype(np.int64)] * setting.prize
    shock = state.shock - np.where(gave, given, 0.0)
    at.notes |= {"accident": accident, "off_ramp": offramp & down, "conceded": gave}
    at.notes |= {"rose": rose, "fell": fell}
    return state.but(level=moved, shock=shock, incidents=_incidents(rose, accident, at))


def chance_of_accident(state: State, at: Quarter) -> Floats:
    """`1 - exp(-h)`, `h = h0(l)*exp(b_dens*Dens + b_sp*(sig(l)-.5) - b_ch*(Ch + .5*sop))`,
    (runs, theaters).

    Forces in contact are the visible military stance of both sides, and one for a counter-move;
    standing procedures work like a channel.
    """
    setting = at.setting
    density = contact(state, at)
    world = setting.world
    seen = np.stack([state.belief[:, i, -1] for i in world.challenger], axis=-1)
    base = np.take_along_axis(at.p("accident_hazard"), state.level.astype(np.int64), axis=-1)
    slope = (
        at.p("density_slope") * density
        + at.p("spiral_slope") * (sigmoid(seen) - 0.5)
        - at.p("channel_slope") * (state.channel + at.p("procedure_share") * state.procedures)
    )
    chance: Floats = 1.0 - np.exp(-base * np.exp(slope))
    return chance


def contact(state: State, at: Quarter) -> Floats:
    """Visible forces in contact, (runs, theaters)."""
    both = np.zeros_like(state.level)
    for j in range(state.visibility.shape[1]):
        both = both + state.visibility[:, j] * state.military[:, j]
    response = at.notes["response"]
    clash = [np.max(response[:, span], axis=-1) > 0.0 for span in at.setting.spans]
    clashes: Floats = np.stack(clash, axis=-1).astype(float)
    return both + clashes


def chance_of_offramp(state: State, at: Quarter) -> Floats:
    """`1 - exp(-o)`, `o = o0(l)*exp(b_med*Med - b_lock*Aud + b_pain*Loss)`, (runs, theaters).

    Asian states mediate the better, the more united they are and the more room visible outside
    forces leave them; Europe's standing helps; public ties lock both sides in.
    """
    room = alignment.unity(state, at)[:, None] * (1.0 - alignment.presence(state))
    gained = (state.europe_standing - at.p("europe_standing_start")[:, 0])[:, None]
    asian = np.arange(len(THEATERS)) > 0
    mediation = at.p("asian_mediation") * room + at.p("europe_mediation") * gained
    mediation = mediation * asian + at.p("context_share") * state.channel
    base = np.take_along_axis(at.p("off_ramp"), state.level.astype(np.int64), axis=-1)
    pain = pick(at.setting.challenger_loss, state.level)
    slope = (
        at.p("mediation") * mediation
        - at.p("lock_in") * (1.0 + at.p("target_tie")) * at.notes["tied_audience"]
        + at.p("pain_slope") * pain
    )
    chance: Floats = 1.0 - np.exp(-base * np.exp(slope))
    return chance


def _all_concede(at: Quarter) -> Bools:
    """True where every state attacked in a theater concedes, (runs, theaters)."""
    response, front = at.notes["response"], at.setting.frontline > 0.0
    columns = [
        np.all(np.where(front[span], response[:, span] < 0.0, True), axis=-1) & front[span].any()
        for span in at.setting.spans
    ]
    return np.stack(columns, axis=-1)


def _incidents(rose: Floats, accident: Bools, at: Quarter) -> Floats:
    """Hostile acts of the quarter: a rise counts against the challenger; one by accident against
    the West as well, (runs, targets, theaters)."""
    targets = at.setting.world.challenger_target
    out = np.zeros((rose.shape[0], len(at.setting.world.targets), len(THEATERS)))
    acts = (rose > 0.0).astype(float)
    for k, j in enumerate(targets):
        out[:, j, k] = acts[:, k]
    out[:, -1] = acts * accident
    return out + at.notes.get("acts", 0.0)


assert len(LEVELS) == 6

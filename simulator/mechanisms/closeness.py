"""M12 Closeness: how near each state visibly stands to the West, and who stands by it.

What a coercer looks at before it picks a state.
"""

from __future__ import annotations

import numpy as np

from simulator.arrays import Bools, Floats, positive, read_only, sigmoid
from simulator.mechanisms import signals, trade
from simulator.phase import Quarter
from simulator.setting import Setting
from simulator.state import State
from simulator.world import THEATERS


def claims(setting: Setting, t: int) -> Bools:
    """Which theaters red state `t` challenges, (theaters,)."""
    return np.array([i == setting.world.red[t] for i in setting.world.challenger])


def home(setting: Setting) -> list[int]:
    """The theater that weighs most for each actor, (actors,)."""
    key = ("home",)
    if key not in setting.kept:
        stakes = np.stack([setting.world.trait(f"stake_{k}") for k in THEATERS], axis=-1)
        setting.kept[key] = np.argmax(stakes, axis=-1).tolist()
    known: list[int] = setting.kept[key]
    return known


def partners(setting: Setting) -> list[int]:
    """Western states outside the alliance."""
    west = setting.world.western & ~setting.world.groups["NATO"]
    return [int(i) for i in np.flatnonzero(west)]


def hosts(setting: Setting) -> list[int]:
    """States outside the red bloc that somebody guarantees in their main theater."""
    key = ("hosts",)
    if key not in setting.kept:
        where, free = home(setting), trade.others(setting)
        found = {i for s in setting.shields for i in s.rows if free[i] and where[i] == s.theater}
        setting.kept[key] = sorted(found)
    known: list[int] = setting.kept[key]
    return known


def drift(state: State, at: Quarter) -> Floats:
    """How far each state has moved to the West since the start, 0..2, (runs, actors)."""
    start = at.setting.futures.trait("start_alignment")
    reads = (state.alignment,)
    return at.known("drift to the West", reads, lambda: positive(state.alignment - start))


def at_start(setting: Setting, t: int) -> Floats:
    """Visible closeness in the eyes of `t` in the status quo, (runs, actors)."""
    stance = setting.ladder.stance
    footing = stance["visibility"][None, -1] * stance["exclusiveness"][None, -1]
    rows, where, out = partners(setting), home(setting), _affinity(setting, t).copy()
    out[:, rows] += setting.p("embrace_share") * footing[:, [where[i] for i in rows]]
    return np.clip(out, 0.0, 1.0)


def _affinity(setting: Setting, t: int) -> Floats:
    """Closeness to the island that `t` claims, if it does, (runs, actors)."""
    key = ("affinity", t)
    if key not in setting.kept:
        island = claims(setting, t)[THEATERS.index("taiwan")]
        setting.kept[key] = read_only(setting.futures.trait("taiwan_affinity") * float(island))
    known: Floats = setting.kept[key]
    return known


def visible(state: State, at: Quarter, t: int, forces: tuple[Floats, ...]) -> Floats:
    """Visible closeness to the West in the eyes of coercer `t`, 0..1, (runs, actors), of the runs
    that `at` looks at.

    What stands: closeness to the island that `t` claims, if it does, and for Western states outside
    the alliance half of the West's visible exclusiveness at home.  To that come own visible acts
    and public words in the theaters that `t` claims (an act of many shows each of them by its
    share), the visible part at home of texts that a partner has agreed to, and, for states under a
    guarantee, half of the Western forces added at home.
    """
    if at.rows is not None:
        return _visible(state, at, t, forces)
    when = "now" if forces is at.notes.get("force") else "before"
    reads = (state.visibility, state.exclusiveness, state.military, state.taking_part, forces)
    return at.known(f"visible {t} {when}", reads, lambda: _visible(state, at, t, forces))


def _visible(state: State, at: Quarter, t: int, forces: tuple[Floats, ...]) -> Floats:
    setting = at.setting
    where, mine = home(setting), claims(setting, t)
    out, rows, share = at.of(_affinity(setting, t)).copy(), partners(setting), at.p("embrace_share")
    footing = at.of(state.visibility)[:, -1] * at.of(state.exclusiveness)[:, -1]
    out[:, rows] += share * footing[:, [where[i] for i in rows]]
    for f, bundle in zip(forces, setting.program.bundles, strict=True):
        shown = bundle.reach["visibility"]
        loud = shown + bundle.reach["talk"] if bundle.public else shown
        loudest = float((loud * mine)[np.argmax(np.abs(loud * mine))])
        doers = bundle.by * trade.others(setting)
        if loudest != 0.0 and doers.any():
            out[:, doers > 0.0] += (at.of(f) * (loudest / np.count_nonzero(doers)))[:, None]
        for i in bundle.accept:
            agreed = at.of(state.taking_part[:, bundle.asks[0][0], i])
            out[:, i] = out[:, i] + at.of(f) * agreed * shown[where[i]]
    added = positive(at.of(state.military)[:, -1] - setting.ladder.stance["military"][-1])
    for k in np.flatnonzero(added.any(axis=0)):
        rows = [i for i in hosts(setting) if where[i] == k]
        out[:, rows] += share * added[:, [k]]
    return np.clip(out, 0.0, 1.0, out=out)


def guarantee(state: State, at: Quarter) -> Floats:
    """Chance that somebody stands by each state against force, 0..1, (runs, actors): the best of
    its treaties, cover times how surely the guarantor comes.  Worked out once a quarter."""
    if "guarantee" not in at.notes:
        at.notes["guarantee"] = _shielded(at.setting, signals.fight_chance(state, at)[..., -1])
    known: Floats = at.notes["guarantee"]
    return known


def guarantee_at_start(setting: Setting) -> Floats:
    """The same in the status quo."""
    return _shielded(setting, sigmoid(setting.start_fight)[..., -1])


def _shielded(setting: Setting, sure: Floats) -> Floats:
    """`guarantee` at chances `sure` (runs, pairs) that each pair fights at the top level; a
    guarantor without forces there comes as surely as a bystander."""
    out = np.zeros((len(setting.futures.runs), len(setting.world.actors)))
    for shield in setting.shields:
        come = np.full(len(out), setting.ladder.bystander)
        if shield.sends:
            come = np.max(sure[:, shield.sends], axis=-1)
        out[:, shield.rows] = np.maximum(out[:, shield.rows], shield.cover * come[:, None])
    return out


def occasions(at: Setting | Quarter, moved: Floats, seen: Floats) -> Floats:
    """How often states give occasion to lean on them, log, (runs, any): in proportion to how close
    they visibly stand or have come, over a floor of quarrels of other kinds."""
    return np.log(at.p("occasion_floor") + seen + moved)


def appeal(at: Setting | Quarter, moved: Floats, seen: Floats, guarded: Floats) -> Floats:
    """What leaning on a state is worth to a coercer before its own costs, pp, (runs, any):
    `ben*(drift + V + tgt*V*(1 - guar))`."""
    return at.p("coercion_benefit") * (moved + seen + at.p("target_focus") * seen * (1.0 - guarded))

"""M20, who may help whom in a theater, and what holds of them all through a run.

Partners of the challenger are the other red states, partners of the attacked all other armed
states.  A treaty ties a partner to its side's principal; inside the red bloc cohesion does as
well (`solidarity`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from simulator.arrays import Bools, Floats, Ints, logit
from simulator.mechanisms.red_start import pair_of, start_cohesion
from simulator.phase import Quarter
from simulator.setting import Setting
from simulator.state import State
from simulator.tally import total
from simulator.world import LEVELS, THEATERS


@dataclass(frozen=True)
class Partners:
    """States that are asked about one theater, and their standing there.

    `who` rows of the asked; `red`, `able` (asked,) masks of those on the challenger's side and of
    those with forces to bring; `pairs` (column, place on the pair axis) of those that have one.
    """

    theater: int
    challenger: int
    who: list[int]
    red: Bools
    able: Bools
    pairs: Ints
    tied: Floats  # (runs, asked) strength of the treaty with the side helped, 0..1
    outside: Floats  # (runs, asked) 1 beyond the area of a collective treaty
    stake: Floats  # (runs, asked) worth of the theater, pp
    pull: Floats  # (runs, asked) stake, territory and treaty, less what is usual, pp
    readiness: Floats  # (runs, asked, levels) log-odds of fighting at the start
    location: Floats  # (runs, asked, theaters) where its forces stand


def partners(k: int, setting: Setting) -> Partners:
    """All that are asked about theater `k`: armed, neither attacked nor the challenger there."""

    def who() -> list[int]:
        world = setting.world
        armed = world.trait("milex_usd_bn") > 0.0
        armed = armed & (world.trait(f"frontline_{THEATERS[k]}") == 0.0)
        armed[world.challenger[k]] = False
        return np.flatnonzero(armed).tolist()

    return _kept("partners", k, who, setting)


def red_partners(k: int, setting: Setting) -> Partners:
    """The red ones among them that have forces there."""

    def who() -> list[int]:
        there = setting.world.traits[f"location_{THEATERS[k]}"][2] > 0.0
        return [i for i in setting.world.red if i != setting.world.challenger[k] and there[i]]

    return _kept("red partners", k, who, setting)


def solidarity(state: State, there: Partners, at: Quarter) -> Floats:
    """Cohesion of each asked state with its side's principal, 0..1, (runs, asked): that of the
    red pair; outside the bloc a treaty is all there is, and that stands in `tied`."""
    return _cohesion(at.of(state.cohesion), there.theater, there.who, at.setting)


def _cohesion(of_pairs: Floats, k: int, who: list[int], setting: Setting) -> Floats:
    world, out = setting.world, np.zeros((len(of_pairs), len(who)))
    for column, i in enumerate(who):
        if i in world.red:
            out[:, column] = of_pairs[:, pair_of(world, i, world.challenger[k])]
    return out


def _kept(name: str, k: int, who: Callable[[], list[int]], setting: Setting) -> Partners:
    known = cast("dict[Any, Any]", setting.kept)
    key = (name, k)
    if key not in known:
        known[key] = _build(k, who(), setting)
    found: Partners = known[key]
    return found


def _build(k: int, who: list[int], setting: Setting) -> Partners:
    world, f = setting.world, setting.futures
    red = np.array([i in world.red for i in who], dtype=bool)
    tied = _tied(k, who, setting)
    alone = tied <= 0.0
    drawn = _drawn(k, who, tied, setting)
    top = world_top(who, setting)
    usual = np.where(red, _usual(setting, True)[:, None], _usual(setting, False)[:, None])
    own = ~red & (~alone | top)
    start = _cohesion(start_cohesion(setting), k, who, setting)
    collective = np.zeros(len(who), dtype=bool)
    for g in f.guarantees:
        if g in world.groups:
            collective = collective | world.groups[g][who]
    found = [(c, setting.pairs.index((i, k))) for c, i in enumerate(who) if (i, k) in setting.pairs]
    able = red.copy()
    able[[c for c, _ in found]] = True
    return Partners(
        theater=k, challenger=world.challenger[k], who=who, red=red, able=able,
        pairs=np.array(found, dtype=np.int64).reshape(-1, 2), tied=tied,
        outside=(collective & alone).astype(float),
        stake=_stake(k, who, setting),
        pull=np.where(own, 0.0, drawn + start - usual) - start,
        readiness=_readiness(found, red, setting),
        location=np.ascontiguousarray(f.by_theater("location")[:, who]),
    )  # fmt: skip


def world_top(who: list[int], setting: Setting) -> Bools:
    """Which of the asked is the great power, (asked,)."""
    return np.array([setting.ladder.great_power_of[i] for i in who], dtype=bool)


def _stake(k: int, who: list[int], setting: Setting) -> Floats:
    stakes: Floats = setting.p("allied_stake") * setting.futures.stakes[:, who, k]
    return stakes


def _drawn(k: int, who: list[int], tied: Floats, setting: Setting) -> Floats:
    """What draws each asked state in at the start, pp: stake, territory in Asia, treaty."""
    territory = setting.futures.trait("territorial_stake")[:, who] * float(k > 0)
    return _stake(k, who, setting) + setting.p("territory_worth") * territory + tied


def _tied(k: int, who: list[int], setting: Setting) -> Floats:
    """Strength of the firmest treaty of each asked state with the side it would help."""
    world = setting.world
    front = np.flatnonzero(world.trait(f"frontline_{THEATERS[k]}") > 0.0)
    tied = np.zeros((len(setting.futures.runs), len(who)))
    for g, cover in setting.futures.guarantees.items():
        for column, i in enumerate(who):
            if g == world.actors[i] or (g in world.groups and world.groups[g][i]):
                side = [world.challenger[k]] if i in world.red else front
                for principal in side:
                    tied[:, column] = np.maximum(tied[:, column], cover[:, principal, k])
    return tied


def _usual(setting: Setting, red: bool) -> Floats:
    """Mean pull at the start of the states whose start chance to fight is one for all of them:
    the red ones, or those with forces there that no treaty ties, pp, (runs,)."""
    key = ("usual pull", red)
    if key in setting.kept:
        return setting.kept[key]
    values, counted = [], []
    for k in range(len(THEATERS)):
        if red:
            who = [i for i in setting.world.red if i != setting.world.challenger[k]]
        else:
            who = [i for i, there in setting.pairs if there == k]
            who = [i for i in who if not setting.world.trait(f"frontline_{THEATERS[k]}")[i]]
        tied = _tied(k, who, setting)
        start = _cohesion(start_cohesion(setting), k, who, setting)
        counts = (tied <= 0.0) & ~world_top(who, setting)
        values.append(_drawn(k, who, tied, setting) + start)
        counted.append(np.ones_like(tied) if red else counts.astype(float))
    weights, pulls = np.concatenate(counted, axis=-1), np.concatenate(values, axis=-1)
    setting.kept[key] = total(weights * pulls) / np.maximum(total(weights), 1.0)
    return setting.kept[key]


def _readiness(found: list[tuple[int, int]], red: Bools, setting: Setting) -> Floats:
    """Log-odds of fighting by level at the start: for those with forces there what challengers
    believe, for red states their common chance, for the others nothing that matters."""
    out = np.zeros((len(setting.futures.runs), len(red), len(LEVELS)))
    for column, n in found:
        out[:, column] = setting.start_fight[:, n]
    common = logit(setting.p("red_intervention") * setting.ladder.level_shape)
    return np.where(red[:, None], common[:, None], out)

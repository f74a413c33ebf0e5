"""M20, what others see of help: who has come, who stayed away, how long it takes to arrive."""

from __future__ import annotations

import numpy as np

from simulator.arrays import Floats, pick, positive
from simulator.mechanisms import stocks
from simulator.phase import Quarter
from simulator.setting import Setting
from simulator.state import State
from simulator.tally import mean
from simulator.world import LEVELS

_TINY = 1e-12


def delay(state: State, at: Quarter) -> Floats:
    """Quarters until help from outside takes hold, (runs, theaters):
    `d0*exp(-b_sop*(sop-sop0) - b_aw*(aware-aware0))`, awareness in the mean over the West."""

    def work() -> Floats:
        procedures, awareness = _at_the_start(at.setting)
        west = np.flatnonzero(at.setting.world.western)
        aware = mean(state.awareness[:, west] - awareness[:, west])[:, None]
        eased = at.p("procedures_speed") * (state.procedures - procedures)
        return at.p("response_delay") * np.exp(-eased - at.p("awareness_speed") * aware)

    return at.known("response delay", (state.procedures, state.awareness), work)


def _at_the_start(setting: Setting) -> tuple[Floats, Floats]:
    keys = ("procedures at the start",), ("awareness at the start",)
    if keys[0] not in setting.kept:
        start = stocks.begin(setting)
        setting.kept[keys[0]], setting.kept[keys[1]] = start["procedures"], start["awareness"]
    return setting.kept[keys[0]], setting.kept[keys[1]]


def arrived(state: State, at: Quarter) -> Floats:
    """Share of help that has arrived, `1 - exp(-n/delay)`, (runs, theaters)."""
    share: Floats = 1.0 - np.exp(-state.onset / delay(state, at))
    return share


def presence(state: State, at: Quarter) -> tuple[Floats, Floats]:
    """Pairs whose state has declared itself, by coming to fight or by staying away, 1 or 0, and
    how far its help has arrived, 0..1.  Each (runs, pairs)."""
    who, where = at.setting.pair_actor, at.setting.pair_theater
    fights, away = state.fighting[:, who, where], state.stayed_away[:, who, where]
    declared = ((fights > 0.0) | (away > 0.0)).astype(float)
    return declared, fights * arrived(state, at)[:, where]


def seen(state: State, at: Quarter, chance: Floats) -> Floats:
    """The belief that each pair's state fights at each level, `chance`, for those that have not
    declared themselves; for the others what is seen of them, (runs, pairs, levels)."""
    declared, come = presence(state, at)
    rows, pairs = np.nonzero(declared)
    who, where = np.array(at.setting.pairs)[pairs].T
    out = chance.copy(order="K")
    away = state.stayed_away[rows, who, where]
    out[rows, pairs] = learned(chance[rows, pairs], come[rows, pairs], away)
    return out


def learned(chance: Floats, come: Floats, away: Floats) -> Floats:
    """A belief by level after the deed: `q + (1-q)*come` for who has come; for who stayed away at
    level `away`, nothing up to there and `(q(l)-q(away))/(1-q(away))` beyond (Bayes, for a will
    that does not change during a crisis); else as it was."""
    here = pick(chance, away)[..., None]
    beyond = positive(chance - here) / np.maximum(1.0 - here, _TINY)
    left = np.where(np.array(LEVELS) <= away[..., None], 0.0, beyond)
    joined = chance + (1.0 - chance) * come[..., None]
    after = np.where(away[..., None] > 0.0, left, chance)
    return np.where(come[..., None] > 0.0, joined, after)

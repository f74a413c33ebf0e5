"""M17 Economic loss: what a rung costs each economy, how long it lasts, and what stays."""

from __future__ import annotations

import numpy as np

from simulator.arrays import Floats, Ints
from simulator.mechanisms import coercion, trade
from simulator.phase import Quarter
from simulator.state import State
from simulator.tally import across, total
from simulator.world import THEATERS

_ALL = 100.0
_TRADE = 1  # place of trade with the belligerents among the loss features


def suffer(state: State, at: Quarter) -> State:
    """Phase 11: losses of the level reached, fading with a half-life to a scar once it falls.

    `loss(k) = al*Chip + be*Trade + ga*Own + de` in percent of yearly GDP; coefficients in force
    are at least those of the present level.
    """
    level = state.level.astype(np.int64)
    reached = at.setting.coefficients[np.arange(len(THEATERS)), level]
    scars = np.maximum(state.scars, at.p("scar_share")[..., None] * reached)
    fade = np.exp(-np.log(2.0) / at.p("loss_half_life"))[..., None]
    losses = np.maximum(reached, scars + (state.losses - scars) * fade)
    return state.but(losses=losses, scars=scars)


def by_actor(state: State, at: Quarter) -> Floats:
    """Yearly loss of every actor, percent of GDP, theaters combined as `1 - prod(1 - loss)` and
    with the bills of threatened, sanctioned and coerced trade, (runs, actors)."""
    left = 1.0 - _trade_bills(state, at) / _ALL
    for k in range(len(THEATERS)):
        hit = np.flatnonzero(state.losses[:, k].any(axis=-1))  # where nothing is lost, all is left
        if len(hit):
            part = _exposed(at, k, hit, state.losses[hit, k])
            left[hit] = left[hit] * (1.0 - np.minimum(part, _ALL) / _ALL)
    return (1.0 - left) * _ALL


def _trade_bills(state: State, at: Quarter) -> Floats:
    """What sanctions, coercion and threats cost beyond what fighting takes from the same flow
    anyway, pp, (runs, actors): of a flow with a red state the larger loss counts, not both."""
    setting, out = at.setting, np.zeros_like(state.memory)
    for t in range(len(setting.world.red)):
        cut = coercion.cut(state, at, t)
        rows = trade.touched(state, setting, t, cut)
        if len(rows):
            bill = trade.bill(state, at, rows, t, cut[rows])
            beyond = np.maximum(bill.flow - _fought_away(state, at, rows, t), 0.0)
            out[rows] = out[rows] + beyond + coercion.pool(at, rows, t, bill.hit)
    return np.maximum(out, 0.0)


def _fought_away(state: State, at: Quarter, rows: Ints, t: int) -> Floats:
    """Loss through trade with red state `t` in the theaters it challenges, (rows, actors)."""
    setting, out = at.setting, np.zeros((len(rows), len(at.setting.world.actors)))
    for k, theater in enumerate(THEATERS):
        if setting.world.challenger_target[k] == t and theater in setting.ladder.trade_counts:
            out = out + setting.exposures[k][_TRADE, rows] * state.losses[rows, k, _TRADE][:, None]
    return out


def _exposed(at: Quarter, k: int, rows: Ints, force: Floats) -> Floats:
    """Loss of every actor in one theater in the runs `rows`, by coefficients in `force`,
    (rows, actors)."""
    features, key = at.setting.exposures[k], ("exposed by", k)
    if key not in at.setting.kept:
        at.setting.kept[key] = [c for c, feature in enumerate(features) if feature.any()] or [0]
    return across(at.setting.kept[key], lambda c: features[c][rows] * force[:, c : c + 1])


def elsewhere(state: State, at: Quarter) -> Floats:
    """Yearly loss of the rest of the world, percent of its GDP, (runs,)."""
    row = at.setting.ladder.elsewhere
    left = np.ones(state.runs)
    scale = at.p("loss_scale")[:, 0]
    for k, theater in enumerate(THEATERS):
        chips = row["chips"] if theater in at.setting.ladder.chips else 0.0
        trade = row["trade"] if theater in at.setting.ladder.trade_counts else 0.0
        features = np.array([chips, trade, 0.0, 1.0])
        part = scale * total(features * state.losses[:, k])
        left = left * (1.0 - np.minimum(part, _ALL) / _ALL)
    return (1.0 - left) * _ALL


def money(state: State, at: Quarter) -> dict[str, Floats]:
    """Losses of the quarter, discounted to the start: the world and allies but the challenger, in
    $tn; the distant (European) allies, in percent of one year's GDP.  Each (runs,)."""
    world, gdp = at.setting.world, at.setting.futures.trait("gdp_usd_bn")
    rate = at.setting.futures.parameter("discount_rate")
    factor = np.exp(-rate * at.number / 4.0) / 4.0
    loss = by_actor(state, at) * gdp / _ALL
    rest = elsewhere(state, at) * at.setting.ladder.elsewhere["gdp_usd_bn"] / _ALL
    distant_gdp = total(np.where(world.distant, gdp, 0.0))
    return {
        "world": factor * (total(loss) + rest) / 1000.0,
        "allied": factor * total(np.where(world.western, loss, 0.0)) / 1000.0,
        "distant": factor * _ALL * total(np.where(world.distant, loss, 0.0)) / distant_gdp,
    }

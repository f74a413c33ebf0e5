"""M7 Force allocation between theaters."""

from __future__ import annotations

import numpy as np

from simulator.arrays import Floats, by_last, positive, sigmoid
from simulator.mechanisms import arms, munitions, posture, signals, stance, stockpile
from simulator.mechanisms.posture import ASIA, EUROPE, PLACES, ground, once, usual_of_movers
from simulator.mechanisms.power import (
    attack_power,
    own_power,
    pair_power,
    spot_power,
    start_power,
    western_power,
)
from simulator.phase import Quarter
from simulator.questions import DeployView
from simulator.setting import Setting
from simulator.state import State
from simulator.tally import anyone, total
from simulator.world import THEATERS

_TINY = 1e-9
_PEACE = 1.0  # the level at which forces stand where they usually do


def begin(at: Setting) -> dict[str, Floats]:
    """Start values of this mechanism's variables."""
    return {"deployment": usual_of_movers(at), "fill": np.zeros(len(at.futures.runs))}


def move(state: State, at: Quarter) -> State:
    """Phase 5: forces move between theaters; the sum over theaters and home is the total.

    `share* = share0*exp(lam*(MV - MV0))/sum`, moved at `mob` of the force a quarter; what fights
    stays; the great power keeps `1 - chi*[Asian war] - release*fill` of its force in Europe.
    """
    setting, forces = at.setting, stance.force(state, at, lag=1)
    standing = after_losses(state, at)
    released = release(state, at, forces)
    view = DeployView(
        usual=usual_split(state, at, forces, released),
        worth=_with_home(worth(state, at)),
        start_worth=_with_home(start_worth(at)),
        precision=at.p("deployment_precision"),
        standing=standing,
        least=least(state, at, standing, released),
        away=_away(at),
        away_limit=_away_limit(at),
        mobility=at.p("force_mobility"),
    )
    answer = at.ask("deploy", view, ground(setting).movers)
    state = state.but(deployment=answer.values["deployment"], fill=filled(state, at))
    _measure(state, at)
    return state


def _with_home(values: Floats) -> Floats:
    """Theaters and home, where nothing is at stake."""
    places = [*np.moveaxis(values, -1, 0), np.zeros(values.shape[:-1])]
    return np.moveaxis(np.stack(places), 0, -1)


def after_losses(state: State, at: Quarter) -> Floats:
    """Shares of what is left after a war took forces where it is fought, (runs, movers, places)."""
    out = state.deployment.copy(order="K")
    rows = posture.in_fight(state, posture.WAR)
    if len(rows):
        there = posture.engaged(state, at.setting, rows, posture.WAR)[:, ground(at.setting).movers]
        left = out[rows] * (1.0 - at.p("war_attrition")[rows][..., None] * _with_home(there))
        out[rows] = left / total(left)[..., None]
    return out


def release(state: State, at: Quarter, forces: tuple[Floats, ...]) -> Floats:
    """Share of its force in Europe that each mover gives up because Europeans stand in its place,
    (runs, movers)."""
    offered = stance.by_actor("release", at, forces)[:, ground(at.setting).movers]
    return np.minimum(offered, 1.0) * state.fill[:, None]


def usual_split(state: State, at: Quarter, forces: tuple[Floats, ...], released: Floats) -> Floats:
    """Shares at rest: those of the start, less what is released from Europe, of which `leak` goes
    home, with distant allies' ships sent to a theater or called back, (runs, movers, places)."""
    start, leak = usual_of_movers(at.setting), at.p("release_leak")
    split = start.copy(order="K")
    asia = start[..., ASIA] / np.maximum(total(start[..., ASIA]), 1e-12)[..., None]
    freed = start[..., EUROPE] * released
    sent = presence(state, at, forces)
    split[..., EUROPE] = positive(start[..., EUROPE] - freed - total(sent))
    split[..., ASIA] = split[..., ASIA] + ((1.0 - leak) * freed)[..., None] * asia
    split[..., -1] = split[..., -1] + leak * freed
    split[..., : len(THEATERS)] = split[..., : len(THEATERS)] + sent
    return split


def presence(state: State, at: Quarter, forces: tuple[Floats, ...]) -> Floats:
    """Distant allies' forces that fly the flag in Asia where they have a foothold: `spare` of
    their ships and aircraft at full military presence, or once they have come to fight; a
    presence given up comes home.  Share of the force, (runs, movers, theaters)."""
    setting, rows = at.setting, ground(at.setting).movers
    size = by_last(np.zeros((state.runs, len(rows), len(THEATERS))))
    for f, bundle in zip(forces, setting.program.bundles, strict=True):
        if bundle.reach["military"].any():
            size += f[:, None, None] * (bundle.by[rows, None] * bundle.reach["military"])
    size = np.where(state.fighting[:, rows] > 0.0, 1.0, np.clip(size, -1.0, 1.0))
    if not size.any():
        return size
    foothold = usual_of_movers(setting)[..., : len(THEATERS)]
    flag = np.where(size > 0.0, size * _ships(at)[..., None], size * foothold)
    distant = setting.world.distant[rows][:, None] & (np.arange(len(THEATERS)) != EUROPE)
    return np.where(distant & (foothold > 0.0), flag, 0.0)


def _ships(at: Quarter) -> Floats:
    """Ships and aircraft that movers can spare, share of the force, (runs, movers)."""
    ships = at.setting.futures.trait("naval_air_share")[:, ground(at.setting).movers]
    return at.p("spare_share") * ships


def _away(at: Quarter) -> Floats:
    """1 where the limit on distant allies' forces in Asia counts, (1, movers, places)."""
    asia = np.zeros(len(PLACES))
    asia[ASIA] = 1.0
    distant = at.setting.world.distant[ground(at.setting).movers]
    return (distant[:, None] * asia)[None]


def _away_limit(at: Quarter) -> Floats:
    """That limit: what they can spare, or what stands there at the start, (runs, movers)."""
    start = total(usual_of_movers(at.setting)[..., ASIA])
    distant = at.setting.world.distant[ground(at.setting).movers]
    return np.where(distant, np.maximum(_ships(at), start), 1.0)


def least(state: State, at: Quarter, standing: Floats, released: Floats) -> Floats:
    """Shares that must stay: forces in a fight, and the great power's in Europe,
    (runs, movers, places)."""
    hot = _with_home((state.level >= posture.FIERCE).astype(float))
    out = standing * hot[:, None]
    top = ground(at.setting).top_mover
    drawn = at.p("war_drawdown")[:, 0] * anyone(state.level[:, ASIA] >= posture.FIERCE)
    kept = positive(1.0 - drawn - released[:, top])
    floor = kept * usual_of_movers(at.setting)[:, top, EUROPE]
    out[:, top, EUROPE] = np.maximum(out[:, top, EUROPE], floor)
    return out


def worth(state: State, at: Quarter) -> Floats:
    """Marginal worth of each mover's forces in each theater, `MV = stake*F*dP/dF`, pp, at the
    rung above the present one and for what that rung puts at stake, (runs, movers, theaters)."""
    chance = signals.fight_chance(state, at)
    power, attack = pair_power(state, at), attack_power(state, at)
    return _worth(state.level, chance, power, attack, spot_power(state, at), state.deployment, at)


def start_worth(at: Quarter) -> Floats:
    """The same at the start, and in peace where a scenario starts in a crisis: the usual split is
    that of peace."""
    return once(at.setting, "start worth", lambda: _start_worth(at))


def _start_worth(at: Quarter) -> Floats:
    setting = at.setting
    peace = np.minimum(setting.start_level, _PEACE)
    level = np.zeros((len(setting.futures.runs), len(THEATERS))) + peace
    chance, spots = sigmoid(setting.start_fight), start_power(setting)
    attack = spots[:, ground(setting).attackers]
    split = usual_of_movers(setting)
    return _worth(level, chance, setting.pair_power, attack, spots, split, at)


def _worth(
    level: Floats, chance: Floats, power: Floats, attack: Floats, spots: Floats, split: Floats,
    at: Quarter,
) -> Floats:  # fmt: skip
    setting, who = at.setting, ground(at.setting)
    rung = np.minimum(level + 1.0, posture.WAR)
    theater = setting.pair_theater
    here = rung.astype(np.int64)[:, theater, None]
    sure = np.take_along_axis(chance, here, axis=-1)[..., 0]
    sure = sure * at.p("local_share")[:, theater] * power
    defense = np.stack([total(sure[:, span]) for span in setting.spans], axis=-1)
    odds = np.log(np.maximum(attack, _TINY)) - np.log(np.maximum(defense, _TINY))
    p = sigmoid(at.p("decisiveness") * odds)
    slope = setting.ladder.prize[rung.astype(np.int64)] * at.p("decisiveness") * p * (1.0 - p)
    part = np.zeros_like(spots)
    part[:, who.pairs] = sure / np.maximum(defense, _TINY)[:, theater]
    part[:, _red_spots(setting)] = _red_part(spots, attack, at)
    there = split[..., : len(THEATERS)]
    weight = np.zeros_like(there)
    weight[:, who.mover, who.theaters[who.moving]] = part[:, who.moving]
    per_force = np.where(there > 0.0, weight / np.where(there > 0.0, there, 1.0), 0.0)
    return once(setting, "movers' stakes", lambda: _stakes(at)) * slope[:, None] * per_force


def _red_spots(at: Setting) -> list[int]:
    who = ground(at)
    columns: list[int] = np.flatnonzero(who.red[who.actors]).tolist()
    return columns


def _red_part(spots: Floats, attack: Floats, at: Quarter) -> Floats:
    """What red forces add to the attack, as a share of it: wholly for the challenger of a
    theater, by their solidarity for others, (runs, red spots)."""
    who, columns = ground(at.setting), _red_spots(at.setting)
    actors, theaters = who.actors[columns], who.theaters[columns]
    own = np.array(at.setting.world.challenger)[theaters] == actors
    there, led = spots[:, columns], attack[:, theaters]
    helping = there * at.setting.futures.trait("bloc_solidarity")[:, actors]
    part = np.where(own, there, helping)
    return part / np.maximum(np.where(own, led, led + helping), _TINY)


def _stakes(at: Quarter) -> Floats:
    """What each theater is worth to each mover, pp: the median prize to its challenger, else by
    the weight of the theater among its stakes, (runs, movers, theaters)."""
    setting, rows = at.setting, ground(at.setting).movers
    weights = at.p("allied_stake")[..., None] * setting.futures.stakes[:, rows]
    prize = at.p("prize_median") * setting.futures.calibration.prize
    claims = np.array(rows)[:, None] == np.array(setting.world.challenger)
    return by_last(np.where(claims, prize[:, None], weights))


def filled(state: State, at: Quarter) -> Floats:
    """`fill' = fill + ((Cap_E - Cap_E0)+/F0 - fill)/tau`: European forces in place of the great
    power's, 0..1, (runs,)."""
    owned = np.where(at.setting.world.distant, stockpile.arms(at.setting), 0.0)
    grown = positive(total(owned * (state.capability - 1.0)))
    ratio = np.minimum(grown / np.maximum(_guard(at.setting), _TINY), 1.0)
    return state.fill + (ratio - state.fill) / at.p("fill_lag")[:, 0]


def _guard(at: Setting) -> Floats:
    """The great power's force in Europe at the start, $bn-equivalent, (runs,)."""
    who = ground(at)
    return stockpile.arms(at)[:, who.top] * usual_of_movers(at)[:, who.top_mover, EUROPE]


def _measure(state: State, at: Quarter) -> None:
    """What the metrics read (`metrics_forces`)."""
    setting, who = at.setting, ground(at.setting)
    ours = state.capability[:, who.top, None] * state.deployment[:, who.top_mover]
    start = usual_of_movers(setting)[:, who.top_mover]
    ready = total(spot_power(state, at)[:, who.europeans]) + state.fill * _guard(setting)
    usual = once(
        setting, "makers' usual output", lambda: _made(stockpile.usual_output(setting), at)
    )
    at.notes.setdefault("measured", {}).update(
        us_forces_europe=ours[:, EUROPE] / np.maximum(start[:, EUROPE], _TINY),
        us_resources_asia=total(ours[:, ASIA]) / np.maximum(total(start[:, ASIA]), _TINY),
        european_readiness=ready / total(start_power(setting)[:, who.europeans]),
        defence_industry=_made(state.output, at) / usual,
        interoperability=state.interchange[:, munitions.LINKS.index("partners")].copy(),
        arms_race=_arms_race(state, at),
    )


def _made(output: Floats, at: Quarter) -> Floats:
    """Munitions made by European allies and partners, $bn a quarter, (runs,)."""
    world = at.setting.world
    return total(total(output[:, world.distant | world.groups["IP4"]]))


def _arms_race(state: State, at: Quarter) -> Floats:
    """Defense spending of the red states, the partners and the region over that at the start,
    percent of GDP, weighted by GDP, (runs,)."""
    world = at.setting.world
    front = world.trait("frontline_taiwan") > 0.0
    region = ground(at.setting).red | world.groups["IP4"] | world.groups["ASEAN"] | front
    size = np.where(region, arms.gdp(at), 0.0)
    return total(size * (state.burden - arms.start_burden(at.setting))) / total(size)


__all__ = [
    "after_losses", "attack_power", "begin", "filled", "least", "move", "own_power", "pair_power",
    "presence", "release", "spot_power", "start_worth", "usual_split", "western_power", "worth",
]  # fmt: skip

"""M18 Exogenous politics: elections, publics, the war at the edge of Europe.

No policy sets any of this; a scenario may script the posture of the great power and the war.
"""

from __future__ import annotations

import numpy as np

from simulator import draws
from simulator.arrays import Floats
from simulator.phase import Quarter
from simulator.setting import Setting
from simulator.state import State
from simulator.tally import mean

ENGAGED, TRANSACTIONAL, RESTRAINED = 0.0, 1.0, 2.0
INTENSE, LOW, CEASEFIRE = 0.0, 1.0, 2.0


def begin(at: Setting) -> dict[str, Floats]:
    """Start values of this mechanism's variables: the great power engaged, the war intense (and
    its fatigue already in the start value of support), governments neither warm nor cool."""
    runs, actors = len(at.futures.runs), len(at.world.actors)
    return {
        "us_posture": np.zeros(runs),
        "war": np.zeros(runs),
        "war_age": np.zeros(runs),
        "support": at.futures.trait("support").copy(),
        "mood": np.zeros((runs, actors)),
    }


def happen(state: State, at: Quarter) -> State:
    """Phase 0: elections, shocks to publics, the course of the war; no policy sets them."""
    war = _war(state, at)
    age = np.where(war == INTENSE, state.war_age + 1.0, 0.0)
    state = state.but(us_posture=_posture(state, at), war=war, war_age=age)
    state = state.but(support=_publics(state, at), mood=_governments(state, at))
    allies = np.flatnonzero(at.setting.world.groups["NATO"])
    at.notes.setdefault("measured", {})["support"] = mean(state.support[:, allies])
    return state


def _posture(state: State, at: Quarter) -> Floats:
    """Posture of the great power, (runs,): after each of its elections it stays with chance p,
    and goes to either of the others alike; it changes hands a quarter after the vote."""
    u = at.luck("us-posture", 1)[:, 0]
    stays = at.p("posture_kept")[:, 0]
    first = np.mod(state.us_posture + 1.0, 3.0)
    second = np.mod(state.us_posture + 2.0, 3.0)
    drawn = np.where(u < 0.5 * (1.0 + stays), first, second)
    drawn = np.where(u < stays, state.us_posture, drawn)
    posture = drawn if _inaugurates(at) else state.us_posture
    return _script_of_posture(posture, at)


def _inaugurates(at: Quarter) -> bool:
    """Whether the great power voted last quarter."""
    top = int(np.argmax(at.setting.ladder.great_power_of))
    return at.number > 0 and bool(at.setting.world.elections[at.number - 1, top])


def _war(state: State, at: Quarter) -> Floats:
    """State of the war at the edge of Europe, (runs,): intense, low, ceasefire; a step at most."""
    u = at.luck("war-at-the-edge", 1)[:, 0]
    calms, stops, back = (at.p(n)[:, 0] for n in ("war_calms", "war_stops", "war_back"))
    intense = np.where(u < calms, LOW, INTENSE)
    low = np.where(u < stops, CEASEFIRE, np.where(u < stops + back, INTENSE, LOW))
    ceasefire = np.where(u < back, LOW, CEASEFIRE)
    drawn = np.where(state.war == INTENSE, intense, np.where(state.war == LOW, low, ceasefire))
    return _scripted(at.setting.scene.war, drawn, at)


def _script_of_posture(own: Floats, at: Quarter) -> Floats:
    """What a scenario's script imposes; one draw for a whole run says in which of its two ways."""
    scene = at.setting.scene
    if np.isnan(scene.us_posture).all():
        return own
    said = scene.posture(at.number, at.setting.luck("scripted-posture", 0, 1)[:, 0])
    return np.where(np.isnan(said), own, said)


def _scripted(script: Floats, own: Floats, at: Quarter) -> Floats:
    """What a scenario's script says this quarter, if it says anything."""
    said = script[min(at.number, len(script) - 1)]
    return own if np.isnan(said) else np.full_like(own, said)


def _publics(state: State, at: Quarter) -> Floats:
    """Support for the alliance, (runs, actors):
    `pub' = pub + r*(pub0 - pub) - sw*[sceptic shock] - f*[war intense too long] + noise`."""
    actors = state.support.shape[-1]
    start = at.trait("support")
    shock = at.luck("sceptic-shock", actors) < at.p("sceptic_rate")
    weary = (state.war_age[:, None] > at.p("fatigue_after")) * at.p("fatigue")
    change = (
        at.p("support_return") * (start - state.support)
        - at.p("sceptic_drop") * shock
        - weary
        + at.p("support_noise") * draws.noise(at.luck("support", actors))
    )
    return np.clip(state.support + change, 0.0, 1.0)


def _governments(state: State, at: Quarter) -> Floats:
    """Mood of governments, (runs, actors): at an election one flips with its chance of a swing;
    a neutral one goes either way."""
    actors = state.mood.shape[-1]
    votes = np.flatnonzero(at.setting.world.elections[at.number] > 0.0)
    swings = (at.luck("government-swings", actors) < at.trait("domestic_swing"))[:, votes]
    either = np.where(at.luck("government-way", actors)[:, votes] < 0.5, 1.0, -1.0)
    mood, old = state.mood.copy(), state.mood[:, votes]
    mood[:, votes] = np.where(swings, np.where(old == 0.0, either, -old), old)
    return mood


def alignment_drift(state: State, at: Quarter) -> Floats:
    """Factor on alignment with the great power, 1 at the start, (runs, actors): those who dislike
    its leaders drift, `1 - aver*[posture not engaged]`."""
    away = (at.of(state.us_posture) != ENGAGED)[:, None]
    return 1.0 - at.trait("leader_aversion") * away


def taste_shift(state: State, at: Quarter) -> Floats:
    """What publics and changes of government add to ideal points, log-odds, (runs, actors):
    `w_pub*(pub - pub0)` for allies, and the mood of the government in all Western states."""
    world = at.setting.world
    moved = at.of(state.support) - at.trait("support")
    publics = at.p("public_weight") * moved * world.groups["NATO"]
    return publics + at.p("mood_shift") * at.of(state.mood) * world.western


def us_factor(state: State, at: Quarter) -> Floats:
    """Factor of the American posture on its resolve and political capital, 1 engaged, (runs,)."""
    posture = at.of(state.us_posture)
    part = np.where(
        posture == TRANSACTIONAL,
        at.p("resolve_transactional")[:, 0],
        at.p("resolve_restrained")[:, 0],
    )
    return np.where(posture == ENGAGED, 1.0, part)


def tied_share(state: State, at: Quarter) -> Floats:
    """Share of the power of Europe's challenger that the war at its edge ties down, (runs,)."""
    challenger, war = at.setting.world.challenger[0], at.of(state.war)
    part = np.where(war == LOW, at.p("war_tie_low")[:, 0], at.p("war_tie_ceasefire")[:, 0])
    return np.where(war == INTENSE, at.p("war_tie")[:, challenger], part)


def capital_start(state: State, at: Quarter) -> Floats:
    """Political capital that each state starts with and regrows to, pp, (runs, actors): the great
    power's by its posture."""
    top = at.setting.ladder.great_power_of
    return at.p("capital_start") * np.where(top, us_factor(state, at)[:, None], 1.0)

"""M14, the threat half: what sanctions are expected to cost, and how threats wear them out.

Joining by each state, imposition and lifting come with the whole of M14; until then the expected
share of senders that follow through is one belief of the challenger.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from simulator.arrays import Floats, logit, sigmoid
from simulator.mechanisms import stance
from simulator.phase import Quarter
from simulator.setting import Setting
from simulator.state import State
from simulator.tally import total
from simulator.world import THEATERS


def begin(at: Setting) -> dict[str, Floats]:
    """Start values of this mechanism's variables: nothing imposed, all trade still there."""
    runs, actors, red = len(at.futures.runs), len(at.world.actors), len(at.world.red)
    return {
        "imposed": np.zeros((runs, red)),
        "imposed_age": np.zeros((runs, red)),
        "joined": np.zeros((runs, red, actors)),
        "trade_left": np.ones((runs, actors)),
    }


def trade_at_stake(setting: Setting) -> Floats:
    """GDP share, percent, that each theater's challenger trades with the West, (runs, theaters)."""
    columns = []
    for i in setting.world.challenger:
        name = setting.ladder.trade_with.get(setting.world.actors[i])
        if name is None:
            columns.append(np.zeros(len(setting.futures.runs)))
            continue
        western = total(np.where(setting.world.western, setting.futures.trait(name), 0.0))
        columns.append(100.0 * western / setting.futures.trait("gdp_usd_bn")[:, i])
    return np.stack(columns, axis=-1)


def package(at: Quarter, forces: tuple[Floats, ...]) -> dict[str, Floats]:
    """Prepared packages on each theater's challenger: size 0..1, sunk and audience cost in pp.

    Each (runs, theaters)."""
    challengers = at.setting.world.challenger
    shape = (len(at.setting.futures.runs), len(THEATERS))
    left, sunk, audience = np.ones(shape), np.zeros(shape), np.zeros(shape)
    known = stance.effective("sanctions", at, forces)
    for f, bundle in zip(known, at.setting.program.bundles, strict=True):
        aimed = np.array([bundle.on[i] for i in challengers], dtype=float) * f[:, None]
        left = left * (1.0 - aimed * bundle.levers.sanctions)
        if bundle.levers.sanctions > 0.0:
            sunk = sunk + aimed * bundle.reach["sunk"]
            audience = audience + aimed * bundle.reach["audience_cost"]
    return {"size": 1.0 - left, "sunk": sunk, "audience": audience}


def expected_cost(state: State, at: Quarter, forces: tuple[Floats, ...]) -> Floats:
    """What the challenger expects sanctions to cost it at each level, pp, (runs, theaters, levels).

    `q_S(l) * share(l) * (pass*trade + choke) * exposure`, with
    `q_S(l) = sig(logit(ft) + belief + lam_e*(outrage(l) - outrage(5)) + signals)`: the expected
    share of senders that follow through.  A prepared package raises the share from level 3 up.
    """
    setting, ladder = at.setting, at.setting.ladder
    ready = package(at, forces)
    signal = at.p("sunk_effect") * ready["sunk"] + at.p("tied_effect") * ready["audience"]
    log_odds = logit(at.p("follow_through")) + state.sanction_belief + signal
    anger = at.p("partner_precision") * (ladder.outrage - ladder.outrage[-1])
    follow = sigmoid(log_odds[..., None] + anger[:, None])
    force_used = np.arange(len(ladder.sanctions)) >= 3
    share = np.maximum(ladder.sanctions, ready["size"][..., None] * force_used)
    trade = trade_at_stake(setting)
    full = at.p("passthrough") * trade + at.p("choke_cost") * (trade > 0.0)
    left = state.exposure[:, list(setting.world.challenger_target)]
    return follow * share * (full * left)[..., None]


def erode(state: State, at: Quarter) -> State:
    """Phase 11: trade that is threatened moves elsewhere; the lever wears out.

    `X' = X*(1 - der*size)` for every state that a package in force is aimed at.
    """
    ready = package(at, at.notes["force"])["size"]
    exposure = state.exposure.copy()
    for k, j in enumerate(at.setting.world.challenger_target):
        if k == at.setting.world.challenger_target.index(j):
            salience = ready[:, k]
            exposure[:, j] = exposure[:, j] * (1.0 - at.p("derisking")[:, 0] * salience)
    return replace(state, exposure=exposure)


def sender_bill(state: State, at: Quarter) -> Floats:
    """Yearly GDP cost, pp, of trade that threats drove away, for senders and target alike,
    (runs, actors): what rerouting does not recover, at the pass-through of trade to GDP."""
    setting = at.setting
    bill = np.zeros((state.runs, len(setting.world.actors)))
    for iso3, name in setting.ladder.trade_with.items():
        gone = 1.0 - state.exposure[:, [setting.world.targets.index(iso3)]]
        cost = at.p("passthrough") * at.p("rerouting_loss") * gone
        trade = 100.0 * setting.futures.trait(name) / setting.futures.trait("gdp_usd_bn")
        target = setting.world.index[iso3]
        bill = bill + cost * np.where(setting.world.western, trade, 0.0)
        theater = setting.world.challenger.index(target)
        bill[:, target] = bill[:, target] + cost[:, 0] * trade_at_stake(setting)[:, theater]
    return bill


def impose(state: State, at: Quarter) -> State:
    """Phase 11: packages take force or are lifted; each state joins or not."""
    return state

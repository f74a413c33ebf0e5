"""M1 Preferences: ideal points generated from traits and beliefs; no lever writes them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from simulator.arrays import Floats, sigmoid
from simulator.ladder import FEATURES
from simulator.phase import Quarter
from simulator.program import Text
from simulator.questions import SoundView
from simulator.state import State
from simulator.tally import mean, weighted
from simulator.world import FORUMS

_WEIGHTS = {f: f"weight_{f}" for f in FEATURES}


def features(belief: Floats, text: Text, at: Quarter) -> Floats:
    """Traits and beliefs of every actor that speak to a text, (runs, actors, features).

    Threat is the belief about the actor whom wording is about; `russia` is the share of the
    threat at home (the challenger of the first theater) in the two.
    """
    setting = at.setting
    world, f = setting.world, setting.futures
    far = world.targets.index(world.actors[int(np.argmax(setting.ladder.wording_object))])
    home = world.challenger_target[0]
    alarm, at_home = sigmoid(belief[..., far]), sigmoid(belief[..., home])
    dispute = np.zeros_like(alarm)
    if text.subject is not None:
        dispute = dispute + f.dispute_with(text.subject)
    columns = {
        "threat": alarm,
        "trade": f.trait("trade_dependence"),
        "openness": f.trait("capital_openness"),
        "russia": at_home / (at_home + alarm),
        "alignment": f.trait("us_alignment"),
        "autonomy": f.trait("autonomy"),
        "dispute": dispute,
    }
    return np.stack([columns[name] for name in FEATURES], axis=-1)


def salience(state: State, text: Text, at: Quarter) -> Floats:
    """Who cares enough to be seen objecting, (runs, actors) (nac_notes 1).

    On footprint asks: territory, presence and size in the region; everywhere it rises with
    crises in the theaters a government has a stake in.
    """
    setting = at.setting
    base = np.ones((state.runs, len(setting.world.actors)))
    if setting.ladder.footprint[text.issue]:
        s, f = setting.ladder.salience, setting.futures
        base = (
            s["base"]
            + s["territory"] * f.trait("territorial_stake")
            + s["presence"] * f.trait("regional_presence")
            + s["size"] * f.trait("size")
        )
    alert = weighted(setting.futures.stakes, (state.level - 1.0)[:, None]) / 2.0
    return base * np.maximum(1.0 + at.p("crisis_salience") * alert, 0.0)


def sounding(
    state: State, t: int, texts: Floats, precedents: Floats, who: Sequence[int], at: Quarter,
    partner: bool = False,
) -> SoundView:  # fmt: skip
    """The view of the sounding on text `t` for the governments `who`.

    `texts`, `precedents`: (runs, texts).  The reference is the forum's member mean at the base
    date, per future, so that a shared rise in threat moves all (nac_notes 1).  Partners outside
    the forum have an intercept and a spread of taste of their own.
    """
    setting, text = at.setting, at.setting.program.texts[t]
    rows = list(who)
    now = features(state.belief, text, at)
    base = features(setting.start_belief, text, at)
    members = np.flatnonzero(setting.ladder.forums[text.forum].members)
    reference = mean(np.moveaxis(base[:, members], 1, -1))
    weights = np.stack([setting.futures.parameter(_WEIGHTS[f]) for f in FEATURES], axis=-1)
    signs = setting.ladder.signs[text.issue]
    spread = at.p("partner_spread") if partner else at.p("taste_spread")
    if partner:
        intercept = at.p("partner_intercept")
    else:
        intercept = setting.intercept[:, text.issue : text.issue + 1]
    return SoundView(
        features=np.ascontiguousarray(now[:, rows]),
        reference=reference[:, None],
        weights=(weights * signs)[:, None],
        intercept=intercept,
        taste=spread * setting.taste[:, t][:, rows],
        scale=at.p("preference_scale"),
        salience=np.ascontiguousarray(salience(state, text, at)[:, rows]),
        standing=state.text[:, text.forum, text.issue][:, None],
        texts=texts[:, None],
        precedents=precedents[:, None],
    )


assert FORUMS

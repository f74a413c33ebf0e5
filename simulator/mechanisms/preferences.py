"""M1 Preferences: ideal points generated from traits and beliefs; no lever writes them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from simulator.arrays import Floats, sigmoid
from simulator.ladder import FEATURES
from simulator.mechanisms import alignment, stocks
from simulator.phase import Quarter
from simulator.program import Text
from simulator.questions import SoundView
from simulator.state import State
from simulator.tally import mean
from simulator.world import FORUMS, ISSUES

DIVIDING = ("engagement", "sanctions")
_WEIGHTS = {f: f"weight_{f}" for f in FEATURES}


def features(belief: Floats, text: Text, rows: Sequence[int], at: Quarter) -> Floats:
    """Traits and beliefs of the governments `rows` that speak to a text, (runs, rows, features).

    Threat is the belief about the actor whom wording is about; `russia` is the share of the
    threat at home (the challenger of the first theater) in the two.
    """
    world = at.setting.world
    far = world.targets.index(world.actors[int(np.argmax(at.setting.ladder.wording_object))])
    home = world.challenger_target[0]
    alarm, at_home = sigmoid(belief[:, rows, far]), sigmoid(belief[:, rows, home])
    table = _standing(text, tuple(rows), at).copy()
    table[..., FEATURES.index("threat")] = alarm
    table[..., FEATURES.index("russia")] = at_home / (at_home + alarm)
    return table


def _standing(text: Text, rows: tuple[int, ...], at: Quarter) -> Floats:
    """The features that do not change during a run, worked out once (zero where they do)."""
    f, known = at.setting.futures, at.setting.kept
    key = ("features", text.forum, text.issue, rows)
    if key not in known:
        dispute = 0.0 if text.subject is None else f.dispute_with(text.subject)[:, rows]
        table = np.zeros((len(f.runs), len(rows), len(FEATURES)))
        columns = {
            "trade": f.trait("trade_dependence")[:, rows],
            "openness": f.trait("capital_openness")[:, rows],
            "alignment": f.trait("us_alignment")[:, rows],
            "autonomy": f.trait("autonomy")[:, rows],
            "dispute": dispute,
        }
        for name, column in columns.items():
            table[..., FEATURES.index(name)] = column
        known[key] = table
    return known[key]


def _reference(text: Text, at: Quarter) -> Floats:
    """The forum's mean of each feature at the base date, per future, (runs, features)."""
    setting, key = at.setting, ("reference", text.forum, text.issue)
    if key not in setting.kept:
        members = np.flatnonzero(setting.ladder.forums[text.forum].members).tolist()
        base = features(setting.start_belief, text, members, at)
        setting.kept[key] = mean(np.moveaxis(base, 1, -1))
    return setting.kept[key]


def salience(state: State, text: Text, rows: Sequence[int], at: Quarter) -> Floats:
    """Who cares enough to be seen objecting, (runs, rows) (nac_notes 1).

    On footprint asks: territory, presence and size in the region; everywhere it rises with
    crises in the theaters a government has a stake in; on what divides the region into blocs,
    with that division.
    """
    setting, f = at.setting, at.setting.futures
    base = np.ones((state.runs, len(rows)))
    if setting.ladder.footprint[text.issue]:
        s = setting.ladder.salience
        base = (
            s["base"]
            + s["territory"] * f.trait("territorial_stake")[:, rows]
            + s["presence"] * f.trait("regional_presence")[:, rows]
            + s["size"] * f.trait("size")[:, rows]
        )
    alert = stocks.alert(state, at)[:, rows]
    if ISSUES[text.issue] in DIVIDING:
        alert = alert + alignment.divided(state, at)[:, None]
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
    weights = np.stack([setting.futures.parameter(_WEIGHTS[f]) for f in FEATURES], axis=-1)
    signs = setting.ladder.signs[text.issue]
    spread = at.p("partner_spread") if partner else at.p("taste_spread")
    if partner:
        intercept = at.p("partner_intercept")
    else:
        intercept = setting.intercept[:, text.issue : text.issue + 1]
    return SoundView(
        features=features(state.belief, text, rows, at),
        reference=_reference(text, at)[:, None],
        weights=(weights * signs)[:, None],
        intercept=intercept,
        taste=spread * setting.taste[:, t][:, rows],
        scale=at.p("preference_scale"),
        salience=salience(state, text, rows, at),
        standing=state.text[:, text.forum, text.issue][:, None],
        texts=texts[:, None],
        precedents=precedents[:, None],
    )


assert FORUMS

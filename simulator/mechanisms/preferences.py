"""M1 Preferences: ideal points generated from traits and beliefs; no lever writes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from simulator.arrays import Floats, sigmoid
from simulator.ladder import FEATURES
from simulator.mechanisms import alignment, politics, stocks
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
    alarm, at_home = (sigmoid(at.of(belief[..., j])[:, rows]) for j in (far, home))
    table = at.of(_standing(text, tuple(rows), at))
    table = table.copy() if at.rows is None else table
    table[..., FEATURES.index("threat")] = alarm
    table[..., FEATURES.index("russia")] = at_home / (at_home + alarm)
    return table


def _standing(text: Text, rows: tuple[int, ...], at: Quarter) -> Floats:
    """The features that do not change during a run, worked out once (zero where they do)."""
    f, known = at.setting.futures, at.setting.kept
    key = ("features", text.forum, text.issue, rows)
    if key not in known:
        dispute = 0.0 if text.subject is None else quarrel(text.subject, at)[:, rows]
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


def quarrel(subject: int, at: Quarter) -> Floats:
    """Intensity of every actor's dispute with a subject, for the whole block, (runs, actors)."""
    setting, key = at.setting, ("quarrel", subject)
    if key not in setting.kept:
        setting.kept[key] = setting.futures.dispute_with(subject)
    return setting.kept[key]


def _reference(text: Text, at: Quarter) -> Floats:
    """The forum's mean of each feature at the base date, per future, (runs, features)."""
    setting, key = at.setting, ("reference", text.forum, text.issue)
    if key not in setting.kept:
        members = np.flatnonzero(setting.ladder.forums[text.forum].members).tolist()
        base = features(setting.start_belief, text, members, replace(at, rows=None))
        setting.kept[key] = mean(np.moveaxis(base, 1, -1))
    return at.of(setting.kept[key])


def _weights(text: Text, at: Quarter) -> Floats:
    """Signed weights of the features on an issue, (runs, features)."""
    setting, key = at.setting, ("weights", text.issue)
    if key not in setting.kept:
        columns = [setting.futures.parameter(_WEIGHTS[f]) for f in FEATURES]
        setting.kept[key] = np.stack(columns, axis=-1) * setting.ladder.signs[text.issue]
    return at.of(setting.kept[key])


def salience(state: State, text: Text, rows: Sequence[int], at: Quarter) -> Floats:
    """Who cares enough to be seen objecting, (runs, rows) (nac_notes 1).

    On footprint asks: territory, presence and size in the region; everywhere it rises with
    crises in the theaters a government has a stake in; on what divides the region into blocs,
    with that division.
    """
    ladder, f, known = at.setting.ladder, at.setting.futures, at.setting.kept
    key = ("salience", bool(ladder.footprint[text.issue]), tuple(rows))
    if key not in known:
        known[key] = np.ones((len(f.runs), len(rows)))
        if ladder.footprint[text.issue]:
            s = ladder.salience
            known[key] = (
                s["base"]
                + s["territory"] * f.trait("territorial_stake")[:, rows]
                + s["presence"] * f.trait("regional_presence")[:, rows]
                + s["size"] * f.trait("size")[:, rows]
            )
    alert = stocks.alert(state, at, rows)
    if ISSUES[text.issue] in DIVIDING:
        alert = alert + at.of(alignment.divided(state, at))[:, None]
    return at.of(known[key]) * np.maximum(1.0 + at.p("crisis_salience") * alert, 0.0)


def sounding(
    state: State, t: int, standing: Floats, texts: Floats, precedents: Floats,
    who: Sequence[int], at: Quarter, partner: bool = False,
) -> SoundView:  # fmt: skip
    """The view of the sounding on text `t` for the governments `who`.

    `standing`: (runs,), `texts`, `precedents`: (runs, texts), of the runs that `at` looks at.
    The reference is the forum's member mean at the base date, per future, so that a shared rise
    in threat moves all (nac_notes 1).  Partners outside the forum have an intercept and a spread
    of taste of their own.
    """
    setting, text = at.setting, at.setting.program.texts[t]
    rows = list(who)
    spread = at.p("partner_spread") if partner else at.p("taste_spread")
    if partner:
        intercept = at.p("partner_intercept")
    else:
        intercept = at.of(setting.intercept)[:, text.issue : text.issue + 1]
    traits = features(state.belief, text, rows, at)
    place = FEATURES.index("alignment")
    traits[..., place] = traits[..., place] * politics.alignment_drift(state, at)[:, rows]
    return SoundView(
        features=traits,
        reference=_reference(text, at)[:, None],
        weights=_weights(text, at)[:, None],
        intercept=intercept,
        taste=spread * at.of(setting.taste[:, t])[:, rows]
        + politics.taste_shift(state, at)[:, rows],
        scale=at.p("preference_scale"),
        salience=salience(state, text, rows, at),
        standing=standing[:, None],
        texts=texts[:, None],
        precedents=precedents[:, None],
    )


assert FORUMS

"""M1 Preferences: ideal points generated from traits and beliefs; no lever writes them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from simulator.arrays import Bools, Floats, sigmoid
from simulator.ladder import FEATURES
from simulator.mechanisms import alignment, politics, stocks
from simulator.phase import Quarter
from simulator.program import Text
from simulator.questions import SoundView
from simulator.state import State
from simulator.tally import mean
from simulator.world import WEST

DIVIDING = ("engagement", "sanctions")
_WEIGHTS = {f: f"weight_{f}" for f in FEATURES}
_TRAITS = {
    "trade": "trade_dependence", "openness": "capital_openness", "alignment": "us_alignment",
    "autonomy": "autonomy",
}  # fmt: skip


def features(state: State, text: Text, rows: Sequence[int], at: Quarter) -> Floats:
    """Traits and beliefs of the governments `rows` that speak to a text, (runs, rows, features).

    Threat is the belief about the actor whom wording is about; `russia` is the share of the
    threat at home (the challenger of the first theater) in the two; `leaning` how far a state
    between the blocs has moved since the start, in the forums where that counts.
    """
    table = _with_beliefs(state.belief, text, rows, at)
    if "leaning" in at.setting.ladder.forums[text.forum].adds:
        moved = at.of(state.alignment - _at_start("alignment", at))
        table[..., FEATURES.index("leaning")] = moved[:, rows]
    return table


def _with_beliefs(belief: Floats, text: Text, rows: Sequence[int], at: Quarter) -> Floats:
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
    key = ("features", text.forum, text.subject, text.sponsor, rows)
    if key not in known:
        table = np.zeros((len(f.runs), len(rows), len(FEATURES)))
        columns = {name: f.trait(trait) for name, trait in _TRAITS.items()}
        if text.subject is not None:
            columns["dispute"] = quarrel(text.subject, at)
            columns["patron"] = patronage(text.subject, at)
        if "rival" in at.setting.ladder.forums[text.forum].adds:
            columns["rival"] = rivalry(text.sponsor, at)
        for name, column in columns.items():
            table[..., FEATURES.index(name)] = column[:, rows]
        known[key] = table
    return known[key]


def quarrel(subject: int, at: Quarter) -> Floats:
    """Intensity of every actor's dispute with one of them, for the whole block, (runs, actors)."""
    setting, key = at.setting, ("quarrel", subject)
    if key not in setting.kept:
        setting.kept[key] = setting.futures.dispute_with(subject)
    return setting.kept[key]


def patronage(subject: int, at: Quarter) -> Floats:
    """How far every actor stands behind one of them, 0..1, for the whole block, (runs, actors):
    the actor itself, its guarantors, and the other red states by their solidarity if it is red."""
    setting, key = at.setting, ("patronage", subject)
    if key not in setting.kept:
        f, world = setting.futures, setting.world
        behind = np.zeros((len(f.runs), len(world.actors)))
        for g, cover in f.guarantees.items():
            who = world.members(g)
            behind = np.maximum(behind, np.max(cover[:, subject], axis=-1)[:, None] * who)
        if subject in world.red:
            red = np.isin(np.arange(len(world.actors)), world.red)
            behind = np.maximum(behind, f.trait("bloc_solidarity") * red)
        setting.kept[key] = np.where(np.arange(len(world.actors)) == subject, 1.0, behind)
    return setting.kept[key]


def rivalry(sponsor: int, at: Quarter) -> Floats:
    """How far the sponsor of a text is a rival of every actor, 0..1, for the whole block,
    (runs, actors): in the other camp, or in an open dispute."""
    world = at.setting.world
    camps = {WEST: "red", "red": WEST}
    opposed = [camps.get(side) == world.sides[sponsor] for side in world.sides]
    return np.maximum(quarrel(sponsor, at), np.array(opposed, dtype=float))


def _at_start(name: str, at: Quarter) -> Floats:
    """A variable of alignment (M13) or of the slow stocks (M19) at the start, for the block."""
    key = ("at start", name)
    if key not in at.setting.kept:
        own = stocks if name == "awareness" else alignment
        at.setting.kept[key] = own.begin(at.setting)[name]
    return at.setting.kept[key]


def _reference(text: Text, at: Quarter) -> Floats:
    """The forum's mean of each feature at the base date, per future, (runs, features)."""
    setting, key = at.setting, ("reference", text.forum, text.subject, text.sponsor)
    if key not in setting.kept:
        members = np.flatnonzero(setting.ladder.forums[text.forum].members).tolist()
        base = _with_beliefs(setting.start_belief, text, members, at.whole)
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

    On footprint asks: territory, presence and size in the region.  On issues that crises bear on
    it rises with levels in the theaters a government has a stake in, the far ones the more it has
    become aware of them (M19); on issues that divide blocs with polarization (M13).
    """
    ladder, issue = at.setting.ladder, text.issue
    rise = np.zeros((at.runs, 1))
    if ladder.crises[issue]:
        rise = rise + stocks.alert(state, at, rows)
    if ladder.blocs[issue]:
        rise = rise + at.of(alignment.divided(state, at))[:, None]
    scaled = np.maximum(1.0 + at.p("crisis_salience") * rise, 0.0)
    return at.of(_standing_salience(issue, tuple(rows), at)) * scaled


def _standing_salience(issue: int, rows: tuple[int, ...], at: Quarter) -> Floats:
    ladder, f, known = at.setting.ladder, at.setting.futures, at.setting.kept
    key = ("salience", bool(ladder.footprint[issue]), rows)
    if key not in known:
        known[key] = np.ones((len(f.runs), len(rows)))
        if ladder.footprint[issue]:
            s = ladder.salience
            known[key] = (
                s["base"]
                + s["territory"] * f.trait("territorial_stake")[:, rows]
                + s["presence"] * f.trait("regional_presence")[:, rows]
                + s["size"] * f.trait("size")[:, rows]
            )
    return known[key]


def sounding(
    state: State, t: int, text: Text, standing: Floats, texts: Floats, precedents: Floats,
    who: Sequence[int], guests: Bools, at: Quarter,
) -> SoundView:  # fmt: skip
    """The view of the sounding on text `t` for the governments `who`.

    `standing`: (runs,), `texts`, `precedents`: (runs, texts), of the runs that `at` looks at.
    The reference is the forum's member mean at the base date, per future, so that a shared rise
    in threat moves all (nac_notes 1).  `guests` (who,) speak with the voice of partners: an
    intercept and a spread of taste of their own.
    """
    setting, rows = at.setting, list(who)
    spread, intercept = at.p("taste_spread"), at.of(setting.intercept)[:, text.issue][:, None]
    if guests.any():
        spread = np.where(guests, at.p("partner_spread"), spread)
        intercept = np.where(guests, at.p("partner_intercept"), intercept)
    traits = features(state, text, rows, at)
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

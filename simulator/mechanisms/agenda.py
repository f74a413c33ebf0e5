"""M2, steps 1 and 6: what comes to the table when, and what is heard of it while it waits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from simulator.arrays import Bools, Floats
from simulator.mechanisms.minutes import WEAKENED, Minutes
from simulator.mechanisms.tally_rules import COALITION_RULE, TWICE, rule_of
from simulator.phase import Quarter
from simulator.program import Text
from simulator.state import State, happened
from simulator.world import FORUMS

JOINT = FORUMS.index("minilateral")


def due(state: State, minutes: Minutes, t: int, at: Quarter) -> Bools:
    """Runs in which a text may come to the table: begun, undecided, and past its cool-down."""
    begun = np.zeros(state.runs, dtype=bool)
    for b, bundle in enumerate(at.setting.program.bundles):
        if any(t == index for index, _ in bundle.asks):
            begun = begun | happened(state.started[:, b])
    return begun & ~happened(minutes.decided[:, t]) & (at.number >= minutes.next_try[:, t])


def age_noise(minutes: Minutes, at: Quarter) -> None:
    """Private reasons persist: each quarter a government keeps its draw with chance rho.

    A text that is decided everywhere asks for them no more; texts on the same issue in the same
    forum meet the same reasons.
    """
    drawn: dict[tuple[int, int], tuple[Floats, Bools]] = {}
    for t, text in enumerate(at.setting.program.texts):
        if happened(minutes.decided[:, t]).all():
            continue
        about = (text.forum, text.issue)
        if about not in drawn:
            drawn[about] = _reasons(f"{text.forum}:{text.issue}", at)
        fresh, kept = drawn[about]
        minutes.vote_noise[:, t] = np.where(kept, minutes.vote_noise[:, t], fresh)


def _reasons(key: str, at: Quarter) -> tuple[Floats, Bools]:
    """New private reasons, uniform, and where the old ones are kept, each (runs, actors)."""
    actors = len(at.setting.world.actors)
    fresh = at.luck(f"vote-noise:{key}", actors)
    keep = at.luck(f"vote-noise-kept:{key}", actors) < at.p("vote_noise_persistence")
    return fresh, keep & (at.number > 0)


def around(text: Text, at: Quarter) -> Text | None:
    """The text as one that a coalition carries instead of its forum (C16); None where that cannot
    be: membership, a change of the treaty, or a coalition's text already."""
    if rule_of(text, at) in (COALITION_RULE, TWICE) or at.setting.ladder.cases[text.issue]:
        return None
    return replace(text, forum=JOINT, rule=COALITION_RULE)


def fade_rumor(minutes: Minutes, t: int, waiting: Bools, at: Quarter) -> None:
    """Talk of a text gives part of its visibility from its announcement, all of it once it leaked,
    and half as much each quarter after a block; adopted texts are seen for what they are."""
    pending = waiting & (at.notes["results"][t] < WEAKENED)
    heard = np.where(at.notes["leaked"][t] > 0.0, 1.0, at.p("early_visibility")[:, 0])
    quiet = at.p("rumor_kept")[:, 0] * minutes.rumor[:, t]
    said = np.maximum(np.where(pending, heard, 0.0), quiet)
    minutes.rumor[:, t] = np.where(happened(minutes.decided[:, t]), 0.0, said)

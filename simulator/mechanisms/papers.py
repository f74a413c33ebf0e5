"""M2, the paper on the table: how far it moves, where it leads, what it is called if it passes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.arrays import Bools, Floats, Ints
from simulator.mechanisms.minutes import ADOPTED, FIRST_READING, WEAKENED
from simulator.phase import Quarter
from simulator.program import Text
from simulator.questions import Answer

SLACK = 1e-12  # texts on a grid meet their least up to rounding


@dataclass(frozen=True)
class Paper:
    """A text on the table in some runs: its words, what it is worth to each member and to the
    sponsor, how likely it looked to pass, what standing alone costs, what moved each ideal point;
    runs first."""

    rows: Ints
    standing: Floats
    wording: Floats
    gain: Floats
    own: Floats
    likely: Floats
    isolation: Floats
    parts: Floats
    heard: Answer


def precedent(text: Text, share: Floats, at: Quarter) -> Floats:
    """How much further than its words a visible text leads: omega times its visible step.

    What is withdrawn can be no more than what stands.
    """
    standing = float(at.setting.ladder.stance["visibility"][-1, int(np.argmax(text.visibility**2))])
    step = text.headline if text.headline >= 0.0 else text.headline * standing
    return at.p("precedent_depth") * step * share


def least_move(text: Text, standing: Floats) -> Floats:
    """Least move from the standing text that still counts as adopted, (runs,)."""
    asked = np.stack([np.abs(ask.least(standing) - standing) for _, ask in text.asks], axis=-1)
    least: Floats = np.min(asked, axis=-1)
    return least


def success(text: Text, paper: Paper, once: Bools) -> Floats:
    """What it is called if it passes: adopted, if it still is the thing asked; else weakened; or
    agreed at first reading where it takes two."""
    moved = np.abs(paper.wording - paper.standing)
    whole = moved >= least_move(text, paper.standing) - SLACK
    return np.where(once, FIRST_READING, np.where(whole, ADOPTED, WEAKENED))

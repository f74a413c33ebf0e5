"""Votes counted over sessions and runs, in whole numbers, so that no order of adding matters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from simulator.arrays import Floats, Ints
from simulator.ladder import FEATURES
from simulator.phase import Quarter
from simulator.setting import Setting
from simulator.world import FORUMS, ISSUES, World

COUNTS = ("sessions", "supported", "acquiesced", "hid", "broke", "blamed")
_MICRO = 1e6  # sums of pp and log-odds are kept in millionths, as whole numbers


@dataclass(frozen=True)
class Ballots:
    """`counts` (texts, actors, counts), `objection` (texts, actors) and `parts`
    (texts, actors, features), the last two in millionths.

    Votes in bodies, not who joins a coalition; a member that votes against or stands aside
    counts as one that broke silence.  Texts that the leadership tables by itself are left out.
    """

    texts: tuple[tuple[int, int, float], ...]
    counts: Ints
    objection: Ints
    parts: Ints

    @classmethod
    def none(cls, setting: Setting) -> Ballots:
        """An empty count for the texts of a setting."""
        texts = tuple((t.forum, t.issue, t.target) for t in setting.program.texts)
        shape = (len(texts), len(setting.world.actors))
        return cls(
            texts,
            np.zeros((*shape, len(COUNTS)), dtype=np.int64),
            np.zeros(shape, dtype=np.int64),
            np.zeros((*shape, len(FEATURES)), dtype=np.int64),
        )

    @classmethod
    def together(cls, many: list[Ballots]) -> Ballots:
        """The sum of several counts over the same texts."""
        first = many[0]
        return cls(
            first.texts,
            np.sum([b.counts for b in many], axis=0),
            np.sum([b.objection for b in many], axis=0),
            np.sum([b.parts for b in many], axis=0),
        )

    def add(self, at: Quarter) -> Ballots:
        """With the sessions of one quarter."""
        votes: dict[int, Any] = at.notes.get("votes", {})
        if not votes:
            return self
        counts, objection, parts = self.counts.copy(), self.objection.copy(), self.parts.copy()
        for t, vote in votes.items():
            if at.setting.program.texts[t].by_leadership:
                continue
            members, against = vote["members"], vote["gain"] < 0.0
            seen = {
                "sessions": np.ones_like(against),
                "supported": ~against,
                "acquiesced": against & ~vote["broke"] & ~vote["hid"],
                "hid": vote["hid"],
                "broke": vote["broke"],
                "blamed": vote["blamed"][:, None] == np.arange(len(members)),
            }
            for n, name in enumerate(COUNTS):
                counts[t, members, n] += seen[name].sum(axis=0)
            objection[t, members] += _micro(-vote["gain"])
            parts[t, members] += _micro(vote["parts"])
        return Ballots(self.texts, counts, objection, parts)

    def frame(self, world: World) -> pd.DataFrame:
        """One row per text and member that sat."""
        rows = []
        for t, (forum, issue, target) in enumerate(self.texts):
            for i in np.flatnonzero(self.counts[t, :, 0]):
                sessions = int(self.counts[t, i, 0])
                row: dict[str, Any] = {
                    "text": t, "forum": FORUMS[forum], "issue": ISSUES[issue], "target": target,
                    "actor": world.actors[i], "name": world.names[world.actors[i]],
                }  # fmt: skip
                row |= {name: int(self.counts[t, i, n]) for n, name in enumerate(COUNTS)}
                row["objection_pp"] = self.objection[t, i] / _MICRO / sessions
                for n, feature in enumerate(FEATURES):
                    row[f"part_{feature}"] = self.parts[t, i, n] / _MICRO / sessions
                rows.append(row)
        head = ["text", "forum", "issue", "target", "actor", "name", *COUNTS, "objection_pp"]
        return pd.DataFrame(rows, columns=[*head, *(f"part_{f}" for f in FEATURES)])


def _micro(values: Floats) -> Ints:
    whole: Ints = np.rint(values * _MICRO).astype(np.int64).sum(axis=0)
    return whole

"""The frozen world: who there is, where, and what is known about them.

Axes, always in this order where they occur: runs, actors, targets of belief, theaters, levels.
A *target* is somebody a government forms a belief about: each red state, and the West as one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from simulator.arrays import Bools, Floats, read_only

if TYPE_CHECKING:
    import pandas as pd

THEATERS = ("europe", "taiwan", "korea", "south_china_sea")
FORUMS = ("nac", "eu", "asean", "unsc", "minilateral")
ISSUES = ("engagement", "sanctions", "burden", "wording", "mission", "accession")
CLASSES = ("land", "naval_air", "missile")
LEVELS = range(6)
WEST = "west"
GROUP_COLUMNS = {"NATO": "nato", "EU": "eu", "IP4": "ip4", "ASEAN": "asean", "UNSC": "unsc"}


@dataclass(frozen=True)
class World:
    """All actors with the range of each trait; read-only arrays over actors.

    `traits[name]` is (low, value, high), each of shape (actors,), in the unit of the trait table.
    `guarantee[g]` is the strength 0..1, (low, value, high), each (actors, theaters), with which
    guarantor `g` (an actor, or a group acting as one) is bound to defend each actor there.
    `dispute` is (low, value, high), each (actors, subjects), 0..1.
    `elections` is 1 in the quarters in which an actor votes on who governs it (quarters, actors).
    `permanent` marks the members of the Security Council who can veto, (actors,).
    """

    actors: tuple[str, ...]
    names: dict[str, str]
    kinds: tuple[str, ...]
    sides: tuple[str, ...]
    groups: dict[str, Bools]
    permanent: Bools
    distant: Bools
    traits: dict[str, tuple[Floats, Floats, Floats]]
    guarantee: dict[str, tuple[Floats, Floats, Floats]]
    dispute: tuple[Floats, Floats, Floats]
    elections: Floats
    fingerprint: str

    @cached_property
    def index(self) -> dict[str, int]:
        """Row of each actor id."""
        return {iso3: i for i, iso3 in enumerate(self.actors)}

    @cached_property
    def red(self) -> tuple[int, ...]:
        """Rows of the red states."""
        return tuple(i for i, side in enumerate(self.sides) if side == "red")

    @cached_property
    def western(self) -> Bools:
        """Mask of the actors that make up the West, (actors,)."""
        return np.array([side == WEST for side in self.sides])

    @cached_property
    def targets(self) -> tuple[str, ...]:
        """Whom beliefs are about: each red state, then the West as a whole."""
        return (*(self.actors[i] for i in self.red), WEST)

    @cached_property
    def challenger(self) -> tuple[int, ...]:
        """The actor index of the state that claims each theater (one per theater)."""
        return tuple(int(np.argmax(self.traits[f"claims_{k}"][1])) for k in THEATERS)

    @cached_property
    def challenger_target(self) -> tuple[int, ...]:
        """The same, as an index into `targets`."""
        return tuple(self.red.index(i) for i in self.challenger)

    def members(self, who: str) -> Bools:
        """Mask (actors,) of a group name or a single actor id."""
        if who in self.groups:
            return self.groups[who]
        mask = np.zeros(len(self.actors), dtype=bool)
        mask[self.index[who]] = True
        return mask

    def together(self, names: Sequence[str]) -> Bools:
        """Mask (actors,) of everybody in a list of group names and actor ids."""
        mask = np.zeros(len(self.actors), dtype=bool)
        for who in names:
            mask = mask | self.members(who)
        return mask

    def trait(self, name: str) -> Floats:
        """Central values of a trait, (actors,)."""
        return self.traits[name][1]


def build_world(
    actors: pd.DataFrame,
    traits: pd.DataFrame,
    guarantees: pd.DataFrame,
    disputes: pd.DataFrame,
    elections: Callable[[Sequence[str]], Floats],
    fingerprint: str,
) -> World:
    """Turn the checked tables of `agents` into read-only arrays."""
    ids = tuple(actors["iso3"])
    position = {iso3: i for i, iso3 in enumerate(ids)}
    table: dict[str, tuple[Floats, Floats, Floats]] = {}
    for name, cells in traits.groupby("trait"):
        rows = cells.set_index("actor").loc[list(ids)]
        table[str(name)] = _triple(*(rows[c].to_numpy(float) for c in ("low", "value", "high")))
    groups = {g: actors[c].to_numpy() == 1 for g, c in GROUP_COLUMNS.items()}
    groups[WEST] = actors["side"].to_numpy() == WEST
    bound = {
        str(g): _matrix(
            cells, position, "protected", "theater", {k: n for n, k in enumerate(THEATERS)}
        )
        for g, cells in guarantees.groupby("guarantor")
    }
    return World(
        actors=ids,
        names=dict(zip(ids, actors["name"], strict=True)),
        kinds=tuple(actors["kind"]),
        sides=tuple(actors["side"]),
        groups=groups,
        permanent=actors["permanent"].to_numpy() == 1,
        distant=actors["distant_stakes"].to_numpy() == 1,
        traits=table,
        guarantee=bound,
        dispute=_matrix(disputes, position, "actor", "subject", position, value="intensity"),
        elections=read_only(elections(ids)),
        fingerprint=fingerprint,
    )


def _matrix(
    cells: pd.DataFrame,
    rows: dict[str, int],
    row: str,
    column: str,
    columns: dict[str, int],
    value: str = "value",
) -> tuple[Floats, Floats, Floats]:
    """Three dense (rows, columns) matrices (low, value, high) from a long table; absent is zero."""
    out = [np.zeros((len(rows), len(columns))) for _ in range(3)]
    for cell in cells.to_dict("records"):
        for matrix, name in zip(out, ("low", value, "high"), strict=True):
            i, j = rows[cell[row]], columns[cell[column]]
            matrix[i, j] = max(matrix[i, j], cell[name])
    return _triple(*out)


def _triple(low: Floats, value: Floats, high: Floats) -> tuple[Floats, Floats, Floats]:
    return read_only(low), read_only(value), read_only(high)

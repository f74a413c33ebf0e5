"""What every scenario shares, as arrays: ladder profiles, standing stances, forums, issues."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from simulator.arrays import Bools, Floats
from simulator.world import CLASSES, FORUMS, ISSUES, THEATERS, World

FEATURES = ("threat", "trade", "openness", "russia", "alignment", "autonomy", "dispute")


@dataclass(frozen=True)
class Forum:
    """A body: its members (mask over actors), slots per quarter (ordinary, summit), cycle."""

    id: str
    title: str
    members: Bools
    slots: tuple[int, int]
    summit: int

    def seats(self, quarter: int) -> int:
        """Major items that the body can take in a quarter."""
        return self.slots[1] if quarter % 4 == self.summit else self.slots[0]


@dataclass(frozen=True)
class Ladder:
    """Profiles by level (6,), stances (targets, theaters), start beliefs; see ladder.yaml."""

    rungs: dict[str, list[str]]
    prize: Floats
    military_cost: Floats
    nuclear: Floats
    outrage: Floats
    sanctions: Floats
    type_matrix: Floats
    stance: dict[str, Floats]
    channel: Floats
    great_power: Floats
    great_power_of: Bools
    attacked: Floats
    level_shape: Floats
    bystander: float
    asean_unity: float
    trust: float
    texts: Floats
    forums: dict[int, Forum]
    signs: Floats
    footprint: Bools
    wording_object: Bools
    grid: int
    salience: dict[str, float]
    payable_floor: float
    trade_with: dict[str, str]
    energy_from: dict[str, str]
    trade_counts: list[str]
    chips: dict[str, str]
    elsewhere: dict[str, float]


def build_ladder(raw: dict[str, Any], world: World) -> Ladder:
    """Arrays from the shared content file (already read)."""
    profile = {k: np.array(v, dtype=float) for k, v in raw["profile"].items()}
    factor = np.array([raw["nuclear_factor"][k] for k in THEATERS], dtype=float)
    return Ladder(
        rungs=raw["rungs"],
        prize=profile["prize"],
        military_cost=profile["military_cost"],
        nuclear=factor[:, None] * profile["nuclear"],
        outrage=profile["outrage"],
        sanctions=profile["sanctions"],
        type_matrix=np.array(
            [[raw["useful"][c][k] for k in THEATERS] for c in CLASSES], dtype=float
        ),
        stance=_stances(raw["stance"], world),
        channel=np.array([raw["channel"][k] for k in THEATERS], dtype=float),
        great_power=np.array(raw["belief"]["great_power"], dtype=float),
        great_power_of=world.members(raw["belief"]["great_power_of"]),
        attacked=np.array(raw["belief"]["attacked"], dtype=float),
        level_shape=np.array(raw["belief"]["level_shape"], dtype=float),
        bystander=raw["belief"]["bystander"],
        asean_unity=raw["asean_unity"],
        trust=raw["trust"],
        texts=np.array([raw["texts"][d] for d in ISSUES], dtype=float),
        forums={
            FORUMS.index(f): Forum(
                f, v["title"], world.members(v["members"]), tuple(v["slots"]), v["summit"]
            )
            for f, v in raw["forums"].items()
        },
        signs=np.array([[raw["issues"][d][f] for f in FEATURES] for d in ISSUES], dtype=float),
        footprint=np.array([raw["issues"][d]["footprint"] for d in ISSUES]),
        wording_object=world.members(raw["wording_object"]),
        grid=raw["grid"],
        salience=raw["salience"],
        payable_floor=raw["payable_floor"],
        trade_with=raw["trade_with"],
        energy_from=raw["energy_from"],
        trade_counts=raw["losses"]["trade_counts"],
        chips=raw["losses"]["chips"],
        elsewhere=raw["rest_of_world"],
    )


def _stances(raw: dict[str, Any], world: World) -> dict[str, Floats]:
    """Standing stance of each target of belief in each theater, by kind of stance."""
    stances = {}
    for n, name in enumerate(("visibility", "military", "exclusiveness")):
        table = np.zeros((len(world.targets), len(THEATERS)))
        for k, theater in enumerate(THEATERS):
            table[world.challenger_target[k], k] = raw["red"][n]
            table[-1, k] = raw["west"][theater][n]
        stances[name] = table
    return stances

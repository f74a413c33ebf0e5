"""What every scenario shares, as arrays: ladder profiles, standing stances, forums, issues."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from simulator.arrays import Bools, Floats, Ints
from simulator.world import CLASSES, FORUMS, ISSUES, THEATERS, World

FEATURES = ("threat", "trade", "openness", "russia", "alignment", "autonomy", "dispute",
            "patron", "rival", "leaning")  # fmt: skip


@dataclass(frozen=True)
class Forum:
    """A body: who sits in it and from which quarter (masks over actors), what it takes to pass a
    text on each issue (`contracts.RULES`), slots per quarter (ordinary, summit), and its cycle.

    `opt_out` (issues): objectors stand aside instead of blocking; `guests`: members that speak
    with the voice of partners; `adds`: features of an ideal point that count here only;
    `allied`: a failure shows the allies divided.
    """

    id: str
    title: str
    members: Bools
    since: Ints
    guests: Bools
    rules: tuple[str, ...]
    opt_out: Bools
    adds: tuple[str, ...]
    allied: bool
    slots: tuple[int, int]
    summit: int

    def seats(self, quarter: int) -> int:
        """Major items that the body can take in a quarter."""
        return self.slots[1] if self.meets_at_summit(quarter) else self.slots[0]

    def meets_at_summit(self, quarter: int) -> bool:
        """Whether its leaders meet in a quarter."""
        return quarter % 4 == self.summit

    def sitting(self, quarter: int) -> Bools:
        """Who has joined by a quarter, (actors,)."""
        return self.members & (self.since <= quarter)


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
    crises: Bools
    blocs: Bools
    cases: Bools
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
        forums={FORUMS.index(f): _forum(f, v, world) for f, v in raw["forums"].items()},
        signs=np.array(
            [[raw["issues"][d].get(f, 0) for f in FEATURES] for d in ISSUES], dtype=float
        ),
        footprint=_flags(raw["issues"], "footprint"),
        crises=_flags(raw["issues"], "crises"),
        blocs=_flags(raw["issues"], "blocs"),
        cases=_flags(raw["issues"], "cases"),
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


def _forum(name: str, raw: dict[str, Any], world: World) -> Forum:
    since = np.zeros(len(world.actors), dtype=np.int64)
    for who, quarter in raw.get("joins", {}).items():
        since[world.index[who]] = quarter
    return Forum(
        id=name,
        title=raw["title"],
        members=world.together([*raw["members"], *raw.get("joins", {})]),
        since=since,
        guests=world.together(raw.get("guests", [])),
        rules=tuple(raw.get("rules", {}).get(d, raw["rule"]) for d in ISSUES),
        opt_out=np.array([d in raw.get("opt_out", []) for d in ISSUES]),
        adds=tuple(raw.get("adds", [])),
        allied=raw.get("allied", False),
        slots=tuple(raw["slots"]),
        summit=raw["summit"],
    )


def _flags(issues: dict[str, Any], kind: str) -> Bools:
    return np.array([kind in issues[d]["kinds"] for d in ISSUES])


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

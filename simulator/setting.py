"""What stays fixed while a block of runs is played: world, futures, program, and what follows.

Everything derived once per future (standing power, who guarantees whom, start beliefs) is worked
out here, so that phases read named quantities.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from simulator import draws
from simulator.arrays import Floats, by_last, logit, read_only
from simulator.futures import Futures
from simulator.ladder import Ladder
from simulator.program import Program
from simulator.scene import Imposed, Scene
from simulator.tally import total
from simulator.world import FORUMS, ISSUES, LEVELS, THEATERS, World


@dataclass(frozen=True)
class Shield:
    """A guarantor's cover in one theater: protected actor rows, strength (runs, rows), the pairs
    it can send, and its standing power there if it has no pair (runs,)."""

    theater: int
    rows: list[int]
    cover: Floats
    sends: list[int]
    standing: Floats


@dataclass(frozen=True)
class Setting:
    """Everything fixed for a block of runs; derived quantities are worked out once, on demand.

    `histories` numbers the histories of chance, if not by the futures' own numbers: a study plays
    every future through the same ones.  `kept` holds what mechanisms work out once per future, by
    a key of their own.
    """

    world: World
    ladder: Ladder
    futures: Futures
    program: Program
    scene: Scene
    coefficients: Floats
    imposed: Imposed | None = None
    histories: draws.Runs | None = None
    kept: dict[tuple[object, ...], Any] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def intercept(self) -> Floats:
        """Intercepts of ideal points, log-odds, (runs, issues); the lens's calibration shifts
        the one on engagement."""
        shift = np.zeros(len(ISSUES))
        shift[ISSUES.index("engagement")] = self.futures.calibration.engagement
        return self.futures.parameter("intercept") + shift

    @property
    def forum_count(self) -> int:
        """Number of forums."""
        return len(FORUMS)

    def p(self, name: str) -> Floats:
        """A scalar parameter as (runs, 1), or an axis-filling one as (runs, axis)."""
        value = self.futures.parameter(name)
        return value[:, None] if value.ndim == 1 else value

    def luck(self, question: str, quarter: int, *shape: int) -> Floats:
        """The uniform draws of one question in one quarter, (runs, *shape)."""
        runs = self.futures.runs if self.histories is None else self.histories
        return draws.uniforms(self.futures.seed, question, quarter, runs, shape)

    @cached_property
    def start_level(self) -> Floats:
        """Levels at the start, (theaters,)."""
        return self.scene.levels

    @cached_property
    def power(self) -> Floats:
        """(runs, actors, theaters) standing military weight."""
        return by_last(self.futures.power(self.ladder.type_matrix))

    @cached_property
    def reach(self) -> Floats:
        """Power each target can bring to each theater, (runs, targets, theaters), at the start.

        A red state with a distant reach brings a share of its largest standing power to Europe.
        """
        rows = [self.power[:, i] for i in self.world.red]
        afar = self.futures.parameter("distant_reach")
        for n, i in enumerate(self.world.red):
            row = rows[n].copy()
            row[:, 0] = row[:, 0] + afar[:, i] * row.max(axis=-1)
            rows[n] = row
        west = np.where(self.world.western[:, None], self.power, 0.0)
        rows.append(np.stack([total(west[..., k]) for k in range(len(THEATERS))], axis=-1))
        return np.stack(rows, axis=1)

    @cached_property
    def pairs(self) -> tuple[tuple[int, int], ...]:
        """(actor, theater) of every state that may defend there: Western ones with forces
        standing in the theater, and the one attacked."""
        found = []
        for k, theater in enumerate(THEATERS):
            there = self.world.traits[f"location_{theater}"][2] > 0.0
            armed = self.world.trait("milex_usd_bn") > 0.0
            attacked = self.world.trait(f"frontline_{theater}") > 0.0
            defends = there & armed & (self.world.western | attacked)
            found += [(int(i), k) for i in np.flatnonzero(defends)]
        return tuple(found)

    @cached_property
    def pair_actor(self) -> list[int]:
        """Actor row of each pair."""
        return [i for i, _ in self.pairs]

    @cached_property
    def pair_theater(self) -> list[int]:
        """Theater of each pair."""
        return [k for _, k in self.pairs]

    @cached_property
    def spans(self) -> tuple[slice, ...]:
        """Where each theater's pairs stand in the pair axis."""
        starts = [self.pair_theater.index(k) for k in range(len(THEATERS))]
        return tuple(
            slice(a, b) for a, b in zip(starts, [*starts[1:], len(self.pairs)], strict=True)
        )

    @cached_property
    def pair_power(self) -> Floats:
        """Standing power of each pair, (runs, pairs)."""
        return np.ascontiguousarray(self.power[:, self.pair_actor, self.pair_theater])

    @cached_property
    def pair_location(self) -> Floats:
        """Where the forces of each pair's state stand, (runs, pairs, theaters)."""
        return np.ascontiguousarray(self.futures.by_theater("location")[:, self.pair_actor])

    @cached_property
    def frontline(self) -> Floats:
        """1 for pairs whose state is the one attacked, (pairs,)."""
        flags = [self.world.trait(f"frontline_{THEATERS[k]}")[i] for i, k in self.pairs]
        return np.array(flags, dtype=float)

    @cached_property
    def bond(self) -> Floats:
        """How firmly each pair's state is bound to defend the attacked there, (runs, pairs)."""
        columns = []
        for i, k in self.pairs:
            front = np.flatnonzero(self.world.trait(f"frontline_{THEATERS[k]}") > 0.0)
            best = np.zeros(len(self.futures.runs))
            for g, cover in self.futures.guarantees.items():
                if g == self.world.actors[i] or (
                    g in self.world.groups and self.world.groups[g][i]
                ):
                    for attacked in front:
                        best = np.maximum(best, cover[:, attacked, k])
            columns.append(best)
        return np.stack(columns, axis=-1)

    @cached_property
    def shields(self) -> tuple[Shield, ...]:
        """Who protects whom where: one entry per guarantor and theater."""
        found = []
        for g, cover in self.futures.guarantees.items():
            group = self.world.groups.get(g)
            for k in range(len(THEATERS)):
                rows = np.flatnonzero(self.world.guarantee[g][2][:, k]).tolist()
                if not rows:
                    continue
                sends = [
                    n for n, (i, theater) in enumerate(self.pairs)
                    if theater == k and (self.world.actors[i] == g if group is None else group[i])
                ]  # fmt: skip
                standing = self.power[:, self.world.index.get(g, 0), k]
                covered = np.ascontiguousarray(cover[:, rows, k])
                found.append(Shield(k, rows, covered, sends, standing))
        return tuple(found)

    @cached_property
    def start_fight(self) -> Floats:
        """Challenger's start belief that a pair's state fights at each level, log-odds,
        (runs, pairs, levels).  Sources: `belief` in ladder.yaml (CSIS survey; judgement)."""
        top = self.ladder.great_power_of
        distant = self.world.distant[self.pair_actor] & (np.array(self.pair_theater) > 0)
        chance = np.zeros((len(self.futures.runs), len(self.pairs), len(LEVELS)))
        chance = chance + self.ladder.bystander
        afar = self.p("distant_intervention") * distant
        bound = np.maximum(self.bond, afar)[..., None] * self.ladder.level_shape
        chance = np.maximum(chance, bound)
        great = top[self.pair_actor][:, None]
        chance = np.where(great, self.ladder.great_power, chance)
        chance = np.where(self.frontline[:, None] > 0.0, self.ladder.attacked, chance)
        shift = self.p("intervention_shift")[..., None] * great
        return read_only(logit(chance) + shift)

    @cached_property
    def start_belief(self) -> Floats:
        """Log-odds that each target is expansionist, (runs, actors, targets)."""
        alarm = [self.futures.trait(f"alarm_{t}") for t in self.world.targets]
        return read_only(by_last(logit(np.stack(alarm, axis=-1))))

    @cached_property
    def usual_incidents(self) -> Floats:
        """Status-quo mean of hostile incidents per quarter, (runs, targets, theaters)."""
        table = np.zeros((len(self.futures.runs), len(self.world.targets), len(THEATERS)))
        for k, j in enumerate(self.world.challenger_target):
            table[:, j, k] = self.futures.calibration.incidents[k]
        return table

    @cached_property
    def prize(self) -> Floats:
        """Leadership value of the prize, pp, heavy-tailed across futures, (runs, theaters)."""
        u = draws.uniforms(self.futures.seed, "prize", 0, self.futures.runs, (len(THEATERS),))
        spread = np.exp(self.p("prize_spread") * draws.normal(u))
        return self.p("prize_median") * spread * self.futures.calibration.prize

    @cached_property
    def exposures(self) -> Floats:
        """What the loss coefficients multiply, (theaters, coefficients, runs, actors): chips,
        trade with the belligerents, being fought over, and one for the shock to all (M17).

        Distant allies' share of a loss elsewhere is scaled by the contested `distant_loss_scale`.
        """
        f, world, runs = self.futures, self.world, len(self.futures.runs)
        out = np.zeros((len(THEATERS), 4, runs, len(world.actors)))
        gdp = f.trait("gdp_usd_bn")
        for k, theater in enumerate(THEATERS):
            chips = self.ladder.chips.get(theater)
            out[k, 0] = 0.0 if chips is None else f.trait(chips)
            out[k, 1] = self._trade_with_belligerents(k, gdp)
            out[k, 2] = f.trait(f"frontline_{theater}")
            out[k, 3] = 1.0
        out[1:] = out[1:] * np.where(world.distant, self.p("distant_loss_scale"), 1.0)
        return out * self.p("loss_scale")

    def _trade_with_belligerents(self, k: int, gdp: Floats) -> Floats:
        """Trade with the challenger over own GDP; for the challenger, with the West.  In Europe,
        where no such trade is left, the stake there."""
        i = self.world.challenger[k]
        name = self.ladder.trade_with.get(self.world.actors[i])
        if name is None or THEATERS[k] not in self.ladder.trade_counts:
            return self.futures.stakes[..., k] if k == 0 else 0.0 * gdp
        trade = self.futures.trait(name)
        share = trade / gdp
        share[:, i] = total(np.where(self.world.western, trade, 0.0)) / gdp[:, i]
        return share

    @cached_property
    def challenger_loss(self) -> Floats:
        """Yearly loss, percent of GDP, of each theater's challenger by level,
        (runs, theaters, levels)."""
        rows = [self._loss_table(i, k) for k, i in enumerate(self.world.challenger)]
        return read_only(np.stack(rows, axis=1))

    @cached_property
    def pair_loss(self) -> Floats:
        """The same for the state of each pair, (runs, pairs, levels)."""
        return read_only(np.stack([self._loss_table(i, k) for i, k in self.pairs], axis=1))

    def _loss_table(self, i: int, k: int) -> Floats:
        row = np.ascontiguousarray(self.exposures[k, :, :, i].T)
        return total(row[:, None] * self.coefficients[k])

    @cached_property
    def taste(self) -> Floats:
        """Persistent private taste of every government on every text, standard normal."""
        return self._per_text("taste")

    @cached_property
    def misreading(self) -> Floats:
        """How the sponsor misreads every government's resolve, standard normal, persistent."""
        return self._per_text("misread")

    def _per_text(self, question: str) -> Floats:
        """Standard normal draws of every actor on every text, (runs, texts, actors)."""
        actors = len(self.world.actors)
        out = np.zeros((len(self.futures.runs), len(self.program.texts), actors))
        for n, text in enumerate(self.program.texts):
            key = f"{question}:{FORUMS[text.forum]}:{ISSUES[text.issue]}"
            out[:, n] = draws.normal(self.luck(key, 0, actors))
        return out

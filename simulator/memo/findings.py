"""What a folder has to say, scenario by scenario, before it is put into words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from simulator.analysis import Outcomes, Thresholds, measures
from simulator.analysis import dominance as dominance_of
from simulator.arrays import Floats
from simulator.errors import InputError, nearest
from simulator.memo import contested, robust
from simulator.memo.contested import Crux
from simulator.memo.reading import Material, Scene
from simulator.memo.robust import Concord, Measured, Pairs


@dataclass(frozen=True)
class Finding:
    """One scenario: `pairs` on the measure it is judged by, `beside` against the status quo on
    every measure, and everything that is told of them.

    `turned_from` is the usual measure, if that was the same under every policy.
    """

    scene: Scene
    metric: str
    turned_from: str | None
    pairs: Pairs
    beside: dict[str, Pairs]
    view: Outcomes
    measured: Measured
    leaders: tuple[int, ...]
    dominance: pd.DataFrame
    choices: pd.DataFrame | None
    across_metrics: Concord | None
    across_measures: Concord | None
    across_lenses: Concord | None
    cruxes: tuple[Crux, ...]
    domains: dict[str, tuple[Floats, Floats]]
    beliefs: pd.DataFrame
    futures_for_beliefs: int
    parameters: int

    @property
    def compared(self) -> int:
        """How many paired differences were looked at, on all measures."""
        beside = (p.compared for m, p in self.beside.items() if m != self.metric)
        return self.pairs.compared + sum(beside)

    @property
    def scenario(self) -> str:
        """The scenario's id."""
        return self.scene.scenario

    @property
    def policies(self) -> tuple[str, ...]:
        """The policies, the status quo first."""
        return self.scene.policies

    @property
    def lenses(self) -> tuple[str, ...]:
        """The lenses under which all policies have runs."""
        return self.scene.lenses


def findings(material: Material, metric: str | None = None, beliefs: bool = True
             ) -> Iterator[Finding]:  # fmt: skip
    """Scenario by scenario; `metric` judges all of them, by default each its own.

    `beliefs`: whether the values of contested parameters can be drawn anew.
    """
    if metric is not None and metric not in material.metrics:
        raise InputError(
            f"{metric!r} cannot be judged by: the study did not keep it, not every run has it, or "
            "neither more nor less of it is better.", "--metric",
            nearest(metric, material.metrics),
        )  # fmt: skip
    for scene in material.scenes():
        yield _finding(material, scene, metric, beliefs)


def _finding(material: Material, scene: Scene, asked: str | None, beliefs: bool) -> Finding:
    shared = material.study.chance == "shared"
    whole = {m: robust.pairs(scene, m, shared) for m in material.metrics}
    usual = asked or scene.headline
    order = (usual, *(m for m in material.metrics if m != usual))
    metric = next((m for m in order if whole[m].compared or asked), usual)
    limits = Thresholds(material.study.thresholds) if material.study.thresholds else None
    view = scene.outcomes(metric)
    names = tuple(dict.fromkeys((metric, *(limits.limits if limits else ()))))
    measured = robust.measured(scene.outcomes(*names), metric, limits)
    leaders = contested.leading(measured)
    cruxes: list[Crux] = []
    known = contested.outcomes(material, scene, metric, beliefs)
    for m in (metric, *(m for m in order if m != metric and whole[m].clear.any())):
        read = contested.outcomes(material, scene, m, beliefs)
        cruxes += contested.cruxes(whole[m], read, leaders)
    return Finding(
        scene=scene, metric=metric, turned_from=usual if metric != usual else None,
        pairs=whole[metric],
        beside={m: robust.pairs(scene, m, shared, others=(0,)) for m in order},
        view=view, measured=measured, leaders=tuple(leaders), dominance=dominance_of(view, metric),
        choices=robust.choices(view, metric),
        across_metrics=robust.by_metric(scene, material.metrics),
        across_measures=robust.concord(measured.names, measured.rank),
        across_lenses=robust.by_lens(scene, metric),
        cruxes=tuple(cruxes), domains=_domains(scene, limits), beliefs=known.futures,
        futures_for_beliefs=min(scene.futures, contested.MOST_FUTURES),
        parameters=len(known.parameters),
    )  # fmt: skip


def _domains(scene: Scene, limits: Thresholds | None) -> dict[str, tuple[Floats, Floats]]:
    """Share of futures in which every threshold is met, with its error, by lens; (policies,)."""
    if limits is None:
        return {}
    view = scene.outcomes(*limits.limits)

    def share(one: Outcomes) -> Floats:
        return measures.domain(limits.met(one), one.weights)

    return {lens: robust.both_errors(view.under(lens), share) for lens in scene.lenses}

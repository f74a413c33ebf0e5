"""Adaptive policies against their static twins: the same acts, waiting for a signpost or not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context

import numpy as np
import pandas as pd

from simulator import content
from simulator.analysis.response import bundle
from simulator.arrays import Bools, Floats
from simulator.batch import BLOCK, Job, check, decide_together, play_through, setting
from simulator.errors import InputError, nearest
from simulator.metrics import METRICS, measure
from simulator.program import Program
from simulator.results import mean_se
from simulator.state import NEVER

BILL = ("cost_usd_bn", "political_capital_spent")
VERSIONS = ("none", "static", "adaptive")
SURE = 2.0
Task = tuple[Job, range, tuple[str, ...], str]
Played = tuple[dict[str, Floats], Floats]


@dataclass(frozen=True)
class Waiting:
    """What waiting for a trigger changes.

    `effects`, one row per metric, in its own unit: metric, none (mean under the status quo),
    static and adaptive (paired effects against it), waiting = adaptive - static, each with `_se`;
    fired, fired_se, quiet, quiet_se: `waiting` in the runs in which some trigger came true, and in
    the others (NaN below two runs); verdict: waiting "saves" or "costs" beyond 2 standard errors,
    by the metric's better side, else ""; eligible: share of runs that count in all three.
    `triggers`, one row per trigger: policy, trigger (0: the policy itself, else the part's number),
    share and share_se of runs in which it came true, and the quarter in those: mean, quarter_se,
    first, median, last.
    """

    effects: pd.DataFrame
    triggers: pd.DataFrame
    runs: int


def adaptive_against_static(
    policy: str,
    scenario: str | None = None,
    metrics: Sequence[str] | None = None,
    lens: str = "neutral",
    runs: int = 1000,
    seed: int = 0,
    quarters: int | None = None,
    adoption: str = "endogenous",
    workers: int = 1,
) -> Waiting:
    """Play a policy with triggers, its static twin and the status quo in the same runs.

    The twin is the same policy (or portfolio) with every trigger taken out: what waited acts from
    the policy's own start.  What the scenario brings keeps its triggers.  `metrics` defaults to
    all; what it costs (money, political capital) is always there.  Raises `InputError` before
    anything is played if the policy has no trigger.
    """
    for metric in metrics or ():
        if metric not in METRICS:
            raise InputError(f"unknown metric {metric!r}.", "metrics", nearest(metric, METRICS))
    names = tuple(dict.fromkeys([*(metrics or METRICS), *BILL]))
    place = content.plan()["scenario"] if scenario is None else scenario
    names_joined = bundle(policy)
    job = Job(place, names_joined, lens, seed, quarters, adoption, ())
    check(job, runs)
    labels = _triggers(content.program(place, names_joined), _own(names_joined))
    if not labels:
        raise InputError(
            f"{policy!r} has no trigger.", "policy", "Choose one with `when` on it or on a part."
        )
    spans = [range(a, min(a + BLOCK, runs)) for a in range(0, runs, BLOCK)]
    tasks = [(job, span, names, version) for span in spans for version in VERSIONS]
    parts = list(_played(tasks, workers))
    found = {
        version: {n: np.concatenate([p[0][n] for p in parts[i :: len(VERSIONS)]]) for n in names}
        for i, version in enumerate(VERSIONS)
    }
    started = np.concatenate([p[1] for p in parts[VERSIONS.index("adaptive") :: len(VERSIONS)]])
    fired: Bools = np.any(started < NEVER, axis=1)
    rows = [_effect(n, {v: found[v][n] for v in VERSIONS}, fired) for n in names]
    return Waiting(pd.DataFrame(rows), _when(labels, started), runs)


def _own(names: Sequence[str]) -> set[str]:
    return {p.id for name in names for p in content.policies(name)}


def _triggers(program: Program, own: set[str]) -> list[tuple[int, str, int]]:
    """Bundles of our policies that wait for a trigger: (index, policy, number of the trigger)."""
    found = []
    for b, one in enumerate(program.bundles):
        if one.policy in own and one.head == b and one.when is not None:
            first = next(i for i, x in enumerate(program.bundles) if x.policy == one.policy)
            found.append((b, one.policy, b - first))
    return found


def _played(tasks: Sequence[Task], workers: int) -> Iterator[Played]:
    if workers <= 1:
        yield from map(_play, tasks)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(_play, tasks)


def _play(task: Task) -> Played:
    """Metrics of a block, and the quarter in which each trigger came true, (runs, triggers)."""
    job, span, names, version = task
    own = _own(job.policies)
    if version == "none":
        job = replace(job, policies=())
    program = content.program(job.scenario, job.policies, static=version == "static")
    fixed = replace(setting(job, span), program=program, kept={})
    history, _, state = play_through(fixed, decide_together(fixed.world.kinds))
    metrics = measure(history, state, fixed)
    rows = [b for b, _, _ in _triggers(program, own)]
    return {name: metrics[name] for name in names}, state.started[:, rows]


def _effect(name: str, found: dict[str, Floats], fired: Bools) -> dict[str, object]:
    row: dict[str, object] = {"metric": name}
    none, static, adaptive = (found[version] for version in VERSIONS)
    gap = adaptive - static
    columns = {
        "none": none, "static": static - none, "adaptive": adaptive - none, "waiting": gap,
        "fired": gap[fired], "quiet": gap[~fired],
    }  # fmt: skip
    for column, values in columns.items():
        row[column], row[f"{column}_se"], _ = mean_se(values)
    waiting, error, share = mean_se(gap)
    side = {"+": 1.0, "-": -1.0}.get(METRICS[name].direction, 0.0)
    beyond = abs(waiting) > SURE * error if error > 0.0 else waiting != 0.0
    told = "saves" if side * waiting > 0.0 else "costs"
    row["verdict"] = told if side and share and beyond else ""
    row["eligible"] = share
    return row


def _when(labels: Sequence[tuple[int, str, int]], started: Floats) -> pd.DataFrame:
    rows = []
    for column, (_, policy, number) in enumerate(labels):
        came = started[:, column] < NEVER
        share, share_se, _ = mean_se(came.astype(float))
        at = started[came, column]
        mean, error, _ = mean_se(at)
        cut = np.quantile(at, (0.0, 0.5, 1.0)) if len(at) else np.full(3, np.nan)
        rows.append((policy, number, share, share_se, mean, error, *cut))
    columns = ["policy", "trigger", "share", "share_se", "quarter", "quarter_se", "first",
               "median", "last"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)

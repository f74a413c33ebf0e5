"""Other ways to play the same model, each in a process of its own so that its memory is its own.

A peer is a generator function: it gets ready and warm, yields, plays, and yields how many runs it
played; `play_peer` measures what lies between the two.  Peers whose library is missing are named,
with the extra that brings it.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from typing import Any

from simulator import registry
from simulator.batch import BLOCK, Job
from simulator.bench.clock import LENS, SEED, now, peak, span, spawned, used
from simulator.bench.drivers import play_mesa

METRIC, MESA = "war_any", "Mesa driver"
Peer = Callable[[Job, int], Iterator[int]]


@dataclass(frozen=True)
class Entry:
    """A way to play: what it is, what it needs, and how many runs a measurement takes."""

    what: str
    play: Peer
    one_by_one: bool  # every run costs as much as a call of the model
    library: str = "mesa"
    extra: str = ""  # that brings the library, if the project itself does not
    workers: int = 1


def _ensemble(job: Job, runs: int) -> Iterator[int]:
    span(job, 0, 1)
    yield 0
    span(job, 0, runs)
    yield runs


def _mesa(job: Job, runs: int) -> Iterator[int]:
    play_mesa(job, range(1))
    yield 0
    play_mesa(job, range(runs))
    yield runs


def _batch_run(job: Job, runs: int) -> Iterator[int]:
    """Mesa's own runner of many runs; it needs a data collector and an end."""
    from mesa.batchrunner import batch_run
    from mesa.datacollection import DataCollector

    from simulator.model import WargameModel

    class Collected(WargameModel):  # type: ignore[misc, unused-ignore]
        """The model, with its four ladders written down every quarter in Mesa's way."""

        def __init__(self, run: int, **others: Any) -> None:
            super().__init__(
                scenario=job.scenario, lens=LENS, seed=SEED, run=run, quarters=job.quarters
            )
            self.datacollector = DataCollector(
                model_reporters={"levels": lambda model: model.state.level[0].tolist()}
            )

        def step(self) -> None:
            super().step()
            self.datacollector.collect(self)
            self.running = self.quarter < self.fixed.scene.quarters

    play = partial(batch_run, Collected, number_processes=1, display_progress=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        play(parameters={"run": [0]})
        yield 0
        rows = play(parameters={"run": range(runs)})
    yield len({row["run"] for row in rows})


def _mesa_run(job: Job, **given: Any) -> dict[str, float]:
    """One Mesa run at parameter values that the EMA workbench chose."""
    from simulator.model import simulate

    number = int(given.pop("run"))
    played = simulate(
        job.scenario, lens=LENS, seed=SEED, run=number, quarters=job.quarters, parameters=given
    )
    return {METRIC: played.metrics[METRIC]}


def _ema_mesa(job: Job, runs: int) -> Iterator[int]:
    """The workbench around the Mesa driver: an experiment is a run."""
    import ema_workbench as ema

    model = ema.Model("TwoTheaters", function=partial(_mesa_run, job))
    model.uncertainties = [ema.RealParameter(_contested(), *_range(_contested()))]
    model.constants = [ema.Constant("run", 0)]
    model.outcomes = [ema.ScalarOutcome(METRIC)]
    with ema.SequentialEvaluator(model) as evaluator:
        yield from _experiments(evaluator, runs, 1, {})


def _ema_ensemble(job: Job, runs: int, each: int = 1, workers: int = 1) -> Iterator[int]:
    """The workbench around our adapter: an experiment is an ensemble of `each` runs."""
    import ema_workbench as ema

    from simulator.analysis import as_ema_model

    base = registry.package("policies").BASELINE
    other = next(p for p in registry.policies() if p != base)
    model = as_ema_model(
        job.scenario, [_contested()], [base, other], [METRIC], LENS, each, SEED, job.quarters
    )
    if workers > 1:
        multiprocessing.set_start_method("spawn", force=True)
        evaluator = ema.MultiprocessingEvaluator(model, n_processes=workers)
    else:
        evaluator = ema.SequentialEvaluator(model)
    policies = [ema.Policy(base, portfolio=base)]
    with evaluator:
        yield from _experiments(evaluator, runs, each, {"policies": policies}, workers)


def _experiments(
    evaluator: Any, runs: int, each: int, options: Mapping[str, Any], warm: int = 1
) -> Iterator[int]:
    evaluator.perform_experiments(scenarios=warm, **options)
    yield 0
    experiments, _ = evaluator.perform_experiments(scenarios=max(1, runs // each), **options)
    yield len(experiments) * each


def _contested() -> str:
    """A parameter for the workbench to vary: the first that the authors contest."""
    from simulator.analysis.evaluate import prior_ranges

    return min(prior_ranges())


def _range(symbol: str) -> tuple[float, float]:
    from simulator.analysis.evaluate import prior_ranges
    from simulator.trials import ends

    return ends(prior_ranges([symbol])[symbol])


def entries(each: int = BLOCK) -> dict[str, Entry]:
    """All peers by name; `each`: runs of an ensemble that the workbench asks for at once."""
    processors = os.cpu_count() or 1
    ema: dict[str, Any] = {"library": "ema_workbench", "extra": "analysis"}
    return {
        MESA: Entry("one run after the other, agent by agent", _mesa, True),
        "Mesa batch_run": Entry("Mesa's own runner of the same model", _batch_run, True),
        "EMA, Mesa driver": Entry(
            "EMA workbench, an experiment is a Mesa run", _ema_mesa, True, **ema
        ),
        "EMA, ensemble of 1": Entry(
            "EMA workbench, an experiment is a block of one run", _ema_ensemble, True, **ema
        ),
        f"EMA, ensembles of {each}": Entry(
            f"EMA workbench, an experiment is a block of {each} runs",
            partial(_ema_ensemble, each=each), False, **ema,
        ),
        f"EMA pool, ensembles of {each}": Entry(
            f"the same in the workbench's pool of {processors}",
            partial(_ema_ensemble, each=each, workers=processors), False, workers=processors, **ema,
        ),
        "ensemble": Entry("blocks of runs, one process", _ensemble, False),
    }  # fmt: skip


def measure_peers(job: Job, few: int, many: int, each: int) -> list[dict[str, Any]]:
    """One row for each peer: runs played, runs per second by the clock, processor seconds per run
    and how many times less than the Mesa driver's (`times_mesa`), peak memory, growth of memory
    per run, and how many models of runs that are over are still there (`models_kept`).

    `few` runs of a peer that goes run by run, `many` of one that batches, in experiments of
    `each` runs where the EMA workbench asks.  A peer that is not installed has `missing` instead.
    """
    rows = []
    for name, entry in entries(each).items():
        row: dict[str, Any] = {"peer": name, "what": entry.what, "workers": entry.workers}
        if find_spec(entry.library) is None:
            row["missing"] = not_installed(entry.library, entry.extra)
        else:
            runs = few if entry.one_by_one else many * entry.workers
            with spawned(1) as pool:
                row |= pool.submit(play_peer, name, job, runs, each).result()
        rows.append(row)
    there = [row for row in rows if "missing" not in row]
    mesa = next(row["processor_seconds_per_run"] for row in there if row["peer"] == MESA)
    for row in there:
        row["times_mesa"] = mesa / row["processor_seconds_per_run"]
    return rows


def not_installed(library: str, extra: str) -> str:
    """What to install, in the words of every missing peer."""
    return f"{library} is not installed: pip install 'two-theaters[{extra}]'"


def play_peer(name: str, job: Job, runs: int, each: int = BLOCK) -> dict[str, Any]:
    """Play one peer in this process and tell what it took.

    Processor time and memory are those of this process and of its children together.
    """
    entry = entries(each)[name]
    playing = entry.play(job, runs)
    next(playing)
    before, busy, begin = now(), _busy(), time.perf_counter()
    played = next(playing)
    clock, busy, grown = time.perf_counter() - begin, _busy() - busy, now() - before
    memory, kept = peak() + sum(map(peak, _children())), models_kept()
    for _ in playing:
        pass
    return {
        "runs": played,
        "runs_per_second": played / clock,
        "processor_seconds_per_run": busy / played,
        "peak_memory_mib": memory,
        "memory_growth_mib_per_run": grown / played,
        "models_kept": kept,
    }


def models_kept() -> int:
    """Mesa models of runs that are over and still in memory: some versions of Mesa leak them."""
    from simulator.model import WargameModel

    gc.collect()
    return sum(isinstance(thing, WargameModel) for thing in gc.get_objects())


def _busy() -> float:
    return time.process_time() + sum(map(used, _children()))


def _children() -> list[int]:
    return [child.pid for child in multiprocessing.active_children() if child.pid is not None]

"""The Mesa driver: one run, agent by agent, with the reasons for every decision."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

import numpy as np
import pandas as pd

from simulator import registry
from simulator.arrays import Floats
from simulator.batch import Job, check, play_through, setting
from simulator.errors import InputError, nearest
from simulator.events import explain, quarter_events
from simulator.metrics import measure
from simulator.opening import opening
from simulator.phase import Quarter
from simulator.quarter import play
from simulator.questions import Answer, View
from simulator.results import Event
from simulator.scene import Imposed
from simulator.setting import Setting
from simulator.state import State
from simulator.telling.base import quarter_name
from simulator.telling.council import vote_reasons
from simulator.world import THEATERS

with warnings.catch_warnings():
    warnings.filterwarnings("ignore", "IProgress not found")  # in a notebook without widgets
    import mesa


class WargameModel(mesa.Model):
    """One run of a scenario: every government a Mesa agent, every question asked one by one.

    Equal, to the last bit, to run `run` of an ensemble with the same seed.  `step()` plays a
    quarter; `events` tells what happened and why.
    """

    def __init__(self, fixed: Setting | None = None, **job: Any) -> None:
        super().__init__(rng=0)  # Mesa wants a generator; no result ever draws from it
        self.fixed = fixed if fixed is not None else _fixed(**job)
        kinds = _kinds()
        world = self.fixed.world
        self.governments = [
            kinds[world.kinds[i]](self, iso3, world.names[iso3], i)
            for i, iso3 in enumerate(world.actors)
        ]
        self.state: State = opening(self.fixed)
        self.quarter = 0
        self.events: list[Event] = []
        self.decisions: list[dict[str, Any]] = []
        self.history: list[dict[str, Any]] = []

    def step(self) -> None:
        """Play one quarter."""
        at = Quarter(self.fixed, self.quarter, self.ask_each)
        self.decisions = []
        before = self.state
        self.state = play(self.state, at)
        self.history.append(at.notes["record"])
        self.events += quarter_events(before, self.state, at, self.decisions)
        self.quarter += 1

    def ask_each(
        self, question: str, view: View, askers: Sequence[int], context: dict[str, Any]
    ) -> Answer:
        """Put a question to each government in turn; stack their answers."""
        answers = []
        for n, i in enumerate(askers):
            own = _entry(view, n)
            answer = self.governments[i].decide(question, own, context)
            answers.append(answer)
            if context.get("log", True) and question != "perceive":
                self.decisions.append(
                    {"question": question, "actor": i, "n": n, "answer": answer,
                     "context": context, "view": own}
                )  # fmt: skip
        names = answers[0].values
        return Answer(
            _stack([a.choice for a in answers]),
            {name: _stack([a.values[name] for a in answers]) for name in names},
        )

    def close(self) -> None:
        """Let go of the agents: some Mesa versions keep every model alive in a class attribute."""
        self.remove_all_agents()
        kept = getattr(mesa.Agent, "_ids", None)
        if kept is not None:
            kept.pop(self, None)


def _entry(view: View, n: int) -> View:
    """One asker's own view: its entry of each array, without the run and asker axes."""
    own = {}
    for f in fields(view):
        value = getattr(view, f.name)
        own[f.name] = value[0, n if value.shape[1] > 1 else 0]
    return type(view)(**own)


def _stack(entries: list[Any]) -> Floats:
    return np.stack([np.asarray(e, dtype=float) for e in entries])[None]


def _kinds() -> dict[str, Any]:
    registry.package("agents")
    from importlib import import_module

    kinds: dict[str, Any] = import_module("agents.governments").KINDS
    return kinds


def _fixed(
    scenario: str, policies: Sequence[str] = (), lens: str = "neutral", seed: int = 0,
    run: int = 0, quarters: int | None = None, adoption: str = "endogenous",
    parameters: Mapping[str, Any] | None = None, imposed: Imposed | None = None,
) -> Setting:  # fmt: skip
    job = Job(scenario, tuple(policies), lens, seed, quarters, adoption,
              tuple((parameters or {}).items()))  # fmt: skip
    if run < 0:
        raise InputError(f"run is {run}; it must be 0 or more.", "run")
    check(job, 1)
    return setting(job, range(run, run + 1), imposed)


class Run:
    """One finished run: `metrics`, `events`, tidy frames, and the Mesa `model` itself."""

    def __init__(self, model: WargameModel, scenario: str, policies: Sequence[str], lens: str,
                 seed: int, run: int) -> None:  # fmt: skip
        self.model, self.scenario, self.policies = model, scenario, tuple(policies)
        self.lens, self.seed, self.run = lens, seed, run
        self.quarters = model.quarter
        self.events = model.events
        names = model.history[0]
        stacked = {n: np.stack([h[n] for h in model.history], axis=-1) for n in names}
        measured = measure(stacked, model.state, model.fixed)
        self.metrics: dict[str, float] = {n: float(v[0]) for n, v in measured.items()}

    def __repr__(self) -> str:
        played = "+".join(self.policies) or "status quo"
        draw = f"seed {self.seed}, run {self.run}, {self.quarters} quarters"
        return f"<Run: {self.scenario}, {played}, lens {self.lens}, {draw}>"

    def frame(self, what: str) -> pd.DataFrame:
        """A tidy table: `actors` (one row each), `theaters` (per quarter) or `events`."""
        if what == "events":
            return pd.DataFrame([vars(e) for e in self.events])
        if what == "theaters":
            return self._theaters()
        if what == "actors":
            return self._actors()
        raise InputError(
            f"unknown frame {what!r}.", "frame", nearest(what, ("actors", "theaters", "events"))
        )

    def explain(self, event: Event) -> str:
        """Why it happened, in plain words: the three largest reasons in pp of own GDP."""
        return explain(event)

    @property
    def charts(self) -> Any:
        """Figures: `charts.levels()`, `.ballot(session)`, `.reasons(event)`; `.sessions()`."""
        from simulator.figures.run import RunCharts

        world = self.model.fixed.world
        played = " + ".join(self.policies) or "status quo"
        made = (
            f"Scenario {self.scenario}; {played}; lens {self.lens}; seed {self.seed}, "
            f"run {self.run}."
        )
        return RunCharts(self._theaters(), self.events, world.names, made)

    def _theaters(self) -> pd.DataFrame:
        rungs = self.model.fixed.ladder.rungs
        rows = [
            {
                "quarter": t, "when": quarter_name(t), "theater": name,
                "level": int(h["level"][0, k]), "rung": rungs[name][int(h["level"][0, k])],
                "challenger_fear": float(h["fear"][0, k]),
                "chance_to_prevail": float(h["win"][0, k]),
            }
            for t, h in enumerate(self.model.history)
            for k, name in enumerate(THEATERS)
        ]  # fmt: skip
        return pd.DataFrame(rows)

    def _actors(self) -> pd.DataFrame:
        world, state = self.model.fixed.world, self.model.state
        table = pd.DataFrame(
            {"actor": world.actors, "name": [world.names[a] for a in world.actors],
             "kind": world.kinds, "side": world.sides}
        )  # fmt: skip
        for j, target in enumerate(world.targets):
            table[f"belief_{target}"] = state.belief[0, :, j]
            table[f"threat_{target}"] = state.threat[0, :, j]
        return table


def simulate(
    scenario: str,
    policies: Sequence[str] = (),
    lens: str = "neutral",
    seed: int = 0,
    run: int = 0,
    quarters: int | None = None,
    adoption: str = "endogenous",
    parameters: Mapping[str, Any] | None = None,
) -> Run:
    """Play one run with the Mesa model and return it with its events and reasons.

    Equals run `run` of `ensemble` with the same arguments, to the last bit.  Raises `InputError`
    on bad input, before anything is played.
    """
    model = WargameModel(
        scenario=scenario, policies=policies, lens=lens, seed=seed, run=run, quarters=quarters,
        adoption=adoption, parameters=parameters,
    )  # fmt: skip
    for _ in range(model.fixed.scene.quarters):
        model.step()
    result = Run(model, scenario, policies, lens, seed, run)
    model.close()
    return result


__all__ = ["Run", "WargameModel", "play_through", "simulate", "vote_reasons"]

"""A study: scenarios × policies × lenses × futures × seeds, checked in full before a run.

    study = ts.Study(
        scenarios=["SCENARIO"],
        policies=["POLICY", "POLICY+OTHER"],      # the status quo is always played too
        lenses="all",
        parameters={"psi_CN": [0.2, 0.9]},        # by symbol or name, within the allowed range
        samples=1024, seeds=16, design="sobol",   # 1,024 futures, 16 histories of chance each
    )
    ts.sweep(study, out="results", workers=2)     # may be killed and called again
    ts.Results("results").means(["war_any"])      # one row per policy, lens and future

The same fields may stand in a YAML file: `ts.Study.load("study.yaml")`.

A *future* is one draw of everything unknown that stays fixed in a run (parameters, traits,
guarantees, the worth of each prize).  A *seed* is one history of chance: elections, accidents,
noise in votes and perceptions, private tastes.  Seed k is the same history in every future, under
every policy and lens, so all differences are paired (common random numbers): those between
futures show what the parameters do, and chance averages out over seeds only.  With
``chance="own"`` every future has seeds of its own, still shared by all policies and lenses: means
over futures then average chance out too, and one seed each may do.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from simulator import content, registry
from simulator.errors import InputError
from simulator.metrics import METRICS
from simulator.sweeps.fields import (
    Count,
    Design,
    Lenses,
    MetricNames,
    Policies,
    Ranges,
    Scenarios,
    Seeds,
    Thresholds,
    Trajectories,
    baseline,
    bundle,
)  # fmt: skip

WORTH_A_CHUNK = 40_960  # run-quarters that take five to ten seconds
LEAST, MOST = 64, 1024  # runs of a shard, unless the study says otherwise


class Study(BaseModel):
    """What to play; raises `InputError` naming the field if anything in it cannot be played.

    `parameters` gives ranges (or numbers) by symbol or name; a name stands for all its symbols,
    each with its own values.  `samples` futures are laid out over those ranges by `design`;
    everything else is drawn as the lens says.  `thresholds` declare before the run what is good
    enough, by metric, as `analysis.Thresholds` reads them.  `trajectories`: "none", "quantiles"
    (of each series, per quarter), or the share of runs whose whole paths are kept.  `shard`: runs
    in one file; by default so many that a file takes a few seconds.  `chance`: whether seed k is
    the same history in every future ("shared"), or every future has its own.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    scenarios: Scenarios
    policies: Policies
    lenses: Lenses = ("neutral",)
    parameters: Ranges = Field(default_factory=dict)
    samples: Count = 128
    seeds: Seeds = 8
    chance: Literal["shared", "own"] = "shared"
    seed: Annotated[int, Field(ge=0, le=10**12)] = 0
    quarters: Annotated[int, Field(ge=1, le=400)] | None = None
    adoption: Literal["endogenous", "forced"] = "endogenous"
    metrics: MetricNames = Field(default=tuple(METRICS))
    thresholds: Thresholds = Field(default_factory=dict)
    trajectories: Trajectories = "none"
    design: Design = "lhs"
    shard: Annotated[int, Field(ge=1, le=100_000)] | None = None

    def __init__(self, **fields: Any) -> None:
        try:
            super().__init__(**fields)
        except ValidationError as error:
            raise _refusal(fields, error) from error

    @classmethod
    def load(cls, path: str | Path) -> Study:
        """The study of a YAML file; raises `InputError` with file, line and field."""
        source = _module("yaml_source").read_source(Path(path))
        if not isinstance(source.data, dict):
            raise InputError(
                "the file holds no fields with values.", f"{path}:1", "Begin with 'scenarios: …'."
            )
        try:
            return cls(**source.data)
        except InputError as refused:
            if not isinstance(refused.__cause__, ValidationError):
                raise
            problems = _module("problems")
            found = problems.explain(cls, refused.__cause__, source)
            raise problems.report(source, found) from None

    @property
    def baseline(self) -> str:
        """The empty bundle of policies, with which all are compared."""
        return baseline()

    @property
    def runs(self) -> int:
        """Runs of each scenario, policy and lens: samples × seeds."""
        return self.samples * self.seeds

    def bundle(self, policy: str) -> tuple[str, ...]:
        """What the drivers play for one entry of `policies`."""
        return bundle(policy)

    def horizon(self, scenario: str) -> int:
        """Quarters played of a scenario."""
        return content.scene(scenario, self.quarters).quarters

    @property
    def shard_runs(self) -> int:
        """Runs in one shard, a property of the study alone: whole futures where they fit."""
        size = self.shard
        if size is None:
            longest = max(self.horizon(s) for s in self.scenarios)
            size = min(MOST, max(LEAST, WORTH_A_CHUNK // longest))
        return size // self.seeds * self.seeds if self.seeds <= size else size

    def plain(self) -> dict[str, Any]:
        """The study as plain values: all fields, and the hashes of files of the user's own."""
        parts = [part for policy in self.policies for part in policy.split("+")]
        named = (*self.scenarios, *self.lenses, *parts)
        own = [n for n in named if n.endswith((".yaml", ".yml", registry.FILE))]
        files = {n: hashlib.sha256(Path(n).read_bytes()).hexdigest() for n in own}
        fields = self.model_dump(mode="json")
        if not self.thresholds:  # a study without any is the study it always was
            del fields["thresholds"]
        return {**fields, "shard": self.shard_runs, "files": files}

    def key(self) -> str:
        """32 hex digits that name the study, however it was written: neither the order of names
        and keys nor the spelling of numbers matters."""
        text = json.dumps(canonical(self.plain()), sort_keys=True, separators=(",", ":"))
        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def canonical(plain: dict[str, Any]) -> dict[str, Any]:
    """A study's plain values with its lists of names sorted."""
    return {k: sorted(v) if isinstance(v, list) else v for k, v in plain.items()}


def _module(name: str) -> Any:
    """How content files are read and their problems told."""
    return import_module(f"{registry.package('scenarios').__name__}.{name}")


def _refusal(fields: dict[str, Any], error: ValidationError) -> InputError:
    """What pydantic found in the fields given, in our words."""
    source = _module("yaml_source").Source(Path("study"), fields, dict.fromkeys(_places(fields), 1))
    found = _module("problems").explain(Study, error, source)
    if len(found) == 1:
        return InputError(found[0][2], found[0][1] or None)
    told = [f"{field}: {text}" if field else text for _, field, text in found]
    return InputError("\n".join([f"{len(told)} problems", *told]), "study")


def _places(data: Any, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Where every value stands, as in ``("parameters", "psi")``."""
    inner: Iterable[tuple[Any, Any]] = ()
    if isinstance(data, dict):
        inner = data.items()
    elif isinstance(data, list | tuple):
        inner = enumerate(data)
    for key, value in inner:
        yield (*at, key)
        yield from _places(value, (*at, key))

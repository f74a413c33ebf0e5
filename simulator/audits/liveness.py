"""Which mechanisms matter: each is knocked out and the same runs are played again (V52).

    python -m simulator.audits.liveness [--runs 1024] [--workers 2] [--only M13]

A mechanism lives if a knock-out of it moves an outcome (`knockouts.yaml`) by more than `THRESHOLD`
paired standard errors under some lens; V52 asks for two, but here many pairs are looked at.  One
that moves only its own read-out is an orphan.  Writes docs/liveness.md; exit code 1 if there is an
orphan.  `screening` asks the same of single parameters.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from simulator import catalogue, content, registry, trials
from simulator.arrays import Floats
from simulator.audits import incidence, pages
from simulator.batch import Job
from simulator.trials import Trial

THRESHOLD = 3.0
ALIVE, ORPHAN, ABSENT = "alive", "no outcome", "absent"
Results = dict[str, Floats]


@dataclass(frozen=True)
class Shift:
    """A paired change of one metric: mean, standard errors from zero, and where."""

    metric: str
    mean: float
    errors: float
    where: str


@dataclass(frozen=True)
class Verdict:
    """What knocking a part out moved, most standard errors first; `unknown` symbols and phases
    are not in this version."""

    mechanism: str
    what: str
    moved: tuple[Shift, ...]
    unknown: tuple[str, ...]
    tried: int

    def status(self, outcomes: Sequence[str]) -> str:
        """`alive`, `no outcome`, or `absent` if nothing of it is in this version."""
        if not self.tried:
            return ABSENT
        return ALIVE if any(s.metric in outcomes for s in self.moved) else ORPHAN


def outcomes() -> tuple[str, ...]:
    """Headline metrics that make a mechanism count as alive."""
    plan = trials.plan()
    wanted = {name for number in plan["outcomes"] for name in plan["headline"][number]}
    return tuple(name for name in trials.headline() if name in wanted)


def settings(lens: str, seed: int, quarters: int | None) -> dict[str, Trial]:
    """The settings whose scenario and policies exist here, by name."""
    scenarios = catalogue.content("scenarios.loader").ids("scenarios")
    found = {}
    for name, spec in trials.plan()["settings"].items():
        if spec["scenario"] in scenarios and set(spec["policies"]) <= set(registry.policies()):
            values = tuple((spec.get("parameters") or {}).items())
            job = Job(spec["scenario"], tuple(spec["policies"]), lens, seed, quarters,
                      spec["adoption"], values)  # fmt: skip
            found[name] = Trial(job)
    return found


def phases() -> set[str]:
    """The phases that do something in this version."""
    return set(trials.phase_names()) - incidence.stubs()


def symbols(names: Iterable[str]) -> set[str]:
    """Which of the symbols or names are parameters of this version."""
    known = {p.symbol for p in content.parameters()} | {p.name for p in content.parameters()}
    return set(names) & known


def changed(base: Trial, knockout: Mapping[str, Any]) -> Trial | None:
    """A setting with a part knocked out; None if nothing of the part is in this version."""
    values = {s: v for s, v in (knockout.get("set") or {}).items() if s in symbols([s])}
    held = tuple(p for p in knockout.get("hold") or () if p in phases())
    adoption = knockout.get("adoption", base.job.adoption)
    if not values and not held and adoption == base.job.adoption:
        return None
    parameters = tuple((dict(base.job.parameters) | values).items())
    return Trial(_job(base.job, parameters, adoption), held)


def _job(job: Job, parameters: tuple[tuple[str, Any], ...], adoption: str) -> Job:
    return Job(job.scenario, job.policies, job.lens, job.seed, job.quarters, adoption, parameters)


def compare(base: Results, other: Results, where: str) -> list[Shift]:
    """The paired changes beyond the threshold."""
    found = []
    for name in base:
        mean, error = trials.paired(other[name], base[name])
        size = trials.errors(mean, error)
        if abs(size) > THRESHOLD:
            found.append(Shift(name, mean, size, where))
    return found


def knock_out(
    chosen: Sequence[Mapping[str, Any]], runs: int, workers: int, seed: int, quarters: int | None,
    lenses: Sequence[str], names: Sequence[str],
) -> list[Verdict]:  # fmt: skip
    """Plays knock-outs of the plan against their settings, under each lens: with a quarter of the
    runs first, then with all of them where no outcome has moved."""
    few = _knock_out(chosen, -(-runs // 4), workers, seed, quarters, lenses, names)
    doubtful = [n for n, v in enumerate(few) if v.status(outcomes()) == ORPHAN]
    again = [chosen[n] for n in doubtful]
    more = _knock_out(again, runs, workers, seed, quarters, lenses, names) if again else []
    found = dict(zip(doubtful, more, strict=True))
    return [found.get(n, verdict) for n, verdict in enumerate(few)]


def _knock_out(
    chosen: Sequence[Mapping[str, Any]], runs: int, workers: int, seed: int, quarters: int | None,
    lenses: Sequence[str], names: Sequence[str],
) -> list[Verdict]:  # fmt: skip
    bases = {lens: settings(lens, seed, quarters) for lens in lenses}
    todo: dict[Trial, Results] = {}
    pairs: list[tuple[int, str, Trial, Trial]] = []
    for n, knockout in enumerate(chosen):
        for lens in lenses:
            for place in knockout["settings"]:
                base = bases[lens].get(place)
                other = changed(base, knockout) if base else None
                if base and other:
                    pairs.append((n, f"{lens}, {place}", base, other))
                    todo |= {base: {}, other: {}}
    played = trials.play(list(todo), runs, names, workers, trials.told)
    for trial, results in zip(list(todo), played, strict=True):
        todo[trial] = results
    verdicts = []
    for n, knockout in enumerate(chosen):
        mine = [(where, base, other) for k, where, base, other in pairs if k == n]
        shifts = [s for where, base, other in mine for s in compare(todo[base], todo[other], where)]
        shifts.sort(key=lambda s: -abs(s.errors))
        wanted = set(knockout.get("set") or {})
        gone = set(knockout.get("hold") or ()) - phases()
        unknown = tuple(sorted((wanted - symbols(wanted)) | gone))
        verdicts.append(
            Verdict(knockout["mechanism"], knockout["what"], tuple(shifts), unknown, len(mine))
        )
    return verdicts


def orphans(verdicts: Sequence[Verdict]) -> list[str]:
    """Mechanisms of which every part that is in this version is an orphan."""
    found = []
    for mechanism in dict.fromkeys(v.mechanism for v in verdicts):
        states = {v.status(outcomes()) for v in verdicts if v.mechanism == mechanism}
        if ALIVE not in states and ORPHAN in states:
            found.append(mechanism)
    return found


def main(arguments: Sequence[str]) -> int:
    """Play, write docs/liveness.md, and return 1 if a mechanism is an orphan."""
    parser = argparse.ArgumentParser(prog="python -m simulator.audits.liveness")
    parser.add_argument("--runs", type=int, default=1024)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=52)
    parser.add_argument("--quarters", type=int, default=None)
    parser.add_argument("--lens", action="append", help="default: those of the plan")
    parser.add_argument("--only", action="append", default=[], help="a mechanism, M13")
    parser.add_argument("--dry", action="store_true", help="print; write nothing")
    told = parser.parse_args(arguments)
    lenses = told.lens or trials.plan()["lenses"]
    names = trials.headline()
    everything = trials.plan()["knockouts"]
    chosen = [k for k in everything if not told.only or k["mechanism"] in told.only]
    verdicts = knock_out(chosen, told.runs, told.workers, told.seed, told.quarters, lenses, names)
    text = pages.liveness(verdicts, vars(told) | {"lenses": lenses})
    pages.put("liveness.md", text, told.dry)
    return 1 if orphans(verdicts) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

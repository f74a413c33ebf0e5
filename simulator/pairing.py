"""Policies side by side: the same futures under each policy, lens by lens."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from simulator import content, registry
from simulator.batch import Job, check, play_many
from simulator.comparison import Comparison
from simulator.errors import InputError, nearest
from simulator.results import Ensemble


def compare(
    scenario: str,
    policies: Sequence[str],
    lenses: str | Sequence[str] = "all",
    runs: int = 500,
    seed: int = 0,
    quarters: int | None = None,
    adoption: str = "endogenous",
    parameters: Mapping[str, Any] | None = None,
    workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Comparison:
    """Compare policies with the status quo under one, several or `"all"` lenses.

    Every policy meets the same futures and the same luck, so differences are paired.  Policies
    that ask a forum are also played with adoption forced, to tell the effect of the thing from
    the chance of getting it.  With `workers` above 1 the runs are spread over spawned processes
    (a script then needs the usual `if __name__ == "__main__":`); `progress` is called with
    (runs played, runs in all).  Raises `InputError` before anything is played.
    """
    baseline = registry.package("policies").BASELINE
    names = _lenses(lenses)
    todo = [baseline, *(p for p in policies if p != baseline)]
    twice = [p for p in dict.fromkeys(todo) if todo.count(p) > 1]
    if twice:
        raise InputError(f"policy {twice[0]!r} is named twice.", "policies", "Name each once.")
    extra = tuple((parameters or {}).items())
    modes = [(p, adoption) for p in todo]
    if adoption == "endogenous":
        modes += [(p, "forced") for p in todo[1:] if _asks(p)]
    jobs = [
        Job(scenario, _bundle(p, baseline), lens, seed, quarters, mode, extra)
        for lens in names
        for p, mode in modes
    ]
    for job in jobs:
        check(job, runs)
    whole, done = len(jobs) * runs, [0]

    def tick(played: int) -> None:
        done[0] += played
        if progress is not None:
            progress(done[0], whole)

    played = play_many(jobs, runs, workers, progress=tick)
    ensembles: dict[tuple[str, str], Ensemble] = {}
    forced: dict[tuple[str, str], Ensemble] = {}
    for lens in names:
        for policy, mode in modes:
            kept = forced if mode != adoption else ensembles
            kept[(policy, lens)] = next(played)
    quarters_played = next(iter(ensembles.values())).quarters
    return Comparison(
        scenario, tuple(todo), names, baseline, runs, seed, quarters_played, adoption, ensembles,
        forced,
    )  # fmt: skip


def _bundle(policy: str, baseline: str) -> tuple[str, ...]:
    """The baseline is the empty bundle: it adds nothing to a portfolio either."""
    return tuple(p for p in policy.split("+") if p.strip() != baseline)


def _asks(policy: str) -> bool:
    return any(p.asks for p in content.policies(policy))


def _lenses(lenses: str | Sequence[str]) -> tuple[str, ...]:
    known = content.lens_ids()
    if lenses == "all" or list(lenses) == ["all"]:
        return known
    chosen = (lenses,) if isinstance(lenses, str) else tuple(dict.fromkeys(lenses))
    for name in chosen:
        if name not in known and not name.endswith((".yaml", ".yml")):
            raise InputError(f"unknown lens {name!r}.", "lens", nearest(name, (*known, "all")))
    return chosen

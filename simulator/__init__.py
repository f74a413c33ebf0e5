"""Two Theaters: what would you have to believe for a policy to be the right one?

    import simulator as ts
    ts.catalog("policies")
    ts.simulate(SCENARIO, policies=[POLICY], lens=LENS, seed=7)     # one run, with reasons
    ts.ensemble(SCENARIO, policies=[POLICY], lens=LENS, runs=1_000)
    ts.compare(SCENARIO, policies=[POLICY], lenses="all", runs=500)
    ts.cruxes(POLICY, OTHER, metric="war_any")                      # on which belief it turns
    ts.sweep(ts.Study.load("study.yaml"), out="results")            # many runs, on disk; resumes
    ts.Results("results").means(["war_any"])
    ts.validate("my_policy.py")                                     # and play it by its path
    ts.explain("results")                                           # a memo about them, one page

The names load on first use, so that a worker process never imports what it does not need.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_WHERE = {
    "catalog": "simulator.catalogue",
    "simulate": "simulator.model",
    "WargameModel": "simulator.model",
    "ensemble": "simulator.batch",
    "compare": "simulator.pairing",
    "cruxes": "simulator.analysis.cruxes",
    "Study": "simulator.sweeps.study",
    "sweep": "simulator.sweeps.sweeping",
    "Results": "simulator.sweeps.store",
    "validate": "simulator.commands.check",
    "explain": "simulator.memo",
    "InputError": "simulator.errors",
}
_CALLED = {"validate": "check_file"}
__all__ = sorted([*_WHERE, "__version__"])


def __getattr__(name: str) -> Any:
    if name in _WHERE:
        return getattr(import_module(_WHERE[name]), _CALLED.get(name, name))
    raise AttributeError(f"module 'simulator' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__

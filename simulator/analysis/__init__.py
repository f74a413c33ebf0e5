"""Analysis under deep uncertainty: robustness, sensitivity, discovery, cruxes, adaptive policies.

    from simulator import analysis
    out = analysis.from_results(results, ["war_any"])  # or Outcomes.from_comparison, from_frame
    analysis.robustness(out, "war_any")              # seven measures and more, with errors
    analysis.charts.regret(out, "war_any")           # policies × lenses, as a picture
    analysis.split_choice(out, "war_any")            # choose on half the seeds, judge on the others
    analysis.where_better(out, A, B, "war_any")      # PRIM boxes
    analysis.break_even(A, B, metric="war_any")      # where the effect of A against B turns

`cruxes` itself stands with the top names (`simulator.cruxes`).  Definitions are those of
docs/model.md 6.2.  The names load on first use: SALib and the EMA workbench are needed only by the
functions that call them.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_WHERE = {
    "Outcomes": "outcomes",
    "from_results": "folder",
    "Thresholds": "thresholds",
    "robustness": "decisions",
    "ranks": "decisions",
    "agreement": "decisions",
    "domains": "decisions",
    "swept": "decisions",
    "split_choice": "decisions",
    "regrets": "regret",
    "improvement": "pairs",
    "dominance": "pairs",
    "pareto": "pairs",
    "gain_by_future": "pairs",
    "FailedFutures": "evaluate",
    "prior_ranges": "evaluate",
    "lens_ranges": "evaluate",
    "Response": "response",
    "sobol": "sensitivity",
    "morris": "sensitivity",
    "first_order": "given",
    "value_of_information": "given",
    "find_boxes": "discovery",
    "find_leaves": "discovery",
    "where_better": "discovery",
    "break_even": "breakeven",
    "break_even_from": "breakeven",
    "crossing": "breakeven",
    "adaptive_against_static": "adaptive",
    "as_ema_model": "ema",
}
__all__ = sorted([*_WHERE, "charts"])


def __getattr__(name: str) -> Any:
    if name in _WHERE:
        return getattr(import_module(f"simulator.analysis.{_WHERE[name]}"), name)
    if name == "charts":
        return import_module("simulator.analysis.charts")
    raise AttributeError(f"module 'simulator.analysis' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__

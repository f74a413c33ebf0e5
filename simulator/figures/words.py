"""Results in words: names as readers know them, numbers no finer than they can carry.

A risk (a probability of something bad) is told as runs in 100, with one significant figure
(model.md 5.3).  A difference counts as clear beyond two Monte-Carlo standard errors.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator.errors import InputError, nearest
from simulator.metrics import METRICS, Metric

if TYPE_CHECKING:
    from simulator.comparison import Comparison

CLEAR = 2.0
RISK = Metric("risk", unit="probability", direction="-", label="Risk", definition="share of runs")
_SHOWN_AS = {
    "probability": (100.0, "runs in 100"), "share": (100.0, "%"), "count": (1.0, "per run"),
}  # fmt: skip


def metric_of(name: str) -> Metric:
    """The metric with this id; InputError with the nearest ids if there is none."""
    if name not in METRICS:
        raise InputError(f"unknown metric {name!r}.", "metric", nearest(name, METRICS))
    return METRICS[name]


def policy_title(policy: str) -> str:
    """Titles of what an id joins with `+`; the id itself if it is not installed."""
    from simulator import content, registry

    known: dict[str, Any] = {**content.portfolios(), **registry.policies()}
    parts = [part.strip() for part in policy.split("+")]
    known |= own_policies([policy])
    return " + ".join(known[part].title if part in known else part for part in parts)


def own_policies(names: Sequence[str]) -> dict[str, Any]:
    """Policies of the user's own that names join, by the path of their file."""
    from simulator import registry

    parts = {part.strip() for name in names for part in name.split("+")}
    own = sorted(part for part in parts if part.endswith(registry.FILE))
    return {part: registry.policy(part) for part in own if Path(part).exists()}


def theater_title(theater: str) -> str:
    """`south_china_sea` as readers write it."""
    return theater.replace("_", " ").title()


def rough(share: float) -> str:
    """A share of runs in 100, with one significant figure."""
    return amount(RISK, share, unit=False)


def lens_of(name: str) -> Any | None:
    """Title, author, document and summary of a lens; None if it is not installed."""
    return _content("load_lens", name)


def scenario_of(name: str) -> Any | None:
    """Title, summary, mode, start, notes and sources of a scenario; None if not installed."""
    return _content("load_scenario", name)


def _content(load: str, name: str) -> Any | None:
    from importlib import import_module

    from simulator import registry

    folder = registry.package("scenarios").__name__
    try:
        return getattr(import_module(f"{folder}.loader"), load)(name)
    except InputError:
        return None


def is_risk(metric: Metric) -> bool:
    """True for probabilities of something bad: told with one significant figure."""
    return metric.unit == "probability" and metric.direction == "-"


def scale(metric: Metric) -> tuple[float, str]:
    """Factor and unit in which a metric is shown."""
    return _SHOWN_AS.get(metric.unit, (1.0, metric.unit))


def axis_name(metric: Metric) -> str:
    """The unit, short enough to stand under an axis."""
    unit = scale(metric)[1]
    short = {
        "0..1": "scale 0 to 1", "-1..1": "scale −1 to 1", "%": "% points",
        "bn USD per quarter": "bn USD/quarter",
        "share of the receiver's production": "share of output",
        "hits per 10 years": "per 10 years",
    }  # fmt: skip
    return short.get(unit, "% of GDP" if unit.startswith("%") else unit)


def amount(metric: Metric, value: float, unit: bool = True) -> str:
    """A level in words: `8 in 100` for a risk, two significant figures otherwise."""
    if math.isnan(value):
        return "no eligible run" if unit else "–"
    factor, name = scale(metric)
    shown = factor * value
    if is_risk(metric):
        text = "over 90" if 95.0 <= shown < 100.0 else _digits(shown, 1)
    else:
        text = f"{shown:.2f}" if name == "0..1" else _digits(shown, 2)
    text = text.replace("-", "−")
    return f"{text}{_spaced(name)}" if unit else text


def change(metric: Metric, delta: float, error: float = 0.0, unit: bool = True) -> str:
    """A signed difference in the unit of `scale`, as `+3 in 100`; no finer than its error."""
    if math.isnan(delta):
        return "no eligible run" if unit else "–"
    factor, name = scale(metric)
    size = abs(factor * delta)
    if error > 0.0:
        size = round(size, -math.floor(math.log10(factor * error)))
    text = _digits(size, 1 if is_risk(metric) else 2)
    sign = "" if text == "0" else "+" if delta > 0 else "−"
    if not unit:
        return f"{sign}{text}"
    return f"{sign}{text}{' points of percent' if name == '%' else _spaced(name)}"


def _spaced(unit: str) -> str:
    if unit == "runs in 100":
        return " in 100"
    return "" if ".." in unit else f" {unit}"


def _digits(value: float, figures: int) -> str:
    rounded = float(f"{value:.{figures}g}")
    text = f"{rounded:,.10f}"
    return text.rstrip("0").rstrip(".")


def verdict(metric: Metric, delta: float, error: float, runs: float = math.inf) -> str:
    """Better, worse (higher, lower where neither is better), unclear within two standard errors,
    or none: the same in every run.

    Where a metric counts runs, one run is taken off first: McNemar's test with its continuity
    correction, since a handful of runs that differ overstates what their error says.
    """
    if delta == 0.0 and error == 0.0:
        return "none"
    taken_off = 1.0 / runs if metric.unit == "probability" and runs > 0.0 else 0.0
    if math.isnan(delta) or math.isnan(error) or abs(delta) - taken_off <= CLEAR * error:
        return "unclear"
    if metric.direction == "context":
        return "higher" if delta > 0 else "lower"
    return "better" if (delta > 0) == (metric.direction == "+") else "worse"


def row_verdict(metric: Metric, row: Any) -> str:
    """The verdict on a row of a frame with `delta`, `delta_se` and `runs` (eligible ones)."""
    return verdict(metric, row["delta"], row["delta_se"], row["runs"])


def opposed(verdicts: Sequence[str]) -> bool:
    """True if clear verdicts point both ways."""
    return {"better", "worse"} <= set(verdicts) or {"higher", "lower"} <= set(verdicts)


def listed(names: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def within(text: str) -> str:
    """A label as it stands inside a sentence: first letter small unless it is a short form."""
    bare = text.split(" (")[0]
    return bare if bare[1:2].isupper() else bare[:1].lower() + bare[1:]


def made_how(comparison: Comparison, lens: str | None = None) -> str:
    """Small print: runs, lens, horizon, adoption, seed, what bars are and are not."""
    view = f"lens {lens}" if lens else f"lenses {', '.join(comparison.lenses)}"
    mode = {
        "endogenous": "forums decide on adoption", "forced": "adoption forced",
    }.get(comparison.adoption_mode, comparison.adoption_mode)  # fmt: skip
    return (
        f"Scenario {comparison.scenario}; n = {comparison.runs:,} runs per policy and lens; "
        f"{view}; {comparison.quarters} quarters; {mode}; seed {comparison.seed}. "
        "Frequencies in this ensemble, under stated beliefs: no forecast, no probability of war."
    )


BARS = (
    "Bars: ±2 Monte-Carlo standard errors of the paired difference to the status quo "
    "(same luck for all policies). Open circle: cannot be told from no difference (in counts of "
    "runs, one run is taken off first)."
)

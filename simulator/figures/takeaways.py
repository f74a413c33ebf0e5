"""The sentence above each figure, made from its numbers; the report repeats them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from simulator.figures.words import listed, opposed, policy_title, row_verdict, within

if TYPE_CHECKING:
    from simulator.comparison import Comparison
    from simulator.metrics import Metric

ALONE = "Only the status quo was run: there is nothing to compare it with."
SAME = "the same as the status quo in every run"
CLEAR_WORDS = {"better", "worse", "higher", "lower"}


def outcomes(cmp: Comparison, cells: Any, metrics: Sequence[Metric], counted: bool) -> str:
    """On which measures each policy is clearly better or worse; `cells` by policy and metric.

    `counted`: say on how many measures, not on which.
    """
    others = [p for p in cmp.policies if p != cmp.baseline]
    if not others:
        return ALONE
    said = [_one_policy(p, cells, metrics, counted) for p in others]
    return ". ".join(said) + "."


def _one_policy(policy: str, cells: Any, metrics: Sequence[Metric], counted: bool) -> str:
    found: dict[str, list[str]] = {}
    for metric in metrics:
        row = cells.loc[(policy, metric.id)]
        word = row_verdict(metric, row)
        found.setdefault(word, []).append(within(metric.label))
    told = [
        f"{word} on {f'{len(found[word])} of {len(metrics)}' if counted else listed(found[word])}"
        for word in ("better", "worse", "higher", "lower") if word in found
    ]  # fmt: skip
    same = SAME if set(found) == {"none"} else "no clear difference"
    return f"{policy_title(policy)}: {listed(told) or same}"


def by_lens(cmp: Comparison, cells: Any, metric: Metric) -> str:
    """Whether a policy's effect changes sign between lenses; `cells` by policy and lens."""
    others = [p for p in cmp.policies if p != cmp.baseline]
    if not others:
        return ALONE
    if len(cmp.lenses) < 2:
        return "One lens only: whether the sign depends on beliefs cannot be seen here."
    turned = [p for p in others if turns(cells, p, cmp.lenses, metric)]
    if turned:
        return " ".join(
            f"{policy_title(p)}: {where(cells, p, cmp.lenses, metric, ' but ')}. "
            "Which it is depends on what you believe."
            for p in turned
        )
    clear = [p for p in others if set(verdicts(cells, p, cmp.lenses, metric)) & CLEAR_WORDS]
    if not clear:
        return "No policy makes a clear difference under any lens."
    told = "; ".join(f"{policy_title(p)}: {where(cells, p, cmp.lenses, metric)}" for p in clear)
    return f"No clear effect changes sign between lenses. {told}."


def verdicts(cells: Any, policy: str, lenses: Sequence[str], metric: Metric) -> list[str]:
    """Verdict on one policy under each lens; `cells` is indexed by policy and lens."""
    rows = [cells.loc[(policy, v)] for v in lenses]
    return [row_verdict(metric, row) for row in rows]


def turns(cells: Any, policy: str, lenses: Sequence[str], metric: Metric) -> bool:
    """True if the policy's effect is clear with one sign here and with the other there."""
    return opposed(verdicts(cells, policy, lenses, metric))


def where(cells: Any, policy: str, lenses: Sequence[str], metric: Metric, join: str = ", "
          ) -> str:  # fmt: skip
    """`worse under fa and reeves`: the lenses with a clear effect, by its sign."""
    found = dict(zip(lenses, verdicts(cells, policy, lenses, metric), strict=True))
    told = []
    for word in ("better", "worse", "lower", "higher"):
        names = [v for v in lenses if found[v] == word]
        if names:
            all_of = len(names) == len(lenses)
            told.append(f"{word} under {'every lens' if all_of else listed(names)}")
    same = SAME if set(found.values()) == {"none"} else "no clear difference under any lens"
    return join.join(told) or same

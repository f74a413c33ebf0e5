"""Whether rankings agree, and whether a choice would survive a second look: part of section 3."""

from __future__ import annotations

from html import escape
from typing import Any

from simulator.figures.words import amount, change, metric_of, policy_title, within
from simulator.memo import parts, wording
from simulator.memo.contested import better_sign
from simulator.memo.findings import Finding
from simulator.memo.noise import ALPHA
from simulator.memo.robust import Concord
from simulator.report import page

NAMES = {
    "expected": "Expected outcome", "maximin": "Worst future", "regret_mean": "Mean regret",
    "regret_p90": "90th percentile of regret", "regret_max": "Largest regret",
    "cvar": "Worst tenth (CVaR)", "domain": "Share of good futures",
}  # fmt: skip


def small(name: str) -> str:
    """A way of judging within a sentence."""
    return NAMES[name][:1].lower() + NAMES[name][1:]


def agreement(f: Finding) -> str:
    """Whether outcome measures, ways of judging and lenses rank the policies alike."""
    told = [
        _concord(f.across_metrics, "outcome measures", lambda n: within(metric_of(n).label)),
        _concord(f.across_measures, "ways of judging", small),
        _concord(f.across_lenses, "lenses", str),
    ]
    tables = [
        _ranks(f, f.across_metrics, "By outcome measure", lambda n: metric_of(n).label),
        _ranks(f, f.across_measures, "By way of judging", lambda n: NAMES[n]),
        _ranks(f, f.across_lenses, "By lens", str),
    ]
    whole = "\n".join(t for t in tables if t)
    if not whole:
        return parts.said(
            "Rankings are not compared: it takes three policies and two rankings that tell them "
            "apart."
        )
    head = "<h4>Do the rankings agree?</h4>\n"
    return head + parts.bullets([s for s in told if s]) + parts.fold("The ranks", whole)


def _concord(one: Concord | None, what: str, told: Any) -> str:
    if one is None:
        return ""
    said = (
        f"Over {len(one.names)} {what}, Kendall's W is {one.W:.2f} (1: the same order; unrelated "
        f"rankings average {one.unrelated:.2f}): "
    )
    said += (
        "no more agreement than unrelated rankings could show" if one.p >= ALPHA
        else "more agreement than unrelated rankings would show"
    )  # fmt: skip
    if one.least is not None and one.least[2] < 0.5:
        a, b, tau = one.least
        said += f"; {told(a)} and {told(b)} agree least (tau {tau:.2f})".replace("-", "−")
    return f"{said}."


def _ranks(f: Finding, one: Concord | None, caption: str, told: Any) -> str:
    if one is None:
        return ""
    rows = [
        (parts.name(policy), *(f"{r:g}" for r in one.ranks[:, p]))
        for p, policy in enumerate(f.policies)
    ]
    return page.table(
        ("Policy", *(escape(told(n)) for n in one.names)), rows,
        caption=f"{caption}: 1 is best, ties share a rank. Ranks of estimates: neighbors may "
        "differ by luck.",
    )  # fmt: skip


def second_look(f: Finding) -> str:
    """Against the optimizer's curse."""
    if f.choices is None:
        return ""
    lens = "pooled" if len(f.lenses) > 1 else f.lenses[0]
    here = f.choices[f.choices["lens"] == lens]
    gap, se = float(here["gap"].mean()), float(here["gap_se"].mean())
    same = here["policy"].nunique() == 1
    metric = metric_of(f.metric)
    what = "seeds" if f.scene.seeds > 1 else "futures"
    if same and len(f.measured.level(0)) == len(f.policies):
        answer = "there is nothing to choose between, on either half."
    elif same:
        answer = f"both halves would choose {policy_title(str(here['policy'].iloc[0]))}."
    else:
        kept = (
            "keeps less than was promised" if gap > 2.0 * se else "keeps the promise within noise"
        )
        answer = (
            "the two halves would choose different policies, and each, judged by the other half, "
            f"{kept} (mean gap {wording.size(f.metric, gap, se)})."
        )
    rows = []
    sign = better_sign(f.metric)
    for row in f.choices.to_dict("records"):
        cells = [amount(metric, sign * row[c], unit=False) for c in ("promised", "kept")]
        rows.append(
            (escape(str(row["lens"])), str(row["chosen_on"]), parts.name(str(row["policy"])),
             *cells, change(metric, row["gap"], row["gap_se"], unit=False),
             wording.error(f.metric, row["gap_se"]), parts.name(str(row["best_there"])))
        )  # fmt: skip
    head = ("Lens", "Chosen on", "Policy", "Promised", "Kept", "Gap", "s.e.", "Other half's choice")
    return "<h4>Would the choice survive a second look?</h4>\n" + parts.said(
        f"The best of many noisy estimates looks better than it is. Choosing on one half of the "
        f"{what} and judging on the other: {answer}"
    ) + parts.fold("Choices on each half", page.table(head, rows, numbers=3))  # fmt: skip

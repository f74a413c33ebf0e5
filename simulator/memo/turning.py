"""What is contested, and on which belief it turns: section 4."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np

from simulator.figures.turning import Mark, differences
from simulator.figures.words import (
    CLEAR,
    axis_name,
    change,
    metric_of,
    policy_title,
)
from simulator.memo import parts, wording
from simulator.memo.deciding import cruxes
from simulator.memo.findings import Finding
from simulator.memo.reading import Material
from simulator.memo.robust import Pairs
from simulator.memo.summary import scenario_title
from simulator.report import page

FEW = 3  # policies beside the status quo that are told in sentences
SLIGHT = 0.01  # of the standard deviation between runs


def section(material: Material, found: Sequence[Finding]) -> str:
    """Section 4, scenario by scenario."""
    title = "What is contested, and on which belief it turns"
    if len(material.study.policies) < 2:
        return parts.section(
            4, "contested", title, parts.said("With one policy nothing is contested here.")
        )
    one = parts.said(
        "With one lens, whether a sign depends on the view of the world cannot be seen; what "
        "follows looks at beliefs within it."
    ) if len(material.study.lenses) < 2 else ""  # fmt: skip
    return parts.section(4, "contested", title, one, *(_scenario(material, f) for f in found))


def _scenario(material: Material, f: Finding) -> str:
    body = [f"<h3>{escape(scenario_title(f.scenario))}</h3>", _differences(material, f)]
    body.append("<h4>On the other measures</h4>")
    body.append(_beside(f))
    body.append("<h4>What the choice turns on</h4>")
    body.append(cruxes(material, f))
    return "\n".join(body)


def _differences(material: Material, f: Finding) -> str:
    metric, found = metric_of(f.metric), f.pairs
    policies = range(1, len(f.policies))
    lenses = range(len(f.lenses))
    marks = [
        [
            Mark(e.mean, CLEAR * np.nan_to_num(e.se), _verdict(found, p, v))
            for v in lenses
            for e in (found.effects[p, 0, v],)
        ]
        for p in policies
    ]
    rows = []
    for p in policies:
        cells = [_cell(found, p, v) for v in lenses]
        rows.append((parts.name(f.policies[p]), *cells))
    table = page.table(
        ("Policy", *map(escape, f.lenses)), rows,
        caption=f"Paired difference to the status quo ({_unit(f.metric)}), standard error in "
        "brackets. Blue: clearly better; brown: clearly worse; gray: the noise would make it. "
        "A star: it would pass alone, but not with so many comparisons and so few histories.",
    )  # fmt: skip
    lone = int((np.abs(found.alone[1:, 0]) > np.abs(found.clear[1:, 0])).sum())
    told = (
        f" {wording.count(lone, 'difference')} would pass alone but not among "
        f"{found.compared:,} comparisons, and {'is' if lone == 1 else 'are'} not claimed."
        if lone else ""
    )  # fmt: skip
    small = (
        f"{parts.small_print(material, f.scenario, f.lenses)} Bars: ±2 standard errors of the "
        "paired difference to the status quo. Open circle: not clear once all comparisons are "
        "allowed for, wherever its bar ends."
    )
    made = differences(
        [f.policies[p] for p in policies], f.lenses, marks, metric, f"{signs(f)}{told}", small
    )
    return parts.picture(
        made, "What each policy changes against the status quo, lens by lens.", table
    )


def signs(f: Finding) -> str:
    """Whether the effect of a policy against the status quo changes sign between lenses."""
    turned = [p for p in range(1, len(f.policies)) if f.pairs.turned(p, 0)]
    if turned:
        return " ".join(
            f"{policy_title(f.policies[p])} is {wording.against(f.pairs, p, 0)}. Which it is "
            "depends on what you believe."
            for p in turned[:FEW]
        ) + (f" The sign of {len(turned) - FEW} more turns, too." if len(turned) > FEW else "")
    moved = [p for p in range(1, len(f.policies)) if f.pairs.clear[p, 0].any()]
    if not moved:
        return f"Against the status quo, {wording.NOISE}, under any lens."
    told = "; ".join(
        f"{policy_title(f.policies[p])}: {wording.against(f.pairs, p, 0, many=True)}" for p in moved
    )
    if len(moved) > FEW:
        better = sum(bool((f.pairs.clear[p, 0] > 0.0).any()) for p in moved)
        rest = len(f.policies) - 1 - len(moved)
        told = (
            f"Of {wording.count(len(f.policies) - 1, 'policy', 'policies')}, {better} do clearly "
            f"better than the status quo under some lens, {len(moved) - better} worse, and of "
            f"{rest} the noise would make the difference"
        )
    between = "No clear effect changes sign between lenses. " if len(f.lenses) > 1 else ""
    return f"{between}{told}."


def _verdict(found: Pairs, p: int, v: int) -> str:
    return {1.0: "better", -1.0: "worse"}.get(float(found.clear[p, 0, v]), "unclear")


def _cell(found: Pairs, p: int, v: int) -> str:
    e = found.effects[p, 0, v]
    if e.same:
        return '<span class="unclear">same</span>'
    gap = change(metric_of(found.metric), e.mean, e.se, unit=False)
    word = _verdict(found, p, v)
    star = "*" if word == "unclear" and found.alone[p, 0, v] else ""
    return (
        f'<span class="{word}">{gap}{star}</span> '
        f'<span class="se">({wording.error(found.metric, e.se)})</span>'
    )


def _unit(metric: str) -> str:
    return axis_name(metric_of(metric))


def _beside(f: Finding) -> str:
    """Against the status quo on every other measure: what is clear, in words."""
    others = [m for m in f.beside if m != f.metric]
    if not others:
        return parts.said("The study kept no other measure that every run has.")
    many = len(f.policies) - 1 > FEW
    told = _glance(f, others) if many else parts.bullets([_line(f, m) for m in others])
    folded = "\n".join(_table(f, f.beside[m]) for m in others)
    return told + parts.fold("All differences on the other measures", folded)


def _line(f: Finding, metric: str) -> str:
    found, label = f.beside[metric], metric_of(metric).label
    moved = [p for p in range(1, len(f.policies)) if found.clear[p, 0].any()]
    if not moved:
        same = all(e.same for e in found.effects.values())
        return f"{label}: {wording.SAME if same else wording.NOISE}."
    told = "; ".join(
        f"{policy_title(f.policies[p])} {wording.against(found, p, 0, many=True)}" for p in moved
    )
    return f"{label}: {told}."


def _glance(f: Finding, metrics: Sequence[str]) -> str:
    """Policies × measures, for many policies: under how many lenses better or worse."""
    rows = [
        (parts.name(f.policies[p]), *(_sides(f, m, p) for m in metrics))
        for p in range(1, len(f.policies))
    ]
    turned = [
        f"{metric_of(m).label}: {policy_title(f.policies[p])} is {wording.against(found, p, 0)}."
        for m, found in ((m, f.beside[m]) for m in metrics)
        for p in range(1, len(f.policies)) if found.turned(p, 0)
    ]  # fmt: skip
    caption = (
        "Clearly better or worse than the status quo, under every lens or so many of "
        f"{len(f.lenses)}. Slightly: nowhere by {100.0 * SLIGHT:g} % of the spread between runs "
        "(standard deviation). A dash: the noise would make it."
    )
    lead = parts.bullets(turned) if turned else parts.said(
        "On none of them does a clear effect change sign between lenses."
    )  # fmt: skip
    heads = ("Policy", *(escape(metric_of(m).label) for m in metrics))
    return lead + page.table(heads, rows, numbers=len(heads), caption=caption)


def _sides(f: Finding, metric: str, p: int) -> str:
    found = f.beside[metric]
    size = max(abs(found.effects[p, 0, v].mean) for v in range(len(f.lenses)))
    slight = size < SLIGHT * float(np.nanstd(f.scene.values[metric][0]))
    told = []
    for sign, word in wording.WORD.items():
        count = int((found.clear[p, 0] == sign).sum())
        if count:
            kind, much = ("unclear", "slightly ") if slight else (word, "")
            where = "" if count == len(f.lenses) else f" in {count}"
            told.append(f'<span class="{kind}">{much}{word}{where}</span>')
    return ", ".join(told) or '<span class="unclear">–</span>'


def _table(f: Finding, found: Pairs) -> str:
    rows = [
        (parts.name(f.policies[p]), *(_cell(found, p, v) for v in range(len(f.lenses))))
        for p in range(1, len(f.policies))
    ]
    label = f"{metric_of(found.metric).label} ({_unit(found.metric)})"
    return page.table(("Policy", *map(escape, f.lenses)), rows, caption=label)

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
            for p in turned
        )
    moved = [p for p in range(1, len(f.policies)) if f.pairs.clear[p, 0].any()]
    if not moved:
        return f"Against the status quo, {wording.NOISE}, under any lens."
    told = "; ".join(
        f"{policy_title(f.policies[p])}: {wording.against(f.pairs, p, 0, many=True)}" for p in moved
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
    lines = []
    for m in others:
        found = f.beside[m]
        label = metric_of(m).label
        moved = [p for p in range(1, len(f.policies)) if found.clear[p, 0].any()]
        if not moved:
            same = all(e.same for e in found.effects.values())
            lines.append(f"{label}: {wording.SAME if same else wording.NOISE}.")
            continue
        told = "; ".join(
            f"{policy_title(f.policies[p])} {wording.against(found, p, 0, many=True)}"
            for p in moved
        )
        lines.append(f"{label}: {told}.")
    folded = "\n".join(_table(f, f.beside[m]) for m in others)
    return parts.bullets(lines) + parts.fold("All differences on the other measures", folded)


def _table(f: Finding, found: Pairs) -> str:
    rows = [
        (parts.name(f.policies[p]), *(_cell(found, p, v) for v in range(len(f.lenses))))
        for p in range(1, len(f.policies))
    ]
    label = f"{metric_of(found.metric).label} ({_unit(found.metric)})"
    return page.table(("Policy", *map(escape, f.lenses)), rows, caption=label)

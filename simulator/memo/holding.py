"""What is robust: section 3."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np
import pandas as pd

from simulator.analysis.regret import WORST
from simulator.figures import regret as drawn
from simulator.figures.words import (
    amount,
    axis_name,
    change,
    listed,
    metric_of,
    policy_title,
    within,
)
from simulator.memo import parts, robust, wording
from simulator.memo.agreeing import NAMES, agreement, second_look, small
from simulator.memo.contested import better_sign
from simulator.memo.findings import Finding
from simulator.memo.reading import Material
from simulator.memo.summary import scenario_title
from simulator.report import page

REGRETS = ("regret_mean", "regret_p90", "regret_max")
FEW_RUNS = 20
FEW = 3  # policies that are told in sentences
CONTESTED = (0.4, 0.6)


def section(material: Material, found: Sequence[Finding]) -> str:
    """Section 3, scenario by scenario."""
    if len(material.study.policies) < 2:
        return parts.section(
            3, "robust", "What is robust",
            parts.said("With one policy there is no choice that could be robust."), *_alone(found),
        )  # fmt: skip
    return parts.section(3, "robust", "What is robust", *(_scenario(material, f) for f in found))


def _alone(found: Sequence[Finding]) -> list[str]:
    """The levels of the one policy there is."""
    out = []
    for f in found:
        rows = []
        for m in f.beside:
            means = f.scene.means(m)[0]
            cells = [amount(metric_of(m), float(x)) for x in means]
            rows.append((escape(metric_of(m).label), *cells))
        out.append(f"<h3>{escape(scenario_title(f.scenario))}</h3>")
        out.append(page.table(("Measure", *f.lenses), rows, caption="Mean over runs, by lens."))
    return out


def _scenario(material: Material, f: Finding) -> str:
    metric = metric_of(f.metric)
    body = [f"<h3>{escape(scenario_title(f.scenario))}: {escape(within(metric.label))}</h3>"]
    body.append(parts.said(standing(f), _levels(f)))
    body.append(_regret(material, f))
    body.append(_measures(f))
    if f.domains:
        body.append(_domains(f))
    body.append(_dominance(f))
    body.append(agreement(f))
    body.append(second_look(f))
    return "\n".join(body)


def standing(f: Finding) -> str:
    """Which policies no other is clearly better than, under any lens; or who is ahead of all."""
    pairs = f.pairs
    if pairs.ahead is not None:
        least = min(
            (e for (p, _, _), e in pairs.effects.items() if p == pairs.ahead),
            key=lambda e: abs(e.mean) / e.se if e.se else np.inf,
        )
        return (
            f"{wording.titles(pairs, [pairs.ahead])} is clearly better than every other policy "
            f"under every lens played; its least sure lead: {wording.effect(f.metric, least)}."
        )
    rest = [p for p in range(len(f.policies)) if p not in pairs.standing]
    if not rest:
        return (
            f"Under no lens is any policy clearly better than another: on "
            f"{within(metric_of(f.metric).label)} these runs show {wording.NOISE}. That is not the "
            "same as showing that there is none."
        )
    rest.sort(key=lambda p: -abs(pairs.effects[_worst(f, p)].mean))
    said = [f"{policy_title(f.policies[p])} is behind {_behind(f, p)}" for p in rest[:FEW]]
    left = len(rest) - FEW
    more = f"; {wording.count(left, 'other is', 'others are')} behind by less" if left > 0 else ""
    still = (
        f"Never clearly behind another, under any lens: {wording.titles(pairs, pairs.standing)}."
        if pairs.standing else "Every policy is clearly behind another under some lens."
    )  # fmt: skip
    return f"{still} {'; '.join(said)}{more}."


def _worst(f: Finding, p: int) -> tuple[int, int, int]:
    """The strongest case against a policy: the one that beats it most, and under which lens."""
    cases = [(q, p, v) for v in range(len(f.lenses)) for q in f.pairs.behind(p, v)]
    return max(cases, key=lambda c: abs(f.pairs.effects[c].mean))


def _behind(f: Finding, p: int) -> str:
    """By whom a policy is beaten most, where, by how much."""
    q, _, v = _worst(f, p)
    where = [lens for n, lens in enumerate(f.lenses) if f.pairs.behind(p, n)]
    lenses = "every lens" if len(where) == len(f.lenses) > 1 else listed(where)
    told = wording.effect(f.metric, f.pairs.effects[p, q, v])
    return f"under {lenses}, at most against {policy_title(f.policies[q])} ({told}, {f.lenses[v]})"


def _levels(f: Finding) -> str:
    means = f.scene.means(f.metric)[0]
    told = [f"{amount(metric_of(f.metric), float(x), unit=False)} under {lens}"
            for x, lens in zip(means, f.lenses, strict=True)]  # fmt: skip
    unit = axis_name(metric_of(f.metric))
    return f"The status quo stands at {listed(told)} ({unit}). Levels are not to be quoted alone."


def _regret(material: Material, f: Finding) -> str:
    found, metric = robust.regrets(f.pairs, f.scene), metric_of(f.metric)
    lenses: list[str] = list(dict.fromkeys(found["lens"]))
    cells: dict[Any, Any] = found.set_index(["policy", "lens"]).to_dict("index")
    rows = [
        (parts.name(policy), *(_gap(f.metric, cells[policy, lens]) for lens in lenses))
        for policy in f.policies
    ]
    table = page.table(
        ("Policy", *map(escape, lenses)), rows,
        caption=f"Shortfall of each mean from the best policy's under the lens "
        f"({axis_name(metric)}), with the standard error of the paired difference in brackets.",
    )  # fmt: skip
    small = parts.small_print(material, f.scenario, f.lenses)
    said = _regret_takeaway(f, found)
    return parts.picture(
        drawn.regret(found, metric, small, [v for v in lenses if v == WORST], said),
        "Regret of a policy under a lens: how far its mean lies behind the best policy's mean "
        "there. Rows in order of the largest regret. A small regret everywhere is one kind of "
        "robustness; where cells are gray, no other policy is clearly better there, all "
        "comparisons counted, and the order of the rows may be luck.",
        table,
    )


def _gap(metric: str, cell: Any) -> str:
    if cell["regret"] == 0.0:
        return '<span class="first">first</span>'
    told = change(metric_of(metric), float(cell["regret"]), unit=False).lstrip("+")
    kind = "worse" if cell["clear"] else "unclear"
    error = wording.error(metric, float(cell["se"]))
    return f'<span class="{kind}">{told}</span> <span class="se">({error})</span>'


def _regret_takeaway(f: Finding, found: pd.DataFrame) -> str:
    standing = f.pairs.standing
    if len(standing) == len(f.policies):
        return f"No policy's regret is beyond noise: {wording.NOISE} under any lens."
    worst = str(found.sort_values("regret", kind="stable")["policy"].iloc[-1])
    told = (
        f"No other policy is clearly better than {wording.titles(f.pairs, standing)} under any "
        "lens. " if 0 < len(standing) <= 4 else ""
    )  # fmt: skip
    return f"{told}The largest regret is that of {policy_title(worst)}."


def _measures(f: Finding) -> str:
    metric, found = metric_of(f.metric), f.measured
    sign = better_sign(f.metric)
    head = ["Policy", *(NAMES[name] for name in found.names)]
    said = _firsts(f)
    if metric.unit == "probability" and f.scene.seeds < FEW_RUNS:
        seeds = f.scene.seeds
        known = "as 0 or 1" if seeds == 1 else f"in steps of 1 in {seeds}"
        said.append(
            f"With {wording.count(seeds, 'run')} per future, a future's risk is known only "
            f"{known}: worst futures and regrets then mostly show luck."
        )
    rows = []
    for p, policy in enumerate(f.policies):
        cells = []
        for m, name in enumerate(found.names):
            value = float(found.value[m, p]) * (1.0 if name in (*REGRETS, "domain") else sign)
            cells.append(_cell(f, name, value, float(found.se[m, p]), p in found.level(m)))
        rows.append((parts.name(policy), *cells))
    table = page.table(
        head, rows,
        caption=f"{metric.label} ({axis_name(metric)}) over all futures of all lenses; standard "
        "errors in brackets. Bold: first, or not to be told from the first by two standard "
        "errors of the paired gap (no allowance for the number of measures).",
    )  # fmt: skip
    return "<h4>By seven ways of judging</h4>\n".replace(
        "seven", _spelled(len(found.names))
    ) + parts.bullets(said) + table  # fmt: skip


def _firsts(f: Finding) -> list[str]:
    """Who is first by which ways of judging, and who cannot be told from the first."""
    together: dict[str, list[str]] = {}
    found = f.measured
    for m, name in enumerate(found.names):
        level = found.level(m)
        first = [p for p in range(len(f.policies)) if found.rank[m, p] == found.rank[m].min()]
        others = [p for p in level if p not in first]
        it, come = ("it", "comes") if len(first) == 1 else ("them", "come")
        told = f"{wording.titles(f.pairs, first)} {come} first"
        if others:
            told += f"; {wording.titles(f.pairs, others)} cannot be told from {it}"
        if len(level) == len(f.policies):
            told = "no policy is clearly short of the first"
        together.setdefault(told, []).append(small(name))
    return [f"By {listed(names)}, {told}." for told, names in together.items()]


def _spelled(n: int) -> str:
    return {6: "six", 7: "seven"}.get(n, str(n))


def _cell(f: Finding, name: str, value: float, se: float, level: bool) -> str:
    if name == "domain":
        told, error = f"{100.0 * value:.0f} %", f"{100.0 * se:.1g}" if np.isfinite(se) else "–"
    else:
        metric = metric_of(f.metric)
        short = change(metric, value, unit=False).lstrip("+")
        told = short if name in REGRETS else amount(metric, value, unit=False)
        error = wording.error(f.metric, se)
    kind = "first" if level else "unclear"
    return f'<span class="{kind}">{told}</span> <span class="se">({error})</span>'


def _domains(f: Finding) -> str:
    rows, flagged = [], []
    for p, policy in enumerate(f.policies):
        shares = [f.domains[lens][0][p] for lens in f.lenses]
        if min(shares) < CONTESTED[0] and max(shares) > CONTESTED[1]:
            flagged.append(policy_title(policy))
        cells = [
            f'{100.0 * share[p]:.0f} % <span class="se">({100.0 * se[p]:.1g})</span>'
            if np.isfinite(se[p]) else f"{100.0 * share[p]:.0f} %"
            for share, se in (f.domains[lens] for lens in f.lenses)
        ]  # fmt: skip
        rows.append((parts.name(policy), *cells))
    said = (
        f"Contested: {listed(flagged)} meets the thresholds in fewer than 40 % of the futures "
        "under one lens and in more than 60 % under another." if flagged else
        "No policy goes from below 40 % of the futures under one lens to above 60 % under another."
    )  # fmt: skip
    return "<h4>Good enough, as declared beforehand</h4>\n" + parts.said(said) + page.table(
        ("Policy", *map(escape, f.lenses)), rows,
        caption="Share of futures in which the means over seeds meet every threshold; standard "
        "errors in brackets, in points of percent.",
    )  # fmt: skip


def _dominance(f: Finding) -> str:
    lens = "pooled" if len(f.lenses) > 1 else f.lenses[0]
    table = f.dominance[f.dominance["lens"] == lens]
    beats: dict[Any, Any] = table.set_index(["policy", "other"]).to_dict("index")
    rows = []
    for n, policy in enumerate(f.policies):
        cells = ["–" if policy == other else f"{100.0 * beats[policy, other]['beats']:.0f}"
                 for other in f.policies]  # fmt: skip
        rows.append((f"{n + 1}. {parts.name(policy)}", *cells))
    head = ("Row beats column", *(str(n + 1) for n in range(len(f.policies))))
    worst = float(table["se"].max())
    tied = float(table["tied"].mean())
    return parts.fold(
        "Who beats whom, future by future (dominance matrix)",
        page.table(
            head, rows,
            caption="Futures in 100, over all lenses, in which the row's policy does better than "
            f"the column's; standard errors up to {100.0 * worst:.1g}. What two cells across the "
            f"diagonal lack to 100 are ties ({100.0 * tied:.0f} in 100 on average). A future known "
            "from few runs is won or lost partly by luck.",
        ),
    )  # fmt: skip

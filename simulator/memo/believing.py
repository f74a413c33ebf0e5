"""What you would have to believe for each leading policy: section 5."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

import numpy as np

from simulator.figures.words import lens_of, listed, metric_of, policy_title, within
from simulator.memo import parts, wording
from simulator.memo.contested import Crux, better_sign, by_belief
from simulator.memo.findings import Finding
from simulator.memo.reading import Material
from simulator.memo.summary import scenario_title


def section(material: Material, found: Sequence[Finding]) -> str:
    """Section 5, scenario by scenario."""
    title = "What you would have to believe"
    if len(material.study.policies) < 2:
        return parts.section(5, "believe", title, parts.said("There is no choice to make."))
    lead = parts.said(
        "For the policies that come first by some way of judging, in the order of the study. None "
        "is recommended: each line says what would have to be so for the policy to be the better "
        "one on what the model counts."
    )
    return parts.section(5, "believe", title, lead, *(_scenario(f) for f in found))


def _scenario(f: Finding) -> str:
    body, silent = [f"<h3>{escape(scenario_title(f.scenario))}</h3>"], []
    for p in sorted(f.leaders):
        told = list(conditions(f, p))
        if told:
            body.append(f"<h4>{parts.name(f.policies[p])}</h4>\n{parts.bullets(told)}")
        else:
            silent.append(p)
    if silent:
        it = "it" if len(silent) == 1 else "any of them"
        body.append(f"<h4>{escape(wording.titles(f.pairs, silent))}</h4>")
        body.append(
            parts.said(
                f"Nothing in this folder speaks for or against {it} beyond noise. To choose {it}, "
                f"or to drop {it}, you would need grounds that are not in these runs."
            )
        )
    return "\n".join(body)


def conditions(f: Finding, p: int) -> Iterator[str]:
    """What speaks for and against one policy, each with its error; nothing if only noise does."""
    yield from _by_lens(f, p)
    yield from _by_belief(f, p)
    yield from _beside(f, p)


def _by_lens(f: Finding, p: int) -> Iterator[str]:
    for word, better in (("ahead of", 1.0), ("behind", -1.0)):
        together: dict[tuple[int, ...], list[int]] = {}
        for v in range(len(f.lenses)):
            others = np.flatnonzero(f.pairs.clear[p, :, v] == better)
            if len(others):
                together.setdefault(tuple(int(q) for q in others), []).append(v)
        for others_, lenses in together.items():
            yield _sentence(f, p, word, others_, lenses)


def _sentence(f: Finding, p: int, word: str, others: Sequence[int], lenses: Sequence[int]) -> str:
    """Where a policy is clearly ahead of some others, or behind, and by how much at most."""
    views = listed([_view(f.lenses[v]) for v in lenses])
    most, at = max(
        ((q, v) for q in others for v in lenses),
        key=lambda c: abs(f.pairs.effects[p, c[0], c[1]].mean),
    )
    names = (
        "every other policy" if len(others) == len(f.policies) - 1 > 1
        else wording.titles(f.pairs, others) if len(others) <= 4
        else f"{len(others)} of the {len(f.policies) - 1} others"
    )  # fmt: skip
    to = f" against {policy_title(f.policies[most])}" if len(others) > 1 else ""
    under = f" under {f.lenses[at]}" if len(lenses) > 1 else ""
    most_of_all = "at most " if to or under else ""
    return (
        f"If you hold the view of {views}, it is clearly {word} {names} ({most_of_all}"
        f"{wording.effect(f.metric, f.pairs.effects[p, most, at])}{to}{under})."
    )


def _view(lens: str) -> str:
    title = getattr(lens_of(lens), "title", "")
    return f"{lens} (“{title}”)" if title else lens


def _by_belief(f: Finding, p: int) -> Iterator[str]:
    for c in f.cruxes:
        if p not in (c.first, c.second):
            continue
        other = policy_title(f.policies[c.second if p == c.first else c.first])
        on = within(metric_of(c.metric).label)
        for h in (group[0] for group in by_belief(c.hits)):
            if not h.turns:
                continue
            high = (h.high > 0.0) == (p == c.first)
            mine = 1.0 if p == c.first else -1.0
            gain = mine * better_sign(c.metric) * (h.high if high else h.low)
            yield (
                f"Against {other}, on {on}, you would have to put "
                f"{h.symbol} ({wording.belief(h.symbol)}) {'above' if high else 'below'} about "
                f"{wording.number(h.at)}{wording.side(h.symbol, high)}; at that end the difference "
                f"is {wording.size(c.metric, gain, h.high_se if high else h.low_se)}, under lens "
                f"{h.lens}."
            )
        yield from _by_swap(f, c, p, other, on)


def _by_swap(f: Finding, c: Crux, p: int, other: str, on: str) -> Iterator[str]:
    mine = c.here if p == c.first else c.there
    theirs = c.there if p == c.first else c.here
    turning = [s.belief for s in c.swaps if s.turns]
    if mine is None or not turning:
        return
    beliefs = listed([wording.meaning(b) for b in turning])
    yield (
        f"Against {other}, on {on}, you would have to side with {mine} rather than {theirs} on "
        f"this: {beliefs}."
    )


def _beside(f: Finding, p: int) -> Iterator[str]:
    """Other measures on which it clearly differs from the status quo."""
    if p == 0:
        return
    for m, found in f.beside.items():
        if m != f.metric and found.clear[p, 0].any():
            yield (
                f"If you care for {within(metric_of(m).label)}: against the status quo it is "
                f"{wording.against(found, p, 0, many=True)}."
            )

"""On which belief a choice turns, in words: part of section 4."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

import numpy as np

from simulator.analysis.given import bin_count, binned
from simulator.figures.turning import Curve, along_beliefs
from simulator.figures.words import (
    CLEAR,
    axis_name,
    change,
    listed,
    metric_of,
    policy_title,
    within,
)
from simulator.memo import parts, wording
from simulator.memo.contested import Crux, Hit, better_sign, by_belief
from simulator.memo.findings import Finding
from simulator.memo.reading import Material
from simulator.report import page

MOST_CURVES, MOST_SWAPS, MOST_HITS = 4, 5, 8


def cruxes(material: Material, f: Finding) -> str:
    """Pair by pair: the lenses that oppose each other, the beliefs that turn the choice."""
    if not f.cruxes:
        return parts.said("The leading policies were the same in every run: nothing turns.")
    tried = sum({c.metric: c.tried for c in f.cruxes}.values())
    looked = list(dict.fromkeys((c.first, c.second) for c in f.cruxes))
    lead = (
        f"Looked into: {wording.count(len(looked), 'pair')} of policies, those whose sign differs "
        f"between lenses first, then the policies that come first by some way of judging "
        f"({wording.titles(f.pairs, f.leaders)}); {wording.count(f.parameters, 'parameter')} in "
        f"{f.futures_for_beliefs:,} futures of each lens."
    )
    worth = [c for c in f.cruxes if c.hits or c.here is not None]
    if not worth:
        return parts.said(
            lead,
            f"No pair changes sign between lenses, and among {tried:,} looks at a parameter none "
            "shows a gain that depends on it beyond noise. More futures might; beliefs outside "
            "the lenses played were not looked at."
            if tried else "The futures are too few, or nothing varies in them, to tell.",
        )  # fmt: skip
    body = [parts.said(lead)]
    curves = [curve for c in worth for curve in _curves(f, c)][:MOST_CURVES]
    if curves:
        body.append(_picture(material, f, curves))
    body += [_crux(f, c) for c in worth]
    return "\n".join(body)


def _crux(f: Finding, c: Crux) -> str:
    names = f"{policy_title(f.policies[c.first])} or {policy_title(f.policies[c.second])}"
    on = within(metric_of(c.metric).label)
    body = [f"<h4>{escape(names)}, on {escape(on)}</h4>"]
    groups = by_belief(c.hits)
    said = [*_between(f, c), *(hit_sentence(f, c, group) for group in groups[:MOST_HITS])]
    more = len(groups) - MOST_HITS
    if more > 0:
        said.append(f"Besides, {wording.count(more, 'belief')} more show in the size of the gain.")
    if c.here is None and len(f.lenses) > 1:
        said.append("The sign does not differ clearly between lenses.")
    if c.box is not None:
        said.append(_box(f, c))
    body.append(parts.bullets(said))
    if c.swaps:
        body.append(_swaps(c))
    return "\n".join(body)


def _between(f: Finding, c: Crux) -> Iterator[str]:
    """The lenses that oppose each other, and the belief that would turn one into the other."""
    if c.here is None or c.there is None:
        return
    found = f.beside[c.metric] if c.second == 0 else f.pairs
    if (c.first, c.second, 0) in found.effects and found.metric == c.metric:
        yield (
            f"Against {policy_title(f.policies[c.second])}, {policy_title(f.policies[c.first])} is "
            f"{wording.against(found, c.first, c.second)}."
        )
    else:
        yield f"The sign differs clearly between lenses {c.here} and {c.there}."
    turning = [s for s in c.swaps if s.turns]
    moving = [s for s in c.swaps if s.clear and not s.turns]
    sign = better_sign(c.metric)
    for s in turning:
        yield (
            f"It turns on this belief: {wording.meaning(s.belief)}. Under {c.here} with that "
            f"belief as {c.there} holds it, the difference would be "
            f"{wording.size(c.metric, sign * s.swapped, s.swapped_se)}, instead: a change of "
            f"{wording.size(c.metric, sign * s.change, s.se)}; read off a straight line."
        )
    for s in moving:
        yield (
            f"It leans on this belief, without turning on it alone: {wording.meaning(s.belief)} "
            f"(a change of {wording.size(c.metric, sign * s.change, s.se)})."
        )
    if not turning and not moving:
        yield (
            "Of the beliefs that the two lenses hold differently, these futures single out none "
            "beyond noise: it may take several together. `simulator.cruxes` swaps them one at a "
            "time with runs of its own."
        )
    if c.unread:
        yield (
            f"{wording.count(c.unread, 'parameter')} that the two hold differently has no spread "
            "under any lens played, so what it does cannot be read here; the lens neutral has some."
        )


def hit_sentence(f: Finding, c: Crux, group: Sequence[Hit]) -> str:
    """What a belief does to the choice, told of its strongest parameter and lens."""
    h = group[0]
    sign = better_sign(c.metric)
    first, second = policy_title(f.policies[c.first]), policy_title(f.policies[c.second])
    ends = [wording.size(c.metric, sign * v, se) for v, se in
            ((h.low, h.low_se), (h.high, h.high_se))]  # fmt: skip
    named = f"{wording.belief(h.symbol)} ({h.symbol})"
    share = f"{100.0 * h.share:.0f} % of the spread between futures, s.e. {100.0 * h.share_se:.0f}"
    if not h.turns:
        return (
            f"Under {h.lens} the size of the difference goes with {named}: {ends[0]}, at its low "
            f"end and {ends[1]}, at its high end; {share}. The sign does not clearly turn."
        )
    low, high = (first, second) if h.low > 0.0 else (second, first)
    at = wording.number(h.at)
    se = f" (s.e. {wording.number(h.at_se)})" if np.isfinite(h.at_se) else ""
    return (
        f"Under {h.lens} it turns on {named}: below about {at}{se} {low} does better"
        f"{wording.side(h.symbol, False)}, above it {high}{wording.side(h.symbol, True)}; "
        f"{first} less {second} is {ends[0]}, at the low end and {ends[1]}, at the high end; "
        f"{share}.{_likewise(h, group)}"
    )


def _likewise(h: Hit, group: Sequence[Hit]) -> str:
    """The same belief under other lenses, or by other parameters that move with it."""
    told = [
        f"{other.lens} (about {wording.number(other.at)})"
        for other in group[1:]
        if other.symbol == h.symbol
    ]
    symbols = sorted({other.symbol for other in group} - {h.symbol})
    along = f" It shows along {listed(symbols)} too, which the same belief sets." if symbols else ""
    return (f" Likewise under {listed(told)}." if told else "") + along


def _box(f: Finding, c: Crux) -> str:
    assert c.box is not None
    limits = [
        f"{name} ({wording.belief(name)}) lies between {wording.number(low)} and "
        f"{wording.number(high)}"
        for name, low, high in c.box.limits
    ]
    return (
        f"{policy_title(f.policies[c.first])} does better in {100.0 * c.box.density:.0f} of 100 "
        f"futures in which {listed(limits)}, against {100.0 * c.box.share:.0f} of 100 overall; "
        f"found in one half of the futures and counted in {c.box.futures:,} of the other."
    )


def _swaps(c: Crux) -> str:
    sign = better_sign(c.metric)
    rows = [
        (
            escape(wording.meaning(s.belief)), escape(", ".join(s.symbols)),
            f'<span class="{"clear" if s.clear else "unclear"}">'
            f"{change(metric_of(c.metric), sign * s.change, s.se, unit=False)}</span> "
            f'<span class="se">({wording.error(c.metric, s.se)})</span>',
            f"{change(metric_of(c.metric), sign * s.swapped, s.swapped_se, unit=False)} "
            f'<span class="se">({wording.error(c.metric, s.swapped_se)})</span>',
            "yes" if s.turns else "no",
        )
        for s in c.swaps[:MOST_SWAPS]
    ]  # fmt: skip
    head = ("Belief", "Parameters", "Change", "Difference then", "Turns the sign")
    unit = axis_name(metric_of(c.metric))
    caption = (
        f"Beliefs that {c.here} and {c.there} hold differently, swapped one at a time into "
        f"{c.here}, strongest first ({unit}; standard errors in brackets). Straight lines through "
        "the futures of all lenses, each about its own mean; bold if the change is clear among so "
        "many beliefs."
    )
    return page.table(head, rows, numbers=2, caption=caption)


def _curves(f: Finding, c: Crux) -> Iterator[Curve]:
    """Gains along the beliefs that turn a choice, one curve a parameter."""
    for h in (group[0] for group in by_belief(c.hits)):
        if not h.turns:
            continue
        rows = f.beliefs[f.beliefs["lens"] == h.lens]
        v = f.lenses.index(h.lens)
        gap = better_sign(c.metric) * f.scene.gap(c.metric, c.first, c.second, v)
        gain = np.nanmean(gap[rows["future"].to_numpy()], axis=1)
        x = rows[h.symbol].to_numpy(dtype=float)
        place = np.unique(binned(x, bin_count(len(x), None)), return_inverse=True)[1]
        number = np.bincount(place)
        mean = np.bincount(place, weights=gain) / number
        left = np.bincount(place, weights=(gain - mean[place]) ** 2)
        se = np.sqrt(left / np.maximum(number - 1, 1) / number)
        about = wording.belief(h.symbol)
        yield Curve(
            policy_title(f.policies[c.first]), policy_title(f.policies[c.second]), h.lens,
            f"{h.symbol}: {about}" if about != h.symbol else about,
            str(wording.parameters().get(h.symbol, {}).get("unit", "")), metric_of(c.metric),
            np.bincount(place, weights=x) / number, mean, CLEAR * se, h.at,
        )  # fmt: skip


def _picture(material: Material, f: Finding, curves: Sequence[Curve]) -> str:
    takeaway = "Where the line crosses zero, the better choice changes: " + "; ".join(
        f"{c.first} or {c.second} at about {wording.number(c.turns_at)}" for c in curves
    )
    small = (
        f"{parts.small_print(material, f.scenario, f.lenses)} Points: means of equally many "
        "futures, ±2 standard errors; blue: the first does better, orange: the second, open: not "
        "beyond its bar."
    )
    caption = "The gain of one policy over another along a belief, all else varying."
    tables = "\n".join(_numbers(c) for c in curves)
    return parts.picture(along_beliefs(curves, f"{takeaway}.", small), caption, tables)


def _numbers(c: Curve) -> str:
    """The points of a curve as a table."""
    own = better_sign(c.metric.id)
    rows = [
        (
            wording.number(float(x)),
            change(c.metric, own * float(gain), float(half) / CLEAR, unit=False),
            wording.error(c.metric.id, float(half) / CLEAR),
        )
        for x, gain, half in zip(c.x, c.gain, c.reach, strict=True)
    ]
    caption = (
        f"{c.first} less {c.second}, {within(c.metric.label)} ({axis_name(c.metric)}), lens "
        f"{c.lens}, along {c.belief}."
    )
    return page.table(("Parameter", "Difference", "s.e."), rows, caption=caption)

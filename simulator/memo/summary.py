"""The half page at the top: at most six sentences made from the numbers, and no winner."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from simulator.figures.words import change, listed, metric_of, policy_title, within
from simulator.memo import wording
from simulator.memo.contested import by_belief
from simulator.memo.findings import Finding
from simulator.memo.noise import ALPHA
from simulator.memo.reading import Material
from simulator.report.page import ADOPTION

TOLD = 2  # scenarios told one by one; of more, the first ones
NAMED = 3


def heading(material: Material) -> str:
    """The title of the memo."""
    others = len(material.study.policies) - 1
    what = wording.count(others, "policy", "policies") if others else "The status quo alone"
    places = material.study.scenarios
    where = listed([f"“{scenario_title(s)}”" for s in places]) if len(places) <= TOLD else (
        f"{len(places)} scenarios"
    )  # fmt: skip
    return f"{what} in {where}"


def scenario_title(scenario: str) -> str:
    """A scenario's title, or its id if it is not installed."""
    from simulator.figures.words import scenario_of

    return str(getattr(scenario_of(scenario), "title", scenario))


def sentences(material: Material, found: Sequence[Finding]) -> list[str]:
    """The executive answer."""
    told = found[:TOLD]
    said = [_played(material)]
    if len(material.study.policies) < 2:
        said.append("Nothing was compared: the study has no policy beside the status quo.")
        return [*said, _reach(material, found)]
    moved = "; ".join(_moved(f, len(found) > 1) for f in told)
    more = f"; {len(found) - TOLD} more scenarios follow below" if len(found) > TOLD else ""
    said.append(f"{moved[:1].upper()}{moved[1:]}{more}.")
    said.append(_robust(told))
    said.append(_turns(found))
    said.append(_agreement(told))
    return [*(s for s in said if s), _reach(material, found)]


def _played(material: Material) -> str:
    study = material.study
    others = len(study.policies) - 1
    whole = "" if material.played == material.planned else f" of {material.planned:,}"
    return (
        f"This memo reads {material.played:,}{whole} runs: the status quo and "
        f"{wording.count(others, 'policy', 'policies')} in "
        f"{wording.count(len(study.scenarios), 'scenario')}, under "
        f"{wording.count(len(study.lenses), 'view')} of the world (lenses), in "
        f"{wording.count(study.samples, 'future')} with "
        f"{wording.count(study.seeds, 'history', 'histories')} of chance each, which all policies "
        "share."
    )


def _moved(f: Finding, several: bool) -> str:
    """What the policies change against the status quo, on the measure the scenario is judged by."""
    metric = metric_of(f.metric)
    where = f"in “{scenario_title(f.scenario)}”, on" if several else "on"
    moved = [p for p in range(1, len(f.policies)) if f.pairs.clear[p, 0].any()]
    if not moved:
        same = all(e.same for e in f.pairs.effects.values())
        what = "every policy is the same as the status quo in every run" if same else (
            f"no policy makes a difference to the status quo that the noise would not make "
            f"({_resolution(f)})"
        )  # fmt: skip
        return f"{where} {within(metric.label)}, {what}"
    moved.sort(key=lambda p: -max(abs(f.pairs.effects[p, 0, v].mean) for v in _clear(f, p)))
    each = [
        f"{policy_title(f.policies[p])} is {wording.against(f.pairs, p, 0, many=True)}"
        for p in moved[:NAMED]
    ]
    rest = len(f.policies) - 1 - len(moved)
    more = f", {len(moved) - NAMED} more differ too" if len(moved) > NAMED else ""
    others = wording.count(rest, "other", "others")
    none = f", and for {others} there is {wording.NOISE}" if rest else ""
    return f"{where} {within(metric.label)}, against the status quo, {listed(each)}{more}{none}"


def _clear(f: Finding, p: int) -> list[int]:
    return [int(v) for v in np.flatnonzero(f.pairs.clear[p, 0])]


def _resolution(f: Finding) -> str:
    """The least difference that would have stood out, roughly."""
    errors = [e.se for (_, q, _), e in f.pairs.effects.items() if q == 0 and e.se > 0.0]
    if not errors:
        return "one run tells no noise"
    least = change(metric_of(f.metric), 2.0 * float(np.median(errors))).lstrip("+")
    return f"two standard errors are about {least}"


def _robust(found: Sequence[Finding]) -> str:
    told = []
    for f in found:
        where = f"in “{scenario_title(f.scenario)}” " if len(found) > 1 else ""
        standing = f.pairs.standing
        if f.pairs.ahead is not None:
            told.append(
                f"{where}{wording.titles(f.pairs, [f.pairs.ahead])} is clearly ahead of every "
                "other policy under every lens"
            )
        elif len(standing) == len(f.policies):
            told.append(f"{where}no policy is clearly behind another under any lens")
        elif not standing:
            told.append(f"{where}every policy is clearly behind another under some lens")
        else:
            names = (
                wording.titles(f.pairs, standing) if len(standing) <= NAMED
                else f"{len(standing)} of {len(f.policies)} policies"
            )  # fmt: skip
            verb = "is" if len(standing) == 1 else "are"
            told.append(f"{where}{names} {verb} never clearly behind another, whatever the lens")
    return f"What holds under all lenses played: {'; '.join(told)}."


def _turns(found: Sequence[Finding]) -> str:
    """Which choice turns on what."""
    on: dict[str, list[str]] = {}
    for f in found:
        for crux in f.cruxes:
            both = (policy_title(f.policies[p]) for p in (crux.first, crux.second))
            pair = f"{' or '.join(both)} (on {within(metric_of(crux.metric).label)})"
            hits = [group[0] for group in by_belief(crux.hits) if group[0].turns]
            swapped = [s.belief for s in crux.swaps if s.turns]
            if hits or swapped:
                why = wording.belief(hits[0].symbol) if hits else wording.meaning(swapped[0])
                on.setdefault(why, []).append(pair)
            elif crux.here is not None:
                why = (
                    f"the view of {crux.here} or of {crux.there}, by a belief that these futures "
                    "do not single out"
                )
                on.setdefault(why, []).append(pair)
    if not on:
        between = (
            "there is one lens only, so a change of sign between lenses cannot be seen"
            if all(len(f.lenses) < 2 for f in found)
            else "no clear difference changes sign between lenses"
        )
        return f"What is contested: {between}, and no belief read here turns a choice beyond noise."
    told = []
    for why, pairs in list(on.items())[:TOLD]:
        unique = list(dict.fromkeys(pairs))
        names = listed(unique) if len(unique) <= NAMED else f"{len(unique)} choices"
        told.append(f"{names} turns on {why}" if len(unique) == 1 else f"{names} turn on {why}")
    more = f"; section 4 has {len(on) - TOLD} more" if len(on) > TOLD else ""
    return f"What is contested: {'; '.join(told)}{more}."


def _agreement(found: Sequence[Finding]) -> str:
    told = []
    for f in found:
        one = f.across_metrics
        if one is None:
            continue
        where = f"in “{scenario_title(f.scenario)}” " if len(found) > 1 else ""
        how = "cannot be told from unrelated ones" if one.p >= ALPHA else (
            "agree closely" if one.W >= 0.7 else "agree in part"
        )  # fmt: skip
        told.append(
            f"{where}the rankings by {len(one.names)} measures {how} (Kendall's W "
            f"{one.W:.2f}; unrelated rankings average {one.unrelated:.2f})"
        )
    return f"It matters what one wants: {'; '.join(told)}." if told else ""


def _reach(material: Material, found: Sequence[Finding]) -> str:
    compared = sum(f.compared for f in found)
    forced = " with adoption imposed" if material.study.adoption == "forced" else ""
    return (
        f"All this holds within the runs{forced}, under stated beliefs, after allowing for the "
        f"{compared:,} comparisons made; clear is not the same as large, and it forecasts nothing, "
        "gives no probability of war and names no winner."
    )


def adoption(material: Material) -> str:
    """How adoption was decided."""
    if material.study.adoption == "forced":
        return ADOPTION["forced"]
    return "Forums decide; effects mix the chance of getting a policy with what it does."

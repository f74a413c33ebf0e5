"""Policies compiled against a world: which levers move where, when, and behind which text.

Bundles are kept in an order that depends on what they do, never on what they are called, so a
rename or another order in a portfolio changes nothing, not even a last bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from simulator.arrays import Bools, Floats
from simulator.contracts import Ask, Levers, Policy, Trigger
from simulator.errors import InputError, nearest
from simulator.vocabulary import LEVERS
from simulator.world import FORUMS, ISSUES, THEATERS, World

STANCE = ("visibility", "military", "exclusiveness")
SIGNALS = ("commitment", "audience_cost", "sunk", "talk")


@dataclass(frozen=True)
class Bundle:
    """Levers that start together.  Arrays over theaters; `by` and `on` are masks over actors.

    `head` is the bundle that it starts with (itself, if it starts on its own terms); `effort`
    whether the start takes attention of those who act; `by_leadership` whether it comes by chance.
    """

    policy: str
    levers: Levers
    reach: dict[str, Floats]
    by: Bools
    target: int
    on: Bools
    to: Bools
    partners: Bools
    keep: bool
    execute: bool
    lethal: bool
    public: bool
    start: int
    phase_in: int
    end: int | None
    when: Trigger | None
    asks: tuple[tuple[int, float], ...]  # index of the text, and what this policy asked
    accept: tuple[int, ...]
    money_per_year: float
    capital: float
    head: int
    effort: bool
    by_leadership: bool


@dataclass(frozen=True)
class Text:
    """One text on the table: asks of all policies on the same forum and issue, merged, if they
    are about the same subject and go to the same members by the same rule.

    `rule` replaces the forum's own; `invited` are the rows asked to join a coalition (none: all
    who may be).
    """

    forum: int
    issue: int
    target: float
    asks: tuple[tuple[int, Ask], ...]
    sponsor: int
    prep: float
    subject: int | None
    start: int
    visibility: Floats
    headline: float
    theaters: Floats  # 1 where the policies behind it act
    accept: tuple[int, ...]
    rule: str | None
    invited: tuple[int, ...]
    by_leadership: bool


@dataclass(frozen=True)
class Program:
    """Policies ready to play: bundles of levers, and the texts that some of them wait for."""

    bundles: tuple[Bundle, ...]
    texts: tuple[Text, ...]


def compile_program(policies: Sequence[Policy], world: World, standing: Floats) -> Program:
    """Check every actor a policy names, merge asks on the same text, and order by content.

    `standing` is the agreed text on each issue at the start.
    """
    ordered = sorted(policies, key=lambda p: (p.content(), p.start))
    for policy in ordered:
        for terms in (policy, *map(policy.on_terms_of, policy.parts)):
            _check_actors(terms, world)
            _check_sides(terms, world)
    groups: dict[tuple[object, ...], list[tuple[int, Ask]]] = {}
    for i, policy in enumerate(ordered):
        for ask in policy.asks:
            same = (ask.forum, ask.issue, ask.subject, ask.rule, _rows(ask.members, world))
            groups.setdefault((*same, policy.by_leadership), []).append((i, ask))
    texts = tuple(_merge(asks, ordered, world, standing) for asks in groups.values())
    bundles: list[Bundle] = []
    for i, policy in enumerate(ordered):
        head = len(bundles)
        behind = tuple(
            (t, ask.target) for t, text in enumerate(texts) for p, ask in text.asks if p == i
        )
        bundles.append(_bundle(policy, policy.levers, behind, world, head))
        if policy.ungated.moved():
            bundles.append(_bundle(policy, policy.ungated, (), world, head))
        for part in policy.parts:
            own, gate = policy.on_terms_of(part), behind if part.gated else ()
            start = head if part.when is None else len(bundles)
            bundles.append(_bundle(own, own.levers, gate, world, start))
        if any(b.effort for b in bundles[head:] if b.head == head):
            bundles[head] = replace(bundles[head], effort=not policy.by_leadership)
    return Program(tuple(bundles), texts)


def _bundle(
    policy: Policy, levers: Levers, behind: tuple[tuple[int, float], ...], world: World, head: int
) -> Bundle:
    by, on = world.together(policy.by), world.together(policy.on)
    red = [j for j, i in enumerate(world.red) if by[i]]
    reach = {n: levers.by_theater(n, policy.theaters) for n in LEVERS if LEVERS[n].theater}
    money, capital = _costs(levers, reach, by, world)
    accept = _rows(policy.accept, world) if behind else ()
    return Bundle(
        policy=policy.id, levers=levers, reach=reach, by=by,
        target=red[0] if red else len(world.red), on=on, public=policy.public,
        to=world.together(policy.to), partners=world.together(policy.partners),
        keep=policy.keep, execute=policy.execute, lethal=policy.lethal,
        start=policy.start, phase_in=policy.phase_in, end=policy.end, when=policy.when,
        asks=behind, accept=accept, money_per_year=money, capital=capital, head=head,
        effort=bool(behind) or _takes_attention(levers, reach), by_leadership=policy.by_leadership,
    )  # fmt: skip


def _takes_attention(levers: Levers, reach: dict[str, Floats]) -> bool:
    """Whether anything is moved, somewhere, that an institution has to attend to."""
    return any(
        LEVERS[n].attention > 0.0 and (n not in reach or bool(reach[n].any()))
        for n in levers.moved()
    )


def _costs(
    levers: Levers, reach: dict[str, Floats], by: Bools, world: World
) -> tuple[float, float]:
    """Money ($bn a year) and political capital (pp, once) of a bundle in full force.

    A lever that varies by theater costs by its largest size, not once per theater.  What is
    withdrawn costs no money (and saves none), but capital as what is added.
    """
    gdp = float(world.trait("gdp_usd_bn")[by].sum())
    money = capital = 0.0
    for name in levers.moved():
        spec = LEVERS[name]
        sizes = reach[name] if spec.theater else np.array([getattr(levers, name)])
        money += max(float(sizes.max()), 0.0) * (spec.money + spec.pct_gdp * gdp / 100.0)
        capital += float(np.abs(sizes).max()) * spec.capital
    return money, capital


def _merge(
    asks: list[tuple[int, Ask]], policies: Sequence[Policy], world: World, standing: Floats
) -> Text:
    """One text with the farthest target; the best-prepared sponsor presents it."""
    start = float(standing[ISSUES.index(asks[0][1].issue)])
    farthest = max(asks, key=lambda a: abs(a[1].target - start))[1]
    lead = max(asks, key=lambda a: (a[1].prep, a[1].target))[1]
    rows = [policies[i] for i, _ in asks]
    visible = np.stack([p.levers.by_theater("visibility", p.theaters) for p in rows])
    peak = visible[np.argmax(np.abs(visible), axis=0), np.arange(len(THEATERS))]
    return Text(
        forum=FORUMS.index(lead.forum),
        issue=ISSUES.index(lead.issue),
        target=farthest.target,
        asks=tuple(asks),
        sponsor=world.index[lead.sponsor],
        prep=lead.prep,
        subject=None if lead.subject is None else world.index[lead.subject],
        start=min(p.start for p in rows),
        visibility=peak,
        headline=float(peak[np.argmax(np.abs(peak))]),
        theaters=np.array([float(any(k in p.theaters for p in rows)) for k in THEATERS]),
        accept=_rows([a for p in rows for a in p.accept], world),
        rule=lead.rule,
        invited=_rows(lead.members, world),
        by_leadership=rows[0].by_leadership,
    )


def _rows(names: Sequence[str], world: World) -> tuple[int, ...]:
    """Rows of everybody in a list of group names and actor ids."""
    return tuple(int(i) for i in np.flatnonzero(world.together(names)))


def _check_actors(policy: Policy, world: World) -> None:
    anyone = (*world.groups, *world.actors)
    lists = ("by", "on", "to", "partners", "accept")
    named = [(n, w, anyone) for n in lists for w in getattr(policy, n)]
    named += [("asks.members", m, anyone) for a in policy.asks for m in a.members]
    named += [("asks.sponsor", a.sponsor, world.actors) for a in policy.asks]
    named += [("asks.subject", a.subject, world.actors) for a in policy.asks if a.subject]
    for where, who, known in named:
        if who not in known:
            what = "actor or group" if known is anyone else "single actor"
            raise InputError(
                f"unknown {what} {who!r}.",
                f"policy {policy.id}: {where}",
                nearest(who, known),
            )


def _check_sides(policy: Policy, world: World) -> None:
    """A stance belongs to one side: one red state, or the West; added will to a red state."""
    moved = {*policy.levers.moved(), *policy.ungated.moved()}
    by, where = world.together(policy.by), f"policy {policy.id}: by"
    red = [world.actors[i] for i in world.red if by[i]]
    if len(red) > 1 and moved & set(STANCE):
        raise InputError(
            f"{', '.join(red)} cannot share one {min(moved & set(STANCE))}.",
            where,
            "Give each its own Part(levers=..., by=[...]).",
        )
    if "resolve" in moved and by.sum() > len(red):
        raise InputError("resolve is the will of a red leadership.", where, "Name a red state.")

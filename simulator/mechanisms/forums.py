"""M2 Collective decision: slot, sounding, text, side payments, silence window, tally, result.

One procedure for every body; a forum differs by who sits, what it takes to pass a text, its slots
and how costly it is to stand alone.  The forms are those of nac_notes.md: members vote on where a
visible step leads, break silence alone first and in company second, everyone else hides;
objections are bought only as far as they are payable and never for more than the item is worth.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from simulator import draws
from simulator.arrays import Bools, Floats, Ints
from simulator.mechanisms import agenda, politics
from simulator.mechanisms.bargaining import (
    company,
    exposure,
    isolation_cost,
    leaks,
    pass_chance,
    payments,
)
from simulator.mechanisms.coalitions import Circle, gather, invite
from simulator.mechanisms.minutes import ADOPTED, BLOCKED, COALITION, WEAKENED, Minutes
from simulator.mechanisms.papers import SLACK, Paper, least_move, precedent, success
from simulator.mechanisms.preferences import sounding
from simulator.mechanisms.tally_rules import (
    COALITION_RULE,
    OPT_OUT,
    TWICE,
    House,
    rule_of,
    tally,
    voters,
)
from simulator.phase import Quarter
from simulator.program import Text
from simulator.questions import DraftView, SilenceView
from simulator.state import State
from simulator.tally import total

HELD_BACK = 1.0


def convene(state: State, at: Quarter) -> State:
    """Phase 4: every text whose time has come takes a slot, in the order of the agenda."""
    minutes, texts = Minutes.of(state), at.setting.program.texts
    regrown = minutes.capital + at.p("capital_regrowth")
    minutes.capital = np.minimum(politics.capital_start(state, at), regrown)
    at.notes["votes"], at.notes["joined"] = {}, {}
    at.notes["results"] = np.zeros((len(texts), state.runs))
    at.notes["leaked"] = np.zeros((len(texts), state.runs))
    at.notes["price"] = {t: np.zeros(state.runs) for t in range(len(texts))}
    slots = {
        f: np.full(state.runs, float(forum.seats(at.number)))
        for f, forum in at.setting.ladder.forums.items()
    }
    agenda.age_noise(minutes, at)
    for t, text in enumerate(texts):
        waiting = agenda.due(state, minutes, t, at)
        if waiting.any():
            waiting = _take_up(state, minutes, t, text, waiting, slots, at)
        agenda.fade_rumor(minutes, t, waiting, at)
    return minutes.into(state)


def _take_up(
    state: State, minutes: Minutes, t: int, text: Text, waiting: Bools,
    slots: dict[int, Floats], at: Quarter,
) -> Bools:  # fmt: skip
    """One text in the runs where it waits; where it was taken up, (runs,).

    What a record says is taken from there.  A text that failed before is carried by a coalition if
    enough would join (C16); else it takes a slot in its own forum.
    """
    said = _record(t, text, at)
    routed = waiting & (said == COALITION)
    other = agenda.around(text, at)
    again = waiting & np.isnan(said) & (minutes.failures[:, t] > 0.0) & (slots[agenda.JOINT] > 0.0)
    if other is not None and again.any():
        rows = np.flatnonzero(again)
        routed[rows[_route(state, minutes, t, other, rows, at)]] = True
    slots[agenda.JOINT] = slots[agenda.JOINT] - routed
    taken = waiting & ~routed & (slots[text.forum] > 0.0)
    slots[text.forum] = slots[text.forum] - taken
    for which, play in ((taken & np.isnan(said), _session), (taken & ~np.isnan(said), _impose)):
        if which.any():
            play(state, minutes, t, text, np.flatnonzero(which), at)
    if (routed & (said == COALITION)).any():
        assert other is not None
        _impose(state, minutes, t, other, np.flatnonzero(routed & (said == COALITION)), at)
    return taken | routed


def _record(t: int, text: Text, at: Quarter) -> Floats:
    """What a record to replay says of a text this quarter; NaN where nothing, (runs,).

    On what the leadership tables by itself the members decide even if adoption is forced.
    """
    imposed = at.setting.imposed
    if imposed is None or (imposed.first and text.by_leadership):
        return np.full(at.runs, np.nan)
    return np.full(at.runs, ADOPTED) if imposed.first else imposed.result[at.number, t]


def _route(state: State, minutes: Minutes, t: int, text: Text, rows: Ints, at: Quarter) -> Bools:
    """Try a text, as asked, as one of a coalition; where enough join, (rows,)."""
    some, wording = at.narrow(rows), np.full(len(rows), text.target)
    leads = np.maximum(wording[:, None] + precedent(text, np.ones(1), some), 0.0)[:, 0]
    enough, carried = gather(state, minutes, t, text, rows, wording, leads, at)
    there, paid = rows[enough], some.p("tabling_cost")[enough, 0]
    result = np.full(len(there), COALITION)
    _settle(state, minutes, t, text, there, result, wording[enough], paid, carried[enough], at)
    return enough


def _session(state: State, minutes: Minutes, t: int, text: Text, rows: Ints, at: Quarter) -> None:
    """One text through the whole procedure, in the runs `rows`."""
    some, joint = at.narrow(rows), rule_of(text, at) == COALITION_RULE
    if joint:
        circle = Circle.of(text, some)
        members, guests = circle.members, circle.guests
    else:
        house = House.of(text, voters(text, at), some)
        members, guests = house.members, np.zeros(len(house.members), dtype=bool)
    standing = minutes.standing(text, rows, at)
    share = np.linspace(0.0, 1.0, at.setting.ladder.grid)
    texts = standing[:, None] + (text.target - standing)[:, None] * share
    leads = np.maximum(texts + precedent(text, share, some), 0.0)
    who, voices = [*members, text.sponsor], np.append(guests, False)
    view = sounding(state, t, text, standing, texts, leads, who, voices, some)
    heard = some.ask("sound", view, who, text=t, log=False)
    gains, sponsor = heard.values["gains"][:, :-1], heard.values["gains"][:, -1:]
    leaked = leaks(text, some)
    if joint:
        isolation, refused = np.zeros((len(rows), len(members))), np.zeros((len(rows), 1))
        chance = circle.prospects(gains, some)
    else:
        isolation = isolation_cost(state, text, members, leaked, some)
        refused = exposure(text, house, some)
        chance = pass_chance(gains, isolation, t, house, some)
    least = least_move(text, standing)
    enough = np.abs(texts - standing[:, None]) >= least[:, None] - SLACK
    drafted = some.ask(
        "draft",
        DraftView(sponsor, chance[:, None], enough[:, None].astype(float), some.p("half_loaf"),
                  refused, some.p("tabling_cost")),
        [text.sponsor], text=t, when=np.ones(len(rows), dtype=bool),
    )  # fmt: skip
    pick = drafted.choice.astype(np.int64)[:, 0]
    on, here = np.flatnonzero(pick > 0), np.arange(len(rows))
    at.notes["leaked"][t][rows[on]] = leaked[on, 0]
    at.notes["results"][t][rows] = HELD_BACK
    if not len(on):
        return
    paper = Paper(
        rows[on], standing[on], texts[here, pick][on], gains[here, :, pick][on],
        sponsor[here, 0, pick][on], chance[here, pick][on], isolation[on],
        heard.values["parts"][on, :-1], heard,
    )  # fmt: skip
    decide = _join if joint else _vote
    result, paid, carried = decide(minutes, t, text, paper, at)
    _settle(state, minutes, t, text, paper.rows, result, paper.wording, paid, carried, at)


def _vote(
    minutes: Minutes, t: int, text: Text, paper: Paper, at: Quarter
) -> tuple[Floats, Floats, Floats]:
    """Payments, silence window and tally: result, capital spent and share that carries it."""
    some, members = at.narrow(paper.rows), voters(text, at)
    house = House.of(text, members, some)
    silent = SilenceView(
        gain=paper.gain,
        noise=draws.logistic(minutes.vote_noise[paper.rows, t][:, members]),
        precision=some.p("forum_precision"),
        isolation=paper.isolation,
        company=company(paper.gain, some),
        look_ahead=some.p("look_ahead"),
        pass_chance=paper.likely[:, None],
        offer=np.zeros_like(paper.gain),
    )
    first = some.ask("silence", silent, members, text=t, log=False)
    capital = minutes.capital[paper.rows, text.sponsor]
    offer, bill = payments(
        capital, first.values, first.choice, paper.gain, paper.own, t, house, some
    )
    final = some.ask(
        "silence", replace(silent, offer=offer), members, text=t, parts=paper.heard,
        when=np.ones(len(paper.rows), dtype=bool),
    )  # fmt: skip
    count = tally(final.choice, final.values, paper.gain, house)
    aside = count.against & (count.passed & (house.rule == OPT_OUT))[:, None]
    once = (house.rule == TWICE) & (minutes.readings[paper.rows, t] < 1.0)
    result = np.where(count.passed, success(text, paper, once), BLOCKED)
    at.notes["votes"][t] = {
        "members": members, "rows": paper.rows, "rule": house.rule, "broke": count.against,
        "blamed": count.blamed, "hid": count.hid, "gain": paper.gain, "offer": offer,
        "parts": paper.parts,
    }  # fmt: skip
    gdp = some.trait("gdp_usd_bn")[:, members]
    carried = 1.0 - total(np.where(aside, gdp, 0.0)) / total(gdp)
    paid = np.where(count.passed, bill, some.p("failure_cost")[:, 0])
    return result, paid + some.p("tabling_cost")[:, 0], carried


def _join(
    minutes: Minutes, t: int, text: Text, paper: Paper, at: Quarter
) -> tuple[Floats, Floats, Floats]:
    """Who joins a coalition: result, capital spent and share that carries it."""
    some = at.narrow(paper.rows)
    circle = Circle.of(text, some)
    noise = draws.logistic(minutes.vote_noise[paper.rows, t][:, circle.members])
    joins, enough, carried = circle.joiners(
        paper.gain, noise, some, text=t, parts=paper.heard,
        when=np.ones(len(paper.rows), dtype=bool),
    )  # fmt: skip
    at.notes["joined"][t] = {"rows": paper.rows, "members": circle.members, "joins": joins}
    result = np.where(enough, success(text, paper, np.zeros_like(enough)), BLOCKED)
    paid = some.p("tabling_cost")[:, 0] + np.where(enough, 0.0, some.p("failure_cost")[:, 0])
    return result, paid, carried


def _settle(
    state: State, minutes: Minutes, t: int, text: Text, rows: Ints, result: Floats,
    wording: Floats, paid: Floats, carried: Floats, at: Quarter,
) -> None:  # fmt: skip
    """Write a session's results; then the invited partners decide, each for itself."""
    minutes.settle(t, text, rows, result, wording, paid, carried, at)
    there = rows[result >= WEAKENED]
    if text.accept and len(there):
        start = at.setting.ladder.texts[text.issue]
        span = text.target - start
        agreed = minutes.agreed[there, t][:, None]
        share = (agreed - start) / span if span != 0.0 else np.ones_like(agreed)
        leads = np.maximum(agreed + precedent(text, share, at.narrow(there)), 0.0)[:, 0]
        invite(state, minutes, t, text, there, leads, at)


def _impose(state: State, minutes: Minutes, t: int, text: Text, rows: Ints, at: Quarter) -> None:
    """`do()`: the record given replaces the vote, where it says something."""
    imposed = at.setting.imposed
    assert imposed is not None
    some, carried = at.narrow(rows), np.ones(len(rows))
    if imposed.first:
        result, wording = np.full(len(rows), ADOPTED), np.full(len(rows), text.target)
        paid = some.p("tabling_cost")[:, 0]
    else:
        result, wording = imposed.result[at.number, t][rows], imposed.text[at.number, t][rows]
        paid = imposed.capital[at.number, t][rows]
        if imposed.carried.size:
            carried = imposed.carried[at.number, t][rows]
        at.notes["leaked"][t][rows] = np.where(result >= BLOCKED, leaks(text, some)[:, 0], 0.0)
    _settle(state, minutes, t, text, rows, result, wording, paid, carried, at)

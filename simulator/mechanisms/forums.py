"""M2 Collective decision: slot, sounding, text, side payments, silence window, tally, result.

One procedure for every body; a forum differs by members, slots and how costly it is to stand
alone.  The forms are those of nac_notes.md: members vote on where a visible step leads, break
silence alone first and in company second, everyone else hides; objections are bought only as far
as they are payable and never for more than the item is worth.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from simulator import draws
from simulator.arrays import Bools, Floats, Ints
from simulator.mechanisms import acceptance
from simulator.mechanisms.bargaining import (
    company,
    isolation_cost,
    leaks,
    pass_chance,
    payments,
    tally,
)
from simulator.mechanisms.politics import capital_start
from simulator.mechanisms.preferences import sounding
from simulator.phase import Quarter
from simulator.program import Text
from simulator.questions import AcceptView, DraftView, SilenceView
from simulator.state import NEVER, State, happened
from simulator.tally import anyone

RESULTS = ("not tabled", "held back", "blocked", "weakened", "adopted")
BLOCKED, WEAKENED, ADOPTED = 2.0, 3.0, 4.0
_SLACK = 1e-12  # texts on a grid meet their least up to rounding
VOTES = ("supported", "acquiesced", "hid", "broke silence")


def convene(state: State, at: Quarter) -> State:
    """Phase 4: every text whose time has come takes a slot, in the order of the agenda."""
    state = _age_noise(state, at)
    slots = {
        f: np.full(state.runs, float(forum.seats(at.number)))
        for f, forum in at.setting.ladder.forums.items()
    }
    regrown = state.capital + at.p("capital_regrowth")
    state = replace(state, capital=np.minimum(capital_start(state, at), regrown))
    at.notes["votes"], at.notes["results"] = (
        {},
        np.zeros((len(at.setting.program.texts), state.runs)),
    )
    at.notes["leaked"] = np.zeros_like(at.notes["results"])
    for t, text in enumerate(at.setting.program.texts):
        due = _due(state, t, text, at) & (slots[text.forum] > 0.0)
        slots[text.forum] = slots[text.forum] - due
        if at.setting.imposed is not None:
            state = _impose(state, t, text, due, at)
        elif due.any():
            state = _session(state, t, text, due, at)
        state = _fade_rumor(state, t, due, at)
    return state


def _due(state: State, t: int, text: Text, at: Quarter) -> Bools:
    """Runs in which a text is on the agenda: begun, undecided, and past its cool-down."""
    begun = np.zeros(state.runs, dtype=bool)
    for b, bundle in enumerate(at.setting.program.bundles):
        if any(t == index for index, _ in bundle.asks):
            begun = begun | happened(state.started[:, b])
    return begun & ~happened(state.decided[:, t]) & (at.number >= state.next_try[:, t])


def _age_noise(state: State, at: Quarter) -> State:
    """Private reasons persist: each quarter a government keeps its draw with chance rho.

    A text that is decided everywhere asks for them no more.
    """
    noise = state.vote_noise.copy()
    actors = noise.shape[-1]
    for t, text in enumerate(at.setting.program.texts):
        if happened(state.decided[:, t]).all():
            continue
        key = f"{text.forum}:{text.issue}"
        fresh = at.luck(f"vote-noise:{key}", actors)
        keep = at.luck(f"vote-noise-kept:{key}", actors) < at.p("vote_noise_persistence")
        noise[:, t] = np.where(keep & (at.number > 0), noise[:, t], fresh)
    return replace(state, vote_noise=noise)


def _session(state: State, t: int, text: Text, due: Bools, at: Quarter) -> State:
    """One text through the whole procedure, in the runs where it is `due`."""
    rows = np.flatnonzero(due)
    some, forum = at.narrow(rows), at.setting.ladder.forums[text.forum]
    members = [int(i) for i in np.flatnonzero(forum.members)]
    standing = state.text[rows, text.forum, text.issue]
    share = np.linspace(0.0, 1.0, at.setting.ladder.grid)
    texts = standing[:, None] + (text.target - standing)[:, None] * share
    leads = np.maximum(texts + _precedent(text, share, some), 0.0)
    who = [*members, text.sponsor]
    view = sounding(state, t, standing, texts, leads, who, some)
    heard = some.ask("sound", view, who, text=t, log=False)
    gains, sponsor = heard.values["gains"][:, :-1], heard.values["gains"][:, -1:]
    leaked = leaks(text, some)
    isolation = isolation_cost(text, members, leaked, some)
    chance = pass_chance(gains, isolation, t, members, some)
    least = _least(text, standing)
    enough = np.abs(texts - standing[:, None]) >= least[:, None] - _SLACK
    drafted = some.ask(
        "draft",
        DraftView(sponsor, chance[:, None], enough[:, None].astype(float), some.p("half_loaf"),
                  some.p("tabling_cost")),
        [text.sponsor], text=t, when=np.ones(len(rows), dtype=bool),
    )  # fmt: skip
    pick = drafted.choice.astype(np.int64)
    tabled = pick[:, 0] > 0
    wording = np.take_along_axis(texts, pick, axis=-1)[:, 0]
    gain = np.take_along_axis(gains, pick[..., None], axis=-1)[..., 0]
    silent = SilenceView(
        gain=gain,
        noise=draws.logistic(state.vote_noise[rows, t][:, members]),
        precision=some.p("forum_precision"),
        isolation=isolation,
        company=company(gain, some),
        look_ahead=some.p("look_ahead"),
        pass_chance=np.take_along_axis(chance, pick, axis=-1),
        offer=np.zeros_like(gain),
    )
    first = some.ask("silence", silent, members, text=t, log=False)
    capital = state.capital[rows, text.sponsor]
    offer, bill = payments(
        capital, first.values, first.choice, gain, sponsor, t, members, some, pick
    )
    final = some.ask(
        "silence", replace(silent, offer=offer), members, text=t, when=tabled, parts=heard
    )
    broke, blamed, hid = tally(final.choice, final.values, gain, some)
    passed = tabled & ~anyone(broke)
    whole = passed & (np.abs(wording - standing) >= least - _SLACK)
    result = np.where(whole, ADOPTED, np.where(passed, WEAKENED, np.where(tabled, BLOCKED, 1.0)))
    at.notes["votes"][t] = {
        "members": members, "rows": rows, "tabled": tabled, "broke": broke, "blamed": blamed,
        "hid": hid, "gain": gain, "parts": heard.values["parts"][:, :-1], "offer": offer,
    }  # fmt: skip
    at.notes["leaked"][t][rows] = np.where(tabled, leaked[:, 0], 0.0)
    paid = np.where(passed, bill, 0.0) + np.where(tabled, some.p("tabling_cost")[:, 0], 0.0)
    paid = paid + np.where(result == BLOCKED, some.p("failure_cost")[:, 0], 0.0)
    result, wording, paid = (_spread(x, rows, state) for x in (result, wording, paid))
    return _settle(state, t, text, result, wording, paid, at)


def _spread(some: Floats, rows: Ints, state: State) -> Floats:
    """Values of some runs in an array over all, zero elsewhere."""
    whole = np.zeros(state.runs)
    whole[rows] = some
    return whole


def _precedent(text: Text, share: Floats, at: Quarter) -> Floats:
    """How much further than its words a visible text leads: omega times its visible step.

    What is withdrawn can be no more than what stands.
    """
    standing = float(at.setting.ladder.stance["visibility"][-1, int(np.argmax(text.visibility**2))])
    step = text.headline if text.headline >= 0.0 else text.headline * standing
    return at.p("precedent_depth") * step * share


def _least(text: Text, standing: Floats) -> Floats:
    """Least move from the standing text that still counts as adopted, (runs,)."""
    asked = np.stack([np.abs(ask.least(standing) - standing) for _, ask in text.asks], axis=-1)
    least: Floats = np.min(asked, axis=-1)
    return least


def _settle(
    state: State, t: int, text: Text, result: Floats, wording: Floats, paid: Floats, at: Quarter
) -> State:
    """Write a session's result: new text, capital spent, cool-down, split and rumor; then the
    invited partners decide, each for itself."""
    passed, blocked = result >= WEAKENED, result == BLOCKED
    tabled = result >= BLOCKED
    agreed, decided = state.text.copy(), state.decided.copy()
    agreed[:, text.forum, text.issue] = np.where(passed, wording, agreed[:, text.forum, text.issue])
    decided[:, t] = np.where(passed, float(at.number), decided[:, t])
    chosen, first = state.agreed.copy(), state.tabled.copy()
    chosen[:, t] = np.where(passed, wording, chosen[:, t])
    first[:, t] = np.where(tabled & (first[:, t] >= NEVER), float(at.number), first[:, t])
    capital, next_try = state.capital.copy(), state.next_try.copy()
    price = np.minimum(paid, capital[:, text.sponsor])
    capital[:, text.sponsor] = capital[:, text.sponsor] - price
    wait = at.number + at.p("cool_down")[:, 0]
    next_try[:, t] = np.where(blocked, wait, next_try[:, t])
    failures, last = state.failures.copy(), state.last_failure.copy()
    failures[:, t] = failures[:, t] + blocked
    last[:, t] = np.where(blocked, float(at.number), last[:, t])
    at.notes["results"][t] = result
    at.notes.setdefault("price", {})[t] = price
    state = replace(
        state, text=agreed, decided=decided, agreed=chosen, tabled=first, capital=capital,
        next_try=next_try, failures=failures, last_failure=last,
        capital_spent=state.capital_spent + price,
    )  # fmt: skip
    return _invite(state, t, text, passed, at) if text.accept and passed.any() else state


def _invite(state: State, t: int, text: Text, passed: Bools, at: Quarter) -> State:
    """Partners say yes or no to the adopted text, each for itself (M12, demand side)."""
    partners, rows = list(text.accept), np.flatnonzero(passed)
    some, taking_part = at.narrow(rows), state.taking_part.copy()
    key = f"accept:{text.forum}:{text.issue}"
    noise = draws.logistic(some.luck(key, len(at.setting.world.actors)))
    imposed = at.setting.imposed
    if imposed is not None and imposed.first:
        yes = np.ones((len(rows), len(partners)))
    else:
        standing = np.zeros(len(rows)) + at.setting.ladder.texts[text.issue]
        asked = state.agreed[rows, t][:, None]
        span = text.target - standing
        share = np.where(
            span != 0.0, (asked[:, 0] - standing) / np.where(span == 0.0, 1.0, span), 1.0
        )
        leads = np.maximum(asked + _precedent(text, share[:, None], some), 0.0)
        view = sounding(state, t, standing, asked, leads, partners, some, partner=True)
        heard = some.ask("sound", view, partners, text=t, log=False)
        gain = np.ascontiguousarray(heard.values["gains"][..., 0])
        asks = AcceptView(
            gain=gain, noise=noise[:, partners], precision=some.p("partner_precision"),
            **acceptance.reasons(state, t, share, some),
        )  # fmt: skip
        answer = some.ask("accept", asks, partners, text=t, when=passed[rows], parts=heard)
        yes = answer.choice
    taking_part[rows[:, None], t, partners] = yes
    return replace(state, taking_part=taking_part)


def _impose(state: State, t: int, text: Text, due: Bools, at: Quarter) -> State:
    """`do()`: the record given replaces the vote."""
    imposed = at.setting.imposed
    assert imposed is not None
    if imposed.first:
        result = np.where(due, ADOPTED, 0.0)
        wording = np.full(state.runs, text.target)
        paid = np.where(due, at.p("tabling_cost")[:, 0], 0.0)
    else:
        result = imposed.result[at.number, t]
        wording = imposed.text[at.number, t]
        paid = imposed.capital[at.number, t]
        at.notes["leaked"][t] = np.where(result >= BLOCKED, leaks(text, at)[:, 0], 0.0)
    return _settle(state, t, text, result, wording, paid, at) if due.any() else state


def _fade_rumor(state: State, t: int, due: Bools, at: Quarter) -> State:
    """Talk of a text gives part of its visibility from its announcement, all of it once it leaked,
    and half as much each quarter after a block; adopted texts are seen for what they are."""
    pending = due & (at.notes["results"][t] < WEAKENED)
    heard = np.where(at.notes["leaked"][t] > 0.0, 1.0, at.p("early_visibility")[:, 0])
    quiet = at.p("rumor_kept")[:, 0] * state.rumor[:, t]
    rumor = state.rumor.copy()
    said = np.maximum(np.where(pending, heard, 0.0), quiet)
    rumor[:, t] = np.where(happened(state.decided[:, t]), 0.0, said)
    return replace(state, rumor=rumor)

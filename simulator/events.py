"""What happened in a quarter of one run, in plain words, with the reasons."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulator.ladder import FEATURES
from simulator.mechanisms.forums import ADOPTED, BLOCKED, WEAKENED
from simulator.phase import Quarter
from simulator.results import Event
from simulator.state import State
from simulator.telling import NEWS, TELL, Teller
from simulator.telling.base import event, place, terms_of, text_name
from simulator.world import THEATERS

REASONS = {
    "threat": "threat seen in Asia",
    "trade": "trade with the challenger",
    "openness": "openness to its capital",
    "russia": "the threat at home comes first",
    "alignment": "alignment with the sponsor",
    "autonomy": "wish for autonomy",
    "dispute": "open dispute",
}
_WEIGHED = ("private reasons", "side payment", "cost of standing out")
_MOVES = {-1: "steps down", 0: "holds", 1: "goes up a rung", 2: "jumps two rungs"}
_ANSWERS = {-1: "concedes", 0: "holds", 1: "counters"}


def explain(event: Event) -> str:
    """An event with its three largest reasons, in pp of own GDP: what spoke for it, and what it
    was done in spite of."""
    top = sorted(event.terms.items(), key=lambda item: -abs(item[1]))[:3]
    sides = (
        ("for it", [f"{name} {value:+.2f} pp" for name, value in top if value > 0.0]),
        ("against", [f"{name} {value:+.2f} pp" for name, value in top if value < 0.0]),
    )
    said = "; ".join(f"{side}: {', '.join(reasons)}" for side, reasons in sides if reasons)
    return f"{event.text} ({said})" if said else event.text


def quarter_events(
    before: State, after: State, at: Quarter, decisions: list[dict[str, Any]]
) -> list[Event]:
    """All events of one quarter of a single run, in the order of the agenda."""
    found = _triggers(at)
    for d in decisions:
        tell = _DECISIONS.get(d["question"])
        made = tell(d, before, at) if tell is not None else None
        if made is not None:
            found.append(made)
    news = [one for report in NEWS for one in report(before, after, at)]
    return _with_results(found, at) + news + _moves(before, after, at)


def _triggers(at: Quarter) -> list[Event]:
    return [
        event(at, "trigger", None, THEATERS[k], "event", f"A trigger event in {place(k)}")
        for k in range(len(THEATERS))
        if at.notes["triggers"][0, k] > 0
    ]


def _draft(d: dict[str, Any], before: State, at: Quarter) -> Event | None:
    if not d["context"]["when"][0]:
        return None
    forum, what = text_name(d["context"]["text"], at)
    share = d["answer"].choice / (at.setting.ladder.grid - 1)
    words = f"tables {share:.0%} of the way to {what}" if share > 0 else f"holds back {what}"
    return event(at, "draft", d["actor"], forum, f"{share:.0%}", words, terms_of(d))


def _silence(d: dict[str, Any], before: State, at: Quarter) -> Event | None:
    t, n = d["context"]["text"], d["n"]
    if not d["context"]["when"][0]:
        return None
    vote = at.notes["votes"][t]
    forum, what = text_name(t, at)
    if vote["broke"][0, n]:
        loud = vote["blamed"][0] == n
        choice = "broke silence"
        words = f"breaks silence on {what}" + (" and takes the blame" if loud else "")
    elif vote["hid"][0, n]:
        choice, words = "hid", f"would object to {what} and hides behind others"
    elif vote["gain"][0, n] < 0.0:
        choice, words = "acquiesced", f"dislikes {what} and stays silent"
    else:
        choice, words = "supported", f"supports {what}"
    terms = vote_reasons(d, n)
    if choice != "supported":
        own = terms_of(d)
        sign = -1.0 if choice == "broke silence" else 1.0
        terms = {name: sign * value for name, value in terms.items()}
        terms |= {k: own[k] for k in _WEIGHED if k in own}
    return event(at, "vote", d["actor"], forum, choice, words, terms)


def vote_reasons(d: dict[str, Any], n: int) -> dict[str, float]:
    """What a text is worth to a member, in pp, split over what moved its ideal point: each
    trait's share of the log-odds, and what is left for a government of average traits."""
    parts = d["context"]["parts"].values["parts"][0, n]
    worth = float(d["answer"].terms()["worth of the text"])
    pull = float(np.abs(parts).sum())
    own = {f: worth * abs(float(p)) / pull for f, p in zip(FEATURES, parts, strict=True) if pull}
    sign = 1.0 if worth >= 0.0 else -1.0
    toward = {f: v for (f, v), p in zip(own.items(), parts, strict=True) if p * sign > 0.0}
    return {REASONS[f]: v for f, v in toward.items()}


def _accept(d: dict[str, Any], before: State, at: Quarter) -> Event | None:
    if not d["context"]["when"][0]:
        return None
    forum, what = text_name(d["context"]["text"], at)
    yes = d["answer"].choice > 0.0
    words = f"{'takes part in' if yes else 'declines'} {what}"
    return event(at, "accept", d["actor"], forum, "yes" if yes else "no", words, terms_of(d))


def _challenge(d: dict[str, Any], before: State, at: Quarter) -> Event | None:
    k, step = d["n"], int(at.notes["move"][0, d["n"]])
    if step == 0:
        return None
    words = f"{_MOVES[step]} in {place(k)}"
    return event(at, "challenge", d["actor"], THEATERS[k], _MOVES[step], words, terms_of(d))


def _respond(d: dict[str, Any], before: State, at: Quarter) -> Event | None:
    k, choice = at.setting.pair_theater[d["n"]], int(at.notes["response"][0, d["n"]])
    if choice == 0:
        return None
    answer = _ANSWERS[choice]
    if choice < 0 and at.setting.frontline[d["n"]] == 0.0:
        answer = "backs down"
    words = f"{answer} in {place(k)}"
    return event(at, "response", d["actor"], THEATERS[k], answer, words, terms_of(d))


_DECISIONS: dict[str, Teller] = {
    "draft": _draft,
    "silence": _silence,
    "accept": _accept,
    "challenge": _challenge,
    "respond": _respond,
    **TELL,
}


def _with_results(found: list[Event], at: Quarter) -> list[Event]:
    """Put each forum's result after its votes."""
    words = {BLOCKED: "is blocked", WEAKENED: "passes weakened", ADOPTED: "is adopted"}
    results = []
    for t in range(len(at.setting.program.texts)):
        code = float(at.notes["results"][t, 0])
        if code in words:
            forum, what = text_name(t, at)
            results.append(event(at, "result", None, forum, words[code], f"{what} {words[code]}"))
    last = max((n for n, e in enumerate(found) if e.kind in ("vote", "draft")), default=-1)
    return found[: last + 1] + results + found[last + 1 :]


def _moves(before: State, after: State, at: Quarter) -> list[Event]:
    found: list[Event] = []
    rungs = at.setting.ladder.rungs
    flags = (
        ("accident", "An accident"), ("conceded", "A concession"), ("off_ramp", "An off-ramp"),
    )  # fmt: skip
    for k, theater in enumerate(THEATERS):
        level, was = int(after.level[0, k]), int(before.level[0, k])
        for kind, words in flags:
            if at.notes[kind][0, k] and level != was:
                found.append(event(at, kind, None, theater, kind, f"{words} in {place(k)}"))
        if level != was:
            way = "rises" if level > was else "falls"
            text = f"The ladder in {place(k)} {way} from {was} to {level}: {rungs[theater][level]}"
            found.append(event(at, "level", None, theater, f"{was} to {level}", text))
    return found

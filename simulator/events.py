"""What happened in a quarter of one run, in plain words, with the reasons."""

from __future__ import annotations

from typing import Any

from simulator.phase import Quarter
from simulator.results import Event
from simulator.state import State
from simulator.telling import NEWS, TELL, Teller, council
from simulator.telling.base import event, place, terms_of
from simulator.world import THEATERS

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
    return council.with_results(found, at) + news + _moves(before, after, at)


def _triggers(at: Quarter) -> list[Event]:
    return [
        event(at, "trigger", None, THEATERS[k], "event", f"A trigger event in {place(k)}")
        for k in range(len(THEATERS))
        if at.notes["triggers"][0, k] > 0
    ]


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
    "challenge": _challenge,
    "respond": _respond,
    **TELL,
}


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

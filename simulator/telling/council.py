"""What forums and coalitions did: drafts, votes, joining, results."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulator.ladder import FEATURES
from simulator.mechanisms.minutes import (
    ADOPTED,
    BLOCKED,
    COALITION,
    FIRST_READING,
    WEAKENED,
)
from simulator.mechanisms.tally_rules import COALITION_RULE, MAJORITY, OPT_OUT, VETO, rule_of
from simulator.phase import Quarter
from simulator.results import Event
from simulator.state import State
from simulator.telling.base import event, terms_of, text_name

REASONS = {
    "threat": "threat seen in Asia",
    "trade": "trade with the challenger",
    "openness": "openness to its capital",
    "russia": "the threat at home comes first",
    "alignment": "alignment with the sponsor",
    "autonomy": "wish for autonomy",
    "dispute": "open dispute",
    "patron": "a client is the target",
    "rival": "a rival is behind it",
    "leaning": "a move since the start",
}
_WEIGHED = ("private reasons", "side payment", "cost of standing out")
_RESULTS = {
    FIRST_READING: "is agreed at first reading",
    WEAKENED: "passes weakened",
    ADOPTED: "is adopted",
}


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
        choice, words = _objects(t, n, what, at)
    elif vote["hid"][0, n]:
        choice, words = "hid", f"would object to {what} and hides behind others"
    elif vote["gain"][0, n] < 0.0:
        quiet = "abstains on" if vote["rule"] == VETO else "dislikes"
        choice, words = "acquiesced", f"{quiet} {what}" + " and stays silent" * (quiet[0] == "d")
    else:
        choice, words = "supported", f"supports {what}"
    terms = vote_reasons(d, n)
    if choice != "supported":
        own = terms_of(d)
        sign = -1.0 if choice in ("broke silence", "stood aside") else 1.0
        terms = {name: sign * value for name, value in terms.items()}
        terms |= {k: own[k] for k in _WEIGHED if k in own}
    return event(at, "vote", d["actor"], forum, choice, words, terms)


def _objects(t: int, n: int, what: str, at: Quarter) -> tuple[str, str]:
    """How an objection is called in each body."""
    vote = at.notes["votes"][t]
    loud = " and takes the blame" if vote["blamed"][0] == n else ""
    if vote["rule"] == OPT_OUT and at.notes["results"][t, 0] > BLOCKED:
        return "stood aside", f"stands aside from {what}"
    if vote["rule"] == VETO and at.setting.world.permanent[vote["members"][n]]:
        return "broke silence", f"vetoes {what}"
    if vote["rule"] in (VETO, MAJORITY):
        return "broke silence", f"votes against {what}" + loud
    return "broke silence", f"breaks silence on {what}" + loud


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
    if "circle" in d["context"]:
        joins = bool(at.notes["joined"][d["context"]["text"]]["joins"][0, d["n"]])
        words = f"{'joins' if joins else 'stays out of'} a coalition on {what}"
        choice = "joined" if joins else "stayed out"
        return event(at, "vote", d["actor"], forum, choice, words, terms_of(d))
    yes = d["answer"].choice > 0.0
    words = f"{'takes part in' if yes else 'declines'} {what}"
    return event(at, "accept", d["actor"], forum, "yes" if yes else "no", words, terms_of(d))


def with_results(found: list[Event], at: Quarter) -> list[Event]:
    """Put each forum's result after its votes."""
    results = []
    for t in range(len(at.setting.program.texts)):
        words = _result(t, at)
        if words:
            forum, what = text_name(t, at)
            results.append(event(at, "result", None, forum, words, f"{what} {words}"))
    last = max((n for n, e in enumerate(found) if e.kind in ("vote", "draft")), default=-1)
    return found[: last + 1] + results + found[last + 1 :]


def _result(t: int, at: Quarter) -> str | None:
    code = float(at.notes["results"][t, 0])
    if code == COALITION:
        joined = at.notes["joined"].get(t)
        size = f" of {int(joined['joins'][0].sum())}" if joined else ""
        return f"is carried by a coalition{size}"
    if code == BLOCKED:
        return _failure(t, at)
    return _RESULTS.get(code)


def _failure(t: int, at: Quarter) -> str:
    """Why a text failed, in a word."""
    if rule_of(at.setting.program.texts[t], at) == COALITION_RULE:
        return "finds too few to join"
    vote = at.notes["votes"].get(t)
    if vote is None or vote["rule"] != VETO:
        return "is blocked"
    vetoed = (vote["broke"][0] & at.setting.world.permanent[vote["members"]]).any()
    return "is vetoed" if vetoed else "finds too few votes"


TELL = {"draft": _draft, "silence": _silence, "accept": _accept}
NEWS: list[Any] = []

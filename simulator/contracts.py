"""What a policy is: asks to a forum, and levers.  Nothing else, and never an outcome.

A policy file imports from here and from `simulator.arrays` only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np

from simulator.arrays import Bools, Floats, Ints
from simulator.errors import ContractError, nearest
from simulator.vocabulary import LEVERS
from simulator.world import FORUMS, ISSUES, THEATERS

ASIA = THEATERS[1:]
RULES = ("unanimity", "qualified-majority", "consensus", "veto", "coalition", "treaty-change")
Intensity = float | Mapping[str, float]


@dataclass(frozen=True)
class Ask:
    """A text put to a forum: how deep (`target`), and the least that still is the thing asked.

    `sponsor` pays and drafts; `prep` is how well prepared the paper is (0..1, an unprepared one
    may leak); `subject` is the actor that the ask is about, if one is (disputes with it count).
    `rule` replaces the forum's usual rule (`treaty-change`: unanimity twice, two years apart);
    `members` names who is invited where a coalition decides (else all who may be).
    """

    forum: str
    issue: str
    target: float
    sponsor: str
    min: float | None = None
    prep: float = 1.0
    subject: str | None = None
    rule: str | None = None
    members: Sequence[str] = ()

    def __post_init__(self) -> None:
        if self.rule is not None:
            _known(self.rule, RULES, "Ask.rule")
        _known(self.forum, FORUMS, "Ask.forum")
        _known(self.issue, ISSUES, "Ask.issue")
        for name in ("target", "min", "prep"):
            value = getattr(self, name)
            if value is not None:
                _within(value, 0.0, 1.0, f"Ask.{name}")

    def least(self, standing: Floats) -> Floats:
        """The least text that still counts as adopted: `min`, else any move toward the target."""
        if self.min is not None:
            return np.full_like(standing, self.min)
        return 0.5 * (standing + self.target)


@dataclass(frozen=True)
class Levers:
    """Changes to the standing stance.  A number holds in every theater the policy names (Asia
    unless it says otherwise); a mapping gives one value per theater.  `wargame list levers` says
    unit, range, cost, footprint and reader of each."""

    visibility: Intensity = 0.0
    military: Intensity = 0.0
    exclusiveness: Intensity = 0.0
    commitment: Intensity = 0.0
    sanctions: float = 0.0
    audience_cost: Intensity = 0.0
    sunk: Intensity = 0.0
    talk: Intensity = 0.0
    assure: Intensity = 0.0
    channel: Intensity = 0.0
    restraint: Intensity = 0.0
    spend: float = 0.0
    industry: float = 0.0
    interchangeability: float = 0.0
    engage: float = 0.0
    narrative: Intensity = 0.0
    release: float = 0.0
    build_sop: Intensity = 0.0
    build_aware: float = 0.0
    build_plan: float = 0.0
    build_resilience: float = 0.0
    build_capacity: float = 0.0
    build_un: float = 0.0
    build_standing: float = 0.0
    aid: float = 0.0
    resolve: Intensity = 0.0

    def __post_init__(self) -> None:
        for lever in fields(self):
            spec = LEVERS[lever.name]
            value = getattr(self, lever.name)
            where = f"Levers.{lever.name}"
            if isinstance(value, Mapping):
                if not spec.theater:
                    raise ContractError("takes one number, not one per theater.", where)
                for theater, amount in value.items():
                    _known(theater, THEATERS, where)
                    _within(amount, *spec.range, f"{where}[{theater}]")
            else:
                _within(value, *spec.range, where)

    def by_theater(self, name: str, theaters: Sequence[str]) -> Floats:
        """One lever as an array over all theaters, shape (4,)."""
        value = getattr(self, name)
        if isinstance(value, Mapping):
            return np.array([float(value.get(k, 0.0)) for k in THEATERS])
        return np.array([float(value) if k in theaters else 0.0 for k in THEATERS])

    def moved(self) -> list[str]:
        """Names of the levers that are not at rest."""
        return [f.name for f in fields(self) if _moved(getattr(self, f.name))]


@dataclass(frozen=True)
class Sight:
    """What a policy's trigger may look at: read-only arrays, runs first.

    `levels` (runs, theaters) are the rungs 0..5; `threat_of_challenger` (runs, theaters) how
    threatened each claimant feels, 0..1; `visibility` (runs, theaters) how much more visible the
    West is than at the start, -1..1; `failures` (runs, forums, issues) texts blocked so far.
    """

    quarter: int
    levels: Ints
    threat_of_challenger: Floats
    visibility: Floats
    failures: Floats

    def level(self, theater: str) -> Ints:
        """The rung 0..5 in one theater, (runs,)."""
        return self.levels[:, THEATERS.index(theater)]

    def shown(self, theater: str) -> Floats:
        """How much more visible the West is in one theater than at the start, (runs,)."""
        return self.visibility[:, THEATERS.index(theater)]

    def failed(self, forum: str, issue: str) -> Floats:
        """How often texts on an issue were blocked in a forum so far, (runs,)."""
        return self.failures[:, FORUMS.index(forum), ISSUES.index(issue)]

    @classmethod
    def calm(cls, runs: int) -> Sight:
        """What a trigger sees before anything has happened."""
        theaters = np.zeros((runs, len(THEATERS)))
        failures = np.zeros((runs, len(FORUMS), len(ISSUES)))
        return cls(0, theaters.astype(np.int64), theaters, theaters, failures)


Trigger = Callable[[Sight], Bools]


@dataclass(frozen=True)
class Part:
    """Levers of a policy that act on terms of their own; what is left at None is as in the policy.

    One policy may give arms once a crisis begins, or move two states that each do something else.
    A part waits for the policy's asks unless `gated` is False.
    """

    levers: Levers
    by: Sequence[str] | None = None
    on: Sequence[str] | None = None
    to: Sequence[str] | None = None
    lethal: bool | None = None
    theaters: Sequence[str] | None = None
    when: Trigger | None = None
    gated: bool = True


@dataclass(frozen=True)
class Policy:
    """A bundle of asks and levers.

    `by` says who acts (group or actor ids), `theaters` where plain numbers hold, `accept` which
    partners must each agree for themselves, `on` whom sanctions aim at (`keep`: controls stay when
    the level falls; `execute`: imposed at once), `to` who receives engagement, aid (`lethal` or
    not), narrative effort and built capacity, `partners` with whom industry and interchangeability
    are built.  `start`, `phase_in` and `end` are quarters.  `ungated` levers do not wait for the
    asks; `parts` are further levers on terms of their own.  `when(sight)` returns a mask over runs;
    the policy starts in a run when it first is true.  `by_leadership` leaves it to chance whether
    the head of the institution tables it at a summit (scenarios use it).
    """

    id: str
    title: str
    sources: Sequence[str]
    asks: Sequence[Ask] = ()
    levers: Levers = field(default_factory=Levers)
    ungated: Levers = field(default_factory=Levers)
    parts: Sequence[Part] = ()
    by: Sequence[str] = ("NATO",)
    on: Sequence[str] = ()
    keep: bool = False
    execute: bool = False
    to: Sequence[str] = ()
    lethal: bool = False
    partners: Sequence[str] = ()
    accept: Sequence[str] = ()
    theaters: Sequence[str] = ASIA
    public: bool = True
    start: int = 0
    phase_in: int = 1
    end: int | None = None
    when: Trigger | None = None
    by_leadership: bool = False
    note: str = ""

    def __post_init__(self) -> None:
        if not self.id or not self.id.replace("-", "").isalnum() or self.id != self.id.lower():
            raise ContractError(
                f"id {self.id!r} must be lower-case words joined by '-'.", "Policy.id"
            )
        for name in ("sources", "by", "on", "to", "partners", "accept", "theaters", "asks"):
            if isinstance(getattr(self, name), str):
                raise ContractError(
                    f"{getattr(self, name)!r} is one text; it takes a list.",
                    f"policy {self.id}: {name}",
                    f"Write {name}=[...].",
                )  # fmt: skip
        if not self.sources:
            raise ContractError(
                "a policy needs at least one source.",
                f"policy {self.id}: sources",
                "Name a document and paragraph, as in 'mli para 15', or 'judgement'.",
            )
        for theater in self.theaters:
            _known(theater, THEATERS, f"policy {self.id}: theaters")
        if self.phase_in < 1 or self.start < 0 or (self.end is not None and self.end <= self.start):
            raise ContractError("needs 0 <= start < end and phase_in >= 1.", f"policy {self.id}")
        used = {*self.levers.moved(), *self.ungated.moved()}
        if "sanctions" in used and not self.on:
            raise ContractError("sanctions need a target.", f"policy {self.id}: on")
        for lever in ("engage", "aid", "build_capacity", "build_resilience"):
            if lever in used and not self.to:
                raise ContractError(f"{lever} needs a receiver.", f"policy {self.id}: to")
        for part in self.parts:
            self.on_terms_of(part)

    def on_terms_of(self, part: Part) -> Policy:
        """The policy with a part's levers and terms in place of its own."""
        own = {f.name: getattr(part, f.name) for f in fields(part) if f.name != "gated"}
        given = {name: value for name, value in own.items() if value is not None}
        return replace(self, **given, ungated=Levers(), parts=())

    def postponed(self, quarter: int) -> Policy:
        """The same policy from a quarter on, as long as it would have lasted."""
        end = None if self.end is None else self.end + quarter - self.start
        return replace(self, start=quarter, end=end)

    def static(self) -> Policy:
        """The same policy without triggers: what waits for one acts from the start."""
        return replace(self, when=None, parts=[replace(part, when=None) for part in self.parts])

    def content(self) -> str:
        """What the policy does, without what it is called: equal content, equal effect."""
        named = ("id", "title", "sources", "note", "when", "parts")
        parts = [_terms(part, ("when",)) for part in self.parts]
        return repr((_terms(self, named), parts))


def _terms(record: Any, without: Sequence[str]) -> tuple[Any, ...]:
    """Fields of a policy or a part, and its trigger by what it computes."""
    done = [(f.name, getattr(record, f.name)) for f in fields(record) if f.name not in without]
    code = getattr(record.when, "__code__", None)
    return done, code and (code.co_code, code.co_consts, code.co_names)


def _moved(value: Intensity) -> bool:
    return any(v != 0.0 for v in (value.values() if isinstance(value, Mapping) else (value,)))


def _known(value: str, known: Sequence[str], where: str) -> None:
    if value not in known:
        raise ContractError(f"unknown {value!r}.", where, nearest(value, known))


def _within(value: float, low: float, high: float, where: str) -> None:
    if not isinstance(value, int | float) or isinstance(value, bool) or not low <= value <= high:
        raise ContractError(f"{value!r} is outside {low} .. {high}.", where)

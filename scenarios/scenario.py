"""The shapes of scenario files and of the list of portfolios (format 1)."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field

from scenarios.schema import (
    AS_TUPLE,
    Number,
    Quarter,
    Record,
    Slug,
    Slugs,
    Symbol,
    Text,
    Texts,
    Theater,
)

Posture = Literal["engaged", "transactional", "restrained"]
War = Literal["intense", "low", "ceasefire"]
POSTURES: tuple[str, ...] = get_args(Posture)
WARS: tuple[str, ...] = get_args(War)
Cited = Annotated[Texts, Field(min_length=1)]
Window = Annotated[int, Field(ge=1, le=400)]


def _ends(value: Any) -> Any:
    """A number stands for a range of no width."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return (value, value)
    return tuple(value) if isinstance(value, list) else value


Ends = Annotated[tuple[Number, Number], BeforeValidator(_ends)]


class Levels(Record):
    """Start level 0..5 of each theater."""

    europe: Annotated[int, Field(ge=0, le=5)]
    taiwan: Annotated[int, Field(ge=0, le=5)]
    korea: Annotated[int, Field(ge=0, le=5)]
    south_china_sea: Annotated[int, Field(ge=0, le=5)]

    @property
    def in_order(self) -> tuple[int, int, int, int]:
        """Levels in the order of THEATERS."""
        return self.europe, self.taiwan, self.korea, self.south_china_sea


class Trigger(Record):
    """A window in which trigger events come ``times`` as often as the base rate."""

    theater: Theater
    times: Annotated[float, Field(gt=0, le=10, allow_inf_nan=False)]
    from_quarter: Quarter = 0
    quarters: Window


class PostureScript(Record):
    """The posture of the United States from a quarter on (for ``quarters``, or to the end).

    In a share ``chance`` of runs it is ``posture``; in the others ``otherwise``, or politics take
    their own course.
    """

    posture: Posture
    from_quarter: Quarter = 0
    quarters: Window | None = None
    chance: Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)] = 1.0
    otherwise: Posture | None = None


class WarScript(Record):
    """The war in Ukraine from a quarter on (for ``quarters``, or to the end)."""

    state: War
    from_quarter: Quarter = 0
    quarters: Window | None = None


class Event(Record):
    """A date for readers; it changes nothing in the run."""

    quarter: Quarter
    text: Text
    kind: Literal["election", "summit", "note"]


class Tabled(Record):
    """A policy that others bring: it is tabled, or begins if it asks no forum.

    ``unless: same-issue`` = not if a policy of the user asks the same forum on the same issue.  One
    by the leadership is tabled by chance, at a summit from that quarter on.
    """

    policy: Slug
    quarter: Quarter
    by: Literal["secretariat", "leadership"] = "secretariat"
    unless: Literal["same-issue"] | None = None


class Scenario(Record):
    """Initial state and exogenous script; never outcomes.

    ``parameters`` narrows priors by symbol: a number or [low, high], sampled evenly.
    """

    id: Slug
    title: Text
    summary: Text
    sources: Cited
    mode: Literal["onset", "forced"]
    levels: Levels
    quarters: Window = 40
    start: Annotated[str, Field(pattern=r"^(19|20)[0-9]{2}Q[1-4]$")] = "2024Q3"
    triggers: Annotated[tuple[Trigger, ...], AS_TUPLE] = ()
    us_posture: Annotated[tuple[PostureScript, ...], AS_TUPLE] = ()
    war: Annotated[tuple[WarScript, ...], AS_TUPLE] = ()
    parameters: dict[Symbol, Ends] = Field(default_factory=dict)
    events: Annotated[tuple[Event, ...], AS_TUPLE] = ()
    table: Annotated[tuple[Tabled, ...], AS_TUPLE] = ()
    notes: Annotated[str, Field(max_length=4000)] = ""

    @property
    def script(self) -> tuple[str, ...]:
        """What the scenario imposes on politics and parameters, a line each."""
        lines = [
            f"United States {e.posture} {_when(e)}"
            + (f" in {100 * e.chance:g} of 100 runs" if e.chance < 1 else "")
            + (f", else {e.otherwise}" if e.otherwise else "")
            for e in self.us_posture
        ]
        lines += [f"war in Ukraine: {e.state} {_when(e)}" for e in self.war]
        for symbol, (low, high) in self.parameters.items():
            lines.append(f"{symbol} = {low:g}" + (f" .. {high:g}" if high > low else ""))
        return tuple(lines)


class Portfolio(Record):
    """Policies that an author proposes together, under one name."""

    id: Slug
    title: Text
    sources: Cited
    members: Annotated[Slugs, Field(min_length=2)]
    notes: Text


def _when(entry: PostureScript | WarScript) -> str:
    length = f" for {entry.quarters}" if entry.quarters is not None else " on"
    return f"from quarter {entry.from_quarter}{length}"


def late(spec: Scenario) -> list[tuple[str, int, str]]:
    """Entries of the script that begin after the horizon, as (list, place, field)."""
    lists: dict[str, tuple[str, Sequence[Any]]] = {
        "triggers": ("from_quarter", spec.triggers),
        "us_posture": ("from_quarter", spec.us_posture),
        "war": ("from_quarter", spec.war),
        "events": ("quarter", spec.events),
        "table": ("quarter", spec.table),
    }
    return [
        (name, n, field)
        for name, (field, entries) in lists.items()
        for n, entry in enumerate(entries)
        if getattr(entry, field) >= spec.quarters
    ]

"""Read the data files of `agents/data` and answer from them: facts, coding rules, judgements.

Every number of the trait table comes from one of these files; the code holds formulas only.
"""

import csv
import functools
import io
import pathlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from simulator.errors import InputError, nearest

DATA = pathlib.Path(__file__).parent / "data"
ESSAYS = ("cfr", "fa", "mli", "galic", "reeves")
DATA_SOURCES = ("V-Dem",)
DECIMALS = 4


@dataclass(frozen=True)
class Cell:
    """One number with its range: low <= value <= high, and where it comes from."""

    value: float
    low: float
    high: float
    basis: str
    source: str
    confidence: str
    note: str = ""

    def clipped(self, low: float, high: float) -> "Cell":
        """Return the cell with all three numbers kept inside [low, high]."""
        value, least, most = (min(max(x, low), high) for x in (self.value, self.low, self.high))
        return replace(self, value=value, low=least, high=most)


def around(value: float, margin: float, source: str, confidence: str, note: str = "") -> Cell:
    """Return a data cell with a relative margin."""
    return Cell(value, value * (1 - margin), value * (1 + margin), "data", source, confidence, note)


class Judgement(NamedTuple):
    """One row of judgements.csv: who it speaks about, which trait, and the cell."""

    actors: tuple[str, ...]
    trait: str
    cell: Cell


def text(value: float) -> str:
    """Print a number with at most four decimals and no trailing zeros."""
    return f"{round(value, DECIMALS) + 0.0:.10g}"


def table(header: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """Return rows as CSV text with Unix line ends."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(lines)
    return out.getvalue()


def rows(name: str) -> list[dict[str, str]]:
    """Read `agents/data/<name>` as a list of rows, every cell a string."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def number(text: str) -> float | None:
    """Return the number in a cell, None where the cell is blank (never zero)."""
    return float(text) if text.strip() else None


@functools.cache
def countries() -> dict[str, dict[str, str]]:
    """Return countries.csv by iso3, in file order: the actors of the simulator."""
    return {row["iso3"]: row for row in rows("countries.csv")}


@functools.cache
def voters() -> dict[str, dict[str, str]]:
    """Return voters.csv by iso3, in file order: actors that only vote (see `agents.voters`)."""
    return {row["iso3"]: row for row in rows("voters.csv")}


def actor_ids() -> tuple[str, ...]:
    """Return all actors in the order of every table: the states, then the voters."""
    return (*countries(), *voters())


@functools.cache
def rules() -> dict[str, str]:
    """Return coding_rules.csv: margins, scales and choices, by name."""
    return {row["name"]: row["value"] for row in rows("coding_rules.csv")}


def rule(name: str) -> float:
    """Return one number of coding_rules.csv."""
    return float(rules()[name])


def rule_list(name: str) -> tuple[str, ...]:
    """Return one list (separated by ;) of coding_rules.csv."""
    return tuple(rules()[name].split(";"))


@functools.cache
def groups() -> dict[str, tuple[str, ...]]:
    """Return the members of each group a judgement may name, from countries.csv and voters.csv."""
    found: dict[str, list[str]] = {}
    for iso3, row in countries().items():
        for name in _groups_of(row):
            found.setdefault(name, []).append(iso3)
    for iso3, row in voters().items():
        for name in ("all", "other", "voter", row["profile"]):
            found.setdefault(name, []).append(iso3)
    return {name: tuple(members) for name, members in found.items()}


def _groups_of(row: dict[str, str]) -> list[str]:
    kind = {"nato": "ally", "ip4": "partner", "asean": "asean_state"}.get(row["group"])
    names = ["all", side(row)] + ([kind] if kind else [])
    if is_european_ally(row):
        names += ["european_ally"] + ["border_ally"] * (row["land_border_russia"] == "1")
    return names


def is_european_ally(row: dict[str, str]) -> bool:
    """Say whether the actor is an ally in Europe: its Asian stake is a contested parameter."""
    return row["group"] == "nato" and row["iso3"] not in rule_list("allies_outside_europe")


def side(row: dict[str, str]) -> str:
    """Return west (NATO, IP4, Taiwan), red (China, Russia, North Korea) or other."""
    if row["group"] in ("nato", "ip4", "taiwan"):
        return "west"
    return "red" if row["group"] in ("china", "russia", "dprk") else "other"


@functools.cache
def judgements() -> tuple[Judgement, ...]:
    """Read judgements.csv, then voter_profiles.csv, in file order: groups expanded, basis taken
    from the source."""
    return tuple(
        _judgement(line, row, name)
        for name in ("judgements.csv", "voter_profiles.csv")
        for line, row in enumerate(rows(name), start=2)
    )


def _judgement(line: int, row: dict[str, str], name: str = "judgements.csv") -> Judgement:
    where = f"agents/data/{name} line {line}"
    named = row["actor"]
    try:
        if named.startswith("group:"):
            actors = groups()[named.removeprefix("group:")]
        else:
            actors = tuple(named.split(";"))
            _ = [{**countries(), **voters()}[iso3] for iso3 in actors]
    except KeyError as error:
        known = [*actor_ids(), *groups()]
        raise InputError(
            f"unknown actor or group {error.args[0]!r}.",
            f"{where} field actor",
            nearest(error.args[0], known),
        ) from None
    try:
        value, low, high = (float(row[k]) for k in ("value", "low", "high"))
    except ValueError as error:
        message = f"{error}; value, low and high are numbers."
        raise InputError(message, where, "Write numbers such as 0.25.") from None
    if not low <= value <= high:
        message = f"{row['low']}, {row['value']}, {row['high']} do not rise."
        raise InputError(message, f"{where} field low", "Need low <= value <= high.")
    basis = basis_of(row["source"])
    cell = Cell(value, low, high, basis, row["source"], row["confidence"], row["note"])
    return Judgement(actors, row["trait"], cell)


def basis_of(source: str) -> str:
    """Tell the basis from the first word of a source: an essay, a data file, or our judgement."""
    first = source.split()[0]
    if first in ESSAYS:
        return "ledger"
    return "data" if first.endswith(".csv") or first in DATA_SOURCES else "judgement"


def judged(actor: str, trait: str) -> Cell | None:
    """Return the last judgement that speaks about this actor and trait, if there is one.

    Later rows win, so the file goes from groups to single actors.
    """
    found = None
    for entry in _by_trait().get(trait, ()):
        if actor in entry.actors:
            found = entry.cell
    return found


def needed(actor: str, trait: str) -> Cell:
    """Return the judgement that a formula cannot do without."""
    cell = judged(actor, trait)
    if cell is None:
        message = f"no row gives {trait} for {actor}."
        raise InputError(message, "agents/data/judgements.csv", "Add a row for it or its group.")
    return cell


@functools.cache
def _by_trait() -> dict[str, tuple[Judgement, ...]]:
    found: dict[str, list[Judgement]] = {}
    for entry in judgements():
        found.setdefault(entry.trait, []).append(entry)
    return {trait: tuple(entries) for trait, entries in found.items()}

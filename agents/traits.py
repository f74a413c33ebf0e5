"""Load the tables of `agents` and check every cell: who, traits, guarantees, disputes, patrons.

Columns and meaning: actors.csv says who an actor is; traits.csv has one row per actor and trait
with low <= value <= high in the unit of `data/trait_list.csv`; guarantees.csv who is bound to
defend whom in which theater (strength 0..1); disputes.csv who quarrels with whom (0..1);
patrons.csv whom a permanent member of the Security Council shields or opposes there (0..1).
A broken table raises `simulator.errors.InputError` with file, line, field and what to do.
"""

import csv
import hashlib
import math
import pathlib
from collections.abc import Iterable, Iterator, Sequence

import pandas as pd

from simulator.errors import InputError, nearest

FOLDER = pathlib.Path(__file__).parent
FLAGS = ("nato", "eu", "ip4", "asean", "distant_stakes", "unsc", "permanent")
ACTOR_COLUMNS = ("iso3", "name", "kind", "side", *FLAGS)
TRAIT_COLUMNS = (
    "actor", "trait", "value", "low", "high", "unit", "basis", "source", "confidence", "note",
)  # fmt: skip
GUARANTEE_COLUMNS = (
    "guarantor", "protected", "theater", "value", "low", "high", "source", "basis", "confidence",
)  # fmt: skip
PATRON_COLUMNS = ("patron", "client", "relation", "intensity", "low", "high", "source")
DISPUTE_COLUMNS = ("actor", "subject", "intensity", "low", "high", "source")
CHOICES = {
    "kind": ("ally", "united_states", "partner", "taiwan", "china", "russia", "north_korea",
             "asean_state", "third_state", "voter"),
    "side": ("west", "red", "other"),
    "basis": ("data", "derived", "ledger", "judgement"),
    "confidence": ("high", "medium", "low"),
    "theater": ("europe", "taiwan", "korea", "south_china_sea"),
    "relation": ("patron", "rival"),
}  # fmt: skip
COLLECTIVE = ("NATO", "EU")
REBUILD = "Correct agents/data and run `python -m agents.build_traits`."

Row = tuple[str, dict[str, str]]
"""Where a row stands (file and line), and its cells."""


def load_actors(folder: pathlib.Path = FOLDER) -> pd.DataFrame:
    """Return actors.csv: one row per actor in file order; flags are 0 or 1."""
    rows = list(_rows(folder / "actors.csv", ACTOR_COLUMNS))
    _unique(rows, ("iso3",))
    for where, row in rows:
        _choice(where, row, ("kind", "side"))
        for flag in FLAGS:
            if row[flag] not in ("0", "1"):
                raise _wrong(where, flag, f"{row[flag]!r} is not 0 or 1.", "Write 0 or 1.")
    frame = pd.DataFrame([row for _, row in rows], columns=list(ACTOR_COLUMNS))
    return frame.astype(dict.fromkeys(FLAGS, int))


def load_traits(folder: pathlib.Path = FOLDER) -> pd.DataFrame:
    """Return traits.csv: one row per actor and trait; `value`, `low`, `high` are floats.

    Every actor of actors.csv has every trait of data/trait_list.csv exactly once, in its unit
    and bounds, with a source.
    """
    actors = list(load_actors(folder)["iso3"])
    known = _trait_list()
    rows = list(_rows(folder / "traits.csv", TRAIT_COLUMNS))
    _unique(rows, ("actor", "trait"))
    for where, row in rows:
        _known(where, "actor", row["actor"], actors)
        _known(where, "trait", row["trait"], known)
        _sourced(where, row)
        _choice(where, row, ("basis", "confidence"))
        spec = known[row["trait"]]
        if row["unit"] != spec["unit"]:
            message = f"unit {row['unit']!r} where {row['trait']} is in {spec['unit']!r}."
            raise _wrong(where, "unit", message, REBUILD)
        _range(where, row, "value", float(spec["min"]), float(spec["max"]))
    present = {(row["actor"], row["trait"]) for _, row in rows}
    for cell in ((actor, trait) for actor in actors for trait in known):
        if cell not in present:
            message = f"no row for {cell[0]} {cell[1]}; every actor needs every trait."
            raise InputError(message, _name(folder / "traits.csv"), REBUILD)
    return _frame(rows, TRAIT_COLUMNS, "value")


def load_guarantees(folder: pathlib.Path = FOLDER) -> pd.DataFrame:
    """Return guarantees.csv: strength 0..1 of a guarantor (an actor or NATO) per theater."""
    actors = list(load_actors(folder)["iso3"])
    rows = list(_rows(folder / "guarantees.csv", GUARANTEE_COLUMNS))
    _unique(rows, ("guarantor", "protected", "theater"))
    for where, row in rows:
        _known(where, "guarantor", row["guarantor"], [*actors, *COLLECTIVE])
        _known(where, "protected", row["protected"], actors)
        _sourced(where, row)
        _choice(where, row, ("theater", "basis", "confidence"))
        _range(where, row, "value", 0, 1)
    return _frame(rows, GUARANTEE_COLUMNS, "value")


def load_disputes(folder: pathlib.Path = FOLDER) -> pd.DataFrame:
    """Return disputes.csv: intensity 0..1 of what `actor` holds against `subject`."""
    actors = list(load_actors(folder)["iso3"])
    rows = list(_rows(folder / "disputes.csv", DISPUTE_COLUMNS))
    _unique(rows, ("actor", "subject"))
    for where, row in rows:
        for field in ("actor", "subject"):
            _known(where, field, row[field], actors)
        _sourced(where, row)
        _range(where, row, "intensity", 0, 1)
    return _frame(rows, DISPUTE_COLUMNS, "intensity")


def load_patrons(folder: pathlib.Path = FOLDER) -> pd.DataFrame:
    """Return patrons.csv: how far a permanent member of the Security Council shields a client
    there (`relation` patron) or opposes drafts of a rival (rival); `intensity` 0..1.

    Clients may be states outside the actors (three capital letters).
    """
    actors = load_actors(folder).set_index("iso3")
    permanent = list(actors.index[actors["permanent"] == 1])
    rows = list(_rows(folder / "patrons.csv", PATRON_COLUMNS))
    _unique(rows, ("patron", "client", "relation"))
    for where, row in rows:
        _known(where, "patron", row["patron"], permanent)
        if not (len(row["client"]) == len("XYZ") and row["client"].isupper()):
            message = f"{row['client']!r} is not a country code."
            raise _wrong(where, "client", message, "Write three capital letters, like PRK.")
        _sourced(where, row)
        _choice(where, row, ("relation",))
        _range(where, row, "intensity", 0, 1)
    return _frame(rows, PATRON_COLUMNS, "intensity")


def traits_hash(folder: pathlib.Path = FOLDER) -> str:
    """Return the sha256 (hex) of the content of the five tables, whatever their row order."""
    digest = hashlib.sha256()
    for name, load in (
        ("actors", load_actors),
        ("traits", load_traits),
        ("guarantees", load_guarantees),
        ("disputes", load_disputes),
        ("patrons", load_patrons),
    ):
        frame = load(folder)
        lines = frame.to_csv(index=False, lineterminator="\n").splitlines()
        # the order of actors is the order of every array, so it counts; other orders do not
        ordered = lines if name == "actors" else [lines[0], *sorted(lines[1:])]
        digest.update("\n".join([name, *ordered, ""]).encode())
    return digest.hexdigest()


def _trait_list() -> dict[str, dict[str, str]]:
    with (FOLDER / "data" / "trait_list.csv").open(encoding="utf-8", newline="") as file:
        return {row["trait"]: row for row in csv.DictReader(file)}


def _rows(path: pathlib.Path, columns: Sequence[str]) -> Iterator[Row]:
    try:
        content = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise InputError("the file is missing.", _name(path), REBUILD) from None
    except UnicodeDecodeError:
        raise InputError("the file is not UTF-8 text.", _name(path), REBUILD) from None
    reader = csv.DictReader(content.splitlines(keepends=True))
    if tuple(reader.fieldnames or ()) != tuple(columns):
        message = f"the columns are {', '.join(reader.fieldnames or ()) or 'none'}."
        hint = f"Expected: {', '.join(columns)}."
        raise InputError(message, f"{_name(path)} line 1", hint)
    for row in reader:
        where = f"{_name(path)} line {reader.line_num}"
        if None in row or None in row.values():
            message = f"the row does not have {len(columns)} fields."
            raise InputError(message, where, "Quote a text that contains a comma.")
        yield where, row


def _name(path: pathlib.Path) -> str:
    return f"{path.parent.name}/{path.name}"


def _wrong(where: str, field: str, message: str, hint: str) -> InputError:
    return InputError(message, f"{where} field {field}", hint)


def _unique(rows: Iterable[Row], key: Sequence[str]) -> None:
    seen: dict[tuple[str, ...], str] = {}
    for where, row in rows:
        cell = tuple(row[field] for field in key)
        if cell in seen:
            message = f"{' '.join(cell)} is there twice (first: {seen[cell]})."
            raise _wrong(where, ", ".join(key), message, "Keep one of the two rows.")
        seen[cell] = where


def _known(where: str, field: str, name: str, known: Iterable[str]) -> None:
    if name not in known:
        raise _wrong(where, field, f"unknown {field} {name!r}.", nearest(name, known))


def _choice(where: str, row: dict[str, str], fields: Sequence[str]) -> None:
    for field in fields:
        if row[field] not in CHOICES[field]:
            hint = f"Use one of: {', '.join(CHOICES[field])}."
            raise _wrong(where, field, f"{row[field]!r} is not a {field}.", hint)


def _sourced(where: str, row: dict[str, str]) -> None:
    if not row["source"].strip():
        hint = "Name the data column, the paragraph, or write 'judgement: <why>'."
        raise _wrong(where, "source", "the source is empty.", hint)


def _range(where: str, row: dict[str, str], field: str, least: float, most: float) -> None:
    found = {}
    for name in (field, "low", "high"):
        try:
            found[name] = float(row[name])
        except ValueError:
            message = f"{row[name]!r} is not a number."
            raise _wrong(where, name, message, "Write a number such as 0.25.") from None
        if not math.isfinite(found[name]) or not least <= found[name] <= most:
            message = f"{row[name]} is outside the allowed range {least:g} to {most:g}."
            raise _wrong(where, name, message, f"Give a value from {least:g} to {most:g}.")
    if found["low"] > found[field]:
        message = f"low {row['low']} is above {field} {row[field]}."
        raise _wrong(where, "low", message, f"Need low <= {field} <= high.")
    if found["high"] < found[field]:
        message = f"high {row['high']} is below {field} {row[field]}."
        raise _wrong(where, "high", message, f"Need low <= {field} <= high.")


def _frame(rows: Iterable[Row], columns: Sequence[str], field: str) -> pd.DataFrame:
    frame = pd.DataFrame([row for _, row in rows], columns=list(columns))
    return frame.astype(dict.fromkeys((field, "low", "high"), float))

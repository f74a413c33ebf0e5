"""What there is: every policy, scenario, lens, actor, metric, parameter and lever, with sources.

`rows` gives plain dictionaries and reads only the files it needs, so that listing stays fast;
`catalog` gives the same as a DataFrame.
"""

from __future__ import annotations

import csv
import importlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator.errors import InputError, nearest

if TYPE_CHECKING:
    import pandas as pd

Row = dict[str, Any]


def catalog(kind: str) -> pd.DataFrame:
    """One row per thing of a kind, in the order of the files.

    `kind` is one of policies, portfolios, scenarios, lenses, actors, metrics, parameters, levers.
    Columns `id`, `title` and `sources` (a list) come first; then what the kind has: `unit`,
    `direction` ("-" less is better, "+" more is better), `low` and `high` (the allowed range) and
    so on.  Raises `InputError` for another kind.
    """
    import pandas as pd

    return pd.DataFrame(rows(kind))


def rows(kind: str) -> list[Row]:
    """The same as a list of dictionaries of plain values."""
    if kind not in _READERS:
        raise InputError(f"there is no kind {kind[:80]!r}.", "catalog", nearest(kind[:80], KINDS))
    return _READERS[kind]()


def find(name: str) -> list[tuple[str, Row]]:
    """Everything called `name`, as (kind, row): by id, or by another name that a row carries.

    Raises `InputError` naming the closest ids if there is nothing of that name.
    """
    everything = [(kind, row) for kind in KINDS for row in rows(kind)]
    same = [(kind, row) for kind, row in everything if row["id"] == name]
    folded = name.casefold()
    found = same or [
        (kind, row)
        for kind, row in everything
        if folded in {str(row.get(key)).casefold() for key in _OTHER_NAMES}
    ]
    if not found:
        names = [str(row[key]) for _, row in everything for key in ("id", "name") if row.get(key)]
        hint = nearest(name[:80], names)
        if not hint.startswith("Did"):
            hint = f"`wargame list KIND` names them; KIND is one of {', '.join(KINDS)}."
        raise InputError(f"nothing is called {name[:80]!r}.", None, hint)
    return found


def content(module: str) -> Any:
    """A module of a content package, after a check that the package is ours."""
    from simulator.registry import package

    package(module.partition(".")[0])
    return importlib.import_module(module)


def documents() -> dict[str, Row]:
    """The documents and data sets that a source may name, by their short id."""
    loader = content("scenarios.loader")
    read: list[Row] = loader.read_yaml(Path(loader.FOLDER) / "sources.yaml")
    return {entry["id"]: entry for entry in read}


def table(package: str, name: str) -> list[dict[str, str]]:
    """The rows of a CSV file of a content package, as text."""
    from simulator.registry import package as ours

    path = Path(next(iter(ours(package).__path__))) / name
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _policies() -> list[Row]:
    from simulator.policy_words import asks_in_words, levers_in_words, part_in_words
    from simulator.registry import policies

    return [
        {
            "id": policy.id,
            "title": policy.title,
            "sources": list(policy.sources),
            "asks": asks_in_words(policy),
            "levers": levers_in_words(policy.levers) | levers_in_words(policy.ungated),
            "parts": [part_in_words(part) for part in policy.parts],
            "by": list(policy.by),
            "on": list(policy.on),
            "to": list(policy.to),
            "partners": list(policy.partners),
            "accept": list(policy.accept),
            "theaters": list(policy.theaters),
            "public": policy.public,
            "start": policy.start,
            "note": policy.note,
        }
        for policy in policies().values()
    ]


def _portfolios() -> list[Row]:
    return [
        {
            "id": spec.id,
            "title": spec.title,
            "sources": list(spec.sources),
            "members": list(spec.members),
            "note": spec.notes,
        }
        for spec in content("scenarios.loader").load_portfolios()
    ]


def _scenarios() -> list[Row]:
    loader = content("scenarios.loader")
    return [
        {
            "id": spec.id,
            "title": spec.title,
            "sources": list(spec.sources),
            "mode": spec.mode,
            "start": spec.start,
            "quarters": spec.quarters,
            "levels": spec.levels.model_dump(),
            "tables": [item.policy for item in spec.table],
            "script": list(spec.script),
            "summary": spec.summary.strip(),
        }
        for spec in map(loader.load_scenario, loader.ids("scenarios"))
    ]


def _lenses() -> list[Row]:
    loader = content("scenarios.loader")
    return [
        {
            "id": lens.id,
            "title": lens.title,
            "sources": [lens.document],
            "author": lens.author,
            "beliefs": sum(not cell.silent for cell in lens.cells),
            "draws_from": list(lens.draws_from),
            "summary": lens.summary.strip(),
        }
        for lens in map(loader.load_lens, loader.ids("lenses"))
    ]


def _actors() -> list[Row]:
    heads: dict[str, dict[str, None]] = {}
    for cell in table("agents", "traits.csv"):
        heads.setdefault(cell["actor"], {})[cell["source"].split()[0].rstrip(":")] = None
    return [
        {
            "id": row["iso3"],
            "title": row["name"],
            "sources": sorted(heads.get(row["iso3"], {})),
            "kind": row["kind"],
            "side": row["side"],
            **{key: row[key] == "1" for key in ("nato", "eu", "ip4", "asean", "distant_stakes")},
        }
        for row in table("agents", "actors.csv")
    ]


def _metrics() -> list[Row]:
    return [
        {
            "id": name,
            "title": entry["label"],
            "sources": ["model 6.1", *([entry["ledger"]] if "ledger" in entry else [])],
            "unit": entry["unit"],
            "direction": entry["direction"],
            "better": _BETTER[entry["direction"]],
            "definition": entry["definition"],
            "eligible": entry.get("eligible", "all runs"),
            "ledger": entry.get("ledger"),
        }
        for name, entry in _own_file("metrics/metrics.yaml").items()
    ]


def _parameters() -> list[Row]:
    specs = content("scenarios.loader").load_parameters()
    return [
        {
            "id": spec.symbol,
            "title": spec.meaning,
            "sources": [spec.source],
            "name": spec.name,
            "unit": spec.unit,
            "low": spec.range[0],
            "high": spec.range[1],
            "prior": ("frozen at the middle of " if spec.frozen else "")
            + f"{spec.prior.kind} {', '.join(f'{x:g}' for x in spec.prior.args)}",
            "mechanism": spec.mechanism,
            "contested": spec.contested,
            "frozen": spec.frozen,
            "fills": f"{spec.fills.axis}: {', '.join(map(str, spec.fills.members))}"
            if spec.fills
            else None,
        }
        for spec in specs
    ]


def _levers() -> list[Row]:
    from simulator.vocabulary import LEVERS

    return [
        {
            "id": lever.name,
            "title": lever.meaning,
            "sources": ["model 3.6"],
            "symbol": lever.symbol,
            "unit": lever.unit,
            "low": lever.range[0],
            "high": lever.range[1],
            "by_theater": lever.theater,
            "money_usd_bn_per_year": lever.money,
            "percent_of_gdp": lever.pct_gdp,
            "capital_pp": lever.capital,
            "attention": lever.attention,
            "footprint": lever.footprint,
            "compose": lever.compose,
            "read_by": list(lever.read_by),
        }
        for lever in LEVERS.values()
    ]


def _own_file(name: str) -> dict[str, Any]:
    import yaml

    text = (Path(__file__).parent / name).read_text(encoding="utf-8")
    entries: dict[str, Any] = yaml.safe_load(text)
    return entries


_READERS: dict[str, Callable[[], list[Row]]] = {
    "policies": _policies,
    "portfolios": _portfolios,
    "scenarios": _scenarios,
    "lenses": _lenses,
    "actors": _actors,
    "metrics": _metrics,
    "parameters": _parameters,
    "levers": _levers,
}
KINDS = tuple(_READERS)
_BETTER = {"-": "less", "+": "more", "context": "depends"}
_OTHER_NAMES = ("id", "title", "name", "ledger", "contested")
LISTED: dict[str, dict[str, str]] = {  # columns of `wargame list`: heading, key of the row
    "policies": {"id": "id", "title": "title", "levers": "levers"},
    "portfolios": {"id": "id", "title": "title", "members": "members"},
    "scenarios": {"id": "id", "title": "title", "mode": "mode", "quarters": "quarters"},
    "lenses": {"id": "id", "title": "title", "author": "author"},
    "actors": {"id": "id", "name": "title", "kind": "kind", "side": "side"},
    "metrics": {"id": "id", "meaning": "title", "unit": "unit", "better": "better"},
    "parameters": {"id": "id", "meaning": "title", "unit": "unit", "prior": "prior"},
    "levers": {
        "id": "id",
        "meaning": "title",
        "unit": "unit",
        "from": "low",
        "to": "high",
        "read by": "read_by",
    },
}

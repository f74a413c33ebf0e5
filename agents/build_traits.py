"""Write actors.csv, traits.csv, guarantees.csv and disputes.csv from `agents/data`.

    python -m agents.build_traits           # write the four tables
    python -m agents.build_traits --check   # exit 1 if a committed table differs

The data files are countries, opinion, trade, forces, coverage and disputes.csv (sources in
countries_sources.md and data_sources.md), trait_list.csv (traits, units, bounds),
coding_rules.csv (margins, scales, choices) and judgements.csv (our own coding).

judgements.csv: actor, trait, value, low, high, source, confidence, note. `actor` is an iso3 id,
several joined by `;`, or a group row `group:NAME` with NAME one of: all; west, red, other;
ally, partner, asean_state; european_ally (allies but two), border_ally (of those, the ones that
border Russia). **The last row that fits wins**, so the file goes from groups to single actors,
and a judgement wins over a computed cell. Traits that are not in trait_list.csv are inputs of a
formula: gdp_margin, population_margin, alarm_ledger, alliance_favor, libdem. The first word of
`source` gives the basis: an essay id (cfr fa mli galic reeves) is `ledger`, a data file is
`data`, anything else is `judgement`.
"""

import argparse
import csv
import io
import pathlib
import sys
from collections.abc import Iterable, Sequence

from agents import coding, trade_cells, trait_cells, voters
from agents.coding import (
    Cell,
    actor_ids,
    countries,
    is_european_ally,
    judged,
    judgements,
    rows,
    rule,
    rule_list,
    side,
)
from agents.traits import FLAGS
from simulator.errors import InputError, nearest

FOLDER = pathlib.Path(__file__).parent
INPUTS = ("gdp_margin", "population_margin", "alarm_ledger", "alliance_favor", "libdem")
KINDS = {
    "nato": "ally",
    "ip4": "partner",
    "taiwan": "taiwan",
    "china": "china",
    "russia": "russia",
    "dprk": "north_korea",
    "asean": "asean_state",
    "india": "third_state",
    "ukraine": "third_state",
}
SOURCES = (
    trait_cells.economy,
    trait_cells.forces,
    trait_cells.facts,
    trait_cells.alarm_china,
    trait_cells.alignment,
    trait_cells.illiberalism,
    trade_cells.trade_dependence,
    trade_cells.china_trade,
    trade_cells.chips,
)
DECIMALS = 4


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


def actors() -> str:
    """Who there is: identity and membership at the base date (countries.csv, voters.csv)."""
    lines = []
    permanent = rule_list("council_permanent")
    for iso3, row in countries().items():
        kind = "united_states" if iso3 in rule_list("united_states") else KINDS[row["group"]]
        member = (
            row["group"] == "nato",
            row["eu_member"] == "1",
            row["group"] == "ip4",
            row["asean_member_at_base"] == "1",
            is_european_ally(row),
            iso3 in permanent,
            iso3 in permanent,
        )
        lines.append([iso3, row["name"], kind, side(row), *(str(int(flag)) for flag in member)])
    for iso3, row in coding.voters().items():
        flags = ("0", row["eu"], "0", "0", "0", row["unsc"], "0")
        lines.append([iso3, row["name"], "voter", "other", *flags])
    header = ("iso3", "name", "kind", "side", *FLAGS)
    return table(header, lines)


def cells_of(iso3: str, traits: Iterable[str]) -> dict[str, Cell]:
    """Return all trait cells of one actor: computed, then replaced by judgements."""
    cells: dict[str, Cell] = {}
    if iso3 in coding.voters():
        cells |= voters.cells(iso3) | trait_cells.illiberalism(iso3)
    else:
        for source in SOURCES:
            cells |= source(iso3)

    def judge() -> None:
        cells.update({t: cell for t in traits if (cell := judged(iso3, t)) and _wins(t, cells)})

    judge()
    cells |= trait_cells.protection(iso3, cells)
    judge()
    return cells


def _wins(trait: str, cells: dict[str, Cell]) -> bool:
    """A judgement wins, except over a location that forces.csv gives."""
    given = cells.get(trait)
    return not (given and trait.startswith("location_") and given.source.startswith("forces.csv"))


def traits() -> str:
    """The trait table, one row per actor and trait, in the order of the two lists."""
    wanted = {row["trait"]: row["unit"] for row in rows("trait_list.csv")}
    for entry in judgements():
        if entry.trait not in wanted and entry.trait not in INPUTS:
            raise InputError(
                f"unknown trait {entry.trait!r}.",
                "agents/data/judgements.csv field trait",
                nearest(entry.trait, [*wanted, *INPUTS]),
            )
    lines = []
    for iso3 in actor_ids():
        cells = cells_of(iso3, wanted)
        for trait, unit in wanted.items():
            if trait not in cells:
                raise InputError(
                    f"no value for {iso3} {trait}.",
                    "agents/data",
                    "Fill the data column or add a row to judgements.csv.",
                )
            c = cells[trait]
            numbers = (text(c.value), text(c.low), text(c.high))
            lines.append([iso3, trait, *numbers, unit, c.basis, c.source, c.confidence, c.note])
    header = (
        "actor",
        "trait",
        "value",
        "low",
        "high",
        "unit",
        "basis",
        "source",
        "confidence",
        "note",
    )
    return table(header, lines)


def guarantees() -> str:
    """Who is bound to defend whom, and where (coverage.csv; all strengths are judgement).

    The alliance acts as one guarantor, NATO, with one row per member: the envelope of its rows
    in Europe. Other groups become pairs. Rows outside the four theaters are left out.
    """
    alliance = [row for row in rows("coverage.csv") if row["guarantor"] == "NATO32" and _kept(row)]
    ends = [float(row[c]) for row in alliance for c in ("strength_low", "strength_high")]
    members = [i for i, row in countries().items() if row["group"] == "nato"]
    ids = " ".join(row["id"] for row in alliance)
    lines = [
        _guarantee(
            "NATO",
            i,
            "europe",
            min(ends),
            max(ends),
            f"coverage.csv {ids}: {alliance[0]['treaty']}",
            "medium",
        )
        for i in members
    ]
    for row in rows("coverage.csv"):
        if row in alliance or not _kept(row):
            continue
        low, high = float(row["strength_low"]), float(row["strength_high"])
        firm = row["strength"] == "treaty" and row["in_force_mid_2024"] == "1"
        treaty = f"{row['treaty']} ({row['year']})" if row["year"] else "no treaty"
        for guarantor in row["guarantor"].split(";"):
            for protected in row["protected"].split(";"):
                lines.append(
                    _guarantee(
                        guarantor,
                        protected,
                        row["theater"],
                        low,
                        high,
                        f"coverage.csv {row['id']}: {treaty}",
                        "medium" if firm else "low",
                    )
                )
    header = (
        "guarantor",
        "protected",
        "theater",
        "value",
        "low",
        "high",
        "source",
        "basis",
        "confidence",
    )
    return table(header, lines)


def _kept(row: dict[str, str]) -> bool:
    if row["id"] in rule_list("guarantee_skipped") or row["theater"] == "none":
        return False
    kept = row["strength"] in rule_list("guarantee_kept")
    return kept or row["id"] in rule_list("guarantee_added")


def _guarantee(
    guarantor: str, protected: str, theater: str, low: float, high: float, source: str, sure: str
) -> list[str]:
    numbers = (text((low + high) / 2), text(low), text(high))
    return [guarantor, protected, theater, *numbers, source, "judgement", sure]


def disputes() -> str:
    """Open disputes between two actors at the base date (disputes.csv), who blocks first."""
    lines = []
    for row in rows("disputes.csv"):
        pair = (row["a"], row["b"])
        open_ = row["kind"] == "dispute" and row["active_at_base"] == "1"
        if not open_ or not set(pair) <= set(countries()):
            continue
        level, error = rule(f"intensity.{row['intensity']}"), rule("intensity_error")
        numbers = (text(level), text(max(level - error, 0)), text(min(level + error, 1)))
        source = f"disputes.csv {row['id']} ({row['status']}): {row['issue']}"
        lines.append([*pair, *numbers, source])
        if row["id"] in rule_list("dispute_mirrored"):
            lines.append([*reversed(pair), *numbers, source])
    return table(("actor", "subject", "intensity", "low", "high", "source"), lines)


def build() -> dict[str, str]:
    """Return the text of the four tables by file name."""
    return {
        "actors.csv": actors(),
        "traits.csv": traits(),
        "guarantees.csv": guarantees(),
        "disputes.csv": disputes(),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the tables, or compare them with the committed ones; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare only; exit 1 on a difference")
    check = parser.parse_args(arguments).check
    stale = []
    for name, content in build().items():
        path = FOLDER / name
        if not check:
            path.write_text(content, encoding="utf-8", newline="\n")
            sys.stdout.write(f"wrote agents/{name}: {len(content.splitlines()) - 1} rows\n")
        elif not path.exists() or path.read_text(encoding="utf-8") != content:
            stale.append(name)
    for name in stale:
        sys.stderr.write(f"agents/{name} differs: run `python -m agents.build_traits`.\n")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())

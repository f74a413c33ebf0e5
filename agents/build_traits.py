"""Write the tables of actors, traits, guarantees, disputes and patrons from `agents/data`.

    python -m agents.build_traits           # write the five tables
    python -m agents.build_traits --check   # exit 1 if a committed table differs

The data files are countries, opinion, trade, forces, coverage, disputes, domestic and eu_extra.csv
(sources in countries_sources.md and data_sources.md), voters.csv and patrons.csv, trait_list.csv
(traits, units, bounds), coding_rules.csv (margins, scales, choices), judgements.csv (our own
coding) and voter_profiles.csv (the same for voters, read last).

judgements.csv: actor, trait, value, low, high, source, confidence, note. `actor` is an iso3 id,
several joined by `;`, or a group row `group:NAME` with NAME one of: all; west, red, other; ally,
partner, asean_state; european_ally (allies but two), border_ally (of those, the ones that border
Russia); voter, and the profiles of voters.csv. **The last row that fits wins**, so the file goes
from groups to single actors, and a judgement wins over a computed cell. Traits that are not in
trait_list.csv are inputs of a formula (INPUTS below). The levels of the essays are .1 .3 .5 .7 .9
(very-low to very-high) give or take .1, twice that where inferred; for alarm as nac_notes 5 has
them. The first word of `source` gives the basis: an essay id (cfr fa mli galic reeves) is
`ledger`, a data file is `data`, anything else is `judgement`.
"""

import argparse
import pathlib
import sys
from collections.abc import Iterable, Sequence

from agents import coding, means_cells, relations, society_cells, trade_cells, trait_cells, voters
from agents.coding import (
    Cell,
    actor_ids,
    countries,
    is_european_ally,
    judged,
    judgements,
    rows,
    rule_list,
    side,
    table,
    text,
)
from agents.traits import FLAGS
from simulator.errors import InputError, nearest

FOLDER = pathlib.Path(__file__).parent
INPUTS = (
    "gdp_margin", "population_margin", "alarm_ledger", "alliance_favor", "libdem",
    "memory_ledger", "priority_ledger", "russian_oil",
)  # fmt: skip
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
    society_cells.support,
    society_cells.parties,
    society_cells.memory,
    society_cells.elites,
    means_cells.aid,
    means_cells.energy,
    means_cells.shells,
)
FROM_OTHERS = (
    trait_cells.protection,
    society_cells.view_of_alliance,
    society_cells.priority,
)


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
        cells |= voters.cells(iso3)
    else:
        for source in SOURCES:
            cells |= source(iso3)

    def judge() -> None:
        cells.update({t: cell for t in traits if (cell := judged(iso3, t)) and _wins(t, cells)})

    judge()
    for source_of in FROM_OTHERS:
        cells |= source_of(iso3, cells)
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


def build() -> dict[str, str]:
    """Return the text of the five tables by file name."""
    return {
        "actors.csv": actors(),
        "traits.csv": traits(),
        "guarantees.csv": relations.guarantees(),
        "disputes.csv": relations.disputes(),
        "patrons.csv": relations.patrons(),
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

"""The tables about pairs: who is bound to defend whom, who quarrels, who shields whom in the UN."""

from agents.coding import actor_ids, countries, rows, rule, rule_list, table, text, voters


def guarantees() -> str:
    """Who is bound to defend whom, and where (coverage.csv; all strengths are judgement).

    The alliance acts as one guarantor, NATO, with one row per member: the envelope of its rows
    in Europe. So does the EU, for the members that are no allies. Other groups become pairs.
    Rows outside the four theaters are left out: no treaty outside its area.
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
        for guarantor in row["guarantor"].replace("EU27", "EU").split(";"):
            for protected in _protected(row["protected"]):
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


def _protected(named: str) -> list[str]:
    """The states a row names; of the EU's members, those that no row of the alliance covers."""
    outside = [iso3 for iso3, row in voters().items() if row["eu"] == "1"]
    return outside if named == "EU27" else named.split(";")


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
        if not open_ or not set(pair) <= set(actor_ids()):
            continue
        level, error = rule(f"intensity.{row['intensity']}"), rule("intensity_error")
        numbers = (text(level), text(max(level - error, 0)), text(min(level + error, 1)))
        source = f"disputes.csv {row['id']} ({row['status']}): {row['issue']}"
        lines.append([*pair, *numbers, source])
        if row["id"] in rule_list("dispute_mirrored"):
            lines.append([*reversed(pair), *numbers, source])
    return table(("actor", "subject", "intensity", "low", "high", "source"), lines)


def patrons() -> str:
    """Whom the permanent members of the Security Council shield by veto, or oppose as rivals.

    `client` is an iso3 id, also of states outside the actors; intensity 0 to 1.
    """
    error = rule("patron_error")
    lines = []
    for row in rows("patrons.csv"):
        value = float(row["intensity"])
        numbers = (text(value), text(max(value - error, 0)), text(min(value + error, 1)))
        lines.append([row["patron"], row["client"], row["relation"], *numbers, row["source"]])
    return table(("patron", "client", "relation", "intensity", "low", "high", "source"), lines)

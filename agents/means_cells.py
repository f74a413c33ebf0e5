"""Compute the trait cells about means: aid, energy, reach and munitions (see `trait_cells`)."""

import math

from agents.coding import Cell, around, judged, rows, rule, rule_list
from agents.society_cells import domestic


def aid(iso3: str) -> dict[str, Cell]:
    """Military aid to Ukraine per year: allocations of domestic.csv over the time they took."""
    total = domestic().get(iso3, {}).get("ukraine_military_aid_eur_bn_to_2024_06")
    if not total:
        source = "domestic.csv: not among the donors of the tracker"
        return {"ukraine_aid_usd_bn": Cell(0.0, 0.0, 0.0, "derived", source, "medium")}
    source = "domestic.csv ukraine_military_aid_eur_bn_to_2024_06 (Kiel Institute) per year"
    yearly = float(total) * rule("usd_per_eur") / rule("aid_years")
    return {"ukraine_aid_usd_bn": around(yearly, rule("aid_margin"), source, "medium")}


def energy(iso3: str) -> dict[str, Cell]:
    """Russian energy: mean of the share in gas of 2023 (domestic.csv) and in oil (judgement)."""
    row, oil = domestic().get(iso3, {}), judged(iso3, "russian_oil")
    if oil is None or not row.get("gas_share_russia_2023_pct"):
        return {}
    names = ("gas_share_russia_2023_pct", "gas_2023_low", "gas_2023_high")
    value, low, high = (
        (float(row[name]) / 100 + x) / 2
        for name, x in zip(names, (oil.value, oil.low, oil.high), strict=True)
    )
    before = f"gas in 2021: {row['gas_share_russia_2021_pct']} per cent"
    source = f"domestic.csv gas_share_russia_2023_pct ({row['gas_status']}); oil {oil.source}"
    return {"russian_energy": Cell(value, low, high, "derived", source, "low", before)}


def shells(iso3: str) -> dict[str, Cell]:
    """Munitions made per quarter over the start stock, where forces.csv gives shells: geometric
    mean of shell production over shell stock and of the general ratio, which stands for the
    other classes."""
    made, held = _shells(iso3, "shell_production"), _shells(iso3, "shell_stock")
    if made is None or held is None:
        return {}
    usual = rule("depth_usual")
    value, low, high = (
        math.sqrt(usual * production / (4 * stock))
        for production, stock in zip(made, (held[0], held[2], held[1]), strict=True)
    )
    source = f"forces.csv munition: shells made over shells held ({iso3}); other classes judgement"
    return {"munitions_depth": Cell(value, low, high, "derived", source, "low").clipped(0, 2)}


def _shells(iso3: str, what: str) -> tuple[float, float, float] | None:
    """Central, low and high number of the munition row that coding_rules.csv names."""
    words = rule_list(f"{what}_items")
    for row in rows("forces.csv"):
        named = row["owner"] == iso3 and row["item"] in words
        if row["record"] == "munition" and named and row["central"]:
            value, low, high = (float(row[c]) for c in ("central", "low", "high"))
            return value, low, high
    return None

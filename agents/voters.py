"""Voters: states and seats that vote in a forum but have no forces or trade flows in the model.

`data/voters.csv` lists them: EU members outside the other actors, whose economy is that of
`data/eu_extra.csv`, and the elected seats of the Security Council, which rotate and so are coded
as wide draws from a region's profile.  `data/voter_profiles.csv` has the format of judgements.csv
and is read after it; the group of a voter is its profile.
"""

import functools

from agents import means_cells, society_cells, trait_cells
from agents.coding import Cell, around, needed, rows, rule
from agents.trait_cells import exact

SOURCE = "eu_extra.csv"
NO_FORCES = "voter without forces in the model"


@functools.cache
def economies() -> dict[str, dict[str, str]]:
    """Return the EU members of eu_extra.csv by iso3."""
    return {row["iso3"]: row for row in rows("eu_extra.csv") if row["record"] == "eu_member"}


def cells(iso3: str) -> dict[str, Cell]:
    """All computed cells of a voter: economy, trade with China and chips; no forces, no weapons."""
    zero = ("milex_usd_bn", "land_share", "naval_air_share", "missile_share", "frontline_europe")
    found = {
        name: exact(0.0, "judgement", f"judgement: {NO_FORCES}") for name in (*zero, "nuclear")
    }
    found |= _economy(iso3) if iso3 in economies() else _seat()
    for source in (
        society_cells.parties,
        society_cells.memory,
        means_cells.aid,
        means_cells.energy,
        trait_cells.illiberalism,
    ):
        found |= source(iso3)
    return found


def _economy(iso3: str) -> dict[str, Cell]:
    row = economies()[iso3]
    trade = float(row["exports_to_china_usd_bn"]) + float(row["imports_from_china_usd_bn"])
    exports = 100 * float(row["exports_to_china_usd_bn"]) / float(row["exports_usd_bn"])
    shares = exports, float(row["imports_from_china_share_pct"])
    error, full = 2 * rule("share_error"), 2 * rule("chi_full")
    value, low, high = ((sum(shares) + e) / full for e in (0.0, -error, error))
    chips, least, most = (float(row[f"chip_exposure_{c}"]) for c in ("index", "low", "high"))
    gdp = needed(iso3, "gdp_margin")
    people = needed(iso3, "population_margin")
    return {
        "gdp_usd_bn": around(
            float(row["gdp_usd_bn_2023"]),
            gdp.value,
            f"{SOURCE} gdp_usd_bn_2023 (World Bank)",
            gdp.confidence,
        ),
        "population_m": around(
            float(row["population_m_2023"]),
            people.value,
            f"{SOURCE} population_m_2023 (World Bank)",
            people.confidence,
        ),
        "china_trade_usd_bn": around(
            trade,
            rule("china_trade_margin"),
            f"{SOURCE} exports_to_china_usd_bn + imports_from_china_usd_bn",
            "medium",
        ),
        "chip_exposure": Cell(
            chips, least, most, "derived", f"{SOURCE} chip_exposure_index", "low"
        ),
        "trade_dependence": Cell(
            value,
            low,
            high,
            "derived",
            f"{SOURCE} exports_to_china over exports; imports_from_china_share_pct",
            "low",
        ).clipped(0, 1),
    }


def _seat() -> dict[str, Cell]:
    why = "judgement: a seat that rotates; its state's economy stays in the rest of the world"
    token = rule("seat_token")
    return {
        "gdp_usd_bn": exact(token, "judgement", why),
        "population_m": exact(token, "judgement", why),
        "china_trade_usd_bn": exact(0.0, "judgement", why),
    }

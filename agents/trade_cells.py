"""Compute the trait cells about trade: with China, in chips, and over all (see `trait_cells`)."""

import functools
from collections.abc import Mapping
from typing import NamedTuple

from agents.coding import Cell, countries, number, rows, rule, rule_list


@functools.cache
def trade() -> dict[str, dict[str, str]]:
    """Return trade.csv by iso3 (sources in data_sources.md)."""
    return {row["iso3"]: row for row in rows("trade.csv")}


@functools.cache
def eu_outside_trade() -> float:
    """Return the trade with China of the EU members that only vote (eu_extra.csv), USD bn."""
    stems = ("exports_to_china_usd_bn", "imports_from_china_usd_bn")
    return sum(
        float(row[c]) for row in rows("eu_extra.csv") if row["record"] == "eu_member" for c in stems
    )


def china_trade(iso3: str) -> dict[str, Cell]:
    """Two-way goods trade with China (China Customs, trade.csv), and openness to trade.

    The low and high columns span the two measures. China's own value is the sum over the other
    actors, so that the matrix balances; trade with the rest of the world is left out.
    """
    row = trade()[iso3]
    names = ("{}", "{}_low", "{}_high")
    stems = ("exports_to_china", "imports_from_china")
    columns = [[n.format(s) + ("_usd_bn" if n == "{}" else "") for s in stems] for n in names]
    partners = [iso3] if row["exports_to_china_usd_bn"] else [i for i in countries() if i != iso3]
    own = len(partners) > 1
    others = eu_outside_trade() if own else 0.0
    value, low, high = (
        others + sum(float(trade()[i][column]) for i in partners for column in pair)
        for pair in columns
    )
    source = "trade.csv exports_to_china + imports_from_china (China Customs)"
    note = "sum over the other actors; the rest of the world is left out" if own else ""
    return {
        "china_trade_usd_bn": Cell(
            value, low, high, "derived" if own else "data", source, "medium", note
        ),
    }


def chips(iso3: str) -> dict[str, Cell]:
    """Exposure to a loss of chips from Taiwan (index of trade.csv) and from Korea (derived)."""
    row = trade()[iso3]
    value, low, high = (float(row[f"chip_exposure_{c}"]) for c in ("index", "low", "high"))
    korea = rule("korea_chip_factor") * float(row["electronics_intensity_judgement"])
    error = rule("index_error")
    return {
        "chip_exposure": Cell(
            value, low, high, "derived", "trade.csv chip_exposure_index", "low", row["notes"]
        ),
        "chip_exposure_korea": Cell(
            korea,
            korea - error,
            korea + error,
            "derived",
            "trade.csv electronics_intensity_judgement",
            "low",
        ).clipped(0, 1),
    }


def trade_dependence(iso3: str) -> dict[str, Cell]:
    """Trade dependence chi: mean of export and import share with China over the full share.

    A blank share is filled as countries_sources.md advises, with a range from 0 to its bound.
    """
    row = countries()[iso3]
    exports, imports = _share(row, "exports_to_china"), _share(row, "imports_from_china")
    if exports is None or imports is None:
        return {}
    full = 2 * rule("chi_full")
    value, low, high = (
        (x + m) / full for x, m in zip(exports.numbers, imports.numbers, strict=True)
    )
    source = f"countries.csv exports_to_china: {exports.how}; imports_from_china: {imports.how}"
    confidence = "low" if "blank" in source else "medium"
    cell = Cell(value, low, high, "derived", source, confidence)
    return {"trade_dependence": cell.clipped(0, 1)}


class Share(NamedTuple):
    """A share of trade in percent: (value, low, high), and how it was found."""

    numbers: tuple[float, float, float]
    how: str


def _share(row: Mapping[str, str], stem: str) -> Share | None:
    share, bound = number(row[f"{stem}_share_pct"]), number(row[f"{stem}_upper_bound_pct"])
    recalled = number(row.get(f"{stem}_recall_pct", ""))
    older = number(row[f"{stem}_share_2022_pct"])
    error, wide = rule("share_error"), rule("share_error.recall")
    two_years = row["iso3"] in rule_list("share_two_year_actors")
    if two_years and share is not None and older is not None:
        low, high = sorted((share, older))
        return Share(((low + high) / 2, low - error, high + error), "share (mean of 2022, 2023)")
    if share is not None:
        return Share((share, max(share - error, 0), share + error), "share")
    if recalled is not None:
        top = min(recalled + wide, bound if bound is not None else recalled + wide)
        return Share((recalled, max(recalled - wide, 0), top), "recalled share")
    if bound is None:
        return None
    fill = rule(f"share_fill.{stem.split('_')[0]}")
    if stem.startswith("imports"):
        return Share((fill * bound, 0, bound), "blank (half of the upper bound)")
    return Share((min(fill, bound), 0, bound), "blank (small and below the upper bound)")

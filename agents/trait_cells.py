"""Compute the trait cells that follow from data: one function per group of traits.

Each function takes an iso3 id and returns {trait: Cell}. A row of judgements.csv for the same
actor and trait replaces a computed cell (see `build_traits.cells_of`).
"""

import functools
import math
from collections.abc import Mapping

from agents.coding import Cell, around, countries, is_european_ally, judged, needed, rows, rule

PLACES = {"EUR": "europe", "TWN": "taiwan", "KOR": "korea", "SCS": "south_china_sea"}


@functools.cache
def opinion(indicator: str) -> dict[str, float]:
    """Return the newest value of one indicator of opinion.csv by iso3."""
    found = [row for row in rows("opinion.csv") if row["indicator"] == indicator]
    return {row["iso3"]: float(row["value"]) for row in sorted(found, key=lambda r: r["year"])}


def exact(value: float, basis: str, source: str, note: str = "") -> Cell:
    """Return a fact without uncertainty."""
    return Cell(value, value, value, basis, source, "high", note)


def economy(iso3: str) -> dict[str, Cell]:
    """GDP (World Bank), military spending (SIPRI), population (World Bank), all 2023."""
    row = countries()[iso3]
    gdp, population = (needed(iso3, f"{name}_margin") for name in ("gdp", "population"))
    quality = row["milex_quality"]
    return {
        "gdp_usd_bn": around(
            float(row["gdp_usd_bn_2023"]),
            gdp.value,
            "countries.csv gdp_usd_bn_2023 (World Bank)",
            gdp.confidence,
            gdp.source,
        ),
        "milex_usd_bn": around(
            float(row["milex_usd_bn_2023"]),
            rule(f"milex_margin.{quality}"),
            f"countries.csv milex_usd_bn_2023 ({quality})",
            {"sipri": "high", "sipri_estimate": "medium"}.get(quality, "low"),
            "no armed forces" if not float(row["milex_usd_bn_2023"]) else "",
        ),
        "population_m": around(
            float(row["population_m_2023"]),
            population.value,
            "countries.csv population_m_2023 (World Bank)",
            population.confidence,
        ),
    }


def forces(iso3: str) -> dict[str, Cell]:
    """Shares of land, naval/air and missile forces, and where forces stand (forces.csv).

    Shares are judgement in the source too. Home of an ally in Europe is the European theater;
    anywhere else `HOME` is the pool that is left over.
    """
    cells: dict[str, Cell] = {}
    columns = {
        "land_share": "land_share",
        "naval_air_share": "naval_air_share",
        "missile_share": "missile_air_defence_share",
    }
    for row in rows("forces.csv"):
        if row["owner"] != iso3:
            continue
        if row["record"] == "structure":
            none = not any(float(row[c]) for c in columns.values())
            error = 0.0 if none else float(row["share_pm"])
            for trait, column in columns.items():
                value = float(row[column])
                source = f"forces.csv structure {column} ({row['status']})"
                cells[trait] = Cell(
                    value,
                    value - error,
                    value + error,
                    "judgement",
                    source,
                    "low",
                    "no armed forces" if none else "",
                ).clipped(0, 1)
        if row["record"] == "location_share":
            home = row["item"] == "HOME" and is_european_ally(countries()[iso3])
            place = "europe" if home else PLACES.get(row["item"])
            if place:
                value, low, high = (float(row[c]) for c in ("central", "low", "high"))
                source = f"forces.csv location_share {row['item']} ({row['status']})"
                cells[f"location_{place}"] = Cell(
                    value, low, high, "judgement", source, "low", row["note"]
                )
    return cells


def facts(iso3: str) -> dict[str, Cell]:
    """Nuclear weapons, and who is attacked first in Europe (members bordering Russia)."""
    row = countries()[iso3]
    border = row["group"] == "nato" and row["land_border_russia"] == "1"
    return {
        "nuclear": exact(float(row["nuclear"]), "data", "countries.csv nuclear"),
        "frontline_europe": exact(
            float(border),
            "derived",
            "countries.csv land_border_russia and nato_since",
            "several states: the attacked one is drawn or taken together by the engine",
        ),
    }


def alarm_china(iso3: str) -> dict[str, Cell]:
    """How expansionist China looks: survey rescaled, averaged with the level of the essays.

    survey level = (unfavorable - zero) / span, kept in [0, 1]. Without a survey: an essay level
    of the actor itself, else the choice of ASEAN elites (ISEAS), else the mean of surveyed
    allies in Europe and the level the essays give them as a group.
    """
    survey, where = _survey_level(iso3)
    ledger = judged(iso3, "alarm_ledger")
    group_code = ledger is not None and "code for the group" in ledger.note
    if survey is None and ledger and not group_code:
        level, source, basis = ledger.value, ledger.source, "ledger"
    else:
        if survey is None:
            survey, where = _mean_european_survey(), "opinion.csv mean of surveyed European allies"
        if ledger is None:
            return {}
        level, basis = (survey + ledger.value) / 2, "derived"
        source = f"{where}; {ledger.source}"
    surveyed = where.startswith("opinion.csv china")
    error = rule("alarm_error.survey" if surveyed else "alarm_error.no_survey")
    confidence = "medium" if surveyed or basis == "ledger" else "low"
    cell = Cell(level, level - error, level + error, basis, source, confidence)
    return {"alarm_CHN": cell.clipped(rule("alarm_floor"), rule("alarm_ceiling"))}


def _survey_level(iso3: str) -> tuple[float | None, str]:
    for indicator, sense in (
        ("china_unfavourable_public", 1),
        ("china_favourable_public", -1),
        ("elite_choose_china_if_forced", -1),
    ):
        share = opinion(indicator).get(iso3)
        if share is not None:
            against = share / 100 if sense > 0 else 1 - share / 100
            level = (against - rule("survey_zero")) / rule("survey_span")
            return min(max(level, 0.0), 1.0), f"opinion.csv {indicator}"
    return None, ""


@functools.cache
def _mean_european_survey() -> float:
    allies = (i for i, row in countries().items() if is_european_ally(row))
    levels = [level for level, _ in map(_survey_level, allies) if level is not None]
    return sum(levels) / len(levels)


def alignment(iso3: str) -> dict[str, Cell]:
    """Closeness to the United States: mean of scaled UN ideal point and view of NATO.

    The ideal point alone measures other votes (countries_sources.md warns). Allies without a
    survey take the mean of the surveyed ones; partners a judgement; Taiwan, which has no UN
    vote, the mean ideal point of the partners.
    """
    points, views = opinion("un_ideal_point"), opinion("nato_favourable_public")
    point = points.get(iso3)
    if point is None:
        partners = [points[i] for i, row in countries().items() if row["group"] == "ip4"]
        point = sum(partners) / len(partners)
    scaled = (point - min(points.values())) / (max(points.values()) - min(points.values()))
    chosen = judged(iso3, "alliance_favor")
    if chosen:
        view, where = chosen.value, chosen.source
    elif iso3 in views:
        view, where = views[iso3] / 100, "opinion.csv nato_favourable_public"
    else:
        view = sum(views.values()) / len(views) / 100
        where = "opinion.csv nato_favourable_public (mean of surveyed allies)"
    level = (scaled + view) / 2
    error = rule("alignment_error.survey" if iso3 in views else "alignment_error.no_survey")
    note = "" if iso3 in points else "no UN vote: mean ideal point of the partners"
    source = f"opinion.csv un_ideal_point; {where}"
    confidence = "medium" if iso3 in views else "low"
    cell = Cell(level, level - error, level + error, "derived", source, confidence, note)
    return {"us_alignment": cell.clipped(0, 1)}


def illiberalism(iso3: str) -> dict[str, Cell]:
    """Distance below a full liberal democracy: (full - libdem) / full, kept in [0, 1]."""
    score = needed(iso3, "libdem")
    value, low, high = (
        (rule("libdem_full") - x) / rule("libdem_full")
        for x in (score.value, score.high, score.low)
    )
    note = score.note.removeprefix("input of illiberalism").removeprefix("; ")
    cell = Cell(value, low, high, "derived", score.source, score.confidence, note)
    return {"illiberalism": cell.clipped(0, 1)}


def protection(iso3: str, known: Mapping[str, Cell]) -> dict[str, Cell]:
    """Size (cube root of GDP against the largest) and dependence on US protection.

    dependence = base - size part - nuclear part + alarm part (nac_notes 5, made for allies).
    """
    largest = max(float(row["gdp_usd_bn_2023"]) for row in countries().values())
    gdp = known["gdp_usd_bn"]
    value, low, high = (math.cbrt(x / largest) for x in (gdp.value, gdp.low, gdp.high))
    size = Cell(value, low, high, "derived", gdp.source, gdp.confidence).clipped(0, 1)
    level = (
        rule("dependence_base")
        - rule("dependence_size") * value
        - rule("dependence_nuclear") * known["nuclear"].value
        + rule("dependence_alarm") * (known["alarm_RUS"].value - rule("dependence_alarm_zero"))
    )
    error = rule("dependence_error")
    source = "nac_notes 5 formula of size and nuclear and alarm_RUS"
    need = Cell(level, level - error, level + error, "derived", source, "low").clipped(0, 1)
    return {"size": size, "dependence": need}

"""Compute the trait cells about publics, memories and views (see `trait_cells`).

Survey shares come from opinion.csv, votes and trust from domestic.csv, cases of coercion from
disputes.csv.  A judgement for the same actor and trait replaces a computed cell.
"""

import functools
import math
from collections.abc import Mapping

from agents.coding import Cell, countries, judged, rows, rule, rules
from agents.trait_cells import opinion

Known = Mapping[str, Cell]


@functools.cache
def domestic() -> dict[str, dict[str, str]]:
    """Return domestic.csv by iso3 (sources in data_sources.md)."""
    return {row["iso3"]: row for row in rows("domestic.csv")}


def _derived(value: float, error: float, source: str, confidence: str, note: str = "") -> Cell:
    return Cell(value, value - error, value + error, "derived", source, confidence, note)


def _share(iso3: str, column: str) -> float:
    return float(domestic()[iso3][column]) / 100


def support(iso3: str) -> dict[str, Cell]:
    """Public support of an ally: share that views NATO well; without a survey, one minus the vote
    for parties that question the alliance, less the mean gap between the two."""
    if countries()[iso3]["group"] != "nato":
        return {}
    views = opinion("nato_favourable_public")
    if iso3 in views:
        error, source = rule("support_error"), "opinion.csv nato_favourable_public (Pew 2024)"
        value, basis = views[iso3] / 100, "data"
        cell = Cell(value, value - error, value + error, basis, source, "high")
        return {"support": cell.clipped(0, 1)}
    gap = sum(1 - _share(i, "nato_sceptic_vote_pct") - views[i] / 100 for i in views) / len(views)
    value = 1 - _share(iso3, "nato_sceptic_vote_pct") - gap
    source = "domestic.csv nato_sceptic_vote_pct; opinion.csv nato_favourable_public of the others"
    error = rule("support_error.no_survey")
    return {"support": _derived(value, error, source, "low", "no survey").clipped(0, 1)}


def parties(iso3: str) -> dict[str, Cell]:
    """How far votes for parties that question the alliance may swing an ally's course, and how
    open they show its public to be to outside stories."""
    row = domestic().get(iso3, {})
    if not row.get("nato_sceptic_vote_pct"):
        return {}
    value, low, high = (_share(iso3, f"nato_sceptic_{c}") for c in ("vote_pct", "low", "high"))
    slope, top = rule("swing_slope"), rule("swing_cap")
    base, rise, error = (rule(f"susceptibility_{c}") for c in ("base", "slope", "error"))
    source = "domestic.csv nato_sceptic_vote_pct (judgement)"
    return {
        "domestic_swing": _cell(slope * value, slope * low, slope * high, source).clipped(0, top),
        "susceptibility": _cell(
            base + rise * value, base + rise * low - error, base + rise * high + error, source
        ).clipped(0, 1),
    }


def _cell(value: float, low: float, high: float, source: str) -> Cell:
    return Cell(value, low, high, "derived", source, "low")


def memory(iso3: str) -> dict[str, Cell]:
    """Memory of coercion: `1 - prod(1 - intensity * exp(-decay * quarters since the end))` over
    the cases of disputes.csv, averaged with the level of the essays where they name one."""
    left, cases = 1.0, []
    for row in rows("disputes.csv"):
        if row["kind"] == "china_coercion" and iso3 in row["b"].split(";"):
            fade = math.exp(-rule("memory_decay") * _quarters_since(row["end"]))
            left *= 1 - rule(f"intensity.{row['intensity']}") * fade
            cases.append(row["id"])
    ledger = judged(iso3, "memory_ledger")
    if not cases:
        source = "disputes.csv: no case of kind china_coercion"
        return {"coercion_memory": Cell(0.0, 0.0, rule("memory_none"), "derived", source, "low")}
    value, error = 1 - left, rule("memory_error")
    source = f"disputes.csv {' '.join(cases)}: kind china_coercion"
    if ledger:
        value, source = (value + ledger.value) / 2, f"{source}; {ledger.source}"
    return {"coercion_memory": _derived(value, error, source, "low").clipped(0, 1)}


def _quarters_since(month: str) -> float:
    """Quarters from a month (YYYY-MM; blank: still going on) to the base date, never negative."""
    base, then = (
        12 * int(text[:4]) + int(text[5:] or 12)
        for text in (rules()["base_month"], month or rules()["base_month"])
    )
    return max(base - then, 0) / 3


def elites(iso3: str) -> dict[str, Cell]:
    """Start alignment and opinion from the share of elites that would choose China if forced to
    choose (ISEAS 2024), and trust from whether those who trust Washington are more (ISEAS 2024)."""
    cells = {}
    chosen = opinion("elite_choose_china_if_forced").get(iso3)
    if chosen is not None:
        lean = 2 * chosen / 100 - 1
        source = "opinion.csv elite_choose_china_if_forced (ISEAS 2024)"
        aligned = -rule("alignment_shrink") * lean
        cells["start_alignment"] = _derived(
            aligned, rule("start_alignment_error"), source, "medium"
        ).clipped(-1, 1)
        view, error = rule("opinion_shrink.elites") * lean, rule("opinion_error")
        high = view + error + rule("opinion_upper.elites")
        cells["start_opinion"] = Cell(
            view, view - error, high, "derived", f"{source}; reeves para 6 for the high end", "low"
        ).clipped(-1, 1)
    more = domestic().get(iso3, {}).get("iseas2024_us_trust_exceeds_distrust")
    if more:
        value, error = rule(f"trust.{more}"), rule("trust_error")
        source = "domestic.csv iseas2024_us_trust_exceeds_distrust; regional trust 42.4 per cent"
        cells["start_trust"] = _derived(value, error, source, "low").clipped(0, 1)
    return cells


def view_of_alliance(iso3: str, known: Known) -> dict[str, Cell]:
    """Start opinion of an ally's public, from its support: `-shrink * (2 support - 1)`."""
    if countries().get(iso3, {}).get("group") != "nato":
        return {}
    backing, shrink, error = known["support"], rule("opinion_shrink.allies"), rule("opinion_error")
    view = -shrink * (2 * backing.value - 1)
    source = f"{backing.source}; scaled"
    return {"start_opinion": _derived(view, error, source, "low").clipped(-1, 1)}


def priority(iso3: str, known: Known) -> dict[str, Cell]:
    """Priority of development: where GDP per head lies between rich (0) and poor (1) in logs,
    averaged with the level of the essays where they name one."""
    if iso3 not in countries():
        return {}
    per_head = 1000 * known["gdp_usd_bn"].value / known["population_m"].value
    rich, poor = math.log(rule("priority_rich")), math.log(rule("priority_poor"))
    value = min(max((rich - math.log(per_head)) / (rich - poor), 0.0), 1.0)
    source, error = "countries.csv gdp_usd_bn_2023 over population_m_2023", rule("priority_error")
    ledger = judged(iso3, "priority_ledger")
    if ledger:
        value, source = (value + ledger.value) / 2, f"{source}; {ledger.source}"
    return {"development_priority": _derived(value, error, source, "low").clipped(0, 1)}

"""One card per thing of the catalog: what it is, in which units, and its sources."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from simulator import catalogue, typeset
from simulator.catalogue import Row

_SINGULAR = {"policies": "policy", "lenses": "lens"}
_BASIS = {
    "a": "both readers agree",
    "i": "both readers agree, but one infers: one level added each side",
    "d": "the readers are one level apart: both kept",
    "D": "the readers are two levels apart: both kept",
    "o": "one reader only, inferred",
    "n": "the essay is silent",
    "n*": "the essay is silent (one reader; the other's reading was found unsupported)",
    "own": "this project",
}
_DIRECTION = {"-": "less is better", "+": "more is better", "context": "depends on the context"}


def card(name: str) -> str:
    """Everything called `name`, one card after the other; `a+b` shows each of a portfolio.

    Raises `InputError` with the closest ids if nothing is called so.
    """
    parts = [part.strip() for part in name.split("+")] if "+" in name else [name]
    cards = [_CARDS[kind](row, kind) for part in parts for kind, row in catalogue.find(part)]
    return "\n\n\n".join(cards)


def sources(named: Iterable[str]) -> str:
    """Locators such as `mli para 15`, each with the document it points to."""
    known = catalogue.documents()
    places: dict[str, list[str]] = {}
    for source in named:
        places.setdefault(source.split()[0].rstrip(":"), []).append(source)
    lines = ["Sources"]
    for head, locators in places.items():
        lines.append(typeset.paragraph("; ".join(locators), None, "  ", "  "))
        if head in known:
            entry = known[head]
            words = f"{entry['title']}; {entry['author']}, {entry['year']}"
            lines.append(typeset.paragraph(words, None, "      ", "      "))
    return "\n".join(lines)


def _policy(row: Row, kind: str) -> str:
    from simulator import policy_words, registry

    policy = registry.policy(row["id"])
    levers = {lever["id"]: lever for lever in catalogue.rows("levers")}
    moved, gate = [], "after its asks" if policy.asks else "at start"
    bundles = [(gate, policy.levers), ("at once", policy.ungated)]
    bundles += [(policy_words.terms_in_words(part), part.levers) for part in policy.parts]
    for acts, bundle in bundles:
        for name, value in policy_words.levers_in_words(bundle).items():
            unit, meaning, seen = (levers[name][key] for key in ("unit", "title", "footprint"))
            moved.append((name, value, unit, acts, meaning, seen))
    money, capital = policy_words.cost(policy)
    facts = typeset.labelled(
        [
            ("asks", row["asks"] or "none: it needs no forum"),
            ("who acts", row["by"]),
            ("aimed at", row["on"]),
            ("goes to", row["to"]),
            ("with", row["partners"]),
            ("must accept", [f"{who} (each for itself)" for who in row["accept"]]),
            ("where", [*row["theaters"]]),
            ("seen", "in public" if row["public"] else "in private"),
            ("when", policy_words.when_in_words(policy)),
            ("cost", f"{typeset.two_digits(money)} bn USD a year and {typeset.two_digits(capital)} "
                     "pp of political capital once, in full force"),
            ("note", row["note"]),
        ]
    )  # fmt: skip
    head = ("lever", "value", "unit", "in force", "meaning", "footprint")
    body = typeset.table(head, moved) if moved else "No lever moves."
    return _join(_title(row, kind), _essay(row["id"]), facts, body, sources(row["sources"]))


def _essay(name: str) -> str:
    """What the essays say of a policy, for and against, from the evidence ledger."""
    from pathlib import Path

    loader = catalogue.content("scenarios.loader")
    path = Path(loader.FOLDER) / "ledger" / "evidence.yaml"
    entries = loader.read_yaml(path).get("policies", []) if path.exists() else []
    entry = next((item for item in entries if item["id"] == name), None)
    if entry is None:
        return ""
    said = [
        (label, f"{item['why']} ({item['where']})")
        for label, key in (("for", "support"), ("against", "oppose"), ("but", "qualify"))
        for item in entry.get(key, [])
    ]
    return typeset.labelled([("what", entry["what"]), *said])


def _portfolio(row: Row, kind: str) -> str:
    titles = {policy["id"]: policy["title"] for policy in catalogue.rows("policies")}
    members = [(name, titles[name]) for name in row["members"]]
    return _join(
        _title(row, kind),
        _essay(row["id"]),
        typeset.labelled([("note", row["note"])]),
        typeset.table(("policy", "title"), members),
        sources(row["sources"]),
    )


def _scenario(row: Row, kind: str) -> str:
    from simulator import content

    spec = catalogue.content("scenarios.loader").load_scenario(row["id"])
    rungs = content.shared()["rungs"]
    levels = [(k, level, rungs[k][level]) for k, level in row["levels"].items()]
    start = {"onset": "a quiet start; crises may or may not come", "forced": "a start in crisis"}
    often = "{0.theater}: {0.times:g} times as often from quarter {0.from_quarter} for {0.quarters}"
    unless = {None: "", "same-issue": " (unless yours asks the same)"}
    tabled = [
        f"{item.policy} in quarter {item.quarter}{unless[item.unless]}" for item in spec.table
    ]
    facts = [
        ("mode", f"{spec.mode}: {start[spec.mode]}"),
        ("horizon", f"{spec.quarters} quarters from {spec.start}"),
        ("triggers", [often.format(trigger) + " quarters" for trigger in spec.triggers]),
        ("tabled", tabled),
        ("imposed", row["script"]),
        ("dates", [f"quarter {event.quarter}: {event.text}" for event in spec.events]),
        ("notes", spec.notes),
    ]
    return _join(
        _title(row, kind),
        typeset.paragraph(row["summary"]),
        typeset.table(("theater", "start level (0..5)", "rung"), levels),
        typeset.labelled(facts),
        sources(row["sources"]),
    )


def _lens(row: Row, kind: str) -> str:
    lens = catalogue.content("scenarios.loader").load_lens(row["id"])
    parameters = {spec["id"]: spec for spec in catalogue.rows("parameters")}
    cells = [
        (
            cell.symbol,
            "silent: neutral" if cell.silent else _span(cell.values),
            parameters[cell.symbol]["prior"],
            f"{parameters[cell.symbol]['title']} ({parameters[cell.symbol]['unit']})",
            f"{cell.source} [{cell.basis}]",
        )
        for cell in lens.cells
    ]
    head = ("symbol", "this lens", "neutral prior", "belief (unit)", "source [basis]")
    used = dict.fromkeys(cell.basis for cell in lens.cells)
    facts = [("author", row["author"]), ("document", row["sources"]), ("mixes", lens.draws_from)]
    return _join(
        _title(row, kind),
        typeset.paragraph(row["summary"]),
        typeset.labelled(facts),
        typeset.table(head, cells) if cells else "",
        typeset.labelled([("basis", "; ".join(f"[{b}] {_BASIS[b]}" for b in used))])
        if used
        else "",
        typeset.paragraph("Contested, but read by no mechanism yet: " + ", ".join(lens.not_yet))
        if lens.not_yet
        else "",
    )


def _span(values: Sequence[float] | None) -> str:
    if values is None:
        return ""
    low, high = values
    ends = [f"{x:.0f}" if abs(x) >= 1000 else f"{x:.4g}" for x in (low, high)]
    return ends[0] if low == high else " .. ".join(ends)


def _note(words: str) -> str:
    return f" ({words})" if words else ""


def _actor(row: Row, kind: str) -> str:
    groups = [name for name in ("nato", "eu", "ip4", "asean") if row[name]]
    traits = [
        (
            cell["trait"],
            float(cell["value"]),
            _span((float(cell["low"]), float(cell["high"]))),
            cell["unit"],
            f"{cell['source']}{_note(cell['note'])} [{cell['confidence']}]",
        )
        for cell in catalogue.table("agents", "traits.csv")
        if cell["actor"] == row["id"]
    ]
    guarantees = [
        (g["guarantor"], g["protected"], g["theater"], float(g["value"]),
         _span((float(g["low"]), float(g["high"]))), g["source"])
        for g in catalogue.table("agents", "guarantees.csv")
        if row["id"] in (g["protected"], g["guarantor"])
    ]  # fmt: skip
    disputes = [
        (d["actor"], d["subject"], float(d["intensity"]),
         _span((float(d["low"]), float(d["high"]))), d["source"])
        for d in catalogue.table("agents", "disputes.csv")
        if row["id"] in (d["actor"], d["subject"])
    ]  # fmt: skip
    facts = [("kind", row["kind"].replace("_", " ")), ("side", row["side"]), ("member of", groups)]
    bound = ("guarantor", "protected", "theater", "strength (0..1)", "range", "source")
    held = ("actor", "against", "intensity (0..1)", "range", "source")
    return _join(
        _title(row, kind),
        typeset.labelled(facts),
        typeset.table(("trait", "value", "range", "unit", "source [confidence]"), traits),
        "Guarantees\n" + typeset.table(bound, guarantees) if guarantees else "",
        "Disputes\n" + typeset.table(held, disputes) if disputes else "",
    )


def _metric(row: Row, kind: str) -> str:
    facts = [
        ("unit", row["unit"]),
        ("direction", _DIRECTION[row["direction"]]),
        ("definition", row["definition"]),
        ("counted over", row["eligible"]),
        ("sources", row["sources"]),
    ]
    return _join(_title(row, kind), typeset.labelled(facts))


def _parameter(row: Row, kind: str) -> str:
    loader = catalogue.content("scenarios.loader")
    facts = [
        ("name", row["name"]),
        ("unit", row["unit"]),
        ("neutral prior", row["prior"]),
        ("allowed", _span((row["low"], row["high"]))),
        ("mechanism", f"{row['mechanism']} of the model"),
        ("fills", row["fills"]),
        ("contested", row["contested"] or "no: every lens uses the neutral prior"),
        ("source", row["sources"]),
    ]
    beliefs = [
        (lens.id, "silent: neutral" if cell.silent else _span(cell.values), cell.source)
        for lens in map(loader.load_lens, loader.ids("lenses"))
        for cell in lens.cells
        if cell.symbol == row["id"]
    ]
    table = typeset.table(("lens", "values", "source"), beliefs) if beliefs else ""
    return _join(_title(row, kind), typeset.labelled(facts), table)


def _lever(row: Row, kind: str) -> str:
    money = f"{row['money_usd_bn_per_year']:g} bn USD a year"
    if row["percent_of_gdp"]:
        money += f" and {row['percent_of_gdp']:g} % of the GDP of those who act"
    facts = [
        ("symbol", row["symbol"]),
        ("unit", row["unit"]),
        ("range", _span((row["low"], row["high"]))),
        ("set", "by theater or as one number" if row["by_theater"] else "as one number"),
        ("cost at 1", f"{money}; {row['capital_pp']:g} pp of political capital once"),
        ("attention at 1", row["attention"]),
        ("footprint", row["footprint"]),
        ("composition", row["compose"]),
        ("read by", row["read_by"]),
        ("sources", row["sources"]),
    ]  # fmt: skip
    return _join(_title(row, kind), typeset.labelled(facts))


def _title(row: Row, kind: str) -> str:
    return f"{row['id']} ({_SINGULAR.get(kind, kind[:-1])})\n" + typeset.paragraph(row["title"])


def _join(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)


_CARDS: dict[str, Callable[[Row, str], str]] = {
    "policies": _policy,
    "portfolios": _portfolio,
    "scenarios": _scenario,
    "lenses": _lens,
    "actors": _actor,
    "metrics": _metric,
    "parameters": _parameter,
    "levers": _lever,
}

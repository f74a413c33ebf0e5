"""The tables of docs/odd.md, generated from code and data between markers.

    python -m simulator.audits.odd [--check]

`<!-- begin NAME -->` and `<!-- end NAME -->` stand around each table; everything else on the page
is written by hand.  With `--check` nothing is written and drift gives exit code 1.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from simulator import catalogue, content, trials
from simulator.audits import incidence
from simulator.audits.pages import PAGES, table
from simulator.quarter import AGENDA

PAGE = PAGES / "odd.md"
STATE = Path(__file__).parents[1] / "state.py"
_FIELD = re.compile(r"^    (\w+): Floats  # \((.*?),?\) ?(?:(M\d+): )?(.*)$", re.M)
_RANGE = re.compile(r"(-?\d+)\.\.(\d+)|(-?\d+) [\w ]*\.\. (\d+)")


@dataclass(frozen=True)
class Field:
    """One state variable: its axes, the mechanisms that write it, meaning, and bounds if any."""

    name: str
    axes: str
    mechanisms: tuple[str, ...]
    meaning: str
    bounds: tuple[float, float] | None


def fields() -> list[Field]:
    """The state variables, read from the comments of `state.py`."""
    writers = _writers()
    found = _FIELD.findall(STATE.read_text(encoding="utf-8"))
    return [
        Field(name, axes, (own,) if own else writers.get(name, ()), meaning, _bounds(meaning))
        for name, axes, own, meaning in found
    ]


def _bounds(text: str) -> tuple[float, float] | None:
    match = _RANGE.search(text)
    if match is None:
        return None
    low, high = (g for g in match.groups() if g is not None)
    return float(low), float(high)


def _writers() -> dict[str, tuple[str, ...]]:
    """Mechanisms whose code sets a state variable, by `replace(state, name=...)`."""
    found: dict[str, set[str]] = {}
    for tree in incidence.modules().values():
        owner = incidence.mechanism(tree)
        for node in ast.walk(tree):
            if owner and isinstance(node, ast.Call) and getattr(node.func, "id", "") == "replace":
                for keyword in node.keywords:
                    found.setdefault(str(keyword.arg), set()).add(owner)
    return {name: tuple(incidence.ordered(who)) for name, who in found.items()}


def state() -> str:
    """State variables with axes, mechanism, meaning, range."""
    rows = [
        [f"`{f.name}`", f.axes, ", ".join(f.mechanisms) or "levers", f.meaning,
         f"{f.bounds[0]:g} .. {f.bounds[1]:g}" if f.bounds else ""]
        for f in fields()
    ]  # fmt: skip
    return table(["variable", "axes", "set by", "meaning and unit", "range"], rows)


def parameters() -> str:
    """Parameters with unit, prior, range, source."""
    rows = [
        [r["mechanism"], f"`{r['id']}`", r["title"], r["unit"], r["prior"],
         f"{r['low']:g} .. {r['high']:g}", r["sources"][0], r["contested"] or ""]
        for r in sorted(catalogue.rows("parameters"), key=lambda r: int(r["mechanism"][1:]))
    ]  # fmt: skip
    heads = ["", "symbol", "meaning", "unit", "prior", "range", "source", "contested"]
    return table(heads, rows)


def levers() -> str:
    """Levers with unit, range, cost, footprint, readers."""
    rows = [
        [f"`{r['id']}`", r["title"], r["unit"], f"{r['low']:g} .. {r['high']:g}", _cost(r),
         r["footprint"], ", ".join(r["read_by"])]
        for r in catalogue.rows("levers")
    ]  # fmt: skip
    return table(["lever", "meaning", "unit", "range", "cost at 1", "footprint", "read by"], rows)


def _cost(row: dict[str, Any]) -> str:
    parts = {
        "${:g}bn a year": row["money_usd_bn_per_year"],
        "{:g} % of GDP": row["percent_of_gdp"],
        "{:g} pp of political capital": row["capital_pp"],
        "{:g} new effort": row["attention"],
    }
    return ", ".join(words.format(size) for words, size in parts.items() if size) or "none"


def schedule() -> str:
    """The agenda of a quarter."""
    owners = {p.stem: incidence.mechanism(t) or "" for p, t in incidence.modules().items()}
    rows = []
    for (phase, title, _), name in zip(AGENDA, trials.phase_names(), strict=True):
        rows.append([str(phase), title, owners[name.partition(".")[0]], f"`{name}`"])
    rows.append(["12", "metrics are recorded", "", "`metrics.record`"])
    return table(["phase", "what happens", "mechanism", "code"], rows)


def metrics() -> str:
    """Metrics with unit, direction, definition."""
    rows = [
        [f"`{r['id']}`", r["title"], r["unit"], r["better"], r["definition"], r["eligible"]]
        for r in catalogue.rows("metrics")
    ]
    return table(["metric", "label", "unit", "better", "definition", "averaged over"], rows)


def actors() -> str:
    """Who there is, by kind of government."""
    kinds: dict[str, list[str]] = {}
    for row in catalogue.rows("actors"):
        kinds.setdefault(row["kind"], []).append(row["title"])
    made = catalogue.content("agents.governments").KINDS
    rows = [
        [kind, made[kind].__doc__.partition("\n")[0], str(len(kinds.get(kind, []))),
         ", ".join(sorted(kinds.get(kind, [])))]
        for kind in made
    ]  # fmt: skip
    return table(["kind", "what it is", "how many", "who"], rows)


def questions() -> str:
    """Questions put to governments, and the rule by which each kind answers."""
    rows = []
    for question, by_kind in catalogue.content("agents.rules").RULES.items():
        rules = list(dict.fromkeys(by_kind.values()))
        kinds = {r: [k for k, other in by_kind.items() if other is r] for r in rules}
        most = max(rules, key=lambda r: len(kinds[r]))
        for rule in rules:
            others = "all others" if len(rules) > 1 else "all"
            who = others if rule is most else ", ".join(kinds[rule])
            name = f"`{rule.__module__.rpartition('.')[2]}.{rule.__name__}`"
            rows.append([question, who, name, _first(rule.__doc__ or "")])
    return table(["question", "kinds", "rule", "in a line"], rows)


def forums() -> str:
    """Forums with members, procedure, slots."""
    rows = [
        [name, f["title"], ", ".join(_listed(f["members"])), f["rule"],
         " / ".join(map(str, f["slots"]))]
        for name, f in content.shared()["forums"].items()
    ]  # fmt: skip
    return table(["forum", "what", "members", "rule", "slots (ordinary / summit quarter)"], rows)


def submodels() -> str:
    """Mechanisms with their files, their phases and their one-line account."""
    phases: dict[str, list[str]] = {}
    for (phase, _, _), name in zip(AGENDA, trials.phase_names(), strict=True):
        phases.setdefault(name.partition(".")[0], []).append(str(phase))
    rows = []
    for path, tree in incidence.modules().items():
        owner = incidence.mechanism(tree)
        if owner:
            text = re.sub(r"^M\d+,? ", "", ast.get_docstring(tree) or "")
            when = ", ".join(dict.fromkeys(phases.get(path.stem, [])))
            rows.append([owner, f"`{path.name}`", when, _first(text)])
    rows.sort(key=lambda row: int(row[0][1:]))
    return table(["", "file", "phases", "what it does"], rows)


def reads() -> str:
    """Which mechanism reads which lever, found in the code; `o` where it may and does not."""
    found, may = incidence.reads(), incidence.allowed()
    heads = incidence.ordered({m for who in found.values() for m in who})
    rows = [
        [f"`{n}`", *("x" if m in who else "o" if m in may[n] else "" for m in heads)]
        for n, who in found.items()
    ]
    return table(["lever", *heads], rows)


def deviations() -> str:
    """Where the program differs from docs/model.md, and why (docs/deviations.yaml)."""
    entries = yaml.safe_load((PAGES / "deviations.yaml").read_text(encoding="utf-8"))
    rows = [[e["where"], e["says"], e["does"], e["why"]] for e in entries]
    return table(["where", "model.md says", "the program does", "why"], rows)


def _listed(value: Any) -> list[str]:
    return [str(v) for v in value] if isinstance(value, list) else [str(value)]


def _first(text: str) -> str:
    """The first sentence of a docstring, with a capital."""
    flat = " ".join(text.split())
    flat = flat[:1].upper() + flat[1:]
    return re.split(r"(?<=[.!?])\s", flat, maxsplit=1)[0]


TABLES: dict[str, Callable[[], str]] = {
    "state": state, "schedule": schedule, "actors": actors, "questions": questions,
    "forums": forums, "levers": levers, "reads": reads, "metrics": metrics,
    "submodels": submodels, "deviations": deviations, "parameters": parameters,
}  # fmt: skip


def filled(text: str) -> str:
    """A page with every table between its markers made anew."""
    for name, make in _asked(text):
        begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
        head, _, rest = text.partition(begin)
        _, _, tail = rest.partition(end)
        text = f"{head}{begin}\n{make()}{end}{tail}"
    return text


def _asked(text: str) -> Iterator[tuple[str, Callable[[], str]]]:
    for name in re.findall(r"<!-- begin (\w+) -->", text):
        yield name, TABLES[name]


def main(arguments: Sequence[str]) -> int:
    """Write the tables, or with `--check` return 1 if one is stale."""
    old = PAGE.read_text(encoding="utf-8")
    new = filled(old)
    if "--check" in arguments:
        if new != old:
            sys.stdout.write("docs/odd.md is stale: run python -m simulator.audits.odd\n")
        return int(new != old)
    PAGE.write_text(new, encoding="utf-8", newline="\n")
    sys.stdout.write("wrote docs/odd.md\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

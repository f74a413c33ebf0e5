"""Which mechanism reads which lever, found in the code itself (model.md 3.10).

    python -m simulator.audits.incidence    prints the table; exit code 1 if code and table differ

A read is a lever's name, as a literal, handed to a function of `stance` or put into brackets after
`reach`; an attribute of `levers`; or a carrier of `incidence.yaml`, a quantity that is one lever
composed with its standing value.  A file belongs to the mechanism that its docstring names first.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from simulator.vocabulary import LEVERS

FOLDER = Path(__file__).parents[1] / "mechanisms"
READERS = ("by_actor", "to_actor", "in_theater", "standing_signal")  # functions of `stance`
Table = dict[str, set[str]]  # lever -> mechanisms


@cache
def declared() -> dict[str, Any]:
    """What may read what, and what carries a lever (`incidence.yaml`)."""
    text = Path(__file__).with_name("incidence.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.safe_load(text)
    return found


@cache
def modules() -> dict[Path, ast.Module]:
    """Every mechanism's file, parsed."""
    return {p: ast.parse(p.read_text(encoding="utf-8")) for p in sorted(FOLDER.glob("*.py"))}


def mechanism(tree: ast.Module) -> str | None:
    """The mechanism that a file's docstring names first (`M5 Arms`, `Power (M5, M6)`), if any."""
    found = re.search(r"\bM\d+\b", (ast.get_docstring(tree) or "").partition("\n\n")[0])
    return found[0] if found else None


def reads() -> Table:
    """Lever -> mechanisms that read it, in the order of the vocabulary."""
    table: Table = {name: set() for name in LEVERS}
    for tree in modules().values():
        owner = mechanism(tree)
        if owner is not None:
            for name in _names(tree):
                table[name].add(owner)
    return table


def _names(tree: ast.Module) -> Iterator[str]:
    """The levers that a file reads."""
    carriers = declared()["carriers"]
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _last(node.func) in READERS:
            yield from (v for v in map(_literal, node.args) if v in LEVERS)
        elif isinstance(node, ast.Subscript) and _last(node.value) == "reach":
            yield from (v for v in [_literal(node.slice)] if v in LEVERS)
        elif isinstance(node, ast.Attribute) and _last(node.value) == "levers":
            yield from (v for v in [node.attr] if v in LEVERS)
        for lever, forms in carriers.items():
            if any(_is(node, form) for form in forms):
                yield lever


def _is(node: ast.AST, form: str) -> bool:
    """Whether a node reads a carrier: `state.field`, `notes[key]`, `*[key]` (of anything but
    notes), `function()`, or a `NAME`."""
    if isinstance(node, ast.Attribute):
        reading = isinstance(node.ctx, ast.Load)
        return reading and form == f"{_last(node.value)}.{node.attr}"
    if isinstance(node, ast.Subscript):
        base, reading = _last(node.value), isinstance(node.ctx, ast.Load)
        form = form.replace("*", base) if base != "notes" else form
        return reading and form == f"{base}[{_literal(node.slice)}]"
    if isinstance(node, ast.Call):
        return form == f"{_last(node.func)}()"
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and form == node.id


def _last(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _literal(node: ast.AST) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def stubs() -> set[str]:
    """Phases (`file.function`) that hand the state back as it is: not in this version."""
    found = set()
    for path, tree in modules().items():
        for node in tree.body:
            if isinstance(node, ast.FunctionDef):
                body = [n for n in node.body if not _is_docstring(n)]
                only = body[0] if len(body) == 1 else None
                if isinstance(only, ast.Return) and _last(only.value or only) == "state":
                    found.add(f"{path.stem}.{node.name}")
    return found


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def allowed() -> Table:
    """Lever -> mechanisms that model.md 3.10 lets read it, and those added with a reason."""
    table: Table = {}
    for name in LEVERS:
        row = declared()["allowed"].get(name, [])
        more = declared()["added"].get(name, {})
        table[name] = set(row) | set(more)
    return table


def problems() -> list[str]:
    """Where the code, `read_by` of the vocabulary and the table of model.md 3.10 disagree."""
    found = []
    code, table = reads(), allowed()
    for name, lever in LEVERS.items():
        read, said = code[name], set(lever.read_by)
        found += [f"{name}: {m} reads it, levers.yaml does not say so" for m in read - said]
        found += [f"{name}: levers.yaml says {m}, no code there reads it" for m in said - read]
        found += [f"{name}: {m} must not read it (model.md 3.10)" for m in read - table[name]]
    return sorted(found)


def ordered(mechanisms: set[str]) -> list[str]:
    """Mechanism ids by number."""
    return sorted(mechanisms, key=lambda m: int(m[1:]))


def main() -> int:
    """Print who reads what, and what is wrong about it."""
    for name, who in reads().items():
        sys.stdout.write(f"{name}: {', '.join(ordered(who)) or 'nobody'}\n")
    wrong = problems()
    sys.stdout.writelines(f"WRONG {line}\n" for line in wrong)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

"""Checks a file before it is used: a policy, a scenario, a lens, a list of parameters."""

from __future__ import annotations

import ast
import re
import traceback
from collections.abc import Iterable, Sequence
from dataclasses import fields
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np

from simulator import catalogue
from simulator.errors import ContractError, InputError, nearest

if TYPE_CHECKING:
    from simulator.contracts import Policy, Trigger

ALLOWED = ("simulator.contracts", "simulator.arrays", "__future__")


def check_file(file: str | Path) -> str:
    """What a valid file holds, in words; raises `InputError` with file, line and field if not."""
    path = Path(file)
    if path.suffix == ".py":
        policy = check_policy(path)
        return f"policy {policy.id!r} is valid"
    if path.suffix in (".yaml", ".yml"):
        return _content(path)
    raise InputError(
        "this kind of file cannot be checked.",
        str(path),
        "Give a policy (.py), or a scenario, lens or parameter file (.yaml).",
    )


def check_policy(path: Path) -> Policy:
    """The policy of a file, held against the contract that all policies share."""
    from simulator.contracts import Policy

    tree = _parsed(path)
    _imports(tree, path)
    policy = _executed(tree, path)
    if not isinstance(policy, Policy):
        raise ContractError(
            "the file has no `policy = Policy(...)`.",
            str(path),
            "`wargame new policy ID` writes one that is valid.",
        )
    _as_named(policy, path)
    _lists(policy, path)
    _trigger(policy, path)
    _sources(policy.sources, str(path))
    _world(policy, path)
    return policy


def _parsed(path: Path) -> ast.Module:
    try:
        return ast.parse(path.read_text(encoding="utf-8"), str(path))
    except SyntaxError as error:
        where = f"{path}:{error.lineno}"
        raise InputError(f"this is not valid Python: {error.msg}.", where, "Correct it.") from error
    except UnicodeDecodeError as error:
        raise InputError("this is not UTF-8 text.", str(path), "Save it as UTF-8.") from error
    except FileNotFoundError:
        raise InputError("there is no such file.", str(path), "Check the path.") from None
    except (OSError, ValueError) as error:
        raise InputError(f"this cannot be read: {error}.", str(path), "Check the path.") from error


def _imports(tree: ast.Module, path: Path) -> None:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or "."]
        else:
            continue
        for name in names:
            if name not in ALLOWED:
                raise ContractError(
                    f"a policy may not import {name!r}.",
                    f"{path}:{node.lineno}",
                    "Import from simulator.contracts and simulator.arrays only.",
                )


def _executed(tree: ast.Module, path: Path) -> object:
    module = ModuleType(f"checked_{path.stem}")
    try:
        exec(compile(tree, str(path), "exec"), module.__dict__)
    except ContractError as error:
        place = _line(error, path) + (f": {error.where}" if error.where else "")
        raise ContractError(error.message, place, error.hint) from error
    except Exception as error:
        what = f"{type(error).__name__}: {error}."
        raise InputError(what, _line(error, path), _spelled(error)) from error
    return getattr(module, "policy", None)


def _spelled(error: Exception) -> str:
    """The field that was meant, if one was misspelled."""
    from simulator.contracts import Ask, Levers, Part, Policy

    call = r"(Ask|Levers|Part|Policy)\.__init__\(\) .* keyword argument '(\w+)'"
    wrong = re.search(call, str(error))
    if not isinstance(error, TypeError) or wrong is None:
        return "Correct the line."
    kind = {"Ask": Ask, "Levers": Levers, "Part": Part, "Policy": Policy}[wrong[1]]
    return nearest(wrong[2], [field.name for field in fields(kind)])


def _line(error: Exception, path: Path) -> str:
    """File and line of the statement in the file that failed."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [f.lineno for f in frames if Path(f.filename).resolve() == path.resolve()]
    return f"{path}:{lines[-1]}" if lines else str(path)


def _as_named(policy: Policy, path: Path) -> None:
    expected = path.stem.replace("_", "-")
    if policy.id != expected:
        raise ContractError(
            f"the id {policy.id!r} differs from the file name.",
            f"{path}: id",
            f"Call the file {policy.id.replace('-', '_')}.py, or the policy {expected!r}.",
        )


def _lists(policy: Policy, path: Path) -> None:
    """Several things are a list, even if it is one; one text would be read letter by letter."""
    from simulator.contracts import Ask, Part

    kinds = {"asks": Ask, "parts": Part}
    called = {str: "a text", Ask: "an Ask", Part: "a Part"}
    for name in ("sources", "by", "on", "to", "partners", "accept", "theaters", *kinds):
        value, item = getattr(policy, name), kinds.get(name, str)
        if not isinstance(value, list | tuple):
            what = f"{str(value)[:60]!r} stands alone where a list is expected."
            raise ContractError(what, f"{path}: {name}", f"Put it in brackets: {name}=[...].")
        for i, one in enumerate(value):
            if not isinstance(one, item):
                what = f"{str(one)[:60]!r} is not {called[item]}."
                hint = "Put it in quotes." if item is str else f"Write {item.__name__}(...)."
                raise ContractError(what, f"{path}: {name}[{i}]", hint)


def _trigger(policy: Policy, path: Path) -> None:
    """A trigger, of the policy or of a part, gives one yes or no for each run."""
    for when in (policy.when, *(part.when for part in policy.parts)):
        if when is not None:
            _answers(when, path)


def _answers(when: Trigger, path: Path) -> None:
    from simulator.contracts import Sight

    runs = 2
    try:
        answer = np.asarray(when(Sight.calm(runs)))
    except Exception as error:
        what = f"the trigger fails: {type(error).__name__}: {error}."
        raise ContractError(what, f"{_line(error, path)}: when", _MASK) from error
    if answer.dtype != np.bool_ or answer.shape != (runs,):
        what = f"the trigger gives {answer.dtype} of shape {answer.shape}."
        raise ContractError(what, f"{path}: when", _MASK)


_MASK = "It takes a Sight and returns a mask over runs, such as sight.levels[:, 1] >= 2."


def _sources(sources: Iterable[str], where: str) -> None:
    known = catalogue.documents()
    for source in sources:
        head = source.split()[0].rstrip(":") if source.strip() else ""
        if head not in known:
            raise InputError(
                f"the source {source!r} begins with no document of scenarios/sources.yaml.",
                f"{where}: sources",
                f"{nearest(head, known)} A guess says 'judgement: why'.",
            )


def _world(policy: Policy, path: Path) -> None:
    """Every actor and group that the policy names exists."""
    from simulator import content
    from simulator.program import compile_program

    try:
        compile_program([policy], content.world(), content.ladder().texts)
    except InputError as error:
        raise ContractError(error.message, f"{path}: {error.where}", error.hint) from error


def _content(path: Path) -> str:
    loader = catalogue.content("scenarios.loader")
    found = loader.validate_file(path)
    policies = [row["id"] for row in catalogue.rows("policies")]
    if isinstance(found, tuple):
        groups = [group for group in found if hasattr(group, "members")]
        for i, group in enumerate(groups):
            for n, member in enumerate(group.members):
                _exists(member, policies, f"{path}: [{i}].members[{n}]")
        return f"{len(found)} {'portfolios' if groups else 'parameters'} are valid"
    kind = "scenario" if hasattr(found, "levels") else "lens"
    home = Path(loader.FOLDER) / ("lenses" if kind == "lens" else ".")
    if path.resolve().parent == home.resolve() and found.id != path.stem:
        raise InputError(
            f"the id {found.id!r} differs from the file name.",
            f"{path}: id",
            f"Call the file {found.id}.yaml, or the {kind} {path.stem!r}.",
        )
    if kind == "scenario":
        _sources(found.sources, str(path))
        for i, item in enumerate(found.table):
            _exists(item.policy, policies, f"{path}: table[{i}].policy")
    return f"{kind} {found.id!r} is valid"


def _exists(policy: str, policies: Sequence[str], where: str) -> None:
    if policy not in policies:
        raise InputError(f"there is no policy {policy!r}.", where, nearest(policy, policies))

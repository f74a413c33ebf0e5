"""Finds content: folders walked in order, and installed plug-ins.  No list to keep."""

from __future__ import annotations

import importlib
import pkgutil
import runpy
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType

from simulator.contracts import Policy
from simulator.errors import ContractError, InputError, nearest

ENTRY_POINTS = "two_theaters.policies"
FILE = ".py"  # ends the name of a policy that is given by its path


@cache
def package(name: str) -> ModuleType:
    """One of our content packages; says so if another project's package shadows it."""
    module = importlib.import_module(name)
    text = module.__doc__ or ""
    if "Two Theaters" not in text:
        raise InputError(
            f"the package {name!r} that Python finds is not ours: {module.__file__}.",
            "start-up",
            "Run from a virtual environment of its own, or from the project's folder.",
        )
    return module


@cache
def policies() -> dict[str, Policy]:
    """All policies by id: one file each in `policies/`, then plug-ins, sorted by file name."""
    found: dict[str, Policy] = {}
    home = package("policies")
    for info in sorted(pkgutil.iter_modules(home.__path__), key=lambda m: m.name):
        module = importlib.import_module(f"policies.{info.name}")
        _add(found, getattr(module, "policy", None), f"policies/{info.name}.py")
    for point in sorted(entry_points(group=ENTRY_POINTS), key=lambda p: p.name):
        _add(found, point.load(), f"plug-in {point.name}")
    return found


def policy(name: str) -> Policy:
    """A policy by id, or by the path of a file (`.py`) of the user's own."""
    if name.endswith(FILE):
        return _own(Path(name))
    if name not in policies():
        raise InputError(f"unknown policy {name!r}.", None, nearest(name, policies()))
    return policies()[name]


def _own(path: Path) -> Policy:
    """The policy of a file that need not stand in `policies/`; read anew on every call."""
    if not path.is_file():
        raise InputError("there is no such policy file.", str(path), "Check the path.")
    try:
        made = runpy.run_path(str(path)).get("policy")
    except InputError:
        raise
    except Exception as error:
        raise InputError(
            f"{type(error).__name__}: {error}.", str(path), f"`wargame validate {path}` says more."
        ) from error
    found = dict(policies())
    _add(found, made, str(path))
    return found.popitem()[1]


def _add(found: dict[str, Policy], made: object, where: str) -> None:
    if not isinstance(made, Policy):
        raise ContractError("has no `policy = Policy(...)`.", where, "See CONTRIBUTING.md.")
    if made.id in found:
        raise ContractError(f"a second policy with id {made.id!r}.", where, "Ids are unique.")
    found[made.id] = made

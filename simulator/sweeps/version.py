"""Which version of the model this is: one hash over every file that can change a result."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path

from simulator import registry

HOME = Path(__file__).parents[1]
ENGINE, DRIVER = "simulator", "simulator.sweeps.chunks"
CONTENT = ("agents", "policies", "scenarios")
KINDS = (".csv", ".py", ".yaml")


@cache
def model_version() -> str:
    """32 hex digits: the engine's modules that a worker of a sweep reaches by import, their data,
    and all content (agents, policies, scenarios, plug-in policies).

    Neither the order of files nor the way lines end matters; charts, reports and front doors are
    left out.
    """
    found = hashlib.blake2b(digest_size=16)
    for name, path in sorted(files().items()):
        content = path.read_bytes().replace(b"\r\n", b"\n")
        found.update(f"{name}\n{len(content)}\n".encode() + content)
    return found.hexdigest()


def files() -> dict[str, Path]:
    """Every file that counts, by a name that does not depend on where the project stands."""
    found = {f"{ENGINE}/{p.relative_to(HOME).as_posix()}": p for p in HOME.rglob("*.yaml")}
    for package in CONTENT:
        folder = Path(registry.package(package).__path__[0])
        for path in folder.rglob("*"):
            if path.suffix in KINDS and path.is_file():
                found[f"{package}/{path.relative_to(folder).as_posix()}"] = path
    for point in entry_points(group=registry.ENTRY_POINTS):
        spec = find_spec(point.module)
        if spec is not None and spec.origin is not None:
            found[f"plug-in/{point.name}"] = Path(spec.origin)
    return found | _reached([path for path in found.values() if path.suffix == ".py"])


def _reached(others: list[Path]) -> dict[str, Path]:
    """Modules of the engine that a worker or the content imports, directly or not."""
    found: dict[str, Path] = {}
    todo = [DRIVER, *(name for path in others for name in _imports(path))]
    while todo:
        dotted = todo.pop()
        path = _module(dotted)
        name = None if path is None else f"{ENGINE}/{path.relative_to(HOME).as_posix()}"
        if path is not None and name is not None and name not in found:
            found[name] = path
            todo += [dotted.rpartition(".")[0], *_imports(path)]
    return found


def _imports(path: Path) -> Iterator[str]:
    """Dotted names that a file may import from the engine."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _module(name: str) -> Path | None:
    """The file of one of the engine's modules; none for the engine itself and for other names."""
    top, *rest = name.split(".")
    if top != ENGINE or not rest:
        return None
    stem = HOME.joinpath(*rest)
    for path in (stem.with_suffix(".py"), stem / "__init__.py"):
        if path.is_file():
            return path
    return None

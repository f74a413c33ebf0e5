"""Skeletons of new content: a policy, a scenario or a lens that is valid before it is edited."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from string import Template
from typing import Any

from simulator import catalogue, typeset
from simulator.errors import InputError, nearest

TEMPLATES = Path(__file__).with_name("templates")
KINDS = ("policy", "scenario", "lens")
_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_MOST = 80  # characters in an id, as in scenarios/schema.py


def create(kind: str, name: str, project: Path) -> Path:
    """Write the skeleton of a policy, scenario or lens into a project's folders; returns its path.

    Raises `InputError`, and writes nothing, if the kind or the id is no good, if the id is taken,
    or if `project` is no project.
    """
    if kind not in KINDS:
        raise InputError(f"{kind[:80]!r} cannot be made.", "new", nearest(kind[:80], KINDS))
    _check_id(name)
    folder, suffix, fill = _HOW[kind]
    path = project / folder / f"{name.replace('-', '_') if suffix == '.py' else name}{suffix}"
    if not path.parent.is_dir():
        raise InputError(
            f"there is no folder {folder}/ here.",
            str(project),
            "Go to the folder of the project, the one with policies/ and scenarios/ in it.",
        )
    taken = [row["id"] for row in catalogue.rows(_CATALOG[kind])]
    if path.exists() or name in taken:
        raise InputError(
            f"there is a {kind} {name!r} already.",
            str(path),
            "Choose another id, or edit that file.",
        )
    words = fill(name, name.replace("-", " ").capitalize())
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(words)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise InputError(
            f"cannot be written: {error.strerror}.", str(path), "Check the folder's permissions."
        ) from error
    return path


def play_note(kind: str, path: Path) -> str:
    """How to play what was written, if it does not lie where content of its kind is read from."""
    from simulator.registry import package

    first, *rest = _HOW[kind][0].split("/")
    home = Path(next(iter(package(first).__path__))).joinpath(*rest)
    if path.resolve().parent == home.resolve():
        return ""
    if kind == "policy":
        return f"Policies are read from {home}; move it there, or install this project."
    return f"It lies outside {home}, so name it by its path: {path}"


def _check_id(name: str) -> None:
    if _ID.fullmatch(name) and len(name) <= _MOST:
        return
    better = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-0123456789")[:_MOST].rstrip("-")
    raise InputError(
        f"the id {name[:80]!r} is not lower-case words joined by '-'.",
        "new",
        f"Try {better!r}." if better else "An id looks like 'my-first-idea'.",
    )


def _template(name: str, **values: str) -> str:
    text = (TEMPLATES / f"{name}.txt").read_text(encoding="utf-8")
    return Template(text).substitute(values)


def _policy(name: str, title: str) -> str:
    from simulator import content

    sponsor = content.shared()["belief"]["great_power_of"]
    return _template("policy", id=name, title=title, sponsor=sponsor)


def _scenario(name: str, title: str) -> str:
    return _template("scenario", id=name, title=title)


def _lens(name: str, title: str) -> str:
    cells = "\n".join(_cell(spec) for spec in catalogue.rows("parameters") if spec["contested"])
    return _template("lens", id=name, title=title, cells=cells)


def _cell(spec: dict[str, Any]) -> str:
    meaning = typeset.paragraph(f"{spec['title']} In {spec['unit']}.", 98, "  # ", "  # ")
    return (
        f"{meaning}\n  # Prior: {spec['prior']}; allowed: {spec['low']:g} to {spec['high']:g}.\n"
        f"  - {{symbol: {spec['id']}, silent: true, source: neutral prior}}"
    )


_CATALOG = {"policy": "policies", "scenario": "scenarios", "lens": "lenses"}
_HOW: dict[str, tuple[str, str, Callable[[str, str], str]]] = {
    "policy": ("policies", ".py", _policy),
    "scenario": ("scenarios", ".yaml", _scenario),
    "lens": ("scenarios/lenses", ".yaml", _lens),
}

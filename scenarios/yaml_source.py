"""Read YAML with the line of every field, and refuse what a data file never needs.

The subset: one document; mappings, lists and scalars; no anchors, aliases, tags or duplicate keys;
``true``/``false`` are the only booleans (so the country code NO stays text); finite numbers only.
"""

import math
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from simulator.errors import InputError

Where = tuple[str | int, ...]
MAX_BYTES = 1_000_000  # format limit: the largest data file of the project is below a third of it
MAX_DEPTH = 20
MAX_INTEGER = 10**12
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_SPECIAL = re.compile(r"[-+]?\.(inf|nan)", re.IGNORECASE)
_WORDS = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip


@dataclass(frozen=True)
class Source:
    """A parsed file: its data and, for each field path, the line (from 1) where it stands."""

    path: Path
    data: Any
    lines: dict[Where, int] = field(repr=False)

    def line(self, where: Where) -> int:
        """Line of the field, or of its nearest enclosing field."""
        while where and where not in self.lines:
            where = where[:-1]
        return self.lines.get(where, 1)


def field_name(where: Where) -> str:
    """``("triggers", 0, "times")`` as ``triggers[0].times``."""
    text = ""
    for part in where:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


def read_text(path: Path) -> str:
    """The text of a data file; raises InputError if it is missing, too large or not UTF-8."""
    try:
        if not path.is_file():
            raise InputError(
                "there is no such file" if not path.exists() else "this is not a file",
                where=str(path),
                hint="give the path of a .yaml file",
            )
        raw = path.read_bytes()
    except InputError:
        raise
    except (OSError, ValueError) as error:
        raise InputError(
            f"the file cannot be read: {error}",
            where=repr(str(path)),
            hint="check the path and its permissions",
        ) from error
    if len(raw) > MAX_BYTES:
        raise InputError(
            f"the file has {len(raw):,} bytes, more than the {MAX_BYTES:,} allowed",
            where=str(path),
            hint="keep one scenario, lens or parameter list to a file",
        )
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise InputError(
            f"byte {error.start} is not UTF-8 text",
            where=f"{path}:{line}",
            hint="save the file with the encoding UTF-8",
        ) from error


def read_source(path: Path) -> Source:
    """Parse a file into data with line numbers; raises InputError with file and line."""
    return parse(read_text(path), path)


def parse(text: str, path: Path) -> Source:
    """Parse YAML text; ``path`` is only named in errors."""
    try:
        return _Builder(path).build(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path}:{mark.line + 1}" if mark is not None else str(path)
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "unreadable"
        raise InputError(
            f"this is not valid YAML: {problem}",
            where=where,
            hint="check indentation, the space after each colon, and quotes that never close",
        ) from error


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark is not None else 1


class _Builder:
    """Turn parser events into data with an explicit stack: no recursion, no object is shared."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines: dict[Where, int] = {}

    def fail(self, line: int, message: str, hint: str) -> InputError:
        return InputError(message, where=f"{self.path}:{line}", hint=hint)

    def build(self, text: str) -> Source:
        root: list[Any] = []
        stack: list[tuple[Any, Where]] = [(root, ())]  # open containers
        key: list[str | None] = [None]  # pending key of each open container
        documents = 0
        for event in yaml.parse(text, Loader=_LOADER):
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    line = _line(event)
                    raise self.fail(line, "a second document starts here", "remove the '---' line")
            elif isinstance(event, (yaml.SequenceEndEvent, yaml.MappingEndEvent)):
                stack.pop()
                key.pop()
            elif isinstance(event, yaml.NodeEvent):
                line = _line(event)
                self.refuse(event, line, len(stack))
                holder, at = stack[-1]
                if isinstance(holder, dict) and key[-1] is None:
                    key[-1] = self.key(event, holder, at, line)
                    continue
                value = self.value(event, line)
                if isinstance(holder, dict):
                    name = key[-1]
                    assert name is not None
                    holder[name], here, key[-1] = value, (*at, name), None
                else:
                    here = at if holder is root else (*at, len(holder))
                    holder.append(value)
                    self.lines[here] = line
                if isinstance(event, yaml.CollectionStartEvent):
                    stack.append((value, here))
                    key.append(None)
        if not root or root[0] is None:
            raise self.fail(1, "the file is empty", "write at least the fields id and title")
        return Source(self.path, root[0], self.lines)

    def refuse(self, event: yaml.NodeEvent, line: int, depth: int) -> None:
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise self.fail(line, "anchors and aliases are not used here", "write the value out")
        tag = getattr(event, "tag", None)
        if tag is not None and tag != "!":
            raise self.fail(line, f"the tag {tag[:40]!r} is not used here", "remove it")
        if depth > MAX_DEPTH:
            raise self.fail(line, f"nesting is deeper than {MAX_DEPTH} levels", "flatten the file")

    def key(self, event: yaml.NodeEvent, holder: dict[str, Any], at: Where, line: int) -> str:
        if not isinstance(event, yaml.ScalarEvent):
            raise self.fail(line, "a field name must be a word", "write 'name: value'")
        name: str = event.value
        if name in holder:
            first = self.lines[(*at, name)]
            where = field_name((*at, name))
            raise self.fail(
                line,
                f"the field {where!r} stands here a second time (first on line {first})",
                "keep one of the two",
            )
        self.lines[(*at, name)] = line
        return name

    def value(self, event: yaml.NodeEvent, line: int) -> Any:
        if isinstance(event, yaml.MappingStartEvent):
            return {}
        if isinstance(event, yaml.SequenceStartEvent):
            return []
        assert isinstance(event, yaml.ScalarEvent)
        text: str = event.value
        if not event.implicit[0]:  # quoted or block text
            return text
        if text in _WORDS:
            return _WORDS[text]
        if _INTEGER.fullmatch(text):
            if len(text) <= len(str(MAX_INTEGER)) and abs(number := int(text)) <= MAX_INTEGER:
                return number
            raise self.fail(line, "this whole number is too large", f"stay below {MAX_INTEGER:,}")
        if _FLOAT.fullmatch(text) or _SPECIAL.fullmatch(text):
            if not _SPECIAL.fullmatch(text) and math.isfinite(decimal := float(text)):
                return decimal
            raise self.fail(line, f"{text[:40]!r} is not a finite number", "write a plain number")
        return text

"""Say what is wrong with a file, field by field, in words that teach."""

from collections.abc import Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from scenarios.schema import fields_of
from scenarios.yaml_source import Source, Where, field_name
from simulator.errors import InputError, nearest

M = TypeVar("M", bound=BaseModel)
Problem = tuple[int, str, str]  # line, field, message
SHOWN = 40  # problems printed before the list is cut
_PATTERNS = {
    "^[a-z0-9]+(-[a-z0-9]+)*$": "small letters, digits and single hyphens, like taiwan-quarantine",
    "^[A-Za-z][A-Za-z0-9_]*$": "a letter, then letters, digits or _, like psi_CN",
    "^[a-z][a-z0-9_]*$": "small letters, digits and _, like belief_decay",
    "^[A-Z]{3}$": "a country code of three capital letters, like JPN",
    "^par_[a-z0-9_]+$": "a parameter of the ledger, like par_us_drawdown",
    "^M[0-9]{1,2}$": "a mechanism of the model, like M4",
    "^(19|20)[0-9]{2}Q[1-4]$": "a quarter, like 2024Q3",
}
_WANTED = {
    "int_type": "a whole number", "int_from_float": "a whole number", "float_type": "a number",
    "string_type": "text", "bool_type": "true or false", "tuple_type": "a list",
    "model_type": "fields with values", "dict_type": "fields with values",
}  # fmt: skip


def check(model: type[M], source: Source) -> M:
    """The data as a record; raises InputError listing every problem of the file."""
    record, problems = attempt(model, source)
    if record is None:
        raise report(source, problems)
    return record


def attempt(model: type[M], source: Source, at: Where = ()) -> tuple[M | None, list[Problem]]:
    """The data at ``at`` as a record, or None and what is wrong with it."""
    data = source.data
    for part in at:
        data = data[part]
    try:
        return model.model_validate(data), []
    except ValidationError as error:
        return None, explain(model, error, source, at)


def report(source: Source, problems: Sequence[Problem]) -> InputError:
    """One InputError for all problems, each as ``file:line: field: message``."""
    ordered = sorted(set(problems))
    texts = [(line, f"{name}: {text}" if name else text) for line, name, text in ordered]
    if len(texts) == 1:
        return InputError(texts[0][1], where=f"{source.path}:{texts[0][0]}")
    rows = [f"{source.path}:{line}: {text}" for line, text in texts[:SHOWN]]
    if len(texts) > SHOWN:
        rows.append(f"… and {len(texts) - SHOWN} more")
    return InputError("\n".join([f"{len(texts)} problems", *rows]), where=str(source.path))


def explain(
    model: type[BaseModel],
    error: ValidationError,
    source: Source,
    at: Where = (),
) -> list[Problem]:
    """The problems that pydantic found, with lines and in our words; one entry a place."""
    found: dict[tuple[int, str], list[str]] = {}
    for item in error.errors(include_url=False):
        loc = tuple(part for part in item["loc"] if isinstance(part, str | int))
        place = at
        for part in loc:  # a location ends where the file knows no such field (unions, validators)
            if (*place, part) not in source.lines:
                break
            place = (*place, part)
        if item["type"] == "missing":
            place = (*at, *loc)
        message = _message(model, item, loc)
        messages = found.setdefault((source.line(place), field_name(place)), [])
        if message not in messages:
            messages.append(message)
    return [(line, name, "; or ".join(texts)) for (line, name), texts in found.items()]


def _message(model: type[BaseModel], item: Any, loc: Where) -> str:
    kind, context, value = item["type"], item.get("ctx", {}), item["input"]
    if kind == "extra_forbidden":
        known = _fields_at(model, loc[:-1])
        return f"there is no such field here. {nearest(str(loc[-1])[:60], known)}"
    if kind == "missing":
        return "this field is missing; add it"
    if kind in _WANTED:
        return f"expected {_WANTED[kind]}, found {_shown(value)}"
    if kind == "literal_error":
        allowed = str(context["expected"]).replace("'", "").replace(" or ", ", ").split(", ")
        hint = nearest(str(value)[:60], allowed)
        hint = f" {hint}" if hint.startswith("Did") else ""
        return f"{_shown(value)} is not one of: {', '.join(allowed)}.{hint}"
    if kind == "string_pattern_mismatch":
        wanted = _PATTERNS.get(context["pattern"], context["pattern"])
        return f"{_shown(value)} is not of the form: {wanted}"
    if kind in _COMPARISONS:
        return f"{_shown(value)} is outside the allowed range: {_bounds(model, loc, context)}"
    if kind == "too_short":
        return f"expected {context['min_length']} or more entries, found {_shown(value)}"
    if kind == "value_error":
        return str(context["error"])
    return f"{item['msg'][:1].lower()}{item['msg'][1:]}, found {_shown(value)}"


_COMPARISONS = {
    "greater_than": ("gt", "above"), "greater_than_equal": ("ge", "at least"),
    "less_than": ("lt", "below"), "less_than_equal": ("le", "at most"),
}  # fmt: skip


def _bounds(model: type[BaseModel], loc: Where, context: dict[str, Any]) -> str:
    """The whole allowed range of a number, both ends; falls back on the end that was passed."""
    names = [part for part in loc if isinstance(part, str)]
    owner = _model_at(model, tuple(names[:-1]))
    ends = {}
    if owner is not None and names and names[-1] in owner.model_fields:
        info = owner.model_fields[names[-1]]
        for part in _parts(info.annotation, info.metadata):
            for end in ("ge", "gt", "le", "lt"):
                if getattr(part, end, None) is not None:
                    ends[end] = getattr(part, end)
    ends = ends or context
    words = [f"{word} {ends[end]:g}" for end, word in _COMPARISONS.values() if end in ends]
    return " and ".join(words)


def _parts(annotation: Any, metadata: Sequence[Any]) -> list[Any]:
    found = list(metadata)
    for inner in getattr(annotation, "__args__", ()):
        found += _parts(inner, ())
    for extra in getattr(annotation, "__metadata__", ()):
        found += [extra, *getattr(extra, "metadata", ())]
    return found


def _model_at(model: type[BaseModel], loc: Where) -> type[BaseModel] | None:
    here: type[BaseModel] | None = model
    for part in loc:
        if isinstance(part, str) and here is not None:
            here = fields_of(here).get(part)
    return here


def _fields_at(model: type[BaseModel], loc: Where) -> list[str]:
    here = _model_at(model, loc)
    return list(here.model_fields) if here is not None else []


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "fields with values"
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}"
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    text = repr(value) if isinstance(value, str) else f"{value:g}"
    return text if len(text) <= 60 else text[:57] + "…'"

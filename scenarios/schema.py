"""The shapes of lens and parameter files (format 1), and what all shapes share."""

from functools import cache
from itertools import pairwise
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

Theater = Literal["europe", "taiwan", "korea", "south_china_sea"]
Forum = Literal["nac", "eu", "asean", "unsc", "minilateral"]
Issue = Literal["engagement", "sanctions", "burden", "wording", "mission", "accession"]
Level = Literal["very-low", "low", "medium", "high", "very-high"]
PriorKind = Literal["uniform", "loguniform", "triangular", "normal", "beta", "integer", "fixed"]
THEATERS: tuple[str, ...] = get_args(Theater)
LEVELS: tuple[str, ...] = get_args(Level)

Text = Annotated[str, Field(min_length=1, max_length=2000)]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
Symbol = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$", max_length=40)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
Iso3 = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
LedgerParameter = Annotated[str, Field(pattern=r"^par_[a-z0-9_]+$")]
Quarter = Annotated[int, Field(ge=0, le=400)]
Number = Annotated[float, Field(allow_inf_nan=False)]


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


AS_TUPLE = BeforeValidator(_frozen)
Texts = Annotated[tuple[Text, ...], AS_TUPLE]
Slugs = Annotated[tuple[Slug, ...], AS_TUPLE]
Pair = Annotated[tuple[Number, Number], AS_TUPLE]


class Record(BaseModel):
    """Base of all records: frozen, no unknown field, no silent conversion between types."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


# ---- parameters


class Prior(Record):
    """A prior: its kind and its arguments, in the units of the parameter.

    uniform (a, b); loguniform (a, b), a > 0; triangular (a, mode, b); normal (mean, sd, low, high),
    truncated to low..high; beta (a, b) on 0..1; integer (a, b), both included; fixed (x,).
    """

    kind: PriorKind
    args: tuple[Number, ...]

    @model_validator(mode="before")
    @classmethod
    def _from_file(cls, value: Any) -> Any:
        """``{uniform: [0, 1]}`` as it stands in files."""
        if not isinstance(value, dict) or "kind" in value:
            return value
        if len(value) != 1:
            raise ValueError("a prior has one kind, like {uniform: [0, 1]}")
        ((kind, args),) = value.items()
        if kind not in get_args(PriorKind):
            raise ValueError(f"{kind!r} is not a kind of prior: {', '.join(get_args(PriorKind))}")
        args = args if isinstance(args, list) else [args]
        if any(isinstance(x, bool) or not isinstance(x, int | float) for x in args):
            raise ValueError(f"the arguments of {kind} must be numbers")
        return {"kind": kind, "args": tuple(float(x) for x in args)}

    @model_validator(mode="after")
    def _ordered(self) -> "Prior":
        form, valid = _FORMS[self.kind]
        names = form.split(", ")
        if len(self.args) != len(names) or not valid(*self.args):
            raise ValueError(f"{self.kind} needs [{form}]" + _ORDER[self.kind])
        return self

    @property
    def support(self) -> tuple[float, float]:
        """Smallest and largest value that the prior can give."""
        if self.kind == "beta":
            return 0.0, 1.0
        if self.kind == "normal":
            return self.args[2], self.args[3]
        return self.args[0], self.args[-1]


def _rising(*args: float) -> bool:
    return all(a <= b for a, b in pairwise(args)) and args[0] < args[-1]


_FORMS: dict[str, tuple[str, Any]] = {
    "uniform": ("low, high", _rising),
    "loguniform": ("low, high", lambda a, b: 0 < a < b),
    "triangular": ("low, mode, high", _rising),
    "normal": ("mean, sd, low, high", lambda mean, sd, a, b: sd > 0 and a < b and a <= mean <= b),
    "beta": ("a, b", lambda a, b: a > 0 and b > 0),
    "integer": ("low, high", lambda a, b: a < b and a == int(a) and b == int(b)),
    "fixed": ("value", lambda x: True),
}
_ORDER = {
    "uniform": " with low < high",
    "loguniform": " with 0 < low < high",
    "triangular": " with low <= mode <= high",
    "normal": " with sd > 0 and low <= mean <= high",
    "beta": " with a > 0 and b > 0",
    "integer": " with whole low < high",
    "fixed": "",
}


class Fills(Record):
    """Which part of an axis an entry fills; ``actors: rest`` = actors that no other entry fills."""

    actors: Annotated[tuple[Iso3, ...], AS_TUPLE] | Literal["rest"] | None = None
    theaters: Annotated[tuple[Theater, ...], AS_TUPLE] | None = None
    levels: Annotated[tuple[Annotated[int, Field(ge=0, le=5)], ...], AS_TUPLE] | None = None
    issues: Annotated[tuple[Issue, ...], AS_TUPLE] | None = None
    forums: Annotated[tuple[Forum, ...], AS_TUPLE] | None = None

    @model_validator(mode="after")
    def _one_axis(self) -> "Fills":
        if sum(getattr(self, axis) is not None for axis in type(self).model_fields) != 1:
            raise ValueError(f"name one axis of {', '.join(type(self).model_fields)}")
        return self

    @property
    def axis(self) -> str:
        """The axis: actors, theaters, levels, issues or forums."""
        return next(a for a in type(self).model_fields if getattr(self, a) is not None)

    @property
    def members(self) -> tuple[str | int, ...]:
        """The filled part of the axis; ``("rest",)`` for the remaining actors."""
        members: tuple[str | int, ...] | Literal["rest"] = getattr(self, self.axis)
        return ("rest",) if members == "rest" else members


class ParameterSpec(Record):
    """One entry of a file in parameters/: a number that differs between futures."""

    name: Name
    symbol: Symbol
    row: Annotated[int, Field(ge=1, le=200)] | None = None
    mechanism: Annotated[str, Field(pattern=r"^M[0-9]{1,2}$")]
    meaning: Text
    unit: Text
    prior: Prior
    range: Pair
    source: Text
    contested: LedgerParameter | None = None
    frozen: bool = False  # not drawn, but kept at the middle of its prior (docs/screening.md)
    fills: Fills | None = None

    @model_validator(mode="after")
    def _one_state(self) -> "ParameterSpec":
        if self.frozen and (self.contested or self.prior.kind == "fixed"):
            raise ValueError("frozen: only what is drawn and not contested can be frozen")
        return self

    @model_validator(mode="after")
    def _inside(self) -> "ParameterSpec":
        low, high = self.range
        bottom, top = self.prior.support
        if low >= high:
            raise ValueError(f"range: the first number ({low:g}) must be below the second")
        if self.prior.kind != "beta" and not (low <= bottom and top <= high):
            raise ValueError(f"prior: {bottom:g}..{top:g} leaves the range {low:g}..{high:g}")
        return self


# ---- lenses


class Cell(Record):
    """One author on one symbol: sampled uniformly from ``values``; silent = the neutral prior."""

    symbol: Symbol
    ledger: LedgerParameter | None = None
    levels: Annotated[tuple[Level, Level], AS_TUPLE] | None = None
    values: Pair | None = None
    silent: bool = False
    basis: Literal["a", "i", "d", "D", "o", "n", "n*", "own"] = "own"
    source: Text

    @model_validator(mode="after")
    def _complete(self) -> "Cell":
        if self.silent and (self.values is not None or self.levels is not None):
            raise ValueError("a silent cell has no values and no levels; write null")
        if not self.silent and self.values is None:
            raise ValueError("give values: [low, high], or silent: true")
        if self.values is not None and self.values[0] > self.values[1]:
            raise ValueError(f"values: {self.values[0]:g} is above {self.values[1]:g}")
        return self


class Lens(Record):
    """One view of the world: ranges for contested parameters, over the same equations."""

    id: Slug
    title: Text
    author: Text
    document: Text
    summary: Text
    draws_from: Annotated[tuple[Slug, ...], AS_TUPLE] = ()
    cells: Annotated[tuple[Cell, ...], AS_TUPLE] = ()
    not_yet: Annotated[tuple[LedgerParameter, ...], AS_TUPLE] = ()

    @model_validator(mode="after")
    def _one_way(self) -> "Lens":
        if bool(self.draws_from) == bool(self.cells):
            raise ValueError("give either cells or draws_from")
        return self


@cache
def fields_of(model: type[BaseModel]) -> dict[str, Any]:
    """Field names of a model and, where a field holds records, their model."""
    found: dict[str, Any] = {}
    for name, info in model.model_fields.items():
        inner = [t for t in _types(info.annotation) if isinstance(t, type)]
        found[name] = next((t for t in inner if issubclass(t, Record)), None)
    return found


def _types(annotation: Any) -> list[Any]:
    inner = get_args(annotation)
    if not inner or annotation is Annotated:
        return [annotation]
    return [t for part in inner for t in _types(part)]

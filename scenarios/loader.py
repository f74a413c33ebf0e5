"""Find, read and check the content of this folder: scenarios, lenses and parameters."""

from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeVar

from scenarios.problems import Problem, attempt, check, report
from scenarios.scenario import Portfolio, Scenario, late
from scenarios.schema import Lens, ParameterSpec, Record
from scenarios.yaml_source import Source, read_source
from simulator.errors import InputError, nearest

FOLDER = Path(__file__).parent
OTHER_FILES = frozenset(
    {
        "sources",
        "ladder",
        "calibration",
        "calibration_plan",
        "losses",
        "knockouts",
        "portfolios",
        "base_rates",
    }
)  # not scenarios
R = TypeVar("R", bound=Record)
N = TypeVar("N", Scenario, Lens)
Kind = Literal["scenarios", "lenses", "parameters"]


def read_yaml(path: str | Path) -> Any:
    """The data of one YAML file; raises InputError with file and line."""
    return read_source(Path(path)).data


@cache
def ids(kind: Kind) -> tuple[str, ...]:
    """Sorted ids of the shipped ``scenarios`` or ``lenses``, or symbols of ``parameters``."""
    if kind == "parameters":
        return tuple(spec.symbol for spec in load_parameters())
    if kind == "scenarios":
        return tuple(sorted({p.stem for p in FOLDER.glob("*.yaml")} - OTHER_FILES))
    if kind == "lenses":
        return tuple(sorted(p.stem for p in (FOLDER / "lenses").glob("*.yaml")))
    raise InputError(
        f"{kind!r} is not a kind", hint=nearest(kind, ("scenarios", "lenses", "parameters"))
    )


@cache
def load_parameters() -> tuple[ParameterSpec, ...]:
    """All parameters: the files of `parameters/` by name, each in its own order."""
    specs: list[ParameterSpec] = []
    for path in sorted((FOLDER / "parameters").glob("*.yaml")):
        elsewhere = {spec.symbol for spec in specs} | {spec.name for spec in specs}
        for spec in _parameters(read_source(path)):
            if {spec.symbol, spec.name} & elsewhere:
                raise InputError(
                    f"{spec.symbol!r} ({spec.name}) stands in another file as well",
                    where=str(path),
                    hint="keep all entries of one name in one file, each symbol once",
                )
            specs.append(spec)
    return tuple(specs)


@cache
def load_portfolios() -> tuple[Portfolio, ...]:
    """The policies that authors propose together, in the order of the file."""
    return _portfolios(read_source(FOLDER / "portfolios.yaml"))


def load_scenario(name: str) -> Scenario:
    """A shipped scenario by id, or a scenario file by its path (ends in .yaml)."""
    if _is_path(name):
        return _of_kind(name, Scenario)
    return _shipped_scenario(name)


def load_lens(name: str) -> Lens:
    """A shipped lens by id, or a lens file by its path (ends in .yaml)."""
    if _is_path(name):
        return _of_kind(name, Lens)
    return _shipped_lens(name)


def validate_file(
    path: str | Path,
) -> Scenario | Lens | tuple[ParameterSpec, ...] | tuple[Portfolio, ...]:
    """The checked content of a file whose kind is read off its fields.

    Raises InputError listing every problem as ``file:line: field: message``.
    """
    source = read_source(Path(path))
    if isinstance(source.data, list):
        grouped = any(isinstance(item, dict) and "members" in item for item in source.data)
        return _portfolios(source) if grouped else _parameters(source)
    if not isinstance(source.data, dict):
        raise InputError(
            "the file holds no fields with values",
            where=f"{source.path}:{source.line(())}",
            hint="start with the lines 'id: …' and 'title: …'",
        )
    shared = set(Scenario.model_fields) & set(Lens.model_fields)
    scores = {kind: len(set(source.data) & set(kind.model_fields)) for kind in (Scenario, Lens)}
    if not any(scores.values()):
        if set(source.data) & set(ParameterSpec.model_fields):
            raise InputError(
                "a parameter file is a list of entries",
                where=f"{source.path}:1",
                hint="start each entry with '- '",
            )
        raise InputError(
            "this looks like no scenario, lens or parameter file",
            where=f"{source.path}:1",
            hint=f"A scenario has {_names(Scenario, shared)}; a lens has {_names(Lens, shared)}.",
        )
    if scores[Lens] > scores[Scenario]:
        return _lens(source)
    return _scenario(source)


def _names(kind: type[Record], shared: set[str]) -> str:
    return ", ".join(name for name in kind.model_fields if name not in shared)


def _is_path(name: str) -> bool:
    return name.endswith((".yaml", ".yml"))


def _of_kind(name: str, kind: type[R]) -> R:
    content = validate_file(name)
    if not isinstance(content, kind):
        raise InputError(
            f"this file is not a {kind.__name__.lower()}",
            where=name,
            hint="give the path of another file",
        )
    return content


@cache
def _shipped_scenario(name: str) -> Scenario:
    return _named(_scenario(_source("scenarios", name)), name)


@cache
def _shipped_lens(name: str) -> Lens:
    return _named(_lens(_source("lenses", name)), name)


def _source(kind: Kind, name: str) -> Source:
    if name not in ids(kind):
        raise InputError(
            f"there is no {'scenario' if kind == 'scenarios' else 'lens'} {name[:80]!r}.",
            hint=nearest(name[:80], ids(kind)),
        )
    return read_source((FOLDER / "lenses" if kind == "lenses" else FOLDER) / f"{name}.yaml")


def _named(content: N, name: str) -> N:
    if content.id != name:
        raise InputError(f"the id {content.id!r} differs from the file name {name!r}")
    return content


def _scenario(source: Source) -> Scenario:
    """A scenario whose script fits its horizon, its mode and the parameters there are."""
    spec = check(Scenario, source)
    problems: list[Problem] = []
    for name, i, field in late(spec):
        text = f"the scenario ends after quarter {spec.quarters - 1}, so this never comes"
        problems.append((source.line((name, i, field)), f"{name}[{i}].{field}", text))
    for name in ("us_posture", "war"):
        begun: set[int] = set()
        for i, entry in enumerate(getattr(spec, name)):
            if entry.from_quarter in begun:
                text = f"two entries begin in quarter {entry.from_quarter}; keep one"
                problems.append((source.line((name, i)), f"{name}[{i}]", text))
            begun.add(entry.from_quarter)
    if spec.mode == "onset" and max(spec.levels.in_order) > 1:
        text = "an onset starts at levels 0 and 1; a start in crisis is 'forced'"
        problems.append((source.line(("mode",)), "mode", text))
    specs = {p.symbol: p for p in load_parameters()} if spec.parameters else {}
    for symbol, (low, high) in spec.parameters.items():
        line, place = source.line(("parameters", symbol)), f"parameters.{symbol}"
        if symbol not in specs:
            text = f"there is no parameter {symbol!r}. {nearest(symbol, specs)}"
            problems.append((line, place, text))
        elif low > high:
            problems.append((line, place, f"{low:g} is above {high:g}"))
        elif not (specs[symbol].range[0] <= low and high <= specs[symbol].range[1]):
            ends = "{:g}..{:g}".format(*specs[symbol].range)
            text = f"{low:g}..{high:g} leaves the allowed range {ends}"
            problems.append((line, place, text))
    if problems:
        raise report(source, problems)
    return spec


def _lens(source: Source) -> Lens:
    """A lens whose symbols exist, once each, with values in the range of the parameter."""
    lens = check(Lens, source)
    specs = {spec.symbol: spec for spec in load_parameters()}
    problems: list[Problem] = []
    seen: dict[str, int] = {}
    for i, cell in enumerate(lens.cells):
        place, line = f"cells[{i}].symbol", source.line(("cells", i, "symbol"))
        if cell.symbol not in specs:
            text = f"there is no parameter {cell.symbol!r}. {nearest(cell.symbol, specs)}"
            problems.append((line, place, text))
            continue
        if cell.symbol in seen:
            text = f"{cell.symbol!r} stands here a second time (first on line {seen[cell.symbol]})"
            problems.append((line, place, text))
        seen.setdefault(cell.symbol, line)
        low, high = specs[cell.symbol].range
        if cell.values is not None and not (low <= cell.values[0] and cell.values[1] <= high):
            line = source.line(("cells", i, "values"))
            text = f"{cell.values[0]:g}..{cell.values[1]:g} leaves the allowed range"
            problems.append((line, f"cells[{i}].values", f"{text} {low:g}..{high:g}"))
    others = ids("lenses")
    for i, name in enumerate(lens.draws_from):
        if name not in others:
            text = f"there is no lens {name!r}. {nearest(name, others)}"
            problems.append((source.line(("draws_from", i)), f"draws_from[{i}]", text))
    if problems:
        raise report(source, problems)
    return lens


def _portfolios(source: Source) -> tuple[Portfolio, ...]:
    """A list of portfolios with unique ids and no member twice."""
    problems: list[Problem] = []
    first: dict[str, int] = {}
    kept: list[Portfolio] = []
    for i in range(len(source.data)):
        portfolio, found = attempt(Portfolio, source, (i,))
        problems += found
        if portfolio is None:
            continue
        line = source.line((i, "id"))
        if portfolio.id in first:
            text = f"{portfolio.id!r} stands here a second time (first on line "
            problems.append((line, f"[{i}].id", f"{text}{first[portfolio.id]})"))
        first.setdefault(portfolio.id, line)
        for n, member in enumerate(portfolio.members):
            if member in portfolio.members[:n]:
                place = f"[{i}].members[{n}]"
                line = source.line((i, "members", n))
                problems.append((line, place, f"{member!r} is named twice"))
        kept.append(portfolio)
    if problems:
        raise report(source, problems)
    return tuple(kept)


def _parameters(source: Source) -> tuple[ParameterSpec, ...]:
    """A list of parameters with unique symbols; entries of one name fill parts of one axis."""
    if not isinstance(source.data, list):
        raise InputError(
            "a parameter file is a list of entries",
            where=f"{source.path}:1",
            hint="start each entry with '- '",
        )
    specs: list[ParameterSpec] = []
    problems: list[Problem] = []
    first: dict[str, int] = {}
    axes: dict[str, str | None] = {}
    taken: dict[tuple[str, str | int], int] = {}
    for i in range(len(source.data)):
        spec, found = attempt(ParameterSpec, source, (i,))
        problems += found
        if spec is None:
            continue
        line = source.line((i, "symbol"))
        if spec.symbol in first:
            text = f"{spec.symbol!r} stands here a second time (first on line {first[spec.symbol]})"
            problems.append((line, f"[{i}].symbol", text))
        first.setdefault(spec.symbol, line)
        axis = spec.fills.axis if spec.fills else None
        if spec.name in axes and (axis is None or axes[spec.name] != axis):
            text = f"{spec.name!r} is shared, so each of its entries fills part of the same axis"
            problems.append((source.line((i, "name")), f"[{i}].name", text))
        axes.setdefault(spec.name, axis)
        for member in spec.fills.members if spec.fills else ():
            if (spec.name, member) in taken:
                text = f"{member!r} is filled already on line {taken[spec.name, member]}"
                problems.append((source.line((i, "fills")), f"[{i}].fills", text))
            taken.setdefault((spec.name, member), source.line((i, "fills")))
        specs.append(spec)
    if problems:
        raise report(source, problems)
    return tuple(specs)

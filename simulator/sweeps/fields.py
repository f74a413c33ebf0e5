"""The fields of a study: what each may hold, checked against the content and told in words."""

from __future__ import annotations

from importlib import import_module
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo

from simulator import content, registry
from simulator.errors import InputError, nearest
from simulator.metrics import METRICS

MOST_RUNS = 10**9  # of one scenario, policy and lens


def _listed(value: Any) -> Any:
    return (
        (value,) if isinstance(value, str) else tuple(value) if isinstance(value, list) else value
    )


def _scenario(name: str) -> str:
    content.scene(name)
    return name


def _policy(name: str) -> str:
    content.policies(name)
    return "+".join(part.strip() for part in name.split("+"))


def _lens(name: str) -> str:
    content.lens(name)
    return name


def _lenses(value: Any) -> Any:
    return content.lens_ids() if value in ("all", ["all"], ("all",)) else _listed(value)


def _metric(name: str) -> str:
    if name not in METRICS:
        raise InputError(f"unknown metric {name!r}.", None, nearest(name, METRICS))
    return name


def _metrics(value: Any) -> Any:
    return tuple(METRICS) if value in (None, "all", ["all"], ("all",)) else _listed(value)


def _named(value: Any) -> Any:
    """Every range with its parameter's name, so that an error tells the field."""
    return {k: (k, v) for k, v in value.items()} if isinstance(value, dict) else value


def baseline() -> str:
    """The empty bundle of policies, with which all are compared."""
    return str(registry.package("policies").BASELINE)


def _together(names: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
    """The baseline first; every bundle must compile in every scenario."""
    base = baseline()
    for scenario in info.data.get("scenarios", ()):
        for name in names:
            try:
                content.program(scenario, bundle(name))
            except InputError as error:
                raise ValueError(f"{name}: {error.message} {error.hint or ''}".rstrip()) from error
    return (base, *(name for name in names if name != base))


def bundle(policy: str) -> tuple[str, ...]:
    """What the drivers play for a name that joins policies; the baseline adds nothing."""
    return tuple(p for p in policy.split("+") if p != baseline())


def _in_order(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(m for m in METRICS if m in names)


def _not_too_many(seeds: int, info: ValidationInfo) -> int:
    runs = seeds * info.data.get("samples", 1)
    if runs > MOST_RUNS:
        raise ValueError(
            f"samples × seeds is {runs:,}, more than {MOST_RUNS:,}. Ask for fewer of either."
        )
    return seeds


def _balanced(design: str, info: ValidationInfo) -> str:
    samples = info.data.get("samples", 1)
    if design == "sobol" and samples & (samples - 1):
        raise ValueError(
            f"samples is {samples:,}; a Sobol' design needs a power of two. "
            f"The next one is {1 << samples.bit_length():,}."
        )
    return design


def _symbols_once(
    parameters: dict[str, tuple[float, float]],
) -> dict[str, tuple[float, float]]:
    given: dict[str, str] = {}
    for key, ends in parameters.items():
        for symbol in content.overrides({key: ends}):
            if symbol in given:
                raise ValueError(f"{given[symbol]!r} and {key!r} both set {symbol}. Keep one.")
            given[symbol] = key
    return parameters


def _range(value: Any) -> tuple[float, float]:
    key, ends = value
    pair = ends if isinstance(ends, list | tuple) else (ends, ends)
    numbers = [x for x in pair if isinstance(x, int | float) and not isinstance(x, bool)]
    if len(numbers) == len(pair) == 2 and pair[0] > pair[1]:
        raise ValueError(
            f"the range is upside down: {pair[0]:g} is above {pair[1]:g}. "
            f"Write [{pair[1]:g}, {pair[0]:g}]."
        )
    try:
        content.overrides({key: ends})
    except InputError as error:
        raise ValueError(f"{error.message} {error.hint or ''}".rstrip()) from error
    return float(pair[0]) + 0.0, float(pair[1]) + 0.0


def _trajectories(value: Any) -> Any:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if value in ("none", "quantiles") or (number and 0.0 < value <= 1.0):
        return float(value) if number else value
    raise ValueError(
        f"{value!r} is not one of: none, quantiles, or the share of runs, above 0 and at most 1, "
        "whose whole paths are kept"
    )


def _thresholds(limits: dict[str, Any], info: ValidationInfo) -> dict[str, Any]:
    """Limits that the analysis can read, on metrics that the study keeps."""
    kept = info.data.get("metrics", tuple(METRICS))
    for metric in limits:
        if metric in METRICS and metric not in kept:
            raise ValueError(f"{metric!r} is not among the study's metrics. Add it there.")
    if limits:  # by name: how results are judged is no part of the model's version
        try:
            import_module("simulator.analysis.thresholds").Thresholds(limits)
        except InputError as error:
            named = (error.where or "").removeprefix("thresholds: ")
            raise ValueError(f"{named} {error.message} {error.hint or ''}".strip()) from error
    return limits


def _once(names: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
    if not names and info.field_name != "policies":
        raise ValueError("expected one or more names, found none")
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if twice:
        raise ValueError(f"{twice[0]!r} is named twice in {info.field_name}; name each once")
    return names


Count = Annotated[int, Field(ge=1, le=MOST_RUNS)]
Scenarios = Annotated[
    tuple[Annotated[str, AfterValidator(_scenario)], ...],
    BeforeValidator(_listed), AfterValidator(_once),
]  # fmt: skip
Policies = Annotated[
    tuple[Annotated[str, AfterValidator(_policy)], ...],
    BeforeValidator(_listed), AfterValidator(_once), AfterValidator(_together),
]  # fmt: skip
Lenses = Annotated[
    tuple[Annotated[str, AfterValidator(_lens)], ...],
    BeforeValidator(_lenses), AfterValidator(_once),
]  # fmt: skip
MetricNames = Annotated[
    tuple[Annotated[str, AfterValidator(_metric)], ...],
    BeforeValidator(_metrics), AfterValidator(_once), AfterValidator(_in_order),
]  # fmt: skip
Ranges = Annotated[
    dict[str, Annotated[Any, AfterValidator(_range)]],
    BeforeValidator(_named), AfterValidator(_symbols_once),
]  # fmt: skip
Thresholds = Annotated[dict[str, Any], AfterValidator(_thresholds)]
Seeds = Annotated[Count, AfterValidator(_not_too_many)]
Design = Annotated[Literal["lhs", "sobol", "random"], AfterValidator(_balanced)]
Trajectories = Annotated[Any, AfterValidator(_trajectories)]

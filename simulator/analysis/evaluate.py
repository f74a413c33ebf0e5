"""A model as a function of parameter values, called in one place that names what fails."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

import numpy as np
import pandas as pd

from simulator import content
from simulator.analysis.outcomes import Outcomes
from simulator.arrays import Floats
from simulator.errors import InputError, nearest
from simulator.futures import Prior
from simulator.trials import ends

Function = Callable[[pd.DataFrame], Any]
Ranges = Mapping[str, tuple[float, float] | Prior]
_SHOWN = 3


class FailedFutures(RuntimeError):
    """Some futures gave no finite output; `table` has their parameter values and outputs."""

    def __init__(self, message: str, table: pd.DataFrame) -> None:
        super().__init__(message)
        self.table = table


def extra(module: str) -> Any:
    """An optional library's module, or an error that names what to install."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what else it could use is no news here
            return import_module(module)
    except ModuleNotFoundError as error:
        raise InputError(
            f"{error.name} is not installed.", "analysis", 'pip install "two-theaters[analysis]"'
        ) from error


def evaluate(function: Function, values: pd.DataFrame) -> pd.DataFrame:
    """`function(values)` as one row per future and one column per output, all finite.

    `values` has one row per future and a column per parameter.  The function returns an array
    (futures,) or (futures, outputs), a Series, or a DataFrame.  Raises `FailedFutures` naming the
    futures with NaN or infinity, by number and parameter values.
    """
    found = function(values.copy())
    frame = found.copy() if isinstance(found, pd.DataFrame) else pd.DataFrame(np.asarray(found))
    if not isinstance(found, pd.DataFrame):
        names = ["output"] if frame.shape[1] == 1 else [f"output_{i}" for i in range(len(frame.T))]
        frame.columns = pd.Index(names)
    if len(frame) != len(values):
        raise ValueError(f"the function gave {len(frame)} outputs for {len(values)} futures.")
    frame = frame.astype(float).reset_index(drop=True)
    bad = np.flatnonzero(~np.isfinite(frame.to_numpy()).all(axis=1))
    if len(bad):
        raise failed(bad.tolist(), values, frame, "gave no finite output")
    return frame


def failed(
    which: Sequence[int], values: pd.DataFrame, outputs: pd.DataFrame | None, what: str
) -> FailedFutures:
    """The error about some futures of a design, with the values that lead there."""
    table = values.iloc[list(which)].reset_index(drop=True)
    if outputs is not None:
        gave = outputs.iloc[list(which)].reset_index(drop=True)
        twice = {c: f"{c} (output)" for c in gave if c in table}
        table = table.join(gave.rename(columns=twice))
    table.insert(0, "future", list(which))
    lines = []
    for row in table.head(_SHOWN).to_dict("records"):
        number = row.pop("future")
        lines.append(f"future {number}: " + ", ".join(f"{k}={v:.6g}" for k, v in row.items()))
    more = f"; and {len(table) - _SHOWN} more" if len(table) > _SHOWN else ""
    return FailedFutures(
        f"{len(table)} of {len(values)} futures {what}: {'; '.join(lines)}{more}.", table
    )


def priors(ranges: Ranges) -> dict[str, Prior]:
    """Ranges as distributions; a pair is uniform.  Refuses what is empty, upside down, infinite."""
    if not ranges:
        raise InputError("no parameter is named.", "ranges", "Give {parameter: (low, high)}.")
    out = {}
    for name, given in ranges.items():
        prior = given if isinstance(given, Prior) else _uniform(name, given)
        low, high = ends(prior)
        if not (math.isfinite(low) and math.isfinite(high) and low < high):
            hint = "Write (low, high) with low below high."
            raise InputError(f"({low}, {high}) is no range.", f"ranges: {name}", hint)
        out[name] = prior
    return out


def prior_ranges(symbols: Sequence[str] | None = None) -> dict[str, Prior]:
    """The priors of parameters by symbol; by default all that lenses contest."""
    known = {p.symbol: p.prior for p in content.parameters()}
    contested = list(content.lens("neutral").ledger)
    for symbol in symbols or ():
        if symbol not in known:
            raise InputError(f"unknown parameter {symbol!r}.", "parameters", nearest(symbol, known))
    chosen = contested if symbols is None else symbols
    free = {s: known[s] for s in chosen}
    return {s: prior for s, prior in free.items() if ends(prior)[0] < ends(prior)[1]}


def lens_ranges(*lenses: str, symbols: Sequence[str] | None = None) -> dict[str, Prior]:
    """The narrowest range that holds what all of some lenses believe, by contested symbol; what
    one is silent on keeps its prior.  What they hold alike as one number is left out."""
    wide = {p.symbol: p.prior for p in content.parameters()}
    out = {}
    for symbol in prior_ranges(symbols):
        held = [content.lens(name).ranges.get(symbol, wide[symbol]) for name in lenses]
        low, high = min(ends(p)[0] for p in held), max(ends(p)[1] for p in held)
        if low < high:
            out[symbol] = Prior("uniform", (low, high))
    return out


def values_of(outcomes: Outcomes, parameters: Sequence[str] | None = None) -> pd.DataFrame:
    """Parameter values of the futures of a sweep as floats, those that vary."""
    if not outcomes.parameters:
        raise InputError(
            "the futures carry no parameter values.", "futures",
            "Pass futures= to Outcomes.from_frame: one row per future.",
        )  # fmt: skip
    for name in parameters or ():
        if name not in outcomes.parameters:
            hint = nearest(name, outcomes.parameters)
            raise InputError(f"unknown parameter {name!r}.", "parameters", hint)
    table = outcomes.futures[list(parameters or outcomes.parameters)].astype(float)
    varies = table.nunique() > 1
    if not varies.any():
        raise InputError("no parameter varies over the futures.", "futures")
    return table.loc[:, varies]


def _uniform(name: str, given: Any) -> Prior:
    pair: tuple[Any, ...] = tuple(given) if isinstance(given, list | tuple) else ()
    number = all(isinstance(v, int | float | np.number) and not isinstance(v, bool) for v in pair)
    if len(pair) != 2 or not number:
        hint = "Write (low, high) with low below high."
        raise InputError(f"{given!r} is no range.", f"ranges: {name}", hint)
    return Prior("uniform", (float(pair[0]), float(pair[1])))


def scaled(u: Floats, chosen: Mapping[str, Prior]) -> pd.DataFrame:
    """Points of the unit cube as parameter values, by inversion of each distribution."""
    inside = np.clip(u, 0.0, 1.0 - 1e-12)
    return pd.DataFrame({n: p.sample(inside[:, i]) for i, (n, p) in enumerate(chosen.items())})

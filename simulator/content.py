"""Turns content files into the arrays the engine plays with; cached, read once per process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from simulator import registry
from simulator.arrays import Floats, read_only
from simulator.contracts import Policy
from simulator.errors import InputError, nearest
from simulator.futures import AXES, Calibration, Lens, Parameter, Prior
from simulator.ladder import Ladder, build_ladder
from simulator.program import Program, compile_program
from simulator.scene import Scene
from simulator.world import THEATERS, World, build_world

REST = "rest"


@cache
def world() -> World:
    """All actors with their traits, guarantees and disputes."""
    tables = registry.package("agents") and _module("agents.traits")
    return build_world(
        tables.load_actors(), tables.load_traits(), tables.load_guarantees(),
        tables.load_disputes(), _module("agents.elections").calendar, tables.traits_hash(),
    )  # fmt: skip


@cache
def shared() -> dict[str, Any]:
    """The content that every scenario shares, as read from its file (rungs, forums, profiles)."""
    data: dict[str, Any] = _loader().read_yaml(folder() / "ladder.yaml")
    return data


def folder() -> Path:
    """Where the content files of the scenarios package stand."""
    return Path(_loader().FOLDER)


@cache
def plan() -> dict[str, Any]:
    """Targets and settings of the calibration."""
    data: dict[str, Any] = _loader().read_yaml(folder() / "calibration_plan.yaml")
    return data


@cache
def ladder() -> Ladder:
    """Ladder, forums, issues and stances as arrays."""
    return build_ladder(shared(), world())


@cache
def loss_coefficients() -> Floats:
    """Loss coefficients by theater and level, (theaters, levels, coefficients), fitted to
    published figures (`python -m simulator.calibrate losses`)."""
    fitted = _loader().read_yaml(folder() / "losses.yaml")["coefficients"]
    return read_only(np.array([fitted[k] for k in THEATERS], dtype=float))


@cache
def parameters() -> tuple[Parameter, ...]:
    """The parameter table, with the places that each entry fills on its axis."""
    specs, found = _loader().load_parameters(), []
    taken: dict[str, set[int]] = {}
    for spec in specs:
        axis: str | None = None
        places: tuple[int, ...] = ()
        if spec.fills is not None:
            axis = spec.fills.axis
            places = _places(axis, spec.fills.members, taken.setdefault(spec.name, set()))
        prior = Prior(spec.prior.kind, tuple(spec.prior.args))
        if spec.frozen:
            prior = Prior("fixed", (prior.middle(),))
        found.append(Parameter(spec.name, spec.symbol, prior, axis, places))
    return tuple(found)


def priors() -> dict[str, Prior]:
    """The prior of every parameter by symbol, as its file gives it; a frozen one's too."""
    return {s.symbol: Prior(s.prior.kind, tuple(s.prior.args)) for s in _loader().load_parameters()}


def _places(axis: str, members: Sequence[Any], taken: set[int]) -> tuple[int, ...]:
    known = world().actors if axis == "actors" else AXES[axis]
    if tuple(members) == (REST,):
        return tuple(i for i in range(len(known)) if i not in taken)
    places = tuple(known.index(m) for m in members)
    taken.update(places)
    return places


@cache
def lens(name: str) -> Lens:
    """A lens by id: its ranges for the contested symbols, or the authors it mixes."""
    spec = _loader().load_lens(name)
    ledger = {p.symbol: p.contested for p in _loader().load_parameters() if p.contested}
    if spec.draws_from:
        return Lens(spec.id, {}, ledger, tuple(lens(a) for a in spec.draws_from))
    cells = {c.symbol: c.values for c in spec.cells if not c.silent and c.values is not None}
    return Lens(spec.id, {s: Prior("uniform", tuple(v)) for s, v in cells.items()}, ledger)


def lens_ids() -> tuple[str, ...]:
    """Ids of all lenses."""
    found: tuple[str, ...] = _loader().ids("lenses")
    return found


@cache
def calibration(name: str) -> Calibration:
    """A lens's intercepts from `calibration.yaml`; neutral ones if it has not been fitted."""
    path = folder() / "calibration.yaml"
    fitted = _loader().read_yaml(path)["lenses"] if path.exists() else {}
    if name not in fitted:
        ones = np.ones(len(THEATERS))
        return Calibration(ones, ones, 0.0, np.zeros(len(THEATERS)))
    row = fitted[name]
    columns = {
        key: np.array([row[key][k] for k in THEATERS], dtype=float)
        for key in ("prize", "trigger", "incidents")
    }
    return Calibration(engagement=float(row["engagement"]), **columns)


def scene(name: str, quarters: int | None = None) -> Scene:
    """A scenario's start levels, trigger multipliers and script over its horizon."""
    spec = _loader().load_scenario(name)
    horizon = spec.quarters if quarters is None else quarters
    rates = np.ones((horizon, len(THEATERS)))
    for trigger in spec.triggers:
        rates[_span(trigger), THEATERS.index(trigger.theater)] *= trigger.times
    free = np.full(horizon, np.nan)
    posture, other, war, chance = free.copy(), free.copy(), free.copy(), np.ones(horizon)
    codes = _module("scenarios.scenario")
    for entry in sorted(spec.us_posture, key=lambda e: e.from_quarter):
        posture[_span(entry)] = codes.POSTURES.index(entry.posture)
        chance[_span(entry)] = entry.chance
        other[_span(entry)] = codes.POSTURES.index(entry.otherwise) if entry.otherwise else np.nan
    for entry in sorted(spec.war, key=lambda e: e.from_quarter):
        war[_span(entry)] = codes.WARS.index(entry.state)
    levels = np.array(spec.levels.in_order, dtype=float)
    return Scene(spec.id, levels, rates, horizon, posture, war, chance, other)


def _span(entry: Any) -> slice:
    """The quarters of an entry of a script; to the end if it gives no length."""
    last = None if entry.quarters is None else entry.from_quarter + entry.quarters
    return slice(entry.from_quarter, last)


@cache
def portfolios() -> dict[str, Any]:
    """Policies that authors propose together: id, title, sources and members, by id."""
    return {p.id: p for p in _loader().load_portfolios()}


def policies(name: str) -> tuple[Policy, ...]:
    """The policies that a name joins with `+`; a portfolio stands for its members."""
    found: dict[str, Policy] = {}
    for part in (part.strip() for part in name.split("+")):
        known = (*registry.policies(), *portfolios())
        if part not in known and not part.endswith(registry.FILE):
            raise InputError(f"unknown policy {part!r}.", None, nearest(part, known))
        members = portfolios()[part].members if part in portfolios() else (part,)
        found |= {one: registry.policy(one) for one in members}
    return tuple(found.values())


def program(scenario: str, names: Sequence[str], static: bool = False) -> Program:
    """The policies asked for, and those the scenario brings itself, compiled.

    Names join policies and portfolios with `+`; portfolios may share members.  What a scenario
    brings gives way to the same policy, and, if it says so, to one that asks the same forum on the
    same issue.  What the leadership may table by itself stands beside them in every scenario.
    `static` takes the triggers out of the policies asked for.
    """
    parts = [part.strip() for name in names for part in name.split("+")]
    if len(set(parts)) < len(parts):
        raise InputError("the same policy is named twice.", "policies", "Name each once.")
    chosen = {p.id: p for part in parts for p in policies(part)}
    if static:
        chosen = {name: p.static() for name, p in chosen.items()}
    asked = {(a.forum, a.issue) for p in chosen.values() for a in p.asks}
    for item in _loader().load_scenario(scenario).table:
        brought = registry.policy(item.policy)
        same = item.unless is not None and asked & {(a.forum, a.issue) for a in brought.asks}
        if item.policy not in chosen and not same:
            chosen[item.policy] = replace(
                brought.postponed(item.quarter), by_leadership=item.by == "leadership"
            )
    own = shared()["leadership"]
    if own not in chosen:
        chosen[own] = replace(registry.policy(own), by_leadership=True)
    return compile_program(list(chosen.values()), world(), ladder().texts)


def overrides(values: Mapping[str, Any] | None, scenario: str | None = None) -> dict[str, Prior]:
    """Parameter overrides by symbol or name: a number, or a (low, high) range sampled evenly.

    What a scenario narrows itself comes first; the user's values win over it.
    """
    own = _loader().load_scenario(scenario).parameters if scenario is not None else {}
    return _priors(own) | _priors(values or {})


def _priors(values: Mapping[str, Any]) -> dict[str, Prior]:
    specs = {s.symbol: s for s in _loader().load_parameters()} if values else {}
    by_name: dict[str, list[str]] = {}
    for spec in specs.values():
        by_name.setdefault(spec.name, []).append(spec.symbol)
    out: dict[str, Prior] = {}
    for key, value in values.items():
        if key not in specs and key not in by_name:
            raise InputError(
                f"unknown parameter {key!r}.", "parameters", nearest(key, [*specs, *by_name])
            )
        for symbol in [key] if key in specs else by_name[key]:
            out[symbol] = _override(symbol, value, specs[symbol].range)
    return out


def _override(symbol: str, value: Any, allowed: tuple[float, float]) -> Prior:
    ends = tuple(value) if isinstance(value, list | tuple) else (value, value)
    number = all(isinstance(v, int | float) and not isinstance(v, bool) for v in ends)
    if len(ends) != 2 or not number or not allowed[0] <= ends[0] <= ends[1] <= allowed[1]:
        raise InputError(
            f"{value!r} is no number and no (low, high) range in {allowed[0]} .. {allowed[1]}.",
            f"parameters: {symbol}",
        )
    return Prior("uniform", (float(ends[0]), float(ends[1])))


def _loader() -> Any:
    registry.package("scenarios")
    return _module("scenarios.loader")


def _module(name: str) -> Any:
    import importlib

    return importlib.import_module(name)

"""Numbers of a memo in words: no effect without its error, none claimed that luck could make."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from simulator import registry
from simulator.figures.words import amount, change, listed, metric_of, policy_title, scale
from simulator.memo.noise import Effect
from simulator.memo.robust import Pairs

NOISE = "no difference that the noise would not make"
SAME = "the same in every run"
WORD = {1.0: "better", -1.0: "worse"}


def size(metric: str, value: float, se: float) -> str:
    """A difference with its standard error: `−3 in 100, s.e. 1`."""
    return f"{change(metric_of(metric), value, se)}, s.e. {error(metric, se)}"


def effect(metric: str, e: Effect) -> str:
    """The same of an effect."""
    return size(metric, e.mean, e.se)


def error(metric: str, se: float) -> str:
    """A standard error in the unit in which the metric is shown."""
    if np.isnan(se):
        return "unknown"
    return f"{float(f'{scale(metric_of(metric))[0] * se:.1g}'):,.10f}".rstrip("0").rstrip(".")


def level(metric: str, value: float) -> str:
    """A level, as `about 8 in 100`."""
    told = amount(metric_of(metric), value)
    return f"about {told}" if metric_of(metric).unit == "probability" else told


def against(found: Pairs, p: int, q: int, many: bool = False) -> str:
    """How p does against q, lens by lens: only what is clear counts as better or worse.

    With `many`, lenses of one sign are told by their smallest and largest effect.
    """
    lenses = range(len(found.lenses))
    if all(found.effects[p, q, v].same for v in lenses):
        return SAME
    told = []
    for sign, word in WORD.items():
        where = [v for v in lenses if found.clear[p, q, v] == sign]
        if not where:
            continue
        each = [f"{found.lenses[v]} ({effect(found.metric, found.effects[p, q, v])})"
                for v in where]  # fmt: skip
        if many and len(where) > 2:
            ends = sorted(where, key=lambda v: abs(found.effects[p, q, v].mean))
            spread = [effect(found.metric, found.effects[p, q, v]) for v in (ends[0], ends[-1])]
            all_of = "every lens" if len(where) == len(lenses) else listed(
                [found.lenses[v] for v in where]
            )  # fmt: skip
            each = [f"{all_of} ({spread[0]} to {spread[1]})"]
        told.append(f"{word} under {listed(each)}")
    return "; ".join(told) or NOISE


def titles(found: Pairs, numbers: Sequence[int]) -> str:
    """Policies by title."""
    return listed([policy_title(found.policies[p]) for p in numbers])


def count(number: int, noun: str, plural: str = "") -> str:
    """`1 lens`, `3 lenses`."""
    many = plural or f"{noun}s"
    return f"{number:,} {noun if number == 1 else many}"


@cache
def beliefs() -> dict[str, dict[str, Any]]:
    """The contested beliefs by id: what each is about, what its low and high ends say."""
    return {entry["id"]: entry for entry in _ledger("evidence").get("parameters", [])}


@cache
def _sides() -> dict[str, tuple[str, bool]]:
    """The belief that each symbol belongs to, and whether more of the one is more of the other."""
    out: dict[str, tuple[str, bool]] = {}
    for belief, entry in _ledger("crosswalk").get("parameters", {}).items():
        symbols = entry.get("sets", [])
        ways = [way.strip() for way in str(entry.get("dir", "")).split(",")]
        ways = ways * len(symbols) if len(ways) == 1 else ways
        out |= {s: (belief, way == "+") for s, way in zip(symbols, ways, strict=False)}
    return out


def _ledger(name: str) -> Any:
    loader = import_module(f"{registry.package('scenarios').__name__}.loader")
    path = Path(loader.FOLDER) / "ledger" / f"{name}.yaml"
    return loader.read_yaml(path) if path.exists() else {}


@cache
def parameters() -> dict[str, dict[str, Any]]:
    """Meaning, unit and belief of every parameter, by symbol."""
    from simulator import catalogue

    return {row["id"]: row for row in catalogue.rows("parameters")}


def meaning(symbol: str) -> str:
    """What a parameter or belief says, in words of the tables; the id itself if it is unknown."""
    if symbol in beliefs():
        return str(beliefs()[symbol]["what"])
    title = str(parameters().get(symbol, {}).get("title", symbol)).strip().rstrip(".")
    return title[:1].lower() + title[1:] if title[1:2].islower() else title


def belief(symbol: str) -> str:
    """What the belief that sets a parameter is about, or else what the parameter says."""
    return meaning(_sides().get(symbol, (symbol, True))[0])


def side(symbol: str, high: bool) -> str:
    """What an author says at one end of the belief that sets a parameter, in quotes, if known."""
    belief, upwards = _sides().get(symbol, ("", True))
    text = str(beliefs().get(belief, {}).get("high" if high == upwards else "low", ""))
    return f" (“{text}”)" if text else ""


def number(value: float) -> str:
    """A parameter's value, two significant figures."""
    return f"{float(f'{value:.2g}'):,.10f}".rstrip("0").rstrip(".").replace("-", "−")

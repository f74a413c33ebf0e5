"""The closed vocabulary of levers, read from `levers.yaml` (names, ranges, costs, readers)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

PATH = Path(__file__).with_name("levers.yaml")


@dataclass(frozen=True)
class Lever:
    """One lever: `range` in `unit`; costs at 1: `money` $bn/yr, `pct_gdp`, `capital` pp."""

    name: str
    symbol: str
    meaning: str
    unit: str
    range: tuple[float, float]
    theater: bool
    compose: str
    money: float
    capital: float
    attention: float
    footprint: str
    read_by: list[str]
    pct_gdp: float = 0.0


def load_levers() -> dict[str, Lever]:
    """All levers by name, in the order of the file."""
    entries = yaml.safe_load(PATH.read_text(encoding="utf-8"))
    return {
        name: Lever(name=name, **{**entry, "range": tuple(entry["range"])})
        for name, entry in entries.items()
    }


LEVERS = load_levers()

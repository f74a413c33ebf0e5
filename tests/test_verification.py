"""The registry of model.md 7: every V1 .. V57 has a test named after it, or an excuse."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

TESTS = Path(__file__).parent
NUMBERS = {f"V{n}" for n in range(1, 58)}


def named() -> set[str]:
    """The numbers that test functions are named after (`test_v07_...`)."""
    text = "\n".join(p.read_text(encoding="utf-8") for p in TESTS.rglob("test_*.py"))
    return {f"V{int(n)}" for n in re.findall(r"^def test_v(\d+)_", text, re.M)}


def excused() -> dict[str, str]:
    return yaml.safe_load((TESTS / "verification.yaml").read_text(encoding="utf-8")) or {}


def test_the_specification_has_these_numbers() -> None:
    section = (TESTS.parent / "docs" / "model.md").read_text(encoding="utf-8").split("\n## 7.")[1]
    told = set(re.findall(r"\bV\d+\b", section.split("\n## 8.")[0]))
    assert NUMBERS == told


def test_every_number_is_tested_or_excused() -> None:
    missing = NUMBERS - named() - set(excused())
    assert [] == sorted(missing, key=lambda v: int(v[1:]))


def test_excuses_are_reasons_and_are_needed() -> None:
    assert set() == set(excused()) & named()
    assert all(len(why) > 10 or why.startswith("as V") for why in excused().values())
    assert set(excused()) <= NUMBERS

"""Words that must not drift from what they describe."""

from __future__ import annotations

import re
from pathlib import Path

import simulator as ts
from scenarios import build_lenses

ROOT = Path(__file__).parent.parent


def test_the_limits_are_told_in_one_voice() -> None:
    told = (ROOT / "simulator" / "limits.txt").read_text(encoding="utf-8").splitlines()
    page = (ROOT / "docs" / "limits.md").read_text(encoding="utf-8").split("##")[0]
    assert told == [line.removeprefix("- ") for line in page.splitlines() if line.startswith("- ")]


def test_generated_pages_are_current() -> None:
    assert build_lenses.main(["--check"]) == 0


def test_the_readme_example_is_a_policy() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    code = next(c for c in re.findall(r"```python\n(.*?)```", text, re.S) if "Policy(" in c)
    made: dict[str, object] = {}
    exec(compile(code, "README.md", "exec"), made)
    assert made["policy"].id == "tokyo-liaison-office"


def test_every_mechanism_named_by_a_parameter_or_lever_is_explained() -> None:
    model = (ROOT / "docs" / "model.md").read_text(encoding="utf-8")
    named = set(ts.catalog("parameters")["mechanism"])
    assert all(f"### {m} " in model for m in named)

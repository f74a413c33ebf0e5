"""The analyst's guide and its study keep to what the code offers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import simulator as ts
from simulator import analysis
from simulator.analysis.measures import MEASURES
from simulator.sweeps import layout

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "docs" / "analysis.md").read_text(encoding="utf-8")
STUDY = ROOT / "docs" / "studies" / "twenty_policies.yaml"


def test_the_study_of_the_first_ten_minutes_is_twenty_policies_by_all_lenses() -> None:
    study = ts.Study.load(STUDY)
    lenses = tuple(ts.catalog("lenses")["id"])
    assert (21, 7) == (len(study.policies), len(study.lenses))
    assert lenses == study.lenses
    plan = layout.plan(study)
    minutes = plan.runs * study.horizon("summit-cycle") / 40 * 0.007 / 2 / 60
    assert minutes < 4.0


def test_every_field_of_a_study_is_told() -> None:
    table = GUIDE.split("## A study")[1].split("##")[0]
    told = set(re.findall(r"^\| `(\w+)` \|", table, flags=re.MULTILINE))
    assert set(ts.Study.model_fields) == told


@pytest.mark.parametrize("name", [*MEASURES, *analysis.charts.__all__])
def test_every_measure_and_chart_is_told(name: str) -> None:
    assert f"`{name}`" in GUIDE


def test_what_the_guide_calls_is_there() -> None:
    table = GUIDE.split("## Measures")[1].split("##")[0]
    first = re.findall(r"^\| (`[^|]+) \|", table, flags=re.MULTILINE)
    called = [n for cell in first for n in re.findall(r"`(\w+)`", cell)]
    assert set(called) <= set(analysis.__all__)
    assert len(called) > 15


def test_commands_of_the_guide_exist() -> None:
    from simulator.cli import app

    known = {c.name or c.callback.__name__.strip("_") for c in app.registered_commands}
    assert set(re.findall(r"wargame (\w+)", GUIDE)) <= known

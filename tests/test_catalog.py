"""The catalog: every thing of every kind, with id, title, sources and units."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import simulator as ts
from simulator import catalogue, registry
from simulator.commands import show
from simulator.errors import InputError
from simulator.vocabulary import LEVERS

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("kind", catalogue.KINDS)
def test_every_kind_has_ids_titles_and_sources(kind: str) -> None:
    table = ts.catalog(kind)
    assert isinstance(table, pd.DataFrame)
    assert ["id", "title", "sources"] == list(table.columns[:3])
    assert table["id"].is_unique
    assert table["title"].str.strip().ne("").all()
    assert all(isinstance(s, list) and s and all(s) for s in table["sources"])


@pytest.mark.parametrize("kind", catalogue.KINDS)
def test_rows_are_plain_values(kind: str) -> None:
    rows = catalogue.rows(kind)
    assert rows == json.loads(json.dumps(rows, allow_nan=False))


def test_the_catalog_holds_what_the_files_hold() -> None:
    assert list(registry.policies()) == list(ts.catalog("policies")["id"])
    assert list(LEVERS) == list(ts.catalog("levers")["id"])
    with (ROOT / "agents" / "actors.csv").open(encoding="utf-8", newline="") as file:
        actors = [row["iso3"] for row in csv.DictReader(file)]
    assert actors == list(ts.catalog("actors")["id"])
    lenses = {path.stem for path in (ROOT / "scenarios" / "lenses").glob("*.yaml")}
    assert lenses == set(ts.catalog("lenses")["id"])


def test_numbers_have_units_and_ranges() -> None:
    for kind in ("metrics", "parameters", "levers"):
        assert ts.catalog(kind)["unit"].str.strip().ne("").all()
    for kind in ("parameters", "levers"):
        table = ts.catalog(kind)
        assert (table["low"] < table["high"]).all()
    assert {"-", "+", "context"} == set(ts.catalog("metrics")["direction"])


def test_policies_name_documents_that_exist() -> None:
    known = catalogue.documents()
    for row in catalogue.rows("policies"):
        assert [] == [s for s in row["sources"] if s.split()[0].rstrip(":") not in known]


def test_an_unknown_kind_says_which_was_meant() -> None:
    with pytest.raises(InputError, match=r"'polices'.*Did you mean 'policies'"):
        ts.catalog("polices")


def test_things_are_found_by_id_by_name_and_by_ledger_id() -> None:
    assert [("actors", "JPN")] == [(kind, row["id"]) for kind, row in catalogue.find("japan")]
    ledger = [row["id"] for _, row in catalogue.find("mx_encirclement_fear")]
    assert ["encirclement_fear"] == ledger
    named = {row["id"] for _, row in catalogue.find("attribution")}
    assert {"psi_CN", "psi_RU", "psi_KP", "psi_W"} == named


def test_the_catalog_function_survives_the_import_of_its_module() -> None:
    code = "import simulator as ts, simulator.catalogue; print(len(ts.catalog('levers')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert (0, f"{len(LEVERS)}\n") == (done.returncode, done.stdout), done.stderr


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("tokyo-liaison-office", ["asks", "USA", "visibility", "bn USD a year", "mli para 15"]),
        ("status-quo-ip4-track", ["No lever moves", "needs no forum"]),
        ("korea-brinkmanship", ["lethal local clash", "3 times as often", "mli para 21"]),
        ("cfr", ["psi_CN", "log-odds", "cfr para 13", "both readers agree"]),
        ("mixed", ["mixes", "reeves"]),
        ("JPN", ["gdp_usd_bn", "USD bn", "World Bank", "Guarantees", "Disputes"]),
        ("war_any", ["probability", "less is better", "level 5"]),
        ("psi_CN", ["triangular", "0 .. 1.5", "model.md 4 row 14", "reeves"]),
        ("commitment", ["0..1", "public promise", "M9", "political capital"]),
    ],
)
def test_cards_tell_units_and_sources(name: str, told: list[str]) -> None:
    card = show.card(name)
    assert [] == [words for words in told if words not in card]


def test_lines_of_cards_fit_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    for kind in catalogue.KINDS:
        rows = catalogue.rows(kind)
        for name in (rows[0]["id"], rows[-1]["id"]):
            assert max(map(len, show.card(name).splitlines())) <= 100, name


def test_a_portfolio_shows_each_of_its_policies() -> None:
    card = show.card("tokyo-liaison-office+lower-public-profile")
    assert "tokyo-liaison-office (policy)" in card
    assert "lower-public-profile (policy)" in card

"""The actor tables: complete, sourced, in range, regenerated, and clear about what is wrong."""

import ast
import csv
import math
import pathlib
import re
import shutil

import pandas as pd
import pytest
import yaml

from agents import build_traits, coding, traits
from agents.coding import DATA, ESSAYS, actor_ids, countries, number, rows
from simulator.errors import InputError

LADDER = build_traits.FOLDER.parent / "scenarios" / "ladder.yaml"
THEATERS = ("europe", "taiwan", "korea", "south_china_sea")
FILES = ("actors.csv", "traits.csv", "guarantees.csv", "disputes.csv", "patrons.csv")


@pytest.fixture(scope="module")
def cells() -> pd.DataFrame:
    return traits.load_traits()


@pytest.fixture(scope="module")
def wide(cells: pd.DataFrame) -> pd.DataFrame:
    return cells.pivot(index="actor", columns="trait", values="value")


def test_actors_are_the_rows_of_countries_in_order() -> None:
    actors = traits.load_actors()
    assert tuple(actors["iso3"]) == actor_ids()
    assert actor_ids()[:53] == tuple(countries())
    assert {flag: int(actors[flag].sum()) for flag in traits.FLAGS} == {
        "nato": 32, "eu": 27, "ip4": 4, "asean": 10, "distant_stakes": 30, "unsc": 15,
        "permanent": 5,
    }  # fmt: skip
    assert set(actors["kind"]) == set(traits.CHOICES["kind"])
    assert actors["side"].value_counts().to_dict() == {"west": 37, "other": 27, "red": 3}


def test_voters_have_a_vote_and_neither_forces_nor_a_double_counted_economy(
    wide: pd.DataFrame,
) -> None:
    actors = traits.load_actors().set_index("iso3")
    voters = actors[actors["kind"] == "voter"]
    assert list(voters.index) == list(actors.index[53:])
    assert (voters["eu"] + voters["unsc"] == 1).all()
    assert (voters["side"] == "other").all()
    assert wide.loc[voters.index, "milex_usd_bn"].sum() == 0
    assert (wide["gdp_usd_bn"] > 0).all()
    # the four EU members leave the rest of the world; trade.csv holds the world's output
    world = sum(float(row["gdp_usd_bn_2023"]) for row in rows("trade.csv"))
    rest = yaml.safe_load((LADDER).read_text(encoding="utf-8"))["rest_of_world"]
    assert wide["gdp_usd_bn"].sum() + rest["gdp_usd_bn"] == pytest.approx(world, abs=1)
    flows = sum(
        float(row[f"{way}_china_usd_bn"])
        for row in rows("trade.csv") if row["iso3"] != "CHN"
        for way in ("exports_to", "imports_from")
    )  # fmt: skip
    others = wide["china_trade_usd_bn"].sum() - wide.china_trade_usd_bn["CHN"]
    assert others == pytest.approx(wide.china_trade_usd_bn["CHN"])
    assert others + rest["trade"] * rest["gdp_usd_bn"] == pytest.approx(flows, rel=1e-3)


def test_every_actor_has_every_trait_once(cells: pd.DataFrame) -> None:
    wanted = {row["trait"] for row in rows("trait_list.csv")}
    assert len(cells) == len(actor_ids()) * len(wanted)
    assert set(cells["trait"]) == wanted


def test_every_cell_is_sourced_and_its_basis_agrees(cells: pd.DataFrame) -> None:
    for cell in cells.itertuples():
        name = f"{cell.actor} {cell.trait}: {cell.source}"
        if cell.basis == "judgement":
            assert "judgement" in cell.source, name
        elif cell.basis == "ledger":
            assert cell.source.split()[0] in ESSAYS, name
            assert "para" in cell.source, name
        elif cell.basis == "data":
            file = cell.source.split()[0]
            assert (DATA / file).exists() or file == "V-Dem", name


def test_data_columns_named_in_sources_exist(cells: pd.DataFrame) -> None:
    columns = {file: set(rows(file)[0]) for file in ("countries.csv", "trade.csv", "forces.csv")}
    for source in cells.loc[cells["basis"] == "data", "source"].unique():
        file, *words = source.split()
        if file in columns and "location_share" not in words and words[0] != "structure":
            assert any(column.startswith(words[0]) for column in columns[file]), source


def test_disputes_named_in_sources_exist(cells: pd.DataFrame) -> None:
    ids = {row["id"] for row in rows("disputes.csv")}
    named = cells["source"].str.findall(r"\bD\d\d\b").explode().dropna()
    assert set(named) <= ids


def test_low_confidence_judgements_of_level_have_a_range(cells: pd.DataFrame) -> None:
    level = cells[(cells["unit"] == "level") & (cells["confidence"] == "low")]
    stuck = level[(level["low"] == level["high"]) & level["value"].between(0.05, 0.95)]
    assert stuck[["actor", "trait"]].to_numpy().tolist() == []


def test_stakes_sum_to_one_and_locations_to_at_most_one(wide: pd.DataFrame) -> None:
    assert (wide[[f"stake_{k}" for k in THEATERS]].sum(axis=1).round(6) == 1).all()
    assert (wide[[f"location_{k}" for k in THEATERS]].sum(axis=1) <= 1).all()
    shares = wide[["land_share", "naval_air_share", "missile_share"]].sum(axis=1).round(6)
    unarmed = ["ISL", *coding.voters()]
    assert set(shares.drop(unarmed)) == {1}
    assert set(shares[unarmed]) == {0}


def test_one_challenger_and_somebody_in_front_in_each_theater(wide: pd.DataFrame) -> None:
    who = {k: set(wide.index[wide[f"claims_{k}"] == 1]) for k in THEATERS}
    assert who == {
        "europe": {"RUS"}, "taiwan": {"CHN"}, "korea": {"PRK"}, "south_china_sea": {"CHN"},
    }  # fmt: skip
    front = {k: set(wide.index[wide[f"frontline_{k}"] == 1]) for k in THEATERS}
    assert front == {
        "europe": {"EST", "FIN", "LTU", "LVA", "NOR", "POL"},
        "taiwan": {"TWN"}, "korea": {"KOR"}, "south_china_sea": {"PHL"},
    }  # fmt: skip


def test_blank_shares_are_sampled_and_never_zero(cells: pd.DataFrame) -> None:
    chi = cells[cells["trait"] == "trade_dependence"].set_index("actor")
    blank = [
        iso3
        for iso3, row in countries().items()
        for stem, fallback in (
            ("exports_to_china", "exports_to_china_recall_pct"),
            ("imports_from_china", "imports_from_china_share_pct"),
        )
        if number(row[f"{stem}_share_pct"]) is None
        and number(row[fallback]) is None
        and number(row[f"{stem}_upper_bound_pct"]) is not None
    ]
    assert {"FRA", "BGR", "GRC", "SVK"} <= set(blank)
    for iso3 in blank:
        assert 0 <= chi.low[iso3] < chi.value[iso3] < chi.high[iso3], iso3
        assert chi.confidence[iso3] == "low"


def test_trade_dependence_by_hand(cells: pd.DataFrame) -> None:
    chi = cells[cells["trait"] == "trade_dependence"].set_index("actor")
    # Germany sells 7 and buys 12 per cent: (7 + 12) / 2 over 25
    assert chi.value["DEU"] == pytest.approx(0.38)
    # Bulgaria: exports below 5.5 (filled with 1.5), imports below 6.5 (half is 3.25)
    assert chi.value["BGR"] == pytest.approx((1.5 + 3.25) / 2 / 25, abs=1e-4)
    assert chi.high["BGR"] == pytest.approx((5.5 + 6.5) / 2 / 25, abs=1e-4)


def test_alarm_by_hand(wide: pd.DataFrame) -> None:
    # Germany: 76 % unfavorable is (.76 - .25) / .6 = .85; the essays say medium, .5
    assert wide.alarm_CHN["DEU"] == pytest.approx((0.85 + 0.5) / 2)
    assert wide.alarm_CHN["HUN"] == 0.25
    assert wide.alarm_RUS["HUN"] < wide.alarm_RUS["FRA"] < wide.alarm_RUS["POL"]


def test_dependence_and_illiberalism_by_hand(wide: pd.DataFrame) -> None:
    size = (3030.904 / 27360.935) ** (1 / 3)
    expected = 0.75 - 0.45 * size - 0.25 + 0.25 * (0.65 - 0.3)
    assert wide.dependence["FRA"] == pytest.approx(expected, abs=1e-4)
    assert wide.illiberalism["HUN"] == pytest.approx((0.72 - 0.34) / 0.72, abs=1e-4)
    assert wide.illiberalism["DEU"] == 0


def test_publics_by_hand(wide: pd.DataFrame) -> None:
    assert wide.support["GRC"] == 0.37
    views = {row["iso3"]: float(row["value"]) / 100 for row in rows("opinion.csv")
             if row["indicator"] == "nato_favourable_public"}  # fmt: skip
    doubts = {row["iso3"]: float(row["nato_sceptic_vote_pct"] or 0) / 100
              for row in rows("domestic.csv")}  # fmt: skip
    gap = sum(1 - doubts[i] - share for i, share in views.items()) / len(views)
    assert wide.support["NOR"] == pytest.approx(1 - 0.13 - gap, abs=1e-4)
    assert wide.start_opinion["GRC"] == pytest.approx(-0.8 * (2 * 0.37 - 1), abs=1e-4)
    assert wide.domestic_swing["ITA"] == pytest.approx(2 * 0.27)
    assert wide.susceptibility["ITA"] == pytest.approx(0.2 + 0.6 * 0.27)
    # 73.2 per cent of Indonesia's elites would choose China
    assert wide.start_alignment["IDN"] == pytest.approx(-0.7 * (2 * 0.732 - 1), abs=1e-4)
    assert wide.start_opinion["IDN"] == pytest.approx(0.5 * (2 * 0.732 - 1), abs=1e-4)
    assert wide.start_trust["PHL"] > wide.start_trust["IDN"]
    aligned = wide.loc[["USA", "PHL", "THA", "IDN", "CHN"], "start_alignment"]
    assert aligned.is_monotonic_decreasing


def test_memories_by_hand(cells: pd.DataFrame) -> None:
    memory = cells[cells["trait"] == "coercion_memory"].set_index("actor")
    # Canada: a high case (.8) that ended in September 2021, 33 months before June 2024
    canada = 0.8 * math.exp(-0.03 * 33 / 3)
    assert memory.value["CAN"] == pytest.approx(canada, abs=1e-4)
    # Korea: a high case that ended in October 2017, averaged with the level of the essays
    korea = 0.8 * math.exp(-0.03 * 80 / 3)
    assert memory.value["KOR"] == pytest.approx((korea + 0.7) / 2, abs=1e-4)
    # Japan: three cases
    japan = (0.8 * math.exp(-0.03 * 163 / 3), 0.8 * math.exp(-0.03 * 132 / 3), 0.5)
    left = (1 - japan[0]) * (1 - japan[1]) * (1 - japan[2])
    assert memory.value["JPN"] == pytest.approx(1 - left, abs=1e-4)
    assert memory.loc["POL", ["low", "value", "high"]].tolist() == [0, 0, 0.1]
    assert (memory.loc[list(coding.voters()), "value"] == 0).all()


def test_means_by_hand(wide: pd.DataFrame, cells: pd.DataFrame) -> None:
    assert wide.ukraine_aid_usd_bn["DEU"] == pytest.approx(9.243 * 1.08 / 2.42, abs=1e-4)
    assert wide.ukraine_aid_usd_bn["USA"] > wide.ukraine_aid_usd_bn.drop("USA").max()
    assert wide.russian_energy["SVK"] == pytest.approx((0.69 + 0.85) / 2)
    assert wide.russian_energy["AUT"] == pytest.approx((0.60 + 0) / 2)
    depth = (0.125 * 3_000_000 / (4 * 4_000_000)) ** 0.5
    assert wide.munitions_depth["RUS"] == pytest.approx(depth, abs=1e-4)
    row = cells.set_index(["actor", "trait"]).loc[("RUS", "munitions_depth")]
    assert row["low"] == pytest.approx((0.125 * 2 / (4 * 8)) ** 0.5, abs=1e-4)
    assert row["high"] == pytest.approx((0.125 * 3.5 / (4 * 2)) ** 0.5, abs=1e-4)


def test_priority_by_hand(wide: pd.DataFrame) -> None:
    turkey = math.log(50_000) - math.log(1000 * wide.gdp_usd_bn["TUR"] / wide.population_m["TUR"])
    assert wide.development_priority["TUR"] == pytest.approx(turkey / math.log(25), abs=1e-4)
    indonesia = math.log(50_000) - math.log(
        1000 * wide.gdp_usd_bn["IDN"] / wide.population_m["IDN"]
    )
    expected = (indonesia / math.log(25) + 0.9) / 2
    assert wide.development_priority["IDN"] == pytest.approx(expected, abs=1e-4)


def test_no_first_reading_is_left_and_contested_levels_have_a_range(cells: pd.DataFrame) -> None:
    assert not cells["source"].str.contains("first reading").any()
    wanted = [row["trait"] for row in rows("trait_list.csv")]
    coded = cells[cells["trait"].isin(wanted[wanted.index("support") :])]
    stuck = coded[(coded["low"] == coded["high"]) & (coded["confidence"] == "low")]
    assert stuck[["actor", "trait"]].to_numpy().tolist() == []


def test_named_actors_of_the_essays_hold_their_level(cells: pd.DataFrame) -> None:
    cell = cells.set_index(["actor", "trait"])
    for actor, trait, level in (
        ("LTU", "taiwan_affinity", 0.9), ("FRA", "taiwan_affinity", 0.3),
        ("USA", "domestic_swing", 0.9), ("AUS", "domestic_swing", 0.7),
        ("IND", "nonalignment", 0.9), ("IDN", "nonalignment", 0.9),
        ("VNM", "colonial_wariness", 0.7), ("CHN", "narrative_output", 0.7),
        ("CHN", "coercion_propensity", 0.7), ("EST", "disinfo_resilience", 0.7),
    ):  # fmt: skip
        assert cell.value[(actor, trait)] == level, (actor, trait)
        assert cell.basis[(actor, trait)] == "ledger", (actor, trait)


def test_the_named_objector_stands_out_by_traits_together(wide: pd.DataFrame) -> None:
    members = traits.load_actors().query("nato == 1")["iso3"]
    allies = wide.loc[members]
    assert allies["autonomy"].idxmax() == "FRA"
    assert allies["capital_openness"].idxmax() == "HUN"
    assert allies["process_sensitivity"].idxmax() == "FRA"


def test_guarantees() -> None:
    table = traits.load_guarantees()
    nato = table[table["guarantor"] == "NATO"]
    assert set(nato["protected"]) == set(traits.load_actors().query("nato == 1")["iso3"])
    assert nato[["low", "value", "high"]].drop_duplicates().to_numpy().tolist() == [
        [0.75, 0.85, 0.95]
    ]
    pairs = table.set_index(["guarantor", "protected", "theater"])
    assert pairs.loc[("USA", "TWN", "taiwan"), ["low", "high"]].tolist() == [0.4, 0.85]
    assert pairs.loc[("JPN", "TWN", "taiwan"), ["low", "high"]].tolist() == [0.05, 0.45]
    assert pairs.loc[("USA", "JPN", "korea"), ["low", "high"]].tolist() == [0.75, 0.95]
    eu = table[table["guarantor"] == "EU"]
    assert eu["protected"].tolist() == ["AUT", "CYP", "IRL", "MLT"]
    assert set(eu["theater"]) == {"europe"}
    assert ("GBR", "SGP", "south_china_sea") in pairs.index
    assert not table["source"].str.contains("AUKUS").any()
    assert (table["value"] > 0).all()


def test_treaties_end_where_their_area_ends() -> None:
    """Article 6: nothing in Asia is covered by the alliance; no partner is covered by it at all."""
    table = traits.load_guarantees()
    nato = table[table["guarantor"] == "NATO"]
    assert set(nato["theater"]) == {"europe"}
    assert not set(nato["protected"]) & {"JPN", "KOR", "AUS", "NZL", "TWN", "UKR"}
    in_asia = table[table["theater"] != "europe"].set_index(["guarantor", "protected"])
    taiwan = in_asia.loc[("USA", "TWN")]
    korea = in_asia.loc[("USA", "KOR")]
    width = in_asia["high"] - in_asia["low"]
    assert taiwan["value"] < korea["value"]
    assert width.loc[("USA", "TWN")] > width.loc[("USA", "KOR")]
    assert taiwan["confidence"] == "low"
    # France covers Greece within the alliance already: one army is not counted twice
    assert not ((table["guarantor"] == "FRA") & (table["protected"] == "GRC")).any()


def test_red_treaties_are_guarantees_like_any_other() -> None:
    table = traits.load_guarantees().set_index(["guarantor", "protected", "theater"])
    for key, low, high in (
        (("RUS", "PRK", "korea"), 0.25, 0.7), (("PRK", "RUS", "europe"), 0.4, 0.85),
        (("CHN", "PRK", "korea"), 0.25, 0.75), (("PRK", "CHN", "taiwan"), 0.05, 0.35),
    ):  # fmt: skip
        assert table.loc[key, ["low", "high"]].tolist() == [low, high], key
    assert ("CHN", "RUS", "europe") not in table.index, "consultation only"


def test_patrons_shield_clients_and_rivals_mirror_each_other() -> None:
    table = traits.load_patrons()
    pairs = table.set_index(["patron", "client", "relation"])["intensity"]
    five = set(traits.load_actors().query("permanent == 1")["iso3"])
    assert set(table["patron"]) == five == {"CHN", "FRA", "GBR", "RUS", "USA"}
    assert all(pairs[(who, who, "patron")] == 1 for who in five)
    assert pairs[("RUS", "SYR", "patron")] == 0.9
    assert pairs[("CHN", "PRK", "patron")] == 0.6
    rivals = table[table["relation"] == "rival"]
    for row in rivals.itertuples():
        assert pairs[(row.client, row.patron, "rival")] == row.intensity


def test_disputes_are_open_ones_between_actors() -> None:
    table = traits.load_disputes()
    pairs = set(zip(table["actor"], table["subject"], strict=True))
    assert {("HUN", "UKR"), ("GRC", "TUR"), ("TUR", "GRC"), ("CHN", "TWN")} <= pairs
    assert {("CYP", "TUR"), ("TUR", "CYP"), ("AUT", "ROU")} <= pairs
    assert ("UKR", "HUN") not in pairs
    assert ("TUR", "SWE") not in pairs, "settled in January 2024"


def _literal(node: ast.AST) -> list[str]:
    """A text in the code as a pattern; what is filled in may be anything."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [re.escape(node.value)]
    if isinstance(node, ast.JoinedStr):
        parts = (re.escape(p.value) if isinstance(p, ast.Constant) else ".+" for p in node.values)
        return ["".join(parts)]
    return []


def _trait_reads() -> set[str]:
    """Patterns of the trait names that the engine and the rules ask for, or that another trait
    is worked out from."""
    root, found = build_traits.FOLDER.parent, set()
    for path in root.glob("agents/*_cells.py"):
        found.update(re.findall(r'known\["(\w+)"\]', path.read_text(encoding="utf-8")))
    for path in [*root.glob("simulator/**/*.py"), *root.glob("agents/rules/*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                called = getattr(node.func, "attr", getattr(node.func, "id", ""))
                names = [name for a in node.args for name in _literal(a)]
                found.update(names if called == "trait" else [])
                found.update(f"{name}_.+" for name in names if called == "by_theater")
            elif isinstance(node, ast.Subscript) and getattr(node.value, "attr", "") == "traits":
                found.update(_literal(node.slice))
            elif isinstance(node, ast.Assign) and "TRAIT" in ast.dump(node.targets[0]):
                found.update(name for c in ast.walk(node.value) for name in _literal(c))
    return {p for p in found if len(re.sub("[^a-z]", "", p)) >= 4}


def test_every_trait_is_read_somewhere() -> None:
    """A trait that nothing reads is a number nobody can test."""
    patterns, content = _trait_reads(), LADDER.read_text(encoding="utf-8")
    unread = [
        name for name in (row["trait"] for row in rows("trait_list.csv"))
        if not any(re.fullmatch(p, name) for p in patterns)
        and not re.search(rf": {name}\b", content)
    ]  # fmt: skip
    assert unread == []


@pytest.mark.parametrize("name", FILES)
def test_committed_table_equals_regenerated(name: str) -> None:
    committed = (build_traits.FOLDER / name).read_text(encoding="utf-8")
    assert build_traits.build()[name] == committed, "run `python -m agents.build_traits`"


def test_check_flag_finds_a_stale_table(
    copy: pathlib.Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(build_traits, "FOLDER", copy)
    assert build_traits.main(["--check"]) == 0
    _edit(copy, "disputes.csv", 1, {"intensity": "0.4"})
    assert build_traits.main(["--check"]) == 1
    assert "disputes.csv differs" in capsys.readouterr().err


@pytest.fixture
def copy(tmp_path: pathlib.Path) -> pathlib.Path:
    folder = tmp_path / "agents"
    folder.mkdir()
    for name in FILES:
        shutil.copy(traits.FOLDER / name, folder / name)
    return folder


def _edit(folder: pathlib.Path, name: str, row: int, change: dict[str, str] | None) -> None:
    """Change fields of one data row (1 is line 2 of the file), or drop the row."""
    with (folder / name).open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    if change is None:
        del table[row - 1]
    else:
        table[row - 1] |= change
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, table[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(table)


LOADERS = {
    "actors.csv": traits.load_actors,
    "traits.csv": traits.load_traits,
    "guarantees.csv": traits.load_guarantees,
    "disputes.csv": traits.load_disputes,
    "patrons.csv": traits.load_patrons,
}


@pytest.mark.parametrize(
    ("name", "row", "change", "said"),
    [
        ("traits.csv", 1, {"source": " "}, ["line 2 field source", "empty", "judgement"]),
        ("traits.csv", 1, {"low": "24"}, ["line 2 field low", "low 24 is above value 22.978"]),
        ("traits.csv", 1, {"high": "1"}, ["line 2 field high", "below value", "low <= value"]),
        ("traits.csv", 4, {"value": "1.5"}, ["line 5 field value", "range 0 to 1"]),
        ("traits.csv", 4, {"value": "nan"}, ["line 5 field value", "range 0 to 1"]),
        ("traits.csv", 4, {"value": "much"}, ["line 5 field value", "'much' is not a number"]),
        ("traits.csv", 1, {"actor": "ALP"}, ["line 2 field actor", "'ALP'", "'ALB'"]),
        ("traits.csv", 1, {"trait": "gdp_usd"}, ["line 2 field trait", "'gdp_usd_bn'"]),
        ("traits.csv", 1, {"unit": "EUR"}, ["line 2 field unit", "'USD bn'"]),
        ("traits.csv", 1, {"basis": "guess"}, ["line 2 field basis", "judgement"]),
        ("traits.csv", 1, {"trait": "milex_usd_bn"}, ["line 3", "twice", "line 2"]),
        ("traits.csv", 7, None, ["no row for ALB efficiency", "build_traits"]),
        ("actors.csv", 1, {"nato": "yes"}, ["line 2 field nato", "0 or 1"]),
        ("actors.csv", 2, {"iso3": "ALB"}, ["line 3 field iso3", "twice"]),
        ("actors.csv", 1, {"kind": "friend"}, ["line 2 field kind", "ally"]),
        ("guarantees.csv", 1, {"guarantor": "NATTO"}, ["line 2 field guarantor", "'NATO'"]),
        ("guarantees.csv", 1, {"theater": "moon"}, ["line 2 field theater", "europe"]),
        ("disputes.csv", 1, {"subject": "MKK"}, ["line 2 field subject", "'MKD'"]),
        ("disputes.csv", 1, {"low": "0.9"}, ["line 2 field low", "above intensity 0.5"]),
        ("patrons.csv", 1, {"patron": "DEU"}, ["line 2 field patron", "unknown patron 'DEU'"]),
        ("patrons.csv", 1, {"client": "Iran"}, ["line 2 field client", "three capital letters"]),
        ("patrons.csv", 1, {"relation": "friend"}, ["line 2 field relation", "patron, rival"]),
        ("patrons.csv", 1, {"high": "1.2"}, ["line 2 field high", "range 0 to 1"]),
    ],
)
def test_a_broken_table_says_what_and_where(
    copy: pathlib.Path, name: str, row: int, change: dict[str, str] | None, said: list[str]
) -> None:
    _edit(copy, name, row, change)
    with pytest.raises(InputError) as caught:
        LOADERS[name](copy)
    for words in (f"agents/{name}", *said):
        assert words in str(caught.value)


def test_missing_and_malformed_files(copy: pathlib.Path) -> None:
    path = copy / "disputes.csv"
    text = path.read_text(encoding="utf-8")
    for content, said in (
        (text.replace("intensity", "strength", 1), "Expected: actor, subject, intensity"),
        (text.replace(",0.5,", ",", 1), "does not have 6 fields"),
        ("", "the columns are none"),
    ):
        path.write_text(content, encoding="utf-8")
        with pytest.raises(InputError, match=said):
            traits.load_disputes(copy)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="not UTF-8"):
        traits.load_disputes(copy)
    path.unlink()
    with pytest.raises(InputError, match="missing"):
        traits.load_disputes(copy)


def test_hash_follows_content_and_not_row_order(copy: pathlib.Path) -> None:
    before = traits.traits_hash()
    assert traits.traits_hash(copy) == before
    lines = (copy / "traits.csv").read_text(encoding="utf-8").splitlines()
    shuffled = [lines[0], *reversed(lines[1:])]
    (copy / "traits.csv").write_text("\n".join(shuffled) + "\n", encoding="utf-8")
    assert traits.traits_hash(copy) == before
    _edit(copy, "disputes.csv", 1, {"high": "0.66"})
    assert traits.traits_hash(copy) != before


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"actor": "group:partners"}, "line 2 field actor.*'partner'"),
        ({"value": "much"}, "line 2.*'much'"),
        ({"low": "2"}, "line 2 field low.*low <= value <= high"),
    ],
)
def test_a_broken_judgement_is_refused(change: dict[str, str], said: str) -> None:
    with pytest.raises(InputError, match=said):
        coding._judgement(2, rows("judgements.csv")[0] | change)


def test_a_needed_judgement_that_is_missing_is_named() -> None:
    with pytest.raises(InputError, match="no row gives shoe_size for ALB"):
        coding.needed("ALB", "shoe_size")

"""Shipped scenarios, lenses and parameters are valid and agree with the facts ledger."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from scenarios import build_lenses, loader
from scenarios.scenario import Portfolio, Scenario
from scenarios.schema import LEVELS, THEATERS, Lens, ParameterSpec
from simulator import content, registry
from simulator.batch import Job, setting
from simulator.charts import Charts
from simulator.commands import show
from simulator.errors import InputError
from simulator.pairing import compare
from simulator.program import Program
from simulator.report import page

ROOT = Path(__file__).parents[1]
AUTHORS = ("cfr", "fa", "galic", "mli", "reeves")
LEDGER = loader.read_yaml(ROOT / "scenarios/ledger/lens_ranges.yaml")

SCENARIO = """\
id: test-case
title: A test
summary: Nothing happens.
sources: [mli para 1]
mode: onset
levels: {europe: 1, taiwan: 1, korea: 1, south_china_sea: 1}
triggers:
  - {theater: taiwan, times: 2, quarters: 8}
table:
  - {policy: some-policy, quarter: 3}
"""
SCRIPT = (
    SCENARIO
    + """\
us_posture:
  - {posture: engaged, from_quarter: 12}
  - {posture: restrained, from_quarter: 4, quarters: 6, chance: 0.25, otherwise: transactional}
war:
  - {state: low, from_quarter: 1}
  - {state: ceasefire, from_quarter: 3, quarters: 2}
parameters: {psi_CN: [0.2, 0.4], phi: 0.05}
"""
)
LENS = """\
id: own
title: Mine
author: me
document: none
summary: A view.
cells:
  - {symbol: psi_CN, values: [0.2, 0.4], source: "judgement: a test"}
  - {symbol: chi_ct, silent: true, source: "judgement: a test"}
"""
PORTFOLIO = """\
- id: both
  title: Two at once
  sources: [mli para 1]
  members: [a-b, c-d]
  notes: A test.
"""
PARAMETER = """\
- name: gain
  symbol: g
  mechanism: M4
  meaning: A test.
  unit: pp
  prior: {uniform: [0, 1]}
  range: [0, 2]
  source: "judgement (low): a test"
"""


def rejected(tmp_path: Path, text: str | bytes) -> str:
    """The error that a file with this text gives, with the path cut down to its name."""
    path = tmp_path / "file.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(InputError) as caught:
        loader.validate_file(path)
    return str(caught.value).replace(str(path), "file.yaml")


# ---- shipped files


@pytest.mark.parametrize("name", loader.ids("scenarios"))
def test_every_scenario_is_valid_and_its_locators_name_a_document(name: str) -> None:
    scenario = loader.load_scenario(name)
    assert isinstance(scenario, Scenario)
    assert all(locator.split()[0] in AUTHORS for locator in scenario.sources)
    assert all(event.quarter < scenario.quarters for event in scenario.events)


def test_scenarios_are_those_of_the_ledger() -> None:
    known = {
        entry["id"].removeprefix("s-") for entry in build_lenses.ledger("evidence")["scenarios"]
    }
    assert set(loader.ids("scenarios")) <= known
    assert len(loader.ids("scenarios")) >= 12


@pytest.mark.parametrize("name", loader.ids("scenarios"))
def test_what_a_scenario_brings_exists(name: str) -> None:
    assert {item.policy for item in loader.load_scenario(name).table} <= set(registry.policies())


@pytest.mark.parametrize("name", loader.ids("scenarios"))
def test_scenarios_agree_with_the_ledger(name: str) -> None:
    evidence = build_lenses.ledger("evidence")["scenarios"]
    entry = next(e for e in evidence if e["id"] == f"s-{name}")
    sketch = build_lenses.ledger("crosswalk")["scenarios"][f"s-{name}"]
    scenario = loader.load_scenario(name)
    assert list(scenario.levels.in_order) == sketch["levels"]
    assert scenario.mode == sketch["mode"]
    assert list(scenario.sources) == entry["where"].split("; ")


def test_only_forced_scenarios_start_above_the_gray_zone() -> None:
    for name in loader.ids("scenarios"):
        scenario = loader.load_scenario(name)
        assert (max(scenario.levels.in_order) > 1) == (scenario.mode == "forced")


def test_the_baseline_adds_nothing() -> None:
    baseline = loader.load_scenario("summit-cycle")
    assert baseline.levels.in_order == (1, 1, 1, 1)
    assert baseline.triggers == baseline.table == baseline.script == ()


@pytest.mark.parametrize("name", loader.ids("lenses"))
def test_every_lens_is_valid(name: str) -> None:
    assert isinstance(loader.load_lens(name), Lens)


def test_lenses_are_the_five_authors_and_two_controls() -> None:
    assert loader.ids("lenses") == tuple(sorted((*AUTHORS, "neutral", "mixed")))
    assert set(loader.load_lens("mixed").draws_from) == set(AUTHORS)
    assert all(cell.silent for cell in loader.load_lens("neutral").cells)


@pytest.mark.parametrize("author", AUTHORS)
def test_cells_repeat_the_coded_levels(author: str) -> None:
    for cell in loader.load_lens(author).cells:
        coded = LEDGER[cell.ledger][author]
        assert cell.silent == coded.get("silent", False)
        assert cell.basis == coded["basis"]
        if not cell.silent:
            assert cell.levels == (coded["low"], coded["high"])
        assert cell.source.startswith(author)


def test_every_belief_of_the_ledger_is_in_each_lens_or_named_as_missing() -> None:
    for author in AUTHORS:
        lens = loader.load_lens(author)
        assert {cell.ledger for cell in lens.cells} | set(lens.not_yet) == set(LEDGER)
        assert not {cell.ledger for cell in lens.cells} & set(lens.not_yet)


def test_a_higher_level_of_friction_means_a_lower_cost_of_standing_alone() -> None:
    friction = {
        a: next(c for c in loader.load_lens(a).cells if c.symbol == "kap0") for a in ("mli", "cfr")
    }
    assert friction["mli"].levels == ("very-high", "very-high")
    assert friction["cfr"].levels == ("high", "high")
    assert friction["mli"].values < friction["cfr"].values


@pytest.mark.parametrize(("name", "text"), build_lenses.build().items())
def test_generated_files_equal_the_ledger(name: str, text: str) -> None:
    assert (ROOT / name).read_text(encoding="utf-8") == text


def test_check_flag_says_when_files_are_current() -> None:
    assert build_lenses.main(["--check"]) == 0


def test_parameters_name_the_beliefs_that_the_crosswalk_gives_them() -> None:
    expected = {s: par for par, symbols in build_lenses.level_values().items() for s in symbols}
    for spec in loader.load_parameters():
        assert spec.contested == expected.get(spec.symbol), spec.symbol


def test_the_five_level_values_of_a_present_symbol_lie_in_its_range() -> None:
    specs = {spec.symbol: spec for spec in loader.load_parameters()}
    for symbols in build_lenses.level_values().values():
        for symbol, values in symbols.items():
            assert len(values) == len(LEVELS)
            if symbol in specs:
                low, high = specs[symbol].range
                assert all(low <= value <= high for value in values), symbol


def test_guesses_state_how_sure_they_are() -> None:
    for spec in loader.load_parameters():
        if "judgement" in spec.source:
            assert any(f"judgement ({c})" in spec.source for c in ("low", "medium", "high"))
        else:
            assert spec.source.startswith(("model.md", "nac_notes.md", "crosswalk.yaml"))


def test_whole_axes_are_filled() -> None:
    filled: dict[str, set[str | int]] = {}
    for spec in loader.load_parameters():
        if spec.fills is not None:
            filled.setdefault(spec.name, set()).update(spec.fills.members)
    assert filled["prize_median"] == filled["trigger_rate"] == set(THEATERS)
    assert "rest" in filled["attribution"]
    assert filled["accident_hazard"] == {1, 2, 3, 4}


def test_theaters_are_those_of_the_engine() -> None:
    from simulator import world

    assert world.THEATERS == THEATERS


def test_sources_are_complete_and_unique() -> None:
    sources = loader.read_yaml(ROOT / "scenarios/sources.yaml")
    assert len({source["id"] for source in sources}) == len(sources)
    assert set(AUTHORS) <= {source["id"] for source in sources}
    for source in sources:
        assert set(source) == {"id", "title", "author", "year", "kind", "note"}, source["id"]


# ---- scripts: as arrays, with the user's own parameters, and in words


@pytest.fixture
def script(tmp_path: Path) -> str:
    path = tmp_path / "script.yaml"
    path.write_text(SCRIPT.replace("some-policy", "back-taiwan-openly"))
    return str(path)


def test_a_script_becomes_arrays_of_codes(script: str) -> None:
    scene, free = content.scene(script, 15), np.nan
    drawn = [free] * 4 + [2.0] * 6 + [free] * 2 + [0.0] * 3
    others = [free] * 4 + [1.0] * 6 + [free] * 5
    assert np.array_equal(scene.us_posture, drawn, equal_nan=True)
    assert np.array_equal(scene.us_posture_otherwise, others, equal_nan=True)
    assert scene.us_posture_chance.tolist() == [1.0] * 4 + [0.25] * 6 + [1.0] * 5
    assert np.array_equal(scene.war, [free, 1.0, 1.0, 2.0, 2.0] + [1.0] * 10, equal_nan=True)
    assert scene.triggers[:9, 1].tolist() == [2.0] * 8 + [1.0]
    assert np.array_equal(np.delete(scene.triggers, 1, axis=1), np.ones((15, 3)))


@pytest.mark.parametrize("quarter", [0, 3])
def test_a_later_entry_takes_over_whatever_its_place_in_the_file(quarter: int) -> None:
    scene = content.scene("russian-opportunism", 4)
    assert np.isnan(scene.war_at(quarter)) == (quarter < 2)
    assert scene.war_at(99) == 2.0


def test_postures_are_drawn_once_for_a_run(script: str) -> None:
    scene, luck = content.scene(script), np.array([0.1, 0.3])
    told = [scene.posture(q, luck).tolist() for q in (4, 9, 12, 39, 99)]
    assert told == [[2.0, 1.0], [2.0, 1.0], [0.0, 0.0], [0.0, 0.0], [0.0, 0.0]]
    assert np.isnan(scene.posture(10, luck)).all()


def test_a_scenario_narrows_priors_and_the_user_wins(script: str) -> None:
    own = content.overrides(None, script)
    assert {"psi_CN": (0.2, 0.4), "phi": (0.05, 0.05)} == {s: p.numbers for s, p in own.items()}
    mine = content.overrides({"phi": [0.1, 0.2], "psi_RU": 0.3}, script)
    assert mine["phi"].numbers == (0.1, 0.2)
    assert mine["psi_CN"].numbers == (0.2, 0.4)
    by_name = content.overrides({"attribution": 0.7}, script)  # fills psi_CN among others
    assert by_name["psi_CN"].numbers == (0.7, 0.7)
    assert content.overrides({}, "summit-cycle") == {}


def test_a_played_scenario_uses_its_parameters(script: str) -> None:
    job = Job(script, (), "neutral", 1, 2, "endogenous", (("phi", (0.1, 0.2)),))
    futures = setting(job, range(40)).futures
    psi = futures.parameter("attribution")[:, futures.world.index["CHN"]]
    assert 0.2 <= psi.min() < 0.25 < 0.35 < psi.max() <= 0.4
    phi = futures.parameter("belief_decay")
    assert 0.1 <= phi.min() < phi.max() <= 0.2


def test_what_is_imposed_is_told_on_cards_and_in_reports(
    script: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = loader.load_scenario(script)
    assert spec.script == (
        "United States engaged from quarter 12 on",
        "United States restrained from quarter 4 for 6 in 25 of 100 runs, else transactional",
        "war in Ukraine: low from quarter 1 on",
        "war in Ukraine: ceasefire from quarter 3 for 2",
        "psi_CN = 0.2 .. 0.4",
        "phi = 0.05",
    )
    assert "United States transactional" in show.card("us-political-change")
    told = compare("cyber-missile-reach", [], "neutral", runs=2, quarters=2)
    assert "g_reach = 0.08" in page.made(told, Charts(told))


def test_what_a_scenario_brings_gives_way(tmp_path: Path) -> None:
    """To the same policy always; to the same ask only if it says so."""
    path = tmp_path / "brings.yaml"

    def program(unless: str, *names: str) -> Program:
        item = f"{{policy: tokyo-liaison-office, quarter: 3{unless}}}"
        path.write_text(SCENARIO.replace("{policy: some-policy, quarter: 3}", item))
        whole = content.program(str(path), names)
        own = tuple(b for b in whole.bundles if not b.by_leadership)
        texts = tuple(t for t in whole.texts if not t.by_leadership)
        return replace(whole, bundles=own, texts=texts)

    say = ", unless: same-issue"
    assert [b.start for b in program("").bundles] == [3]
    assert [b.start for b in program("", "tokyo-liaison-office").bundles] == [0]
    both = program("", "formal-nato-ip4-pact")
    assert ({0, 3}, 1) == ({b.start for b in both.bundles}, len(both.texts))
    alone = program(say, "formal-nato-ip4-pact")
    assert ["formal-nato-ip4-pact"] == [b.policy for b in alone.bundles]
    assert len(program(say, "public-taiwan-statement").bundles) == 2


def test_a_policy_brought_later_lasts_as_long() -> None:
    gateway = registry.policy("global-gateway-sea")
    assert gateway.end == 16
    [brought] = [b for b in content.program("eu-lead", []).bundles if b.end is not None]
    assert (brought.start, brought.end) == (2, 18)


# ---- the samples are valid, so each case below fails for its own reason


@pytest.mark.parametrize(
    ("text", "kind", "item"),
    [
        (SCENARIO, Scenario, None),
        (SCRIPT, Scenario, None),
        (LENS, Lens, None),
        (PARAMETER, tuple, ParameterSpec),
        (PORTFOLIO, tuple, Portfolio),
    ],
)
def test_the_kind_of_a_file_is_read_off_its_fields(
    tmp_path: Path, text: str, kind: type, item: type | None
) -> None:
    path = tmp_path / "file.yaml"
    path.write_text(text)
    found = loader.validate_file(path)
    assert isinstance(found, kind)
    if isinstance(found, tuple):
        assert isinstance(found[0], item)


def test_a_file_outside_the_package_loads_by_path(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(SCENARIO)
    assert loader.load_scenario(str(path)).id == "test-case"
    with pytest.raises(InputError, match="not a lens"):
        loader.load_lens(str(path))


def test_country_codes_stay_text(tmp_path: Path) -> None:
    path = tmp_path / "codes.yaml"
    path.write_text("codes: [NO, on, yes, 1_0, 0x1f, 12:30, 2024-07-09]")
    assert all(isinstance(code, str) for code in loader.read_yaml(path)["codes"])


# ---- errors teach: every message names file and line, what is wrong and what to do

CASES = {
    "unknown field": (
        SCENARIO.replace("summary:", "sumary:"),
        [
            "file.yaml:3: sumary: there is no such field",
            "'summary'",
            "summary: this field is missing",
        ],
    ),
    "unknown field inside": (
        SCENARIO.replace("times: 2", "time: 2"),
        ["file.yaml:8: triggers[0].time: there is no such field", "Did you mean 'times'"],
    ),
    "above the range": (
        SCENARIO.replace("times: 2", "times: 20"),
        ["file.yaml:8: triggers[0].times: 20 is outside the allowed range: above 0 and at most 10"],
    ),
    "below the range": (
        SCENARIO.replace("taiwan: 1", "taiwan: -1"),
        ["file.yaml:6: levels.taiwan: -1 is outside the allowed range: at least 0 and at most 5"],
    ),
    "text for a number": (
        SCENARIO.replace("taiwan: 1", "taiwan: one"),
        ["file.yaml:6: levels.taiwan: expected a whole number, found 'one'"],
    ),
    "decimal for a whole number": (
        SCENARIO.replace("taiwan: 1", "taiwan: 1.5"),
        ["levels.taiwan: expected a whole number, found 1.5"],
    ),
    "true for a number": (
        SCENARIO.replace("taiwan: 1", "taiwan: true"),
        ["levels.taiwan: expected a whole number, found true"],
    ),
    "number for text": (
        SCENARIO.replace("title: A test", "title: 7"),
        ["file.yaml:2: title: expected text, found 7"],
    ),
    "text for a list": (
        SCENARIO.replace("[mli para 1]", "mli para 1"),
        ["file.yaml:4: sources: expected a list, found 'mli para 1'"],
    ),
    "list for fields": (
        SCENARIO.replace("{europe: 1, taiwan: 1, korea: 1, south_china_sea: 1}", "[1, 1, 1, 1]"),
        ["file.yaml:6: levels: expected fields with values, found a list of 4"],
    ),
    "missing field": (
        SCENARIO.replace(", korea: 1", ""),
        ["file.yaml:6: levels.korea: this field is missing"],
    ),
    "unknown word": (
        SCENARIO.replace("theater: taiwan", "theater: tawian"),
        ["triggers[0].theater: 'tawian' is not one of: europe, taiwan", "Did you mean 'taiwan'"],
    ),
    "malformed id": (
        SCENARIO.replace("test-case", "Test Case"),
        ["file.yaml:1: id: 'Test Case' is not of the form: small letters"],
    ),
    "duplicate field": (
        SCENARIO + "mode: forced\n",
        ["file.yaml:11: the field 'mode' stands here a second time (first on line 5)"],
    ),
    "duplicate field inside": (
        SCENARIO.replace("korea: 1", "taiwan: 2"),
        ["file.yaml:6: the field 'levels.taiwan' stands here a second time"],
    ),
    "bad syntax": (
        SCENARIO.replace("mode: onset", "mode: onset: forced"),
        ["file.yaml:5: this is not valid YAML", "colon"],
    ),
    "open bracket": (SCENARIO + "notes: [a, b\n", ["file.yaml:", "this is not valid YAML"]),
    "empty": ("", ["file.yaml:1: the file is empty"]),
    "only a comment": ("# nothing\n", ["file.yaml:1: the file is empty"]),
    "not fields": ("just text\n", ["file.yaml:1: the file holds no fields with values"]),
    "another file": ("a: 1\n", ["this looks like no scenario, lens or parameter file", "levels"]),
    "not UTF-8": (b"id: a\ntitle: \xff\n", ["file.yaml:2: byte 13 is not UTF-8", "encoding"]),
    "control character": (b"id: a\x00b\n", ["file.yaml", "not valid YAML"]),
    "alias": ("id: &a x\ntitle: *a\n", ["file.yaml:1: anchors and aliases are not used"]),
    "tag": ("id: !!python/object:os.system x\n", ["file.yaml:1: the tag", "remove it"]),
    "huge number": (SCENARIO + f"quarters: {'9' * 5000}\n", ["whole number is too large"]),
    "not a number": (SCENARIO.replace("times: 2", "times: .nan"), ["file.yaml:8: '.nan' is not a"]),
    "infinite": (SCENARIO.replace("times: 2", "times: 1e999"), ["'1e999' is not a finite number"]),
    "deep": ("a: " + "[" * 500 + "]" * 500, ["nesting is deeper than"]),
    "two documents": (SCENARIO + "---\nid: b\n", ["file.yaml:11: a second document"]),
    "an onset in crisis": (
        SCENARIO.replace("taiwan: 1", "taiwan: 2"),
        ["file.yaml:5: mode: an onset starts at levels 0 and 1", "'forced'"],
    ),
    "script: unknown posture": (
        SCRIPT.replace("restrained", "restraint"),
        ["us_posture[1].posture: 'restraint' is not one of: engaged, transactional, restrained"],
    ),
    "script: unknown state": (
        SCRIPT.replace("ceasefire", "peace"),
        ["file.yaml:16: war[1].state: 'peace' is not one of: intense, low, ceasefire"],
    ),
    "script: no chance": (
        SCRIPT.replace("0.25", "0"),
        ["us_posture[1].chance: 0 is outside the allowed range: above 0 and at most 1"],
    ),
    "script: a number for a list": (
        SCENARIO + "war: 2\n",
        ["file.yaml:11: war: expected a list, found 2"],
    ),
    "script: after the end": (
        SCRIPT + "quarters: 4\n",
        [
            "file.yaml:12: us_posture[0].from_quarter: the scenario ends after quarter 3",
            "file.yaml:13: us_posture[1].from_quarter",
        ],
    ),
    "script: tabled after the end": (
        SCENARIO + "quarters: 3\n",
        ["file.yaml:10: table[0].quarter: the scenario ends after quarter 2"],
    ),
    "script: two at once": (
        SCRIPT.replace("from_quarter: 3", "from_quarter: 1"),
        ["file.yaml:16: war[1]: two entries begin in quarter 1; keep one"],
    ),
    "script: unknown parameter": (
        SCRIPT.replace("psi_CN", "psi_CM"),
        ["file.yaml:17: parameters.psi_CM: there is no parameter 'psi_CM'", "psi_CN"],
    ),
    "script: parameter outside its range": (
        SCRIPT.replace("[0.2, 0.4]", "[0.2, 4]"),
        ["file.yaml:17: parameters.psi_CN: 0.2..4 leaves the allowed range 0..1.5"],
    ),
    "script: parameter reversed": (
        SCRIPT.replace("[0.2, 0.4]", "[0.4, 0.2]"),
        ["file.yaml:17: parameters.psi_CN: 0.4 is above 0.2"],
    ),
    "script: parameter in words": (
        SCRIPT.replace("[0.2, 0.4]", "high"),
        ["file.yaml:17: parameters.psi_CN: expected a list, found 'high'"],
    ),
    "portfolio: one member": (
        PORTFOLIO.replace("[a-b, c-d]", "[a-b]"),
        ["file.yaml:4: [0].members: expected 2 or more entries, found a list of 1"],
    ),
    "portfolio: member twice": (
        PORTFOLIO.replace("[a-b, c-d]", "[a-b, a-b]"),
        ["[0].members[1]: 'a-b' is named twice"],
    ),
    "portfolio: id twice": (
        PORTFOLIO + PORTFOLIO,
        ["[1].id: 'both' stands here a second time (first on line 1)"],
    ),
    "lens: unknown symbol": (
        LENS.replace("psi_CN", "psi_CM"),
        ["file.yaml:7: cells[0].symbol: there is no parameter 'psi_CM'", "psi_CN"],
    ),
    "lens: symbol twice": (
        LENS.replace("chi_ct", "psi_CN"),
        ["file.yaml:8: cells[1].symbol: 'psi_CN' stands here a second time (first on line 7)"],
    ),
    "lens: outside the range": (
        LENS.replace("[0.2, 0.4]", "[0.2, 4]"),
        ["file.yaml:7: cells[0].values: 0.2..4 leaves the allowed range 0..1.5"],
    ),
    "lens: values reversed": (
        LENS.replace("[0.2, 0.4]", "[0.4, 0.2]"),
        ["file.yaml:7: cells[0]: values: 0.4 is above 0.2"],
    ),
    "lens: one value": (LENS.replace("[0.2, 0.4]", "[0.2]"), ["file.yaml:7: cells[0].values"]),
    "lens: nothing said": (
        LENS.replace("silent: true, ", ""),
        ["cells[1]: give values: [low, high]"],
    ),
    "lens: unknown author": (
        LENS.split("cells")[0] + "draws_from: [cfr, reevs]\n",
        ["file.yaml:6: draws_from[1]: there is no lens 'reevs'. Did you mean 'reeves'"],
    ),
    "parameter: unknown prior": (
        PARAMETER.replace("uniform", "uniforn"),
        ["file.yaml:6: [0].prior: 'uniforn' is not a kind of prior: uniform, loguniform"],
    ),
    "parameter: numbers out of order": (
        PARAMETER.replace("[0, 1]", "[1, 0]"),
        ["file.yaml:6: [0].prior: uniform needs [low, high] with low < high"],
    ),
    "parameter: prior leaves the range": (
        PARAMETER.replace("[0, 1]", "[0, 3]"),
        ["file.yaml:1: [0]: prior: 0..3 leaves the range 0..2"],
    ),
    "parameter: symbol twice": (
        PARAMETER + PARAMETER,
        ["file.yaml:10: [1].symbol: 'g' stands here a second time (first on line 2)"],
    ),
    "parameter: two axes": (
        PARAMETER + "  fills: {levels: [1], theaters: [korea]}\n",
        ["file.yaml:9: [0].fills: name one axis of actors, theaters"],
    ),
    "parameter: not a list": (PARAMETER.removeprefix("- ").replace("\n  ", "\n"), ["is a list"]),
}


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES.keys())
def test_errors_name_the_line_the_field_and_the_remedy(
    tmp_path: Path, text: str | bytes, expected: list[str]
) -> None:
    message = rejected(tmp_path, text)
    for part in expected:
        assert part in message


def test_all_problems_are_reported_at_once(tmp_path: Path) -> None:
    text = SCENARIO.replace("times: 2", "times: 20").replace("mode: onset", "mode: maybe")
    message = rejected(tmp_path, text)
    assert message.splitlines()[0] == "file.yaml: 2 problems"
    assert message.index("file.yaml:5: mode") < message.index("file.yaml:8: triggers[0].times")


def test_missing_files_and_folders_are_said_plainly(tmp_path: Path) -> None:
    for path, text in ((tmp_path / "no.yaml", "no such file"), (tmp_path, "not a file")):
        with pytest.raises(InputError, match=text):
            loader.validate_file(path)


def test_unknown_ids_name_the_nearest() -> None:
    with pytest.raises(InputError, match="taiwan-quarantine"):
        loader.load_scenario("taiwan-quarantin")
    with pytest.raises(InputError, match="reeves"):
        loader.load_lens("reevs")

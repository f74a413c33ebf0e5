"""The terminal front door: what each command prints, and how it refuses bad input."""

import doctest
import json
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

import simulator.model
from simulator import catalogue, registry, typeset
from simulator.cli import app
from simulator.commands import delivery, playlog, scaffold
from simulator.commands.check import check_file, check_policy
from simulator.errors import InputError
from simulator.results import Event

ROOT = Path(__file__).parents[1]
COMMANDS = ("list", "show", "run", "compare", "sweep", "validate", "new", "bench")
SCENARIO, POLICY = "taiwan-quarantine", "tokyo-liaison-office"
SMALL = ["--quarters", "3"]


def wargame(*words: str) -> Result:
    return CliRunner(env={"COLUMNS": "100"}).invoke(app, list(words), prog_name="wargame")


def refused(*words: str) -> str:
    """The words on stderr of a command that must exit with 2 and print nothing else."""
    result = wargame(*words)
    assert (2, "") == (result.exit_code, result.stdout), result.output
    return str(result.stderr)


def strict(text: str) -> Any:
    def no_constant(name: str) -> None:
        raise AssertionError(f"{name} is not JSON")

    return json.loads(text, parse_constant=no_constant)


# --- help


def test_help_lists_every_command() -> None:
    told = wargame("--help").stdout
    assert [] == [name for name in COMMANDS if not re.search(rf"^  {name} ", told, re.MULTILINE)]


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("list", list(catalogue.KINDS)),
        ("show", ["policy", "scenario", "lens", "actor", "metric", "parameter", "lever"]),
        ("run", ["quarters, 1 to 400", "Lens id", "a+b", "0 or more", "--log", "--json", "--out"]),
        ("compare", ["all", "1 or more", "quarters", "endogenous", "forced", "a+b", "500"]),
        ("validate", [".py", ".yaml"]),
        ("new", ["policy", "scenario", "lens", "joined by '-'"]),
        ("bench", ["runs per second", "MiB", "batch_run", "--quick", "--chart FILE"]),
    ],
)
def test_help_names_units_and_choices(command: str, told: list[str]) -> None:
    words = " ".join(wargame(command, "--help").stdout.split())
    assert [] == [word for word in told if word not in words]


@pytest.mark.parametrize(
    ("words", "spared"),
    [
        (["--help"], ["numpy", "pandas", "yaml", "pydantic", "mesa", "matplotlib", "scipy"]),
        (["list", "policies"], ["mesa", "matplotlib", "scipy", "tqdm"]),
        (["list", "parameters", "--json"], ["mesa", "matplotlib", "scipy", "tqdm"]),
    ],
)
def test_help_and_lists_import_little(words: list[str], spared: list[str]) -> None:
    code = (
        "import sys\nfrom simulator.cli import app\n"
        f"app({words!r}, standalone_mode=False)\n"
        f"print([m for m in {spared!r} if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert (0, "[]") == (done.returncode, done.stderr.strip())


# --- list, show


@pytest.mark.parametrize("kind", catalogue.KINDS)
def test_list_json_is_a_list_of_objects(kind: str) -> None:
    rows = strict(wargame("list", kind, "--json").stdout)
    assert catalogue.rows(kind) == rows
    assert all({"id", "title", "sources"} <= set(row) for row in rows)


@pytest.mark.parametrize("kind", catalogue.KINDS)
def test_list_prints_every_id(kind: str) -> None:
    lines = wargame("list", kind).stdout.splitlines()
    first = {line.split()[0] for line in lines if line[:1].strip()}
    assert {row["id"] for row in catalogue.rows(kind)} <= first
    assert max(map(len, lines)) <= 100


def test_show_prints_the_card() -> None:
    assert "mli para 15" in wargame("show", POLICY).stdout


# --- bad input


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["list", "polices"], ["no kind 'polices'", "'policies'"]),
        (["show", "tokyo-liason-office"], ["'tokyo-liason-office'", f"'{POLICY}'"]),
        (["show", "qqqq"], ["nothing is called 'qqqq'", "wargame list KIND"]),
        (["run", "taiwan-quarentine"], ["'taiwan-quarentine'", "'taiwan-quarantine'"]),
        (["run", SCENARIO, "-p", "tokyo-office"], ["'tokyo-office'", POLICY]),
        (["run", SCENARIO, "--lens", "crf"], ["no lens 'crf'", "'cfr'"]),
        (["run", SCENARIO, "--lens", "all"], ["--lens", "wargame compare"]),
        (["run", SCENARIO, "--seed", "-1"], ["--seed: -1", "0 or more"]),
        (["run", SCENARIO, "--run", "-1"], ["--run: -1", "0 to"]),
        (["run", SCENARIO, "--quarters", "0"], ["--quarters: 0", "1 to 400"]),
        (["run", SCENARIO, "--quarters", "401"], ["--quarters: 401", "1 to 400"]),
        (["run", SCENARIO, "--log", "--json"], ["--log and --json", "one of them"]),
        (["run", SCENARIO, "-p", POLICY, "-p", POLICY], ["named twice", "once"]),
        (["compare", "taiwan-quarentine"], ["'taiwan-quarentine'", "'taiwan-quarantine'"]),
        (["compare", SCENARIO, "--runs", "0"], ["--runs: 0", "1 to"]),
        (["compare", SCENARIO, "--seed", "-3"], ["--seed: -3", "0 or more"]),
        (["compare", SCENARIO, "--quarters", "500"], ["--quarters: 500", "1 to 400"]),
        (["compare", SCENARIO, "--adoption", "force"], ["--adoption", "'forced'"]),
        (["compare", SCENARIO, "-p", "tokyo-office"], ["'tokyo-office'", POLICY]),
        (["compare", SCENARIO, "-p", POLICY, "-p", POLICY], ["named twice", "once"]),
        (["compare", SCENARIO, "-p", f"{POLICY}+nope"], ["'nope'"]),
        (["compare", SCENARIO, "--lens", "crf"], ["'crf'", "'cfr'"]),
        (["validate", "nope.py"], ["nope.py", "no such file"]),
        (["validate", "nope.yaml"], ["nope.yaml", "no such file"]),
        (["validate", "README.md"], ["README.md", ".py", ".yaml"]),
        (["new", "polcy", "x"], ["'polcy'", "'policy'"]),
        (["new", "policy", "My Idea"], ["'My Idea'", "'my-idea'"]),
        (["new", "policy", POLICY], [POLICY, "already"]),
    ],
)
def test_bad_input_is_refused_in_words(words: list[str], said: list[str]) -> None:
    told = refused(*words)
    assert told.startswith("error: ")
    assert [] == [word for word in said if word not in told], told
    assert "Traceback" not in told


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["lst"], "list"),
        (["run"], "SCENARIO"),
        (["run", SCENARIO, "--polcy", "x"], "--policy"),
        (["compare", SCENARIO, "--runs", "many"], "--runs"),
    ],
)
def test_wrong_usage_is_bad_input(words: list[str], said: str) -> None:
    assert said in refused(*words)


@pytest.mark.parametrize("command", ["run", "compare"])
def test_a_bad_folder_is_refused_before_anything_runs(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import simulator.pairing

    def never(*_: object, **__: object) -> None:
        raise AssertionError("it ran")

    monkeypatch.setattr(simulator.model, "simulate", never)
    monkeypatch.setattr(simulator.pairing, "compare", never)
    (tmp_path / "taken").write_text("a file")
    for folder in ("taken", "taken/deeper"):
        told = refused(command, SCENARIO, "--out", str(tmp_path / folder))
        assert "taken is a file, not a folder" in told
        assert "another folder" in told


def test_a_folder_without_permission_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(delivery.tempfile, "TemporaryDirectory", denied)
    told = refused("run", SCENARIO, "--out", str(tmp_path / "new"))
    assert "cannot be written to: Permission denied" in told


def test_a_failed_run_is_one_line_and_a_hint(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("an odd\nthing")

    monkeypatch.setattr(simulator.model, "simulate", broken)
    plain = wargame("run", SCENARIO)
    assert (1, "") == (plain.exit_code, plain.stdout)
    first, hint = plain.stderr.splitlines()
    assert "error: the run failed: RuntimeError: an odd thing" == first
    assert "--debug" in hint
    in_full = wargame("run", SCENARIO, "--debug")
    assert 1 == in_full.exit_code
    assert "Traceback" in in_full.stderr


# --- run


def test_run_json_holds_metrics_and_events() -> None:
    words = ["run", SCENARIO, "-p", POLICY, "--lens", "cfr", "--seed", "7", "--run", "2", *SMALL]
    told = strict(wargame(*words, "--json").stdout)
    played = simulator.model.simulate(SCENARIO, [POLICY], "cfr", seed=7, run=2, quarters=3)
    asked = {"scenario": SCENARIO, "policies": [POLICY], "lens": "cfr", "seed": 7, "run": 2}
    assert asked | {"quarters": 3} == {k: told[k] for k in (*asked, "quarters")}
    assert {row["id"] for row in catalogue.rows("metrics")} == set(told["metrics"])
    finite = {name: value for name, value in told["metrics"].items() if value is not None}
    assert {name: played.metrics[name] for name in finite} == finite
    assert [event.text for event in played.events] == [event["text"] for event in told["events"]]


def test_run_log_is_the_playthrough() -> None:
    played = simulator.model.simulate(SCENARIO, [POLICY], quarters=3)
    told = wargame("run", SCENARIO, "-p", POLICY, *SMALL, "--log").stdout
    assert playlog.render(played) == told


def test_run_without_a_form_tells_how_it_ended() -> None:
    told = wargame("run", SCENARIO, *SMALL).stdout
    assert "war_any" in told
    assert "seed 0, run 0, 3 quarters" in told


def test_run_writes_a_whole_folder(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "er"
    result = wargame("run", SCENARIO, *SMALL, "--out", str(out))
    assert (0, "") == (result.exit_code, result.stdout)
    files = {"playthrough.txt", "run.json", "actors.csv", "theaters.csv", "events.csv"}
    assert files == {path.name for path in out.iterdir()}
    assert [out] == list(out.parent.iterdir())
    assert 4 * 3 == len(pd.read_csv(out / "theaters.csv"))
    strict((out / "run.json").read_text(encoding="utf-8"))


def test_nothing_half_written_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(delivery, "run_json", full)
    result = wargame("run", SCENARIO, *SMALL, "--out", str(tmp_path / "out"))
    assert 1 == result.exit_code
    assert "No space left on device" in result.stderr
    assert [] == list(tmp_path.iterdir())


# --- compare


def test_compare_json_is_the_promised_object() -> None:
    words = ["compare", SCENARIO, "-p", POLICY, "--lens", "cfr", "--runs", "4", "--seed", "3"]
    told = strict(wargame(*words, *SMALL, "--json").stdout)
    baseline = registry.package("policies").BASELINE
    assert ["scenario", "runs", "seed", "adoption", "rows"] == list(told)
    assert [SCENARIO, 4, 3, "endogenous"] == [
        told[k] for k in ("scenario", "runs", "seed", "adoption")
    ]
    columns = ["policy", "lens", "metric", "mean", "se", "delta", "delta_se"]
    assert all(columns == list(row) for row in told["rows"])
    assert {baseline, POLICY} == {row["policy"] for row in told["rows"]}
    assert {0.0, None} >= {row["delta"] for row in told["rows"] if row["policy"] == baseline}


def test_compare_tells_how_it_was_made() -> None:
    told = wargame("compare", SCENARIO, "-p", POLICY, "--runs", "4", *SMALL).stdout
    words = " ".join(told.split())
    lenses = ", ".join(row["id"] for row in catalogue.rows("lenses"))
    said = ["4 runs of 3 quarters", lenses, "seed 0", "adoption endogenous", "2 standard errors"]
    said += ["does not forecast", "The forum, four ways", POLICY, "less is better"]
    assert [] == [word for word in said if word not in words]
    assert max(map(len, told.splitlines())) <= 100


def test_compare_without_a_policy_plays_all() -> None:
    words = ["compare", SCENARIO, "--lens", "neutral", "--runs", "2", "--quarters", "1", "--json"]
    rows = strict(wargame(*words).stdout)["rows"]
    assert set(registry.policies()) == {row["policy"] for row in rows}


def test_compare_takes_portfolios() -> None:
    both = f"{POLICY}+lower-public-profile"
    words = ["compare", SCENARIO, "-p", both, "--lens", "fa", "--runs", "2", "--quarters", "1"]
    assert both in {row["policy"] for row in strict(wargame(*words, "--json").stdout)["rows"]}


def test_compare_prints_before_it_writes_the_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from simulator.comparison import Comparison

    monkeypatch.setattr(Comparison, "report", lambda _, out: out / "index.html")
    words = ["compare", SCENARIO, "--policy", POLICY, "--lens", "fa", "--runs", "2"]
    result = wargame(*words, "--quarters", "1", "--out", str(tmp_path / "out"))
    assert (0, f"wrote {tmp_path / 'out' / 'index.html'}\n") == (result.exit_code, result.stderr)
    assert POLICY in result.stdout


# --- validate, new


def test_everything_shipped_is_valid() -> None:
    shipped = [p for p in (ROOT / "policies").glob("*.py") if p.name != "__init__.py"]
    shipped += [ROOT / "scenarios" / f"{row['id']}.yaml" for row in catalogue.rows("scenarios")]
    shipped += (ROOT / "scenarios" / "lenses").glob("*.yaml")
    result = wargame("validate", *map(str, shipped))
    assert (0, "") == (result.exit_code, result.stderr)
    assert len(shipped) == result.stdout.count("is valid")


def test_validate_looks_at_every_file(tmp_path: Path) -> None:
    good = ROOT / "policies" / "tokyo_liaison_office.py"
    result = wargame("validate", str(tmp_path / "no.py"), str(good), str(tmp_path / "no.yaml"))
    assert 2 == result.exit_code
    assert "is valid" in result.stdout
    assert 2 == result.stderr.count("error: ")


HEAD = "from simulator.contracts import Ask, Levers, Policy\n"
MADE = "policy = Policy(id='a-b', title='x', sources=['mli para 1'], {})"
ASK = "asks=[Ask(forum='{}', issue='wording', target=0.5, sponsor='{}')]"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (MADE.format("levers=Levers(visibility=3)"), ["a_b.py:2", "visibility", "-1 .. 1"]),
        (MADE.format("levers=Levers(visibilty=1)"), ["a_b.py:2", "'visibility'"]),
        (MADE.format(ASK.format("nato", "USA")), ["a_b.py:2", "'nato'", "'nac'"]),
        (MADE.format(ASK.format("nac", "US")), ["sponsor", "'US'", "'USA'"]),
        (MADE.format("asks='x'"), ["asks", "asks=[...]"]),
        (MADE.format("asks=['x']"), ["asks[0]", "Ask(...)"]),
        (MADE.format("by='NATO'"), ["by", "'NATO'", "by=[...]"]),
        (MADE.format("when=lambda s: s.levels[1] > 2"), ["when", "shape (4,)", "mask over runs"]),
        (MADE.format("when=lambda s: s.lvl"), ["when", "'lvl'", "mask over runs"]),
        (MADE.format("").replace("a-b", "c-d"), ["'c-d'", "c_d.py", "'a-b'"]),
        (MADE.format("").replace("mli", "mly"), ["sources", "'mly para 1'", "'mli'"]),
        (MADE.format(","), ["a_b.py:2", "not valid Python"]),
        ("import numpy", ["a_b.py:2", "'numpy'", "simulator.contracts"]),
        ("1 / 0", ["a_b.py:2", "division by zero"]),
        ("policy = 3", ["a_b.py", "policy = Policy(...)", "wargame new policy"]),
    ],
)
def test_a_wrong_policy_is_told_where(text: str, said: list[str], tmp_path: Path) -> None:
    path = tmp_path / "a_b.py"
    path.write_text(HEAD + text, encoding="utf-8")
    told = refused("validate", str(path))
    assert [] == [word for word in said if word not in told], told


def test_validating_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "a_b.py"
    path.write_text(HEAD + MADE.format(""), encoding="utf-8")
    assert "a-b" == check_policy(path).id
    assert [path] == list(tmp_path.iterdir())


def test_a_scenario_may_table_only_policies_that_exist(tmp_path: Path) -> None:
    text = (ROOT / "scenarios" / "liaison-office-vote.yaml").read_text(encoding="utf-8")
    path = tmp_path / "vote.yaml"
    path.write_text(text.replace("policy: tokyo-liaison", "policy: tokio-liaison"), "utf-8")
    with pytest.raises(InputError, match=r"table\[0\].policy: there is no.*Did you mean 'tokyo"):
        check_file(path)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "policies").mkdir()
    (tmp_path / "scenarios" / "lenses").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("policy", "policies/my_first_idea.py"),
        ("scenario", "scenarios/my-first-idea.yaml"),
        ("lens", "scenarios/lenses/my-first-idea.yaml"),
    ],
)
def test_a_skeleton_is_valid_and_never_overwrites(kind: str, path: str, project: Path) -> None:
    result = wargame("new", kind, "my-first-idea")
    assert 0 == result.exit_code
    assert f"wrote {path}\n" in result.stdout.replace("\\", "/")
    assert 0 == wargame("validate", path).exit_code
    before = (project / path).read_bytes()
    assert "already" in refused("new", kind, "my-first-idea")
    assert before == (project / path).read_bytes()


def test_a_new_scenario_and_lens_can_be_played(project: Path) -> None:
    wargame("new", "scenario", "mine")
    wargame("new", "lens", "mine")
    words = ["run", "scenarios/mine.yaml", "--lens", "scenarios/lenses/mine.yaml", *SMALL]
    assert 0 == wargame(*words).exit_code


def test_new_outside_a_project_says_where_to_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "no folder policies/ here" in refused("new", "policy", "mine")
    assert [] == list(tmp_path.iterdir())


def test_a_new_lens_has_a_cell_for_each_contested_parameter(project: Path) -> None:
    path = scaffold.create("lens", "mine", project)
    contested = {row["id"] for row in catalogue.rows("parameters") if row["contested"]}
    lens = catalogue.content("scenarios.loader").load_lens(str(path))
    assert contested == {cell.symbol for cell in lens.cells}


# --- the play-through


@dataclass
class Fake:
    """A run of two theaters and seven quarters, as `simulator.model.Run` would tell it."""

    events: list[Event]
    metrics: dict[str, float] = field(default_factory=dict)
    scenario: str = "summit-cycle"
    policies: tuple[str, ...] = ("one", "two")
    lens: str = "fa"
    seed: int = 3
    run: int = 1
    quarters: int = 7

    def frame(self, what: str) -> pd.DataFrame:
        if what == "actors":
            names = {"FRA": "France", "DEU": "Germany", "ITA": "Italy", "POL": "Poland"}
            return pd.DataFrame(list(names.items()), columns=["actor", "name"])
        level = [1, 1, 1, 2, 2, 2, 2]
        rungs = {1: "gray zone", 2: "quarantine"}
        rows = [
            (t, f"{2024 + (t + 2) // 4}Q{(t + 2) % 4 + 1}", "taiwan", level[t], rungs[level[t]])
            for t in range(7)
        ]
        return pd.DataFrame(rows, columns=["quarter", "when", "theater", "level", "rung"])

    def explain(self, event: Event) -> str:
        return f"{event.text}: reason +0.10 pp" if event.terms else event.text


def event(quarter: int, kind: str, text: str, choice: str = "", actor: str = "FRA") -> Event:
    terms = {"reason": 0.1} if kind in ("vote", "response") else {}
    return Event(
        quarter, "", kind, actor, "nac" if kind == "vote" else "taiwan", choice, text, terms
    )


def test_a_playthrough_reads_like_a_story() -> None:
    events = [
        event(0, "vote", "France breaks silence", "broke silence"),
        event(0, "vote", "Germany hides", "hid", "DEU"),
        event(0, "vote", "Poland supports it", "supported", "POL"),
        event(0, "result", "It is blocked"),
        event(3, "level", "The ladder rises"),
        *(
            event(3, "response", f"{name} counters in Taiwan", "counters", actor)
            for actor, name in [("FRA", "F"), ("DEU", "D"), ("ITA", "I"), ("POL", "Poland")]
        ),
    ]
    metrics = {"war_any": 0.0, "encirclement_fear": 0.23456, "dilution": float("nan")}
    told = playlog.render(Fake(events, metrics))
    assert (
        """2024Q3 (quarter 0) · NATO summit in Washington
  - France breaks silence: reason +0.10 pp
  - Others: 1 for it (Poland); 1 against it, hiding behind others (Germany)
  - It is blocked

2024Q4 to 2025Q1: nothing moved

2025Q2 (quarter 3)
  - The ladder rises
  - France, Germany, Italy and 1 other counter in Taiwan (France: reason +0.10 pp)
  now: taiwan 2 quarantine

2025Q3 to 2026Q1: nothing moved

How it ended
  end: taiwan 2 quarantine
"""
        in told
    )
    rows = dict(re.findall(r"^(\w+) +(\S+)", told, re.MULTILINE))
    assert ["no", "0.23", "–"] == [rows[name] for name in metrics]


def test_a_quiet_run_is_short() -> None:
    told = playlog.render(Fake([]))
    assert "2024Q3 to 2026Q1: nothing moved" in told
    assert told.endswith("\n")
    assert not told.endswith("\n\n")


def test_a_real_playthrough_does_not_depend_on_the_terminal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    played = simulator.model.simulate(SCENARIO, [POLICY], "cfr", seed=7, quarters=12)
    narrow = {}
    for columns in ("70", "140"):
        monkeypatch.setenv("COLUMNS", columns)
        narrow[columns] = playlog.render(played)
    assert narrow["70"] == narrow["140"]
    assert max(map(len, narrow["70"].splitlines())) <= playlog.WIDE


def test_numbers_of_the_page() -> None:
    assert 0 == doctest.testmod(typeset).failed

"""Studies: what they refuse, how they are named, laid out and cut into shards."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulator import content
from simulator.errors import InputError
from simulator.sweeps import designs, layout, version
from simulator.sweeps.layout import Cell
from simulator.sweeps.study import Study

SCENARIO, POLICY, OTHER = "taiwan-quarantine", "tokyo-liaison-office", "private-sanctions-warning"
SMALL: dict[str, Any] = {"scenarios": SCENARIO, "policies": [POLICY], "quarters": 2}


def study(**fields: Any) -> Study:
    return Study(**{**SMALL, **fields})


# --- what is refused


@pytest.mark.parametrize(
    ("fields", "field", "told"),
    [
        ({"scenarios": ["taiwan-quarantin"]}, "scenarios", "'taiwan-quarantine'"),
        ({"scenarios": []}, "scenarios", "one or more"),
        ({"policies": ["tokyo-liaison-ofice"]}, "policies", "'tokyo-liaison-office'"),
        ({"policies": [f"{POLICY}+nothing"]}, "policies", "unknown policy 'nothing'"),
        ({"policies": [POLICY, POLICY]}, "policies", "named twice"),
        ({"policies": [f"{POLICY}+{POLICY}"]}, "policies", "named twice"),
        ({"lenses": ["neutrall"]}, "lenses", "'neutral'"),
        ({"metrics": ["war_ani"]}, "metrics", "'war_any'"),
        ({"parameters": {"chi_drawn": [0, 1]}}, "parameters.chi_drawn", "'chi_draw'"),
        ({"parameters": {"chi_draw": [0.9, 0.1]}}, "parameters.chi_draw", "Write [0.1, 0.9]"),
        ({"parameters": {"depr": [0.01, 0.5]}}, "parameters.depr", "0.005 .. 0.1"),
        ({"parameters": {"depr": "much"}}, "parameters.depr", "no number"),
        ({"parameters": {"depr": [0.01, 0.02], "depreciation": 0.02}}, "parameters", "Keep one"),
        ({"samples": 0}, "samples", "at least 1"),
        ({"seeds": 0}, "seeds", "at least 1"),
        ({"seeds": 2.0}, "seeds", "whole number"),
        ({"samples": 10**6, "seeds": 10**4}, "seeds", "10,000,000,000"),
        ({"samples": 1000, "design": "sobol"}, "design", "1,024"),
        ({"design": "sobl"}, "design", "'sobol'"),
        ({"adoption": "forcd"}, "adoption", "'forced'"),
        ({"quarters": 0}, "quarters", "at least 1 and at most 400"),
        ({"trajectories": 1.5}, "trajectories", "at most 1"),
        ({"trajectories": "all"}, "trajectories", "quantiles"),
        ({"sample": 3}, "sample", "'samples'"),
    ],
)
def test_a_study_that_cannot_be_played_is_refused(
    fields: dict[str, Any], field: str, told: str
) -> None:
    with pytest.raises(InputError) as refused:
        study(**fields)
    assert refused.value.where is not None
    assert refused.value.where.startswith(field)
    assert told in str(refused.value)


def test_a_file_is_refused_with_the_line_of_every_problem(tmp_path: Path) -> None:
    path = tmp_path / "study.yaml"
    path.write_text(
        "scenarios: taiwan-quarantine\npolicies:\n  - tokyo-liaison-ofice\nparameters:\n"
        "  chi_draw: [0.9, 0.1]\nsamples: 0\n"
    )
    with pytest.raises(InputError) as refused:
        Study.load(path)
    lines = [int(n) for n in re.findall(r"study\.yaml:(\d+): ", str(refused.value))]
    assert [3, 5, 6] == lines


@pytest.mark.parametrize(
    ("text", "told"), [("- a\n", "no fields"), ("a: [\n", "valid YAML"), ("", "empty")]
)
def test_a_file_that_is_no_study_is_refused(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "study.yaml"
    path.write_text(text)
    with pytest.raises(InputError, match=told):
        Study.load(path)
    with pytest.raises(InputError, match="no such file"):
        Study.load(tmp_path / "none.yaml")


# --- defaults and identity


def test_the_baseline_comes_first_and_once() -> None:
    base = study().baseline
    assert (base, POLICY) == study(policies=[POLICY]).policies
    assert (base, POLICY) == study(policies=[POLICY, base]).policies
    assert () == study().bundle(base)
    assert (POLICY, OTHER) == study().bundle(f"{POLICY}+{OTHER}")


def test_all_lenses_and_all_metrics() -> None:
    assert content.lens_ids() == study(lenses="all").lenses
    assert ("war_europe", "war_any") == study(metrics=["war_any", "war_europe"]).metrics
    assert len(study().metrics) == len(study(metrics="all").metrics) > 60


def test_a_file_and_python_name_the_same_study(tmp_path: Path) -> None:
    path = tmp_path / "study.yaml"
    path.write_text(
        "policies: [tokyo-liaison-office]\nparameters: {chi_draw: [1.0e-1, 0.90], depr: 2.0e-2}\n"
        "quarters: 2\nscenarios: [taiwan-quarantine]\n"
    )
    made = study(parameters={"depr": 0.02, "chi_draw": (0.1, 0.9)})
    assert made.key() == Study.load(path).key()
    assert study(lenses=["mli", "cfr"]).key() == study(lenses=["cfr", "mli"]).key()


@pytest.mark.parametrize(
    "change",
    [
        {"samples": 129}, {"seeds": 9}, {"seed": 1}, {"quarters": 3}, {"lenses": ["mli"]},
        {"policies": [OTHER]}, {"adoption": "forced"}, {"metrics": ["war_any"]},
        {"trajectories": 0.5}, {"design": "random"}, {"chance": "own"}, {"shard": 8},
        {"parameters": {"depr": 0.02}}, {"scenarios": ["korea-brinkmanship"]},
        {"thresholds": {"war_any": 0.1}},
    ],
)  # fmt: skip
def test_every_field_is_part_of_the_identity(change: dict[str, Any]) -> None:
    assert study().key() != study(**change).key()


def test_a_scenario_file_counts_by_its_content(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    shipped = (content.folder() / f"{SCENARIO}.yaml").read_text(encoding="utf-8")
    own.write_text(shipped, encoding="utf-8")
    before = study(scenarios=str(own)).key()
    own.write_text(shipped + "\n# changed\n", encoding="utf-8")
    assert before != study(scenarios=str(own)).key()


# --- the model's version


def test_the_version_covers_all_that_can_change_a_result_and_no_more() -> None:
    names = set(version.files())
    for name in (
        "simulator/batch.py", "simulator/mechanisms/escalation.py",
        "simulator/mechanisms/__init__.py", "simulator/draws.py", "simulator/sweeps/designs.py",
        "simulator/metrics/metrics.yaml",
        "agents/rules/__init__.py", "scenarios/calibration.yaml", "scenarios/parameters/arms.yaml",
        "policies/tokyo_liaison_office.py", f"scenarios/{SCENARIO}.yaml",
    ):  # fmt: skip
        assert name in names
    assert any(name.startswith("agents/") and name.endswith(".csv") for name in names)
    for name in ("cli", "charts", "report/page", "figures/words", "sweep_command", "store"):
        assert f"simulator/{name}.py" not in names


def test_a_changed_file_is_another_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = tmp_path / "one.py", tmp_path / "other.py"

    def of(first: bytes, second: bytes) -> str:
        one.write_bytes(first)
        other.write_bytes(second)
        monkeypatch.setattr(version, "files", lambda: {"one": one, "other": other})
        return version.model_version.__wrapped__()

    assert of(b"a\nb", b"c") == of(b"a\r\nb", b"c")
    assert 4 == len({of(b"a", b"b"), of(b"a", b"c"), of(b"ab", b""), of(b"b", b"a")})
    monkeypatch.undo()
    assert re.fullmatch("[0-9a-f]{32}", version.model_version())


# --- designs


RANGES = {"chi_draw": [0.1, 0.9], "depr": [0.01, 0.05]}


def unit(made: Study) -> np.ndarray:
    ends = designs.varied(made)
    return np.stack(
        [(v - ends[s][0]) / (ends[s][1] - ends[s][0]) for s, v in designs.lay_out(made).items()]
    )


def test_a_latin_hypercube_has_one_future_in_every_row_and_column() -> None:
    cube = unit(study(samples=50, parameters=RANGES))
    for column in cube:
        assert list(range(50)) == sorted(np.floor(column * 50).astype(int).tolist())


def test_a_sobol_design_is_balanced_in_every_pair_of_halves() -> None:
    cube = unit(study(samples=64, design="sobol", parameters=RANGES))
    quarters = np.floor(cube[0] * 2) * 2 + np.floor(cube[1] * 2)
    assert [16] * 4 == np.bincount(quarters.astype(int)).tolist()


@pytest.mark.parametrize("design", ["lhs", "sobol", "random"])
def test_a_design_hangs_on_its_seed_alone(design: str) -> None:
    def of(seed: int, order: int = 1) -> np.ndarray:
        ranges = list(RANGES.items())[::order]
        return unit(study(samples=16, design=design, seed=seed, parameters=dict(ranges)))

    assert np.array_equal(of(0), of(0, -1))
    assert not np.any(of(0) == of(1))
    assert of(0).min() >= 0.0
    assert of(0).max() < 1.0


def test_a_name_stands_for_all_its_symbols_and_a_number_is_not_varied() -> None:
    made = study(parameters={"arms_reaction": [1.0, 2.0], "depr": 0.02})
    assert ["k_i", "k_rest"] == list(designs.varied(made))
    assert {"depr": 0.02} == designs.fixed(made)
    assert {} == designs.lay_out(study(parameters={"depr": 0.02}))


# --- shards and needs


@pytest.mark.parametrize(
    ("samples", "seeds", "shard"), [(10, 3, 7), (4, 50, 8), (1, 1, 1), (5, 8, 8), (130, 8, None)]
)
def test_every_run_is_in_one_shard(samples: int, seeds: int, shard: int | None) -> None:
    made = study(samples=samples, seeds=seeds, shard=shard)
    cell = layout.cells(made)[0]
    there = list(layout.shards_of(made, cell))
    assert list(range(samples * seeds)) == [r for s in there for r in s.runs]
    assert list(range(len(there))) == [s.number for s in there]
    if seeds <= made.shard_runs:
        assert all(s.runs.start % seeds == 0 for s in there)
    assert layout.plan(made).shards == len(list(layout.shards(made))) == 2 * len(there)


def test_shards_hold_about_the_same_work_at_every_horizon() -> None:
    assert [1024, 1024, 102] == [study(quarters=q, seeds=1).shard_runs for q in (2, 40, 400)]


def test_all_cells_play_the_same_futures_together() -> None:
    made = study(samples=4, seeds=2, shard=4, lenses=["neutral", "mli"])
    numbers = [s.number for s in layout.shards(made)]
    assert [0, 0, 0, 0, 1, 1, 1, 1] == numbers


def test_names_that_are_no_folders_are_told_apart() -> None:
    long = "+".join(["tokyo-liaison-office"] * 20)
    names = [Cell(SCENARIO, p, "neutral").folder for p in (long, long + "+x", "a/b", "a_b", "..")]
    assert len(set(names)) == len(names)
    for name in names:
        *parts, last = name.split("/")
        assert ["runs", SCENARIO, "neutral"] == parts
        assert len(last) < 100
        assert re.fullmatch(r"[A-Za-z0-9_+-][A-Za-z0-9._+-]*", last)


def test_a_design_that_does_not_fit_in_memory_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layout, "free_memory", lambda: 1_000_000_000)
    layout.check_room(study(), tmp_path, workers=2)
    huge = study(samples=10**9, seeds=1, parameters={"chi_draw": [0.1, 0.9]})
    with pytest.raises(InputError, match="fewer samples") as refused:
        layout.check_room(huge, tmp_path, workers=1)
    assert "samples" == refused.value.where
    with pytest.raises(InputError, match="fewer workers") as refused:
        layout.check_room(study(), tmp_path, workers=100)
    assert "workers" == refused.value.where


def test_results_that_do_not_fit_on_the_disk_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = type("Usage", (), {"free": 2_000_000})
    monkeypatch.setattr(layout.shutil, "disk_usage", lambda path: disk)
    layout.check_room(study(), tmp_path, workers=0)
    with pytest.raises(InputError, match="fewer samples, seeds, metrics") as refused:
        layout.check_room(study(samples=10_000), tmp_path / "new", workers=0)
    assert "--out" in str(refused.value)
    layout.check_room(study(samples=10_000), tmp_path, workers=0, there=10**8)


def test_needs_grow_with_what_is_asked() -> None:
    small = layout.plan(study(samples=1000))
    assert layout.plan(study(samples=2000)).disk > 1.9 * small.disk - 10**6
    assert layout.plan(study(samples=2000)).memory_a_process == small.memory_a_process
    assert layout.plan(study(samples=1000, trajectories=1.0)).disk > small.disk
    assert layout.plan(study(samples=1000, trajectories="quantiles")).disk > small.disk
    assert layout.plan(study(samples=1000, metrics=["war_any"])).disk < small.disk


def test_sizes_are_told_in_words() -> None:
    told = [layout.told(n) for n in (0, 999, 1500, 25_000, 3_200_000_000, 5e15)]
    assert ["0 bytes", "999 bytes", "1.5 kB", "25 kB", "3.2 GB", "5,000.0 TB"] == told

"""The bench measures what it says it does.  No test here depends on how fast anything is."""

import importlib.util
import json
import subprocess
import sys
from contextlib import nullcontext
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from simulator import trials
from simulator.batch import Job, decide_together, play_through, setting
from simulator.bench import chart, clock, disk, drivers, growth, limit, measured, peers, table
from simulator.cli import app
from simulator.errors import InputError
from simulator.model import WargameModel

ROOT = Path(__file__).parents[1]
JOB = clock.bench_job(2)
needs_numba = pytest.mark.skipif(
    importlib.util.find_spec("numba") is None, reason="the extra `bench` is not installed"
)


def wargame(*words: str) -> Result:
    return CliRunner(env={"COLUMNS": "110"}).invoke(app, list(words), prog_name="wargame")


def peer(name: str, seconds: float, **more: Any) -> dict[str, Any]:
    return {
        "peer": name, "what": f"what {name} is", "workers": 1, "runs": 4, "runs_per_second": 2.0,
        "processor_seconds_per_run": seconds, "peak_memory_mib": 170.0,
        "memory_growth_mib_per_run": 0.25, "models_kept": 3, "times_mesa": 5.0 / seconds, **more,
    }  # fmt: skip


def found() -> dict[str, Any]:
    """What a bench may have measured."""
    swept = {"runs": 64, "shards": 4, "seconds": 2.0, "runs_per_second": 32.0,
             "bytes_per_run": 40.0, "peak_memory_mib": 210.0}  # fmt: skip
    rule = {"asked": 40, "numpy_seconds": 0.2, "compiled_seconds": 0.1, "speed": 0.5,
            "share_of_run": 0.04, "largest_difference": 2e-16, "different_choices": 0}  # fmt: skip
    return {
        "scenario": "some-scenario", "quick": False, "python": "3.11.0", "processors": 4,
        "libraries": {"numpy": "2.0.0", "numba": None}, "quarters": 40, "block": 1024,
        "ratio": 500.0, "ensemble_runs_per_second_on_all": 321.0,
        "ratio_on_all": 901.0, "ratio_on_all_range": [880.0, 930.0],
        "peers": [
            peer("Mesa driver", 5.0), peer("ensemble", 0.01),
            {"peer": "EMA", "what": "w", "workers": 1, "missing": "ema is not installed: pip"},
        ],
        "compiled": {
            "backend": "numba 1.0", "runs": 1024, "rules": {"perceive": rule},
            "speed_of_rules": 0.55, "share_of_run": 0.04, "speed_of_run": 0.98,
            "not_covered": "the draws",
        },
        "over_runs": {
            "rows": [
                {"runs": n, "seconds_per_run": 0.01, "peak_memory_mib": 200.0 + n}
                for n in (64, 1024, 4096)
            ],
            "from": 1024, "linear_within": 0.031,
        },
        "over_workers": [
            {"workers": n, "runs_per_second": 90.0 * n, "efficiency": 0.9} for n in (1, 2, 4)
        ],
        "sweeps": {
            "workers": 4, "pool": swept, "dask_overhead": 0.021, "dask_clock_against_pool": 1.01,
            "dask_overhead_by_default": 0.104,
            "one process": {**swept, "processor_seconds_per_run": 0.01, "bookkeeping": 0.012},
            "dask": {**swept, "processor_seconds_per_run": 0.0102},
            "dask by default": {**swept, "processor_seconds_per_run": 0.0111},
        },
        "share_by_phase": {"contest.challenge": 0.6, "opening": 0.4},
    }  # fmt: skip


# --- both drivers, phases, long runs


def test_the_shares_of_the_phases_are_a_whole() -> None:
    shares = drivers.by_phase(Job("summit-cycle", (), "neutral", 3, 3, "endogenous", ()), 64)
    assert set(shares) == {*trials.phase_names(), *drivers.PARTS}
    assert sum(shares.values()) == pytest.approx(1.0, abs=0.01)
    assert list(shares.values()) == sorted(shares.values(), reverse=True)


def test_by_the_clock_both_drivers_play_in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    now, paces, order = [0.0], iter([1.0, 4.0, 1.0]), list[object]()

    def mesa(job: Job, runs: range) -> None:
        order.append(list(runs))
        now[0] += 10.0 * len(runs) * pace[0]

    def ensemble(pool: object, job: Job, runs: int, workers: int) -> float:
        order.append(runs)
        took, pace[0] = 0.5 * runs / workers * pace[0], next(paces, 0.0)
        return took

    pace = [0.0]
    monkeypatch.setattr(drivers.time, "perf_counter", lambda: now[0])
    monkeypatch.setattr(drivers.os, "cpu_count", lambda: 2)
    monkeypatch.setattr(drivers, "spawned", lambda workers: nullcontext())
    monkeypatch.setattr(drivers, "play_mesa", mesa)
    monkeypatch.setattr(drivers, "_on", ensemble)
    row = drivers.by_the_clock(JOB, 8, 2, 3)
    assert [2, [0, 1], 16, [2, 3], 16, [4, 5], 16] == order
    assert 40.0 == row["ratio_on_all"]
    assert [40.0, 40.0] == row["ratio_on_all_range"]
    assert 4.0 == row["ensemble_runs_per_second_on_all"]


def test_a_long_bench_tells_every_step(monkeypatch: pytest.MonkeyPatch) -> None:
    played: list[range] = []
    monkeypatch.setattr(clock, "play_block", lambda job, runs: played.append(runs))
    rows = list(drivers.long(1000, steps=[300]))
    assert [100, 300, 1000] == [row["runs"] for row in rows]
    assert list(range(1000)) == [run for span in played for run in span]
    assert all(row["memory_mib"] > 1.0 for row in rows)


def test_the_module_refuses_a_number_of_runs_that_cannot_be() -> None:
    words = [sys.executable, "-m", "simulator.bench", "--long", "0"]
    done = subprocess.run(words, capture_output=True, text=True, cwd=ROOT)
    assert (2, "") == (done.returncode, done.stdout)
    assert "0 is not allowed" in done.stderr


def test_a_peak_is_a_process_s_own() -> None:
    kept = np.ones(100_000_000)
    assert clock.peak() > 760.0
    if not Path("/proc/self/status").exists():
        pytest.skip("elsewhere a child's peak counts its parent's")
    with clock.spawned(1) as process:
        assert process.submit(clock.peak).result() < 500.0
    assert 100_000_000 == len(kept)


# --- peers


@pytest.mark.parametrize("name", ["Mesa driver", "Mesa batch_run", "ensemble"])
def test_a_peer_plays_the_runs_it_is_asked_for(name: str) -> None:
    row = peers.play_peer(name, clock.bench_job(1), 2)
    assert 2 == row["runs"]
    assert {"runs_per_second", "processor_seconds_per_run", "peak_memory_mib"} < set(row)


def test_the_mesa_driver_lets_go_of_its_models() -> None:
    before = peers.models_kept()
    kept = WargameModel(scenario="summit-cycle", quarters=1)
    assert before + 1 == peers.models_kept()
    kept.close()
    del kept
    assert before == peers.models_kept()
    assert before == peers.play_peer("Mesa driver", clock.bench_job(1), 2)["models_kept"]


@pytest.mark.parametrize(("name", "runs"), [
    ("EMA, Mesa driver", 2), ("EMA, ensemble of 1", 2), ("EMA, ensembles of 4", 8),
])  # fmt: skip
def test_the_workbench_plays_the_runs_it_is_asked_for(name: str, runs: int) -> None:
    pytest.importorskip("ema_workbench")
    assert runs == peers.play_peer(name, clock.bench_job(1), runs, 4)["runs"]


def test_batch_run_plays_our_model_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    import simulator.model

    closed: list[Any] = []
    real = simulator.model.WargameModel.step

    def step(self: Any) -> None:
        real(self)
        closed.append((id(self), self.quarter))

    monkeypatch.setattr(simulator.model.WargameModel, "step", step)
    playing = peers.entries()["Mesa batch_run"].play(clock.bench_job(3), 2)
    assert [0, 2] == list(playing)
    assert [1, 2, 3] * 3 == [quarter for _, quarter in closed]


def test_a_peer_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peers, "find_spec", lambda name: None if "ema" in name else object())
    monkeypatch.setattr(peers, "play_peer", _played)
    monkeypatch.setattr(peers, "spawned", _here)
    rows = peers.measure_peers(JOB, 1, 4, 2)
    there = [row["peer"] for row in rows if "missing" not in row]
    assert ["Mesa driver", "Mesa batch_run", "ensemble"] == there
    lost = [row["missing"] for row in rows if "missing" in row]
    assert ["ema_workbench is not installed: pip install 'two-theaters[analysis]'"] * 4 == lost
    assert [1.0, 0.5, 4.0] == [row["times_mesa"] for row in rows if "missing" not in row]


def _played(name: str, job: Job, runs: int, each: int) -> dict[str, Any]:
    cost = {"Mesa driver": 2.0, "Mesa batch_run": 4.0}.get(name, 0.5)
    return {"runs": runs, "processor_seconds_per_run": cost}


class _here:
    """A pool that works in this process."""

    def __init__(self, workers: int) -> None:
        self.workers = workers

    def __enter__(self) -> "_here":
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def submit(self, task: Any, *given: Any) -> Any:
        value = task(*given)
        return type("Done", (), {"result": lambda self: value})()


# --- the same rules compiled


@needs_numba
@pytest.mark.parametrize("policy", ["", "formal-nato-ip4-pact", "private-sanctions-warning"])
def test_compiled_rules_answer_like_the_rules(policy: str) -> None:
    job = replace(clock.bench_job(6), policies=(policy,) if policy else ())
    row = limit.against_compiled(job, 24, rounds=1)
    assert set(limit.TWINS) == set(row["rules"])
    for rule in row["rules"].values():
        assert rule["asked"] >= 6
        assert rule["largest_difference"] <= limit.ALIKE
        assert 0 == rule["different_choices"]


@needs_numba
def test_a_rule_that_changed_alone_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    twins = limit.compiled()
    real = twins.perceive
    monkeypatch.setattr(
        twins, "perceive", lambda *given: tuple(part + 1e-6 for part in real(*given))
    )
    with pytest.raises(RuntimeError, match="'perceive' and its compiled twin differ"):
        limit.against_compiled(JOB, 4, rounds=1)


@needs_numba
def test_a_regime_that_counts_its_own_survival_has_a_twin_that_does() -> None:
    fixed = setting(clock.bench_job(1), range(16))
    decide, seen = decide_together(fixed.world.kinds), []

    def keep(question: str, view: Any, askers: Any, context: Any) -> Any:
        if question == "challenge":
            dear = replace(view, survival=np.ones_like(view.survival) * 5.0,
                           prize=view.prize * 40.0, win=view.win * 0.5)  # fmt: skip
            seen.append((dear, decide(question, dear, askers, context), askers))
        return decide(question, view, askers, context)

    play_through(fixed, keep)
    [(view, answer, askers)] = seen
    ready = limit.prepared("challenge", view, askers, fixed.world.kinds)
    assert {0.0, 1.0} == {inputs[-1] for inputs, _ in ready}
    twin = limit.compiled().challenge
    for inputs, places in ready:
        move, margin = twin(*inputs)
        assert np.array_equal(answer.choice[:, places], move)
        assert np.allclose(answer.values["margin"][:, places], margin, rtol=1e-12, atol=1e-12)
        other, _ = twin(*inputs[:-1], 1.0 - inputs[-1])
        assert not np.array_equal(move, other)


def test_without_numba_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "simulator.bench.compiled", None)
    monkeypatch.setitem(sys.modules, "numba", None)
    with pytest.raises(InputError, match=r"two-theaters\[bench\]"):
        limit.compiled()
    assert "two-theaters[bench]" in measured._compiled(measured.QUICK)["missing"]


def test_the_model_never_imports_the_compiled_rules() -> None:
    code = (
        "import sys, simulator as ts\nts.ensemble('summit-cycle', runs=2, quarters=1)\n"
        "ts.simulate('summit-cycle', quarters=1)\n"
        "print([m for m in sys.modules if m.startswith(('numba', 'simulator.bench'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert (0, "[]") == (done.returncode, done.stdout.strip())


# --- growth, sweeps


def test_costs_of_a_block_and_more_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    cost = {64: 9.0, 1024: 2.0, 4096: 2.2}
    monkeypatch.setattr(growth, "_cost", lambda job, n: {"runs": n, "seconds_per_run": cost[n]})
    monkeypatch.setattr(growth, "spawned", _here)
    grown = growth.over_runs(JOB, tuple(cost))
    assert grown["linear_within"] == pytest.approx(0.1)
    assert list(cost) == [row["runs"] for row in grown["rows"]]
    assert growth.over_runs(JOB, (64, 1024))["linear_within"] is None


@pytest.mark.parametrize(
    ("most", "expected"), [(1, [1]), (2, [1, 2]), (6, [1, 2, 4, 6]), (8, [1, 2, 4, 8])]
)
def test_processes_are_doubled_up_to_all(most: int, expected: list[int]) -> None:
    assert expected == growth.numbers(most)


def test_a_sweep_is_told_with_its_bookkeeping(monkeypatch: pytest.MonkeyPatch) -> None:
    from simulator.sweeps import chunks

    monkeypatch.setattr(chunks, "play_out", chunks.play_out)
    row = disk._alone(clock.bench_job(1), 8, 4)
    assert (16, 4) == (row["runs"], row["shards"])
    assert 0.0 < row["bookkeeping"] < 1.0
    assert row["bytes_per_run"] > 8.0


# --- what it prints and writes


def test_the_screen_has_every_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "140")
    told = table.screen(found())
    said = " ".join(told.split())
    for words in ("Mesa driver", "500", "ema is not installed: pip", "perceive", "55 %", "4096",
                  "same within 3.1 %", "Dask takes 2.1 %", "10 % as it sets",
                  "contest.challenge"):  # fmt: skip
        assert words in said
    assert max(map(len, told.splitlines())) <= 140


def test_a_nested_table_is_told_line_by_line() -> None:
    assert {"a": 1, "b: c": 2, "b: d: e": 3} == table.flat({"a": 1, "b": {"c": 2, "d": {"e": 3}}})


def test_the_chart_is_drawn_with_and_without_peers(tmp_path: Path) -> None:
    for name, whole in (("all", found()), ("few", lacking())):
        path = tmp_path / f"{name}.png"
        chart.write(whole, path)
        with Image.open(path) as picture:
            assert picture.width > 1000
            assert len(picture.convert("RGB").getcolors(1 << 24)) > 50


def lacking() -> dict[str, Any]:
    whole = found()
    whole["compiled"] = {"missing": "numba is not installed: pip"}
    whole["sweeps"]["dask"] = {"missing": "distributed is not installed: pip"}
    whole["over_runs"]["linear_within"] = None
    whole["over_workers"] = whole["over_workers"][:1]
    return whole


def test_the_chart_says_what_was_measured() -> None:
    figure = chart.chart(found())
    words = " ".join(" ".join(t.get_text() for t in figure.texts).split())
    marks = [t.get_text() for axes in figure.axes for t in axes.texts]
    assert "1/500" in words
    assert "901 times as many" in words
    assert "55 %" in words
    assert "not installed" in marks
    assert any("500 × Mesa" in mark for mark in marks)


def test_the_command_prints_and_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []

    def run_bench(quick: bool, tell: object) -> dict[str, Any]:
        asked.append(quick)
        return found()

    monkeypatch.setattr(measured, "run_bench", run_bench)
    assert found() == json.loads(wargame("bench", "--json").stdout)
    numbers, picture = tmp_path / "b.json", tmp_path / "b.png"
    done = wargame("bench", "--quick", "--json", str(numbers), "--chart", str(picture))
    assert (0, f"wrote {numbers}\nwrote {picture}\n") == (done.exit_code, done.stderr)
    assert "Mesa driver" in done.stdout
    assert found() == json.loads(numbers.read_text())
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert [False, True] == asked


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["b.json"], "--json FILE"),
        (["--chart", "b.pdf"], "NAME.png"),
        (["--chart", "nowhere/b.png"], "there is no folder"),
        (["--json", "nowhere/b.json"], "there is no folder"),
        (["--json", "."], "is a folder"),
    ],
)
def test_the_command_refuses_before_it_measures(
    words: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(measured, "run_bench", lambda *given: pytest.fail("it measured"))
    done = wargame("bench", *words)
    assert (2, "") == (done.exit_code, done.stdout)
    assert said in done.stderr
    assert [] == list(tmp_path.iterdir())


@pytest.mark.slow
def test_a_quick_bench_measures_everything() -> None:
    whole = measured.run_bench(quick=True)
    assert set(found()) < set(whole)
    assert json.loads(json.dumps(whole, allow_nan=False))
    table.screen(whole)
    chart.chart(whole)
    assert len(peers.entries()) == len(whole["peers"])
    assert all(f.name for f in fields(measured.Size))

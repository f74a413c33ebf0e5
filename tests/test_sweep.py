"""Sweeps: the same bytes however they are made, and nothing lost or half-written on the way."""

from __future__ import annotations

import dataclasses
import errno
import gc
import hashlib
import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
import weakref
from collections.abc import Callable, Generator, Iterable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import simulator as ts
from simulator.cli import app
from simulator.errors import InputError
from simulator.sweeps import chunks, crew, folder, layout, sweeping, tables, version
from simulator.sweeps.chunks import Chunk, Played
from simulator.sweeps.store import Results
from simulator.sweeps.study import Study

ROOT = Path(__file__).parents[1]
SCENARIO, POLICY = "taiwan-quarantine", "tokyo-liaison-office"
FIELDS: dict[str, Any] = {
    "scenarios": SCENARIO, "policies": [POLICY], "quarters": 2, "samples": 6, "seeds": 3,
    "shard": 8, "parameters": {"chi_draw": [0.1, 0.9], "depr": 0.02},
    "metrics": ["war_any", "decision_delay", "world_gdp_loss_usd_tn"], "trajectories": "quantiles",
}  # fmt: skip


def study(**fields: Any) -> Study:
    return Study(**{**FIELDS, **fields})


def sweep(made: Study, out: Path, **options: Any) -> Results:
    return ts.sweep(made, out, **{"progress": False, **options})


def files(out: Path) -> dict[str, str]:
    """Every file of a folder with the hash of its bytes."""
    return {
        p.relative_to(out).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(out.rglob("*"))
        if p.is_file()
    }


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an uninterrupted sweep."""
    out = tmp_path_factory.mktemp("whole") / "out"
    sweep(study(), out)
    return out


@pytest.fixture
def recorded(whole: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Chunks are not played but taken from the uninterrupted sweep; the list names them."""
    taken: list[str] = []

    def play(chunk: Chunk) -> Played:
        taken.append(chunk.shard.path)
        read = [(whole / p).read_bytes() for p in (chunk.shard.path, chunk.shard.paths_path)]
        return Played(chunk.shard, *read, b"")

    def alone(todo: Iterable[Chunk]) -> Generator[Played | Chunk, None, None]:
        yield from map(play, todo)

    monkeypatch.setattr(crew, "alone", alone)
    return taken


def chunk(made: Study, number: int = 0, tmp: Path | None = None) -> Chunk:
    """One chunk of a study, as a sweep would make it."""
    at = folder.Folder(tmp or Path("unused"), made)
    design = {s: tuple(v) for s, v in sweeping.designs.lay_out(made).items()}
    rows = SimpleNamespace(
        rows=lambda futures: {s: v[futures.start : futures.stop] for s, v in design.items()}
    )
    at.design = lambda: rows  # type: ignore[method-assign,assignment,return-value]
    return list(sweeping._missing(at, layout.BLOCK))[number]


# --- futures and histories of chance


def test_own_chance_without_parameters_is_a_plain_ensemble(tmp_path: Path) -> None:
    made = study(samples=10, seeds=1, parameters={}, chance="own", seed=5, trajectories=1.0)
    results = sweep(made, tmp_path)
    plain = ts.ensemble(SCENARIO, [POLICY], runs=10, seed=5, quarters=2)
    runs = results.frame(policy=POLICY)
    for name in made.metrics:
        assert np.array_equal(plain.metrics[name], runs[name], equal_nan=True)
    path = results.paths(policy=POLICY)
    for name, values in plain.paths.items():
        assert np.array_equal(values.reshape(-1), path[name])


def test_a_future_keeps_its_parameters_and_a_seed_its_luck() -> None:
    made = study(samples=4, seeds=3, shard=12)
    one = chunk(made)
    fixed = chunks._setting(one, one.shard.runs)
    for value in (
        fixed.futures.parameter("war_drawdown"), fixed.futures.trait("gdp_usd_bn"), fixed.prize,
        fixed.futures.guarantees[next(iter(fixed.futures.guarantees))],
    ):  # fmt: skip
        table = value.reshape(4, 3, -1)
        assert np.all(table == table[:, :1])
        assert np.any(table[0] != table[1])
    luck = fixed.luck("accident", 1, 4).reshape(4, 3, -1)
    assert np.all(luck == luck[:1])
    assert not np.any(luck[:, 0] == luck[:, 1])
    own = dataclasses.replace(one, own_chance=True)
    luck = chunks._setting(own, one.shard.runs).luck("accident", 1, 4)
    assert len(np.unique(luck)) == luck.size


def test_study_parameters_have_the_values_of_the_table(whole: Path) -> None:
    table = Results(whole).futures()
    made = study()
    for number in range(3):
        one = chunk(made, number)
        values = chunks._setting(one, one.shard.runs).futures.parameter("war_drawdown")
        expected = table["chi_draw"].to_numpy()[[r // 3 for r in one.shard.runs]]
        assert np.array_equal(expected, values)


def test_another_policy_lens_or_metric_changes_no_run(whole: Path, tmp_path: Path) -> None:
    wider = study(
        policies=["private-sanctions-warning", POLICY], lenses=["neutral", "mli"], shard=5,
        metrics=["war_any", "calm_share", "world_gdp_loss_usd_tn"], trajectories="none",
    )  # fmt: skip
    kept = ["war_any", "world_gdp_loss_usd_tn"]
    results = sweep(wider, tmp_path)
    for policy in study().policies:
        one = Results(whole).frame(kept, policy=policy)
        other = results.frame(kept, policy=policy, lens="neutral")
        pd.testing.assert_frame_equal(one, other, check_categorical=False)


# --- the same bytes


def test_two_processes_and_any_block_write_the_same_bytes(whole: Path, tmp_path: Path) -> None:
    sweep(study(), tmp_path / "two", workers=2, block=3)
    assert files(whole) == files(tmp_path / "two")


@pytest.mark.slow
@pytest.mark.parametrize(("workers", "block"), [(1, 1), (2, 256), (4, 5)])
def test_any_number_of_processes_writes_the_same_bytes(
    whole: Path, tmp_path: Path, workers: int, block: int
) -> None:
    sweep(study(), tmp_path / "out", workers=workers, block=block)
    assert files(whole) == files(tmp_path / "out")


def test_the_results_are_those_of_a_pandas_group(whole: Path) -> None:
    results = Results(whole)
    runs = results.frame()
    assert 2 * 18 == len(runs)
    means = results.means()
    by = runs.groupby(["policy", "future"], observed=True)
    for name in study().metrics:
        expected = by[name].mean().reset_index().sort_values(["policy", "future"])
        got = means.sort_values(["policy", "future"])
        assert np.allclose(expected[name], got[name], rtol=1e-12, equal_nan=True)
        counted = by[name].count().reset_index().sort_values(["policy", "future"])
        assert counted[name].tolist() == got[f"{name}_eligible"].tolist()
    assert [3] * 12 == means["runs"].tolist()


def test_futures_that_cross_shards_are_averaged_whole(tmp_path: Path) -> None:
    name = "world_gdp_loss_usd_tn"
    results = sweep(study(samples=2, seeds=7, shard=4, metrics=[name]), tmp_path)
    runs, means = results.frame(policy=POLICY), results.means(policy=POLICY)
    assert [7, 7] == means["runs"].tolist()
    for future in (0, 1):
        expected = runs.loc[runs["future"] == future, name].mean()
        assert expected == pytest.approx(means[name][future], rel=1e-12)
        assert list(range(7)) == runs.loc[runs["future"] == future, "seed"].tolist()


# --- trajectories


def test_quantiles_of_small_shards_are_near_those_of_all_runs(whole: Path, tmp_path: Path) -> None:
    exact = sweep(study(trajectories=1.0), tmp_path)
    pooled, true = Results(whole).series(), exact.series()
    assert len(pooled) == len(true) == 2 * 7 * 2
    assert np.allclose(true["mean"], pooled["mean"], rtol=1e-12)
    paths = exact.paths()
    for row in pooled.itertuples():
        chosen = (paths["policy"] == row.policy) & (paths["quarter"] == row.quarter)
        values = np.sort(paths.loc[chosen, row.variable].to_numpy())
        for q in (5, 25, 50, 75, 95):
            low, high = values[[max(0, int(18 * q / 100 - 1.5)), min(17, int(18 * q / 100 + 0.5))]]
            assert low - 1e-12 <= getattr(row, f"q{q:02d}") <= high + 1e-12


def test_many_runs_are_thinned_to_a_percentage_point(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    parts = [rng.lognormal(size=(n, 1)) + shift for n, shift in ((512, 0.0), (100, 3.0), (7, 1.0))]
    cell = layout.Cell(SCENARIO, POLICY, "neutral")
    read = []
    for n, part in enumerate(parts):
        path = tmp_path / f"{n}.parquet"
        path.write_bytes(tables.quantiles(cell, {"x": part}, {"study": "k"}))
        read.append(tables.read(path, None, {"study": "k"}))
    [(mean, found)] = tables.pooled(read, "x", (0.05, 0.25, 0.5, 0.75, 0.95))
    everything = np.concatenate(parts)[:, 0]
    assert mean == pytest.approx(everything.mean(), rel=1e-12)
    shares = [(everything <= value).mean() for value in found]
    assert np.allclose([0.05, 0.25, 0.5, 0.75, 0.95], shares, atol=0.012)


def test_a_study_of_many_shards_is_averaged_future_by_future(tmp_path: Path) -> None:
    made = study(samples=40, seeds=3, shard=4, metrics=["war_any"], trajectories="none")
    at, rng = folder.Folder(tmp_path, made), np.random.default_rng(5)
    with at.opened():
        for shard in layout.shards(made):
            runs = np.arange(shard.runs.start, shard.runs.stop)
            runs = runs[runs % 7 != 3]
            values = np.where(runs % 5 == 0, np.nan, rng.random(len(runs)))
            said = tables.meta(at.key, at.version)
            table = tables.shard(shard.cell, runs // 3, runs % 3, {"war_any": values}, said)
            at.keep(Played(shard, table, b"", b""))
    results = Results(tmp_path)
    by = results.frame().groupby(["policy", "future"], observed=True, sort=False)["war_any"]
    means = results.means()
    assert by.size().tolist() == means["runs"].tolist()
    assert by.count().tolist() == means["war_any_eligible"].tolist()
    assert np.allclose(by.mean(), means["war_any"], rtol=1e-12, equal_nan=True)


def test_a_share_of_whole_paths_is_the_same_runs_everywhere(tmp_path: Path) -> None:
    paths = sweep(study(trajectories=0.5), tmp_path).paths()
    kept = {
        policy: sorted(set(zip(part["future"], part["seed"], strict=True)))
        for policy, part in paths.groupby("policy", observed=True)
    }
    one, other = kept.values()
    assert one == other
    assert 2 < len(one) < 16


def test_trajectories_that_were_not_kept_are_not_made_up(whole: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no whole paths"):
        Results(whole).paths()
    made = study(trajectories="none", samples=1, seeds=1)
    with pytest.raises(InputError, match="no trajectories"):
        sweep(made, tmp_path).series()
    assert not (tmp_path / "trajectories").exists()


# --- stopped at any moment


class Killed(BaseException):
    """Stands for a death that no code of ours can catch as an error."""


def die_at(monkeypatch: pytest.MonkeyPatch, moment: int) -> Callable[[], int]:
    """Die at the n-th step of writing: before a file, half into it, unsynced, not yet moved."""
    count = [0]

    def step(last_act: Callable[[], object] = lambda: None) -> None:
        count[0] += 1
        if count[0] == moment:
            last_act()
            raise Killed

    real_open, real_sync, real_move = Path.open, os.fsync, Path.replace

    def half(path: Path) -> None:
        with real_open(path, "wb") as file:
            file.write(b"half")

    def opened(path: Path, mode: str = "r", *rest: Any, **more: Any) -> Any:
        if mode == "wb":
            step()
            step(lambda: half(path))
        return real_open(path, mode, *rest, **more)

    def synced(handle: int) -> None:
        step()
        real_sync(handle)

    def moved(path: Path, target: Any) -> Any:
        step()
        return real_move(path, target)

    monkeypatch.setattr(Path, "open", opened)
    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", moved)
    return lambda: count[0]


def test_a_sweep_that_dies_at_any_step_of_writing_is_resumed(
    whole: Path, tmp_path: Path, recorded: list[str]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        steps = die_at(patch, 0)
        sweep(study(), tmp_path / "count")
        total = steps()
    assert total > 30
    for moment in range(1, total + 1):
        out = tmp_path / str(moment)
        with pytest.MonkeyPatch.context() as patch:
            die_at(patch, moment)
            with pytest.raises(Killed):
                sweep(study(), out)
        there = [p for p in files(out) if p.startswith("runs/") and p.endswith(".parquet")]
        assert all(files(whole)[p] == files(out)[p] for p in there if Path(p).name[0] != ".")
        recorded.clear()
        sweep(study(), out)
        assert files(whole) == files(out)
        done = [p for p in there if not Path(p).name.startswith(".")]
        assert len(recorded) == 6 - len(done)


SCRIPT = """
import sys
import simulator as ts
from tests_of_sweep import study

if __name__ == "__main__":
    ts.sweep(study(), sys.argv[1], workers=int(sys.argv[2]), progress=False)
"""


def started(tmp: Path, out: Path, workers: int) -> subprocess.Popen[bytes]:
    (tmp / "go.py").write_text(SCRIPT.replace("tests_of_sweep", Path(__file__).stem))
    paths = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    return subprocess.Popen(
        [sys.executable, str(tmp / "go.py"), str(out), str(workers)],
        env={**os.environ, "PYTHONPATH": paths}, cwd=ROOT, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def wait_for(ready: Callable[[], Any], process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None and not ready():
        time.sleep(0.005)


def shards_in(out: Path) -> int:
    return len(list((out / "runs").rglob("[0-9]*.parquet")))


def kill_the_parent(whole: Path, tmp: Path, seed: int, workers: int) -> None:
    """Kill -9 a sweep when some shards are there, then a random moment later; resume it."""
    luck, out = np.random.default_rng(seed), tmp / "out"
    wanted, later = luck.integers(0, 6), luck.uniform(0.0, 0.1)
    process = started(tmp, out, workers)
    wait_for(lambda: (out / "futures.parquet").exists() and shards_in(out) >= wanted, process)
    time.sleep(later)
    process.send_signal(signal.SIGKILL)
    process.wait()
    before = files(out)
    assert all(files(whole)[p] == digest for p, digest in before.items() if Path(p).name[0] != ".")
    sweep(study(), out)
    assert files(whole) == files(out)


def test_killing_the_parent_loses_nothing(whole: Path, tmp_path: Path) -> None:
    kill_the_parent(whole, tmp_path, seed=0, workers=1)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 51))
def test_killing_the_parent_at_any_moment_loses_nothing(
    whole: Path, tmp_path: Path, seed: int
) -> None:
    kill_the_parent(whole, tmp_path, seed, workers=1 + seed % 2)


def test_ctrl_c_ends_the_processes_and_leaves_a_folder_that_goes_on(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = folder.Folder.keep

    def kept(self: folder.Folder, done: Played) -> None:
        keep(self, done)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(folder.Folder, "keep", kept)
        with pytest.raises(KeyboardInterrupt):
            sweep(study(), tmp_path, workers=2)
    assert [] == multiprocessing.active_children()
    assert 1 == shards_in(tmp_path)
    sweep(study(), tmp_path)
    assert files(whole) == files(tmp_path)


# --- processes that die


@dataclasses.dataclass(frozen=True)
class Toy:
    """A chunk that costs nothing: what its task does stands in its name."""

    shard: Any
    tmp: str = ""


def toys(names: Iterable[str], tmp: Path) -> list[Any]:
    return [Toy(SimpleNamespace(path=name), str(tmp)) for name in names]


def toy(one: Toy) -> str:
    """Dies as often as its name says, or raises; else gives its name back."""
    name = one.shard.path
    if name.startswith("raise"):
        raise ValueError(name)
    times = int(name.partition("dies")[2] or 0)
    marks = Path(one.tmp) / name
    marks.mkdir(exist_ok=True)
    before = len(list(marks.iterdir()))
    (marks / str(before)).touch()
    if before < times:
        os.kill(os.getpid(), signal.SIGKILL)
    return name * (1 if name != "large" else 100_000)


def played(names: Iterable[str], tmp: Path, workers: int = 2) -> list[Any]:
    task: Any = toy
    return list(crew.spawned(workers, task)(toys(names, tmp)))


def test_a_chunk_whose_process_died_is_played_again(tmp_path: Path) -> None:
    names = ["a", "b-dies2", "large", "c"]
    assert sorted(["a", "b-dies2", "large" * 100_000, "c"]) == sorted(played(names, tmp_path))


def test_a_chunk_that_kills_three_processes_is_given_up(tmp_path: Path) -> None:
    found = played(["a", "b-dies9", "c", "d"], tmp_path)
    [lost] = [one for one in found if not isinstance(one, str)]
    assert "b-dies9" == lost.shard.path
    assert ["a", "c", "d"] == sorted(one for one in found if isinstance(one, str))
    assert 3 == len(list((tmp_path / "b-dies9").iterdir()))


def test_processes_that_never_play_anything_stop_the_sweep(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="__main__"):
        played(["a-dies9"], tmp_path)


def test_what_a_task_raises_reaches_the_caller(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="raise-b"):
        played(["a", "raise-b"], tmp_path, workers=1)


def test_chunks_are_made_only_as_they_are_needed(tmp_path: Path) -> None:
    made: list[str] = []

    def names() -> Iterator[Any]:
        for one in toys([f"n{i}" for i in range(12)], tmp_path):
            made.append(one.shard.path)
            yield one

    task: Any = toy
    for count, _ in enumerate(crew.spawned(2, task)(names()), start=1):
        assert len(made) <= count + 2
    assert 12 == len(made)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(50))
def test_killing_a_worker_at_any_moment_changes_nothing(
    whole: Path, tmp_path: Path, seed: int
) -> None:
    luck, out = np.random.default_rng(seed), tmp_path / "out"
    process = started(tmp_path, out, 2)
    wanted, later = luck.integers(0, 5), luck.uniform(0.0, 0.2)

    def workers() -> list[int]:
        path = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        pids = [int(p) for p in path.read_text().split()] if path.exists() else []
        return [p for p in pids if b"spawn_main" in Path(f"/proc/{p}/cmdline").read_bytes()]

    if not Path("/proc/self/task").exists():
        process.kill()
        pytest.skip("needs /proc to find the workers")
    wait_for(lambda: shards_in(out) >= wanted and workers(), process)
    time.sleep(later)
    there = workers()
    if there:
        os.kill(luck.choice(there), signal.SIGKILL)
    assert 0 == process.wait()
    assert files(whole) == files(out)


# --- a cluster


@pytest.mark.slow
def test_a_cluster_that_loses_a_worker_writes_the_same_bytes(whole: Path, tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        keep = folder.Folder.keep
        killed: list[int] = []

        def kept(self: folder.Folder, done: Played) -> None:
            keep(self, done)
            if not killed:
                killed.append(next(iter(client.run(os.getpid).values())))
                os.kill(killed[0], signal.SIGKILL)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(folder.Folder, "keep", kept)
            sweep(study(), tmp_path, client=client)
        assert killed
    assert files(whole) == files(tmp_path)


FAULTS = """
import resource
import numpy as np
from simulator.sweeps import crew
kept = crew.keep_memory() if {keep} else True
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(200):
    np.ones(100_000)
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before if kept else -1)
"""


def test_a_worker_keeps_the_memory_that_dask_would_have_it_hand_back() -> None:
    if sys.platform != "linux":
        pytest.skip("Dask sets this for Linux")
    faults = []
    for keep in (False, True):
        command = [sys.executable, "-c", FAULTS.format(keep=keep)]
        there = {**os.environ, "MALLOC_TRIM_THRESHOLD_": "65536"}
        done = subprocess.run(command, env=there, capture_output=True, text=True, check=True)
        faults.append(int(done.stdout))
    if faults[1] < 0:
        pytest.skip("a malloc that cannot be told")
    assert faults[1] < 0.1 * faults[0]


def test_a_scheduler_that_does_not_answer_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(sweeping, "_PATIENCE", 0.2)
    with pytest.raises(InputError, match="dask scheduler"):
        sweeping.connect("tcp://127.0.0.1:9")


def test_a_worker_with_another_model_is_refused() -> None:
    one = chunk(study())
    with pytest.raises(InputError, match="a worker has model version"):
        chunks.play(dataclasses.replace(one, version="0" * 32))


# --- a full disk


def test_a_full_disk_leaves_whole_shards_and_says_so(
    whole: Path, tmp_path: Path, recorded: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    real, count = os.fsync, [0]

    def full(handle: int) -> None:
        count[0] += 1
        if count[0] == 14:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(handle)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="is full; every shard there is whole"):
            sweep(study(), tmp_path)
    there = files(tmp_path)
    assert 2 < len(there) < len(files(whole))
    assert all(files(whole)[p] == there[p] for p in there)
    sweep(study(), tmp_path)
    assert files(whole) == files(tmp_path)


def fill_up(whole: Path, tmp_path: Path, share: float) -> None:
    """Sweep onto a disk that holds a share of the files; on a bigger one it goes on."""
    place = tmp_path / "disk"
    place.mkdir()
    size = sum(p.stat().st_size for p in whole.rglob("*") if p.is_file())
    command = ["mount", "-t", "tmpfs", "-o", f"size={int(share * size)}", "tmpfs", str(place)]
    if sys.platform != "linux" or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("mounting a small disk needs Linux and its administrator")
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(layout, "check_room", lambda *args: None)
            with pytest.raises(OSError, match="is full"):
                sweep(study(), place / "out")
        there = files(place / "out")
        assert len(there) < len(files(whole))
        assert all(files(whole)[p] == there[p] for p in there)
        bigger = ["mount", "-o", f"remount,size={size * 4}", str(place)]
        subprocess.run(bigger, check=True)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(layout, "check_room", lambda *args: None)
            sweep(study(), place / "out")
        assert files(whole) == files(place / "out")
    finally:
        subprocess.run(["umount", str(place)], check=True)


def test_a_small_disk_that_fills_up(whole: Path, tmp_path: Path, recorded: list[str]) -> None:
    fill_up(whole, tmp_path, 0.5)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(50))
def test_a_disk_that_fills_up_at_any_moment_loses_nothing(
    whole: Path, tmp_path: Path, seed: int
) -> None:
    fill_up(whole, tmp_path, np.random.default_rng(seed).uniform(0.05, 0.98))


# --- runs that fail


def broken(monkeypatch: pytest.MonkeyPatch, *, raises: int, infinite: int) -> None:
    """Make run `raises` of a study raise and a metric of run `infinite` infinite."""
    real = chunks.play_out

    def play_out(fixed: Any) -> Any:
        runs = fixed.futures.runs.numbers * 3 + fixed.histories.numbers
        if raises in runs:
            raise FloatingPointError(f"a block of {len(runs)}")
        block = real(fixed)
        values = block.metrics["world_gdp_loss_usd_tn"].copy()
        values[runs == infinite] = np.inf
        return dataclasses.replace(
            block, metrics={**block.metrics, "world_gdp_loss_usd_tn": values}
        )

    monkeypatch.setattr(chunks, "play_out", play_out)


def test_failed_runs_are_reported_and_never_averaged(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken(monkeypatch, raises=4, infinite=11)
    with pytest.warns(RuntimeWarning, match="4 runs failed"):
        results = sweep(study(), tmp_path / "one")
    lines = [json.loads(x) for x in (tmp_path / "one/failed.jsonl").read_text().splitlines()]
    where = [(x["policy"], x["future"], x["seed"]) for x in lines]
    base = study().baseline
    assert sorted((p, f, s) for p in (base, POLICY) for f, s in ((1, 1), (3, 2))) == sorted(where)
    assert {
        "FloatingPointError: a block of 1 (in play_out)", "world_gdp_loss_usd_tn is inf"
    } == {x["why"] for x in lines}  # fmt: skip
    table = results.futures("neutral")
    for line in lines:
        assert len(line["parameters"]) > 30
        assert 0.02 == line["parameters"]["depr"]
        for symbol in ("chi_draw", "psi_CN"):
            assert table[symbol][line["future"]] == line["parameters"][symbol]
    runs, all_runs = results.frame(), Results(whole).frame()
    lost = all_runs["future"].isin([1]) & (all_runs["seed"] == 1)
    lost |= all_runs["future"].isin([3]) & (all_runs["seed"] == 2)
    pd.testing.assert_frame_equal(all_runs[~lost].reset_index(drop=True), runs)
    assert [3, 2, 3, 2, 3, 3] * 2 == results.means()["runs"].tolist()
    assert len(results.failed()) == 4
    with pytest.warns(RuntimeWarning, match="4 runs failed"):
        sweep(study(), tmp_path / "other", block=5)
    assert files(tmp_path / "one") == files(tmp_path / "other")


def test_a_sweep_in_which_every_run_fails_is_no_success(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def play_out(fixed: Any) -> Any:
        raise ZeroDivisionError("always")

    monkeypatch.setattr(chunks, "play_out", play_out)
    with pytest.raises(RuntimeError, match="every run failed"):
        sweep(study(samples=2, seeds=1), tmp_path)


def test_nan_counts_as_failed_where_a_metric_always_has_a_value(tmp_path: Path) -> None:
    one = chunk(study())
    block = chunks.play_out(chunks._setting(one, one.shard.runs))
    good = chunks._sound(one, one.shard.runs, block, [])
    assert good.all()
    assert np.isnan(block.metrics["decision_delay"]).any()
    spoilt = dataclasses.replace(
        block, metrics={**block.metrics, "war_any": np.full(len(good), np.nan)}
    )
    failed: list[tuple[int, str]] = []
    assert not chunks._sound(one, one.shard.runs, spoilt, failed).any()
    assert len(good) == len(failed)


def test_reports_of_many_failures_are_gathered_line_by_line(tmp_path: Path) -> None:
    at = folder.Folder(tmp_path, study())
    with at.opened():
        assert 0 == at.gather_failures()
        for n, shard in enumerate(layout.shards(study())):
            at.write(shard.failed_path, [b'{"n": 1}\n'] * n)
        assert sum(range(6)) == at.gather_failures()
        assert b'{"n": 1}\n' * 15 == (tmp_path / folder.FAILED).read_bytes()


# --- folders


def test_the_design_does_not_stay_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Any] = []
    real = folder.designs.lay_out

    def lay_out(given: Study) -> dict[str, Any]:
        laid = real(given)
        made.extend(weakref.ref(values) for values in laid.values())
        return laid

    monkeypatch.setattr(folder.designs, "lay_out", lay_out)
    with folder.Folder(tmp_path, study()).opened():
        gc.collect()
        assert [None] == [values() for values in made]


def test_the_folder_of_another_study_is_refused(whole: Path, recorded: list[str]) -> None:
    before = files(whole)
    with pytest.raises(InputError) as refused:
        sweep(study(seeds=2, lenses=["mli"]), whole)
    assert "they differ in lenses, seeds" in str(refused.value)
    for made in (study(), study(seeds=2, lenses=["mli"])):
        assert made.key()[:12] in str(refused.value)
    assert (before, []) == (files(whole), recorded)


def test_shards_of_another_model_version_are_not_mixed(
    whole: Path, recorded: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "model_version", lambda: "f" * 32)
    with pytest.raises(InputError, match="two versions do not mix") as refused:
        sweep(study(), whole)
    assert version.model_version()[:12] in str(refused.value)
    assert "f" * 12 in str(refused.value)
    assert [] == recorded


def test_a_folder_that_is_not_ours_or_not_empty_is_refused(
    whole: Path, tmp_path: Path, recorded: list[str]
) -> None:
    (tmp_path / "thesis.docx").touch()
    with pytest.raises(InputError, match=r"thesis\.docx"):
        sweep(study(), tmp_path)
    with pytest.raises(InputError, match="a file, not a folder"):
        sweep(study(), tmp_path / "thesis.docx")
    with pytest.raises(InputError, match="results already"):
        sweep(study(), whole, resume=False)
    with pytest.raises(InputError, match="1 or more"):
        sweep(study(), tmp_path / "new", workers=0)
    assert ["thesis.docx"] == [p.name for p in tmp_path.iterdir()]
    assert [] == recorded


def test_two_sweeps_do_not_share_a_folder(whole: Path) -> None:
    pytest.importorskip("fcntl")
    with (
        folder.Folder(whole, study()).opened(),
        pytest.raises(InputError, match="another sweep is at work"),
    ):
        sweep(study(), whole)


def test_a_done_study_plays_nothing(whole: Path, recorded: list[str]) -> None:
    before = {p: p.stat().st_mtime_ns for p in whole.rglob("*.parquet")}
    sweep(study(), whole)
    assert [] == recorded
    assert before == {p: p.stat().st_mtime_ns for p in whole.rglob("*.parquet")}


# --- reading


def test_what_is_missing_is_known_and_not_averaged(
    whole: Path, tmp_path: Path, recorded: list[str]
) -> None:
    sweep(study(), tmp_path)
    results = Results(tmp_path)
    assert results.complete
    [gone] = list(layout.shards_of(study(), results.cells(policy=POLICY)[0]))[1:2]
    (tmp_path / gone.path).unlink()
    assert [gone] == results.missing()
    assert [] == results.missing(policy=study().baseline)
    for read in (results.frame, results.means, results.series):
        with pytest.raises(InputError, match="1 shards are missing"):
            read()
    assert 18 == len(results.frame(policy=study().baseline))
    assert 36 - len(gone.runs) == len(results.frame(partial=True))
    assert 36 - len(gone.runs) == results.means(partial=True)["runs"].sum()


def test_a_damaged_or_foreign_file_is_never_read(
    whole: Path, tmp_path: Path, recorded: list[str]
) -> None:
    sweep(study(), tmp_path)
    first = next(layout.shards(study()))
    path = tmp_path / first.path
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(InputError, match="damaged"):
        Results(tmp_path).frame()
    path.write_bytes(chunks.play(dataclasses.replace(chunk(study()), key="0" * 32)).table)
    with pytest.raises(InputError, match="another study"):
        Results(tmp_path).frame()


def test_unknown_names_are_refused_when_reading(whole: Path, tmp_path: Path) -> None:
    results = Results(whole)
    for wrong in ({"policy": "tokyo"}, {"lens": "cfr"}, {"scenario": "x"}, {"columns": ["war"]}):
        with pytest.raises(InputError, match="the study has no"):
            results.frame(**wrong)
    with pytest.raises(InputError, match="wargame sweep"):
        Results(tmp_path)
    (tmp_path / "study.json").write_text("{")
    with pytest.raises(InputError, match="cannot be read"):
        Results(tmp_path)


def test_futures_of_a_lens_are_those_that_were_played(whole: Path) -> None:
    table = Results(whole).futures("neutral")
    one = chunk(study(), 0)
    played_with = chunks._setting(one, one.shard.runs).futures
    assert 6 == len(table)
    for symbol in ("psi_CN", "chi_draw"):
        entry = next(p for p in played_with.parameters if p.symbol == symbol)
        value = played_with.parameter(entry.name)
        column = value if value.ndim == 1 else value[:, entry.places[0]]
        futures = [r // 3 for r in one.shard.runs]
        assert np.array_equal(table[symbol].to_numpy()[futures], column)


# --- the terminal


STUDY = f"""
scenarios: {SCENARIO}
policies: [{POLICY}]
parameters: {{chi_draw: [0.1, 0.9]}}
samples: 4
seeds: 1
quarters: 1
metrics: [war_any]
"""


def wargame(*words: str | Path) -> Any:
    return CliRunner(env={"COLUMNS": "100"}).invoke(app, [str(w) for w in words])


def test_the_command_plans_plays_and_resumes(tmp_path: Path) -> None:
    path, out = tmp_path / "study.yaml", tmp_path / "out"
    path.write_text(STUDY)
    dry = wargame("sweep", path, "--out", out, "--dry")
    assert 0 == dry.exit_code
    assert ["8", "4", "1"] == [
        next(x.split()[-1] for x in dry.stdout.splitlines() if x.startswith(label))
        for label in ("runs ", "futures of each", "seeds of each")
    ]
    assert not out.exists()
    for _ in range(2):
        done = wargame("sweep", path, "--out", out, "--workers", "1")
        assert (0, "", f"wrote {out}\n") == (done.exit_code, done.stdout, done.stderr)
    assert 8 == len(Results(out).frame())
    path.write_text(STUDY.replace("seeds: 1", "seeds: 2"))
    other = wargame("sweep", path, "--out", out)
    assert 2 == other.exit_code
    assert "they differ in seeds" in other.stderr


def test_the_command_says_how_to_go_on_after_ctrl_c(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*args: Any, **options: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(sweeping, "sweep", stopped)
    (tmp_path / "study.yaml").write_text(STUDY)
    done = wargame("sweep", tmp_path / "study.yaml", "--out", tmp_path / "out")
    assert (1, "") == (done.exit_code, done.stdout)
    assert "the same command goes on" in done.stderr


def test_the_command_refuses_what_cannot_be_played(tmp_path: Path) -> None:
    path = tmp_path / "study.yaml"
    path.write_text(STUDY.replace("chi_draw", "chi_drew"))
    wrong = wargame("sweep", path, "--out", tmp_path / "out")
    assert 2 == wrong.exit_code
    assert "study.yaml:4: parameters.chi_drew" in wrong.stderr
    assert "'chi_draw'" in wrong.stderr
    path.write_text(STUDY)
    for words in (["--workers", "0"], ["--workers", "2", "--dask", "tcp://127.0.0.1:9"]):
        wrong = wargame("sweep", path, "--out", tmp_path / "out", *words)
        assert (2, True) == (wrong.exit_code, "--workers" in wrong.stderr)
    assert not (tmp_path / "out").exists()

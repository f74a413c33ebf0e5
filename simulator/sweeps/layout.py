"""How a study is cut into shards, what they are called, and what they will need."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from simulator.batch import BLOCK
from simulator.errors import InputError
from simulator.metrics import SERIES
from simulator.sweeps import designs
from simulator.sweeps.study import Study

POINTS = 41  # order statistics kept of a series, per shard and quarter
# By measurement, rounded up: a process that has read the content; a run; a quarter of a run.
PROCESS, A_RUN, A_RUN_QUARTER = 180_000_000, 300_000, 4_000
SHARD_OVERHEAD = 60_000  # bytes of a file beside its numbers
_LONGEST_NAME = 80


@dataclass(frozen=True)
class Cell:
    """What is played: one scenario, policy (or join of policies) and lens."""

    scenario: str
    policy: str
    lens: str

    @property
    def folder(self) -> str:
        """Where its shards stand under the study's folder."""
        return "/".join(["runs", *(_safe(n) for n in (self.scenario, self.lens, self.policy))])


@dataclass(frozen=True)
class Shard:
    """Runs of one cell that are played, written and found again as one file.

    Run r is future ``r // seeds`` under seed ``r % seeds``.
    """

    cell: Cell
    number: int
    runs: range

    @property
    def path(self) -> str:
        """Its file, under the study's folder."""
        return f"{self.cell.folder}/{self.number:06d}.parquet"

    @property
    def paths_path(self) -> str:
        """The file of its trajectories, if the study keeps any."""
        return self.path.replace("runs/", "trajectories/", 1)

    @property
    def failed_path(self) -> str:
        """The file that reports its failed runs, if there are any."""
        return self.path.replace(".parquet", ".failed.jsonl")


def cells(study: Study) -> list[Cell]:
    """Every scenario, lens and policy, in this order."""
    return [
        Cell(s, p, lens) for s in study.scenarios for lens in study.lenses for p in study.policies
    ]


def shards_of(study: Study, cell: Cell) -> Iterator[Shard]:
    """The shards of one cell, in order."""
    size = study.shard_runs
    for number, first in enumerate(range(0, study.runs, size)):
        yield Shard(cell, number, range(first, min(first + size, study.runs)))


def shards(study: Study) -> Iterator[Shard]:
    """All shards of a study, in the order of play: the same futures of every cell together."""
    for together in zip(*(shards_of(study, cell) for cell in cells(study)), strict=True):
        yield from together


@dataclass(frozen=True)
class Plan:
    """What a sweep will do and need."""

    cells: int
    futures: int
    seeds: int
    runs: int
    shards: int
    runs_a_shard: int
    varied: int
    memory_a_process: int
    memory_of_design: int
    disk: int


def plan(study: Study) -> Plan:
    """The plan of a study; memory and disk in bytes, estimated from above."""
    there, size = len(cells(study)), study.shard_runs
    each = -(-study.runs // size)
    longest = max(study.horizon(s) for s in study.scenarios)
    row = 8 * (len(study.metrics) + 2)
    path = 8 * len(SERIES) * longest
    if study.trajectories == "none":
        kept = 0.0
    elif study.trajectories == "quantiles":
        kept = float(path * min(POINTS + 3, size) * each)
    else:
        kept = path * study.runs * study.trajectories
    disk = there * (row * study.runs + kept + each * SHARD_OVERHEAD)
    disk += study.samples * 8 * (1 + len(designs.varied(study)))
    block = min(BLOCK, size) * (A_RUN + A_RUN_QUARTER * longest)
    table = size * (row + path * (study.trajectories != "none"))
    return Plan(
        cells=there, futures=study.samples, seeds=study.seeds, runs=there * study.runs,
        shards=there * each, runs_a_shard=size, varied=len(designs.varied(study)),
        memory_a_process=PROCESS + block + 3 * table,
        memory_of_design=designs.bytes_needed(study), disk=int(disk),
    )  # fmt: skip


def check_room(study: Study, out: Path, workers: int, there: int = 0) -> None:
    """Raise `InputError` if a study will not fit in memory or on the disk.

    `workers`: processes on this machine; `there`: bytes of it that the folder holds already.
    """
    needs, memory = plan(study), free_memory()
    if memory is not None and needs.memory_of_design > memory:
        raise InputError(
            f"laying out {needs.futures:,} futures over {needs.varied} parameters takes about "
            f"{told(needs.memory_of_design)}; {told(memory)} of memory are free.",
            "samples", "Ask for fewer samples, or vary fewer parameters.",
        )  # fmt: skip
    together = needs.memory_of_design + needs.memory_a_process * workers
    if memory is not None and together > memory:
        raise InputError(
            f"{workers} processes of about {told(needs.memory_a_process)} each do not fit; "
            f"{told(memory)} of memory are free.",
            "workers", "Use fewer workers, fewer samples, or a smaller shard.",
        )  # fmt: skip
    home = next(p for p in (out.absolute(), *out.absolute().parents) if p.exists())
    free = shutil.disk_usage(home).free
    if needs.disk - there > free:
        raise InputError(
            f"the results take up to {told(needs.disk - there)}; {told(free)} are free there.",
            f"--out {out}",
            "Free space or choose another disk, or ask for fewer samples, seeds, metrics or "
            "trajectories.",
        )


def free_memory() -> int | None:
    """Bytes of memory that can be had now, where the system tells."""
    known = []
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        entries = dict(line.split(":", 1) for line in lines)
        known.append(int(entries["MemAvailable"].split()[0]) * 1024)
        group = Path("/sys/fs/cgroup")
        limit = (group / "memory.max").read_text(encoding="ascii").strip()
        if limit != "max":
            used = int((group / "memory.current").read_text(encoding="ascii"))
            stat = (group / "memory.stat").read_text(encoding="ascii").split()
            cached = int(stat[stat.index("inactive_file") + 1])
            known.append(int(limit) - used + cached)
    except (OSError, KeyError, ValueError):
        pass
    return min(known, default=None)


def told(size: float) -> str:
    """A number of bytes in words: 3.2 GB."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if size >= 10 or unit == "bytes" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:,.1f} TB"


def _safe(name: str) -> str:
    """A name as a folder: as it is if it may be, else shortened and told apart by its hash."""
    plain = re.sub(r"[^A-Za-z0-9._+-]", "_", name)
    if plain == name and len(name) <= _LONGEST_NAME and not name.startswith("."):
        return name
    return f"{plain.strip('._')[:_LONGEST_NAME]}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"

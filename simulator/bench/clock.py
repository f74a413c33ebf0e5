"""Processor time and memory of this process, and how a bench asks for the same runs everywhere."""

from __future__ import annotations

import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path

from simulator import content
from simulator.batch import BLOCK, Job, play_block

LENS, SEED = "neutral", 11
_KIB = 1024.0
_QUIET = {"TQDM_DISABLE": "1", "PYTHONWARNINGS": "ignore"}


def bench_job(quarters: int | None = None, keep_ballots: bool = True) -> Job:
    """What a bench plays: the scenario of the plan's vote, nobody's policy, the wide prior."""
    scenario = content.plan()["vote"]
    return Job(
        scenario, (), LENS, SEED, quarters, "endogenous", (), keep_ballots=keep_ballots
    )  # fmt: skip


def span(job: Job, begin: int, end: int) -> None:
    """Play runs `begin` to `end` in blocks, keeping nothing."""
    for first in range(begin, end, BLOCK):
        play_block(job, range(first, min(first + BLOCK, end)))


def seconds(work: Callable[[], object]) -> float:
    """Processor seconds of this process that a piece of work takes."""
    begin = time.process_time()
    work()
    return time.process_time() - begin


def used(process: int) -> float:
    """Processor seconds of another process so far, where the system tells, else 0."""
    stat = Path(f"/proc/{process}/stat")
    if not stat.exists():
        return 0.0
    user, system = stat.read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def peak(process: int | str = "self") -> float:
    """Largest memory that this process, or another by its number, has used, MiB.

    `getrusage` on Linux counts the memory of the process that started this one; /proc does not.
    """
    status = Path(f"/proc/{process}/status")
    if status.exists():
        for line in status.read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / _KIB
    if process != "self":
        return 0.0
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used / (_KIB * _KIB) if sys.platform == "darwin" else used / _KIB


def now() -> float:
    """Memory in use, MiB; the peak where the system does not tell."""
    pages = Path("/proc/self/statm")
    if not pages.exists():
        return peak()
    return int(pages.read_text().split()[1]) * resource.getpagesize() / (_KIB * _KIB)


@contextmanager
def spawned(workers: int) -> Iterator[ProcessPoolExecutor]:
    """Fresh processes that share nothing with this one; libraries draw no bars and warn of nothing
    in them."""
    before = {name: os.environ.get(name) for name in _QUIET}
    os.environ.update(_QUIET)
    try:
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            yield pool
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value

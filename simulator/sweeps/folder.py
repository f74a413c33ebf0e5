"""The folder of a study while it is swept: whose it is, and files that are whole or not there."""

from __future__ import annotations

import errno
import json
import os
import platform
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import version as installed
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
import pyarrow.parquet as pq

from simulator.arrays import Floats
from simulator.errors import InputError
from simulator.sweeps import designs, tables
from simulator.sweeps.layout import Shard
from simulator.sweeps.study import Study, canonical
from simulator.sweeps.version import model_version

if TYPE_CHECKING:
    from simulator.sweeps.chunks import Played

STUDY, FUTURES, FAILED, LOCK = "study.json", "futures.parquet", "failed.jsonl", ".lock"
UNFINISHED = ".part"
FORMAT = 1
_ELSEWHERE = "Choose another folder with --out"


class Folder:
    """A study's folder, open for one sweep."""

    def __init__(self, path: Path, study: Study) -> None:
        self.path, self.study = path, study
        self.key, self.version = study.key(), model_version()

    @contextmanager
    def opened(self, resume: bool = True) -> Iterator[Folder]:
        """Hold the folder while sweeping; makes it and lays the design out if it is new.

        Raises `InputError`, before anything is changed, if the folder belongs to another study,
        another version of the model or another sweep that is still at work; or, without
        `resume`, if it holds any results.
        """
        self.check(resume)
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            held = (self.path / LOCK).open("ab")
        except OSError as error:
            raise InputError(
                f"it cannot be written to: {error.strerror}.", f"--out {self.path}", _ELSEWHERE
            ) from error
        with held:
            _hold(held, self.path)
            self.check(resume)
            self._tidy()
            if not (self.path / STUDY).exists():
                self.write(STUDY, [self._says()])
            if not (self.path / FUTURES).exists():
                self._lay_out()
            yield self

    def _lay_out(self) -> None:
        """Write the table of futures, and let go of it: no other process needs all of it again."""
        said = tables.meta(self.key, self.version)
        design = designs.lay_out(self.study)
        self.write(FUTURES, [tables.futures(design, self.study.samples, said)])

    def check(self, resume: bool = True) -> None:
        """Raise `InputError` if the folder may not be used for this study; changes nothing."""
        where, path = f"--out {self.path}", self.path / STUDY
        if self.path.exists() and not self.path.is_dir():
            raise InputError("this is a file, not a folder.", where, _ELSEWHERE)
        if not path.exists():
            others = [p.name for p in self.path.glob("*") if not _ours(p.name)]
            if others:
                raise InputError(
                    f"the folder holds other files ({others[0]}) and no {STUDY}.", where,
                    f"{_ELSEWHERE}, or an empty one",
                )  # fmt: skip
            return
        if not resume:
            raise InputError(
                "the folder holds results already.", where,
                "Resume the study, or choose another folder.",
            )  # fmt: skip
        there = read_study(self.path)
        if there["key"] != self.key:
            raise InputError(
                f"the folder holds study {there['key'][:12]}, this is study {self.key[:12]}; "
                f"they differ in {self._differences(there['study'])}.", where,
                f"{_ELSEWHERE}; the study of this folder stands in its {STUDY}",
            )  # fmt: skip
        if there["model_version"] != self.version:
            raise InputError(
                f"the folder was played with model version {there['model_version'][:12]}, this is "
                f"{self.version[:12]}; runs of two versions do not mix.", where,
                f"{_ELSEWHERE}, or go back to the files of that version",
            )  # fmt: skip

    def _differences(self, other: dict[str, Any]) -> str:
        mine, other = canonical(self.study.plain()), canonical(other)
        fields = [field for field in {**mine, **other} if mine.get(field) != other.get(field)]
        return ", ".join(fields) or "the version of their format"

    def _says(self) -> bytes:
        names = ("numpy", "scipy", "pyarrow")
        made = {"python": platform.python_version(), **{n: installed(n) for n in names}}
        says = {
            "format": FORMAT, "key": self.key, "model_version": self.version,
            "study": self.study.plain(), "written_with": made,
        }  # fmt: skip
        return (json.dumps(says, indent=1, ensure_ascii=False) + "\n").encode()

    def _tidy(self) -> None:
        """Remove what a killed sweep left unfinished."""
        for folder, _, names in os.walk(self.path):
            for name in names:
                if name.startswith(".") and name.endswith(UNFINISHED):
                    (Path(folder) / name).unlink(missing_ok=True)

    def size(self) -> int:
        """Bytes of the results that are there."""
        return sum(
            (Path(folder) / name).stat().st_size
            for folder, _, names in os.walk(self.path)
            for name in names
        )

    def has(self, shard: Shard) -> bool:
        """Whether a shard is done."""
        return (self.path / shard.path).exists()

    def keep(self, played: Played) -> None:
        """Write the files of a shard, its table last: a table that is there is a shard done."""
        if played.trajectories:
            self.write(played.shard.paths_path, [played.trajectories])
        if played.failed:
            self.write(played.shard.failed_path, [played.failed])
        self.write(played.shard.path, [played.table])

    def write(self, name: str, parts: Iterable[bytes]) -> None:
        """Write a file beside its place, make sure it is on the disk, and move it there."""
        path = self.path / name
        beside = path.with_name(f".{path.name}{UNFINISHED}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with beside.open("wb") as file:
                file.writelines(parts)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
            _sync_folder(path.parent)
        except OSError as error:
            with suppress(OSError):
                beside.unlink(missing_ok=True)
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise OSError(
                    error.errno,
                    f"the disk of {self.path} is full; every shard there is whole. Free some "
                    "space and run the same sweep again, it goes on where it stopped",
                ) from error
            raise

    def gather_failures(self) -> int:
        """Collect the reports of failed runs in `failed.jsonl`; how many runs there are."""
        reports = sorted((self.path / "runs").rglob("*.failed.jsonl"))
        if not reports:
            (self.path / FAILED).unlink(missing_ok=True)
            return 0
        failed = 0

        def told() -> Iterator[bytes]:
            nonlocal failed
            for path in reports:
                content = path.read_bytes()
                failed += content.count(b"\n")
                yield content

        self.write(FAILED, told())
        return failed

    def design(self) -> Design:
        """The laid-out futures, read as they are needed."""
        return Design(self.path / FUTURES)


class Design:
    """The table of futures, of which only one stretch is in memory."""

    def __init__(self, path: Path) -> None:
        self.file = pq.ParquetFile(path)
        self.symbols = [n for n in self.file.schema_arrow.names if n != "future"]
        self.groups: dict[int, dict[str, Floats]] = {}

    def rows(self, futures: range) -> dict[str, tuple[float, ...]]:
        """Values of every varied parameter in these futures, by symbol."""
        if not self.symbols:
            return {}
        wanted = range(futures.start // tables.ROWS, (futures.stop - 1) // tables.ROWS + 1)
        self.groups = {n: self.groups.get(n) or self._group(n) for n in wanted}
        first = wanted.start * tables.ROWS
        return {
            s: tuple(
                np.concatenate([self.groups[n][s] for n in wanted])[
                    futures.start - first : futures.stop - first
                ].tolist()
            )
            for s in self.symbols
        }

    def _group(self, number: int) -> dict[str, Floats]:
        table = self.file.read_row_group(number, columns=self.symbols)
        return {s: table[s].to_numpy() for s in self.symbols}


def read_study(folder: Path) -> dict[str, Any]:
    """What a folder says of itself; raises `InputError` if it is no study's folder."""
    path = folder / STUDY
    try:
        says: dict[str, Any] = json.loads(path.read_bytes())
        if says["format"] != FORMAT:
            raise InputError(
                f"its format is {says['format']}, this version reads {FORMAT}.", str(path),
                "Read it with the version that wrote it.",
            )  # fmt: skip
        return {**says, "key": str(says["key"]), "model_version": str(says["model_version"])}
    except FileNotFoundError as error:
        raise InputError(
            f"there is no {STUDY} in this folder.", str(folder),
            "Give the folder that `wargame sweep` wrote.",
        ) from error  # fmt: skip
    except (ValueError, KeyError, TypeError) as error:
        if isinstance(error, InputError):
            raise
        hint = "Put back the file that the sweep wrote."
        raise InputError("the file cannot be read.", str(path), hint) from error


def _ours(name: str) -> bool:
    return name == LOCK or (name.startswith(".") and name.endswith(UNFINISHED))


def _hold(file: BinaryIO, path: Path) -> None:
    """Keep other sweeps out for as long as the file is open; the system lets go at any death."""
    try:
        import fcntl
    except ImportError:  # Windows: two sweeps of one study write the same bytes
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise InputError(
            "another sweep is at work in this folder.", f"--out {path}",
            "Wait for it, or stop it; either can be resumed.",
        ) from error  # fmt: skip
    except OSError:
        return  # a shared disk without locks


def _sync_folder(path: Path) -> None:
    """Make the renaming itself lasting, where the system can."""
    if os.name != "posix":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

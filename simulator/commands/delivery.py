"""How results and errors leave: JSON, a folder that is whole or not there, words on stderr."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperGroup

from simulator.errors import InputError

if TYPE_CHECKING:
    from simulator.model import Run

BAD_INPUT, FAILED = 2, 1  # exit codes
_WORTH_SHARING = 128  # runs from which more processes pay


class FrontDoor(TyperGroup):
    """Turns what goes wrong into words and an exit code; `--debug` may stand anywhere."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Move `--debug` to the front, where the options of all commands stand."""
        if "--debug" in args:
            args = ["--debug", *(arg for arg in args if arg != "--debug")]
        rest: list[str] = super().parse_args(ctx, args)
        return rest

    def invoke(self, ctx: Any) -> Any:
        """Run the command; 0 done, 1 it failed, 2 bad input."""
        try:
            return super().invoke(ctx)
        except (typer.Abort, BrokenPipeError):
            raise
        except Exception as error:
            if hasattr(error, "exit_code"):
                raise  # a usage error, which typer words itself, or an orderly exit
            if ctx.params.get("debug"):
                traceback.print_exception(error)
            complain(error)
            raise typer.Exit(BAD_INPUT if isinstance(error, InputError) else FAILED) from error


def complain(error: Exception) -> None:
    """Print an error on stderr: what is wrong and where on the first line, then what to do."""
    if isinstance(error, InputError):
        where = f"{error.where}: " if error.where else ""
        message, hint = where + error.message, error.hint
    else:
        message, hint = f"the run failed: {_in_a_line(error)}", _advice(error)
    typer.echo(f"error: {message}", err=True)
    if hint:
        stop = "" if hint[-1] in ".?!…" else "."
        typer.echo(f"  {hint[0].upper()}{hint[1:]}{stop}", err=True)


def _in_a_line(error: Exception) -> str:
    said = " ".join(str(error).split())
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


def _advice(error: Exception) -> str:
    if isinstance(error, MemoryError):
        return "There is not enough memory; ask for fewer --runs, policies or lenses at once."
    if isinstance(error, ModuleNotFoundError):
        return f"A package is missing: install the project again, or install {error.name!r}."
    if isinstance(error, OSError):
        return "Check the disk and the permissions, and run it again; nothing is half-written."
    return "The fault is ours: add --debug for the traceback and report it with your command."


def within(option: str, value: int | None, low: int, high: int | None = None) -> None:
    """Raise `InputError` unless the number given to an option lies in low .. high, or is None."""
    if value is None or (low <= value and (high is None or value <= high)):
        return
    allowed = f"{low} or more" if high is None else f"{low} to {high:,}"
    raise InputError(f"{value} is not allowed.", option, f"Give a whole number, {allowed}.")


def print_json(value: Any) -> None:
    """Print a value of plain types as JSON (UTF-8; no NaN)."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False))


def run_json(run: Run) -> dict[str, Any]:
    """One run as plain values: what was played, `metrics` (null where undefined), `events`."""
    from simulator.digest import plain

    return {
        "scenario": run.scenario,
        "policies": list(run.policies),
        "lens": run.lens,
        "seed": run.seed,
        "run": run.run,
        "quarters": run.quarters,
        "metrics": {name: plain(value) for name, value in run.metrics.items()},
        "events": [
            {**vars(event), "terms": {name: plain(value) for name, value in event.terms.items()}}
            for event in run.events
        ],
    }


def writable(folder: Path | None) -> None:
    """Raise `InputError` if a folder cannot be made or written to; leaves nothing behind."""
    if folder is None:
        return
    home = next(p for p in (folder.absolute(), *folder.absolute().parents) if p.exists())
    try:
        if not home.is_dir():
            raise InputError(f"{home} is a file, not a folder.", f"--out {folder}", _ELSEWHERE)
        with tempfile.TemporaryDirectory(dir=home):
            pass
    except OSError as error:
        problem = f"{home} cannot be written to: {error.strerror}."
        raise InputError(problem, f"--out {folder}", _ELSEWHERE) from error


_ELSEWHERE = "Choose another folder, or change its permissions."


def write_run(run: Run, folder: Path) -> None:
    """Write playthrough.txt, run.json and the tables of a run; all files or none."""
    from simulator.commands.playlog import render

    def fill(place: Path) -> None:
        (place / "playthrough.txt").write_text(render(run), encoding="utf-8")
        whole = json.dumps(run_json(run), ensure_ascii=False, indent=1, allow_nan=False)
        (place / "run.json").write_text(whole + "\n", encoding="utf-8")
        for name in ("actors", "theaters"):
            run.frame(name).to_csv(place / f"{name}.csv", index=False)
        events = run.frame("events")
        if len(events):
            events["reasons"] = [run.explain(event) for event in run.events]
            events = events.drop(columns="terms")
        events.to_csv(place / "events.csv", index=False)

    write_whole(folder, fill)


def write_whole(folder: Path, fill: Callable[[Path], None]) -> None:
    """Fill a folder beside the wanted one, then move its files in; nothing is left half-written.

    Files of the same name are replaced, others stay.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=".wargame-", dir=folder.absolute().parent))
    try:
        fill(beside)
        folder.mkdir(exist_ok=True)
        for file in sorted(beside.iterdir()):
            file.replace(folder / file.name)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def workers(runs: int) -> int:
    """Processes to play with: all processors, or this one where starting others costs more."""
    return (os.cpu_count() or 1) if runs >= _WORTH_SHARING else 1


def progress_bar() -> Callable[[int, int], None] | None:
    """A bar on stderr, told (runs played, runs in all); None where nobody watches."""
    if not sys.stderr.isatty():
        return None
    from tqdm import tqdm

    bar = tqdm(unit=" runs", unit_scale=True, leave=False, file=sys.stderr)

    def advance(played: int, whole: int) -> None:
        bar.total = whole
        bar.update(played - bar.n)
        if played >= whole:
            bar.close()

    return advance

"""`wargame bench`: how fast this machine plays, on the screen, as JSON and as a chart."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from simulator.commands import delivery
from simulator.errors import InputError

PICTURES = (".png",)


def bench(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", help="With --json: write it there, not on the screen."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON, or write it to FILE.")
    ] = False,
    chart: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw a chart (.png) as well.")
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="A few short runs, to see that everything works.")
    ] = False,
) -> None:
    """Measure speed and memory on this machine, and peers beside them.

    Speed is in runs per second, memory in MiB. Peers: the Mesa driver, Mesa's own
    batch_run, the EMA workbench around both drivers, the costliest rules compiled;
    then growth with runs and processes, and sweeps to disk, on Dask too. A peer that
    is not installed is named, with the extra that brings it. Takes about ten minutes.
    """
    if file is not None and not as_json:
        hint = "Write --json FILE for numbers, --chart FILE for a picture."
        raise InputError(f"what to write to {file} is not said.", "FILE", hint)
    if chart is not None and chart.suffix.lower() not in PICTURES:
        raise InputError(f"{chart.name} is no picture's name.", "--chart", "Call it NAME.png.")
    for option, path in (("--json", file), ("--chart", chart)):
        _can_write(option, path)
    from simulator.bench import measured, table

    found = measured.run_bench(quick, _tell if sys.stderr.isatty() else None)
    if file is not None:
        text = json.dumps(found, ensure_ascii=False, indent=1, allow_nan=False)
        file.write_text(text + "\n", encoding="utf-8")
    elif as_json:
        delivery.print_json(found)
    if not as_json or file is not None:
        typer.echo(table.screen(found))
    if chart is not None:
        from simulator.bench.chart import write

        write(found, chart)
    for path in (file, chart):
        if path is not None:
            typer.echo(f"wrote {path}", err=True)


def _can_write(option: str, path: Path | None) -> None:
    """Raise `InputError` if a file cannot be written; leaves nothing behind."""
    if path is None:
        return
    if path.is_dir():
        raise InputError(f"{path} is a folder.", option, "Give the name of a file.")
    if not path.parent.is_dir():
        hint = "Make it first, or choose another folder."
        raise InputError(f"there is no folder {path.parent}.", option, hint)
    delivery.writable(path.parent)


def _tell(stage: str) -> None:
    typer.echo(f"{stage} …", err=True)

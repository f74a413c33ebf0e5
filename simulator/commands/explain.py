"""`wargame explain`: a memo about the folder of a sweep, as one page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def explain(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Folder that `wargame sweep` wrote.")
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Page to write; default: memo.html in DIR."),
    ] = None,
    metric: Annotated[
        str | None,
        typer.Option(
            "--metric", metavar="M", help="Judge by this measure; default: each scenario's own."
        ),
    ] = None,
) -> None:
    """Write a memo about a sweep: what is robust, what is contested, on which belief it turns.

    One page of HTML that needs no network. It plays nothing and picks no winner; an
    unfinished sweep is read as far as it goes.
    """
    from simulator.memo import explain as write

    typer.echo(f"wrote {write(folder, out, metric)}", err=True)

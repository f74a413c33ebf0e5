"""`wargame sweep`: a study file, played into a folder from the terminal."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simulator.commands import delivery
from simulator.errors import InputError

if TYPE_CHECKING:
    from simulator.sweeps.layout import Plan

MOST_WORKERS = 1024


def sweep(
    study: Annotated[Path, typer.Argument(metavar="STUDY", help="Study file (.yaml).")],
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Folder of the results; made if missing.")
    ],
    workers: Annotated[
        int | None,
        typer.Option(metavar="N", help="Processes on this machine; default: all processors."),
    ] = None,
    dask: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Play on the workers of this Dask scheduler."),
    ] = None,
    dry: Annotated[
        bool, typer.Option("--dry", help="Check everything and print the plan; play nothing.")
    ] = False,
) -> None:
    """Play a whole study; stop it at any time, the same command goes on.

    A study file has the fields scenarios, policies, lenses, parameters, samples, seeds,
    chance, seed, quarters, adoption, metrics, thresholds, trajectories and design;
    all but the first two may be left out.
    """
    from simulator import typeset
    from simulator.sweeps import layout, sweeping
    from simulator.sweeps.folder import FAILED, Folder
    from simulator.sweeps.study import Study

    delivery.within("--workers", workers, 1, MOST_WORKERS)
    if workers is not None and dask is not None:
        raise InputError("--workers and --dask exclude each other.", None, "Choose one of them.")
    plan_of = Study.load(study)
    plan = layout.plan(plan_of)
    hands = delivery.workers(plan.runs) if workers is None else workers
    if dry:
        folder = Folder(out, plan_of)
        folder.check()
        layout.check_room(plan_of, out, 0 if dask is not None else hands, folder.size())
        typer.echo(typeset.labelled(_told(plan, plan_of.key(), hands)))
        return
    delivery.writable(out)
    client = None if dask is None else sweeping.connect(dask)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", r".* runs failed", RuntimeWarning)
            sweeping.sweep(plan_of, out, hands, client, progress=sys.stderr.isatty())
    except KeyboardInterrupt:
        typer.echo("stopped; the same command goes on where it stopped.", err=True)
        raise typer.Exit(delivery.FAILED) from None
    finally:
        if client is not None:
            client.close()
    failed = out / FAILED
    if failed.exists():
        with failed.open("rb") as reports:
            lines = sum(1 for _ in reports)
        typer.echo(f"{lines:,} runs failed and are left out; why stands in {failed}", err=True)
    typer.echo(f"wrote {out}", err=True)


def _told(plan: Plan, key: str, workers: int) -> list[tuple[str, object]]:
    """The plan, line by line."""
    from simulator.sweeps.layout import told

    memory = told(plan.memory_a_process * workers + plan.memory_of_design)
    return [
        ("study", key[:12]),
        ("scenarios × policies × lenses", f"{plan.cells:,}"),
        ("parameters varied", f"{plan.varied}"),
        ("futures of each", f"{plan.futures:,}"),
        ("seeds of each future", f"{plan.seeds:,}"),
        ("runs", f"{plan.runs:,}"),
        ("shards", f"{plan.shards:,} of up to {plan.runs_a_shard:,} runs"),
        ("memory", f"up to {memory} with {workers} at work"),
        ("disk", f"up to {told(plan.disk)}"),
    ]

"""`wargame`: the terminal front door.

Exit codes: 0 done, 1 the run failed, 2 bad input.  Everything is checked before anything runs.
Only what a command needs is imported, so that help and lists come at once.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Annotated

import typer

from simulator.commands import bench, delivery, explain, regret, sweep
from simulator.errors import InputError, nearest

MOST_QUARTERS = 400  # as in scenario files
MOST_RUNS = 10_000_000
ALL = "all"
ADOPTION = ("endogenous", "forced")

app = typer.Typer(
    name="wargame",
    cls=delivery.FrontDoor,
    help="Try policies on simulated governments, under each author's view of the world.",
    epilog="Begin with: wargame list policies, wargame list scenarios, wargame compare SCENARIO.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Scenario = Annotated[
    str, typer.Argument(metavar="SCENARIO", help="Scenario id, or a scenario file (.yaml).")
]
Policies = Annotated[
    list[str] | None,
    typer.Option(
        "--policy",
        "-p",
        metavar="P",
        help="Policy id or file (.py); a+b joins two; may be repeated.",
    ),
]
Seed = Annotated[int, typer.Option(metavar="N", help="Seed of all luck, 0 or more.")]
Quarters = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        help="Horizon in quarters, 1 to 400; default: the scenario's own.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Out = Annotated[
    Path | None, typer.Option("--out", metavar="DIR", help="Folder to write to; made if missing.")
]


def _version(wanted: bool) -> None:
    if wanted:
        from simulator import __version__

        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _options(
    debug: Annotated[
        bool, typer.Option("--debug", help="Show the traceback of a failure.")
    ] = False,
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_version, help="Print the version.")
    ] = False,
) -> None:
    pass


@app.command("list")
def list_(
    kind: Annotated[
        str,
        typer.Argument(
            metavar="KIND",
            help="policies, portfolios, scenarios, lenses, actors, metrics, parameters or levers.",
        ),
    ],
    as_json: AsJson = False,
) -> None:
    """List everything of a kind.

    One line each: id, title, unit or range; --json gives all there is, sources too.
    """
    from simulator import catalogue, typeset

    rows = catalogue.rows(kind)
    if as_json:
        delivery.print_json(rows)
        return
    columns = catalogue.LISTED[kind]
    typer.echo(typeset.table(list(columns), [[row[c] for c in columns.values()] for row in rows]))


@app.command()
def show(
    name: Annotated[
        str,
        typer.Argument(
            metavar="ID",
            help="Id of a policy, portfolio, scenario, lens, actor, metric, parameter or lever.",
        ),
    ],
) -> None:
    """Show one thing in full, with units and sources."""
    from simulator.commands.show import card

    typer.echo(card(name))


@app.command()
def run(
    scenario: Scenario,
    policy: Policies = None,
    lens: Annotated[str, typer.Option(metavar="L", help="Lens id.")] = "neutral",
    seed: Seed = 0,
    index: Annotated[
        int,
        typer.Option("--run", metavar="I", help="Which run of the seed, 0 or more."),
    ] = 0,
    quarters: Quarters = None,
    log: Annotated[
        bool, typer.Option("--log", help="Print the play-through, with reasons.")
    ] = False,
    as_json: AsJson = False,
    out: Out = None,
) -> None:
    """Play one run. All policies named are in force together.

    Prints how it ended; --log tells it quarter by quarter, --json gives metrics and events,
    --out writes both, and tables of actors, theaters and events, to a folder.
    """
    delivery.within("--seed", seed, 0)
    delivery.within("--run", index, 0, MOST_RUNS)
    delivery.within("--quarters", quarters, 1, MOST_QUARTERS)
    if log and as_json:
        raise InputError("--log and --json exclude each other.", None, "Choose one of them.")
    if lens == ALL:
        hint = "One run has one lens; `wargame compare` plays them all."
        raise InputError("'all' is not a lens.", "--lens", hint)
    delivery.writable(out)
    from simulator.commands import playlog
    from simulator.model import simulate

    played = simulate(scenario, policy or (), lens, seed, index, quarters)
    if out is not None:
        delivery.write_run(played, out)
        typer.echo(f"wrote {out}", err=True)
    if as_json:
        delivery.print_json(delivery.run_json(played))
    elif log:
        typer.echo(playlog.render(played), nl=False)
    elif out is None:
        typer.echo(f"{playlog.header(played)}\n\n{playlog.closing(played)}")
        typer.echo("\nThis is one run of many that could be; --log tells how it came about.")


@app.command()
def compare(
    scenario: Scenario,
    policy: Policies = None,
    lens: Annotated[str, typer.Option(metavar="L|all", help="Lens id, or all.")] = ALL,
    runs: Annotated[
        int,
        typer.Option(metavar="N", help="Runs for each policy and lens, 1 or more."),
    ] = 500,
    seed: Seed = 0,
    quarters: Quarters = None,
    adoption: Annotated[
        str,
        typer.Option(
            metavar="MODE", help="endogenous: forums decide; forced: every text passes when tabled."
        ),
    ] = "endogenous",
    as_json: AsJson = False,
    out: Out = None,
) -> None:
    """Play policies side by side against the status quo.

    All meet the same futures and the same luck, so differences are paired. Each
    --policy is one side of the comparison; without any, every policy of the catalog
    is played. Prints differences with their errors; --out writes a report with charts.
    """
    from simulator import registry
    from simulator.digest import comparison_json, digest
    from simulator.pairing import compare as play

    delivery.within("--runs", runs, 1, MOST_RUNS)
    delivery.within("--seed", seed, 0)
    delivery.within("--quarters", quarters, 1, MOST_QUARTERS)
    if adoption not in ADOPTION:
        raise InputError(f"unknown mode {adoption!r}.", "--adoption", nearest(adoption, ADOPTION))
    delivery.writable(out)
    played = play(
        scenario,
        policy or list(registry.policies()),
        lenses=lens,
        runs=runs,
        seed=seed,
        quarters=quarters,
        adoption=adoption,
        workers=delivery.workers(runs),
        progress=delivery.progress_bar(),
    )
    if as_json:
        delivery.print_json(comparison_json(played))
    else:
        typer.echo(digest(played))
    if out is not None:
        typer.echo(f"wrote {played.report(out)}", err=True)


@app.command()
def validate(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...", help="Policies (.py); scenarios, lenses, parameters (.yaml)."
        ),
    ],
) -> None:
    """Check files before they are used.

    Every file is looked at; the exit code is 2 if one is wrong.
    """
    from simulator.commands.check import check_file

    wrong = 0
    for path in files:
        try:
            typer.echo(f"{path}: {check_file(path)}")
        except InputError as error:
            delivery.complain(error)
            wrong += 1
    if wrong:
        raise typer.Exit(delivery.BAD_INPUT)


@app.command()
def new(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="policy, scenario or lens.")],
    name: Annotated[str, typer.Argument(metavar="ID", help="Lower-case words joined by '-'.")],
) -> None:
    """Write the skeleton of a policy, scenario or lens.

    It goes into policies/, scenarios/ or scenarios/lenses/ of the project in this folder.
    """
    from simulator.commands.scaffold import create, play_note

    path = create(kind, name, Path.cwd()).relative_to(Path.cwd())
    typer.echo(f"wrote {path}")
    typer.echo(f"Edit it, then check it: wargame validate {path}")
    if note := play_note(kind, path):
        typer.echo(note)


for _verb in (sweep.sweep, regret.regret, explain.explain, bench.bench):
    app.command()(_verb)


def main() -> None:
    """The console script `wargame`."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    app(prog_name="wargame")


if __name__ == "__main__":
    main()

"""`wargame regret`: policies × lenses from the folder of a sweep, as a table and a picture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simulator.commands import delivery
from simulator.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

DPI = 110


def regret(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a finished sweep.")],
    metric: Annotated[
        str, typer.Option("--metric", "-m", metavar="M", help="Metric id; `wargame list metrics`.")
    ] = "taiwan_force_risk",
    scenario: Annotated[
        str | None, typer.Option(metavar="S", help="Which scenario, if the study has several.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Folder for the chart and the table."),
    ] = None,
) -> None:
    """How sorry would you be?  Regret of every policy under every lens.

    Regret is how far a policy's mean falls short of the best policy's under the same lens.
    Prints it, least regret at worst on top, with two standard errors; --out writes the chart
    (regret-METRIC.png) and the table with all columns (regret-METRIC.csv).
    """
    from simulator import typeset
    from simulator.analysis import charts, from_results, regrets
    from simulator.figures import words
    from simulator.figures.style import png
    from simulator.sweeps.store import Results

    known = words.metric_of(metric)
    results = Results(folder)
    place = _one_of(results.study.scenarios, scenario)
    delivery.writable(out)
    outcomes = from_results(results, [metric], scenario=place)
    table = regrets(outcomes, metric)
    factor, unit = words.scale(known)
    typer.echo(f"{known.label}: regret in {unit}, ± 2 standard errors; scenario {place}\n")
    heads, rows = _matrix(table, factor)
    typer.echo(typeset.table(heads, rows))
    if out is None:
        return

    def fill(beside: Path) -> None:
        picture = png(charts.regret(outcomes, metric), DPI)
        (beside / f"regret-{metric}.png").write_bytes(picture)
        table.to_csv(beside / f"regret-{metric}.csv", index=False)

    delivery.write_whole(out, fill)
    typer.echo(f"wrote {out / f'regret-{metric}.png'}", err=True)


def _one_of(scenarios: tuple[str, ...], wanted: str | None) -> str:
    if wanted is None and len(scenarios) == 1:
        return scenarios[0]
    if wanted not in scenarios:
        what = "the study has several scenarios" if wanted is None else f"no scenario {wanted!r}"
        raise InputError(f"{what}.", "--scenario", f"Choose one of: {', '.join(scenarios)}.")
    return wanted


def _matrix(table: pd.DataFrame, factor: float) -> tuple[list[str], list[list[str]]]:
    """Heads and rows, least regret in the worst lens on top; * is the least of a column."""
    lenses = list(dict.fromkeys(table["lens"]))
    cells = table.set_index(["policy", "lens"])
    order = table[table["lens"] == lenses[-2]].sort_values("regret", kind="stable")["policy"]
    rows = []
    for policy in order:
        row = [str(policy)]
        for lens in lenses:
            cell = cells.loc[(policy, lens)]
            mark = "*" if cell["best"] else ""
            row.append(f"{factor * cell['regret']:.2g}±{factor * 2 * cell['se']:.1g}{mark}")
        rows.append(row)
    return ["policy", *lenses], rows

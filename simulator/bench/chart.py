"""A bench as one picture: speed of every peer beside the growth of cost with runs."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator.bench.table import digits, percent
from simulator.figures import style
from simulator.figures.style import FAINT, INK, LABEL, MARGIN, SOFT, TICK

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Inches: a row of a bar, width of row labels, of the bars, of the room for their values.
ROW, LABELS, BARS, VALUES = 0.5, 2.75, 3.25, 1.75
RIGHT = MARGIN + LABELS + BARS + VALUES + 0.75


def chart(found: Mapping[str, Any]) -> Figure:
    """Runs per second of one processor by peer, on a log axis with ratios to the Mesa driver;
    processor time per run over the number of runs; speed over the number of processes."""
    rows = found["peers"]
    tall = max(ROW * len(rows), 3.4)
    made = style.sheet(_title(found), _takeaway(found), _small(found), tall + 0.8)
    head = partial(made.write, size=LABEL, weight="bold")
    head("Runs a second, per processor", MARGIN + LABELS, made.top)
    _peers(made.place(MARGIN + LABELS, made.top + 0.4, BARS, tall), rows)
    wide, half = style.WIDTH - MARGIN - RIGHT, (tall - 0.95) / 2.0
    head("Cost of a run, by how many are played", RIGHT - 0.55, made.top)
    _growth(made.place(RIGHT, made.top + 0.4, wide, half), found["over_runs"])
    below = made.top + 0.4 + half + 0.7
    head("Runs a second, by processes", RIGHT - 0.55, below)
    _workers(made.place(RIGHT, below + 0.35, wide, half - 0.1), found["over_workers"])
    return made.figure


def write(found: Mapping[str, Any], path: Path) -> None:
    """Write the chart as PNG."""
    path.write_bytes(style.png(chart(found), 110))


def _title(found: Mapping[str, Any]) -> str:
    fewest = "A quick look at speed" if found["quick"] else "How fast the simulator is"
    return f"{fewest}: {found['quarters']} quarters a run, {found['processors']} processors"


def _takeaway(found: Mapping[str, Any]) -> str:
    told = (
        f"The ensemble plays a run in 1/{found['ratio']:.0f} of the processor time that the Mesa "
        f"driver needs, with identical results; by the clock it plays "
        f"{digits(found['ensemble_runs_per_second_on_all'])} runs a second on all processors, "
        f"{found['ratio_on_all']:.0f} times as many."
    )
    part = found["compiled"]
    if "missing" not in part:
        told += (
            f" Its rules run at {percent(part['speed_of_rules'])} % of their compiled speed; "
            f"they are {percent(part['share_of_run'])} % of a run."
        )
    apart = found["over_runs"]["linear_within"]
    if apart is not None:
        told += (
            f" From {found['block']:,} runs on, cost per run is the same within {percent(apart)} %."
        )
    return told


def _small(found: Mapping[str, Any]) -> str:
    libraries = ", ".join(f"{n} {v}" for n, v in found["libraries"].items() if v is not None)
    return (
        f"Scenario {found['scenario']}, Python {found['python']}, {libraries}. Processor time, "
        "except by processes (clock): other work on the machine disturbs that. Every peer plays "
        f"the same model in a process of its own. Ratios here are of one go each; the "
        f"{found['ratio']:.0f} above is the median of several, in turn in one process. MiB: peak "
        "memory. Dashed: so many times one process."
    )


def _peers(axes: Axes, rows: list[dict[str, Any]]) -> None:
    style.tidy(axes, len(rows), zero=False)
    axes.set_xscale("log")
    speeds = [1.0 / r["processor_seconds_per_run"] for r in rows if "missing" not in r]
    low = min(speeds) / 2.0
    axes.set_xlim(low, max(speeds) * 1.15)
    style.label_rows(axes, [row["peer"] for row in rows], [_weight(row) for row in rows])
    for n, row in enumerate(rows):
        if "missing" in row:
            style.note(axes, low, n, 6, "not installed", color=FAINT)
            continue
        speed = 1.0 / row["processor_seconds_per_run"]
        color = style.BLUE if "ensemble" in row["peer"].lower() else style.ORANGE
        axes.barh(n, speed - low, left=low, height=0.56, color=color, zorder=2)
        times = row.get("times_mesa")
        ratio = "" if times is None else f"   {two_digits(times)} × Mesa"
        style.note(axes, speed, n, 6, f"{digits(speed)}{ratio}")
    _plain_log(axes.xaxis)


def two_digits(times: float) -> str:
    """Two significant digits: 0.98, 24, 510."""
    return digits(float(f"{times:.2g}"))


def _weight(row: Mapping[str, Any]) -> str:
    return "bold" if row["peer"] == "ensemble" else "normal"


def _growth(axes: Axes, part: Mapping[str, Any]) -> None:
    _bare(axes)
    runs = [row["runs"] for row in part["rows"]]
    cost = [1000.0 * row["seconds_per_run"] for row in part["rows"]]
    axes.set_xscale("log", base=2)
    axes.set_xlim(runs[0] / 1.5, runs[-1] * 1.5)
    axes.plot(runs, cost, color=style.BLUE, linewidth=2.2, marker="o", markersize=7)
    axes.set_ylim(0.0, 1.3 * max(cost))
    axes.set_xticks(runs, [f"{n:,}" for n in runs], minor=False)
    for x, y, row in zip(runs, cost, part["rows"], strict=True):
        style.note(axes, x, y, 0, f"{row['peak_memory_mib']:.0f} MiB", dy=13, ha="center",
                   fontsize=style.SMALL, color=SOFT)  # fmt: skip
    axes.set_ylabel("ms of processor", fontsize=TICK, color=SOFT)


def _workers(axes: Axes, rows: list[dict[str, float]]) -> None:
    _bare(axes)
    workers = [row["workers"] for row in rows]
    speeds = [row["runs_per_second"] for row in rows]
    axes.plot(workers, [speeds[0] * n for n in workers], color=FAINT, linewidth=1.4, dashes=(4, 3))
    axes.plot(workers, speeds, color=style.BLUE, linewidth=2.2, marker="o", markersize=7)
    axes.set_ylim(0.0, 1.2 * max(*speeds, speeds[0] * workers[-1]))
    pad = 0.08 * max(workers[-1] - 1, 1)
    axes.set_xlim(1 - pad, workers[-1] + 2.5 * pad)
    axes.set_xticks(workers, [str(n) for n in workers])
    for n, speed, row in zip(workers, speeds, rows, strict=True):
        share = "" if n == 1 else f" ({percent(row['efficiency'])} %)"
        style.note(axes, n, speed, 0, f"{digits(speed)}{share}", dy=-13, ha="center", color=INK)


def _bare(axes: Axes) -> None:
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(FAINT)
    axes.tick_params(labelsize=TICK, colors=SOFT, length=3)
    axes.grid(axis="y", color=style.GRID, linewidth=0.8)
    axes.set_axisbelow(True)


def _plain_log(axis: Any) -> None:
    """Powers of ten written out: 0.1, 1, 10, 100."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    axis.set_major_locator(LogLocator(base=10.0))
    axis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:,.10f}".rstrip("0").rstrip(".")))
    axis.set_minor_formatter(NullFormatter())

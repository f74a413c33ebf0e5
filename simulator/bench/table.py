"""What a bench measured, as tables on the screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from simulator import typeset

_SHOWN = ("peers", "compiled", "over_runs", "over_workers", "sweeps", "share_by_phase")
PHASES = 8  # phases told, the costliest


def screen(found: Mapping[str, Any]) -> str:
    """Every part that was measured, under a heading of its own; speed in runs per second, memory
    in MiB."""
    rest = {name: value for name, value in found.items() if name not in _SHOWN}
    parts = [typeset.labelled(flat(rest).items())]
    for name, (heading, told) in _PARTS.items():
        part = found.get(name)
        if isinstance(part, Mapping) and "missing" in part:
            parts.append(f"{heading}\n{part['missing']}")
        elif part is not None:
            parts.append("\n".join([heading, *told(part)]))
    return "\n\n".join(parts)


def _peers(rows: list[dict[str, Any]]) -> Iterator[str]:
    head = ["peer", "what", "runs", "processor s per run", "× Mesa", "runs/s by the clock",
            "peak MiB", "models kept"]  # fmt: skip
    there = [row for row in rows if "missing" not in row]
    yield typeset.table(
        head,
        [
            [row["peer"], row["what"], row["runs"], digits(row["processor_seconds_per_run"]),
             digits(row.get("times_mesa")), digits(row["runs_per_second"]),
             digits(row["peak_memory_mib"]), row["models_kept"]]
            for row in there
        ],
    )  # fmt: skip
    for row in rows:
        if "missing" in row:
            yield f"{row['peer']}: {row['missing']}"


def _compiled(part: Mapping[str, Any]) -> Iterator[str]:
    head = ["question", "asked", "NumPy s", "compiled s", "NumPy at % of compiled speed",
            "% of the run", "largest difference"]  # fmt: skip
    yield typeset.table(
        head,
        [
            [question, row["asked"], digits(row["numpy_seconds"]), digits(row["compiled_seconds"]),
             percent(row["speed"]), percent(row["share_of_run"]),
             f"{row['largest_difference']:.0e}"]
            for question, row in part["rules"].items()
        ],
    )  # fmt: skip
    yield typeset.paragraph(
        f"{part['backend']}: the rules of these questions run at {percent(part['speed_of_rules'])} "
        f"% of their compiled speed. They are {percent(part['share_of_run'])} % of a run, so the "
        f"ensemble runs at {percent(part['speed_of_run'])} % of the speed it would have with them "
        f"compiled. Not compiled, and not covered by this: {part['not_covered']}."
    )


def _over_runs(part: Mapping[str, Any]) -> Iterator[str]:
    yield typeset.table(
        ["runs", "ms of processor per run", "peak MiB"],
        [
            [f"{row['runs']}", digits(1000.0 * row["seconds_per_run"]),
             digits(row["peak_memory_mib"])]
            for row in part["rows"]
        ],
    )  # fmt: skip
    if part["linear_within"] is not None:
        yield (
            f"From {part['from']} runs (one block) on, the cost per run is the same within "
            f"{percent(part['linear_within'])} %."
        )


def _over_workers(rows: list[dict[str, Any]]) -> Iterator[str]:
    yield typeset.table(
        ["processes", "runs/s by the clock", "% of so many single ones"],
        [
            [row["workers"], digits(row["runs_per_second"]), percent(row["efficiency"])]
            for row in rows
        ],
    )


def _sweeps(part: Mapping[str, Any]) -> Iterator[str]:
    names = {"one process": "one process", "pool": f"pool of {part['workers']}",
             "dask": f"Dask, {part['workers']} workers",
             "dask by default": "Dask as it sets itself"}  # fmt: skip
    yield typeset.table(
        ["sweep", "runs", "shards", "runs/s by the clock", "ms of processor per run",
         "bytes per run", "peak MiB"],
        [
            [told, row["runs"], row["shards"], digits(row["runs_per_second"]),
             digits(1000.0 * row["processor_seconds_per_run"])
             if "processor_seconds_per_run" in row else "–",
             digits(row["bytes_per_run"]), digits(row["peak_memory_mib"])]
            for key, told in names.items()
            if "missing" not in (row := part.get(key, part["dask"]))
        ],
    )  # fmt: skip
    books = part["one process"]["bookkeeping"]
    yield f"Design, tables and files take {percent(books)} % of a sweep's processor time."
    if "missing" in part["dask"]:
        yield f"Dask: {part['dask']['missing']}"
    else:
        yield (
            f"Dask takes {percent(part['dask_overhead'])} % of the time of playing on top of it, "
            f"{percent(part['dask_overhead_by_default'])} % as it sets itself."
        )


def _by_phase(part: Mapping[str, float]) -> Iterator[str]:
    first = list(part.items())[:PHASES]
    yield typeset.table(["phase", "%"], [[name, percent(share)] for name, share in first])


_PARTS: dict[str, tuple[str, Callable[[Any], Iterator[str]]]] = {
    "peers": ("Peers, each in a process of its own", _peers),
    "compiled": ("The same rules compiled", _compiled),
    "over_runs": ("Growth with the number of runs", _over_runs),
    "over_workers": ("Growth with processes", _over_workers),
    "sweeps": ("Sweeps to disk", _sweeps),
    "share_by_phase": ("Where the ensemble's time goes", _by_phase),
}


def digits(value: float | None) -> str:
    """A number to three significant digits; `–` if there is none."""
    return "–" if value is None else f"{float(f'{value:.3g}'):,.10f}".rstrip("0").rstrip(".")


def percent(share: float) -> str:
    """A share as a whole number of percent, with a digit more below ten."""
    return f"{100.0 * share:.1f}" if abs(share) < 0.0995 else f"{100.0 * share:.0f}"


def flat(found: Mapping[str, Any], name: str = "") -> dict[str, object]:
    """What was measured as one level of names: a nested table becomes one line each."""
    out: dict[str, object] = {}
    for key, value in found.items():
        label = f"{name}: {key}" if name else key
        if isinstance(value, Mapping):
            out |= flat(value, label)
        else:
            out[label] = value
    return out

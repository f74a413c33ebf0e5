"""The memo on a sweep: one page of HTML about the folder that `sweep` left, for an analyst.

    import simulator as ts
    ts.explain("results")            # writes results/memo.html and returns its path

It reads results and plays nothing.  The same folder gives the same bytes.
"""

from __future__ import annotations

import os
import tempfile
from html import escape
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from simulator.errors import InputError
from simulator.report.page import paragraphs

if TYPE_CHECKING:
    from simulator.sweeps.store import Results

PAGE = "memo.html"
_ELSEWHERE = "Choose another file, or change its permissions."


def explain(folder: str | Path | Results, out: str | Path | None = None,
            metric: str | None = None) -> Path:  # fmt: skip
    """Write the memo about a sweep's folder; returns its path (default: memo.html in the folder).

    Scenarios are judged by the measure that tells most about each, or by `metric`.  A sweep that
    is unfinished, or had runs that failed, is read as far as it goes and the memo says so.  Raises
    `InputError` if the folder holds no study, nothing that can be told, or cannot be written to.
    """
    from simulator.sweeps.store import Results

    results = folder if isinstance(folder, Results) else _opened(Path(folder))
    path = results.folder / PAGE if out is None else Path(out)
    check_writable(path)
    _write(path, memo(results, metric).encode())
    return path


def memo(results: Results, metric: str | None = None) -> str:
    """The memo as one page of HTML that needs nothing else."""
    from simulator import __version__
    from simulator.memo import believing, holding, played, summary, turning
    from simulator.memo.findings import findings
    from simulator.memo.reading import Material
    from simulator.sweeps.version import model_version

    material = Material(results)
    beliefs = results.model_version == model_version()
    found = list(findings(material, metric, beliefs))
    if not found:
        raise InputError(
            "under no lens has every policy a run: nothing can be compared yet.",
            str(results.folder), "Run the same `wargame sweep` again; it goes on where it stopped.",
        )  # fmt: skip
    sections = [
        played.question(material, found), played.ensemble(material),
        holding.section(material, found), turning.section(material, found),
        believing.section(material, found), played.unmodelled(material),
        played.method(material, found),
    ]  # fmt: skip
    home = Path(__file__)
    styles = [home.parents[1] / "report" / "style.css", home.with_name("memo.css")]
    return Template(home.with_name("memo.html").read_text(encoding="utf-8")).substitute(
        version=escape(__version__),
        heading=escape(summary.heading(material)),
        style="\n".join(path.read_text(encoding="utf-8") for path in styles),
        summary=paragraphs(summary.sentences(material, found)),
        notice=played.notice(material, found, beliefs),
        contents="\n".join(
            f'<li><a href="#{at}">{escape(name)}</a></li>' for at, name in _CONTENTS
        ),
        sections="\n".join(sections),
        footer=escape(
            f"Two Theaters {__version__}; study {results.key[:12]}, model version "
            f"{results.model_version[:12]}, seed {results.study.seed}, {material.played:,} runs."
        ),
    )


_CONTENTS = (
    ("question", "The question"), ("played", "What was played"), ("robust", "What is robust"),
    ("contested", "What is contested, and on which belief it turns"),
    ("believe", "What you would have to believe"), ("unmodelled", "What was not modelled"),
    ("method", "How to read the numbers"),
)  # fmt: skip


def _opened(folder: Path) -> Results:
    from simulator.sweeps.store import Results

    if not folder.exists():
        raise InputError(
            "there is no such folder.", str(folder), "Give the folder that `wargame sweep` wrote."
        )
    if not folder.is_dir():
        raise InputError(
            "this is a file, not a folder.", str(folder),
            "Give the folder that `wargame sweep` wrote.",
        )  # fmt: skip
    return Results(folder)


def check_writable(path: Path) -> None:
    """Raise `InputError` unless a page can be written there; leaves nothing behind."""
    if path.is_dir():
        raise InputError("this is a folder, not a file.", f"--out {path}", "Name a file in it.")
    if not path.absolute().parent.is_dir():
        raise InputError(
            f"there is no folder {path.absolute().parent}.", f"--out {path}",
            "Make it first, or name another file.",
        )  # fmt: skip
    if not os.access(path.absolute().parent, os.W_OK):
        raise InputError(
            f"{path.absolute().parent} cannot be written to.", f"--out {path}", _ELSEWHERE
        )


def _write(path: Path, content: bytes) -> None:
    """Write beside the place and move there: whole or not at all."""
    beside = None
    try:
        with tempfile.NamedTemporaryFile(
            dir=path.absolute().parent, prefix=".memo-", delete=False
        ) as file:
            beside = Path(file.name)
            file.write(content)
        beside.chmod(0o644)
        beside.replace(path)
    except OSError as error:
        if beside is not None:
            beside.unlink(missing_ok=True)
        raise InputError(
            f"it cannot be written: {error.strerror or error}.", f"--out {path}", _ELSEWHERE
        ) from error

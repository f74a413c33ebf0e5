"""The report of a comparison: one page that needs nothing else, its figures and its tables."""

from __future__ import annotations

import base64
import json
import tempfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any

import pandas as pd

from simulator.charts import PANELS, Charts
from simulator.errors import InputError
from simulator.figures import words
from simulator.figures.style import png
from simulator.report import page, text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from simulator.comparison import Comparison

PAGE = "report.html"
DPI = 144
ELSEWHERE = "Choose another folder, or change its permissions."


def write_report(comparison: Comparison, out: str | Path) -> Path:
    """Write report.html, figures/*.png, frame.csv, adoption.csv and comparison.json to a folder.

    All files are made in a temporary folder first and then moved in, the page last, so nothing is
    ever half-written.  Files of the same name are replaced, others stay, except figures of an
    earlier report.  Returns the path of the page.  Raises `InputError` if the folder cannot be
    written to.
    """
    folder = Path(out).absolute()
    try:
        with _workplace(folder) as place:
            _fill(comparison, Path(place))
            _move_in(Path(place), folder)
    except OSError as error:
        problem = f"{error.filename or folder} cannot be written to: {error.strerror or error}."
        raise InputError(problem, str(folder), ELSEWHERE) from error
    return folder / PAGE


def _workplace(folder: Path) -> tempfile.TemporaryDirectory[str]:
    """A temporary folder on the same disk: in the wanted one if it exists, else beside it."""
    if folder.exists() and not folder.is_dir():
        raise InputError("this is a file, not a folder.", str(folder), ELSEWHERE)
    home = next(p for p in (folder, *folder.parents) if p.is_dir())
    return tempfile.TemporaryDirectory(prefix=".report-", dir=home)


def _move_in(place: Path, folder: Path) -> None:
    figures = folder / "figures"
    figures.mkdir(parents=True, exist_ok=True)
    if (folder / PAGE).exists():
        for old in figures.glob("*.png"):
            if not (place / "figures" / old.name).exists():
                old.unlink()
    for file in sorted((place / "figures").iterdir()):
        file.replace(figures / file.name)
    for file in sorted(place.iterdir(), key=lambda f: f.name == PAGE):
        if file.is_file():
            file.replace(folder / file.name)


def _fill(cmp: Comparison, place: Path) -> None:
    from simulator.digest import comparison_json

    charts = Charts(cmp)
    (place / "figures").mkdir()
    shown = []
    for name, made, caption in _figures(cmp, charts):
        picture = png(made, DPI)
        (place / "figures" / f"{name}.png").write_bytes(picture)
        uri = f"data:image/png;base64,{base64.b64encode(picture).decode('ascii')}"
        shown.append(page.figure(uri, str(made.get_label()) or name, caption))
    charts.frame.drop(columns="runs").to_csv(place / "frame.csv", index=False)
    _adoption(cmp).to_csv(place / "adoption.csv", index=False)
    whole = json.dumps(comparison_json(cmp), ensure_ascii=False, indent=1, allow_nan=False)
    (place / "comparison.json").write_text(whole + "\n", encoding="utf-8")
    (place / PAGE).write_text(_page(cmp, charts, shown), encoding="utf-8")


def _page(cmp: Comparison, charts: Charts, figures: list[str]) -> str:
    from html import escape

    from simulator import __version__

    home = Path(__file__)
    style = home.with_name("style.css").read_text(encoding="utf-8")
    template = Template(home.with_name("page.html").read_text(encoding="utf-8"))
    heading = text.heading(cmp)
    return template.substitute(
        version=escape(__version__),
        title=escape(heading),
        heading=escape(heading),
        standfirst="What would you have to believe for a policy to be the right one?",
        style=style,
        summary=f'<div class="summary">\n{page.paragraphs(text.summary(charts))}\n</div>',
        limits=page.items(text.limits()),
        made=page.made(cmp, charts),
        figures="\n".join(figures),
        tables=page.tables(cmp, charts),
        adoption=page.adoption(cmp),
        turns=page.turns(getattr(cmp, "turns", None)),
        sources=page.sources([cmp.scenario], cmp.policies, known_sources()),
        footer=escape(
            f"Two Theaters {__version__}; scenario {cmp.scenario}, seed {cmp.seed}, "
            f"{cmp.runs:,} runs, adoption {cmp.adoption_mode}."
        ),
    )


def _figures(cmp: Comparison, charts: Charts) -> Iterator[tuple[str, Figure, str]]:
    """File name, figure and caption, in the order of the page."""
    head = text.headline_of(cmp)
    yield "outcomes", charts.outcomes(_first(head, PANELS)), (
        "Each panel is one measure. Points show how far a policy moves it from the status quo; "
        "numbers on the right give the level under the status quo, then each change."
    )  # fmt: skip
    for metric in _first(head, ("war_any", "world_gdp_loss_usd_tn")):
        yield f"by-lens-{metric}", charts.by_lens(metric), (
            "The same measure under each view of the world, on one axis. A policy marked “sign "
            "differs” clearly helps under one lens and clearly harms under another."
        )  # fmt: skip
    theater = text.theater_of(cmp)
    yield f"ladder-{theater}", charts.ladder(theater), (
        "Where the runs stand on the ladder of escalation, quarter by quarter."
    )  # fmt: skip
    for policy in cmp.policies:
        for n, _ in enumerate(charts.texts(policy)):
            yield f"vote-{Path(policy).stem}-{n}", charts.vote(policy, text=n), (
                f"{words.policy_title(policy)}, text {n + 1}: how members vote in all sessions of "
                "all runs. They broke silence in the open, hid behind others who did, acquiesced "
                "against their own reading, or supported it."
            )  # fmt: skip
    if len(cmp.adoption(head)):
        yield "adoption", charts.adoption(head), (
            "The chance of getting a policy is one thing, its effect another. The overall effect "
            "mixes both; trying and failing has an effect of its own."
        )  # fmt: skip


def _first(head: str, others: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((head, *others)))


def _adoption(cmp: Comparison) -> pd.DataFrame:
    tables = [cmp.adoption(metric) for metric in _first(text.headline_of(cmp), PANELS)]
    return pd.concat(tables, ignore_index=True)


def known_sources() -> list[dict[str, Any]]:
    """Every document and data set in use, as the content lists them."""
    from simulator import registry

    loader = import_module(f"{registry.package('scenarios').__name__}.loader")
    found: list[dict[str, Any]] = loader.read_yaml(Path(loader.FOLDER) / "sources.yaml")
    return found

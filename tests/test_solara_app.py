"""The example for Mesa's viewer; skipped where the extra `viz` is not installed."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest

import simulator as ts

pytest.importorskip("solara")
APP = Path(__file__).parents[1] / "examples" / "solara_app.py"


@pytest.fixture(scope="module")
def app() -> dict[str, Any]:
    return runpy.run_path(str(APP))


def test_the_viewer_plays_the_same_run(app: dict[str, Any]) -> None:
    model = app["OneRun"]()
    assert app["told"](model).startswith("Nothing has been played")
    model.step()
    run = ts.simulate("liaison-office-vote", ["tokyo-liaison-office"], seed=7, quarters=1)
    assert model.events == run.events
    assert all(e.text in app["told"](model) for e in run.events if e.kind == "result")


def test_it_stops_at_the_horizon(app: dict[str, Any]) -> None:
    model = app["OneRun"]("summit-cycle", app["NOTHING"], "cfr", 1)
    model.quarter = model.fixed.scene.quarters
    model.step()
    assert not model.running
    assert [] == model.events


def test_the_page_follows_a_step(app: dict[str, Any]) -> None:
    import ipywidgets
    import solara

    model = app["OneRun"]()

    @solara.component
    def whole() -> None:
        with solara.Column():
            for part in ("News", "Levels", "LastVote"):
                app[part](model)

    _, page = solara.render(whole(), handle_error=False)
    assert 0 == len(page.find(ipywidgets.Image).widgets)
    model.step()
    app["update_counter"].set(app["update_counter"].value + 1)
    assert 2 == len(page.find(ipywidgets.Image).widgets)
    page.close()

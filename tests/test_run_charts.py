"""Pictures of one run, and of beliefs: they say what the numbers say."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

import simulator as ts
from simulator import analysis
from simulator.analysis.breakeven import Crossing
from simulator.figures import run as drawn
from simulator.results import Event

PACT, BASE = "formal-nato-ip4-pact", "status-quo-ip4-track"
TERMS = {"wish for autonomy": 0.3, "private reasons": 0.2, "cost of standing out": -0.4}


def vote(actor: str, choice: str, quarter: int = 0, **terms: float) -> Event:
    return Event(quarter, "2024Q3", "vote", actor, "nac", choice, f"{actor} {choice}", terms)


def said(figure: Figure) -> str:
    own = [t.get_text() for t in figure.texts]
    return " ".join([*own, *(t.get_text() for axes in figure.axes for t in axes.texts)])


def test_a_session_is_a_quarter_a_forum_and_each_member_once() -> None:
    votes = [vote("A", "hid"), vote("B", "supported"), vote("A", "hid"), vote("A", "hid", 3)]
    told = [[(e.quarter, e.actor) for e in s] for s in drawn.sessions(votes)]
    assert [[(0, "A"), (0, "B")], [(0, "A")], [(3, "A")]] == told


def test_a_bar_is_what_traits_make_of_the_text() -> None:
    event = Event(0, "2024Q3", "vote", "A", "nac", "broke silence", "A breaks silence", TERMS)
    figure = drawn.ballot([event, vote("B", "supported", threat=0.1)], {"A": "Aland"}, "small")
    bars = [patch.get_width() for patch in figure.axes[0].patches]
    assert [-0.3, 0.1] == pytest.approx(bars)  # an objection counts against the text
    assert "1 broke silence, 1 supported" in said(figure)
    assert "Aland" in said(figure)


def test_reasons_add_up() -> None:
    event = Event(0, "2024Q3", "vote", "A", "nac", "broke silence", "A breaks silence", TERMS)
    text = said(drawn.reasons(event, "small"))
    assert "+0.10 pp of own GDP, for it" in text
    assert "−" not in text or "-0.40" in text


def test_a_played_run_has_its_pictures() -> None:
    run = ts.simulate("liaison-office-vote", ["tokyo-liaison-office"], seed=7, quarters=2)
    text = said(run.charts.levels())
    top = run.frame("theaters").groupby("theater")["level"].max()
    assert all(f"{level} " in text for level in top)
    assert "seed 7, run 0" in text
    assert run.charts.ballot(0).axes
    assert "liaison-office-vote" in repr(run)
    with pytest.raises(ts.InputError, match="no session 9"):
        run.charts.ballot(9)


def swaps(turns: bool) -> pd.DataFrame:
    row = {
        "belief": "par_regional_backlash", "end": "fa", "symbols": "beta_bloc", "effect": 0.02,
        "effect_se": 0.001, "swapped": -0.03 if turns else 0.01, "swapped_se": 0.001,
        "change": -0.05 if turns else -0.01, "change_se": 0.002, "turns": turns,
    }  # fmt: skip
    return pd.DataFrame([row])


@pytest.mark.parametrize(
    ("turns", "words"), [(True, "turns with regional backlash"), (False, "No single belief")]
)
def test_a_crux_is_named(turns: bool, words: str) -> None:
    figure = analysis.charts.cruxes(swaps(turns), "alignment_mean", PACT, BASE)
    assert words in said(figure).replace("\n", " ")
    assert "-1..1" not in said(figure)


def test_the_break_even_value_is_told_and_better_is_blue() -> None:
    found = Crossing(-0.04, 0.001, 0.02, 0.001, 0.5, 0.05, "crosses", True, "line")
    row = {"parameter": "w_fear", "belief": "", "low": 0.0, "high": 2.0} | vars(found)
    figure = analysis.charts.break_even(pd.DataFrame([row]), "war_any", PACT, BASE)
    assert "turns at 0.5 (± 0.1)" in said(figure)
    left, right = figure.axes[0].patches[:2]
    assert (0.25, 0.75) == pytest.approx((left.get_width(), right.get_width()))
    assert left.get_facecolor()[2] > left.get_facecolor()[0]  # fewer wars: blue
    assert right.get_facecolor()[0] > right.get_facecolor()[2]


def test_what_explains_is_told_only_beyond_its_error() -> None:
    table = pd.DataFrame(
        {"parameter": ["w_fear", "psi_CN"], "S1": [0.4, 0.1], "S1_se": [0.05, 0.08]}
    )
    text = said(analysis.charts.first_order(table, "Why?"))
    assert "Explained alone: w_fear (40%)." in text


def test_a_corner_is_drawn_where_the_box_is() -> None:
    luck = np.random.default_rng(1)
    gains = pd.DataFrame({"psi_CN": luck.random(200), "w_fear": luck.random(200)})
    gains["gain"] = gains["psi_CN"] - 0.6
    found = analysis.find_boxes(gains[["psi_CN", "w_fear"]], (gains["gain"] > 0.0).to_numpy())
    figure = analysis.charts.corner(gains, found, "psi_CN", "w_fear", "Where?")
    box = figure.axes[0].lines[0].get_xdata()
    assert found.boxes[0].limits["low"].iloc[0] == min(box)


def test_cruxes_may_be_asked_of_some_beliefs_and_a_shorter_horizon() -> None:
    asked = ["par_regional_backlash"]
    table = ts.cruxes(
        PACT, BASE, "alignment_mean", "summit-cycle", "mli", "reeves", runs=8, quarters=2,
        beliefs=asked,
    )  # fmt: skip
    assert asked == table["belief"].tolist()
    with pytest.raises(ts.InputError, match="Did you mean 'par_regional_backlash'"):
        ts.cruxes(PACT, BASE, "war_any", None, "mli", "reeves", beliefs=["par_regional_backlush"])

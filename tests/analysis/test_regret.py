"""The matrix of regret, its picture and its command, on tables whose answer is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import simulator as ts
from simulator import analysis
from simulator.analysis import Outcomes
from simulator.analysis.regret import AVERAGE, WORST
from simulator.cli import app
from simulator.figures import regret as drawn

BASE = "status-quo-ip4-track"
MEANS = {  # war_any by policy and lens: less is better
    "bold": {"x": 0.1, "y": 0.7},
    "plain": {"x": 0.3, "y": 0.4},
    "timid": {"x": 0.6, "y": 0.5},
}


def outcomes(noise: float = 0.0, seeds: int = 4) -> Outcomes:
    luck = np.random.default_rng(3)
    rows = [
        (policy, lens, 0, seed, value + noise * luck.standard_normal())
        for policy, by_lens in MEANS.items()
        for lens, value in by_lens.items()
        for seed in range(seeds)
    ]
    columns = ["policy", "lens", "future", "seed", "war_any"]
    return Outcomes.from_frame(pd.DataFrame(rows, columns=columns))


def test_regret_is_the_shortfall_from_the_best_of_each_lens() -> None:
    table = analysis.regrets(outcomes(), "war_any")
    wide = table.pivot(index="policy", columns="lens", values="regret").round(9)
    expected = {
        "x": [0.0, 0.2, 0.5], "y": [0.3, 0.0, 0.1], WORST: [0.3, 0.2, 0.5],
        AVERAGE: [0.15, 0.1, 0.3],
    }  # fmt: skip
    assert expected == {lens: wide[lens].tolist() for lens in expected}
    best = table[table["best"]].set_index("lens")["policy"].to_dict()
    assert {"x": "bold", "y": "plain", WORST: "plain", AVERAGE: "plain"} == best
    means = table[table["lens"] == "x"].set_index("policy")["mean"].round(9).to_dict()
    assert {p: v["x"] for p, v in MEANS.items()} == means


def test_without_luck_there_is_no_error_and_nothing_to_correct() -> None:
    table = analysis.regrets(outcomes(), "war_any")
    assert table[["se", "behind_se", "fair_se"]].abs().max().max() < 1e-9
    assert np.allclose(table["fair"], table["regret"])
    rows = table[table["lens"] == WORST].set_index("policy")
    assert np.allclose(rows.loc["bold", "behind"], 0.1)


def test_fair_regret_does_not_flatter_the_winner_of_a_lottery() -> None:
    luck = np.random.default_rng(8)
    lenses = [f"lens {n}" for n in range(12)]
    rows = pd.MultiIndex.from_product(
        [[f"p{n}" for n in range(20)], lenses, range(64)], names=["policy", "lens", "seed"]
    ).to_frame(index=False)
    frame = rows.assign(future=0, m=luck.standard_normal(len(rows)))
    table = analysis.regrets(Outcomes.from_frame(frame, ["m"], directions={"m": "+"}), "m")
    alike = table[table["lens"].isin(lenses)]
    assert alike["regret"].mean() > 0.15  # all policies are alike: regret is luck
    assert abs(alike["fair"].mean()) < 0.1


def test_the_chart_says_who_has_least_regret() -> None:
    figure = analysis.charts.regret(outcomes(), "war_any")
    words = " ".join(t.get_text() for t in figure.texts)
    assert "Least regret under its worst lens: plain" in words.replace("\n", " ")
    cells = [t.get_text() for axes in figure.axes for t in axes.texts]
    assert {"bold", "plain", "timid", "x", "y"} <= set(cells)
    order = [c for c in cells if c in MEANS]
    assert ["plain", "bold", "timid"] == order


def test_policies_that_do_alike_are_not_ranked() -> None:
    same = outcomes().samples * 0.0
    from dataclasses import replace

    table = analysis.regrets(replace(outcomes(), samples=same), "war_any")
    assert drawn.takeaway(table, drawn.words.metric_of("war_any"), (WORST,)).startswith("All pol")


def test_domains_are_drawn_with_their_thresholds() -> None:
    limits = analysis.Thresholds({"war_any": 0.45})
    figure = analysis.charts.domains(outcomes(), limits)
    words = " ".join(t.get_text() for t in figure.texts)
    assert limits.digest() in words
    assert "Contested" in words


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sweep") / "out"
    study = ts.Study(
        scenarios=["summit-cycle"], policies=["lower-public-profile"], lenses=["cfr", "fa"],
        samples=4, seeds=2, quarters=4, metrics=["encirclement_fear", "alignment_mean"],
    )  # fmt: skip
    ts.sweep(study, folder, progress=False)
    return folder


def test_the_command_prints_the_matrix_and_writes_the_chart(swept: Path, tmp_path: Path) -> None:
    out = tmp_path / "made"
    done = CliRunner().invoke(
        app, ["regret", str(swept), "-m", "encirclement_fear", "--out", str(out)]
    )
    assert done.exit_code == 0, done.output
    assert "lower-public-profile" in done.output
    table = pd.read_csv(out / "regret-encirclement_fear.csv")
    assert {"cfr", "fa", WORST, AVERAGE} == set(table["lens"])
    assert (out / "regret-encirclement_fear.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["-m", "encirclement_fera"], "Did you mean 'encirclement_fear'"),
        (["-m", "war_any"], "no metric 'war_any'"),
        (["-m", "alignment_mean"], "no better or worse"),
        (["-m", "encirclement_fear", "--scenario", "x"], "no scenario 'x'"),
    ],
)
def test_the_command_refuses_and_writes_nothing(
    swept: Path, tmp_path: Path, options: list[str], said: str
) -> None:
    done = CliRunner().invoke(app, ["regret", str(swept), *options, "--out", str(tmp_path / "o")])
    assert done.exit_code == 2
    assert said in done.output
    assert not (tmp_path / "o").exists()

"""Figures: what they say follows from the numbers, and every word of them can be read."""

import itertools
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure

from simulator import registry
from simulator.ballots import COUNTS
from simulator.comparison import Comparison
from simulator.errors import InputError
from simulator.figures import ladder, takeaways, vote, words
from simulator.ladder import FEATURES
from simulator.metrics import METRICS
from simulator.results import Ensemble
from simulator.world import THEATERS

BASE = registry.package("policies").BASELINE
HELPS, HARMS, TURNS = "helps", "harms", "turns"
LENSES = ("cfr", "neutral", "reeves")
SHIFT = {BASE: 0.0, HELPS: -0.1, HARMS: 0.1, TURNS: 0.1}
FORUM = ("decision_delay", "adoption_probability", "adopted_weakened", "quarters_to_adopt",
         "dilution")  # fmt: skip


def ballots(texts: int, members: int = 20) -> pd.DataFrame:
    """Votes in which member 0 objects most and each next one less."""
    head = ["text", "forum", "issue", "target", "actor", "name", *COUNTS, "objection_pp"]
    head += [f"part_{f}" for f in FEATURES]
    rows = []
    for text, i in itertools.product(range(texts), range(members)):
        broke, hid = max(0, 30 - 3 * i), max(0, 40 - 2 * i)
        counts = (100, 100 - broke - hid - 10, 10, hid, broke, broke // 2)
        parts = [-0.5 if i < 5 else 0.5, *np.linspace(-0.2, 0.2, len(FEATURES) - 1)]
        objection = 0.1 - 0.02 * i
        rows.append((text, "nac", "engagement", 0.25, f"A{i:02d}", f"Member {i}", *counts,
                     objection, *parts))  # fmt: skip
    return pd.DataFrame(rows, columns=head)


def ensemble(policy: str, lens: str, runs: int, shift: float, texts: int = 0) -> Ensemble:
    """Runs whose luck is that of the lens, so that policies are paired."""
    luck = np.random.default_rng(LENSES.index(lens) if lens in LENSES else 0)
    draws = luck.random((runs, len(METRICS)))
    table = {}
    for n, metric in enumerate(METRICS.values()):
        if metric.unit == "probability":
            table[metric.id] = (draws[:, n] < 0.3 + shift).astype(float)
        else:
            table[metric.id] = draws[:, n] + shift
    for name in () if texts else FORUM:
        table[name] = np.full(runs, np.nan)
    table["splits"] = (draws[:, 0] > 0.5) * float(texts > 0)
    steps = luck.integers(-1, 2, size=(runs, 12)).cumsum(axis=1)
    paths = {f"level_{k}": np.clip(steps + 2, 0, 5).astype(float) for k in THEATERS}
    return Ensemble("summit-cycle", (policy,), lens, runs, 7, 12, "endogenous",
                    pd.DataFrame(table), paths, ballots(texts))  # fmt: skip


def make_comparison(policies=(BASE, HELPS, HARMS, TURNS), lenses=LENSES, runs=200, **how):
    """A comparison with known signs: `turns` helps under the first lens, harms under others."""
    ensembles, forced = {}, {}
    for policy, lens in itertools.product(policies, lenses):
        shift = SHIFT.get(policy, 0.02)
        if policy == TURNS and lens == lenses[0]:
            shift = -shift
        texts = 0 if policy == BASE else 1
        ensembles[policy, lens] = ensemble(policy, lens, runs, shift, texts)
        if texts:
            forced[policy, lens] = ensemble(policy, lens, runs, 1.5 * shift, texts)
    made = {"scenario": "summit-cycle", "policies": tuple(policies), "lenses": tuple(lenses),
            "baseline": BASE, "runs": runs, "seed": 7, "quarters": 12,
            "adoption_mode": "endogenous", "ensembles": ensembles, "forced": forced}  # fmt: skip
    return Comparison(**made | how)


@pytest.fixture(scope="module")
def comparison():
    return make_comparison()


def all_figures(charts) -> dict[str, Figure]:
    return {
        "outcomes": charts.outcomes(),
        "by_lens": charts.by_lens(),
        "ladder": charts.ladder(),
        "vote": charts.vote(),
        "adoption": charts.adoption(),
    }


@pytest.fixture(scope="module")
def figures(comparison):
    return all_figures(comparison.charts)


def words_of(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.findobj(match=lambda a: hasattr(a, "get_text"))]


def said(figure: Figure) -> str:
    return " ".join(" ".join(words_of(figure)).split())


def out_of_sight(figure: Figure) -> list[str]:
    """Texts that reach over the edge of the sheet or lie on top of each other."""
    figure.canvas.draw()
    renderer = figure.canvas.get_renderer()
    written = [*figure.texts, *(text for axes in figure.axes for text in axes.texts)]
    boxes = {t: t.get_window_extent(renderer) for t in written if t.get_text()}
    left, low, right, high = figure.bbox.extents
    clipped = [
        text.get_text()
        for text, box in boxes.items()
        if box.x0 < left - 1 or box.x1 > right + 1 or box.y0 < low - 1 or box.y1 > high + 1
    ]
    over = [
        f"{a.get_text()} / {b.get_text()}"
        for a, b in itertools.combinations(boxes, 2)
        if boxes[a].shrunk(0.95, 0.6).overlaps(boxes[b].shrunk(0.95, 0.6))
    ]
    return clipped + over


@pytest.mark.parametrize("name", ["outcomes", "by_lens", "ladder", "vote", "adoption"])
def test_a_figure_says_how_it_was_made(figures, name):
    text = said(figures[name])
    for part in ("n = 200 runs", "seed 7", "12 quarters", "summit-cycle", "no forecast"):
        assert part in text
    assert "neutral" in text
    assert len(str(figures[name].get_label())) > 30  # the text read out to those who cannot see


@pytest.mark.parametrize("name", ["outcomes", "by_lens", "ladder", "vote", "adoption"])
def test_no_word_is_cut_off_or_overprinted(figures, name):
    assert [] == out_of_sight(figures[name])


def test_long_titles_and_many_policies_stay_in_the_figure(monkeypatch):
    long = "A very long title of a policy, as long as somebody in a hurry may make it, and longer"
    monkeypatch.setattr(words, "policy_title", lambda p: f"{long} {p}")
    monkeypatch.setattr(takeaways, "policy_title", lambda p: f"{long} {p}")
    policies = (BASE, *(f"policy-{n}" for n in range(6)))
    charts = make_comparison(policies, runs=20).charts
    assert {} == {k: found for k, f in all_figures(charts).items() if (found := out_of_sight(f))}


def test_levels_with_every_unit_stay_in_the_figure(comparison):
    by_unit = list({metric.unit: metric.id for metric in METRICS.values()}.values())
    for n in range(0, len(by_unit), 6):
        assert [] == out_of_sight(comparison.charts.outcomes(by_unit[n : n + 6], "cfr"))


def test_the_key_names_every_kind_of_point(comparison):
    judged, told = ("war_any", "alignment_mean")
    assert "higher or lower" in said(comparison.charts.outcomes([judged, told], "cfr"))
    assert "higher or lower" not in said(comparison.charts.outcomes([judged], "cfr"))
    assert "worse" not in said(comparison.charts.by_lens(told))


def test_one_run_and_the_status_quo_alone_still_draw():
    alone = make_comparison((BASE,), ("neutral",), runs=1).charts
    assert "nothing to compare" in said(alone.outcomes())
    assert isinstance(alone.by_lens(), Figure)
    assert isinstance(alone.ladder("korea"), Figure)
    with pytest.raises(InputError, match="put to a vote"):
        alone.vote()
    with pytest.raises(InputError, match="asks a forum"):
        alone.adoption()


def test_a_metric_without_eligible_runs_says_so(comparison):
    assert "no eligible run" in said(comparison.charts.outcomes(["quarters_to_adopt"], "cfr"))


def test_only_the_policy_that_turns_is_marked(comparison):
    charts = comparison.charts
    text = said(charts.by_lens())
    lines = 1  # three lenses stand in one line, so each policy is labelled once
    assert lines == text.count("sign differs")
    assert "turns: better under cfr but worse under neutral and reeves" in text
    same = make_comparison((BASE, HELPS, HARMS)).charts.by_lens()
    assert "sign differs" not in said(same)
    assert "helps: better under every lens; harms: worse under every lens" in said(same)


def test_outcomes_name_what_gets_better_and_worse():
    charts = make_comparison((BASE, HELPS)).charts
    text = said(charts.outcomes(["taiwan_force_risk", "calm_share", "war_any"]))
    assert "helps: better on force against Taiwan and war in any theater and worse on" in text


def test_unknown_names_get_the_nearest(comparison):
    charts = comparison.charts
    with pytest.raises(InputError, match="taiwan_force_risk"):
        charts.by_lens("taiwan_force_risc")
    with pytest.raises(InputError, match="neutral"):
        charts.outcomes(lens="neutrall")
    with pytest.raises(InputError, match="korea"):
        charts.ladder("corea")
    with pytest.raises(InputError, match="harms"):
        charts.ladder(policies=["harm"])
    with pytest.raises(InputError, match=r"0 \.\. 0"):
        charts.vote(HARMS, text=3)


def test_a_notebook_shows_a_figure_as_a_picture(figures):
    assert figures["ladder"]._repr_png_().startswith(b"\x89PNG")


def test_figures_need_no_window():
    code = (
        "import sys, simulator.charts; "
        "sys.exit('matplotlib.pyplot' in sys.modules or 'simulator.batch' in sys.modules)"
    )
    assert 0 == subprocess.run([sys.executable, "-c", code], check=False).returncode


# ---- numbers in words

RISK = METRICS["taiwan_force_risk"]


@pytest.mark.parametrize(
    ("share", "told"),
    [(0.0, "0 in 100"), (0.1234, "10 in 100"), (0.087, "9 in 100"), (0.0042, "0.4 in 100"),
     (0.97, "over 90 in 100"), (1.0, "100 in 100")],
)  # fmt: skip
def test_a_risk_has_one_significant_figure(share, told):
    assert told == words.amount(RISK, share)


@given(st.floats(0.0, 1.0))
def test_no_risk_is_ever_finer(share):
    text = words.amount(RISK, share, unit=False)
    digits = text.replace("over ", "").replace(".", "").strip("0")
    assert len(digits) <= 1


def test_a_change_is_no_finer_than_its_error():
    fear = METRICS["encirclement_fear"]
    assert "+0.0023" == words.change(fear, 0.002345, 0.00031)
    assert "−0.00005" == words.change(fear, -0.000052, 0.00009)
    assert "0" == words.change(fear, 0.000052, 0.009)
    assert "+3 in 100" == words.change(RISK, 0.0312, 0.004)


def test_a_handful_of_runs_is_not_a_clear_difference():
    """Four runs of 400 worse, none better: p = 0.125 in an exact test; six: p = 0.03."""
    for runs_worse, told in ((4, "unclear"), (6, "worse")):
        gap = np.zeros(400)
        gap[:runs_worse] = 1.0
        error = gap.std(ddof=1) / 20.0
        assert told == words.verdict(RISK, gap.mean(), error, 400)


def test_verdicts_know_the_good_direction():
    better, worse, context = METRICS["calm_share"], METRICS["war_any"], METRICS["dilution"]
    assert "better" == words.verdict(better, 0.1, 0.01)
    assert "worse" == words.verdict(worse, 0.1, 0.01)
    assert "higher" == words.verdict(context, 0.1, 0.01)
    assert "unclear" == words.verdict(worse, 0.1, 0.06)
    assert "none" == words.verdict(worse, 0.0, 0.0)
    assert "unclear" == words.verdict(worse, 0.1, float("nan"))


# ---- ladder and votes

levels = st.lists(st.integers(0, 5), min_size=2, max_size=40)


@given(levels)
def test_bands_of_the_ladder_lie_within_half_a_rung_of_the_runs(column):
    paths = np.array(column, dtype=float)[:, None]
    low, lower, upper, high = (band[0] for band in ladder.spread(paths, (0.05, 0.25, 0.75, 0.95)))
    assert min(column) - 0.5 <= low <= lower <= upper <= high <= max(column) + 0.5


def test_members_are_sorted_by_objection_and_the_rest_added_up():
    votes = ballots(1)
    table = vote.members(votes)
    assert vote.SHOWN + 1 == len(table)
    assert ["Member 0", "Member 1"] == list(table["name"][:2])
    assert f"{len(votes) - vote.SHOWN} others" == table["name"].iloc[-1]
    assert votes["sessions"].sum() == table["sessions"].sum()
    shares = table[[f"{way}_share" for way in vote.WAYS]].sum(axis=1)
    assert np.allclose(100.0, shares)


def test_reasons_follow_the_sign_of_the_issue():
    row = ballots(1).iloc[0].copy()
    for feature in FEATURES:
        row[f"part_{feature}"] = 0.0
    row["objection_pp"], row["part_trade"] = 0.5, -1.0
    assert "against: more trade at stake" == vote.why(row)
    row["part_trade"], row["part_threat"] = 0.0, -1.0
    assert "against: less alarmed" == vote.why(row)
    row["objection_pp"], row["part_threat"], row["part_autonomy"] = -0.5, 1.0, 0.5
    assert "for: more alarmed, autonomy counts less" == vote.why(row)
    row["part_threat"] = row["part_autonomy"] = 0.0
    assert "for: no trait stands out" == vote.why(row)

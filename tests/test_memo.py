"""The memo on a sweep: it says what the runs say, no more, and says it on one page."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import friedmanchisquare
from typer.testing import CliRunner

import simulator as ts
from simulator.cli import app
from simulator.errors import InputError
from simulator.memo import findings, memo, noise, reading, robust, summary, turning, wording
from simulator.memo.findings import Finding
from simulator.memo.reading import Material
from simulator.sweeps import layout, tables
from simulator.sweeps.folder import Folder
from simulator.sweeps.store import Results
from simulator.sweeps.study import Study

SCENARIO, OTHER = "taiwan-quarantine", "korea-brinkmanship"
FIRST, SECOND = "tokyo-liaison-office", "lower-public-profile"
METRIC, SYMBOL = "world_gdp_loss_usd_tn", "psi_CN"
FIELDS: dict[str, Any] = {
    "scenarios": SCENARIO, "policies": [FIRST, SECOND], "lenses": ["neutral", "fa", "cfr"],
    "samples": 40, "seeds": 4, "quarters": 8, "metrics": [METRIC, "war_any", "calm_share"],
}  # fmt: skip
Values = Callable[[layout.Cell, pd.DataFrame, np.ndarray, np.random.Generator], dict[str, Any]]


def made(out: Path, values: Values, rng: int = 0, **fields: Any) -> Results:
    """A folder as a sweep leaves it, whose runs are made up.

    `values(cell, beliefs, luck, own)` gives metrics by name: `beliefs` has a row per run with the
    parameter values of its future, `luck` is the same for all policies, `own` draws what is not.
    """
    study = Study(**{**FIELDS, **fields})
    with Folder(out, study).opened() as folder:
        results = Results(out)
        for n, cell in enumerate(layout.cells(study)):
            futures = results.futures(cell.lens, cell.scenario)
            whole = np.arange(study.runs)
            beliefs = futures.iloc[whole // study.seeds].reset_index(drop=True)
            luck = np.random.default_rng([rng, 99]).normal(size=study.runs)
            own = np.random.default_rng([rng, n])
            found = {m: np.zeros(study.runs) for m in study.metrics}
            found |= values(cell, beliefs, luck, own)
            for shard in layout.shards_of(study, cell):
                runs = np.arange(shard.runs.start, shard.runs.stop)
                table = tables.shard(
                    cell, runs // study.seeds, runs % study.seeds,
                    {m: found[m][runs] for m in study.metrics},
                    tables.meta(folder.key, folder.version),
                )  # fmt: skip
                folder.write(shard.path, [table])
    return Results(out)


def robust_policy(cell: layout.Cell, beliefs: Any, luck: Any, own: Any) -> dict[str, Any]:
    """The first policy loses less than all others, in every view of the world."""
    gain = 1.0 if cell.policy == FIRST else 0.0
    return {METRIC: 5.0 + luck - gain + 0.2 * own.normal(size=len(luck))}


def turning_policy(cell: layout.Cell, beliefs: Any, luck: Any, own: Any) -> dict[str, Any]:
    """The first policy is better where one belief is below .7, worse above it."""
    gain = (0.7 - beliefs[SYMBOL].to_numpy()) if cell.policy == FIRST else 0.0
    return {METRIC: 5.0 + luck - gain + 0.02 * own.normal(size=len(luck))}


def just_noise(cell: layout.Cell, beliefs: Any, luck: Any, own: Any) -> dict[str, Any]:
    """Policies differ by luck alone."""
    return {
        METRIC: 5.0 + luck + own.normal(size=len(luck)),
        "war_any": (own.random(len(luck)) < 0.2).astype(float),
        "calm_share": 0.5 + 0.1 * own.normal(size=len(luck)),
    }


def found_in(results: Results, **how: Any) -> Finding:
    return next(findings.findings(Material(results), **how))


def text_of(page: str) -> str:
    """What a reader reads, on one line."""
    import html

    bare = re.sub(r"<style>.*?</style>", " ", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", bare)).split())


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small sweep of the model itself."""
    out = tmp_path_factory.mktemp("played") / "out"
    study = Study(
        scenarios=[SCENARIO, OTHER], policies=[FIRST, SECOND], lenses=["neutral", "fa"], samples=12,
        seeds=2, quarters=8, thresholds={"war_any": 0.2},
    )  # fmt: skip
    ts.sweep(study, out, progress=False)
    return out


@pytest.fixture(scope="module")
def page(played: Path) -> str:
    return memo(Results(played))


# --- what it says, where the answer is known ---------------------------------------------------


def test_a_policy_made_robust_is_found_ahead_under_every_lens(tmp_path: Path) -> None:
    results = made(tmp_path / "out", robust_policy)
    f = found_in(results)
    assert f.policies[f.pairs.ahead or 0] == FIRST
    said = text_of(memo(results))
    title = wording.policy_title(FIRST)
    assert f"{title} is clearly better than every other policy under every lens played" in said
    assert f"{title} is clearly ahead of every other policy under every lens" in said
    for measure in f.measured.names:
        assert f.policies[int(np.argmin(f.measured.rank[f.measured.names.index(measure)]))] == FIRST


def test_the_error_beside_an_effect_is_the_paired_one(tmp_path: Path) -> None:
    f = found_in(made(tmp_path / "out", robust_policy))
    e = f.pairs.effects[1, 0, 0]
    assert abs(e.mean - -1.0) < 4.0 * e.se
    unpaired = f.scene.values[METRIC][1, 0].std() / np.sqrt(120)
    assert e.se < 0.5 * unpaired
    expected = 0.2 * np.sqrt(2.0 / 160)
    assert e.se == pytest.approx(expected, rel=0.35)


def test_a_belief_made_to_turn_the_sign_is_named(tmp_path: Path) -> None:
    results = made(
        tmp_path / "out",
        turning_policy,
        lenses=["neutral", "mixed"],
        parameters={SYMBOL: [0.1, 1.3]},
    )
    f = found_in(results)
    hits = {h.symbol: h for c in f.cruxes if c.metric == METRIC for h in c.hits}
    assert set(hits) == {SYMBOL}
    assert hits[SYMBOL].turns
    assert hits[SYMBOL].at == pytest.approx(0.7, abs=0.08)
    page = memo(results)
    said = text_of(page)
    assert f"it turns on {wording.belief(SYMBOL)} ({SYMBOL}): below about 0." in said
    assert "Gains along a belief" in page
    assert f"you would have to put {SYMBOL} ({wording.belief(SYMBOL)}) below about" in said


def test_a_belief_that_lenses_hold_differently_turns_one_into_the_other(tmp_path: Path) -> None:
    """The gain hangs on one belief alone; two lenses hold it on either side of the turn."""

    def values(cell: Any, beliefs: Any, luck: Any, own: Any) -> dict[str, Any]:
        gain = (middle - beliefs[SYMBOL].to_numpy()) if cell.policy == FIRST else 0.0
        return {METRIC: 5.0 + luck - gain + 0.02 * own.normal(size=len(luck))}

    middle = 0.0
    probe = made(tmp_path / "probe", values)
    means = [float(probe.futures(lens)[SYMBOL].mean()) for lens in ("fa", "cfr")]
    middle = sum(means) / 2.0
    f = found_in(made(tmp_path / "out", values))
    crux = next(c for c in f.cruxes if {c.first, c.second} == {1, 0})
    assert {crux.here, crux.there} == {"fa", "cfr"}
    turning_beliefs = [s for s in crux.swaps if s.turns]
    assert [SYMBOL in s.symbols for s in turning_beliefs] == [True]
    change = means[1] - means[0] if crux.here == "fa" else means[0] - means[1]
    assert abs(turning_beliefs[0].change - -change) < 3.0 * turning_beliefs[0].se < 0.3
    said = " ".join(summary.sentences(Material(probe), [f]))
    assert f"turn on {wording.belief(SYMBOL)}" in said
    assert turning.signs(f).count("Which it is depends on what you believe") == 1


def test_of_noise_it_says_noise(tmp_path: Path) -> None:
    results = made(tmp_path / "out", just_noise)
    said = text_of(memo(results))
    f = found_in(results)
    assert not f.pairs.clear.any()
    assert not any(p.clear.any() for p in f.beside.values())
    assert wording.NOISE in said
    for claim in ("is clearly better than", "is clearly ahead", "it turns on ", "turns on the view",
                  "is behind", "Contested:", "than was promised"):  # fmt: skip
        assert claim not in said
    assert "no policy is clearly behind another under any lens" in said


def test_of_noise_it_seldom_says_anything_else() -> None:
    """Over many noisy studies, the share with any claim stays near the 4.6 % that is promised."""
    for policies, seeds, share in ((2, 2, 0.3), (6, 2, 0.3), (6, 8, 1.0)):
        wrong = 0
        for n in range(100):
            luck = np.random.default_rng([n, policies])
            played = luck.normal(size=(policies, 25, seeds))
            played += share * luck.normal(size=(policies, 1, seeds))
            gaps = [played[p] - played[q] for p in range(policies) for q in range(p)]
            known = noise.histories(gaps, policies - 1)
            chances = [noise.effect(gap, shared=True, known=known).p for gap in gaps]
            wrong += bool((noise.holm(chances) < noise.ALPHA).any())
        assert wrong <= 10


def test_no_effect_below_two_errors_is_ever_clear(played: Path) -> None:
    for f in findings.findings(Material(Results(played))):
        for pairs in (f.pairs, *f.beside.values()):
            for (p, q, v), e in pairs.effects.items():
                if pairs.clear[p, q, v]:
                    assert abs(e.mean) >= 2.0 * e.se


# --- noise -------------------------------------------------------------------------------------


def test_histories_that_all_futures_share_widen_the_error() -> None:
    luck = np.random.default_rng(4)
    gap = 0.3 + 0.1 * luck.normal(size=(50, 1)) + np.array([-1.0, 1.0, 0.4])
    shared, own = noise.effect(gap, shared=True), noise.effect(gap, shared=False)
    assert shared.mean == own.mean
    by_history = (gap - gap.mean()).mean(axis=0).std(ddof=1) / np.sqrt(3)
    assert shared.se == pytest.approx(np.hypot(by_history, own.se), rel=1e-6)
    assert shared.df < 3.0 < own.df == 49.0
    assert shared.p > noise.ALPHA > own.p


def test_a_handful_of_futures_proves_nothing() -> None:
    gap = np.zeros((40, 2))
    gap[:5] = 1.0
    assert noise.effect(gap, shared=False).p == 2.0**-4
    gap[:12] = 1.0
    assert noise.effect(gap, shared=False).p < 0.01


def test_what_cannot_have_an_error_makes_no_claim() -> None:
    lone = noise.effect(np.array([[3.0]]), shared=True)
    assert (lone.mean, lone.p) == (3.0, 1.0)
    assert np.isnan(lone.se)
    nothing = noise.effect(np.full((2, 2), np.nan), shared=True)
    assert np.isnan(nothing.mean)
    assert nothing.p == 1.0
    assert noise.effect(np.zeros((5, 2)), shared=True).same


def test_holm_by_hand() -> None:
    assert noise.holm([0.01, 0.04, 0.03]).tolist() == pytest.approx([0.03, 0.06, 0.06])


def test_concordance_is_that_of_friedman_ties_and_all() -> None:
    luck = np.random.default_rng(1)
    values = luck.integers(0, 4, size=(5, 6)).astype(float)
    one = robust.concord("abcde", np.stack([robust.ranked(v) for v in values]))
    assert one is not None
    expected, p = friedmanchisquare(*(-values).T)
    assert one.W * 5 * 5 == pytest.approx(expected)
    assert one.p == pytest.approx(p)
    same = robust.concord("ab", np.array([[1.0, 2.0, 3.0], [1.0, 2.0, 3.0]]))
    assert same is not None
    assert same.W == pytest.approx(1.0)
    assert robust.concord("ab", np.array([[1.0, 2.0], [1.0, 2.0]])) is None


# --- the page ----------------------------------------------------------------------------------


def test_the_page_needs_nothing_else(page: str) -> None:
    assert "<script" not in page
    assert not re.search(r"""(src|href)=["'](?!data:|#)""", page)
    assert not re.search(r"url\(|@import", page)
    pictures = re.findall(r"<img [^>]*>", page)
    assert len(pictures) >= 4
    for tag in pictures:
        assert 'src="data:image/svg+xml;base64,' in tag
        assert len(re.search(r'alt="([^"]*)"', tag)[1]) > 40  # type: ignore[index]


def test_every_section_is_there_in_order_and_linked(page: str) -> None:
    numbered = re.findall(r'<h2 id="(\w+)">(\d)\. ', page)
    assert [n for _, n in numbered] == list("1234567")
    assert re.findall(r'<li><a href="#(\w+)">', page) == [name for name, _ in numbered]


def test_no_number_is_missing_or_raw(page: str) -> None:
    assert not re.search(r"\b(nan|inf|array|Effect)\b|None[,;)\]]|[{}]", text_of(page))


def test_it_states_question_ensemble_limits_and_no_winner(page: str, played: Path) -> None:
    said = text_of(page)
    for line in (Path(ts.__file__).with_name("limits.txt")).read_text().splitlines():
        assert line in said
    assert Results(played).model_version[:12] in said
    assert "names no winner" in said
    assert "12 for each policy and lens" in said
    assert "as the study declared before it was played: war in any theater at most 0.2" in said
    assert "What you would have to believe" in said


def test_the_summary_has_at_most_six_sentences_of_findings(played: Path) -> None:
    material = Material(Results(played))
    said = summary.sentences(material, list(findings.findings(material)))
    assert 3 <= len(said) <= 6


def test_the_same_folder_gives_the_same_bytes(played: Path, page: str, tmp_path: Path) -> None:
    assert page == memo(Results(played))
    first = ts.explain(played, tmp_path / "a.html").read_bytes()
    assert first == page.encode()


def test_markup_in_names_is_harmless(tmp_path: Path) -> None:
    results = made(tmp_path / "out", just_noise, samples=20)
    results.study.model_dump()
    (tmp_path / "out" / layout.shards_of(results.study, results.cells()[0]).__next__().failed_path
     ).write_text(json.dumps(failure(results, 3, why="<b>bad</b>")) + "\n")  # fmt: skip
    page = memo(Results(tmp_path / "out"))
    assert "<b>bad</b>" not in page
    assert "&lt;b&gt;bad&lt;/b&gt;" in page


# --- folders that are not as they should be ----------------------------------------------------


def failure(results: Results, future: int, **fields: Any) -> dict[str, Any]:
    cell = results.cells()[0]
    return {
        "scenario": cell.scenario, "policy": cell.policy, "lens": cell.lens, "future": future,
        "seed": 0, "why": "ValueError: made up", "parameters": {SYMBOL: 0.25}, **fields,
    }  # fmt: skip


def lose(results: Results, future: int, seed: int = 0, cell: int = 0) -> None:
    """Turn one run of a made-up folder into a failed one."""
    one = results.cells()[cell]
    for shard in layout.shards_of(results.study, one):
        path = results.folder / shard.path
        frame = next(results.shards(scenario=one.scenario, policy=one.policy, lens=one.lens))
        kept = frame[(frame["future"] != future) | (frame["seed"] != seed)]
        metrics = {m: kept[m].to_numpy() for m in results.study.metrics}
        said = tables.meta(results.key, results.model_version)
        path.write_bytes(
            tables.shard(one, kept["future"].to_numpy(), kept["seed"].to_numpy(), metrics, said)
        )
        line = failure(results, future, policy=one.policy, lens=one.lens, seed=seed)
        (results.folder / shard.failed_path).write_text(json.dumps(line) + "\n")
        break


def test_failed_runs_are_listed_by_future_and_averaged_into_nothing(tmp_path: Path) -> None:
    def values(cell: Any, beliefs: Any, luck: Any, own: Any) -> dict[str, Any]:
        out = robust_policy(cell, beliefs, luck, own)
        wild = (beliefs.index == 4 * 7) & (cell.policy == SECOND)
        return {METRIC: np.where(wild, 1e6, out[METRIC])}

    results = made(tmp_path / "out", values)
    for cell in (0, 3, 6):  # the status quo under each lens; one run, lost under it alone
        lose(results, 7, cell=cell)
    f = found_in(results)
    assert not f.scene.kept[:, 7, 0].any()
    assert f.scene.kept.sum() == f.scene.kept.size - 3
    assert np.isnan(f.scene.values[METRIC][:, :, 7, 0]).all()
    assert np.nanmax(f.scene.values[METRIC]) < 100.0
    page = memo(results)
    said = text_of(page)
    assert "3 runs failed; section 2 lists them by future" in said
    assert "Failed runs by future" in said
    assert "psi_CN = 0.25" in said
    assert "ValueError: made up" in said


def test_an_unfinished_sweep_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    results = made(tmp_path / "out", robust_policy, shard=40)
    last = list(layout.shards(results.study))[-2:]
    for shard in last:
        (results.folder / shard.path).unlink()
    f = found_in(results)
    assert f.lenses == ("neutral", "fa", "cfr")
    assert f.scene.kept.sum(axis=(1, 2)).tolist() == [160, 160, 120]
    said = text_of(memo(results))
    assert "The sweep is unfinished: 2 of 36 shards are missing, 1,360 of 1,440 runs" in said


def test_a_lens_without_runs_of_every_policy_is_left_out_and_named(tmp_path: Path) -> None:
    results = made(tmp_path / "out", robust_policy)
    for shard in layout.shards_of(results.study, layout.Cell(SCENARIO, SECOND, "cfr")):
        (results.folder / shard.path).unlink()
    assert found_in(results).lenses == ("neutral", "fa")
    assert "nothing can be compared yet under cfr" in text_of(memo(results))
    for lens in ("neutral", "fa"):
        for shard in layout.shards_of(results.study, layout.Cell(SCENARIO, SECOND, lens)):
            (results.folder / shard.path).unlink()
    with pytest.raises(InputError, match="under no lens has every policy a run"):
        memo(results)


def test_another_version_of_the_model_is_read_but_not_drawn_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    results = made(
        tmp_path / "out", turning_policy, lenses=["neutral"], parameters={SYMBOL: [0.1, 1.3]}
    )
    monkeypatch.setattr("simulator.sweeps.version.model_version", lambda: "0" * 32)
    monkeypatch.setattr("simulator.sweeps.store.model_version", lambda: "0" * 32)
    said = text_of(memo(results))
    assert "The study was played with another version of the model" in said
    assert f"({SYMBOL}): below about 0." in said


def test_a_library_that_is_missing_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    results = made(tmp_path / "out", turning_policy, lenses=["neutral"])
    assert "Boxes are sought (PRIM)" in text_of(memo(results))
    monkeypatch.setattr("simulator.memo.contested.find_spec", lambda _: None)
    assert "Boxes of beliefs were not sought: the EMA workbench is not" in text_of(memo(results))


def test_one_policy_and_one_lens(tmp_path: Path) -> None:
    alone = text_of(memo(made(tmp_path / "a", robust_policy, policies=[])))
    assert "Nothing was compared: the study has no policy beside the status quo" in alone
    assert "With one policy there is no choice that could be robust" in alone
    single = text_of(memo(made(tmp_path / "b", robust_policy, lenses=["fa"], policies=[FIRST])))
    assert "With one lens, whether a sign depends on the view of the world cannot be seen" in single
    assert "is clearly better than every other policy" in single


def test_one_future_and_one_seed_claim_nothing(tmp_path: Path) -> None:
    results = made(tmp_path / "out", robust_policy, samples=1, seeds=1)
    assert not found_in(results).pairs.clear.any()
    assert "With one history" in text_of(memo(results))


def test_the_same_in_every_run_is_said_to_be_the_same(tmp_path: Path) -> None:
    def values(cell: Any, beliefs: Any, luck: Any, own: Any) -> dict[str, Any]:
        return {METRIC: 5.0 + luck}

    said = text_of(memo(made(tmp_path / "out", values)))
    assert "every policy is the same as the status quo in every run" in said


def test_more_runs_than_fit_are_read_in_part_and_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    results = made(tmp_path / "out", robust_policy)
    monkeypatch.setattr(reading, "MOST_VALUES", 3 * 3 * 4 * 3 * 25)
    material = Material(results)
    assert material.futures_read == 25
    assert next(material.scenes()).values[METRIC].shape == (3, 3, 25, 4)
    assert "This page reads the first 25 of them" in text_of(memo(results))


def test_thresholds_declared_with_the_study_are_counted(tmp_path: Path) -> None:
    def values(cell: Any, beliefs: Any, luck: Any, own: Any) -> dict[str, Any]:
        good = {"fa": 0.9, "cfr": 0.1}.get(cell.lens, 0.5) if cell.policy == FIRST else 0.5
        future = np.arange(len(luck)) // 4
        return {METRIC: np.where(future < good * 40, 1.0, 9.0)}

    results = made(tmp_path / "out", values, thresholds={METRIC: 4.0})
    f = found_in(results)
    shares = [f.domains[lens][0][1] for lens in f.lenses]
    assert shares == pytest.approx([0.5, 0.9, 0.1])
    title = wording.policy_title(FIRST)
    assert f"Contested: {title} meets the thresholds in fewer than 40 %" in text_of(memo(results))


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        ({"war_anny": 0.1}, "Did you mean 'war_any'"),
        ({"war_any": "low"}, "is no finite number"),
        ({"war_korea": 0.1}, "is not among the study's metrics"),
        ({"war_any": {"below": 0.1}}, "at_most"),
    ],
)
def test_thresholds_that_cannot_be_read_are_refused_with_the_study(limits: Any, told: str) -> None:
    with pytest.raises(InputError) as refused:
        Study(**{**FIELDS, "thresholds": limits})
    assert told in str(refused.value)
    assert "thresholds" in str(refused.value)


def test_the_measure_to_judge_by_may_be_chosen(tmp_path: Path) -> None:
    results = made(tmp_path / "out", just_noise, samples=20)
    assert found_in(results, metric="calm_share").metric == "calm_share"
    with pytest.raises(InputError, match="cannot be judged by") as refused:
        memo(results, "calm_shar")
    assert "calm_share" in str(refused.value.hint)


# --- the command -------------------------------------------------------------------------------


def wargame(*args: str | Path) -> Any:
    return CliRunner().invoke(app, ["explain", *map(str, args)])


def test_the_command_writes_one_file(played: Path, page: str, tmp_path: Path) -> None:
    done = wargame(played, "--out", tmp_path / "memo.html")
    assert (done.exit_code, done.output) == (0, f"wrote {tmp_path / 'memo.html'}\n")
    assert [p.name for p in tmp_path.iterdir()] == ["memo.html"]
    assert (tmp_path / "memo.html").read_text(encoding="utf-8") == page


@pytest.mark.parametrize(
    ("folder", "told"),
    [
        ("nowhere", "there is no such folder"),
        ("file", "this is a file, not a folder"),
        ("empty", "there is no study.json in this folder"),
        ("other", "the file cannot be read"),
    ],
)
def test_what_is_no_sweep_is_refused(tmp_path: Path, folder: str, told: str) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "empty").mkdir()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "study.json").write_text("{}")
    done = wargame(tmp_path / folder)
    assert done.exit_code == 2
    assert told in done.output
    assert "wargame sweep" in done.output or "Put back" in done.output
    assert not list(tmp_path.rglob("*.html"))


def test_a_study_without_runs_or_with_failed_ones_alone_is_refused(tmp_path: Path) -> None:
    study = Study(**{**FIELDS, "samples": 2, "seeds": 1, "policies": []})
    with Folder(tmp_path / "out", study).opened():
        pass
    done = wargame(tmp_path / "out")
    assert done.exit_code == 2
    assert "no run of the study has been played yet" in done.output
    results = made(tmp_path / "bad", just_noise, samples=1, seeds=1, policies=[], lenses=["fa"])
    lose(results, 0)
    done = wargame(tmp_path / "bad")
    assert done.exit_code == 2
    assert "all 1 runs of the study that were played failed" in done.output
    assert "ValueError: made up" in done.output
    assert "failed.jsonl" in done.output


def test_a_study_without_a_measure_to_judge_by_is_refused(tmp_path: Path) -> None:
    results = made(tmp_path / "out", lambda *_: {}, samples=2, metrics=["decision_delay"])
    with pytest.raises(InputError, match="no measure that every run has") as refused:
        memo(results)
    assert refused.value.where == "metrics"


def test_a_place_that_cannot_be_written_to_is_refused(played: Path, tmp_path: Path) -> None:
    assert "this is a folder" in wargame(played, "--out", tmp_path).output
    done = wargame(played, "--out", tmp_path / "no" / "memo.html")
    assert done.exit_code == 2
    assert "there is no folder" in done.output

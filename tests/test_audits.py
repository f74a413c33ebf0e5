"""The audits of the whole model: the ODD page, who reads which lever, liveness, sign flips."""

from __future__ import annotations

import ast
from dataclasses import fields as parts
from dataclasses import replace
from pathlib import Path

import mutation
import numpy as np
import pytest
from pydantic import ValidationError

from scenarios.loader import load_parameters
from simulator import catalogue, registry, trials
from simulator.audits import incidence, liveness, odd, pages, screening, signflips
from simulator.batch import Job, play_block
from simulator.futures import Prior
from simulator.metrics import METRICS
from simulator.quarter import AGENDA
from simulator.state import State
from simulator.trials import Trial
from simulator.vocabulary import LEVERS

DOCS = Path(__file__).parents[1] / "docs"
JOB = Job("taiwan-quarantine", (), "neutral", 3, 4, "endogenous", ())


# ---- the ODD page


def test_the_odd_page_is_current() -> None:
    assert odd.main(["--check"]) == 0


def test_a_stale_table_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "odd.md"
    page.write_text("words\n<!-- begin forums -->\nold\n<!-- end forums -->\nmore\n")
    monkeypatch.setattr(odd, "PAGE", page)
    assert odd.main(["--check"]) == 1
    assert odd.main([]) == 0
    assert odd.main(["--check"]) == 0
    assert page.read_text().startswith("words\n<!-- begin forums -->\n| forum |")
    assert page.read_text().endswith("<!-- end forums -->\nmore\n")


def test_the_odd_page_has_every_table_and_every_mechanism() -> None:
    page = odd.PAGE.read_text(encoding="utf-8")
    assert all(f"<!-- begin {name} -->" in page for name in odd.TABLES)
    assert all(f"**M{n} " in page for n in range(1, 21))


def test_every_state_variable_is_described() -> None:
    described = odd.fields()
    assert [f.name for f in parts(State)] == [f.name for f in described]
    assert [] == [f.name for f in described if not f.axes.startswith("runs") or not f.meaning]


@pytest.mark.parametrize(
    ("words", "bounds"),
    [("share 0..1", (0.0, 1.0)), ("-4..4", (-4.0, 4.0)), ("pp", None),
     ("-1 with the challenger .. 1 with the West", (-1.0, 1.0))],
)  # fmt: skip
def test_bounds_are_read_from_comments(words: str, bounds: tuple[float, float] | None) -> None:
    assert bounds == odd._bounds(words)


# ---- who reads which lever


def test_levers_are_read_as_declared_and_as_model_md_allows() -> None:
    assert [] == incidence.problems()


def test_a_file_of_no_mechanism_reads_no_lever() -> None:
    """Save the one that composes the stance."""
    for path, tree in incidence.modules().items():
        if incidence.mechanism(tree) is None and path.stem != "stance":
            assert [] == list(incidence._names(tree)), path.stem


@pytest.mark.parametrize(
    ("code", "lever"),
    [
        ('stance.by_actor("spend", at, forces)', "spend"),
        ('x = f * bundle.reach["restraint"]', "restraint"),
        ("if bundle.levers.sanctions > 0.0: pass", "sanctions"),
        ("y = state.visibility[:, 0]", "visibility"),
        ("z = signals.audience(at, forces)", "audience_cost"),
        ('w = at.notes["tied_audience"]', "audience_cost"),
    ],
)
def test_reads_are_found_in_the_code(code: str, lever: str) -> None:
    assert lever in set(incidence._names(ast.parse(code)))


@pytest.mark.parametrize(
    "code", ['at.p("talk")', "state.visibility = 1", 'reach["europe"]', 'notes["visibility"] = 1']
)
def test_other_things_are_no_reads(code: str) -> None:
    assert set() == set(incidence._names(ast.parse(code)))


def test_the_table_speaks_of_levers_and_mechanisms_only() -> None:
    said = incidence.declared()
    assert set(said["allowed"]) == set(LEVERS)
    assert set(said["added"]) | set(said["carriers"]) <= set(LEVERS)
    for lever, more in said["added"].items():
        assert not set(more) & set(said["allowed"][lever]), f"{lever} is allowed anyway"
        assert all(len(why) > 20 for why in more.values())


# ---- trials


def test_a_trial_is_the_ensemble() -> None:
    (got,) = trials.play([Trial(JOB)], 20, ["war_any", "calm_share"])
    whole = play_block(JOB, range(20)).metrics
    assert all(np.array_equal(got[n], whole[n]) for n in got)


def test_workers_change_nothing() -> None:
    todo = [Trial(JOB), Trial(JOB, ("losses.suffer",))]
    one = list(trials.play(todo, 300, ["global_gdp_loss"]))
    two = list(trials.play(todo, 300, ["global_gdp_loss"], workers=2))
    assert all(np.array_equal(a["global_gdp_loss"], b["global_gdp_loss"])
               for a, b in zip(one, two, strict=True))  # fmt: skip


def test_a_phase_held_still_changes_nothing() -> None:
    """Without losses in force a crisis costs next to nothing (what sanctions cost is counted
    apart); every phase that may be held can be."""
    with_, without = trials.play([Trial(JOB), Trial(JOB, ("losses.suffer",))], 40, METRICS)
    assert with_["global_gdp_loss"].mean() > 5.0 * without["global_gdp_loss"].mean()
    for knockout in trials.plan()["knockouts"]:
        for phase in knockout.get("hold", ()):
            assert phase in trials.phase_names(), phase
            list(trials.play([Trial(JOB, (phase,))], 4, METRICS))


def test_the_agenda_is_the_agenda() -> None:
    assert len(AGENDA) == len(set(trials.phase_names()))
    assert trials.agenda() == AGENDA


@pytest.mark.parametrize(
    ("prior", "ends"),
    [(Prior("uniform", (1.0, 3.0)), (1.0, 3.0)), (Prior("triangular", (0.0, 1.0, 2.0)), (0.0, 2.0)),
     (Prior("normal", (2.0, 0.4, 1.2, 2.8)), (1.2, 2.8)),
     (Prior("beta", (1.0, 12.0)), (0.004265, 0.220922))],
)  # fmt: skip
def test_ends_of_a_prior(prior: Prior, ends: tuple[float, float]) -> None:
    assert trials.ends(prior) == pytest.approx(ends, abs=1e-6)
    assert 0.9 <= np.mean([trials.ends(prior)[0] <= x <= trials.ends(prior)[1]
                           for x in prior.sample(np.linspace(0.001, 0.999, 999))])  # fmt: skip


def test_paired_leaves_out_runs_that_do_not_count() -> None:
    mean, error = trials.paired(np.array([1.0, 2.0, np.nan]), np.array([0.0, 0.0, 0.0]))
    assert (mean, error) == (1.5, 0.5)
    assert trials.errors(mean, error) == 3.0
    assert trials.errors(0.0, 0.0) == 0.0
    assert trials.errors(-1.0, 0.0) == -np.inf


# ---- liveness (V52)


def test_knock_outs_name_things_in_their_ranges() -> None:
    """Those that are in this version; a knock-out outside a parameter's range is refused."""
    plan, rows = trials.plan(), catalogue.rows("parameters")
    for knockout in plan["knockouts"]:
        assert set(knockout["settings"]) <= set(plan["settings"])
        for key, value in (knockout.get("set") or {}).items():
            for row in rows:
                if key in (row["id"], row["name"]):
                    assert row["low"] <= value <= row["high"], f"{knockout['what']}: {row['id']}"
    told = {k["mechanism"] for k in plan["knockouts"]}
    assert {f"M{n}" for n in range(1, 21)} == told


def test_settings_and_headline_are_there() -> None:
    plan = trials.plan()
    assert {f"m{n}" for n in range(1, 19)} == set(plan["headline"])
    assert set(plan["outcomes"]) <= set(plan["headline"])
    assert set(liveness.settings("neutral", 0, 4)) == set(plan["settings"])
    assert len(trials.headline()) > 12


def test_v52_liveness_tells_a_wire_from_a_stump(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is read moves outcomes; what nobody acts on is an orphan; what is not there, absent."""
    plan = trials.plan() | {
        "settings": {"crisis": {"scenario": "taiwan-quarantine", "policies": [],
                                "adoption": "endogenous"}},
        "knockouts": [
            {"mechanism": "M10", "what": "no accidents", "set": {"accident_hazard": 0},
             "settings": ["crisis"]},
            {"mechanism": "M4", "what": "words count", "set": {"w_vis": 0}, "settings": ["crisis"]},
            {"mechanism": "M99", "what": "a dream", "set": {"no_such": 0}, "settings": ["crisis"]},
        ],
    }  # fmt: skip
    monkeypatch.setattr(trials, "plan", lambda: plan)
    names = trials.headline()
    verdicts = liveness.knock_out(plan["knockouts"], 96, 1, 0, 12, ["neutral"], names)
    told = [v.status(liveness.outcomes()) for v in verdicts]
    assert [liveness.ALIVE, liveness.ORPHAN, liveness.ABSENT] == told
    assert ["M4"] == liveness.orphans(verdicts)
    assert ("no_such",) == verdicts[-1].unknown
    how = {"runs": 96, "seed": 0, "quarters": 12, "lenses": ["neutral"]}
    page = pages.liveness(verdicts, how)
    assert "Orphans: M4." in page
    assert "not in this version: no_such" in page


def test_the_screen_finds_what_moves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """An accident hazard moves; the credit of public talk does not where nobody talks."""
    plan = trials.plan() | {"screen": {"lens": "neutral", "settings": [["korea", 12, 2]]}}
    monkeypatch.setattr(trials, "plan", lambda: plan)
    found = screening.screen(48, 1, 0, None, trials.headline(), ["h0_2", "pub_w"])
    swings = {s.symbol: s for s in found}
    assert swings["h0_2"].moves
    assert swings["pub_w"].largest is None
    assert (swings["h0_2"].contested, swings["pub_w"].contested) == (False, True)
    assert [] == screening.misfiled(found)
    frozen = [replace(swings["h0_2"], frozen=True), replace(swings["pub_w"], contested=False)]
    assert ["h0_2", "pub_w"] == screening.misfiled(frozen)
    page = pages.screening(frozen, {"runs": 48, "seed": 0, "quarters": None})
    assert "not contested, 1 of 2: pub_w (M9)." in page
    assert "Frozen, but with an effect: h0_2 (M10)." in page
    assert "korea (12 quarters, 96 runs)" in page


def test_what_is_frozen_is_not_drawn_but_can_be_set() -> None:
    specs = [s for s in load_parameters() if s.frozen]
    known = {p.symbol: p.prior for p in screening.content.parameters()}
    for spec in specs:
        drawn = Prior(spec.prior.kind, tuple(spec.prior.args))
        assert known[spec.symbol] == Prior("fixed", (drawn.middle(),))
    with pytest.raises(ValidationError, match="contested"):
        type(load_parameters()[0]).model_validate(
            next(s for s in load_parameters() if s.contested).model_dump() | {"frozen": True}
        )


def page_of(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


@pytest.mark.slow
def test_v52_no_mechanism_is_an_orphan() -> None:
    """As `python -m simulator.audits.liveness` found it last."""
    page = page_of("liveness.md")
    assert "\nOrphans: none.\n" in page
    assert "not in this version" not in page.lower()


# ---- sign flips (V55)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [((1.0, 0.1), (-1.0, 0.1), True), ((1.0, 0.6), (-1.0, 0.1), False),
     ((1.0, 0.1), (2.0, 0.1), False), ((0.0, 0.0), (-1.0, 0.1), False)],
)  # fmt: skip
def test_a_turn_needs_two_sure_signs(
    low: signflips.Effect, high: signflips.Effect, expected: bool
) -> None:
    assert expected == signflips.turns(low, high)


def test_v55_a_belief_that_turns_a_sign_is_found_and_told() -> None:
    """Swapped at both ends, the effects are those of two plain pairs of ensembles."""
    base, metric = Job("summit-cycle", (), "neutral", 55, 8, "forced", ()), "encirclement_fear"
    low, high = (effect(base, metric, end) for end in (0.0, 1.5))
    flips = signflips.flips({"psi_CN": PACT, "w_x": ()}, [metric], base, 48)
    assert bool(flips) == signflips.turns(low, high)
    assert all((f.low, f.high) == (low, high) for f in flips)
    made = signflips.Flip(PACT[0], metric, "psi_CN", (0.01, 0.001), (-0.5, 0.1), (0.25, 0.02))
    how = {"lens": "neutral", "scenario": "s", "adoption": "forced", "runs": 48, "quarters": 8,
           "screen": 0, "swaps": 1, "tests": 1, "policies": [*PACT, "other"]}  # fmt: skip
    page = pages.sign_flips([made], how)
    assert "| encirclement_fear | +0.01 (0.001) | psi_CN | -0.5 (0.1) | +0.25 (0.02) |" in page
    assert "## other\n\nNo contested parameter" in page


def effect(base: Job, metric: str, end: float) -> signflips.Effect:
    jobs = [replace(base, policies=p, parameters=(("psi_CN", end),)) for p in ((), PACT)]
    none, pact = trials.play([Trial(job) for job in jobs], 48, [metric])
    return trials.paired(pact[metric], none[metric])


def test_v55_the_screen_sees_a_line_that_crosses_zero() -> None:
    luck = np.random.default_rng(5)
    draws = luck.uniform(size=(2000, 4))
    draws[:, 3] = 0.5  # pinned by a lens
    noise = luck.normal(size=2000)
    gap = (draws[:, 0] - 0.4) + 0.0 * draws[:, 1] + 0.2 * noise
    assert [True, False, False, True] == list(signflips.crossing(gap, draws))
    assert [False, False, False, True] == list(signflips.crossing(gap + 5.0, draws))
    gap[::3] = np.nan
    assert signflips.crossing(gap, draws)[0]
    assert not signflips.crossing(0.0 * noise, draws).any()


def test_v55_without_a_screen_everything_is_swapped() -> None:
    base = Job("summit-cycle", (), "neutral", 55, 2, "forced", ())
    assert {"a": PACT, "b": PACT} == signflips.candidates(PACT, ["a", "b"], [], base, 0)
    some = signflips.candidates(PACT, ["psi_CN", "w_x"], ["calm_share"], base, 16)
    assert set(some) == {"psi_CN", "w_x"}


PACT = ("formal-nato-ip4-pact",)


def test_every_contested_symbol_can_be_swung() -> None:
    known = {p.symbol: p.prior for p in liveness.content.parameters()}
    assert signflips.contested()
    for symbol in signflips.contested():
        low, high = trials.ends(known[symbol])
        assert low < high, symbol


@pytest.mark.slow
def test_v55_every_policy_has_been_audited() -> None:
    """As `python -m simulator.audits.signflips` found it last."""
    page = page_of("sign_flips.md")
    assert [] == [p for p in registry.policies()
                  if f"## {p}\n" not in page and p != "status-quo-ip4-track"]  # fmt: skip


# ---- mutation (V57)

CODE = '''"""Doc."""
STEPS = (-1.0, 2)


def f(a, b):
    """No - sign here."""
    c = a + (b - 1)  # not - this
    c -= a[-1] * 2.0
    text = "x" + str(a)
    return -c / (a
                 + b)
'''


def test_v57_every_sign_of_a_term_is_flipped_once() -> None:
    flips = mutation.found("x.py", CODE)
    changed = [[new for old, new in zip(CODE.splitlines(), f.apply(CODE).splitlines(), strict=True)
                if old != new] for f in flips]  # fmt: skip
    assert changed == [
        ["STEPS = (+1.0, 2)"],
        ["    c = a - (b - 1)  # not - this"],
        ["    c = a + (b + 1)  # not - this"],
        ["    c += a[-1] * 2.0"],
        ["    return +c / (a"],
        ["                 - b)"],
    ]
    assert [1, 1, 2, 1, 1, 1] == [f.nth for f in flips]


def test_v57_the_sample_covers_every_file_and_is_fixed() -> None:
    flips = mutation.all_flips()
    drawn = mutation.sample(flips, 100, 57)
    assert len(drawn) == 100 == len(set(drawn))
    assert {f.file for f in drawn} == {f.file for f in flips}
    assert drawn == mutation.sample(flips, 100, 57)
    for flip in flips:
        ast.parse(flip.apply((mutation.ROOT / flip.file).read_text(encoding="utf-8")))


def test_v57_the_tests_of_a_file_come_first() -> None:
    assert mutation.own_tests("simulator/mechanisms/forums.py")[0].endswith("test_forums.py")
    assert "tests/mechanisms/test_beliefs.py" in mutation.own_tests("agents/rules/perceive.py")
    found = mutation.imported("from a.b import c\nimport d.e")
    assert {"a.b", "a.b.c", "d.e"} == found


def test_v57_excuses_name_signs_that_exist() -> None:
    there = {(f.file, f.code, f.nth) for f in mutation.all_flips()}
    for entry in mutation.plan()["equivalent"]:
        assert (entry["file"], entry["code"], entry.get("nth", 1)) in there
        assert len(entry["why"]) > 20
    for file, tests in mutation.plan()["tests"].items():
        assert [] == [name for name in (file, *tests) if not (mutation.ROOT / name).exists()]


@pytest.mark.slow
def test_v57_no_survivor_is_left_unexplained() -> None:
    """As `make mutation` found it last."""
    page = page_of("mutation.md")
    assert "\n## Survivors\n\nNone.\n" in page

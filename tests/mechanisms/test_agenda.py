"""What comes to the table when: attention, the leadership's own texts, merging of asks; and all
bodies at once, replayed, told and played by Mesa."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from mechanisms import acts, build, content, differing, play, policy, quarter
from simulator.batch import decide_together, play_through
from simulator.commands.playlog import render
from simulator.contracts import Ask, Levers, Part, Policy
from simulator.mechanisms import stance
from simulator.mechanisms.minutes import ADOPTED, BLOCKED, COALITION, FIRST_READING, WEAKENED
from simulator.metrics import measure
from simulator.model import Run, WargameModel
from simulator.opening import opening
from simulator.program import compile_program
from simulator.scene import Imposed
from simulator.setting import Setting
from simulator.state import NEVER, State

# ---- merging


def texts_of(*policies: Policy) -> list[Any]:
    fixed = build(runs=1)
    return list(compile_program(policies, fixed.world, fixed.ladder.texts).texts)


def test_asks_on_one_text_merge_and_others_do_not() -> None:
    same = (
        policy("a", asks=[Ask("nac", "engagement", 0.25, "USA", prep=0.2)]),
        policy("b", asks=[Ask("nac", "engagement", 0.6, "GBR", prep=0.9)]),
    )
    assert [0.6] == [t.target for t in texts_of(*same)]
    assert build(runs=1).world.index["GBR"] == texts_of(*same)[0].sponsor
    for other in (
        Ask("nac", "engagement", 0.6, "USA", rule="treaty-change"),
        Ask("nac", "engagement", 0.6, "USA", subject="JPN"),
        Ask("eu", "engagement", 0.6, "DEU"),
        Ask("nac", "wording", 0.6, "USA"),
    ):
        assert 2 == len(texts_of(same[0], policy("c", asks=[other])))
    circles = [Ask("minilateral", "engagement", 0.4, "FRA", members=m) for m in (["IND"], ["JPN"])]
    assert 2 == len(texts_of(*(policy(f"p{n}", asks=[a]) for n, a in enumerate(circles))))
    assert 2 == len(texts_of(same[0], replace(same[1], by_leadership=True)))


# ---- attention


def starts(*policies: Policy, quarters: int = 4, **how: Any) -> np.ndarray:
    """The quarter in which each bundle starts, in the order of the program."""
    fixed = build(*policies, runs=2, quarters=quarters, **how)
    state = opening(fixed)
    for number in range(quarters):
        state = stance.propose(state, quarter(fixed, number))
    return np.where(state.started[0] >= NEVER, -1, state.started[0])


def efforts(count: int, **what: Any) -> list[Policy]:
    return [acts(f"p{n}", {"visibility": 0.1 + 0.01 * n}, **what) for n in range(count)]


def test_those_who_act_together_start_three_efforts_a_quarter() -> None:
    assert [0, 0, 0, 1, 1, 1, 2] == starts(*efforts(7)).tolist()
    assert [0, 0, 1, 1, 2] == starts(*efforts(5), limits={"n_att": 2.0}).tolist()


def test_other_actors_have_attention_of_their_own() -> None:
    both = [*efforts(4), *(replace(p, id=f"q{n}", by=["JPN"]) for n, p in enumerate(efforts(3)))]
    fixed = build(*both, runs=1)
    started = starts(*both)
    allied = np.array([b.by.sum() > 1 for b in fixed.program.bundles])
    assert [0, 0, 0, 1] == sorted(started[allied].tolist())
    assert not started[~allied].any()


def test_what_does_nothing_takes_no_attention() -> None:
    idle = [policy("n1"), acts("n2", {"visibility": 0.5}, theaters=[]), acts("n3", {"sunk": 0.1})]
    fixed = build(*idle, *efforts(3), runs=1)
    assert not starts(*idle, *efforts(3)).any()
    assert 3 == sum(b.effort for b in fixed.program.bundles)


def test_a_text_is_an_effort() -> None:
    asks = [policy(f"a{n}", asks=[Ask("nac", "wording", 0.5 + 0.1 * n, "USA")]) for n in range(4)]
    assert [0, 0, 0, 1] == sorted(starts(*asks).tolist())


def test_parts_start_with_their_policy_unless_on_terms_of_their_own() -> None:
    late = Part(Levers(talk=0.5), gated=False)
    own = Part(Levers(channel=0.1), gated=False, when=lambda sight: sight.levels[:, 0] > 9)
    many = efforts(3)
    whole = acts("z", {"visibility": 0.9}, ungated=Levers(military=0.2), parts=[late, own])
    fixed = build(*many, whole, runs=1)
    heads = [b.head for b in fixed.program.bundles]
    started = starts(*many, whole)
    assert [0, 1, 2, 3, 3, 3, 6] == heads
    assert [0, 0, 0, 1, 1, 1, -1] == started.tolist()


# ---- the leadership's own text

PACT = policy("pact", asks=[Ask("nac", "engagement", 0.6, "USA", min=0.6)],
              levers=Levers(visibility=0.5), by_leadership=True)  # fmt: skip


def test_the_leadership_tables_at_summits_by_chance() -> None:
    fixed = build(PACT, runs=4000, quarters=9, limits={"p_pact": 0.15})
    state, fresh = opening(fixed), []
    for number in range(9):
        before = state.started
        state = stance.propose(state, quarter(fixed, number))
        fresh.append(((state.started < NEVER) & (before >= NEVER)).mean())
    assert fresh[0] == pytest.approx(0.15, abs=0.02)
    assert fresh[4] == pytest.approx(0.85 * 0.15, abs=0.02)
    assert not np.delete(fresh, [0, 4, 8]).any()


def test_a_pact_by_the_leadership_stands_beside_and_takes_no_attention() -> None:
    """It waits for its text as any policy does; no metric of adoption counts it."""
    certain = {"p_pact": 1.0, "c0_e": 6.0, "omega": 0.0}
    fixed = build(PACT, *efforts(3), runs=20, quarters=2, limits=certain)
    assert not starts(PACT, *efforts(3), limits=certain).any()
    got = play(fixed)
    assert np.all(np.isnan(got["adoption_probability"]))
    seen: list[np.ndarray] = []
    play(fixed, lambda state, at: seen.append(stance.force(state, at)[index(fixed)]))
    assert (seen[-1] > 0.0).any()
    _, ballots, _ = play_through(fixed, decide_together(fixed.world.kinds))
    assert not ballots.counts.any()


def index(fixed: Setting) -> int:
    return next(n for n, b in enumerate(fixed.program.bundles) if b.by_leadership)


def test_forced_adoption_does_not_reach_what_the_leadership_tables() -> None:
    fixed = build(PACT, *EVERYWHERE[:1], runs=40, quarters=1, adoption="forced",
                  limits={"p_pact": 1.0, "c0_e": -3.0})  # fmt: skip
    seen: list[np.ndarray] = []
    play(fixed, lambda state, at: seen.append(at.notes["results"]))
    own = next(t for t, x in enumerate(fixed.program.texts) if x.by_leadership)
    assert not (seen[0][own] >= WEAKENED).any()
    assert (seen[0][1 - own] == ADOPTED).all()


def test_every_scenario_has_the_leadership_of_the_shared_content() -> None:
    program = content.program("summit-cycle", [])
    assert [True] == [t.by_leadership for t in program.texts]
    assert [0.6] == [t.target for t in program.texts]
    again = content.program("summit-cycle", [content.shared()["leadership"]])
    assert [False] == [t.by_leadership for t in again.texts]


def test_without_a_chance_it_is_the_status_quo() -> None:
    how: dict[str, Any] = {"runs": 16, "quarters": 6}
    assert [] == differing(play(build(**how)), play(build(PACT, limits={"p_pact": 0.0}, **how)))


# ---- all bodies at once

EVERYWHERE = (
    policy("office", asks=[Ask("nac", "engagement", 0.3, "USA", prep=0.3)], accept=["JPN"],
           levers=Levers(visibility=0.2)),
    policy("funds", asks=[Ask("eu", "engagement", 0.4, "LTU")], levers=Levers(engage=2.0),
           by=["EU"], to=["ASEAN"]),
    policy("forum", asks=[Ask("asean", "engagement", 0.7, "IDN")], by=["ASEAN"],
           levers=Levers(channel=0.1)),
    policy("mandate", asks=[Ask("unsc", "sanctions", 0.3, "FRA", subject="PRK")], on=["PRK"],
           levers=Levers(sanctions=0.2)),
    policy("friends", asks=[Ask("minilateral", "sanctions", 0.3, "USA")], on=["CHN"],
           levers=Levers(sanctions=0.3, narrative=0.2)),
    policy("treaty", asks=[Ask("nac", "engagement", 0.5, "GBR", rule="treaty-change")],
           levers=Levers(military=0.1)),
    policy("member", asks=[Ask("nac", "accession", 1.0, "USA", subject="UKR")]),
    PACT,
)  # fmt: skip
LIVELY = {"c0_e": 0.4, "c0_s": 0.6, "kap0": 0.15, "omega": 0.3, "w_expo": 0.3, "c_cool": 2.0,
          "p_pact": 0.3, "n_gap": 4.0, "n_att": 9.0, "x_out": 0.4}  # fmt: skip
ALL: dict[str, Any] = {"runs": 60, "quarters": 12, "limits": LIVELY, "scenario": "taiwan-gray-zone"}
RECORD = ("result", "text", "price", "carried")


def recorded(fixed: Setting) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    rows: list[dict[str, np.ndarray]] = []
    played = play(fixed, lambda state, at: rows.append(at.notes["record"]))
    return played, {n: np.stack([r[n].T for r in rows]) for n in RECORD}


def imposed(forum: dict[str, np.ndarray]) -> Imposed:
    return Imposed(
        result=forum["result"], text=forum["text"], capital=forum["price"],
        carried=forum["carried"],
    )  # fmt: skip


def test_v43_a_record_of_all_bodies_replays_the_run_to_the_last_bit() -> None:
    fixed = build(*EVERYWHERE, **ALL)
    played, forum = recorded(fixed)
    for code in (BLOCKED, FIRST_READING, WEAKENED, COALITION):
        assert (forum["result"] >= code).any()
        assert (forum["result"] == code).any() or code == WEAKENED
    assert (forum["carried"] < 1.0).any()
    again = play(replace(fixed, imposed=imposed(forum), kept={}))
    assert [] == differing(played, again)


def test_v43_what_a_record_leaves_open_is_decided_as_usual() -> None:
    """NaN: the forum decides for itself.  A record of the first year alone gives the same play."""
    fixed = build(*EVERYWHERE, **ALL)
    played, forum = recorded(fixed)
    forum["result"][4:] = np.nan
    again = play(replace(fixed, imposed=imposed(forum), kept={}))
    assert [] == differing(played, again)


def alone(fixed: Setting, run: int) -> Setting:
    futures = replace(fixed.futures, runs=range(run, run + 1))
    return replace(fixed, futures=futures, kept={})


@pytest.mark.parametrize("run", [0, 17, 59])
def test_v35_mesa_plays_all_bodies_alike_to_the_last_bit(run: int) -> None:
    fixed = build(*EVERYWHERE, **ALL)
    history, _, state = play_through(fixed, decide_together(fixed.world.kinds))
    block = measure(history, state, fixed)
    model = WargameModel(alone(fixed, run))
    for _ in range(ALL["quarters"]):
        model.step()
    told = Run(model, ALL["scenario"], (), "neutral", 0, run)
    for name, values in block.items():
        assert np.array_equal(values[run], np.float64(told.metrics[name]), equal_nan=True), name
    model.close()


def test_what_all_bodies_do_can_be_told() -> None:
    """In words that fit the body, and with a reason for every vote that somebody may ask about."""
    fixed = build(*EVERYWHERE, **ALL)
    words = []
    for run in range(0, 40, 4):
        model = WargameModel(alone(fixed, run))
        for _ in range(ALL["quarters"]):
            model.step()
        words += [e.text for e in model.events]
        assert render(Run(model, ALL["scenario"], (), "neutral", 0, run))
        assert all(e.terms for e in model.events if e.kind == "vote" and e.choice == "joined")
        model.close()
    said = "\n".join(words)
    for phrase in (
        "vetoes sanctions", "votes against engagement", "stands aside from engagement",
        "joins a coalition on", "stays out of a coalition on", "is agreed at first reading",
        "is carried by a coalition of", "is vetoed", "abstains on sanctions", "breaks silence on",
        "in the Council of the European Union", "in the ASEAN summit",
        "in the United Nations Security Council", "in the coalition of the willing",
    ):  # fmt: skip
        assert phrase in said, phrase


def test_a_play_without_texts_has_nothing_to_tell_of_forums() -> None:
    model = WargameModel(alone(build(runs=2, quarters=2), 1))
    model.step()
    assert not [e for e in model.events if e.kind in ("vote", "draft", "result", "accept")]
    model.close()


def test_votes_of_states_without_forces_count() -> None:
    """Voters perceive and vote as others do, and hold nothing else."""
    fixed = build(*EVERYWHERE, **ALL)
    _, ballots, _ = play_through(fixed, decide_together(fixed.world.kinds))
    frame = ballots.frame(fixed.world)
    voters = {a for a, k in zip(fixed.world.actors, fixed.world.kinds, strict=True) if k == "voter"}
    sat = set(frame["actor"]) & voters
    assert sat == voters
    state = opening(fixed)
    assert isinstance(state, State)
    rows = [fixed.world.index[a] for a in voters]
    assert not fixed.power[:, rows].any()

"""The same run again: blocks and processes (V35), and `do()` on a record of votes (V43)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import simulator as ts
from mechanisms import build, differing, play, policy
from simulator.batch import Job, play_block
from simulator.contracts import Ask, Levers, Policy
from simulator.mechanisms.minutes import ADOPTED, BLOCKED
from simulator.scene import Imposed
from simulator.setting import Setting
from simulator.state import State

PLAYED: dict[str, Any] = {
    "scenario": "taiwan-quarantine", "policies": ["tokyo-liaison-office"], "lens": "mixed",
    "runs": 66, "seed": 11, "quarters": 3,
}  # fmt: skip
WHOLE = ts.ensemble(**PLAYED)


@pytest.mark.parametrize("how", [{"block": 7}, {"block": 64}, {"workers": 2, "block": 33}])
def test_v35_blocks_and_processes_change_nothing(how: dict[str, int]) -> None:
    parts = ts.ensemble(**PLAYED, **how)
    assert WHOLE.frame().equals(parts.frame())
    assert WHOLE.votes().equals(parts.votes())
    assert all(np.array_equal(WHOLE.paths[n], parts.paths[n]) for n in WHOLE.paths)


def test_v35_runs_one_by_one_are_the_first_rows_of_the_block() -> None:
    alone = ts.ensemble(**(PLAYED | {"runs": 16}), block=1)
    assert WHOLE.metrics[:16].equals(alone.metrics)
    assert all(np.array_equal(WHOLE.paths[n][:16], alone.paths[n]) for n in WHOLE.paths)


def test_v35_the_same_seed_again_and_another_seed() -> None:
    assert WHOLE.frame().equals(ts.ensemble(**PLAYED).frame())
    assert not WHOLE.frame().equals(ts.ensemble(**(PLAYED | {"seed": 12})).frame())


def test_v35_luck_does_not_depend_on_the_policy() -> None:
    """Paired draws: a text that moves no lever leaves everything but the forum as it was."""
    ask = policy(asks=[Ask("nac", "accession", 1.0, "USA")])
    how: dict[str, Any] = {"runs": 48, "quarters": 8, "limits": {"zeta_split": 0.0}}
    levels: list[list[np.ndarray]] = []
    for policies in ((), (ask,)):
        seen: list[np.ndarray] = []
        play(build(*policies, **how), lambda state, at, s=seen: s.append(state.level))
        levels.append(seen)
    assert all(np.array_equal(a, b) for a, b in zip(*levels, strict=True))


# ---- V43

OFFICE = policy(
    "office", asks=[Ask("nac", "engagement", 0.25, "USA", min=0.25, prep=0.3)], accept=["JPN"],
    levers=Levers(visibility=0.2, military=0.1, channel=0.1),
)  # fmt: skip
STATEMENT = policy(
    "words", asks=[Ask("nac", "wording", 0.45, "USA", prep=0.8)], levers=Levers(talk=0.5)
)
WARNING = policy(
    "warning", asks=[Ask("eu", "sanctions", 0.5, "DEU", prep=0.6)], by=["EU"], on=["CHN"],
    public=False, levers=Levers(sanctions=0.6, talk=0.5),
)  # fmt: skip
RUNS, QUARTERS = 160, 12
RECORD = ("result", "text", "price", "carried")


def replayed(
    policies: tuple[Policy, ...], scenario: str
) -> tuple[dict[str, Any], dict[str, Any], np.ndarray]:
    """Metrics of an endogenous play and of its replay, and the record (quarters, texts, runs)."""
    how: dict[str, Any] = {"runs": RUNS, "quarters": QUARTERS, "scenario": scenario}
    fixed = build(*policies, **how)
    rows: list[dict[str, np.ndarray]] = []
    played = play(fixed, lambda state, at: rows.append(at.notes["record"]))
    forum = {n: np.stack([r[n].T for r in rows]) for n in RECORD}
    again = play(doing(fixed, forum))
    return played, again, forum["result"]


def doing(fixed: Setting, forum: dict[str, np.ndarray]) -> Setting:
    record = Imposed(
        result=forum["result"], text=forum["text"], capital=forum["price"],
        carried=forum["carried"],
    )  # fmt: skip
    return replace(fixed, imposed=record)


@pytest.mark.parametrize("scenario", ["summit-cycle", "taiwan-quarantine"])
@pytest.mark.parametrize(
    "policies", [(OFFICE,), (OFFICE, STATEMENT, WARNING)], ids=["one text", "three texts"]
)
def test_v43_a_record_of_votes_replays_the_run_to_the_last_bit(
    policies: tuple[Policy, ...], scenario: str
) -> None:
    played, again, result = replayed(policies, scenario)
    assert (result == ADOPTED).any()
    assert (result == BLOCKED).any()
    assert [] == differing(played, again)


def test_v43_adoption_at_the_first_try_replays_to_the_last_bit() -> None:
    """The same, in the runs that never failed (and for all but the bill in those that did)."""
    played, again, result = replayed((OFFICE,), "summit-cycle")
    smooth = ~(result == BLOCKED).any(axis=(0, 1)) & (result == ADOPTED).any(axis=(0, 1))
    assert smooth.any()
    one = {n: v[smooth] for n, v in played.items()}
    assert [] == differing(one, {n: v[smooth] for n, v in again.items()})
    assert set(differing(played, again)) <= {"political_capital_spent"}


def test_v43_through_play_block() -> None:
    """The public way: the record that a block leaves behind is the record that it takes."""
    job = Job("summit-cycle", ("public-taiwan-statement",), "neutral", 4, 8, "endogenous", ())
    block = play_block(job, range(100, 148))
    record = Imposed(
        result=block.forum["result"],
        text=block.forum["text"],
        capital=block.forum["price"],
        carried=block.forum["carried"],
    )
    assert (8, 2, 48) == block.forum["result"].shape  # its own text, and the leadership's
    assert (block.forum["result"] == ADOPTED).any()
    again = play_block(job, range(100, 148), record)
    assert [] == differing(block.metrics, again.metrics)
    assert all(np.array_equal(block.paths[n], again.paths[n]) for n in block.paths)


def test_forced_adoption_is_a_record_too() -> None:
    """`first` equals the record of adopting every text in full when first tabled."""
    how: dict[str, Any] = {"runs": 32, "quarters": 6}
    forced = build(STATEMENT, adoption="forced", **how)
    rows: list[dict[str, np.ndarray]] = []

    def keep(state: State, at: Any) -> None:
        rows.append(at.notes["record"])

    first = play(forced, keep)
    forum = {n: np.stack([r[n].T for r in rows]) for n in RECORD}
    assert np.all(forum["result"][0] == ADOPTED)
    assert np.all(forum["text"][0] == 0.45)
    assert [] == differing(first, play(doing(forced, forum)))

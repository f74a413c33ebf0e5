"""Levers and the compiled program: order (V33), names (V34), no-ops (V36), small sizes (V37)."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mechanisms import COSTS, acts, begun, build, differing, play, policy, quarter
from simulator import content, registry
from simulator.batch import Job, play_block
from simulator.contracts import Ask, Levers, Policy
from simulator.mechanisms import stance
from simulator.program import compile_program
from simulator.setting import Setting
from simulator.vocabulary import LEVERS

HOW: dict[str, Any] = {"runs": 32, "quarters": 8, "scenario": "taiwan-quarantine"}
STATUS_QUO = play(build(**HOW))
BUNDLE = (
    acts("a", {"visibility": 0.3, "commitment": 0.2}, by=["USA"]),
    acts("b", {"visibility": -0.2, "channel": 0.2, "talk": 0.4}),
    acts("c", {"visibility": 0.17, "military": 0.31, "sunk": 0.1}, phase_in=3, start=1),
    acts("d", {"sanctions": 0.4, "audience_cost": 0.1}, on=["CHN"], by=["EU"], public=False),
    policy("e", asks=[Ask("nac", "engagement", 0.25, "USA", prep=0.3)],
           levers=Levers(visibility=0.2), accept=["JPN"]),
    policy("f", asks=[Ask("nac", "engagement", 0.4, "USA")], levers=Levers(military=0.2)),
)  # fmt: skip
TOGETHER = play(build(*BUNDLE, **HOW))


@pytest.mark.parametrize("order", [(5, 4, 3, 2, 1, 0), (2, 0, 5, 1, 4, 3), (1, 0, 2, 3, 5, 4)])
def test_v33_the_order_of_policies_is_irrelevant_to_the_last_bit(order: tuple[int, ...]) -> None:
    assert [] == differing(TOGETHER, play(build(*(BUNDLE[n] for n in order), **HOW)))


@given(st.permutations(BUNDLE))
def test_v33_programs_of_any_order_are_the_same(order: list[Policy]) -> None:
    world, texts = content.world(), content.ladder().texts
    one, other = compile_program(BUNDLE, world, texts), compile_program(order, world, texts)
    assert [b.policy for b in one.bundles] == [b.policy for b in other.bundles]
    assert repr(one.texts) == repr(other.texts)


def test_v33_the_order_of_actors_inside_a_policy_is_irrelevant_too() -> None:
    """(The order of its asks is not: it is its agenda, and slots are few.)"""
    asks = [Ask("nac", "engagement", 0.25, "USA"), Ask("nac", "wording", 0.5, "DEU")]
    levers = {"levers": Levers(visibility=0.2), "by": ["NATO", "IP4"], "accept": ["JPN", "KOR"]}
    other = {"levers": Levers(visibility=0.2), "by": ["IP4", "NATO"], "accept": ["KOR", "JPN"]}
    one = play(build(policy(asks=asks, **levers), **HOW))
    assert [] == differing(one, play(build(policy(asks=asks, **other), **HOW)))


def renamed(who: Policy, n: int) -> Policy:
    return replace(who, id=f"z{9 - n}-x", title="?", sources=["other"], note="another note")


def test_v34_a_rename_changes_nothing_to_the_last_bit() -> None:
    others = [renamed(who, n) for n, who in enumerate(BUNDLE)]
    assert [] == differing(TOGETHER, play(build(*others, **HOW)))


@pytest.mark.parametrize("name", sorted(registry.policies()))
def test_v34_renaming_a_shipped_policy_changes_nothing(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Through the registry, as a user would."""
    job = Job("summit-cycle", (name,), "mixed", 2, 5, "endogenous", ())
    before = play_block(job, range(16)).metrics
    shelf = dict(registry.policies()) | {"another-name": renamed(registry.policy(name), 0)}
    monkeypatch.setattr(registry, "policies", lambda: shelf)
    after = play_block(replace(job, policies=("another-name",)), range(16)).metrics
    assert [] == differing(before, after)


def test_v34_the_engine_does_not_name_a_policy() -> None:
    engine = Path(content.__file__).parent
    names = re.compile("|".join(rf"(?<![\w-]){re.escape(n)}(?![\w-])" for n in registry.policies()))
    files = [
        p for p in engine.rglob("*") if p.suffix in {".py", ".yaml"} and "templates" not in p.parts
    ]
    assert files
    assert {} == {
        p.name: names.findall(p.read_text()) for p in files if names.search(p.read_text())
    }


# ---- V36: what does nothing changes nothing

NEVER = acts(
    levers={"visibility": 1.0, "commitment": 1.0}, when=lambda sight: sight.levels[:, 0] > 9
)
NOTHING = {
    "the empty policy": policy(),
    "levers at rest": acts(levers=dict.fromkeys(LEVERS, 0.0)),
    "levers at rest by theater": acts(
        levers={"visibility": {"taiwan": 0.0}, "talk": {"korea": 0.0}}
    ),
    "a lever in no theater": acts(levers={"visibility": 0.5, "talk": 0.5}, theaters=[]),
    "a trigger that never comes": NEVER,
    "a start beyond the horizon": acts(levers={"visibility": 1.0, "sunk": 1.0}, start=99),
}


@pytest.mark.parametrize("name", NOTHING)
@pytest.mark.parametrize("others", [False, True])
def test_v36_a_no_op_is_the_status_quo_to_the_last_bit(name: str, others: bool) -> None:
    base, rest = (TOGETHER, BUNDLE) if others else (STATUS_QUO, ())
    assert [] == differing(base, play(build(NOTHING[name], *rest, **HOW)))


def test_v36_the_shipped_baseline_is_no_policy_to_the_last_bit() -> None:
    from policies import BASELINE

    job = Job("korea-brinkmanship", (), "reeves", 5, 6, "endogenous", ())
    none, track = (play_block(replace(job, policies=p), range(24)) for p in ((), (BASELINE,)))
    assert [] == differing(none.metrics, track.metrics)
    assert all(np.array_equal(none.paths[n], track.paths[n]) for n in none.paths)


READ = {n: spec for n, spec in LEVERS.items() if spec.read_by}


@pytest.mark.parametrize("name", READ)
def test_a_lever_that_is_read_moves_something_besides_the_bill(name: str) -> None:
    """Liveness: each lever the vocabulary calls read has an effect at its upper end."""
    who = {"resolve": ["CHN"]}.get(name, ["NATO", "IP4"])
    on = ["CHN"] if name == "sanctions" else []
    to = ["ASEAN", "IP4"] if name in ("engage", "aid", "build_capacity", "build_resilience") else []
    full = acts(levers={name: READ[name].range[1]}, by=who, on=on, to=to)
    assert set(differing(STATUS_QUO, play(build(full, **HOW)))) - COSTS


# ---- V37: small causes, small effects

SIZES = {
    "visibility": 0.5, "military": 0.5, "exclusiveness": 0.5, "commitment": 0.5,
    "audience_cost": 0.5, "sunk": 0.5, "talk": 0.5, "assure": 0.5, "channel": 0.3,
    "restraint": 0.5,
}  # fmt: skip
PACKAGE = {"sanctions": 0.5, "audience_cost": 0.5, "sunk": 0.5, "talk": 0.5}


def scaled(by: float, sizes: Mapping[str, float] = SIZES) -> tuple[Policy, ...]:
    """Every lever at a multiple of its size; signals both as a military tie and with sanctions."""
    ready = {n: abs(by) * v for n, v in PACKAGE.items()}
    return (
        acts("act", {n: by * v for n, v in sizes.items()}),
        acts("package", ready, on=["CHN"], by=["EU"]),
    )


def test_v37_zero_magnitude_is_none_to_the_last_bit() -> None:
    assert [] == differing(STATUS_QUO, play(build(*scaled(0.0), **HOW)))


TWO_WAY = {n: SIZES[n] for n in ("visibility", "military", "commitment", "channel")}


@pytest.mark.parametrize(("by", "sizes"), [(1e-7, SIZES), (-1e-7, TWO_WAY)])
def test_v37_a_small_magnitude_is_a_small_change(by: float, sizes: Mapping[str, float]) -> None:
    """No jump at zero: a ten-millionth of every lever moves no choice and nothing by much."""
    after = play(build(*scaled(by, sizes), **HOW))
    counted = {"sanctions_imposed"}  # quarters with sanctions in force, however small a package
    for name in set(STATUS_QUO) - COSTS - counted:
        assert after[name] == pytest.approx(STATUS_QUO[name], rel=1e-4, abs=1e-5, nan_ok=True), name


def test_v37_the_change_shrinks_with_the_magnitude() -> None:
    sizes = []
    for scale in (1e-5, 1e-3, 1e-1):
        after = play(build(*scaled(scale), **HOW))
        sizes.append(np.abs(after["deterrence_asia"] - STATUS_QUO["deterrence_asia"]).mean())
    assert 0.0 < sizes[0] < 0.1 * sizes[1]
    assert sizes[1] < 0.5 * sizes[2]


@pytest.mark.parametrize(("size", "sign"), [(0.5, 1.0), (-0.5, -1.0)])
def test_a_channel_builds_and_rusts_towards_its_level(size: float, sign: float) -> None:
    fixed = build(acts(levers={"channel": size}, theaters=["korea"]), runs=1)
    state, start = begun(fixed), fixed.ladder.channel
    rest = np.clip(start[2] + size, 0.0, 1.0)
    rate = fixed.p("channel_decay").item()
    for number in range(3):
        state = stance.update(state, quarter(fixed, number))
        expected = rest + (start[2] - rest) * (1.0 - rate) ** (number + 1)
        assert state.channel[0, 2] == pytest.approx(expected)
    assert sign * (state.channel[0, 2] - start[2]) > 0.0
    assert state.channel[0, [0, 1, 3]] == pytest.approx(start[[0, 1, 3]])


def test_public_words_and_talk_of_a_text_are_seen() -> None:
    base = stances(policy())[-1]
    assert np.all(stances(acts(levers={"talk": 1.0}))[-1, 1:] > base[1:])
    assert np.array_equal(stances(acts(levers={"talk": 1.0}, public=False)), stances(policy()))
    asks = [Ask("nac", "engagement", 0.3, "USA")]
    fixed = build(policy(asks=asks, levers=Levers(visibility=0.4)), runs=1)
    pending = replace(begun(fixed), rumor=np.full((1, 1), 0.5))
    seen = stance.update(pending, quarter(fixed)).visibility[0, -1]
    assert seen[1:] == pytest.approx(base[1:] + (1.0 - base[1:]) * 0.5 * 0.4)


# ---- how levers compose (model.md 3.6)


def stances(*policies: Policy) -> np.ndarray:
    fixed = build(*policies, runs=1)
    return stance.update(begun(fixed), quarter(fixed)).visibility[0]


up_and_down = st.lists(st.floats(-1.0, 1.0), min_size=1, max_size=4)


@settings(max_examples=15)
@given(up_and_down)
def test_intensities_compose_in_any_order_and_stay_shares(sizes: list[float]) -> None:
    rows = [acts(f"p{n}", {"visibility": v}) for n, v in enumerate(sizes)]
    got, start = stances(*rows), content.ladder().stance["visibility"]
    ups = np.prod([1.0 - max(v, 0.0) for v in sizes])
    downs = np.prod([1.0 - max(-v, 0.0) for v in sizes])
    expected = (1.0 - (1.0 - start[-1, 1:]) * ups) * downs
    assert got[-1, 1:] == pytest.approx(expected, abs=1e-12)
    assert np.all((got >= 0.0) & (got <= 1.0))
    assert got[:-1] == pytest.approx(start[:-1])  # the other side's stance is not ours to move


def force(what: Policy, number: int, **state: Any) -> float:
    fixed = build(what, runs=1)
    begun_state = begun(fixed)
    changed = {n: np.zeros_like(getattr(begun_state, n)) + v for n, v in state.items()}
    return float(stance.force(replace(begun_state, **changed), quarter(fixed, number))[0][0])


@pytest.mark.parametrize(("number", "expected"), [(0, 0.25), (1, 0.5), (3, 1.0), (9, 1.0)])
def test_a_phase_in_is_a_ramp(number: int, expected: float) -> None:
    assert expected == force(acts(levers={"talk": 1.0}, phase_in=4), number)


@pytest.mark.parametrize(("number", "expected"), [(2, 1.0), (3, 0.0)])
def test_an_end_ends(number: int, expected: float) -> None:
    assert expected == force(acts(levers={"talk": 1.0}, end=3), number)


@pytest.mark.parametrize(("agreed", "expected"), [(0.1, 0.0), (0.2, 0.5), (0.3, 1.0), (0.5, 1.0)])
def test_gated_levers_come_as_diluted_as_the_text(agreed: float, expected: float) -> None:
    ask = policy(asks=[Ask("nac", "engagement", 0.3, "USA")], levers=Levers(talk=1.0))
    assert expected == pytest.approx(force(ask, 2, decided=1.0, agreed=agreed))


def test_gated_levers_wait_for_adoption_and_ungated_ones_do_not() -> None:
    asks = [Ask("nac", "engagement", 0.3, "USA")]
    both = policy(asks=asks, levers=Levers(talk=1.0), ungated=Levers(channel=0.1))
    fixed: Setting = build(both, runs=1)
    gated, free = stance.force(begun(fixed), quarter(fixed, 2))
    assert (0.0, 1.0) == (gated[0], free[0])


@pytest.mark.parametrize(
    ("joining", "expected"), [((), 0.0), (("JPN",), 0.5), (("JPN", "KOR"), 1.0)]
)
def test_partners_join_one_by_one(joining: tuple[str, ...], expected: float) -> None:
    asks = [Ask("nac", "engagement", 0.3, "USA")]
    what = policy(asks=asks, levers=Levers(talk=1.0), accept=["JPN", "KOR"])
    taking_part = np.zeros((1, 1, len(content.world().actors)))
    taking_part[..., [content.world().index[a] for a in joining]] = 1.0
    assert expected == force(what, 2, decided=1.0, agreed=0.3, taking_part=taking_part)


def test_the_bill_is_the_price_list() -> None:
    """Money by the year, capital once, by the largest size over theaters."""
    pact = acts(levers={"military": 0.5, "commitment": {"taiwan": 0.4, "korea": 0.2}})
    metrics = play(build(pact, runs=4, quarters=8))
    expected = 8 / 4 * 0.5 * LEVERS["military"].money
    assert metrics["cost_usd_bn"] == pytest.approx(np.full(4, expected))
    assert metrics["political_capital_spent"] == pytest.approx(np.full(4, 0.4))


def test_asks_on_the_same_text_become_one_with_the_farthest_target() -> None:
    for one, other in itertools.permutations(BUNDLE[4:]):
        texts = compile_program((one, other), content.world(), content.ladder().texts).texts
        assert [0.4] == [text.target for text in texts]

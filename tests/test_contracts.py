"""The contract that every plug-in passes for free: policies, rules, parameters, traits, levers."""

from __future__ import annotations

import itertools
import re
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
import yaml

from agents.rules import RULES
from simulator import content, registry
from simulator.batch import Job, play_block, setting
from simulator.contracts import Ask, Levers, Policy, Sight
from simulator.errors import ContractError, InputError
from simulator.mechanisms import stance
from simulator.metrics import METRICS
from simulator.opening import opening
from simulator.phase import Quarter
from simulator.program import compile_program
from simulator.questions import Answer, View
from simulator.vocabulary import LEVERS
from simulator.world import THEATERS

ROOT = Path(__file__).parent.parent
POLICIES = sorted(registry.policies())
SOURCES = {"cfr", "fa", "mli", "galic", "reeves", "judgement"}


@pytest.mark.parametrize("name", POLICIES)
def test_sources_exist(name: str) -> None:
    """Every policy cites documents and paragraphs that the ledger knows."""
    for source in registry.policy(name).sources:
        document, *rest = source.split()
        assert document in SOURCES, source
        assert document == "judgement" or re.fullmatch(r"para \d+", " ".join(rest)), source


@pytest.mark.parametrize("name", POLICIES)
def test_a_policy_pays_and_shows(name: str) -> None:
    """Every lever moved has a cost in some budget and a stated footprint."""
    policy = registry.policy(name)
    for lever in policy.levers.moved():
        spec = LEVERS[lever]
        assert spec.money or spec.pct_gdp or spec.capital or spec.attention or lever == "assure"
        assert spec.footprint


def _with(monkeypatch: pytest.MonkeyPatch, *made: Policy) -> None:
    known = dict(registry.policies()) | {p.id: p for p in made}
    monkeypatch.setattr(registry, "policies", lambda: known)


@pytest.mark.parametrize("name", POLICIES)
def test_renaming_changes_nothing(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """V34, bitwise: what a policy is called has no effect."""
    _with(monkeypatch, replace(registry.policy(name), id="zz-other-name", title="Other"))
    jobs = [
        Job("taiwan-quarantine", (p,), "mixed", 3, 6, "endogenous", ())
        for p in (name, "zz-other-name")
    ]
    one, two = (play_block(job, range(24)) for job in jobs)
    assert all(np.array_equal(one.metrics[m], two.metrics[m], equal_nan=True) for m in one.metrics)


def test_doing_nothing_is_the_status_quo(monkeypatch: pytest.MonkeyPatch) -> None:
    """V36, bitwise: no policy, the baseline, and a policy whose levers rest are the same."""
    rest = Policy(id="rest", title="", sources=["judgement"], levers=Levers(visibility=0.0))
    _with(monkeypatch, rest)
    blocks = [
        play_block(Job("korea-brinkmanship", p, "neutral", 3, 8, "endogenous", ()), range(32))
        for p in ((), (registry.package("policies").BASELINE,), ("rest",))
    ]
    for name in METRICS:
        first, *others = (b.metrics[name] for b in blocks)
        assert all(np.array_equal(first, o, equal_nan=True) for o in others), name


def test_order_in_a_portfolio_changes_nothing() -> None:
    """V33, bitwise."""
    parts = ("tokyo-liaison-office", "private-sanctions-warning", "public-taiwan-statement")
    results = [
        play_block(Job("taiwan-gray-zone", order, "fa", 3, 8, "forced", ()), range(16)).metrics
        for order in itertools.permutations(parts)
    ]
    for other in results[1:]:
        assert all(np.array_equal(results[0][m], other[m], equal_nan=True) for m in other)


def test_a_trigger_that_branches_with_if_is_taught(monkeypatch: pytest.MonkeyPatch) -> None:
    def when(sight: Sight) -> np.ndarray:
        if sight.levels[:, 1] >= 2:  # the mistake
            return np.ones(len(sight.levels), dtype=bool)
        return np.zeros(len(sight.levels), dtype=bool)

    bad = Policy(id="bad", title="", sources=["judgement"], levers=Levers(talk=0.1), when=when)
    _with(monkeypatch, bad)
    with pytest.raises(ContractError, match=r"policy bad: when.*not `if` or `and`"):
        play_block(Job("summit-cycle", ("bad",), "neutral", 0, 2, "endogenous", ()), range(4))


def test_a_trigger_starts_a_policy_where_it_is_true(monkeypatch: pytest.MonkeyPatch) -> None:
    early = Policy(id="adaptive", title="", sources=["judgement"], levers=Levers(channel=0.5),
                   when=lambda sight: sight.levels[:, 1] >= 2)  # fmt: skip
    _with(monkeypatch, early)
    job = Job("taiwan-gray-zone", ("adaptive",), "neutral", 1, 12, "endogenous", ())
    spent = play_block(job, range(64)).metrics["cost_usd_bn"]
    reached = play_block(job, range(64)).paths["level_taiwan"][:, :-1].max(axis=-1) >= 2
    assert ((spent > 0) == reached).all()


def test_policies_see_read_only_arrays(monkeypatch: pytest.MonkeyPatch) -> None:
    def meddle(sight: Sight) -> np.ndarray:
        sight.threat_of_challenger[:] = 0.0
        return np.ones(len(sight.levels), dtype=bool)

    _with(
        monkeypatch,
        Policy(id="meddler", title="", sources=["judgement"], levers=Levers(talk=0.1), when=meddle),
    )
    with pytest.raises(ContractError, match="read-only"):
        play_block(Job("summit-cycle", ("meddler",), "neutral", 0, 2, "endogenous", ()), range(4))


@pytest.mark.parametrize(
    ("make", "match"),
    [
        (lambda: Levers(visibility=1.5), r"Levers.visibility: 1.5 is outside -1"),
        (lambda: Levers(talk={"tawain": 0.1}), r"Did you mean 'taiwan'"),
        (lambda: Levers(engage=2.0), r"no mechanism reads this lever yet"),
        (lambda: Ask(forum="nca", issue="wording", target=0.5, sponsor="USA"), r"mean 'nac'"),
        (lambda: Ask(forum="nac", issue="wording", target=5, sponsor="USA"), r"outside 0.0 .. 1.0"),
        (lambda: Policy(id="x", title="", sources=[]), r"at least one source"),
        (lambda: Policy(id="Bad Id", title="", sources=["judgement"]), r"lower-case words"),
        (lambda: Policy(id="x", title="", sources=["judgement"], start=-1), r"0 <= start < end"),
        (
            lambda: Policy(id="x", title="", sources=["judgement"], levers=Levers(sanctions=0.5)),
            r"need a target",
        ),
    ],
)  # fmt: skip
def test_bad_policies_are_taught(make: object, match: str) -> None:
    with pytest.raises(ContractError, match=match):
        make()  # type: ignore[operator]


def test_an_unknown_actor_is_refused_with_the_nearest() -> None:
    lost = Policy(id="x", title="", sources=["judgement"], by=["NATOO"])
    with pytest.raises(InputError, match="Did you mean 'NATO'"):
        compile_program([lost], content.world(), content.ladder().texts)


def _views() -> dict[str, tuple[View, list[int]]]:
    """One real view of every question, recorded from a short run."""
    seen: dict[str, tuple[View, list[int]]] = {}
    job = Job("liaison-office-vote", (), "neutral", 2, 6, "endogenous", ())
    fixed = setting(job, range(5))

    def decide(question: str, view: View, askers: list[int], context: object) -> Answer:
        seen[question] = (view, list(askers))
        return RULES[question][fixed.world.kinds[askers[0]]](view)

    state = opening(fixed)
    from simulator.quarter import play

    for number in range(6):
        state = play(state, Quarter(fixed, number, decide))
    return seen


@pytest.mark.parametrize("question", sorted(RULES))
def test_rules_broadcast(question: str) -> None:
    """Every rule gives the same bits for one government, for many, and for many runs."""
    view, askers = _views()[question]
    for kind in sorted({content.world().kinds[i] for i in askers}):
        rule = RULES[question][kind]
        whole = rule(view)
        for r, n in ((0, 0), (len(whole.choice) - 1, len(askers) - 1)):
            own = replace(view, **{
                f.name: getattr(view, f.name)[
                    r if getattr(view, f.name).shape[0] > 1 else 0,
                    n if getattr(view, f.name).shape[1] > 1 else 0,
                ]
                for f in fields(view)
            })  # fmt: skip
            alone = rule(own)
            assert np.array_equal(
                alone.choice,
                whole.choice[r, n] if whole.choice.shape[1] > 1 else whole.choice[r, 0],
            )
            for name, value in alone.values.items():
                assert np.array_equal(value, whole.values[name][r, n]), (question, name)


def test_every_parameter_is_read() -> None:
    code = "\n".join(
        p.read_text() for d in ("simulator", "agents") for p in (ROOT / d).rglob("*.py")
    )
    assembled = {"weight_"}
    for p in content.parameters():
        known = f'"{p.name}"' in code or any(p.name.startswith(a) for a in assembled)
        assert known, f"parameter {p.name} is read nowhere"


def test_every_lever_is_a_field_and_the_other_way_round() -> None:
    assert list(LEVERS) == [f.name for f in fields(Levers)]


def test_every_metric_is_defined() -> None:
    raw = yaml.safe_load((ROOT / "simulator" / "metrics.yaml").read_text())
    ledger = yaml.safe_load((ROOT / "scenarios" / "ledger" / "evidence.yaml").read_text())
    known = {m["id"] for m in ledger["metrics"]}
    for name, entry in raw.items():
        assert entry["unit"]
        assert entry["definition"]
        assert entry["direction"] in ("+", "-", "context")
        assert not entry.get("ledger") or (
            entry["ledger"] in known and entry["ledger"] == f"mx_{name}"
        )


def test_forces_of_a_phase_in_grow() -> None:
    """A pact phased in over eight quarters is an eighth in force in its first."""
    job = Job("summit-cycle", ("formal-nato-ip4-pact",), "neutral", 0, 3, "forced", ())
    fixed = setting(job, range(2))
    from simulator.batch import decide_together, play_through

    seen = []
    play_through(fixed, decide_together(fixed.world.kinds),
                 lambda state, at: seen.append(stance.force(state, at)[0][0]))  # fmt: skip
    assert np.allclose(seen, [0.125, 0.25, 0.375])
    assert len(THEATERS) == 4

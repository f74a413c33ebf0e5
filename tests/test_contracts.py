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
from simulator.batch import Job, decide_together, play_block, play_through, setting
from simulator.contracts import Ask, Levers, Part, Policy, Sight
from simulator.errors import ContractError, InputError
from simulator.mechanisms import stance
from simulator.metrics import METRICS
from simulator.opening import opening
from simulator.phase import Quarter
from simulator.program import Program, compile_program
from simulator.questions import Answer, View
from simulator.vocabulary import LEVERS
from simulator.world import FORUMS, ISSUES, THEATERS

ROOT = Path(__file__).parent.parent
POLICIES = sorted(registry.policies())
LEDGER = yaml.safe_load((ROOT / "scenarios" / "ledger" / "evidence.yaml").read_text())
DOCUMENTS = {d: max(map(int, re.findall(r"\d+", text["paragraphs"])))
             for d, text in LEDGER["sources"].items()}  # fmt: skip
CITED = {entry["id"]: set(entry["where"].split("; ")) for entry in LEDGER["policies"]}
LEADERSHIP = content.shared()["leadership"]  # its text is a belief of the ledger, not a policy
ALONE = (("p_pact", 0.0),)  # nothing but what a test brings


def terms(policy: Policy) -> list[Policy]:
    """A policy, what of it does not wait for its asks, and each of its parts, as policies."""
    free = replace(policy, levers=policy.ungated, ungated=Levers(), parts=())
    return [policy, free, *map(policy.on_terms_of, policy.parts)]


TRIGGERED = {
    f"{name} {n}": one.when
    for name in POLICIES
    for n, one in enumerate(terms(registry.policy(name)))
    if one.when is not None
}


@pytest.mark.parametrize("name", POLICIES)
def test_sources_exist(name: str) -> None:
    """Every policy is one of the ledger's and cites paragraphs that the ledger gives for it; what
    the leadership tables cites those on the pact."""
    sources = registry.policy(name).sources
    for source in sources:
        found = re.fullmatch(r"(\w+) para (\d+)", source)
        assert found, source
        assert 0 <= int(found[2]) <= DOCUMENTS[found[1]], source
    assert set(sources) & CITED["formal-nato-ip4-pact" if name == LEADERSHIP else name]


@pytest.mark.parametrize("name", POLICIES)
def test_a_policy_pays_and_shows(name: str) -> None:
    """Every lever moved has a cost in some budget and a stated footprint; guesses say so."""
    policy = registry.policy(name)
    for one in terms(policy):
        for lever in one.levers.moved():
            spec = LEVERS[lever]
            unpaid = lever == "audience_cost"  # paid when one backs down
            assert spec.money or spec.pct_gdp or spec.capital or spec.attention or unpaid
            assert spec.footprint
    assert "judgement" in policy.note or not any(one.levers.moved() for one in terms(policy))


@pytest.mark.parametrize("name", POLICIES)
def test_a_policy_compiles(name: str) -> None:
    """One bundle for the policy, its ungated levers and each part; gates only where asked."""
    policy = registry.policy(name)
    program = compile_program([policy], content.world(), content.ladder().texts)
    free = bool(policy.ungated.moved())
    assert len(program.bundles) == 1 + free + len(policy.parts)
    assert len(program.texts) == len({(a.forum, a.issue) for a in policy.asks})
    assert len(program.bundles[0].asks) == len(policy.asks)
    assert all(bundle.policy == name and bundle.by.any() for bundle in program.bundles)
    assert "0x" not in policy.content()


@pytest.mark.parametrize("name", POLICIES)
def test_a_policy_plays_for_one_run_and_for_many(name: str) -> None:
    """In force where it asks a forum (the next tests leave the forum its say)."""
    adoption = "forced" if registry.policy(name).asks else "endogenous"
    job = Job("two-theatre-war", (name,), "mixed", 4, 3, adoption, ())
    many, one = (play_block(job, runs).metrics for runs in (range(5), range(3, 4)))
    assert all(np.array_equal(many[m][3:4], one[m], equal_nan=True) for m in many)
    assert np.isfinite(many["cost_usd_bn"]).all()


@pytest.mark.parametrize("name", POLICIES)
def test_a_policy_that_never_starts_is_the_status_quo(name: str) -> None:
    """V36, bitwise, for every policy."""
    fixed = setting(Job("taiwan-quarantine", (), "neutral", 3, 3, "endogenous", ALONE), range(8))
    program = compile_program(
        [registry.policy(name).postponed(50)], fixed.world, fixed.ladder.texts
    )
    never = replace(fixed, program=program, kept={})
    none, late = (
        play_through(block, decide_together(fixed.world.kinds))[0] for block in (fixed, never)
    )
    per_text = {key for key in none if none[key].shape != late[key].shape}
    assert all(late[key].shape[1] == len(program.texts) for key in per_text)
    assert "level" not in per_text
    for key in set(none) - per_text:
        assert np.array_equal(none[key], late[key], equal_nan=True), key


def _with(monkeypatch: pytest.MonkeyPatch, *made: Policy) -> None:
    known = dict(registry.policies()) | {p.id: p for p in made}
    monkeypatch.setattr(registry, "policies", lambda: known)


@pytest.mark.parametrize("name", POLICIES)
def test_renaming_changes_nothing(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """V34, bitwise: what a policy is called has no effect."""
    _with(monkeypatch, replace(registry.policy(name), id="zz-other-name", title="Other"))
    jobs = [
        Job("taiwan-quarantine", (p,), "mixed", 3, 4, "endogenous", ())
        for p in (name, "zz-other-name")
    ]
    one, two = (play_block(job, range(12)) for job in jobs)
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
    job = Job("taiwan-gray-zone", ("adaptive",), "neutral", 1, 12, "endogenous", ALONE)
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
        (lambda: Levers(engage=20.5), r"Levers.engage: 20.5 is outside 0"),
        (lambda: Levers(spend={"europe": 1.0}), r"takes one number, not one per theater"),
        (lambda: Ask(forum="nca", issue="wording", target=0.5, sponsor="USA"), r"mean 'nac'"),
        (lambda: Ask(forum="nac", issue="wording", target=5, sponsor="USA"), r"outside 0.0 .. 1.0"),
        (lambda: Policy(id="x", title="", sources=[]), r"at least one source"),
        (lambda: Policy(id="Bad Id", title="", sources=["judgement"]), r"lower-case words"),
        (lambda: Policy(id="x", title="", sources=["judgement"], start=-1), r"0 <= start < end"),
        (
            lambda: Policy(id="x", title="", sources=["judgement"], levers=Levers(sanctions=0.5)),
            r"need a target",
        ),
        (lambda: policy(levers=Levers(engage=1.0)), r"engage needs a receiver"),
        (lambda: policy(parts=[Part(Levers(aid=1.0))]), r"aid needs a receiver"),
        (lambda: policy(parts=[Part(Levers(talk=1.0), by="RUS")]), r"'RUS' is one text"),
        (lambda: policy(parts=[Part(Levers(talk=1.0), theaters=["asia"])]), r"unknown 'asia'"),
    ],
)  # fmt: skip
def test_bad_policies_are_taught(make: object, match: str) -> None:
    with pytest.raises(ContractError, match=match):
        make()  # type: ignore[operator]


def policy(**what: object) -> Policy:
    return Policy(id="x", title="", sources=["judgement"], **what)  # type: ignore[arg-type]


def compiled(*policies: Policy) -> Program:
    return compile_program(policies, content.world(), content.ladder().texts)


ASK = {"forum": "nac", "issue": "engagement", "target": 0.5}


@pytest.mark.parametrize(
    ("wrong", "match"),
    [
        (policy(by=["NATOO"]), r"by: unknown actor or group 'NATOO'.*Did you mean 'NATO'"),
        (policy(parts=[Part(Levers(talk=0.1), by=["RUZ"])]), r"'RUZ'.*Did you mean 'RUS'"),
        (policy(asks=[Ask(**ASK, sponsor="IP4")]), r"asks.sponsor: unknown single actor 'IP4'"),
        (
            policy(asks=[Ask(**ASK, sponsor="USA", subject="EU")]),
            r"asks.subject: unknown single actor 'EU'",
        ),
        (policy(asks=[Ask(**ASK, sponsor="USA", members=["JAP"])]), r"'JAP'.*'JPN'"),
        (
            policy(by=["CHN", "RUS"], levers=Levers(visibility=0.1)),
            r"CHN, RUS cannot share one visibility.*Part",
        ),
        (policy(levers=Levers(resolve=1.0)), r"will of a red leadership"),
        (policy(by=["CHN", "USA"], ungated=Levers(resolve=1.0)), r"will of a red leadership"),
    ],
)
def test_a_policy_that_does_not_fit_the_world_is_taught(wrong: Policy, match: str) -> None:
    with pytest.raises(InputError, match=re.compile(match, re.DOTALL)):
        compiled(wrong)


def test_a_part_acts_on_terms_of_its_own() -> None:
    """What a part leaves open is as in the policy; it waits for the asks unless it says not."""
    whole = policy(
        asks=[Ask(**ASK, sponsor="USA")],
        levers=Levers(talk=0.2),
        by=["IP4"], to=["UKR"], theaters=["korea"], accept=["IP4"], phase_in=3,
        parts=[
            Part(Levers(aid=2.0), lethal=True, when=lambda sight: sight.level("korea") >= 3),
            Part(Levers(commitment=0.3), by=["USA"], theaters=["taiwan"], gated=False),
        ],
    )  # fmt: skip
    world = content.world()
    own, waits, free = compiled(whole).bundles
    assert own.levers.moved() == ["talk"]
    assert (waits.asks, waits.accept, waits.lethal) == (own.asks, own.accept, True)
    assert np.array_equal(waits.by, world.groups["IP4"])
    assert np.array_equal(waits.to, world.members("UKR"))
    assert waits.when is not None
    assert own.when is None
    assert (free.asks, free.accept, free.phase_in) == ((), (), 3)
    assert np.array_equal(free.by, world.members("USA"))
    assert np.array_equal(free.reach["commitment"], [0.0, 0.3, 0.0, 0.0])
    assert own.accept == tuple(np.flatnonzero(world.groups["IP4"]))


def test_a_part_begins_when_its_own_trigger_is_met(monkeypatch: pytest.MonkeyPatch) -> None:
    late = Part(Levers(build_un=1.0), when=lambda sight: sight.level("taiwan") >= 2)
    _with(monkeypatch, replace(policy(parts=[late]), id="late"))
    job = Job("taiwan-gray-zone", ("late",), "neutral", 1, 12, "endogenous", ALONE)
    block = play_block(job, range(64))
    reached = block.paths["level_taiwan"][:, :-1].max(axis=-1) >= 2
    assert ((block.metrics["cost_usd_bn"] > 0) == reached).all()
    assert reached.any()


# ---- triggers on arrays


def sights(runs: int, seed: int) -> Sight:
    """Made-up worlds, one a run; read-only."""
    luck = np.random.default_rng(seed)
    shapes = (len(FORUMS), len(ISSUES))
    made = (
        luck.integers(0, 6, (runs, len(THEATERS))),
        luck.uniform(size=(runs, len(THEATERS))),
        luck.uniform(-1.0, 1.0, (runs, len(THEATERS))),
        luck.integers(0, 3, (runs, *shapes)).astype(float),
    )
    for array in made:
        array.setflags(write=False)
    return Sight(int(luck.integers(0, 4)), *made)


def one_of(sight: Sight, run: int) -> Sight:
    arrays = (sight.levels, sight.threat_of_challenger, sight.visibility, sight.failures)
    return Sight(sight.quarter, *(array[run : run + 1] for array in arrays))


@pytest.mark.parametrize("name", TRIGGERED)
def test_a_trigger_gives_each_run_its_own_answer(name: str) -> None:
    when, answers = TRIGGERED[name], []
    for seed in range(3):
        sight = sights(64, seed)
        mask = when(sight)
        assert (mask.dtype, mask.shape) == (bool, (64,))
        assert [mask[n] for n in range(64)] == [when(one_of(sight, n))[0] for n in range(64)]
        answers.append(mask)
    assert {True, False} == set(np.concatenate(answers).tolist())
    assert not when(Sight.calm(4)).any()


@pytest.mark.parametrize("name", TRIGGERED)
def test_a_trigger_holds_no_function_of_its_own(name: str) -> None:
    """Nested functions print their address, so equal policies would sort at random."""
    assert [] == [c for c in TRIGGERED[name].__code__.co_consts if hasattr(c, "co_code")]


def test_a_trigger_sees_by_name_what_the_arrays_hold() -> None:
    sight = sights(16, 5)
    assert np.array_equal(sight.level("korea"), sight.levels[:, 2])
    assert np.array_equal(sight.shown("europe"), sight.visibility[:, 0])
    assert np.array_equal(sight.failed("eu", "sanctions"), sight.failures[:, 1, 1])


def test_triggers_see_visibility_and_failures(monkeypatch: pytest.MonkeyPatch) -> None:
    """The West's visibility less its start, and how often each text was blocked."""
    seen: list[Sight] = []

    def watch(sight: Sight) -> np.ndarray:
        seen.append(sight)
        return np.zeros(len(sight.levels), dtype=bool)

    watcher = Policy(id="watcher", title="", sources=["judgement"], when=watch)
    loud = Policy(id="loud", title="", sources=["judgement"], theaters=["korea"],
                  levers=Levers(visibility=0.5))  # fmt: skip
    pact = replace(registry.policy("formal-nato-ip4-pact"), id="pact")
    _with(monkeypatch, watcher, loud, pact)

    def last(other: str) -> Sight:
        seen.clear()
        play_block(Job("summit-cycle", ("watcher", other), "reeves", 0, 3, "endogenous", ALONE),
                   range(16))  # fmt: skip
        assert not seen[0].visibility.any()
        assert not seen[0].failures.any()
        arrays = (seen[0].levels, seen[0].visibility, seen[0].failures)
        assert not any(array.flags.writeable for array in arrays)
        return seen[-1]

    gap = 1.0 - content.ladder().stance["visibility"][-1, 2]
    raised = last("loud")
    assert raised.shown("korea") == pytest.approx(np.full(16, 0.5 * gap))
    assert np.abs(raised.visibility[:, [0, 1, 3]]).max() < 1e-12
    blocked = last("pact")
    assert blocked.failed("nac", "engagement").max() >= 1.0
    assert blocked.failures.sum() == blocked.failed("nac", "engagement").sum()


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
        runs = max(getattr(view, f.name).shape[0] for f in fields(view))
        for r, n in ((0, 0), (runs - 1, len(askers) - 1)):
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
    assembled = {"weight_", "start_link_"}
    for p in content.parameters():
        known = f'"{p.name}"' in code or any(p.name.startswith(a) for a in assembled)
        assert known, f"parameter {p.name} is read nowhere"


def test_every_lever_is_a_field_and_the_other_way_round() -> None:
    assert list(LEVERS) == [f.name for f in fields(Levers)]


def test_every_metric_is_defined() -> None:
    raw = yaml.safe_load((ROOT / "simulator" / "metrics" / "metrics.yaml").read_text())
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
    seen, own = [], [b.by_leadership for b in fixed.program.bundles].index(False)
    play_through(fixed, decide_together(fixed.world.kinds),
                 lambda state, at: seen.append(stance.force(state, at)[own][0]))  # fmt: skip
    assert np.allclose(seen, [0.125, 0.25, 0.375])
    assert len(THEATERS) == 4

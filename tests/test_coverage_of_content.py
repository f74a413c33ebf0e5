"""What the content covers: the ledger's policies, portfolios and scenarios, and the vocabulary."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
import yaml

from scenarios import loader
from simulator import catalogue, content, registry
from simulator.batch import Job, decide_together, play_block, play_through, setting
from simulator.contracts import Ask, Levers, Policy
from simulator.errors import InputError
from simulator.figures import words
from simulator.pairing import compare
from simulator.scene import Scene
from simulator.vocabulary import LEVERS
from simulator.world import FORUMS, ISSUES, THEATERS

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "scenarios" / "ledger"
EVIDENCE = yaml.safe_load((FOLDER / "evidence.yaml").read_text(encoding="utf-8"))
CROSSWALK = yaml.safe_load((FOLDER / "crosswalk.yaml").read_text(encoding="utf-8"))
ENTRIES = {entry["id"]: entry for entry in EVIDENCE["policies"]}
SKETCHES = CROSSWALK["policies"]
PORTFOLIOS = {name: entry for name, entry in ENTRIES.items() if entry["kind"] == "portfolio"}
POLICIES = registry.policies()
SCENARIOS = {name: loader.load_scenario(name) for name in loader.ids("scenarios")}
STANDING = dict(zip(ISSUES, content.ladder().texts, strict=True))


def bundles(policy: Policy) -> list[tuple[Policy, Levers]]:
    """Levers of a policy with the terms they act on: its own, ungated ones, and each part."""
    parts = [(policy.on_terms_of(part), part.levers) for part in policy.parts]
    return [(policy, policy.levers), (policy, policy.ungated), *parts]


def sizes(policy: Policy, lever: str) -> np.ndarray:
    """One lever over all theaters, summed over what the policy moves."""
    if not LEVERS[lever].theater:
        return np.array([sum(getattr(levers, lever) for _, levers in bundles(policy))])
    return np.sum([own.by_theater(lever, terms.theaters) for terms, own in bundles(policy)], axis=0)


# ---- the ledger is there


def test_every_policy_of_the_ledger_is_there() -> None:
    """And one beside it: what the leadership tables, a belief of the ledger (`p_pact`)."""
    own = {content.shared()["leadership"]}
    assert {name for name in ENTRIES if name not in PORTFOLIOS} | own == set(POLICIES)
    assert len(POLICIES) >= 32


def test_portfolios_are_those_of_the_ledger() -> None:
    assert {n: entry["members"] for n, entry in PORTFOLIOS.items()} == {
        n: list(p.members) for n, p in content.portfolios().items()
    }
    for name, portfolio in content.portfolios().items():
        assert list(portfolio.sources) == PORTFOLIOS[name]["where"].split("; ")


def test_at_least_twelve_scenarios_cover_the_theaters() -> None:
    assert len(SCENARIOS) >= 12
    for theater in THEATERS:
        above = [n for n, s in SCENARIOS.items() if getattr(s.levels, theater) > 1]
        assert above, theater
    both = [n for n, s in SCENARIOS.items() if min(s.levels.europe, s.levels.taiwan) >= 4]
    assert ["two-theatre-war"] == both


# ---- numbers are those of the crosswalk, read a second way

SYMBOLS = {
    "V": "visibility", "Mil": "military", "excl": "exclusiveness", "Cmt": "commitment",
    "sig": "sanctions", "aud": "audience_cost", "sunk": "sunk", "talk deter": "talk",
    "talk assure": "assure", "chan": "channel", "restraint": "restraint", "spend": "spend",
    "indInv": "industry", "phiInv": "interchangeability", "engage": "engage", "narr": "narrative",
    "release": "release", "build sop": "build_sop", "build aware": "build_aware",
    "build plan": "build_plan", "build res": "build_resilience", "build pcap": "build_capacity",
    "build un": "build_un", "build eur": "build_standing", "aid": "aid", "resolve": "resolve",
}  # fmt: skip
PLACES = {"E": "europe", "T": "taiwan", "K": "korea", "S": "south_china_sea"}
ISSUE_CODES = {"e": "engagement", "s": "sanctions", "b": "burden", "w": "wording", "n": "mission",
               "a": "accession"}  # fmt: skip
_SYMBOL = "|".join(sorted(SYMBOLS, key=len, reverse=True))
_TOKEN = re.compile(
    rf"\b(?P<symbol>{_SYMBOL})(?: European allies| PRK to RUS| RUS to PRK|)"
    r" \+?(?P<size>-?\d*\.?\d+)"
    r"(?P<rest>[^,;:]*(?:\([^)]*\))?)"
)


def sketched(text: str) -> list[tuple[str, float, str]]:
    """(lever, size, what follows) of every lever that a line of the crosswalk names."""
    joined = re.sub(r"\((\w),(\w)\)", r"(\1\2)", text)
    found = [(SYMBOLS[m["symbol"]], float(m["size"]), m["rest"]) for m in _TOKEN.finditer(joined)]
    assert len(found) == len(re.findall(rf"\b(?:{_SYMBOL}) [^,;:]*\d", joined)), text
    return found


# what the crosswalk says in words that the contract says in another way
RESTATED = {("eu-trade-deals", "engage"): 9.0}  # 3 to each of three


@pytest.mark.parametrize("name", [n for n in SKETCHES if n not in PORTFOLIOS])
def test_levers_are_those_of_the_crosswalk(name: str) -> None:
    """Every size and theater of the crosswalk is found in the policy, and no lever more."""
    policy, named = POLICIES[name], set()
    for lever, size, rest in sketched(SKETCHES[name]["L"]):
        named |= {lever} if size else set()
        expected = RESTATED.get((name, lever), size)
        places = re.search(r"\(([ETKSA]+)\)", rest)
        found = []
        for terms, levers in bundles(policy):
            if LEVERS[lever].theater:
                values = levers.by_theater(lever, terms.theaters)
                found.append(dict(zip(THEATERS, values.tolist(), strict=True)))
            else:
                found.append({"": getattr(levers, lever)})
        if places is not None:
            letters = places[1].replace("A", "TKS")
            wanted = {PLACES[letter] for letter in letters}
            assert any(all(f[k] == size for k in wanted) for f in found), (lever, size, rest)
        else:
            assert any(expected in f.values() for f in found), (lever, size, rest)
    moved = {lever for _, levers in bundles(policy) for lever in levers.moved()}
    assert moved == named


@pytest.mark.parametrize("name", [n for n in SKETCHES if n not in PORTFOLIOS])
def test_asks_are_those_of_the_crosswalk(name: str) -> None:
    sketch = SKETCHES[name]
    wanted = [sketch[key] for key in ("ask", "and") if key in sketch]
    asks = POLICIES[name].asks
    assert [(a.forum, a.issue, a.target) for a in asks] == [
        (forum, ISSUE_CODES[issue], target) for forum, issue, target in wanted
    ]
    if asks:
        assert asks[0].min == sketch.get("min")
        assert (asks[0].rule or "") == sketch.get("rule", "").replace(" ", "-")
        assert asks[0].prep == sketch.get("prep", asks[0].prep)
        assert bool(POLICIES[name].accept) == bool(sketch.get("accept"))
    assert POLICIES[name].phase_in >= sketch.get("phase_in", 1)


@pytest.mark.parametrize("pair", CROSSWALK["policy_notes"]["subsets"], ids="<".join)
def test_a_smaller_policy_is_part_of_a_greater_one(pair: list[str]) -> None:
    """Coverage rule of model.md 3.6: every lever and ask of the first lies between rest and
    that of the second, and nobody acts or is asked who is not in the second."""
    small, great = (POLICIES[name] for name in pair)
    for lever in LEVERS:
        less, more = sizes(small, lever), sizes(great, lever)
        assert np.all(np.abs(less) <= np.abs(more)), lever
        assert np.all((less == 0.0) | (np.sign(less) == np.sign(more))), lever
    texts = {(a.forum, a.issue): a.target for a in great.asks}
    for ask in small.asks:
        start, far = STANDING[ask.issue], texts[ask.forum, ask.issue]
        assert min(start, far) <= ask.target <= max(start, far)
    world = content.world()
    for who in ("by", "accept", "partners"):
        members = [world.together(getattr(p, who)) for p in (small, great)]
        assert np.all(members[0] <= members[1]), who


# ---- the vocabulary is used


def test_every_lever_is_moved_by_some_policy() -> None:
    moved = {x for p in POLICIES.values() for _, levers in bundles(p) for x in levers.moved()}
    assert set(LEVERS) == moved


def test_every_forum_and_every_issue_is_asked() -> None:
    asks = [ask for policy in POLICIES.values() for ask in policy.asks]
    assert {ask.forum for ask in asks} == set(FORUMS)
    assert {ask.issue for ask in asks} == set(ISSUES)
    assert {None, "qualified-majority", "treaty-change"} == {ask.rule for ask in asks}


def test_every_theater_is_acted_in_by_both_sides() -> None:
    world = content.world()
    for side in ("red", "west"):
        reached = np.zeros(len(THEATERS))
        for policy in POLICIES.values():
            for terms, levers in bundles(policy):
                if {world.sides[world.index[a]] for a in terms.by if a in world.index} <= {side}:
                    for lever in (n for n in levers.moved() if LEVERS[n].theater):
                        reached += np.abs(levers.by_theater(lever, terms.theaters))
        assert np.all(reached > 0.0), side


def test_every_kind_of_government_has_a_part() -> None:
    world = content.world()
    named: set[str] = set()
    for policy in POLICIES.values():
        for terms, _ in bundles(policy):
            for names in (terms.by, terms.on, terms.to, terms.partners, terms.accept):
                named |= {world.kinds[i] for i in np.flatnonzero(world.together(names))}
    assert set(world.kinds) == named


def test_every_field_of_a_policy_is_used() -> None:
    """A field that no policy fills would be a promise nobody tests."""
    rest = Policy(id="rest", title="", sources=["judgement"])
    changed = {
        f.name
        for policy in POLICIES.values()
        for f in fields(Policy)
        if getattr(policy, f.name) != getattr(rest, f.name)
    }
    unused = {f.name for f in fields(Policy)} - changed
    assert unused == {"start", "by_leadership"}  # scenarios set them
    told = {f.name for p in POLICIES.values() for a in p.asks for f in fields(Ask)
            if getattr(a, f.name) not in (None, ())}  # fmt: skip
    assert {f.name for f in fields(Ask)} == told


def test_every_field_of_a_scenario_is_used() -> None:
    filled = {n for s in SCENARIOS.values() for n in s.model_fields_set if getattr(s, n)}
    assert {"triggers", "us_posture", "war", "parameters", "table", "events", "notes"} <= filled
    postures = [e for s in SCENARIOS.values() for e in s.us_posture]
    assert any(e.chance < 1.0 and e.otherwise for e in postures)
    assert {"intense", "ceasefire"} == {e.state for s in SCENARIOS.values() for e in s.war}
    assert {"onset", "forced"} == {s.mode for s in SCENARIOS.values()}


# ---- portfolios


def test_a_portfolio_stands_for_its_members() -> None:
    one = content.program("summit-cycle", ["portfolio-reeves"])
    other = content.program("summit-cycle", list(content.portfolios()["portfolio-reeves"].members))
    assert [b.policy for b in one.bundles] == [b.policy for b in other.bundles]
    assert repr(one.texts) == repr(other.texts)


def test_portfolios_may_share_members_and_join_policies() -> None:
    joined = "portfolio-cfr+portfolio-mli+disinfo-hub-riga+back-taiwan-openly"
    names = [p.id for p in content.policies(joined)]
    assert len(names) == len(set(names))
    members = {m for n in ("portfolio-cfr", "portfolio-mli") for m in PORTFOLIOS[n]["members"]}
    assert members | {"back-taiwan-openly"} == set(names)
    with pytest.raises(InputError, match="named twice"):
        content.program("summit-cycle", ["portfolio-cfr", "portfolio-cfr"])
    with pytest.raises(InputError, match="Did you mean 'portfolio-cfr'"):
        content.policies("portfolio-cfrs")


MERGED = {  # crosswalk.yaml, notes on the portfolios
    "portfolio-cfr": {("nac", "engagement"): 0.5, ("nac", "wording"): 0.45,
                      ("eu", "sanctions"): 0.6},
    "portfolio-fa": {("nac", "engagement"): 0.08},
    "portfolio-mli": {("nac", "engagement"): 0.4},
    "portfolio-galic": {("nac", "engagement"): 0.12, ("nac", "wording"): 0.45,
                        ("minilateral", "sanctions"): 0.5},
    "portfolio-reeves": {("nac", "engagement"): 0.0},
    "portfolio-max-nato-asia": {("nac", "engagement"): 0.8, ("nac", "wording"): 0.65},
}  # fmt: skip


@pytest.mark.parametrize("name", MERGED)
def test_asks_of_a_portfolio_merge_as_the_crosswalk_says(name: str) -> None:
    texts = content.program("summit-cycle", [name]).texts
    own = [t for t in texts if not t.by_leadership]
    targets = {(FORUMS[t.forum], ISSUES[t.issue]): t.target for t in own}
    assert {key: targets[key] for key in MERGED[name]} == MERGED[name]


def test_portfolios_are_listed_shown_titled_and_compared() -> None:
    rows = {row["id"]: row for row in catalogue.rows("portfolios")}
    assert PORTFOLIOS.keys() == rows.keys()
    assert rows["portfolio-mli"]["members"] == PORTFOLIOS["portfolio-mli"]["members"]
    title = content.portfolios()["portfolio-reeves"].title
    assert title == words.policy_title("portfolio-reeves")


def test_a_portfolio_compares_as_its_members_do() -> None:
    members = "+".join(PORTFOLIOS["portfolio-reeves"]["members"])
    told = compare("summit-cycle", ["portfolio-reeves", members], "neutral", runs=4, quarters=3)
    one, other = (told.ensembles[p, "neutral"].metrics for p in ("portfolio-reeves", members))
    assert one.equals(other)
    assert {p for p, _ in told.forced} == {"portfolio-reeves", members}


# ---- scenarios play


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_plays_and_starts_where_it_says(name: str) -> None:
    job = Job(name, (), "mixed", 1, 3, "endogenous", ())
    fixed = setting(job, range(4))
    assert np.array_equal(fixed.start_level, SCENARIOS[name].levels.in_order)
    block = play_block(job, range(4))
    assert np.isfinite(block.metrics["global_gdp_loss"]).all()


def test_every_forum_is_on_the_ladder() -> None:
    """So all policies and scenarios play in the tests."""
    assert {FORUMS.index(f) for f in FORUMS} == set(content.ladder().forums)


def test_a_posture_with_a_chance_is_drawn_once_for_each_run() -> None:
    fixed = setting(Job("us-political-change", (), "neutral", 3, 5, "endogenous", ()), range(64))
    seen: list[np.ndarray] = []
    play_through(fixed, decide_together(fixed.world.kinds),
                 lambda state, at: seen.append(state.us_posture.copy()))  # fmt: skip
    assert {1.0, 2.0} == set(seen[2])
    assert 0.3 < (seen[2] == 1.0).mean() < 0.7
    assert np.array_equal(seen[2], seen[4])


def test_a_posture_script_is_a_draw_per_run() -> None:
    scene = content.scene("us-political-change")
    luck = np.array([0.0, 0.49, 0.5, 0.99])
    assert np.isnan(scene.posture(1, luck)).all()
    for quarter in (2, 20, 39, 99):
        assert [1.0, 1.0, 2.0, 2.0] == scene.posture(quarter, luck).tolist()
    plain = content.scene("summit-cycle")
    assert isinstance(plain, Scene)
    assert np.isnan(plain.posture(0, luck)).all()

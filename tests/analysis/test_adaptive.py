"""Policies that wait, against the same policies that do not."""

import numpy as np
import pytest

from simulator import analysis, registry
from simulator.contracts import Levers, Part, Policy, Sight
from simulator.errors import InputError

WHERE = {"scenario": "taiwan-quarantine", "runs": 24, "quarters": 6}
ARMS = Levers(military=0.3, visibility=0.3)


def always(sight: Sight) -> np.ndarray:
    return np.full(len(sight.levels), True)


def never(sight: Sight) -> np.ndarray:
    return np.full(len(sight.levels), False)


def later(sight: Sight) -> np.ndarray:
    return np.full(len(sight.levels), sight.quarter >= 3)


def known(monkeypatch: pytest.MonkeyPatch, **what: object) -> str:
    policy = Policy(id="test-waits", title="A test", sources=["judgement"], **what)  # type: ignore[arg-type]
    monkeypatch.setitem(registry.policies(), policy.id, policy)
    return policy.id


def test_a_trigger_that_is_always_true_costs_and_saves_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name = known(monkeypatch, levers=ARMS, when=always)
    found = analysis.adaptive_against_static(name, **WHERE)
    assert 24 == found.runs
    waiting = found.effects["waiting"].dropna()
    np.testing.assert_array_equal(waiting, np.zeros(len(waiting)))
    assert {""} == set(found.effects["verdict"])
    row = found.triggers.iloc[0]
    assert (name, 0, 1.0, 0.0, 0.0) == tuple(row[["policy", "trigger", "share", "quarter", "last"]])
    assert (found.effects["static"].abs() > 0.0).any()


def test_a_trigger_that_never_comes_leaves_the_status_quo_and_saves_the_bill(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name = known(monkeypatch, levers=ARMS, when=never)
    found = analysis.adaptive_against_static(name, **WHERE)
    effects = found.effects.set_index("metric")
    done = effects["adaptive"].dropna()
    np.testing.assert_array_equal(done, np.zeros(len(done)))
    bill = effects.loc["cost_usd_bn"]
    assert bill["waiting"] == -bill["static"]
    assert ("saves", True) == (bill["verdict"], np.isnan(bill["fired"]))
    row = found.triggers.iloc[0]
    assert 0.0 == row["share"]
    assert np.isnan(row["quarter"])


def test_the_quarter_of_the_trigger_is_told_and_parts_count_for_themselves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    parts = [Part(Levers(assure=0.1)), Part(ARMS, when=later), Part(ARMS, when=never)]
    name = known(monkeypatch, levers=Levers(channel=0.1), parts=parts)
    found = analysis.adaptive_against_static(name, metrics=["encirclement_fear"], **WHERE)
    assert ["encirclement_fear", "cost_usd_bn", "political_capital_spent"] == (
        found.effects["metric"].tolist()
    )
    assert [(2, 1.0, 3.0), (3, 0.0)] == [
        tuple(row.dropna()[["trigger", "share", "first"][: 3 - i]])
        for i, (_, row) in enumerate(found.triggers.iterrows())
    ]


def test_real_policies_are_found_by_their_parts() -> None:
    found = analysis.adaptive_against_static(
        "indirect-wartime-support", "taiwan-invasion", ["war_any"], runs=16, quarters=4
    )
    assert 3 == len(found.triggers)
    assert {"none_se", "static_se", "adaptive_se", "waiting_se"} <= set(found.effects)
    assert (1.0 == found.effects["eligible"]).all()


def test_the_static_twin_is_the_policy_without_its_triggers() -> None:
    policy = Policy(id="test-waits", title="A test", sources=["judgement"], levers=ARMS,
                    when=later, parts=[Part(ARMS, when=never)])  # fmt: skip
    twin = policy.static()
    assert twin.when is None
    assert [None] == [part.when for part in twin.parts]
    assert (policy.levers, policy.when) == (twin.levers, later)
    assert twin.static() == twin


def test_a_policy_without_triggers_is_refused() -> None:
    with pytest.raises(InputError, match="has no trigger"):
        analysis.adaptive_against_static("tokyo-liaison-office", **WHERE)
    with pytest.raises(InputError, match="Did you mean 'war_any'"):
        analysis.adaptive_against_static("alternative-formats", metrics=["war_anny"], **WHERE)

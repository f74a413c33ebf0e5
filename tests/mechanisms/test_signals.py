"""M9 Signals: tying hands against sinking costs (V20), and cheap talk that is inert (V21)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from mechanisms import acts, begun, build, differing, play, policy, quarter, row
from simulator.contracts import Ask
from simulator.mechanisms import contest, escalation, losses, sanctions, signals
from simulator.mechanisms import stance as stances
from simulator.phase import Quarter
from simulator.setting import Setting
from simulator.state import State

RUNS = 400
SENDER, THEATER = "USA", 1


def sends(levers: Mapping[str, Any], **how: Any) -> Setting:
    return build(acts(levers=levers, by=[SENDER], theaters=["taiwan"]), runs=RUNS, **how)


def sender(fixed: Setting, theater: int = THEATER) -> int:
    return fixed.pairs.index((row(fixed, SENDER), theater))


def heard(fixed: Setting) -> tuple[State, Quarter]:
    """One quarter after the signal began: what challengers have made of it."""
    at = quarter(fixed, 1)
    return signals.observe(begun(fixed), at), at


NOTHING = sends({})


def test_v20_tied_hands_raise_follow_through_and_belief() -> None:
    """Audience cost enters what the sender would really do, hence also what is believed."""
    quiet, at = heard(NOTHING)
    tied, tied_at = heard(sends({"audience_cost": 1.0}))
    me = sender(NOTHING)
    assert np.all(tied.resolve[:, me] > quiet.resolve[:, me])
    others = np.arange(tied.resolve.shape[1]) != me
    assert np.array_equal(tied.resolve[:, others], quiet.resolve[:, others])
    before, after = signals.fight_chance(quiet, at), signals.fight_chance(tied, tied_at)
    assert np.all(after[:, me] > before[:, me])


def test_v20_sunk_costs_raise_belief_but_not_follow_through() -> None:
    quiet, at = heard(NOTHING)
    sunk, sunk_at = heard(sends({"sunk": 1.0}))
    assert np.array_equal(sunk.resolve, quiet.resolve)
    before, after = signals.fight_chance(quiet, at), signals.fight_chance(sunk, sunk_at)
    assert np.all(after[:, sender(NOTHING)] > before[:, sender(NOTHING)])
    assert np.all(after >= before)


def answered(levers: Mapping[str, Any], level: float = 3.0) -> np.ndarray:
    """What the sender does when challenged, with beliefs held as they were without a signal."""
    quiet, _ = heard(NOTHING)
    fixed = sends(levers)
    state = replace(quiet, level=np.zeros_like(quiet.level) + level)
    at, still = quarter(fixed, 1), quarter(NOTHING, 1)
    signals.fight_chance(state, still)
    at.notes["fight"] = still.notes["fight"]  # beliefs fixed
    state = contest.challenge(stances.update(state, at), at)
    escalation.respond(state, at)
    return at.notes["response"][:, sender(fixed)]


def test_v20_audience_cost_makes_a_challenged_state_stand_more_often() -> None:
    """Paired luck: nobody who stood gives way, some who gave way stand or fight."""
    quiet, tied = answered({}), answered({"audience_cost": 2.0})
    assert np.all((tied == quiet) | (quiet == -1.0))
    assert (tied > -1.0).sum() > (quiet > -1.0).sum()
    assert (tied == 1.0).sum() >= (quiet == 1.0).sum()


def test_v20_sunk_cost_leaves_the_answer_alone_at_fixed_belief() -> None:
    assert np.array_equal(answered({}), answered({"sunk": 2.0}))


def test_v20_audience_cost_holds_the_challenger_on_its_rung_too() -> None:
    """A public tie raises the price of backing down for both sides (Fearon 1997)."""
    backed = []
    for levers in ({}, {"audience_cost": 2.0}):
        quiet, _ = heard(NOTHING)
        at, still = quarter(sends(levers), 1), quarter(NOTHING, 1)
        state = replace(quiet, level=np.full_like(quiet.level, 2.0))
        signals.fight_chance(state, still)
        at.notes["fight"] = still.notes["fight"]
        contest.challenge(stances.update(state, at), at)
        backed.append(at.notes["move"][:, THEATER] < 0.0)
    assert np.all(backed[1] <= backed[0])
    assert backed[1].sum() < backed[0].sum()


def test_commitment_raises_and_exit_threats_lower_follow_through() -> None:
    me = sender(NOTHING)
    kept, left = (heard(sends({"commitment": c}))[0].resolve[:, me] for c in (0.8, -0.8))
    quiet = heard(NOTHING)[0].resolve[:, me]
    assert np.all(kept > quiet)
    assert np.mean(left < quiet) > 0.5  # the promise withdrawn outweighs the noise it makes


@pytest.mark.parametrize("lens", ["neutral", "galic"])
def test_v21_talk_without_credit_audience_or_sunk_cost_is_inert(lens: str) -> None:
    """Bitwise the same run with and without the statement."""
    mute = {"talk_credit": 0.0, "talk_visibility": 0.0, "coercion_rate": 0.0}  # nor punished
    how: dict[str, Any] = {"runs": 48, "quarters": 10, "lens": lens, "parameters": mute}
    statement = acts(levers={"talk": 1.0})
    assert [] == differing(play(build(**how)), play(build(statement, **how)))


def test_v21_a_private_word_without_credit_is_inert() -> None:
    how: dict[str, Any] = {"runs": 48, "quarters": 10, "parameters": {"talk_credit": 0.0}}
    word = acts(levers={"talk": 1.0}, public=False)
    assert [] == differing(play(build(**how)), play(build(word, **how)))


def test_v21_talk_with_credit_is_not() -> None:
    how: dict[str, Any] = {"runs": 64, "quarters": 6, "parameters": {"talk_credit": 0.4}}
    word = acts(levers={"talk": 1.0}, public=False)
    change = play(build(word, **how))["deterrence_asia"] - play(build(**how))["deterrence_asia"]
    assert change.mean() > 0.0


def test_talk_counts_by_credit_and_reader_and_half_if_repeated() -> None:
    fixed = sends({"talk": 1.0}, parameters={"belief_decay": 0.0})
    me, reader = sender(fixed), fixed.world.challenger[THEATER]
    credit = fixed.p("talk_credit")[:, 0] * fixed.p("public_credit")[:, 0]
    heard_of = credit * (1.0 - fixed.futures.trait("cheap_talk_discount")[:, reader])
    first = signals.observe(begun(fixed), quarter(fixed, 1)).resolve[:, me]
    again = signals.observe(begun(fixed), quarter(fixed, 2)).resolve[:, me]
    assert first == pytest.approx(heard_of)
    assert again == pytest.approx(fixed.p("repeat_share")[:, 0] * heard_of)


def test_bluffs_decay() -> None:
    """Beliefs return to what the public can see the sender would do."""
    high = replace(begun(NOTHING), resolve=np.ones_like(begun(NOTHING).resolve))
    later = signals.observe(high, quarter(NOTHING, 1)).resolve
    expected = 1.0 - NOTHING.p("belief_decay")
    assert later == pytest.approx(np.broadcast_to(expected, later.shape))


def test_a_busy_guarantor_is_trusted_less() -> None:
    state = begun(NOTHING)
    level = state.level.copy()
    level[:, 0] = 4.0
    at_war = replace(state, level=level)
    calm = signals.fight_chance(state, quarter(NOTHING))[:, sender(NOTHING)]
    busy = signals.fight_chance(at_war, quarter(NOTHING))[:, sender(NOTHING)]
    assert np.all(busy < calm)


def test_a_state_that_fought_is_taken_at_its_deed() -> None:
    state = begun(NOTHING)
    countered = state.countered.copy()
    countered[:, 3] = 1.0
    chance = signals.fight_chance(replace(state, countered=countered), quarter(NOTHING))
    assert np.all(chance[:, 3] == 1.0)


def test_a_public_split_lowers_belief_in_members_where_the_text_is_about() -> None:
    from mechanisms import policy
    from simulator.contracts import Ask

    ask = Ask(forum="nac", issue="engagement", target=0.3, sponsor=SENDER)
    fixed = build(policy(asks=[ask]), runs=50)
    state = begun(fixed)
    blocked = replace(state, failures=state.failures + 1.0, last_failure=0.0 * state.failures)
    change = (
        signals.observe(blocked, quarter(fixed, 1)).resolve
        - signals.observe(state, quarter(fixed, 1)).resolve
    )
    asia = np.array(fixed.pair_theater) > 0  # where a policy acts unless it says otherwise
    member = fixed.ladder.forums[0].members[fixed.pair_actor] & asia
    penalty = np.broadcast_to(fixed.p("split_penalty"), change.shape)
    assert change[:, member] == pytest.approx(-penalty[:, member])
    assert not change[:, ~member].any()


def test_a_split_over_sanctions_makes_the_threat_of_them_weaker() -> None:
    ask = Ask(forum="eu", issue="sanctions", target=0.5, sponsor="DEU")
    fixed = build(policy(asks=[ask]), runs=50)
    state = begun(fixed)
    blocked = replace(state, failures=state.failures + 1.0, last_failure=0.0 * state.failures)
    change = signals.observe(blocked, quarter(fixed, 1)).sanction_belief
    assert change == pytest.approx(np.broadcast_to(-fixed.p("split_penalty"), change.shape))


def warned(levers: Mapping[str, Any], **how: Any) -> np.ndarray:
    """Expected cost of sanctions to the challenger of the second theater, by level."""
    package = acts(levers=levers, on=["CHN"], by=["EU"], theaters=["taiwan"], public=False)
    fixed = build(package, runs=100, **how)
    at = quarter(fixed, 1)
    state = signals.observe(begun(fixed), at)
    return sanctions.expected_cost(state, at, stances.force(state, at))[:, THEATER]


def test_a_prepared_package_bites_from_the_use_of_force_up() -> None:
    none, ready = warned({}), warned({"sanctions": 0.6})
    assert np.all(ready[:, 3:] > none[:, 3:])
    assert np.array_equal(ready[:, :3], none[:, :3])


@pytest.mark.parametrize("lever", ["sunk", "audience_cost", "talk"])
def test_signals_make_a_package_more_believed(lever: str) -> None:
    plain, signalled = warned({"sanctions": 0.6}), warned({"sanctions": 0.6, lever: 1.0})
    assert np.all(signalled[:, 2:] > plain[:, 2:])


@pytest.mark.parametrize("symbol", ["ft", "pass", "choke"])
def test_expected_sanctions_rise_with_follow_through_and_cost(symbol: str) -> None:
    low, high = (warned({"sanctions": 0.6}, parameters={symbol: v}) for v in (0.2, 0.8))
    assert np.all(high[:, 2:] > low[:, 2:])


def test_a_threat_wears_out_the_trade_it_threatens() -> None:
    package = acts(levers={"sanctions": 0.6}, on=["CHN"], by=["EU"], theaters=["taiwan"])
    fixed = build(package, runs=50, parameters={"derisking": 0.05})
    at = quarter(fixed, 0)
    state = stances.update(begun(fixed), at)
    worn = sanctions.erode(state, at)
    after = worn.exposure
    target = fixed.world.challenger_target[THEATER]
    assert after[:, target] == pytest.approx(1.0 - 0.05 * 0.6)
    assert np.all(np.delete(after, target, axis=1) == 1.0)
    assert np.all(losses.by_actor(worn, at) >= 0.0)
    lever = [warned_by(fixed, trade)[:, 3:] for trade in (state.trade_left, worn.trade_left)]
    assert np.all(lever[1] < lever[0])


def warned_by(fixed: Setting, trade_left: np.ndarray) -> np.ndarray:
    at = quarter(fixed, 0)
    state = replace(begun(fixed), trade_left=trade_left)
    return sanctions.expected_cost(state, at, stances.force(state, at))[:, THEATER]


def test_the_audience_cost_of_a_package_counts_once() -> None:
    """Whether it ties to war or to sanctions, one pp of audience cost is one pp (M9, M10)."""
    package = {"sanctions": 0.6, "audience_cost": 1.0}
    fixed = build(acts(levers=package, on=["CHN"], by=["EU"], theaters=["taiwan"]), runs=20)
    at = quarter(fixed, 1)
    state = contest.challenge(stances.update(signals.observe(begun(fixed), at), at), at)
    assert at.notes["tied_audience"][:, THEATER] == pytest.approx(np.ones(state.runs))


@pytest.mark.parametrize("level", [2.0, 3.0])
def test_what_a_warning_costs_grows_with_outrage(level: float) -> None:
    """The will to sanction, and the share of trade cut, rise with the rung."""
    cost = warned({})
    assert np.all(cost[:, int(level) + 1] > cost[:, int(level)])
    assert not cost[:, :2].any()

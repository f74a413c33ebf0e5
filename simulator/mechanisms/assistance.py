"""M20 Help and intervention in a contingency: one rule for the partners of both sides.

From level 2 up every armed state outside a fight stays out, aids or fights, each quarter anew
until it has come; its private will does not change during a run.  What others make of it:
`arrival`.
"""

from __future__ import annotations

import numpy as np

from simulator import draws
from simulator.arrays import Bools, Floats, Ints, by_last, pick, sigmoid
from simulator.mechanisms import (
    acceptance,
    arrival,
    forces,
    politics,
    posture,
    signals,
    stance,
    trade,
)
from simulator.mechanisms.partners import Partners, partners, red_partners, solidarity, world_top
from simulator.phase import Quarter
from simulator.questions import HelpView
from simulator.setting import Setting
from simulator.state import State
from simulator.tally import total
from simulator.world import FORUMS, ISSUES, THEATERS

OUT, AID, FIGHT = 0.0, 1.0, 2.0
_CRISIS, _WAR = 2.0, 4.0

delay, presence = arrival.delay, arrival.presence


def begin(at: Setting) -> dict[str, Floats]:
    """Start values of this mechanism's variables."""
    runs, actors = len(at.futures.runs), len(at.world.actors)
    nobody = by_last(np.zeros((runs, actors, len(THEATERS))))
    return {
        "aiding": nobody,
        "fighting": nobody,
        "stayed_away": nobody,
        "onset": np.zeros((runs, len(THEATERS))),
    }


def help_out(state: State, at: Quarter) -> State:
    """Phase 10: states outside a fight stay out, aid or fight."""
    crisis = state.level >= _CRISIS
    onset = np.where(crisis, state.onset + 1.0, 0.0)
    nobody = posture.once(at.setting, "nobody", lambda: np.zeros_like(state.aiding))
    before = state.but(
        onset=onset,
        aiding=nobody,
        fighting=_lasting(state.fighting, crisis),
        stayed_away=_lasting(state.stayed_away, crisis),
    )
    after = before.but(
        aiding=np.zeros_like(state.aiding),
        fighting=before.fighting.copy(order="K"),
        stayed_away=before.stayed_away.copy(order="K"),
        resolve=before.resolve.copy(),
    )
    for k in range(len(THEATERS)):
        rows = np.flatnonzero(crisis[:, k])
        if len(rows):
            _one_theater(before, after, k, rows, at)
    at.notes.setdefault("measured", {}).update(_measured(after, at))
    return after


def _lasting(deeds: Floats, crisis: Bools) -> Floats:
    """What was done in a crisis that lasts, (runs, actors, theaters)."""
    out, rows = np.zeros_like(deeds), np.flatnonzero(crisis.any(axis=-1))
    out[rows] = np.where(crisis[rows, None], deeds[rows], 0.0)
    return out


def _one_theater(state: State, after: State, k: int, rows: Ints, at: Quarter) -> None:
    """The answers of all that are asked about one theater, in the runs with a crisis there, written
    into the arrays of `after`, which are new."""
    there = partners(k, at.setting)
    who, some = there.who, at.narrow(rows)
    answer = some.ask("help", _view(state, there, some), who, place=k)
    here = np.ix_(rows, np.array(who), np.array([k]))
    choice = answer.choice[..., None]
    aiding, fighting, away = after.aiding, after.fighting, after.stayed_away
    aiding[here] = np.where(choice == AID, 1.0, 0.0)
    fighting[here] = np.where(choice == FIGHT, 1.0, 0.0)
    level = state.level[rows, k][:, None, None]
    stayed = np.maximum(away[here], level * there.able[:, None])
    away[here] = np.where(choice == FIGHT, 0.0, stayed)
    first = state.onset[rows, k] == 1.0
    refused = (answer.choice == OUT) & first[:, None] & (some.of(there.tied) > 0.0)
    columns, places = there.pairs.T
    after.resolve[rows[:, None], places] -= some.p("split_penalty") * refused[:, columns]


def _view(state: State, there: Partners, at: Quarter) -> HelpView:
    """What the states asked about one theater look at, (runs, askers)."""
    k, who = there.theater, there.who
    level = at.of(state.level)[:, [k]]
    rung = level.astype(np.int64)
    win = at.of(at.notes["win"])[:, k]
    p = pick(win, level[:, 0])[:, None]
    solid = solidarity(state, there, at)
    top = world_top(who, at.setting)
    whole = np.zeros((at.runs, len(who)))
    return HelpView(
        able=whole + there.able,
        fighting=at.of(state.fighting)[:, who, k],
        readiness=pick(at.of(there.readiness), whole + level),
        promise=_promises(there, at),
        pull=at.of(there.pull) + solid,
        resolve=_resolve(there, at, at.notes["force"]),
        busy=_busy(state, there, at) * at.setting.ladder.military_cost[rung],
        barrier=_barrier(state, there, at),
        scale=np.where(top, politics.us_factor(state, at)[:, None], 1.0),
        fight_precision=at.p("intervention_precision"),
        fight_luck=_luck("help-fight", there, at),
        pledged=_pledged(there, at),
        stake=at.of(there.stake),
        aid_effect=at.p("aid_effect"),
        slope=at.p("decisiveness") * p * (1.0 - p),
        solidarity=at.of(there.tied) + solid,
        aid_cost=at.p("aid_cost"),
        retaliation=_retaliation(state, there, rung, at),
        aid_precision=at.p("partner_precision"),
        aid_luck=draws.logistic(_luck("help-aid", there, at)),
    )


def _luck(question: str, there: Partners, at: Quarter) -> Floats:
    """The private will of those asked, uniform, the same all through a run, (runs, askers)."""
    key = (question, there.theater)
    if key not in at.setting.kept:
        drawn = at.setting.luck(question, 0, len(at.setting.world.actors), len(THEATERS))
        at.setting.kept[key] = np.ascontiguousarray(drawn[:, there.who, there.theater])
    return at.of(at.setting.kept[key])


def _promises(there: Partners, at: Quarter) -> Floats:
    """Log-odds of fighting that promises in force add, (runs, askers)."""
    if "promises" not in at.notes:
        at.notes["promises"] = signals.rest_point(at.whole, at.notes["force"])
    out = np.zeros((at.runs, len(there.who)))
    columns, places = there.pairs.T
    out[:, columns] = at.of(at.notes["promises"])[:, places]
    return out


def _resolve(there: Partners, at: Quarter, in_force: tuple[Floats, ...]) -> Floats:
    """Added will of the leaderships asked, pp, (runs, askers)."""
    out = np.zeros((at.runs, len(there.who)))
    for f, bundle in zip(in_force, at.setting.program.bundles, strict=True):
        size = bundle.reach["resolve"][there.theater] * bundle.by[there.who]
        out = out + at.of(f)[:, None] * size
    return out


def _busy(state: State, there: Partners, at: Quarter) -> Floats:
    """Share of each asker's forces that stand where war is, elsewhere, (runs, askers)."""
    at_war = at.of(state.level) >= _WAR
    out = np.zeros((at.runs, len(there.who)))
    for other in range(len(THEATERS)):
        if other != there.theater:
            out = out + at.of(there.location)[..., other] * at_war[:, [other]]
    return out


def _barrier(state: State, there: Partners, at: Quarter) -> Floats:
    """`art6` beyond the treaty area, as far as no agreed mission lifts it, less its usual size,
    which start values hold already, pp, (runs, askers)."""
    nac, mission = FORUMS.index("nac"), ISSUES.index("mission")
    agreed = at.of(state.text)[:, [nac], mission]
    return at.of(there.outside) * (
        at.p("area_barrier") * (1.0 - agreed) - at.p("area_barrier_usual")
    )


def _pledged(there: Partners, at: Quarter) -> Floats:
    """1 for those that a policy has aid the side they would help, (runs, askers)."""
    side = at.setting.world.trait(f"frontline_{THEATERS[there.theater]}") > 0.0
    out = np.zeros((at.runs, len(there.who)))
    for f, bundle in zip(at.notes["force"], at.setting.program.bundles, strict=True):
        if bundle.levers.aid > 0.0:
            meant = (bundle.to & side).any() & ~there.red
            meant = meant | (bool(bundle.to[there.challenger]) & there.red)
            given = (at.of(f) > 0.0)[:, None] & bundle.by[there.who] & meant
            out = np.maximum(out, given.astype(float))
    return out


def _retaliation(state: State, there: Partners, rung: Ints, at: Quarter) -> Floats:
    """What each asker expects the other side to make it pay, pp a year, (runs, askers): coercion
    of those that side with the attacked, sanctions on those that side with the challenger."""
    if "expected_coercion" not in at.notes:
        rows, whole = np.flatnonzero((state.level >= 2.0).any(axis=-1)), at.whole
        coerced = np.zeros_like(state.memory)
        coerced[rows] = acceptance.expected(state, whole.narrow(rows))
        at.notes["expected_coercion"] = coerced
    out = at.of(at.notes["expected_coercion"])[:, there.who]
    expected = at.of(at.notes["expected_sanctions"])
    for column, i in enumerate(there.who):
        if there.red[column] and i in at.setting.world.challenger:
            own = expected[:, at.setting.world.challenger.index(i)]
            out[:, column] = pick(own, rung[:, 0].astype(float))
    return out


def red_power(state: State, at: Quarter) -> Floats:
    """Power that other red states bring to each theater's challenger at each level, weighted by
    how surely they come, (runs, theaters, levels)."""
    power, lagged = forces.own_power(state, at), stance.force(state, at, lag=1)
    come, columns = arrival.arrived(state, at), []
    for k in range(len(THEATERS)):
        there = red_partners(k, at.setting)
        push = there.pull + solidarity(state, there, at) + _resolve(there, at, lagged)
        front = _busy(state, there, at)[..., None] * at.setting.ladder.military_cost
        precision = at.p("intervention_precision")[..., None]
        odds = there.readiness + precision * (push[..., None] - front)
        chance = arrival.learned(
            sigmoid(odds),
            state.fighting[:, there.who, k] * come[:, [k]],
            state.stayed_away[:, there.who, k],
        )
        weight = power[:, there.who, k][..., None]
        columns.append(total(np.moveaxis(chance * weight, 1, -1)))
    return np.stack(columns, axis=1)


def aid_flow(state: State, at: Quarter) -> Floats:
    """What each state gives in aid, $bn a quarter, (runs, actors, theaters)."""
    given = at.p("aid_size") / 100.0 * at.trait("gdp_usd_bn") / 4.0
    return at.of(state.aiding) * given[..., None]


def _measured(state: State, at: Quarter) -> dict[str, Floats]:
    """What the metrics read of help, each (runs, theaters): its delay, what arrives of it short of
    fighting, $bn a quarter, and whether the alliance or a distant ally is in the fight."""
    distant = np.flatnonzero(at.setting.world.distant)
    mission = state.text[:, [FORUMS.index("nac")], ISSUES.index("mission")]
    rows = np.flatnonzero(state.onset.any(axis=-1))
    fights, helped = np.zeros_like(state.level, dtype=bool), np.zeros_like(state.level)
    if len(rows):
        fights[rows] = (state.fighting[rows[:, None], distant] > 0.0).any(axis=1)
        helped = _short_of_fighting(state, at) * arrival.arrived(state, at)
    return {
        "response_delay": arrival.delay(state, at),
        "help_arrived": helped,
        "alliance_in_fight": (fights | (mission > 0.0)).astype(float),
        **_treaties(state, at),
    }


def _treaties(state: State, at: Quarter) -> dict[str, Floats]:
    """Treaty ties to the attacked of states with forces to bring, and those of them that fight,
    each summed over states, (runs, theaters); zero where there is no war."""
    due, kept = np.zeros_like(state.level), np.zeros_like(state.level)
    for k in range(len(THEATERS)):
        rows = np.flatnonzero(state.level[:, k] >= _WAR)
        there = partners(k, at.setting)
        ties = there.tied[rows] * (there.able & ~there.red)
        due[rows, k] = total(ties)
        kept[rows, k] = total(ties * (state.fighting[rows[:, None], there.who, k] > 0.0))
    return {"treaty_due": due, "treaty_kept": kept}


def _short_of_fighting(state: State, at: Quarter) -> Floats:
    """Aid of states and policies to the attacked, and what sanctions cost the challenger, $bn a
    quarter, while there is a crisis, (runs, theaters)."""
    world, out = at.setting.world, np.zeros_like(state.level)
    pledged = stance.to_actor("aid", at, at.notes["force"], share=True) / 4.0
    west = np.array([i not in world.red for i in range(len(world.actors))])
    for k, i in enumerate(world.challenger):
        rows = np.flatnonzero(state.onset[:, k] > 0.0)
        some, target = at.narrow(rows), world.challenger_target[k]
        aid = aid_flow(state, some)[..., k]
        front = world.trait(f"frontline_{THEATERS[k]}") > 0.0
        imposed = state.imposed[rows, target] * some.p("passthrough")[:, 0]
        stake = some.of(_western_trade(at.setting, target))
        hurt = imposed * stake / 100.0 * some.trait("gdp_usd_bn")[:, i] / 4.0
        given = total(np.where(west, aid, 0.0)) + total(np.where(front, pledged[rows], 0.0))
        out[rows, k] = given + hurt
    return out


def _western_trade(setting: Setting, t: int) -> Floats:
    return posture.once(setting, f"western trade {t}", lambda: trade.western_total(setting, t))

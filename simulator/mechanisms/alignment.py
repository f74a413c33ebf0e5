"""M13 Alignment and hedging of the states between the blocs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from simulator import draws
from simulator.arrays import Floats, sigmoid
from simulator.mechanisms import beliefs, coercion, sanctions, signals, stance, stocks
from simulator.phase import Quarter
from simulator.program import STANCE
from simulator.questions import AlignView
from simulator.setting import Setting
from simulator.state import State
from simulator.tally import mean, product, total, weighted
from simulator.world import FORUMS, THEATERS, World

HEDGERS = ("asean_state", "third_state", "partner")  # kinds that are asked where they stand
ASIA = slice(1, len(THEATERS))
_TINY = 1e-9
_FIGHTING = 4  # level at which the word of the West is tested


def begin(at: Setting) -> dict[str, Floats]:
    """Start values of this mechanism's variables."""
    return {
        "polarization": np.zeros(len(at.futures.runs)) + _divided(_standing(at)),
        "alignment": at.futures.trait("start_alignment").copy(),
    }


def hedgers(world: World) -> list[int]:
    """Rows of the states that are asked where they stand."""
    return [i for i, kind in enumerate(world.kinds) if kind in HEDGERS]


def in_asia(world: World) -> list[int]:
    """Rows of those whose larger stake lies in Asia."""
    return [i for i in hedgers(world) if world.trait("stake_europe")[i] < 0.5]


def lean(state: State, at: Quarter) -> State:
    """Phase 7: states between the blocs lean, hedge and feel how divided the region is.

    `Pi' = Pi + k*(1 - prod_b(1 - V_b*excl_b) - Pi)`, the mean over Asian theaters.
    """
    setting, f = at.setting, at.setting.futures
    rows = hedgers(setting.world)
    wary = 0.5 + f.trait("colonial_wariness")[:, rows]
    start = _start(setting)
    security, economy = _security(state, at, rows), _economy(state, at.setting, rows)
    view = AlignView(
        alignment=state.alignment[:, rows],
        rest=f.trait("start_alignment")[:, rows] - at.number * _trend(setting, rows),
        stiffness=at.p("hedging_stiffness") * (0.5 + f.trait("nonalignment")[:, rows]),
        aversion=at.p("bloc_aversion") * wary,
        division=state.polarization[:, None],
        start_division=np.zeros((state.runs, 1)) + _divided(_standing(setting)),
        security=security - start["security"],
        economy=economy - start["economy"],
        offers=_offers(state, at, rows),
        blame=(state.opinion - f.trait("start_opinion"))[:, rows],
        blame_weight=at.p("blame_transfer"),
        speed=at.p("alignment_speed"),
        noise=at.p("alignment_noise") * draws.noise(at.luck("alignment", len(rows))),
    )
    answer = at.ask("align", view, rows)
    alignment = state.alignment.copy()
    alignment[:, rows] = answer.values["alignment"]
    cause = _divided(discounted(lambda s: s["visibility"] * s["exclusiveness"], state, at))
    gap = cause - state.polarization
    polarization = state.polarization + at.p("polarization_speed")[:, 0] * gap
    after = replace(state, alignment=alignment, polarization=polarization)
    _measure(after, at)
    return after


def discounted(act: Callable[[dict[str, Floats]], Floats], state: State, at: Quarter) -> Floats:
    """A measure of stances in which acts of the European Union count in part (`b_EU`),
    (runs, targets, theaters)."""
    whole = act({name: getattr(state, name) for name in STANCE})
    bundles, forces = at.setting.program.bundles, at.notes["force"]
    acts = [stocks.of_union(bundle, at.setting) for bundle in bundles]
    if not any(acts):
        return whole
    others = tuple(f * float(not union) for f, union in zip(forces, acts, strict=True))
    composed = act({name: stance.compose(name, state, at, forces) for name in STANCE})
    without = act({name: stance.compose(name, state, at, others) for name in STANCE})
    return whole - (1.0 - at.p("union_toxicity")[..., None]) * (composed - without)


def divided(state: State, at: Quarter) -> Floats:
    """How much more divided into blocs the region is felt to be than at the start, (runs,)."""
    return state.polarization - _divided(_standing(at.setting))


def _standing(setting: Setting) -> Floats:
    """Exclusive visible stance of each side at the start, (targets, theaters)."""
    start: Floats = setting.ladder.stance["visibility"] * setting.ladder.stance["exclusiveness"]
    return start


def _divided(act: Floats) -> Floats:
    """`1 - prod_b(1 - V_b*excl_b)`, mean over Asian theaters; targets and theaters come last."""
    sides = [1.0 - act[..., j, ASIA] for j in range(act.shape[-2])]
    return mean(1.0 - product(sides[1:], sides[0]))


def presence(state: State) -> Floats:
    """Visible outside military presence, 0..1, (runs, theaters)."""
    return state.visibility[:, -1] * state.military[:, -1]


def _start(setting: Setting) -> dict[str, Floats]:
    """Security and trade as they bear on alignment at the start, each (runs, hedgers)."""
    known, rows = setting.kept, hedgers(setting.world)
    if ("alignment", "security") not in known:
        credit = _credit(sigmoid(setting.start_fight[..., _FIGHTING]), setting)
        seen = setting.ladder.stance
        there = (seen["visibility"] * seen["military"])[-1] + np.zeros((len(credit), 1))
        threat = beliefs.start_threat(setting)
        known["alignment", "security"] = _reassured(threat, credit, there, setting, rows)
        known["alignment", "economy"] = _dependent(
            sanctions.begin(setting)["trade_left"], coercion.begin(setting)["memory"], setting, rows
        )
    return {name: known["alignment", name] for name in ("security", "economy")}


def _security(state: State, at: Quarter, rows: list[int]) -> Floats:
    """Worth, pp, of standing with the West against the challenger, (runs, hedgers)."""
    credit = _credit(signals.fight_chance(state, at)[..., _FIGHTING], at.setting)
    return _reassured(state.threat, credit, presence(state), at.setting, rows)


def _reassured(
    threat: Floats, credit: Floats, there: Floats, setting: Setting, rows: list[int]
) -> Floats:
    """`w*(th*cred + (th - beta*col)*Vout)`: presence reassures the threatened and puts off the
    wary."""
    far = setting.world.targets.index(_far(setting))
    feared = threat[:, rows, far]
    near = _near(setting, rows)
    put_off = setting.p("bloc_aversion") * setting.futures.trait("colonial_wariness")[:, rows]
    sure, around = weighted(near, credit[:, None]), weighted(near, there[:, None, ASIA])
    return setting.p("alignment_slope") * (feared * sure + (feared - put_off) * around)


def _far(setting: Setting) -> str:
    """The state that the texts on wording are about: the challenger in Asia."""
    return setting.world.actors[int(np.argmax(setting.ladder.wording_object))]


def _near(setting: Setting, rows: list[int]) -> Floats:
    """How a state's Asian stakes lie over the Asian theaters, (runs, hedgers, Asian theaters)."""
    stakes = setting.futures.stakes[:, rows, ASIA]
    near: Floats = stakes / np.maximum(total(stakes), _TINY)[..., None]
    return near


def _credit(chance: Floats, setting: Setting) -> Floats:
    """Chance that outside defenders fight, weighted by their power, (runs, Asian theaters)."""
    power = setting.pair_power * (setting.frontline == 0.0)
    columns = [
        weighted(power[:, span], chance[:, span]) / np.maximum(total(power[:, span]), _TINY)
        for span in setting.spans[ASIA]
    ]
    return np.stack(columns, axis=-1)


def _economy(state: State, setting: Setting, rows: list[int]) -> Floats:
    """Worth, pp, of standing with the challenger for its trade, (runs, hedgers)."""
    return _dependent(state.trade_left, state.memory, setting, rows)


def _dependent(left: Floats, memory: Floats, setting: Setting, rows: list[int]) -> Floats:
    """`w*dependence*(1 + memory of coercion)`; whoever was hit is careful."""
    trade = setting.futures.trait("trade_dependence")[:, rows] * left[:, rows]
    return setting.p("alignment_slope") * trade * (1.0 + memory[:, rows])


def _offers(state: State, at: Quarter, rows: list[int]) -> Floats:
    """Worth, pp, of engagement by the West less that by the other side, and of Europe's standing,
    (runs, hedgers): `eng_w*(.5 + development)*min(cap, percent of GDP a year that arrives)`."""
    setting, f, cap = at.setting, at.setting.futures, at.p("offer_cap")
    west = len(setting.world.red)
    sides = []
    for western in (True, False):
        forces = tuple(
            share * stocks.delivered(bundle, at)[:, 0] * float((bundle.target == west) == western)
            for share, bundle in zip(at.notes["force"], setting.program.bundles, strict=True)
        )
        money = stance.to_actor("engage", at, forces, share=True)[:, rows]
        sides.append(np.minimum(cap, 100.0 * money / f.trait("gdp_usd_bn")[:, rows]))
    standing = (state.europe_standing - at.p("europe_standing_start")[:, 0])[:, None]
    priority = 0.5 + f.trait("development_priority")[:, rows]
    return at.p("engagement_weight") * priority * (sides[0] - sides[1] + standing)


def _trend(setting: Setting, rows: list[int]) -> Floats:
    """Drift per quarter of states outside both blocs, by their stake in Asia, (runs, hedgers)."""
    outside = np.array([setting.world.sides[i] == "other" for i in rows])
    asian = 1.0 - setting.futures.stakes[:, rows, 0]
    return setting.p("multipolar_trend") * outside * asian


def access(state: State, at: Quarter) -> Floats:
    """Factor on outside defenders' power by the access that the region grants, 1 at the start,
    (runs, theaters).

    `exp(slope * mean over hosts of (a - a0))` in Asian theaters; hosts are the states that hedge
    and have forces standing there, weighted by their stake.
    """
    setting, rows = at.setting, hedgers(at.setting.world)
    moved = (state.alignment - setting.futures.trait("start_alignment"))[:, rows]
    mean_move = np.zeros_like(state.level)
    for k in range(1, len(THEATERS)):
        host = _hosts(k, rows, setting)
        mean_move[:, k] = weighted(host, moved)
    return np.exp(setting.p("access_slope") * mean_move)


def _hosts(k: int, rows: list[int], setting: Setting) -> Floats:
    """Weights of the hosts in a theater, sum 1, (runs, hedgers)."""
    key = ("hosts", k)
    if key not in setting.kept:
        there = setting.world.trait(f"location_{THEATERS[k]}")[rows] > 0.0
        stake = setting.futures.stakes[:, rows, k] * there
        setting.kept[key] = np.ascontiguousarray(stake / np.maximum(total(stake), _TINY)[:, None])
    return setting.kept[key]


def unity(state: State, at: Quarter) -> Floats:
    """Unity of the ASEAN states, 0..1, (runs,).

    `(1 - sd of alignment)*(share of their texts that passed)`, scaled to the value that it starts
    at (`asean_unity` in ladder.yaml).
    """
    ladder = at.setting.ladder
    now = 1.0 - _spread(state.alignment, at.setting)
    start = 1.0 - _spread(at.setting.futures.trait("start_alignment"), at.setting)
    record = state.forum_record[:, FORUMS.index("asean")] / ladder.asean_unity
    return np.minimum(ladder.asean_unity * now / np.maximum(start, _TINY) * record, 1.0)


def _spread(alignment: Floats, setting: Setting) -> Floats:
    """Standard deviation of alignment over the ASEAN states, (runs,)."""
    own = alignment[:, setting.world.groups["ASEAN"]]
    off = own - mean(own)[:, None]
    return np.sqrt(mean(off * off))


def _measure(state: State, at: Quarter) -> None:
    own = state.alignment[:, at.setting.world.groups["ASEAN"]]
    at.notes.setdefault("measured", {}).update(
        division=state.polarization,
        unity=unity(state, at),
        alignment=mean(own),
        ambiguity=mean(1.0 - np.abs(own)),
    )

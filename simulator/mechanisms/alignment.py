"""M13 Alignment and hedging of the states between the blocs."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from simulator import draws
from simulator.arrays import Floats, sigmoid
from simulator.mechanisms import beliefs, sanctions, signals, stance, stocks
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
        "polarization": np.zeros(len(at.futures.runs)) + _start_division(at),
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
    setting, rows = at.setting, hedgers(at.setting.world)

    def trait(name: str) -> Floats:
        return setting.futures.trait(name)[:, rows]

    credit = _credit(signals.fight_chance(state, at)[..., _FIGHTING], setting)
    security = _security(state.threat, credit, presence(state), setting)
    economy = _economy(state.trade_left, state.memory, setting)
    view = AlignView(
        alignment=state.alignment[:, rows],
        rest=trait("start_alignment") - at.number * _trend(setting),
        stiffness=at.p("hedging_stiffness") * (0.5 + trait("nonalignment")),
        aversion=at.p("bloc_aversion") * (0.5 + trait("colonial_wariness")),
        division=state.polarization[:, None],
        start_division=np.zeros((state.runs, 1)) + _start_division(setting),
        security=security - _start_security(setting),
        economy=economy - _start_economy(setting),
        offers=_offers(state, at),
        blame=state.opinion[:, rows] - trait("start_opinion"),
        blame_weight=at.p("blame_transfer"),
        speed=at.p("alignment_speed"),
        noise=at.p("alignment_noise") * draws.noise(at.luck("alignment", len(rows))),
    )
    answer = at.ask("align", view, rows)
    alignment = state.alignment.copy()
    alignment[:, rows] = answer.values["alignment"]
    cause = division(discounted(lambda s: s["visibility"] * s["exclusiveness"], state, at))
    gap = cause - state.polarization
    polarization = state.polarization + at.p("polarization_speed")[:, 0] * gap
    after = state.but(alignment=alignment, polarization=polarization)
    _measure(after, at)
    return after


# ---- how divided the region is felt to be


def division(act: Floats) -> Floats:
    """`1 - prod_b(1 - V_b*excl_b)`, mean over Asian theaters, of exclusive visible stances
    (…, targets, theaters)."""
    sides = [1.0 - act[..., j, ASIA] for j in range(act.shape[-2])]
    return mean(1.0 - product(sides[1:], sides[0]))


def _start_division(setting: Setting) -> Floats:
    start = setting.ladder.stance
    return division(start["visibility"] * start["exclusiveness"])


def divided(state: State, at: Quarter) -> Floats:
    """How much more divided into blocs the region is felt to be than at the start, (runs,)."""
    return state.polarization - _start_division(at.setting)


def discounted(act: Callable[[dict[str, Floats]], Floats], state: State, at: Quarter) -> Floats:
    """A measure of stances in which acts of the European Union count in part (`b_EU`),
    (runs, targets, theaters)."""
    whole = act({name: getattr(state, name) for name in STANCE})
    union = [stocks.of_union(bundle, at.setting) for bundle in at.setting.program.bundles]
    if not any(union):
        return whole
    forces = at.notes["force"]
    others = tuple(f * float(not own) for f, own in zip(forces, union, strict=True))
    composed = act({name: stance.compose(name, state, at, forces) for name in STANCE})
    without = act({name: stance.compose(name, state, at, others) for name in STANCE})
    return whole - (1.0 - at.p("union_toxicity")[..., None]) * (composed - without)


def presence(state: State) -> Floats:
    """Visible outside military presence, 0..1, (runs, theaters)."""
    return state.visibility[:, -1] * state.military[:, -1]


# ---- what speaks for either side, in pp, each (runs, hedgers)


def _once(name: str, setting: Setting, make: Callable[[], Floats]) -> Floats:
    """What does not change during a run, worked out once."""
    key = ("alignment", name)
    if key not in setting.kept:
        setting.kept[key] = make()
    return setting.kept[key]


def _security(threat: Floats, credit: Floats, there: Floats, setting: Setting) -> Floats:
    """`w*(th*cred + (th - beta*col)*Vout)`: the West's word and presence reassure the threatened;
    presence puts off the wary."""
    rows, far = hedgers(setting.world), int(np.argmax(setting.ladder.wording_object))
    feared = threat[:, rows, setting.world.targets.index(setting.world.actors[far])]
    put_off = setting.p("bloc_aversion") * setting.futures.trait("colonial_wariness")[:, rows]
    near = _once("near", setting, lambda: _near(setting))
    sure, around = weighted(near, credit[:, None]), weighted(near, there[:, None, ASIA])
    return setting.p("alignment_slope") * (feared * sure + (feared - put_off) * around)


def _start_security(setting: Setting) -> Floats:
    def make() -> Floats:
        credit = _credit(sigmoid(setting.start_fight[..., _FIGHTING]), setting)
        seen = setting.ladder.stance
        there = (seen["visibility"] * seen["military"])[-1] * np.ones((len(credit), 1))
        return _security(beliefs.start_threat(setting), credit, there, setting)

    return _once("security", setting, make)


def _near(setting: Setting) -> Floats:
    """How a state's Asian stakes lie over the Asian theaters, (runs, hedgers, Asian theaters)."""
    stakes = setting.futures.stakes[:, hedgers(setting.world), ASIA]
    near: Floats = stakes / np.maximum(total(stakes), _TINY)[..., None]
    return near


def _credit(chance: Floats, setting: Setting) -> Floats:
    """Chance that outside defenders fight, weighted by their power, (runs, Asian theaters)."""
    outside = setting.frontline == 0.0
    power = _once("outside", setting, lambda: setting.pair_power * outside)
    columns = [
        weighted(power[:, span], chance[:, span]) / np.maximum(total(power[:, span]), _TINY)
        for span in setting.spans[ASIA]
    ]
    return np.stack(columns, axis=-1)


def _economy(left: Floats, memory: Floats, setting: Setting) -> Floats:
    """`w*trade with the challenger*(1 + memory of coercion)`: whoever was hit is careful."""
    rows = hedgers(setting.world)
    trade = setting.futures.trait("trade_dependence")[:, rows] * left[:, rows]
    return setting.p("alignment_slope") * trade * (1.0 + memory[:, rows])


def _start_economy(setting: Setting) -> Floats:
    def make() -> Floats:
        left = sanctions.begin(setting)["trade_left"]
        return _economy(left, setting.futures.trait("coercion_memory"), setting)

    return _once("economy", setting, make)


def _offers(state: State, at: Quarter) -> Floats:
    """`eng_w*(.5 + development)*(engagement + worth*(Eur - Eur0))`: what the West brings less what
    the other side does, in percent of GDP a year up to a cap, and Europe's standing."""
    setting, rows = at.setting, hedgers(at.setting.world)
    gained = state.europe_standing[:, None] - at.p("europe_standing_start")
    offers = at.p("standing_worth") * gained
    if any(bundle.levers.engage for bundle in setting.program.bundles):
        offers = offers + _engaged(True, rows, at) - _engaged(False, rows, at)
    priority = 0.5 + setting.futures.trait("development_priority")[:, rows]
    return at.p("engagement_weight") * priority * offers


def _engaged(by_west: bool, rows: list[int], at: Quarter) -> Floats:
    """Engagement that arrives from one side, percent of GDP a year; receivers share by GDP."""
    setting, gdp = at.setting, at.setting.futures.trait("gdp_usd_bn")
    percent = np.zeros((len(gdp), len(rows)))
    for f, bundle in zip(at.notes["force"], setting.program.bundles, strict=True):
        if bundle.levers.engage and (bundle.target == len(setting.world.red)) == by_west:
            money = f[:, None] * stocks.delivered(bundle, at) * bundle.levers.engage
            percent = percent + 100.0 * money / total(gdp[:, bundle.to])[:, None] * bundle.to[rows]
    return np.minimum(at.p("offer_cap"), percent)


def _trend(setting: Setting) -> Floats:
    """Drift per quarter of states outside both blocs, by their stake in Asia."""

    def make() -> Floats:
        rows = hedgers(setting.world)
        outside = np.array([setting.world.sides[i] == "other" for i in rows])
        asian = 1.0 - setting.futures.stakes[:, rows, 0]
        return setting.p("multipolar_trend") * outside * asian

    return _once("trend", setting, make)


# ---- what alignment does elsewhere


def access(state: State, at: Quarter) -> Floats:
    """Factor on outside defenders' power by the access that the region grants, 1 at the start,
    (runs, theaters).

    `exp(slope * mean over hosts of (a - a0))` in Asian theaters; hosts are the states that hedge
    and have forces standing there, weighted by their stake.
    """
    setting, rows = at.setting, hedgers(at.setting.world)
    moved = (state.alignment - setting.futures.trait("start_alignment"))[:, rows]
    closer = np.zeros_like(state.level)
    for k in range(1, len(THEATERS)):
        closer[:, k] = weighted(_hosts(k, setting), moved)
    return np.exp(setting.p("access_slope") * closer)


def _hosts(k: int, setting: Setting) -> Floats:
    """Weights of the hosts in a theater, sum 1, (runs, hedgers)."""

    def make() -> Floats:
        rows = hedgers(setting.world)
        there = setting.world.trait(f"location_{THEATERS[k]}")[rows] > 0.0
        stake = setting.futures.stakes[:, rows, k] * there
        return stake / np.maximum(total(stake), _TINY)[:, None]

    return _once(f"hosts {k}", setting, make)


def unity(state: State, at: Quarter) -> Floats:
    """Unity of the ASEAN states, 0..1, (runs,).

    `(1 - sd of alignment)*(share of their texts that passed)`, scaled to the value that it starts
    at (`asean_unity` in ladder.yaml).
    """
    start = _once(
        "closeness",
        at.setting,
        lambda: _closeness(at.setting.futures.trait("start_alignment"), at.setting),
    )
    record = state.forum_record[:, FORUMS.index("asean")]
    return np.minimum(_closeness(state.alignment, at.setting) / start * record, 1.0)


def _closeness(alignment: Floats, setting: Setting) -> Floats:
    """One less the standard deviation of alignment over the ASEAN states, (runs,)."""
    own = alignment[:, setting.world.groups["ASEAN"]]
    off = own - mean(own)[:, None]
    return np.maximum(1.0 - np.sqrt(mean(off * off)), _TINY)


def _measure(state: State, at: Quarter) -> None:
    own = state.alignment[:, at.setting.world.groups["ASEAN"]]
    at.notes.setdefault("measured", {}).update(
        division=state.polarization,
        unity=unity(state, at),
        alignment=mean(own),
        ambiguity=mean(1.0 - np.abs(own)),
    )

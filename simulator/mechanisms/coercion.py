"""M12 Coercion of single states: who is hit, with what, and what it leaves behind.

An economic hit cuts a share of the state's trade with the coercer for a year; guarantees do not
help against it.  An armed one (a border, a shoal, a cable) is an incident as grave as a rung of
the ladder.  It leaves the coercer's own will (`shock`) alone, which answers to acts of others.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator import draws
from simulator.arrays import Floats, Ints, logit, read_only
from simulator.mechanisms import closeness, sanctions, stance, stocks, trade
from simulator.phase import Quarter
from simulator.questions import CoerceView
from simulator.setting import Setting
from simulator.state import State
from simulator.tally import total
from simulator.world import THEATERS

_DECADE = 40.0  # quarters
_TINY = 1e-300


@dataclass(frozen=True)
class Options:
    """What a coercer can do: states it trades with, then states near it (actor rows); `armed`
    (options,) is 1 for the instrument that guarantees blunt."""

    targets: list[int]
    armed: Floats

    @property
    def traded(self) -> int:
        """How many options, the first ones, are economic."""
        return int(np.count_nonzero(self.armed == 0.0))


def begin(at: Setting) -> dict[str, Floats]:
    """Start values: nobody is under pressure; memories are those of the trait table."""
    runs, actors, red = len(at.futures.runs), len(at.world.actors), len(at.world.red)
    return {
        "memory": at.futures.trait("coercion_memory"),
        "coerced": np.zeros((runs, red, actors)),
        "coercion_bill": np.zeros((runs, actors)),
    }


def coercers(setting: Setting) -> list[int]:
    """Red states that ever coerce, as places in `red`."""
    ready = setting.world.trait("coercion_propensity")
    return [t for t, i in enumerate(setting.world.red) if ready[i] > 0.0]


def options(setting: Setting, t: int) -> Options:
    """What coercer `t` can do: cut trade where there is trade, use force where it is near (the
    state's main theater is one that the coercer claims)."""
    key = ("options", t)
    if key not in setting.kept:
        free = trade.others(setting) > 0.0
        traded = np.flatnonzero(free & (trade.volume(setting, t) > 0.0).any(axis=0)).tolist()
        claimed = closeness.claims(setting, t)
        near = [i for i, k in enumerate(closeness.home(setting)) if free[i] and claimed[k]]
        armed = np.repeat([0.0, 1.0], [len(traded), len(near)])
        setting.kept[key] = Options(traded + near, armed)
    known: Options = setting.kept[key]
    return known


def coerce(state: State, at: Quarter) -> State:
    """Phase 9: every coercer picks a state and an instrument, or nobody; a cut that a policy of a
    red state imposes on one (`execute`) counts as a hit as well."""
    setting, forces = at.setting, at.notes["force"]
    hit, armed = np.zeros_like(state.coerced), np.zeros_like(state.coerced)
    for t in coercers(setting):
        can = options(setting, t)
        view = _view(state, at, t, can, forces)
        picked = at.ask("coerce", view, [setting.world.red[t]], options=can).choice[:, 0]
        runs = np.flatnonzero(picked > 0.0)
        n = picked[runs].astype(np.int64) - 1
        whom = np.array(can.targets)[n]
        hit[runs, t, whom] = 1.0 - can.armed[n]
        armed[runs, t, whom] = can.armed[n]
    after = _pressed(state, hit, armed, at)
    return after.but(coercion_bill=_bill(after, at))


def _pressed(state: State, hit: Floats, armed: Floats, at: Quarter) -> State:
    """The state once this quarter's hits (runs, red states, actors) have fallen.

    `mem' = mem + .5*struck*(1 - mem) - .03*(mem - mem0)`: memory fades to what it was.
    """
    coerced, (runs, by, on) = state.coerced - 1.0, _places(hit)
    np.maximum(coerced, 0.0, out=coerced)
    coerced[runs, by, on] = at.p("coercion_length")[runs, 0]
    if any(ordered(at.setting)):
        before = stance.force(state, at, lag=1)
        for t in range(hit.shape[1]):
            new = (decree(at, t, at.notes["force"]) > 0.0) & (decree(at, t, before) == 0.0)
            hit[:, t] = np.maximum(hit[:, t], new)
    struck, places = np.zeros_like(state.memory), _places(hit + armed)
    runs, _, on = places
    struck[runs, on] = 1.0
    memory, start = state.memory.copy(), trade.at_start(at.setting, begin, "memory")
    memory[runs, on] += at.p("memory_gain")[runs, 0] * (1.0 - state.memory[runs, on])
    memory -= at.p("memory_fade") * (state.memory - start)
    _note(hit, armed, struck, places, at)
    return state.but(coerced=coerced, memory=memory)


def _places(hits: Floats) -> tuple[Ints, Ints, Ints]:
    """Run, red state and actor of every hit."""
    runs, by, on = np.unravel_index(np.flatnonzero(hits > 0.0), hits.shape)
    return runs, by, on


def _view(
    state: State, at: Quarter, t: int, can: Options, forces: tuple[Floats, ...]
) -> CoerceView:
    """The decision of coercer `t` this quarter; nobody is put under the same pressure twice.

    Arrays over options are stored option by option, as a choice of columns leaves them.
    """
    setting, rows = at.setting, can.targets
    luck = at.luck(f"coerce:{setting.world.actors[setting.world.red[t]]}", 1 + len(rows))
    untouched = np.ones((state.runs, len(rows)), order="F")
    untouched[:, : can.traded] = state.coerced[:, t][:, rows[: can.traded]] <= 1.0
    moved = closeness.drift(state, at)[:, rows]
    seen = closeness.visible(state, at, t, forces)[:, rows]
    return CoerceView(
        drift=moved[:, None],
        visible=seen[:, None],
        guarded=closeness.guarantee(state, at)[:, None, rows],
        armed=can.armed[None, None],
        own_cost=own_cost(state, at, t, can, forces)[:, None],
        open=untouched[:, None],
        benefit=at.p("coercion_benefit"),
        focus=at.p("target_focus"),
        pain=at.p("military_pain"),
        precision=at.p("partner_precision"),
        readiness=(readiness(setting, t) + closeness.occasions(at, moved, seen))[:, None],
        gumbel=np.asfortranarray(draws.gumbel(luck))[:, None],
    )


def own_cost(state: State, at: Quarter, t: int, can: Options, forces: tuple[Floats, ...]) -> Floats:
    """What each option costs the coercer, pp of own GDP, (runs, options), in the runs that `at`
    looks at.

    Economic: the trade it gives up, and the answer in kind that others have prepared; armed: the
    cost of the lowest rung.  Capacity that a state has built with partners adds to both.
    """
    if at.rows is not None:
        return _own_cost(state, at, t, can, forces)
    when = "now" if forces is at.notes.get("force") else "before"
    reads = (
        state.trade_left,
        state.exposure,
        state.partner_capacity,
        state.sanction_belief,
        forces,
    )
    return at.known(f"own cost {t} {when}", reads, lambda: _own_cost(state, at, t, can, forces))


def _own_cost(
    state: State, at: Quarter, t: int, can: Options, forces: tuple[Floats, ...]
) -> Floats:
    setting, traded = at.setting, can.targets[: can.traded]
    cost = np.full((at.runs, len(can.targets)), setting.ladder.military_cost[1], order="F")
    if traded:
        price = at.p("coercion_cut") * at.p("passthrough")
        share = at.of(trade.their_share(setting, t))
        there = (at.of(trade.left(state, setting, t)) * share)[:, traded]
        answer = at.of(sanctions.in_kind(state, at.whole, t, forces))
        cost[:, : len(traded)] = price * (there + answer[:, None])
    start = trade.at_start(setting, stocks.begin, "partner_capacity")
    built = at.of(state.partner_capacity) - at.of(start)
    if built.any():
        cost += (at.p("capacity_cost") * built)[:, can.targets]
    return cost


def readiness(setting: Setting, t: int) -> Floats:
    """Log-odds that coercer `t` starts from, less the occasion, (runs, 1): in the status quo
    economic hits (armed ones, if it trades with nobody) have their base rate, `r_C` in ten years
    at full propensity, whatever the other parameters are."""
    key = ("readiness to coerce", t)
    if key not in setting.kept:
        can = options(setting, t)
        seen, guarded = closeness.at_start(setting, t), closeness.guarantee_at_start(setting)
        worth = closeness.appeal(setting, 0.0 * seen, seen, guarded)[:, can.targets]
        given_up = setting.p("coercion_cut") * setting.p("passthrough")
        dear = given_up * trade.their_share(setting, t)[:, can.targets]
        rung = setting.ladder.military_cost[1]
        met = rung + setting.p("military_pain") * guarded[:, can.targets]
        worth = worth - np.where(can.armed > 0.0, met, dear)
        occasion = closeness.occasions(setting, 0.0 * seen, seen)[:, can.targets]
        counts = can.armed == np.min(can.armed, initial=1.0)
        odds = np.exp(setting.p("partner_precision") * worth + occasion)[:, counts]
        ready = setting.futures.trait("coercion_propensity")[:, setting.world.red[t]]
        chance = setting.p("coercion_rate")[:, 0] * ready / _DECADE
        log_odds = logit(chance) - np.log(np.maximum(total(odds), _TINY))
        setting.kept[key] = read_only(log_odds[:, None])
    known: Floats = setting.kept[key]
    return known


# ---- what a hit does


def ordered(setting: Setting) -> list[bool]:
    """Which bundles are cuts of trade that a red state imposes on states outside its bloc."""
    free, red = trade.others(setting), list(setting.world.red)
    return [
        b.execute and b.levers.sanctions > 0.0 and bool(b.by[red].any() and (b.on * free).any())
        for b in setting.program.bundles
    ]


def decree(at: Quarter, t: int, forces: tuple[Floats, ...]) -> Floats:
    """Share of each state's trade with `t` that policies of `t` cut, 0..1, (runs, actors)."""
    setting = at.setting
    kept = np.ones((len(setting.futures.runs), len(setting.world.actors)))
    free, bundles = trade.others(setting), setting.program.bundles
    for f, b, act in zip(forces, bundles, ordered(setting), strict=True):
        if act and b.by[setting.world.red[t]]:
            kept = kept * (1.0 - f[:, None] * (b.levers.sanctions * b.on * free))
    return 1.0 - kept


def cut(state: State, at: Quarter, t: int) -> Floats:
    """Share of each state's trade with `t` that `t` cuts off now, (runs, actors)."""

    def work() -> Floats:
        share = np.zeros_like(state.memory)
        runs, on = np.nonzero(state.coerced[:, t] > 0.0)
        share[runs, on] = at.p("coercion_cut")[runs, 0]
        if any(ordered(at.setting)):
            share = np.maximum(share, decree(at, t, at.notes["force"]))
        return share

    return at.known(f"cut {t}", (state.coerced, at.notes.get("force")), work)


def pool(at: Quarter, rows: Ints, t: int, hit: Floats) -> Floats:
    """What states pay to each other for a hit by `t` in the runs `rows`, pp of own GDP, as `hit`.

    A package on `t` that names receivers (`to`) is also their common fund: members share
    `pool_share` of what a hit costs one of them, by GDP.  Nothing is gained or lost on the whole.
    """
    setting, paid = at.setting, np.zeros_like(hit)
    for f, b in zip(at.notes["force"], setting.program.bundles, strict=True):
        if b.levers.sanctions > 0.0 and b.to.any() and b.on[setting.world.red[t]]:
            members = b.to * trade.others(setting)
            gdp = members * setting.futures.trait("gdp_usd_bn")[rows]
            shared = (at.p("pool_share") * f[:, None])[rows] * hit * members
            dollars = total(shared * gdp) / np.maximum(total(gdp), _TINY)
            paid = paid + dollars[:, None] * members - shared
    return paid


def _bill(state: State, at: Quarter) -> Floats:
    """What coercion under way costs, shared as pools share it, pp a year, (runs, actors)."""
    out = np.zeros_like(state.coercion_bill)
    for t in range(len(at.setting.world.red)):
        share = cut(state, at, t)
        rows = np.flatnonzero(share.any(axis=-1))
        if len(rows):
            hit = trade.bill(state, at, rows, t, share[rows]).hit
            out[rows] = out[rows] + hit + pool(at, rows, t, hit)
    return out


def _note(
    hit: Floats, armed: Floats, struck: Floats, places: tuple[Ints, Ints, Ints], at: Quarter
) -> None:
    """Hits are hostile acts in the main theater of the state hit; they are counted."""
    setting, where = at.setting, closeness.home(at.setting)
    acts = at.notes.setdefault(
        "acts", np.zeros((len(hit), len(setting.world.targets), len(THEATERS)))
    )
    runs, by, on = places
    cut, force = at.p("coercion_incident")[runs, 0], at.p("armed_incident")[runs, 0]
    weight = cut * hit[runs, by, on] + force * armed[runs, by, on]
    np.add.at(acts, (runs, by, np.array(where)[on]), weight)
    measured = at.notes.setdefault("measured", {})
    measured["coerced_states"] = total(struck)
    measured["partner_targeting"] = total(struck[:, closeness.partners(setting)])
    at.notes["coercion"] = {"hit": hit, "armed": armed}


__all__ = ["begin", "coerce", "coercers", "cut", "options", "pool"]

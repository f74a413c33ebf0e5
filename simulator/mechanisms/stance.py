"""How policies in force become the standing stance that others see (levers, model.md 3.6)."""

from __future__ import annotations

import numpy as np

from simulator.arrays import Bools, Floats, positive, read_only
from simulator.contracts import Sight
from simulator.errors import ContractError
from simulator.phase import Quarter
from simulator.program import STANCE, Bundle
from simulator.state import NEVER, State, happened
from simulator.tally import mean, product
from simulator.world import FORUMS, ISSUES, THEATERS


def propose(state: State, at: Quarter) -> State:
    """Phase 3: bundles whose quarter has come, or whose trigger is true, start.

    A bundle behind a text becomes an ask; one without starts at once.  Those who act together
    carry only so many new efforts a quarter; what is more, in the order of the program, waits.
    """
    sight, room = _sight(state, at), _attention(state, at)
    started = state.started.copy()
    for b, bundle in enumerate(at.setting.program.bundles):
        due = np.full(state.runs, at.number >= bundle.start)
        if bundle.head != b:
            due = happened(started[:, bundle.head])
        elif bundle.when is not None:
            due = due & triggered(bundle, sight, state.runs)
        if bundle.by_leadership and bundle.head == b:
            due = due & _leadership_moves(bundle, at)
        if bundle.end is not None:
            due = due & (at.number < bundle.end)
        due = due & ~happened(started[:, b])
        if bundle.effort and bundle.head == b:
            left = room[bundle.by.tobytes()]
            due = due & (left > 0.0)
            room[bundle.by.tobytes()] = left - due
        started[:, b] = np.where(due, float(at.number), started[:, b])
    return state.but(started=started)


def _attention(state: State, at: Quarter) -> dict[bytes, Floats]:
    """New efforts that each group of actors can still carry this quarter, (runs,)."""
    groups = {bundle.by.tobytes() for bundle in at.setting.program.bundles}
    return {group: np.zeros(state.runs) + at.p("attention_cap")[:, 0] for group in groups}


def _leadership_moves(bundle: Bundle, at: Quarter) -> Bools:
    """Where the head of an institution tables its own text: at a summit, by chance, (runs,)."""
    u = at.luck("leadership", 1)
    forum = at.setting.program.texts[bundle.asks[0][0]].forum
    summit = at.setting.ladder.forums[forum].meets_at_summit(at.number)
    moves: Bools = (u < at.p("pact_chance"))[:, 0] & summit
    return moves


def _sight(state: State, at: Quarter) -> Sight:
    """What triggers see, read-only: nothing of this quarter's moves."""
    shown = state.visibility[:, -1] - at.setting.ladder.stance["visibility"][-1]
    failures = np.zeros((state.runs, len(FORUMS), len(ISSUES)))
    for t, text in enumerate(at.setting.program.texts):
        failures[:, text.forum, text.issue] += state.failures[:, t]
    levels = state.level.astype(np.int64)
    levels.setflags(write=False)
    return Sight(
        at.number,
        levels,
        read_only(_challengers_fear(state, at)),
        read_only(shown),
        read_only(failures),
    )


def triggered(bundle: Bundle, sight: Sight, runs: int) -> Bools:
    """Where a policy's trigger is true, (runs,); a trigger must work for many runs at once."""
    assert bundle.when is not None
    try:
        mask = np.asarray(bundle.when(sight))
    except ValueError as error:
        raise ContractError(
            f"the trigger does not work on arrays ({error}).",
            f"policy {bundle.policy}: when",
            "It sees all runs at once: compare and combine with `&`, `|`, `~`, not `if` or `and`.",
        ) from error
    if mask.shape != (runs,) or mask.dtype != bool:
        raise ContractError(
            f"the trigger returned {mask.dtype} of shape {mask.shape}.",
            f"policy {bundle.policy}: when",
            "It must return one true or false per run, as `sight.levels[:, 1] >= 2` does.",
        )
    return mask


def force(state: State, at: Quarter, lag: int = 0) -> tuple[Floats, ...]:
    """How far each bundle is in force, each (runs,) in 0..1, this quarter or `lag` ago.

    The product of the gate (its texts agreed, and the share of invited partners that take part),
    the dilution of those texts, and the share of its phase-in that has passed.  What was in force
    a quarter ago cannot change any more, so it is worked out once a quarter.
    """
    if lag and f"force {lag} before" in at.notes:
        known: tuple[Floats, ...] = at.notes[f"force {lag} before"]
        return known
    forces, quarter = [], at.number - lag
    at.notes["legitimacy"] = _legitimacy(state, at)
    for b, bundle in enumerate(at.setting.program.bundles):
        gate = happened(state.started[:, b]).astype(float)
        since = state.started[:, b]
        for t, target in bundle.asks:
            gate = gate * dilution(state, at, t, target)
            since = np.maximum(since, state.decided[:, t])
        if bundle.accept:
            invited = state.taking_part[:, bundle.asks[0][0]][:, list(bundle.accept)]
            gate = gate * mean(invited)
        quarters_in = np.where(since < NEVER, np.maximum(quarter - since + 1.0, 0.0), 0.0)
        phased = np.clip(quarters_in / bundle.phase_in, 0.0, 1.0)
        ended = bundle.end is not None and quarter >= bundle.end
        forces.append(gate * phased * (0.0 if ended else 1.0))
    if lag:
        at.notes[f"force {lag} before"] = tuple(forces)
    return tuple(forces)


def _legitimacy(state: State, at: Quarter) -> tuple[Floats, ...]:
    """What the words and sanctions behind each bundle are worth, (runs,): 1, or less for each of
    its texts that a coalition carries instead of a body with all its members."""
    lacking = np.where(state.coalition > 0.0, at.p("legitimacy"), 1.0)
    ones = np.ones(state.runs)
    return tuple(
        product((lacking[:, t] for t, _ in bundle.asks), ones)
        for bundle in at.setting.program.bundles
    )


def effective(name: str, at: Quarter, forces: tuple[Floats, ...]) -> tuple[Floats, ...]:
    """Forces as one lever counts them: stories and sanctions lose by a coalition's legitimacy."""
    if name not in ("narrative", "sanctions") or "legitimacy" not in at.notes:
        return forces
    return tuple(f * w for f, w in zip(forces, at.notes["legitimacy"], strict=True))


def dilution(state: State, at: Quarter, t: int, target: float) -> Floats:
    """Share of what a policy asked (`target`) that the agreed text gives it, times the share of
    those asked that carry it, 0..1, (runs,)."""
    start = float(at.setting.ladder.texts[at.setting.program.texts[t].issue])
    given = (state.agreed[:, t] - start) / (target - start) if target != start else 1.0
    part = np.clip(given, 0.0, 1.0) * state.carried[:, t]
    return np.where(happened(state.decided[:, t]), part, 0.0)


def update(state: State, at: Quarter) -> State:
    """Phase 6: compose the stance of each side, let channels build and rust, pay the bills."""
    setting, forces = at.setting, force(state, at)
    stance = {name: compose(name, state, at, forces) for name in STANCE}
    west = len(setting.world.red)
    for t, text in enumerate(setting.program.texts):
        seen = state.rumor[:, t][:, None]
        row = stance["visibility"][:, west]
        stance["visibility"][:, west] = row + (1.0 - row) * seen * positive(text.visibility)
    for b, bundle in enumerate(setting.program.bundles):
        if bundle.public:
            words = at.p("talk_visibility") * forces[b][:, None] * bundle.reach["talk"]
            row = stance["visibility"][:, bundle.target]
            stance["visibility"][:, bundle.target] = row + (1.0 - row) * words
    channel = _channels(state, at, forces)
    paid, first = np.zeros(state.runs), np.zeros(state.runs)
    for b, (f, bundle) in enumerate(_with(forces, at)):
        paid = paid + f * bundle.money_per_year / 4.0
        first = first + _starting(state, at, b) * f * bundle.capital
    at.notes["force"] = forces
    return state.but(
        channel=channel,
        money=state.money + paid,
        capital_spent=state.capital_spent + first,
        **stance,
    )


def _with(forces: tuple[Floats, ...], at: Quarter) -> list[tuple[Floats, Bundle]]:
    return list(zip(forces, at.setting.program.bundles, strict=True))


def _starting(state: State, at: Quarter, b: int) -> Floats:
    """1 in the quarter in which a bundle comes into force."""
    since = state.started[:, b]
    for t, _ in at.setting.program.bundles[b].asks:
        since = np.maximum(since, state.decided[:, t])
    now: Floats = (since == at.number).astype(float)
    return now


def compose(name: str, state: State, at: Quarter, forces: tuple[Floats, ...]) -> Floats:
    """A stance of every target under bundles in force, (runs, targets, theaters):
    `1 - (1-x0)*prod(1-up)`, then `*prod(1-down)`: order-free and inside [0, 1]."""
    base = at.setting.ladder.stance[name]
    gap = np.zeros((state.runs, *base.shape)) + (1.0 - base)
    keep = np.ones_like(gap)
    for f, bundle in _with(forces, at):
        move = f[:, None] * bundle.reach[name]
        gap[:, bundle.target] = gap[:, bundle.target] * (1.0 - positive(move))
        keep[:, bundle.target] = keep[:, bundle.target] * (1.0 - positive(-move))
    return (1.0 - gap) * keep


def _channels(state: State, at: Quarter, forces: tuple[Floats, ...]) -> Floats:
    """Channels return to their standing level; a policy moves the level they return to."""
    rest = np.zeros_like(state.channel) + at.setting.ladder.channel
    for f, bundle in _with(forces, at):
        rest = rest + f[:, None] * bundle.reach["channel"]
    rest = np.clip(rest, 0.0, 1.0)
    return state.channel + at.p("channel_decay") * (rest - state.channel)


def _challengers_fear(state: State, at: Quarter) -> Floats:
    world = at.setting.world
    return np.stack([state.threat[:, i, -1] for i in world.challenger], axis=-1)


def by_actor(name: str, at: Quarter, forces: tuple[Floats, ...]) -> Floats:
    """A lever that its actors move, each for itself, summed over bundles, (runs, actors)."""
    out = np.zeros((len(at.setting.futures.runs), len(at.setting.world.actors)))
    for f, bundle in _with(effective(name, at, forces), at):
        size = getattr(bundle.levers, name)
        if size != 0.0:
            out = out + f[:, None] * (size * bundle.by)
    return out


def to_actor(name: str, at: Quarter, forces: tuple[Floats, ...], share: bool) -> Floats:
    """A lever as its receivers (`to`) feel it, summed over bundles, (runs, actors).

    `share`: an amount of money is split evenly among them; else each feels the whole effort.
    """
    out = np.zeros((len(at.setting.futures.runs), len(at.setting.world.actors)))
    for f, bundle in _with(effective(name, at, forces), at):
        size = getattr(bundle.levers, name)
        if size != 0.0:
            among = float(bundle.to.sum()) if share else 1.0
            out = out + f[:, None] * (size / among * bundle.to)
    return out


def in_theater(name: str, at: Quarter, forces: tuple[Floats, ...]) -> Floats:
    """A lever with one size per theater, summed over bundles of all actors, (runs, theaters)."""
    out = np.zeros((len(at.setting.futures.runs), len(THEATERS)))
    for f, bundle in _with(effective(name, at, forces), at):
        out = out + f[:, None] * bundle.reach[name]
    return out


def standing_signal(name: str, at: Quarter, forces: tuple[Floats, ...]) -> Floats:
    """A signal of the will to fight, summed over bundles, for every pair, (runs, pairs).

    What goes with a sanctions package is about sanctions, and is read there (M14).
    """
    setting = at.setting
    out = np.zeros((len(setting.futures.runs), len(setting.pairs)))
    for f, bundle in _with(forces, at):
        if bundle.levers.sanctions == 0.0 or name == "commitment":
            size = bundle.reach[name][setting.pair_theater] * bundle.by[setting.pair_actor]
            if size.any():
                out = out + f[:, None] * size
    return out

"""M12 Acceptance: what joining an adopted text is worth to a partner, besides the text itself."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from simulator.arrays import Floats, positive
from simulator.mechanisms import closeness, coercion, narrative, stance, trade
from simulator.phase import Quarter
from simulator.program import Text
from simulator.setting import Setting
from simulator.state import State
from simulator.tally import total

_YEAR = 4.0  # quarters
_TINY = 1e-300


def expected(
    state: State, at: Quarter, closer: Floats | float = 1.0, who: Sequence[int] | None = None
) -> Floats:
    """Cost of coercion that each state adds by coming `closer` to the West, pp a year,
    (runs, actors), of the runs that `at` looks at.

    `closer`: rise of its visible closeness, (runs, actors) or one number.  The rise of its chance
    to be hit within a year, as the coercer's own rule has it, times the yearly cost of a hit.
    Worked out for the states `who` (None: all); 0 for the others.
    """
    setting, whole = at.setting, at.whole
    forces = stance.force(state, whole, lag=1)
    guarded = at.of(closeness.guarantee(state, whole))
    moved, price = at.of(closeness.drift(state, whole)), at.p("coercion_cut") * at.p("passthrough")
    out = np.zeros((at.runs, len(setting.world.actors)))
    for t in coercion.coercers(setting):
        can = coercion.options(setting, t)
        asked = [n for n, i in enumerate(can.targets[: can.traded]) if who is None or i in who]
        if not asked:
            continue
        hit = [can.targets[n] for n in asked]
        seen = closeness.visible(state, at, t, forces)
        against = coercion.own_cost(state, at, t, can, forces).copy(order="F")
        against[:, can.traded :] += (at.p("military_pain") * guarded)[:, can.targets[can.traded :]]
        ready = at.of(coercion.readiness(setting, t))
        nearby = moved[:, can.targets], guarded[:, can.targets], against
        before = _odds(at, seen[:, can.targets], ready, *nearby)
        everybody = 1.0 + total(before)[:, None]
        nearer = np.minimum(seen + closer, 1.0)[:, hit]
        now, then = before[:, asked], _odds(at, nearer, ready, *(a[:, asked] for a in nearby))
        rise = _within_a_year(then / (everybody - now + then)) - _within_a_year(now / everybody)
        dear = price * (at.of(trade.own_share(setting, t)) * at.of(trade.left(state, setting, t)))
        out[:, hit] += rise * dear[:, hit]
    return out


def _odds(
    at: Quarter, seen: Floats, ready: Floats, moved: Floats, guarded: Floats, against: Floats
) -> Floats:
    """Odds of each option of a coercer against leaving everybody alone, (runs, options)."""
    worth = closeness.appeal(at, moved, seen, guarded) - against
    occasion = closeness.occasions(at, moved, seen) + ready
    return np.exp(at.p("partner_precision") * worth + occasion)


def _within_a_year(chance: Floats) -> Floats:
    """Chance of at least one hit in four quarters."""
    return 1.0 - np.exp(_YEAR * np.log(np.maximum(1.0 - chance, _TINY)))


def reasons(state: State, t: int, share: Floats, at: Quarter) -> dict[str, Floats]:
    """Fields of the view of text `t` beside its gain, for the partners it invites, each
    (rows, partners) or (rows, 1); `share` (rows,) of the ask was agreed.

    A promise at home counts as far as nobody stands by the partner yet; the visible part at home
    makes it a target, and strains its reliance on the coercer's good offices.
    """
    setting, text = at.setting, at.setting.program.texts[t]
    rows, whole = list(text.accept), at.whole
    where = [closeness.home(setting)[i] for i in rows]
    step = share[:, None] * positive(text.visibility[where])
    closer = np.zeros((at.runs, len(setting.world.actors)))
    closer[:, rows] = step
    promise = share[:, None] * _promised(setting, text, t, where)
    guarded = at.of(closeness.guarantee(state, whole))[:, rows]
    red = len(setting.world.red)
    return {
        "threat": np.max(at.of(state.threat)[:, rows, :red], axis=-1),
        "promise": promise * (1.0 - guarded),
        "security_worth": at.p("guarantee_worth"),
        "coercion": expected(state, at, closer, rows)[:, rows],
        "memory": at.of(state.memory)[:, rows],
        "story": at.of(narrative.shift(state, whole))[:, rows],
        "story_weight": at.p("opinion_weight"),
        "reliance": at.p("reliance_cost") * at.trait("rival_reliance")[:, rows] * step,
    }


def _promised(setting: Setting, text: Text, t: int, where: list[int]) -> Floats:
    """Largest promise to fight, in each invited partner's main theater, of the policies behind the
    text, 0..1, (partners,)."""
    out = np.zeros(len(where))
    for n, (i, k) in enumerate(zip(text.accept, where, strict=True)):
        for bundle in setting.program.bundles:
            if i in bundle.accept and any(t == asked for asked, _ in bundle.asks):
                out[n] = max(out[n], float(bundle.reach["commitment"][k]))
    return out

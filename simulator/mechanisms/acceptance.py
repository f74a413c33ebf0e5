"""M12 Acceptance: what joining an adopted text is worth to a partner, besides the text itself."""

from __future__ import annotations

from dataclasses import replace

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


def expected(state: State, at: Quarter, closer: Floats | float = 1.0) -> Floats:
    """Cost of coercion that each state adds by coming `closer` to the West, pp a year,
    (runs, actors), of the runs that `at` looks at.

    `closer`: rise of its visible closeness, (runs, actors) or one number.  The rise of its chance
    to be hit within a year, as the coercer's own rule has it, times the yearly cost of a hit.
    """
    setting, whole = at.setting, replace(at, rows=None)
    forces = stance.force(state, whole, lag=1)
    guarded = at.of(closeness.guarantee(state, whole))
    moved, price = at.of(closeness.drift(state, whole)), at.p("coercion_cut") * at.p("passthrough")
    out = np.zeros((at.runs, len(setting.world.actors)))
    for t in coercion.coercers(setting):
        can = coercion.options(setting, t)
        seen = at.of(closeness.visible(state, whole, t, forces))
        nearer = np.minimum(seen + closer, 1.0)
        ready = at.of(coercion.readiness(setting, t))
        against = at.of(coercion.own_cost(state, whole, t, can, forces))
        against = against + can.armed * (at.p("military_pain") * guarded)[:, can.targets]
        now, then = (
            np.exp(
                at.p("partner_precision")
                * (closeness.appeal(at, moved, shown, guarded)[:, can.targets] - against)
                + (closeness.occasions(at, moved, shown)[:, can.targets] + ready)
            )
            for shown in (seen, nearer)
        )
        everybody = 1.0 + total(now)[:, None]
        rise = _within_a_year(then / (everybody - now + then)) - _within_a_year(now / everybody)
        dear = price * at.of(trade.own_share(setting, t) * trade.left(state, setting, t))
        traded = [i for i, armed in zip(can.targets, can.armed, strict=True) if armed == 0.0]
        out[:, traded] = out[:, traded] + rise[:, : len(traded)] * dear[:, traded]
    return out


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
    rows, whole = list(text.accept), replace(at, rows=None)
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
        "coercion": expected(state, at, closer)[:, rows],
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

"""M14 Packages: sanctions prepared on a red state, and what they bind their senders to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.arrays import Floats, positive
from simulator.mechanisms import closeness, stance, trade
from simulator.phase import Quarter
from simulator.program import Bundle
from simulator.setting import Setting
from simulator.world import THEATERS


@dataclass(frozen=True)
class Package:
    """Prepared packages on one red state: size 0..1 where force is used, the part imposed at once
    and the part that stays, each (runs,); sunk and audience cost, pp, each (runs, theaters)."""

    size: Floats
    executed: Floats
    kept: Floats
    sunk: Floats
    audience: Floats


def prepared(at: Quarter, forces: tuple[Floats, ...], t: int) -> Package:
    """Packages on red state `t`.  Sizes combine as `1 - prod(1 - up)`, then `*prod(1 - down)`.
    Those of this quarter's `force` are worked out once."""
    if forces is not at.notes.get("force"):
        return _compose(at, forces, t, about_others=False)
    known: dict[int, Package] = at.notes.setdefault("packages", {})
    if t not in known:
        known[t] = _compose(at, forces, t, about_others=False)
    return known[t]


def secondary_package(at: Quarter, forces: tuple[Floats, ...], t: int) -> Package:
    """Packages on red state `t` for the help that it gives to another challenger."""
    return _compose(at, forces, t, about_others=True)


def _compose(at: Quarter, forces: tuple[Floats, ...], t: int, about_others: bool) -> Package:
    setting, runs = at.setting, len(at.setting.futures.runs)
    left = {name: np.ones(runs) for name in ("size", "executed", "kept")}
    down = np.ones(runs)
    signals = {name: np.zeros((runs, len(THEATERS))) for name in ("sunk", "audience")}
    carried = stance.effective("sanctions", at, forces)
    for f, bundle in zip(carried, setting.program.bundles, strict=True):
        size = bundle.levers.sanctions
        if not on(bundle, setting, t) or _secondary(bundle, setting, t) != about_others:
            continue
        flags = {"size": True, "executed": bundle.execute, "kept": bundle.keep}
        for name in [n for n, flag in flags.items() if flag]:
            left[name] = left[name] * (1.0 - f * max(size, 0.0))
        down = down * (1.0 - f * max(-size, 0.0))
        if size > 0.0:
            signals["sunk"] = signals["sunk"] + f[:, None] * bundle.reach["sunk"]
            word = f[:, None] * bundle.reach["audience_cost"]
            signals["audience"] = signals["audience"] + word
    return Package(**{name: (1.0 - rest) * down for name, rest in left.items()}, **signals)


def on(bundle: Bundle, setting: Setting, t: int) -> bool:
    """Whether a bundle has a package on red state `t`."""
    return bundle.levers.sanctions != 0.0 and bool(bundle.on[setting.world.red[t]])


def _secondary(bundle: Bundle, setting: Setting, t: int) -> bool:
    """Whether a package on red state `t` speaks (talk, sunk or audience cost) only of theaters that
    others challenge: it is then about the help that `t` gives to them."""
    heard = bundle.reach["talk"] != 0.0
    heard = heard | (bundle.reach["sunk"] != 0.0) | (bundle.reach["audience_cost"] != 0.0)
    return bool(heard.any() and not heard[closeness.claims(setting, t)].any())


def package(at: Quarter, forces: tuple[Floats, ...]) -> dict[str, Floats]:
    """Prepared packages on each theater's challenger: size 0..1, sunk and audience cost in pp.

    Each (runs, theaters)."""
    places = at.setting.world.challenger_target
    ready = {t: prepared(at, forces, t) for t in dict.fromkeys(places)}
    signals = {
        name: np.stack([getattr(ready[t], name)[:, k] for k, t in enumerate(places)], axis=-1)
        for name in ("sunk", "audience")
    }
    return {"size": np.stack([ready[t].size for t in places], axis=-1), **signals}


def belief_shift(ready: Package, at: Quarter) -> Floats:
    """What the signals of a package add to the belief that it is carried out, log-odds,
    (runs, theaters): `eta_S*Sunk + eta_A*Aud`."""
    return at.p("sunk_effect") * ready.sunk + at.p("tied_effect") * ready.audience


def cooled(at: Quarter, forces: tuple[Floats, ...]) -> Floats:
    """Share of its outrage that each state still has: one that seeks reconciliation (a negative
    package) gives up as much of it, 0..1, (runs, actors or 1)."""
    if not any(bundle.levers.sanctions < 0.0 for bundle in at.setting.program.bundles):
        return np.ones((len(at.setting.futures.runs), 1))
    return 1.0 - np.minimum(positive(-stance.by_actor("sanctions", at, forces)), 1.0)


def word(at: Quarter, forces: tuple[Floats, ...], t: int) -> tuple[Floats, Floats]:
    """What packages on red state `t` bind their own senders to, each (runs, actors), in the runs
    that `at` looks at: the audience cost of backing down, pp, and the size of what they execute
    themselves, 0..1."""
    setting = at.setting
    shape = (at.runs, len(setting.world.actors))
    tied, rest = np.zeros(shape), np.ones(shape)
    for f, bundle in zip(forces, setting.program.bundles, strict=True):
        if bundle.levers.sanctions > 0.0 and on(bundle, setting, t):
            price = float(np.max(bundle.reach["audience_cost"]))
            tied = tied + at.of(f)[:, None] * (price * bundle.by)
            if bundle.execute:
                rest = rest * (1.0 - at.of(f)[:, None] * (bundle.levers.sanctions * bundle.by))
    return tied, (1.0 - rest) * trade.others(setting)

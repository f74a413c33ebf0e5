"""On which belief a choice turns, read off the futures that were played: no new runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec

import numpy as np
import pandas as pd
from scipy.stats import f as f_law
from scipy.stats import norm

from simulator.analysis import Outcomes, break_even_from, first_order, gain_by_future, where_better
from simulator.analysis.given import LEAST, bin_count, binned
from simulator.arrays import Bools, Floats
from simulator.errors import InputError
from simulator.figures.words import CLEAR
from simulator.memo.noise import ALPHA
from simulator.memo.reading import Material, Scene
from simulator.memo.robust import Measured, Pairs
from simulator.memo.swaps import Swap, beliefs_of, swaps
from simulator.metrics import METRICS

MOST_FUTURES = 2_000  # that beliefs are read from
LEADING, MOST_PAIRS = 4, 6
DENSITY = 0.75  # share of a box's futures in which a policy must do better


@dataclass(frozen=True)
class Hit:
    """A parameter that the gain of one policy over another depends on, under one lens.

    `share` of the variance between futures goes with it (first-order index).  `low` and `high`
    are the fitted gains (positive: the first policy does better) at the ends `span` of what the
    lens holds possible.  If `turns`, the sign differs between the ends, each beyond two standard
    errors, and `at` is where it crosses.
    """

    symbol: str
    lens: str
    share: float
    share_se: float
    span: tuple[float, float]
    low: float
    low_se: float
    high: float
    high_se: float
    turns: bool
    at: float
    at_se: float


@dataclass(frozen=True)
class Box:
    """Where the first policy does better: limits (parameter, low, high) found on half of the
    futures, and how often it does so in the box, and at all, in the other half."""

    limits: tuple[tuple[str, float, float], ...]
    density: float
    share: float
    futures: int


@dataclass(frozen=True)
class Crux:
    """Two policies on one metric, and what the choice between them turns on.

    `here` and `there` are lenses under which the sign differs clearly, `swaps` the beliefs they
    hold differently, strongest first; `unread` such beliefs have no spread to read a slope from.
    """

    metric: str
    first: int
    second: int
    hits: tuple[Hit, ...]
    swaps: tuple[Swap, ...]
    here: str | None
    there: str | None
    unread: int
    box: Box | None
    tried: int


def leading(found: Measured) -> list[int]:
    """Policies that are first by some measure, most often first; the rest by mean outcome."""
    firsts = (found.rank == found.rank.min(axis=1, keepdims=True)).sum(axis=0)
    order = sorted(range(len(firsts)), key=lambda p: (-firsts[p], found.rank[0, p], p))
    return order[:LEADING]


def chosen_pairs(found: Pairs, leaders: Sequence[int]) -> list[tuple[int, int]]:
    """Pairs to look into: those whose sign differs between lenses, then those of the leaders,
    then the leaders against the status quo; never two that were the same in every run."""
    n = len(found.policies)
    every = [(p, q) for q in range(n) for p in range(n) if q < p]
    turned = [pair for pair in every if found.turned(*pair)]
    among = [(p, q) for p, q in every if p in leaders and (q in leaders or q == 0)]
    ordered = dict.fromkeys((*sorted(turned, key=lambda x: x not in among), *among))
    lenses = range(len(found.lenses))
    return [x for x in ordered if not all(found.effects[(*x, v)].same for v in lenses)][:MOST_PAIRS]


def outcomes(material: Material, scene: Scene, metric: str, beliefs: bool) -> Outcomes:
    """A metric's outcomes with parameter values of the first futures, lens by lens.

    With `beliefs` those that the authors hold differently too, else what the study varied.
    """
    most = min(scene.futures, MOST_FUTURES)
    whole = scene.outcomes(metric)
    view = whole.of(futures=(whole.futures["future"] < most).to_numpy())
    parts = []
    for lens in scene.lenses:
        asked = {"lens": lens, "scenario": scene.scenario} if beliefs else {}
        parts.append(material.results.futures(**asked, first=most).assign(lens=lens))
    table = pd.concat(parts, ignore_index=True)
    return replace(view, futures=view.futures.merge(table, on=["lens", "future"], how="left"))


def cruxes(found: Pairs, view: Outcomes, leaders: Sequence[int]) -> tuple[Crux, ...]:
    """What the choice turns on, pair by pair; allows for all pairs, lenses and beliefs tried."""
    pairs = chosen_pairs(found, leaders)
    read = {(p, q, lens): (x, y) for p, q in pairs for lens, x, y in _under(found, view, p, q)}
    tests = {key: _depends(x, y) for key, (x, y) in read.items()}
    tried = sum(len(test) for test in tests.values())
    made = []
    for p, q in pairs:
        hits = [
            hit
            for lens in found.lenses
            if (p, q, lens) in tests
            for hit in _hits(found, view, (p, q, lens), read[p, q, lens], tests[p, q, lens] * tried)
        ]
        here, there = _opposed(found, p, q)
        swapped, unread = ((), 0) if here is None or there is None else (
            swaps(found, view, p, q, here, there)
        )  # fmt: skip
        worth = found.turned(p, q) or any(hit.turns for hit in hits)
        box = _box(found, view, p, q, len(pairs)) if worth else None
        hits.sort(key=lambda hit: (not hit.turns, -hit.share))
        made.append(Crux(found.metric, p, q, tuple(hits), swapped, here, there, unread, box, tried))
    return tuple(made)


def _under(
    found: Pairs, view: Outcomes, p: int, q: int
) -> Iterator[tuple[str, pd.DataFrame, Floats]]:
    """Lens by lens: parameter values that vary, and the gain of p over q, future by future."""
    for lens in found.lenses:
        one = view.under(lens)
        try:
            gain = gain_by_future(one, found.metric, found.policies[p], found.policies[q])["gain"]
        except InputError:
            continue
        table = _values(one)
        if len(gain) >= 4 * LEAST and table.shape[1] and gain.any():
            yield lens, table, gain.to_numpy()


def _values(view: Outcomes) -> pd.DataFrame:
    table = view.futures[list(view.parameters)].astype(float)
    return table.loc[:, (table.nunique() > 1).to_numpy()]


def _depends(table: pd.DataFrame, gain: Floats) -> pd.Series[float]:
    """How often luck alone would show as much dependence on a parameter (F between bins)."""
    count, found = bin_count(len(gain), None), {}
    for name in table:
        place = np.unique(binned(table[name].to_numpy(), count), return_inverse=True)[1]
        number = np.bincount(place)
        means = np.bincount(place, weights=gain) / number
        between = float((number * (means - gain.mean()) ** 2).sum())
        within = float(((gain - means[place]) ** 2).sum())
        k, n = len(number), len(gain)
        ratio = between / (k - 1.0) / (within / (n - k)) if k > 1 and within > 0.0 else 0.0
        found[str(name)] = float(f_law.sf(ratio, max(k - 1.0, 1.0), n - k))
    return pd.Series(found)


def _hits(
    found: Pairs, view: Outcomes, where: tuple[int, int, str], read: tuple[pd.DataFrame, Floats],
    chance: pd.Series[float],
) -> list[Hit]:  # fmt: skip
    """The parameters that pass, allowing (Bonferroni) for all that were tried."""
    p, q, lens = where
    likely = list(chance.index[chance < ALPHA])
    if not likely:
        return []
    made_of = first_order(read[0][likely], read[1])
    passed = made_of[made_of["S1"] > CLEAR * made_of["S1_se"]]
    if passed.empty:
        return []
    names = [str(name) for name in passed["parameter"]]
    first, second = found.policies[p], found.policies[q]
    turn = break_even_from(view, first, second, found.metric, lens, names).set_index("parameter")
    made = []
    for row in passed.itertuples():
        at = turn.loc[str(row.parameter)]
        made.append(
            Hit(
                str(row.parameter), lens, float(str(row.S1)), float(str(row.S1_se)),
                (float(at["low"]), float(at["high"])),
                float(at["effect_low"]), float(at["effect_low_se"]),
                float(at["effect_high"]), float(at["effect_high_se"]),
                bool(at["sure"]), float(at["break_even"]), float(at["break_even_se"]),
            )
        )  # fmt: skip
    return made


def by_belief(hits: Sequence[Hit]) -> list[list[Hit]]:
    """Hits by what they are about, the strongest first: a belief may set several parameters, which
    then move together, and show under several lenses.  Those that turn the sign stand apart."""
    groups: dict[tuple[str, bool], list[Hit]] = {}
    named = {s: b for b, symbols in beliefs_of([h.symbol for h in hits]).items() for s in symbols}
    for hit in sorted(hits, key=lambda h: -h.share):
        groups.setdefault((named[hit.symbol], hit.turns), []).append(hit)
    turned = {belief for belief, turns in groups if turns}
    kept = [(k, g) for k, g in groups.items() if k[1] or k[0] not in turned]
    return [group for _, group in sorted(kept, key=lambda item: not item[0][1])]


def _opposed(found: Pairs, p: int, q: int) -> tuple[str | None, str | None]:
    """The lens that most clearly favors p, and the one that most clearly favors q."""
    if not found.turned(p, q):
        return None, None
    signs = found.clear[p, q]
    strength = [abs(e.mean) / e.se if e.se else np.inf for e in
                (found.effects[p, q, v] for v in range(len(signs)))]  # fmt: skip
    best = [max(np.flatnonzero(signs == s), key=lambda v: (strength[v], -v)) for s in (1.0, -1.0)]
    return found.lenses[best[0]], found.lenses[best[1]]


def seeks_boxes() -> bool:
    """Whether the library that finds them is there."""
    return find_spec("ema_workbench") is not None


def _box(found: Pairs, view: Outcomes, p: int, q: int, tried: int) -> Box | None:
    """A PRIM box found on every second future, if it holds in the others."""
    odd: Bools = (view.futures["future"] % 2 == 1).to_numpy()
    names = (found.policies[p], found.policies[q])
    if min(odd.sum(), (~odd).sum()) < 4 * LEAST or not seeks_boxes():
        return None
    try:
        seen = where_better(view.of(futures=~odd), *names, found.metric, density=DENSITY)
    except InputError:  # nothing varies
        return None
    if not seen.boxes:
        return None
    limits = seen.boxes[0].limits
    rest = view.of(futures=odd)
    better: Bools = (gain_by_future(rest, found.metric, *names)["gain"] > 0.0).to_numpy()
    inside = np.ones(len(better), dtype=bool)
    for row in limits.to_dict("records"):
        x = rest.futures[row["parameter"]].to_numpy(dtype=float)
        inside &= (x >= row["low"]) & (x <= row["high"])
    count = int(rest.futures["future"][inside].nunique())  # one future is seen under every lens
    if count < 2 * LEAST:
        return None
    density, share = float(better[inside].mean()), float(better.mean())
    sure = float(norm.isf(ALPHA / 2.0 / max(tried, 1)))
    if density - share <= sure * np.sqrt(share * (1.0 - share) / count):
        return None
    kept = tuple((str(r["parameter"]), float(r["low"]), float(r["high"]))
                 for r in limits.to_dict("records"))  # fmt: skip
    return Box(kept, density, share, count)


def better_sign(metric: str) -> float:
    """1 where more of a metric is better, -1 where less is."""
    return 1.0 if METRICS[metric].direction == "+" else -1.0

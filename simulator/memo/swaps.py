"""What one belief taken from another lens would do, read off the futures that were played."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import t

from simulator import content
from simulator.analysis import Outcomes, gain_by_future
from simulator.arrays import Floats
from simulator.figures.words import CLEAR
from simulator.memo.noise import ALPHA
from simulator.memo.robust import Pairs


@dataclass(frozen=True)
class Swap:
    """What one belief, taken from lens `there`, would do to the gain under lens `here`.

    A straight line through the futures of all lenses, each about its own mean; a belief's symbols
    together.  `clear`: the change is beyond what luck would do among so many beliefs;
    `turns`: the gain's sign then changes too, beyond two standard errors.
    """

    belief: str
    symbols: tuple[str, ...]
    change: float
    se: float
    swapped: float
    swapped_se: float
    clear: bool
    turns: bool


def swaps(
    found: Pairs, view: Outcomes, p: int, q: int, here: str, there: str
) -> tuple[tuple[Swap, ...], int]:
    """Beliefs that two lenses hold differently, swapped one at a time along straight lines."""
    parts = {lens: view.under(lens) for lens in (here, there, *found.lenses)}
    names = (found.policies[p], found.policies[q])
    gains = {
        lens: gain_by_future(o, found.metric, *names)["gain"].to_numpy()
        for lens, o in parts.items()
    }
    futures = np.concatenate([o.futures["future"].to_numpy() for o in parts.values()])
    rest = np.concatenate([g - g.mean() for g in gains.values()])
    own = gains[here]
    start, start_se = float(own.mean()), float(own.std(ddof=1) / np.sqrt(len(own)))
    slopes, unread = {}, 0
    beliefs = beliefs_of(view.parameters)
    for symbol in view.parameters:
        x = {lens: o.futures[symbol].to_numpy(dtype=float) for lens, o in parts.items()}
        move = float(x[there].mean() - x[here].mean())
        luck = sum(x[lens].var(ddof=1) / len(x[lens]) for lens in (here, there))
        if abs(move) <= CLEAR * np.sqrt(luck):
            continue
        about = np.concatenate([v - v.mean() for v in x.values()])
        if np.abs(about).max() <= 1e-9 * abs(move):
            unread += 1
            continue
        slopes[symbol] = _slope(about, rest, futures, move)
    made: list[Swap] = []
    groups = {b: [s for s in symbols if s in slopes] for b, symbols in beliefs.items()}
    groups = {b: symbols for b, symbols in groups.items() if symbols}
    for belief, symbols in groups.items():
        change = sum(slopes[s][0] for s in symbols)
        se = float(np.sqrt(sum(slopes[s][1] ** 2 for s in symbols)))
        law = t(max(1, len(np.unique(futures)) - 2))
        clear = se > 0.0 and 2.0 * float(law.sf(abs(change) / se)) * len(groups) < ALPHA
        swapped, swapped_se = start + change, float(np.hypot(start_se, se))
        turns = clear and start * swapped < 0.0 and abs(swapped) > CLEAR * swapped_se
        made.append(Swap(belief, tuple(symbols), change, se, swapped, swapped_se, clear, turns))
    made.sort(key=lambda swap: -abs(swap.change) / (swap.se or np.inf))
    return tuple(made), unread


def _slope(x: Floats, y: Floats, futures: Floats, move: float) -> tuple[float, float]:
    """Change of y for a move along x, and its error; the same future under two lenses counts
    once (cluster-robust)."""
    square = float((x**2).sum())
    slope = float((x * y).sum()) / square
    score = pd.Series(x * (y - slope * x)).groupby(futures).sum().to_numpy()
    count = len(score)
    error = np.sqrt(float((score**2).sum()) * count / max(count - 1, 1)) / square
    return slope * move, float(error * abs(move))


def beliefs_of(symbols: Sequence[str]) -> dict[str, list[str]]:
    """Symbols by the belief of the ledger that sets them; others stand for themselves."""
    ledger = content.lens(content.lens_ids()[0]).ledger
    out: dict[str, list[str]] = {}
    for symbol in symbols:
        out.setdefault(ledger.get(symbol, symbol), []).append(symbol)
    return out

"""In which corner of the parameters does it hold?  PRIM boxes, CART leaves (EMA workbench)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from simulator.analysis.evaluate import extra, failed, values_of
from simulator.analysis.outcomes import POOLED, Outcomes
from simulator.analysis.pairs import gain_by_future
from simulator.arrays import Bools
from simulator.errors import InputError

SIGNIFICANT = 0.05  # quasi-p above which a restriction is dropped
MASS = 0.05  # least share of the futures in a box


@dataclass(frozen=True)
class Box:
    """A box in the space of parameters.

    `limits`: parameter, low, high (restricted parameters only), qp_low, qp_high: quasi-p values
    of each side (Bryant & Lempert 2010), NaN where a side is not restricted.  `coverage`: share of
    the futures of interest that lie inside; `density`: share of those inside that are of interest;
    `mass`: share of all futures that lie inside.
    """

    limits: pd.DataFrame
    coverage: float
    density: float
    mass: float
    futures: int


@dataclass(frozen=True)
class Discovery:
    """Boxes found one after the other, each among the futures that the ones before left over.

    `share` of the `futures` are of interest: a box of that density tells nothing.  `tradeoff` is
    the first box's path of peeling (coverage, density, mass, restricted), `note` says why there is
    no box, if there is none.
    """

    boxes: tuple[Box, ...]
    share: float
    futures: int
    tradeoff: pd.DataFrame
    note: str = ""

    def __repr__(self) -> str:
        found = self.note or f"{len(self.boxes)} found"
        return f"<Discovery: {self.share:.0%} of {self.futures:,} futures of interest; {found}>"

    def frame(self) -> pd.DataFrame:
        """One row per box and restricted parameter: box, parameter, low, high, qp_low, qp_high,
        coverage, density, mass."""
        parts = [
            box.limits.assign(box=i, coverage=box.coverage, density=box.density, mass=box.mass)
            for i, box in enumerate(self.boxes)
        ]
        columns = ["box", *_LIMITS, "coverage", "density", "mass"]
        whole = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
        return whole[columns]


_LIMITS = ("parameter", "low", "high", "qp_low", "qp_high")


def find_boxes(
    values: pd.DataFrame, wanted: Bools, density: float = 0.8, boxes: int = 1, mass: float = MASS,
    peel: float = 0.05,
) -> Discovery:  # fmt: skip
    """Boxes of parameter values in which most futures are `wanted`.

    `values` has one row per future and a column per parameter; `wanted` is a mask over futures.
    PRIM peels a share `peel` off at a time.  Of its path the box taken is the one with the largest
    coverage whose density is at least `density`, less the restrictions that chance would explain
    (quasi-p above .05, as long as the density holds).  Ends early when no box reaches `density`.
    """
    table, flags = _checked(values, wanted)
    for name, value in (("density", density), ("mass", mass), ("peel", peel)):
        if not 0.0 < value < 1.0:
            raise InputError(f"{value} is outside 0 .. 1.", name, "Write a share, such as 0.8.")
    share, nothing = float(flags.mean()), pd.DataFrame(columns=list(_PATH))
    if flags.all() or not flags.any():
        which = "every future is" if flags.all() else "no future is"
        return Discovery((), share, len(flags), nothing, f"{which} of interest: no box to find.")
    tool = extra("ema_workbench.analysis.prim")
    prim = tool.Prim(table, flags.astype(int), threshold=_ANY, peel_alpha=peel, mass_min=mass)
    found: list[Box] = []
    path = nothing
    while len(found) < boxes:
        left = len(flags) - sum(box.futures for box in found)
        if left < 2.0 * mass * len(flags):
            break
        raw = prim.find_box()
        if not found:
            path = _path(raw)
        reached = raw.peeling_trajectory["density"] >= density
        if not reached.any():
            break
        best = raw.peeling_trajectory[reached].sort_values(["coverage", "density"]).index[-1]
        raw.select(int(best))
        _drop_chance(raw, density)
        box = _box(raw)
        if box.limits.empty:
            break
        found.append(box)
    note = "" if found else f"no box reaches a density of {density} (all futures: {share:.2f})."
    return Discovery(tuple(found), share, len(flags), path, note)


def where_better(
    outcomes: Outcomes, policy: str, other: str, metric: str, lens: str = POOLED,
    parameters: Sequence[str] | None = None, **how: Any,
) -> Discovery:  # fmt: skip
    """Boxes in which `policy` does better than `other` on `metric`: what you would have to believe.

    A future is of interest if its mean paired gain is above zero; with few seeds per future that is
    partly luck, and no box can be denser than luck allows.  Further arguments as in `find_boxes`.
    """
    view = outcomes.under(lens)
    gain = gain_by_future(view, metric, policy, other)["gain"].to_numpy()
    return find_boxes(values_of(view, parameters), gain > 0.0, **how)


def find_leaves(values: pd.DataFrame, wanted: Bools, mass: float = MASS) -> pd.DataFrame:
    """The same by a classification tree (CART): one row per leaf and restricted parameter.

    Columns: leaf, parameter, low, high, coverage, density, mass; densest leaves first.
    """
    table, flags = _checked(values, wanted)
    tool = extra("ema_workbench.analysis.cart")
    columns = ["leaf", "parameter", "low", "high", "coverage", "density", "mass"]
    if flags.all() or not flags.any():
        return pd.DataFrame(columns=columns)
    tree = tool.CART(table, flags.astype(int), mass_min=mass)
    # its own build_tree() breaks ties by the global generator
    grown = extra("sklearn.tree").DecisionTreeClassifier(
        min_samples_leaf=max(1, int(mass * len(table))), random_state=0
    )
    tree.clf = grown.fit(table.to_numpy(), flags.astype(int))
    leaves = zip(tree.boxes, tree.stats, strict=True) if len(tree.clf.tree_.feature) > 1 else ()
    rows = []
    for n, (limits, stats) in enumerate(sorted(leaves, key=lambda leaf: -leaf[1]["density"])):
        for name in table:
            low, high = (float(limits[name].iloc[i]) for i in (0, 1))
            if low > table[name].min() or high < table[name].max():
                rows.append((n, name, low, high, *(stats[k] for k in columns[4:])))
    return pd.DataFrame(rows, columns=columns)


_ANY = 1e-9  # PRIM keeps the path of peeling however thin the last box is
_PATH = {"coverage": "coverage", "density": "density", "mass": "mass", "res_dim": "restricted"}


def _checked(values: pd.DataFrame, wanted: Bools) -> tuple[pd.DataFrame, Bools]:
    """Floats throughout: PRIM goes wrong on whole numbers under newer pandas."""
    table, flags = values.astype(float).reset_index(drop=True), np.asarray(wanted)
    if flags.shape != (len(table),) or flags.dtype != bool:
        raise InputError(
            f"{flags.dtype} of shape {flags.shape} for {len(table)} futures.", "wanted",
            "Give one true or false per future.",
        )  # fmt: skip
    bad = np.flatnonzero(~np.isfinite(table.to_numpy()).all(axis=1))
    if len(bad):
        raise failed(bad.tolist(), table, None, "have parameter values that are not finite")
    return table.loc[:, table.nunique() > 1], flags


def _drop_chance(raw: Any, density: float) -> None:
    """Drop restrictions that chance would explain, the least significant first."""
    while True:
        sides = {n: max(qp) for n, qp in raw.qp[raw._cur_box].items()}
        for name, worst in sorted(sides.items(), key=lambda item: -item[1]):
            if worst <= SIGNIFICANT or len(sides) == 1:
                return
            kept = raw._cur_box
            raw.drop_restriction(name, kept)
            if raw.density >= density:
                break
            raw.select(kept)
        else:
            return


def _box(raw: Any) -> Box:
    at = raw._cur_box
    rows = []
    for name, qp in raw.qp[at].items():
        low, high = (float(x) for x in raw.box_lims[at][name])
        rows.append((name, low, high, *(p if p >= 0.0 else np.nan for p in qp)))
    limits = pd.DataFrame(rows, columns=list(_LIMITS))
    return Box(limits, float(raw.coverage), float(raw.density), float(raw.mass), len(raw.yi))


def _path(raw: Any) -> pd.DataFrame:
    path = raw.peeling_trajectory[list(_PATH)].rename(columns=_PATH)
    return pd.DataFrame(path.astype(float))

"""Which parameters matter: each is swung from the low to the high end of its prior.

    python -m simulator.audits.screening [--runs 128] [--workers 2]

Everything else is paired.  The plan (`knockouts.yaml`, screen) names settings one after the other,
short and few runs first; a parameter that has moved a headline metric by more than `THRESHOLD`
standard errors is not swung again.  What moves nothing in all of them and is not contested should
be frozen (`frozen: true` in its file), what is frozen and moves something should not.  Writes
docs/screening.md; exit code 1 if the files say otherwise.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from simulator import catalogue, content, trials
from simulator.audits import pages
from simulator.audits.liveness import THRESHOLD, Shift, changed, settings


@dataclass(frozen=True)
class Swing:
    """What swinging one parameter moved most; None if every run is the same."""

    symbol: str
    mechanism: str
    contested: bool
    frozen: bool
    largest: Shift | None

    @property
    def moves(self) -> bool:
        """Whether it moves a headline metric beyond doubt."""
        return _sure(self.largest)


def screen(
    runs: int, workers: int, seed: int, quarters: int | None, names: Sequence[str],
    only: Sequence[str] = (),
) -> list[Swing]:  # fmt: skip
    """Swings every parameter that has more than one value (or `only` some, by symbol)."""
    plan, priors = trials.plan()["screen"], content.priors()
    rows = {row["id"]: row for row in catalogue.rows("parameters")}
    chosen = [s for s in priors if priors[s].kind != "fixed" and (not only or s in only)]
    largest: dict[str, Shift] = {}
    for place, horizon, times in plan["settings"]:
        base = settings(plan["lens"], seed, quarters or horizon)[place]
        set_here = dict(base.job.parameters)
        left = [s for s in chosen if s not in set_here and not _sure(largest.get(s))]
        swung = [changed(base, {"set": {s: x}}) for s in left for x in trials.ends(priors[s])]
        played = trials.play([t for t in swung if t], times * runs, names, workers, trials.told)
        for symbol in left:
            low, high = next(played), next(played)
            for name in names:
                mean, error = trials.paired(high[name], low[name])
                size = trials.errors(mean, error)
                if abs(size) > abs(largest[symbol].errors if symbol in largest else 0.0):
                    largest[symbol] = Shift(name, mean, size, place)
    return [
        Swing(s, rows[s]["mechanism"], bool(rows[s]["contested"]), bool(rows[s]["frozen"]),
              largest.get(s))
        for s in chosen
    ]  # fmt: skip


def _sure(shift: Shift | None) -> bool:
    return shift is not None and abs(shift.errors) > THRESHOLD


def misfiled(swings: Sequence[Swing]) -> list[str]:
    """Symbols that are frozen and move something, or move nothing, uncontested and not frozen."""
    return [s.symbol for s in swings if not s.contested and s.moves == s.frozen]


def main(arguments: Sequence[str]) -> int:
    """Play, write docs/screening.md, and return 1 if what is frozen should not be, or the like."""
    parser = argparse.ArgumentParser(prog="python -m simulator.audits.screening")
    parser.add_argument("--runs", type=int, default=128)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=53)
    parser.add_argument("--quarters", type=int, default=None)
    parser.add_argument("--only", action="append", default=[], help="a symbol")
    parser.add_argument("--dry", action="store_true", help="print; write nothing")
    told = parser.parse_args(arguments)
    names = trials.headline()
    swings = screen(told.runs, told.workers, told.seed, told.quarters, names, told.only)
    pages.put("screening.md", pages.screening(swings, vars(told)), told.dry)
    return int(bool(misfiled(swings)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

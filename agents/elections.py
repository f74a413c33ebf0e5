"""When each actor votes on who governs it: known dates first, then every term.

`data/elections.csv` has one row per date; `governs` is 1 where the vote decides who makes foreign
policy (a lower house, an executive president), 0 for midterms, upper houses and ceremonial posts
(judgement).  Rows that became known only after the base date are for hindcasts and left out.
"""

import csv
import pathlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from simulator.errors import InputError

PATH = pathlib.Path(__file__).parent / "data" / "elections.csv"
HORIZON = 401  # quarters: as far as a run may go (`batch.check`)
FIRST_YEAR, FIRST_QUARTER = 2024, 3  # quarter 0


def calendar(actors: Sequence[str], path: pathlib.Path = PATH) -> npt.NDArray[np.float64]:
    """1 in the quarters in which an actor votes on who governs it, else 0, (quarters, actors)."""
    table = np.zeros((HORIZON, len(actors)))
    for (iso3, office), known in _chains(path).items():
        if iso3 not in actors:
            continue
        if len(known) < 2:
            raise InputError(
                f"{iso3} {office} has one known date; the term cannot be told from it.",
                path.name,
                "Add the next date, or set `governs` to 0.",
            )
        term = known[-1] - known[-2]
        later = range(known[-1] + term, HORIZON, term)
        for quarter in (*known, *later):
            if quarter >= 0:
                table[quarter, actors.index(iso3)] = 1.0
    return table


def _chains(path: pathlib.Path) -> dict[tuple[str, str], list[int]]:
    """Known quarters of each office that governs, in order."""
    found: dict[tuple[str, str], list[int]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["governs"] == "1" and row["known_at_base"] == "1":
                found.setdefault((row["iso3"], row["office"]), []).append(_quarter(row["date"]))
    return {office: sorted(set(quarters)) for office, quarters in found.items()}


def _quarter(date: str) -> int:
    """Quarter of a date such as 2027-04 or 2027-04-18; 0 is 2024Q3."""
    year, month = int(date[:4]), int(date[5:7])
    return 4 * (year - FIRST_YEAR) + (month - 1) // 3 + 1 - FIRST_QUARTER

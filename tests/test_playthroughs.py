"""A game you can read is a test: one play-through per scenario, as text.

After a change of results on purpose: `UPDATE_PLAYTHROUGHS=1 make test`, read the difference, and
note it in CHANGELOG.md under "Results change".
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import simulator as ts
from simulator.playlog import render

FOLDER = Path(__file__).parent / "playthroughs"
PLAYED = {
    "summit-cycle": (),
    "liaison-office-vote": (),
    "taiwan-gray-zone": ("public-taiwan-statement",),
    "taiwan-quarantine": ("private-sanctions-warning",),
    "korea-brinkmanship": ("formal-nato-ip4-pact",),
}


@pytest.mark.parametrize("scenario", PLAYED)
def test_the_game_reads_as_it_did(scenario: str) -> None:
    run = ts.simulate(scenario, PLAYED[scenario], "neutral", seed=4, run=1, quarters=12)
    text = render(run).rstrip() + "\n"
    golden = FOLDER / f"{scenario}.txt"
    if os.environ.get("UPDATE_PLAYTHROUGHS"):
        FOLDER.mkdir(exist_ok=True)
        golden.write_text(text, encoding="utf-8")
    assert golden.read_text(encoding="utf-8") == text


def test_every_scenario_has_a_play_through() -> None:
    assert set(PLAYED) == set(ts.catalog("scenarios")["id"])

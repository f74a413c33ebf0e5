"""A game you can read is a test: one play-through per scenario, as text.

After a change of results on purpose: `UPDATE_PLAYTHROUGHS=1 make test`, read the difference, and
note it in CHANGELOG.md under "Results change".
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import simulator as ts
from simulator.commands.playlog import render

QUARTERS = {"summit-cycle": 12, "two-theatre-war": 12}  # else six
FOLDER = Path(__file__).parent / "playthroughs"
PLAYED = {
    "allied-split-on-taiwan": ("economic-reconciliation-china",),
    "arctic-cooperation": ("us-absence-planning",),
    "attendance-objection": (),
    "coercion-of-ally": ("economic-coercion-projects",),
    "coercion-of-partner": ("sg-china-dialogue",),
    "cyber-missile-reach": ("munitions-interchangeability",),
    "disinformation": ("disinfo-hub-riga",),
    "dprk-tech-transfer": ("dprk-focused-ip4",),
    "eu-lead": (),
    "european-sceptic-wave": ("support-ukraine",),
    "formal-pact-response": (),
    "korea-brinkmanship": ("formal-nato-ip4-pact",),
    "korea-war": ("us-defends-south-korea",),
    "liaison-office-vote": (),
    "long-ukraine-war": ("rebuild-defence-industry",),
    "nato-leaves-asia": (),
    "red-deepening": ("warn-china-enabler",),
    "russian-opportunism": ("us-pivot-to-asia",),
    "south-china-sea": ("regional-dialogue-restraint",),
    "summit-cycle": (),
    "taiwan-gray-zone": ("public-taiwan-statement",),
    "taiwan-invasion": ("indirect-wartime-support",),
    "taiwan-quarantine": ("private-sanctions-warning",),
    "two-theatre-war": ("raise-european-defence",),
    "un-leadership-race": ("un-joint-candidates",),
    "unsc-mandate": (),
    "us-political-change": ("us-exit-threat",),
}


@pytest.mark.parametrize("scenario", PLAYED)
def test_the_game_reads_as_it_did(scenario: str) -> None:
    run = ts.simulate(
        scenario, PLAYED[scenario], "neutral", seed=4, run=1, quarters=QUARTERS.get(scenario, 6)
    )
    text = render(run).rstrip() + "\n"
    golden = FOLDER / f"{scenario}.txt"
    if os.environ.get("UPDATE_PLAYTHROUGHS"):
        FOLDER.mkdir(exist_ok=True)
        golden.write_text(text, encoding="utf-8")
    assert golden.read_text(encoding="utf-8") == text


def test_every_scenario_has_a_play_through() -> None:
    assert set(PLAYED) == set(ts.catalog("scenarios")["id"])

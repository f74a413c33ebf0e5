"""Metrics of publics, hedgers and slow stocks: means over quarters of what is noted."""

from __future__ import annotations

from simulator.arrays import Floats
from simulator.setting import Setting
from simulator.state import State
from simulator.tally import mean

READS = {  # metric: what is noted every quarter
    "regional_acceptance": "acceptance",
    "bloc_polarisation": "division",
    "asean_unity": "unity",
    "narrative_traction": "traction",
    "partner_trust": "partner_trust",
    "europe_influence_asia": "europe_standing",
    "partner_capacity": "partner_capacity",
    "disinfo_resilience": "resilience",
    "china_un_influence": "un_sway",
    "situational_awareness": "awareness",
    "alignment_mean": "alignment",
    "ambiguity": "ambiguity",
}


def measure(history: dict[str, Floats], state: State, setting: Setting) -> dict[str, Floats]:
    """Each metric, (runs,)."""
    return {metric: mean(history[noted]) for metric, noted in READS.items()}

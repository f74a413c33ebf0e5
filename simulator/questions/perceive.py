"""How governments read each other (M4)."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.arrays import Floats
from simulator.questions.base import View


@dataclass(frozen=True)
class PerceiveView(View):
    """Asked of every government each quarter: how expansionist is each target,
    and how threatened am I?"""

    belief: Floats  # [targets] log-odds that the target is expansionist
    start_belief: Floats  # [targets]
    decay: Floats
    attribution: Floats  # log-odds at full visible military presence
    stakes: Floats  # [theaters] weights, sum 1
    footprint: Floats  # [targets, theaters] visible footprint less its start
    wording: Floats  # visibility equivalent of sharper words about me
    is_west: Floats  # [targets] 1 for the West as a whole
    explained: Floats  # [theaters] share of visible acts that contact with me explains
    restraint: Floats  # [targets, theaters] pp of costly restraint
    words: Floats  # [targets] assurances where my stakes lie, as costly restraint if believed
    trust: Floats  # [targets] in the words of each
    restraint_weight: Floats
    incidents: Floats  # [targets, theaters] hostile incidents of last quarter
    usual_incidents: Floats  # [targets, theaters] their mean in the status quo
    incident_weight: Floats
    contagion: Floats
    noise: Floats  # [targets] observation noise, log-odds
    reach: Floats  # [targets, theaters] power the target can bring
    own_power: Floats  # [theaters]
    guaranteed_power: Floats  # [theaters] allies' power, weighted by how surely they come

"""NATO and its Asian partners work on piracy, terrorism, cyber, space and climate."""

from simulator.contracts import Levers, Policy

policy = Policy(
    id="transnational-threat-cooperation",
    title="Cooperation on shared threats",
    sources=["galic para 3", "galic para 4", "galic para 7", "galic para 12"],
    to=["NATO", "IP4"],
    levers=Levers(channel=0.05, build_aware=0.15, build_resilience=0.1),
    note="Running, so it asks no forum. Sizes are judgement (low).",
)

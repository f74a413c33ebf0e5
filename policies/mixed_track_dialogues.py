"""Experts, officials, soldiers and firms of both regions meet regularly."""

from simulator.contracts import Levers, Policy

policy = Policy(
    id="mixed-track-dialogues",
    title="Mixed-track dialogues",
    sources=["mli para 26"],
    by=["NATO", "IP4"],
    levers=Levers(channel=0.05, build_sop=0.1, build_aware=0.2),
    note="Ongoing in part, so it asks no forum. Sizes are judgement (low).",
)

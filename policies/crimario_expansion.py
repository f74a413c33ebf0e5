"""The EU widens its project for maritime security and awareness."""

from simulator.contracts import Ask, Levers, Policy

policy = Policy(
    id="crimario-expansion",
    title="Wider maritime project CRIMARIO",
    sources=["fa para 19"],
    asks=[Ask(forum="eu", issue="engagement", target=0.3, sponsor="FRA", prep=0.8)],
    by=["EU"],
    to=["ASEAN"],
    levers=Levers(build_aware=0.1, build_capacity=0.15),
    note="Sponsor and sizes are judgement (low).",
)

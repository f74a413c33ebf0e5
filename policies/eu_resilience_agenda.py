"""The EU works with Asia on infrastructure, investment rules and disinformation."""

from simulator.contracts import Ask, Levers, Policy

policy = Policy(
    id="eu-resilience-agenda",
    title="EU resilience agenda",
    sources=["fa para 19", "mli para 25"],
    asks=[Ask(forum="eu", issue="engagement", target=0.35, sponsor="FRA", prep=0.7)],
    by=["EU"],
    to=["ASEAN", "IP4"],
    levers=Levers(engage=0.1, build_resilience=0.2),
    note="Sponsor and sizes are judgement (low).",
)

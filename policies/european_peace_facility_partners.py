"""The EU pays for equipment of Asian partners from its peace facility."""

from simulator.contracts import Ask, Levers, Policy

policy = Policy(
    id="european-peace-facility-partners",
    title="Peace facility for Asian partners",
    sources=["fa para 19"],
    asks=[Ask(forum="eu", issue="engagement", target=0.45, sponsor="FRA", prep=0.6)],
    by=["EU"],
    to=["IP4", "PHL"],
    levers=Levers(build_capacity=0.3, aid=0.3),
    note="Sponsor, receivers and sizes are judgement (low).",
)

"""EU missions train the forces of Asian partners."""

from simulator.contracts import Ask, Levers, Policy

policy = Policy(
    id="eu-training-missions",
    title="EU training missions",
    sources=["fa para 19"],
    asks=[Ask(forum="eu", issue="engagement", target=0.4, sponsor="FRA", prep=0.6)],
    by=["EU"],
    to=["IDN", "PHL", "VNM"],
    levers=Levers(build_sop={"south_china_sea": 0.05}, build_capacity=0.2),
    note="Sponsor, receivers and sizes are judgement (low).",
)

"""Europe works with ASEAN on cyber security, clean energy and supply chains."""

from simulator.contracts import Ask, Levers, Policy

policy = Policy(
    id="asean-cooperation",
    title="Cooperation with ASEAN",
    sources=["fa para 20"],
    asks=[Ask(forum="asean", issue="engagement", target=0.3, sponsor="SGP", prep=0.8)],
    by=["EU"],
    to=["ASEAN"],
    levers=Levers(channel={"south_china_sea": 0.05}, engage=0.5, build_resilience=0.1),
    note="Sponsor and sizes are judgement (low).",
)

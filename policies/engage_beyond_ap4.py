"""NATO reaches out to the wider region on cyber and maritime awareness."""

from simulator.contracts import Ask, Levers, Policy

policy = Policy(
    id="engage-beyond-ap4",
    title="Outreach beyond the four partners",
    sources=["mli para 27", "reeves para 7", "fa para 6"],
    asks=[Ask(forum="nac", issue="engagement", target=0.3, sponsor="CAN", prep=0.6)],
    to=["ASEAN"],
    accept=["ASEAN"],
    theaters=["south_china_sea"],
    levers=Levers(visibility=0.1, exclusiveness=0.1, build_resilience=0.1, build_capacity=0.1),
    note="Each state of the region decides for itself. Sponsor and sizes are judgement (low).",
)

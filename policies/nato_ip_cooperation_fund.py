"""A fund for workshops, trips and joint projects with the region."""

from simulator.contracts import Ask, Levers, Policy

policy = Policy(
    id="nato-ip-cooperation-fund",
    title="NATO-Indo-Pacific cooperation fund",
    sources=["mli para 26"],
    asks=[Ask(forum="nac", issue="engagement", target=0.2, sponsor="CAN", prep=0.8)],
    partners=["IP4"],
    levers=Levers(interchangeability=0.005, build_sop=0.1, build_aware=0.2),
    note="Sponsor and sizes are judgement (low).",
)

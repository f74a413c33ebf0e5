"""A yearly public forum of NATO that rotates among the four partners."""

from simulator.contracts import Ask, Levers, Policy

policy = Policy(
    id="nato-ap4-public-forum",
    title="Public forum with the partners",
    sources=["mli para 26", "fa para 17"],
    asks=[Ask(forum="nac", issue="engagement", target=0.15, sponsor="CAN", prep=0.8)],
    accept=["IP4"],
    levers=Levers(visibility=0.1, narrative=0.05, build_aware=0.1),
    note="Each partner is asked as host. Sponsor and sizes are judgement (low).",
)

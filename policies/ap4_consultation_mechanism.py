"""A standing mechanism for consultation between NATO and its Asian partners."""

from simulator.contracts import Ask, Levers, Policy

policy = Policy(
    id="ap4-consultation-mechanism",
    title="Standing consultation with the partners",
    sources=["mli para 24", "galic para 10", "reeves para 2"],
    asks=[Ask(forum="nac", issue="engagement", target=0.4, sponsor="USA", prep=0.8)],
    accept=["IP4"],
    levers=Levers(visibility=0.05, exclusiveness=0.1, channel=0.15, build_sop=0.4, build_aware=0.2),
    note="Sizes are judgement (low).",
)

"""A formal NATO+IP4 security structure."""

from simulator.contracts import Ask, Levers, Policy

policy = Policy(
    id="formal-nato-ip4-pact",
    title="Formal NATO+IP4 pact",
    sources=["reeves para 1", "reeves para 2", "reeves para 3", "cfr para 9", "fa para 4"],
    asks=[Ask(forum="nac", issue="engagement", target=0.8, min=0.6, sponsor="USA", prep=0.6)],
    by=["NATO", "IP4"],
    partners=["IP4"],
    accept=["AUS", "JPN", "KOR", "NZL"],
    phase_in=8,
    levers=Levers(
        visibility=1.0,
        military=0.8,
        exclusiveness=0.9,
        commitment=0.6,
        channel=0.2,
        interchangeability=0.05,
        build_sop=0.6,
        build_aware=0.3,
    ),
    note="Sizes are judgement (low).",
)

"""A pact between NATO and the IP4 that the head of the alliance proposes at a summit."""

from simulator.contracts import Ask, Levers, Policy

policy = Policy(
    id="leadership-pact",
    title="Pact proposed by NATO's leadership",
    sources=["reeves para 1", "cfr para 9", "mli para 6"],
    asks=[Ask(forum="nac", issue="engagement", target=0.6, min=0.6, sponsor="USA", prep=0.6)],
    by=["NATO", "IP4"],
    partners=["IP4"],
    accept=["AUS", "JPN", "KOR", "NZL"],
    phase_in=8,
    levers=Levers(
        visibility=0.7,
        military=0.6,
        exclusiveness=0.7,
        commitment=0.3,
        channel=0.1,
        interchangeability=0.03,
        build_sop=0.4,
        build_aware=0.2,
    ),
    note="The formal pact at the depth of .6 (model.md M18); sizes are judgement (low).",
)

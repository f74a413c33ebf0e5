"""NATO opens its membership to Asian democracies, which takes a change of the treaty."""

from simulator.contracts import Ask, Levers, Policy

policy = Policy(
    id="admit-asian-members",
    title="Asian members of NATO",
    sources=["fa para 10", "cfr para 9", "galic para 12"],
    asks=[Ask("nac", "engagement", 1.0, min=1.0, sponsor="USA", prep=0.6, rule="treaty-change")],
    by=["NATO", "IP4"],
    partners=["IP4"],
    accept=["IP4"],
    phase_in=12,
    levers=Levers(
        visibility=1.0,
        military=0.9,
        exclusiveness=1.0,
        commitment=0.9,
        channel=0.2,
        interchangeability=0.05,
        build_sop=0.6,
        build_aware=0.3,
    ),
    note="As the pact, with a guarantee. Sizes are judgement (low).",
)

"""NATO and its Asian partners make air and missile defenses work together."""

from simulator.contracts import Ask, Levers, Policy

policy = Policy(
    id="air-missile-defence-interoperability",
    title="Compatible air and missile defense",
    sources=["cfr para 11", "mli para 20"],
    asks=[Ask(forum="nac", issue="engagement", target=0.5, sponsor="USA", prep=0.8)],
    partners=["IP4"],
    accept=["IP4"],
    levers=Levers(visibility=0.1, military=0.3, interchangeability=0.03),
    note="Sizes are judgement (low).",
)

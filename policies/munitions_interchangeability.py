"""NATO and its Asian partners make munitions that fit each other's arms."""

from simulator.contracts import Ask, Levers, Policy

policy = Policy(
    id="munitions-interchangeability",
    title="Interchangeable munitions",
    sources=["cfr para 11", "fa para 15", "fa para 17"],
    asks=[Ask(forum="nac", issue="engagement", target=0.45, sponsor="USA", prep=0.8)],
    partners=["IP4"],
    accept=["IP4"],
    levers=Levers(visibility=0.05, military=0.2, interchangeability=0.04),
    note="Sizes are judgement (low).",
)

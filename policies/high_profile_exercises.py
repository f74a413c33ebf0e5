"""NATO observers and showpiece drills in the region."""

from simulator.contracts import Ask, Levers, Policy

policy = Policy(
    id="high-profile-exercises",
    title="High-profile exercises",
    sources=["fa para 3", "fa para 17", "mli para 21"],
    asks=[Ask(forum="nac", issue="engagement", target=0.3, sponsor="USA", prep=0.8)],
    levers=Levers(visibility=0.5, military=0.4, exclusiveness=0.3),
    note="Sizes are judgement (low).",
)

"""Cut NATO's public visibility in Asia: no big drills, no photo opportunities."""

from simulator.contracts import Ask, Levers, Policy

policy = Policy(
    id="lower-public-profile",
    title="Lower public profile in Asia",
    sources=["fa para 5", "fa para 17", "cfr para 12", "galic para 17"],
    asks=[Ask(forum="nac", issue="engagement", target=0.08, sponsor="FRA", prep=0.8)],
    levers=Levers(visibility=-0.5),
    note="Sponsor and size are judgement (low).",
)

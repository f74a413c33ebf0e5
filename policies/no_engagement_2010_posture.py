"""NATO drops the region from its agenda, as in its strategy of 2010."""

from simulator.contracts import Ask, Levers, Policy

policy = Policy(
    id="no-engagement-2010-posture",
    title="No engagement: the posture of 2010",
    sources=["mli para 10", "mli para 22", "reeves para 10"],
    asks=[Ask(forum="nac", issue="engagement", target=0.0, sponsor="FRA", prep=0.8)],
    levers=Levers(
        visibility=-0.9, military=-0.9, exclusiveness=-0.9, channel=-0.5, build_aware=-0.5
    ),
    note="Sponsor and sizes are judgement (low).",
)

"""NATO puts deterring Russia first and steps back in Asia."""

from simulator.contracts import Ask, Levers, Policy

policy = Policy(
    id="refocus-on-russia",
    title="Refocus on Russia",
    sources=["fa para 5", "cfr para 4", "reeves para 10", "mli para 22"],
    asks=[Ask(forum="nac", issue="burden", target=0.5, sponsor="POL", prep=0.8)],
    levers=Levers(
        visibility=-0.2,
        military={"europe": 0.1, "taiwan": -0.3, "korea": -0.3, "south_china_sea": -0.3},
        build_plan=0.2,
    ),
    note="Sponsor and sizes are judgement (low).",
)

"""AUKUS deepens its technology work and draws New Zealand in."""

from simulator.contracts import Ask, Levers, Policy

policy = Policy(
    id="aukus-deepening",
    title="AUKUS deepens",
    sources=["mli para 20"],
    asks=[
        Ask(
            "minilateral",
            "engagement",
            0.6,
            sponsor="AUS",
            prep=0.8,
            members=["AUS", "GBR", "USA", "NZL"],
        )
    ],
    by=["AUS", "GBR", "USA"],
    partners=["AUS", "GBR", "USA", "NZL"],
    levers=Levers(
        visibility={"taiwan": 0.15, "south_china_sea": 0.15},
        military={"taiwan": 0.2, "south_china_sea": 0.2},
        exclusiveness=0.3,
        industry=0.03,
        interchangeability=0.03,
    ),
    note="Sizes are judgement (low).",
)

"""Germany and Britain help Pacific islands against rising seas."""

from simulator.contracts import Ask, Levers, Policy

policy = Policy(
    id="blue-pacific-climate",
    title="Blue Pacific: climate work",
    sources=["fa para 20"],
    asks=[Ask("minilateral", "engagement", 0.3, sponsor="GBR", prep=0.8, members=["DEU", "GBR"])],
    by=["DEU", "GBR"],
    to=["TLS"],
    levers=Levers(engage=0.2, build_standing=0.1),
    note=(
        "The islands are no actors here; their nearest neighbor in the table receives. Sizes are "
        "judgement (low)."
    ),
)

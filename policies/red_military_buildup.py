"""China builds up, reclaims islands and presses its claims at sea."""

from simulator.contracts import Levers, Policy

policy = Policy(
    id="red-military-buildup",
    title="Red: military buildup",
    sources=["mli para 10", "mli para 12", "mli para 19", "mli para 20"],
    by=["CHN"],
    levers=Levers(
        visibility={"south_china_sea": 0.2},
        military={"taiwan": 0.3, "south_china_sea": 0.3},
        spend=0.5,
    ),
    note="Sizes are judgement (low).",
)

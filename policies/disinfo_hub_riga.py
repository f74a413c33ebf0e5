"""Allies share counter-disinformation practice with Asia through the center in Riga."""

from simulator.contracts import Ask, Levers, Policy

policy = Policy(
    id="disinfo-hub-riga",
    title="Disinformation hub in Riga",
    sources=["mli para 25", "cfr para 4", "fa para 19"],
    asks=[
        Ask(
            "minilateral",
            "engagement",
            0.15,
            sponsor="CAN",
            prep=0.8,
            members=["CAN", "LVA", "DEU", "EST", "GBR", "ITA", "LTU", "POL"],
        )
    ],
    to=["NATO", "IP4", "TWN"],
    levers=Levers(build_resilience=0.4),
    note=(
        "Canada leads; the center's members are recalled (founders), not checked. Sizes are "
        "judgement (low)."
    ),
)

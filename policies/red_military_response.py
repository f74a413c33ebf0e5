"""China, North Korea and Russia answer a visible West with arms."""

from simulator.contracts import Levers, Part, Policy

policy = Policy(
    id="red-military-response",
    title="Red: military response",
    sources=["reeves para 3", "reeves para 4", "reeves para 5"],
    by=["CHN"],
    when=lambda sight: sight.visibility[:, 1:].max(axis=1) > 0.2,
    levers=Levers(military={"taiwan": 0.3, "south_china_sea": 0.3}, spend=0.5),
    parts=[
        Part(Levers(military={"korea": 0.3}, spend=0.5), by=["PRK"]),
        Part(Levers(spend=0.5, aid=0.3), by=["RUS"], to=["PRK"]),
    ],
    note="Begins once the West is .2 more visible anywhere in Asia. Sizes are judgement (low).",
)

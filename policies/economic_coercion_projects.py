"""Europe and its partners prepare to resist economic coercion together."""

from simulator.contracts import Ask, Levers, Policy

policy = Policy(
    id="economic-coercion-projects",
    title="Joint projects against coercion",
    sources=["cfr para 4", "mli para 16", "mli para 20", "fa para 19"],
    asks=[Ask(forum="eu", issue="sanctions", target=0.2, sponsor="LTU", prep=0.7)],
    by=["EU"],
    on=["CHN"],
    to=["EU", "IP4"],
    levers=Levers(sanctions=0.2, build_resilience=0.1),
    note=(
        "A prepared answer and resilience; sharing the bill of a hit is not a lever. Sponsor and "
        "sizes are judgement (low)."
    ),
)

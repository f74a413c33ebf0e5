"""Leaders tell Beijing in private which sanctions would follow force against Taiwan."""

from simulator.contracts import Ask, Levers, Policy

policy = Policy(
    id="private-sanctions-warning",
    title="Private warning of sanctions over Taiwan",
    sources=["cfr para 4", "cfr para 12", "fa para 13"],
    asks=[Ask(forum="eu", issue="sanctions", target=0.5, sponsor="DEU", prep=0.6)],
    by=["EU"],
    on=["CHN"],
    theaters=["taiwan"],
    public=False,
    levers=Levers(sanctions=0.6, audience_cost=0.1, talk=0.5),
    note="Costs capital and wears out the trade it threatens; sizes are judgement (low).",
)

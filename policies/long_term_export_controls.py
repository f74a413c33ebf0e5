"""Europe prepares technology controls that would outlast any war over Taiwan."""

from simulator.contracts import Ask, Levers, Policy

policy = Policy(
    id="long-term-export-controls",
    title="Lasting export controls over Taiwan",
    sources=["cfr para 12"],
    asks=[Ask(forum="eu", issue="sanctions", target=0.6, sponsor="DEU", prep=0.6)],
    by=["EU"],
    on=["CHN"],
    keep=True,
    theaters=["taiwan"],
    public=False,
    levers=Levers(sanctions=0.6, audience_cost=0.1, sunk=0.1),
    note=(
        "They stay when the level falls; preparing them costs money and trade. Sizes are "
        "judgement (low)."
    ),
)

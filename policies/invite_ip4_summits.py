"""NATO keeps bringing leaders of its four Asian partners to its summits."""

from simulator.contracts import Ask, Levers, Policy

policy = Policy(
    id="invite-ip4-summits",
    title="IP4 at every summit",
    sources=["fa para 3", "mli para 13", "galic para 13", "cfr para 5"],
    asks=[Ask(forum="nac", issue="engagement", target=0.12, sponsor="USA", prep=0.9)],
    levers=Levers(visibility=0.1, exclusiveness=0.15),
    ungated=Levers(channel=0.05),
    note=(
        "Contact grows at once, the standing invitation needs the council. Sizes are judgement "
        "(low)."
    ),
)

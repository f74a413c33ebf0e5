"""Groups of allies and partners act outside NATO when consensus is slow."""

from simulator.contracts import Ask, Levers, Policy

policy = Policy(
    id="alternative-formats",
    title="Alternative formats outside NATO",
    sources=["mli para 15"],
    asks=[Ask("minilateral", "engagement", 0.4, sponsor="USA", prep=0.8, members=["NATO", "IP4"])],
    by=["NATO", "IP4"],
    when=lambda sight: (sight.failed("nac", "engagement") > 0) | (sight.quarter >= 4),
    levers=Levers(visibility=0.1, exclusiveness=0.15, channel=0.1, build_sop=0.2),
    note=(
        "Begins when the council has blocked engagement, or after a year without it. Sizes are "
        "judgement (low)."
    ),
)

"""Asian states settle disputes by dialogue, and the claimant holds back."""

from simulator.contracts import Ask, Levers, Part, Policy

policy = Policy(
    id="regional-dialogue-restraint",
    title="Regional dialogue and restraint",
    sources=["reeves para 2", "reeves para 10", "fa para 20"],
    asks=[Ask(forum="asean", issue="engagement", target=0.3, sponsor="IDN", prep=0.8)],
    by=["ASEAN"],
    levers=Levers(channel=0.3),
    parts=[Part(Levers(restraint=0.1), by=["CHN"])],
    note=(
        "The restraint counted is that of the claimant whom others watch. Sponsor and sizes are "
        "judgement (low)."
    ),
)

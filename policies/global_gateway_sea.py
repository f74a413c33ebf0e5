"""The EU delivers the promised ten billion euros for Southeast Asia."""

from simulator.contracts import Ask, Levers, Policy

policy = Policy(
    id="global-gateway-sea",
    title="Global Gateway in Southeast Asia",
    sources=["fa para 18"],
    asks=[Ask("eu", "engagement", 0.4, sponsor="DEU", prep=0.7, rule="qualified-majority")],
    by=["EU"],
    to=["ASEAN"],
    end=16,
    levers=Levers(engage=2.5),
    note="Four years at $2.5 bn; deciding late delivers less. Sponsor is judgement (low).",
)

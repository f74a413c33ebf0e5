"""The EU finishes its trade deals with India, Indonesia and the Philippines."""

from simulator.contracts import Ask, Levers, Policy

policy = Policy(
    id="eu-trade-deals",
    title="EU trade deals in Asia",
    sources=["fa para 18"],
    asks=[Ask("eu", "engagement", 0.5, sponsor="DEU", prep=0.6, rule="qualified-majority")],
    by=["EU"],
    to=["IND", "IDN", "PHL"],
    accept=["IND", "IDN", "PHL"],
    phase_in=6,
    levers=Levers(engage=9.0),
    note=(
        "$3 bn a year to each, as far as delivered; six quarters to ratify. Sizes are judgement "
        "(low)."
    ),
)

"""France and India deepen their minilateral with the Emirates."""

from simulator.contracts import Ask, Levers, Policy

policy = Policy(
    id="france-india-uae-expansion",
    title="France-India-Emirates format",
    sources=["fa para 20"],
    asks=[Ask("minilateral", "engagement", 0.4, sponsor="FRA", prep=0.8, members=["FRA", "IND"])],
    by=["FRA", "IND"],
    partners=["FRA", "IND"],
    levers=Levers(visibility=0.05, interchangeability=0.005, build_standing=0.2),
    note="The Emirates are no actor here. Sizes are judgement (low).",
)

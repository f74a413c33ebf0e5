"""NATO leaves Asian security to Asian states."""

from simulator.contracts import Ask, Levers, Policy

policy = Policy(
    id="asia-for-asians",
    title="Asia for Asians: NATO leaves",
    sources=["reeves para 10", "mli para 22", "cfr para 3", "fa para 20"],
    asks=[Ask(forum="nac", issue="engagement", target=0.0, sponsor="FRA", prep=0.8)],
    levers=Levers(visibility=-0.9, military=-0.9, exclusiveness=-0.9, assure=0.3),
    note="Sponsor and sizes are judgement (low).",
)

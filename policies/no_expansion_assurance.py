"""NATO says plainly that it admits no Asian member and stays out of the South China Sea."""

from simulator.contracts import Ask, Levers, Policy

policy = Policy(
    id="no-expansion-assurance",
    title="Assurance: no expansion to Asia",
    sources=["cfr para 13", "fa para 10", "mli para 2"],
    asks=[Ask(forum="nac", issue="wording", target=0.4, sponsor="DEU", prep=0.8)],
    levers=Levers(assure=0.6),
    note=(
        "It repeats the standing text, so the council has little to object to. Sponsor and size "
        "are judgement (low)."
    ),
)

"""NATO admits Finland and Sweden, as from 2022 on."""

from simulator.contracts import Ask, Levers, Policy

policy = Policy(
    id="nordic-accession",
    title="Nordic accession, as in 2022",
    sources=["mli para 14"],
    asks=[Ask("nac", "accession", 1.0, min=1.0, sponsor="USA", prep=0.9, subject="SWE")],
    theaters=["europe"],
    levers=Levers(military=0.2, commitment=0.9),
    note="A case of history: both are members at the start. Sizes are judgement (low).",
)

"""NATO liaison office in Tokyo."""

from simulator.contracts import Ask, Levers, Policy

policy = Policy(
    id="tokyo-liaison-office",
    title="NATO liaison office in Tokyo",
    sources=["mli para 13", "mli para 14", "mli para 15", "mli para 18", "fa para 10"],
    asks=[Ask(forum="nac", issue="engagement", target=0.25, min=0.25, sponsor="USA", prep=0.3)],
    accept=["JPN"],
    levers=Levers(visibility=0.2, military=0.1, exclusiveness=0.3, channel={"taiwan": 0.1}),
    note="An office is whole or not at all; sizes of levers are judgement (low).",
)

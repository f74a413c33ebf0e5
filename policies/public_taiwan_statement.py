"""NATO speaks up in public for a peaceful Taiwan Strait."""

from simulator.contracts import Ask, Levers, Policy

policy = Policy(
    id="public-taiwan-statement",
    title="Public statement on the Taiwan Strait",
    sources=["cfr para 12", "galic para 17", "fa para 14", "reeves para 3"],
    asks=[Ask(forum="nac", issue="wording", target=0.45, sponsor="USA", prep=0.8)],
    theaters=["taiwan"],
    levers=Levers(talk=0.5),
    note="A statement without commitment; sizes are judgement (low).",
)

"""NATO sharpens what its declarations say of China."""

from simulator.contracts import Ask, Levers, Policy

policy = Policy(
    id="tougher-declaration-language",
    title="Tougher words on China",
    sources=["cfr para 5", "mli para 13", "mli para 15", "reeves para 1"],
    asks=[Ask(forum="nac", issue="wording", target=0.65, sponsor="USA", prep=0.8)],
    levers=Levers(exclusiveness=0.1, talk=0.3),
    note="Sizes are judgement (low).",
)

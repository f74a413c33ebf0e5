"""NATO as such would fight in Asia, if the council and the United Nations agree."""

from simulator.contracts import Ask, Levers, Policy

policy = Policy(
    id="nato-combat-role-asia",
    title="NATO combat role in Asia",
    sources=[
        "fa para 13",
        "fa para 14",
        "fa para 15",
        "reeves para 8",
        "galic para 14",
        "mli para 23",
        "cfr para 4",
        "cfr para 9",
    ],
    asks=[
        Ask(forum="nac", issue="mission", target=0.9, min=0.7, sponsor="USA", prep=0.6),
        Ask(forum="unsc", issue="mission", target=0.5, sponsor="USA", prep=0.6),
    ],
    levers=Levers(visibility=0.9, military=0.9, exclusiveness=0.7, commitment=0.6),
    note="Both must pass. Sizes are judgement (low).",
)

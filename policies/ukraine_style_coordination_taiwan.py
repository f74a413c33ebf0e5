"""A coalition prepares for Taiwan what was done for Ukraine: words, sanctions, materiel."""

from simulator.contracts import Ask, Levers, Part, Policy

policy = Policy(
    id="ukraine-style-coordination-taiwan",
    title="Ukraine-style coordination for Taiwan",
    sources=["galic para 15", "cfr para 11"],
    asks=[Ask("minilateral", "sanctions", 0.5, sponsor="USA", prep=0.6, members=["NATO", "IP4"])],
    by=["NATO", "IP4"],
    on=["CHN"],
    theaters=["taiwan"],
    levers=Levers(sanctions=0.5, talk=0.4, build_sop=0.3),
    parts=[
        Part(
            levers=Levers(aid=4.0),
            to=["TWN"],
            lethal=True,
            when=lambda sight: sight.level("taiwan") >= 2,
        )
    ],
    note="Materiel flows from a quarantine on, $4 bn a year. Sizes are judgement (low).",
)

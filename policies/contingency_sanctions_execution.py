"""Europe imposes sanctions once force is used against Taiwan."""

from simulator.contracts import Ask, Levers, Policy

policy = Policy(
    id="contingency-sanctions-execution",
    title="Sanctions once Taiwan is attacked",
    sources=["cfr para 12", "galic para 15"],
    asks=[Ask(forum="eu", issue="sanctions", target=0.8, sponsor="DEU", prep=0.6)],
    by=["EU"],
    on=["CHN"],
    execute=True,
    theaters=["taiwan"],
    when=lambda sight: sight.level("taiwan") >= 3,
    levers=Levers(sanctions=0.9),
    note="Tabled when a blockade or worse begins, not before. Sizes are judgement (low).",
)

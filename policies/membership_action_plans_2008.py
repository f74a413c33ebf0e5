"""NATO offers action plans for membership, as to Ukraine and Georgia in 2008."""

from simulator.contracts import Ask, Levers, Policy

policy = Policy(
    id="membership-action-plans-2008",
    title="Membership action plans, as in 2008",
    sources=["mli para 14"],
    asks=[Ask("nac", "accession", 0.6, min=0.6, sponsor="USA", prep=0.6, subject="UKR")],
    theaters=["europe"],
    levers=Levers(visibility=0.3, exclusiveness=0.3, commitment=0.1),
    note=(
        "A case of history replayed in the world of 2024; Georgia is no actor here. Sizes are "
        "judgement (low)."
    ),
)

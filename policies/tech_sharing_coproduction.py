"""Willing allies share technology and build arms with the Asian partners."""

from simulator.contracts import Levers, Policy

policy = Policy(
    id="tech-sharing-coproduction",
    title="Technology sharing and coproduction",
    sources=["cfr para 11"],
    by=["USA", "GBR", "FRA", "DEU", "ITA"],
    partners=["IP4"],
    levers=Levers(industry=0.05, interchangeability=0.01),
    note="Who is willing is judgement (low), as are the sizes.",
)

"""NATO answers the claim that it brings war to Asia."""

from simulator.contracts import Levers, Policy

policy = Policy(
    id="counter-narrative-campaign",
    title="Counter-narrative campaign",
    sources=["cfr para 13", "galic para 11", "fa para 10", "reeves para 6"],
    levers=Levers(narrative=0.3, assure=0.3, channel=0.05),
    note="The secretary-general can begin it. Sizes are judgement (low).",
)

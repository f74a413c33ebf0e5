"""European allies restore their arms industries."""

from simulator.contracts import Levers, Policy

policy = Policy(
    id="rebuild-defence-industry",
    title="Rebuild Europe's arms industry",
    sources=["cfr para 10", "cfr para 11", "reeves para 8"],
    by=["EU", "ALB", "GBR", "ISL", "MKD", "MNE", "NOR", "TUR"],
    phase_in=16,
    levers=Levers(industry=0.15),
    note="Sizes are judgement (low).",
)

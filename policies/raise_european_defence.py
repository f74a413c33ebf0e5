"""European allies spend one percent of GDP more on defense."""

from simulator.contracts import Levers, Policy

policy = Policy(
    id="raise-european-defence",
    title="Raise European defense",
    sources=["cfr para 10", "fa para 5", "fa para 15", "fa para 17", "mli para 11"],
    by=["EU", "ALB", "GBR", "ISL", "MKD", "MNE", "NOR", "TUR"],
    phase_in=12,
    levers=Levers(spend=1.0),
    note=(
        "All allies but the United States and Canada; each decides how far it follows. Sizes are "
        "judgement (low)."
    ),
)

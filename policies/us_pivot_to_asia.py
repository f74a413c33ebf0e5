"""The United States moves forces from Europe to Asia as Europeans build up."""

from simulator.contracts import Levers, Policy

policy = Policy(
    id="us-pivot-to-asia",
    title="American pivot to Asia",
    sources=["fa para 5", "fa para 17", "cfr para 3"],
    by=["USA"],
    phase_in=12,
    levers=Levers(release=0.6),
    note="Sizes are judgement (low).",
)

"""The United States threatens to leave NATO."""

from simulator.contracts import Levers, Policy

policy = Policy(
    id="us-exit-threat",
    title="American threat to leave NATO",
    sources=["mli para 11", "reeves para 9"],
    by=["USA"],
    theaters=["europe"],
    levers=Levers(commitment=-0.4),
    note="Sizes are judgement (low).",
)

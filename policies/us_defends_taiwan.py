"""The United States commits to fight for Taiwan once it is struck."""

from simulator.contracts import Levers, Policy

policy = Policy(
    id="us-defends-taiwan",
    title="The United States defends Taiwan",
    sources=["cfr para 3", "cfr para 6", "cfr para 7"],
    by=["USA"],
    theaters=["taiwan"],
    when=lambda sight: sight.level("taiwan") >= 4,
    levers=Levers(commitment=0.9),
    note="Sizes are judgement (low).",
)

"""China raises its dual-use supply to Russia."""

from simulator.contracts import Levers, Policy

policy = Policy(
    id="red-dual-use-supply",
    title="Red: dual-use supply",
    sources=["cfr para 1", "cfr para 3", "cfr para 5"],
    by=["CHN"],
    to=["RUS"],
    theaters=["europe"],
    levers=Levers(aid=10.0),
    note="Sizes are judgement (low).",
)

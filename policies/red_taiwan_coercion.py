"""China's leadership wants Taiwan more than it lets on."""

from simulator.contracts import Levers, Policy

policy = Policy(
    id="red-taiwan-coercion",
    title="Red: pressure on Taiwan",
    sources=["galic para 16", "cfr para 6"],
    by=["CHN"],
    theaters=["taiwan"],
    levers=Levers(resolve=6.0),
    note="Will, not an act: whether it moves is its own choice. Sizes are judgement (low).",
)

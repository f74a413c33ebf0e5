"""NATO keeps European attention on Taiwan, gray zone included."""

from simulator.contracts import Levers, Policy

policy = Policy(
    id="eyes-on-taiwan-attention",
    title="Eyes on Taiwan",
    sources=["galic para 16", "galic para 17"],
    theaters=["taiwan"],
    levers=Levers(talk=0.15, build_aware=0.4),
    note="Ongoing, so it asks no forum. Sizes are judgement (low).",
)

"""China places its nationals in leading posts of the United Nations."""

from simulator.contracts import Levers, Policy

policy = Policy(
    id="red-un-posts",
    title="Red: posts in the United Nations",
    sources=["fa para 18"],
    by=["CHN"],
    levers=Levers(build_un=0.4),
    note="Sizes are judgement (low).",
)

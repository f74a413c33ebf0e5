"""Lithuania backs Taiwan in the open."""

from simulator.contracts import Levers, Policy

policy = Policy(
    id="back-taiwan-openly",
    title="Open support for Taiwan",
    sources=["mli para 16"],
    by=["LTU"],
    theaters=["taiwan"],
    levers=Levers(visibility=0.3, talk=0.5),
    note="Sizes are judgement (low).",
)

"""Germany seeks economic reconciliation with China."""

from simulator.contracts import Levers, Policy

policy = Policy(
    id="economic-reconciliation-china",
    title="German reconciliation with China",
    sources=["mli para 16"],
    by=["DEU"],
    on=["CHN"],
    to=["CHN"],
    levers=Levers(visibility=-0.1, sanctions=-0.2, engage=5.0),
    note="Sizes are judgement (low).",
)

"""Hungary courts Chinese capital."""

from simulator.contracts import Levers, Policy

policy = Policy(
    id="welcome-chinese-investment",
    title="Hungary welcomes Chinese investment",
    sources=["mli para 16"],
    by=["HUN"],
    to=["CHN"],
    levers=Levers(engage=2.0),
    note="Sizes are judgement (low).",
)

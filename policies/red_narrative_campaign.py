"""China and Russia spread the claim that NATO brings war."""

from simulator.contracts import Levers, Policy

policy = Policy(
    id="red-narrative-campaign",
    title="Red: narrative campaign",
    sources=["cfr para 13", "galic para 11", "fa para 3", "mli para 25"],
    by=["CHN", "RUS"],
    public=False,
    levers=Levers(narrative=0.5),
    note="It hides whose it is: a hostile act where it is noticed.  Sizes are judgement (low).",
)

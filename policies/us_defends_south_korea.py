"""The United States stands by its word once South Korea is struck."""

from simulator.contracts import Levers, Policy

policy = Policy(
    id="us-defends-south-korea",
    title="The United States defends South Korea",
    sources=["cfr para 3", "cfr para 7"],
    by=["USA"],
    theaters=["korea"],
    when=lambda sight: sight.level("korea") >= 4,
    levers=Levers(commitment=0.9),
    note="Near to no change, since the guarantee is near certain. Sizes are judgement (low).",
)

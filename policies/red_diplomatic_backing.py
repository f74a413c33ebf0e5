"""Russia sides in full with its partners on Taiwan and Korea."""

from simulator.contracts import Levers, Policy

policy = Policy(
    id="red-diplomatic-backing",
    title="Red: diplomatic backing",
    sources=["cfr para 2", "cfr para 8"],
    by=["RUS"],
    theaters=["taiwan", "korea"],
    levers=Levers(commitment=0.1, talk=0.4),
    note="Sizes are judgement (low).",
)

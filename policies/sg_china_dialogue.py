"""The secretary-general meets senior Chinese officials regularly."""

from simulator.contracts import Levers, Policy

policy = Policy(
    id="sg-china-dialogue",
    title="NATO dialogue with China",
    sources=["cfr para 13", "reeves para 3"],
    levers=Levers(channel=0.2, assure=0.2),
    note="That Beijing takes part is taken as given. Sizes are judgement (low).",
)

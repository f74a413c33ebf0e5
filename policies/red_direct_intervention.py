"""Russia fights in Asia for a partner once war has begun."""

from simulator.contracts import Levers, Policy

policy = Policy(
    id="red-direct-intervention",
    title="Red: intervention in Asia",
    sources=["cfr para 2", "cfr para 8", "mli para 3"],
    by=["RUS"],
    theaters=["taiwan", "korea"],
    when=lambda sight: (sight.level("taiwan") >= 4) | (sight.level("korea") >= 4),
    levers=Levers(commitment=0.5, resolve=4.0),
    note="Sizes are judgement (low).",
)

"""Russia's leadership sees its hour while the United States is tied down in Asia."""

from simulator.contracts import Levers, Policy

policy = Policy(
    id="red-opportunistic-attack-europe",
    title="Red: an opening in Europe",
    sources=["cfr para 3", "cfr para 10"],
    by=["RUS"],
    theaters=["europe"],
    when=lambda sight: sight.levels[:, 1:].max(axis=1) >= 4,
    levers=Levers(resolve=6.0),
    note="Will, not an act: whether it moves is its own choice. Sizes are judgement (low).",
)

"""NATO names China's help to Russia and warns of harm to its interests."""

from simulator.contracts import Ask, Levers, Policy

policy = Policy(
    id="warn-china-enabler",
    title="Warn China as an enabler",
    sources=["cfr para 3", "cfr para 5"],
    asks=[Ask(forum="nac", issue="wording", target=0.5, sponsor="USA", prep=0.8)],
    on=["CHN"],
    theaters=["europe"],
    levers=Levers(sanctions=0.3, talk=0.4),
    note="The threat is of secondary sanctions. Sizes are judgement (low).",
)

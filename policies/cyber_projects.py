"""Joint projects on cyber threats and cyber resilience."""

from simulator.contracts import Levers, Policy

policy = Policy(
    id="cyber-projects",
    title="Cyber projects",
    sources=["cfr para 4", "mli para 27", "fa para 2", "fa para 17", "fa para 19", "galic para 12"],
    to=["NATO", "IP4"],
    levers=Levers(build_aware=0.1, build_resilience=0.2),
    note="Under way, so it asks no forum. Sizes are judgement (low).",
)

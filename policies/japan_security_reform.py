"""Japan rebuilds its security institutions and spends more."""

from simulator.contracts import Levers, Policy

policy = Policy(
    id="japan-security-reform",
    title="Japan's security reform",
    sources=["mli para 20"],
    by=["JPN"],
    levers=Levers(commitment={"taiwan": 0.2, "korea": 0.2}, spend=0.4, industry=0.05),
    note="Sizes are judgement (low).",
)

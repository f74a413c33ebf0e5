"""Four European navies sail and drill in Asia in their own name."""

from simulator.contracts import Levers, Policy

policy = Policy(
    id="national-flag-deployments",
    title="Deployments under national flags",
    sources=["fa para 3", "fa para 17", "reeves para 7", "mli para 21"],
    by=["FRA", "DEU", "ITA", "GBR"],
    theaters=["taiwan", "south_china_sea"],
    levers=Levers(visibility=0.3, military=0.3),
    note="Sizes are judgement (low).",
)

"""Two allies fight in Asia under their own flags once war has begun."""

from simulator.contracts import Levers, Policy

policy = Policy(
    id="national-flag-intervention",
    title="Intervention under national flags",
    sources=["fa para 11", "cfr para 11"],
    by=["FRA", "GBR"],
    theaters=["taiwan", "south_china_sea"],
    when=lambda sight: (sight.level("taiwan") >= 4) | (sight.level("south_china_sea") >= 4),
    levers=Levers(visibility=0.4, military=0.4, commitment=0.4),
    note="The two with navies that could; who would is judgement (low), as are the sizes.",
)

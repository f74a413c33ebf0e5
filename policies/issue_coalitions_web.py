"""Overlapping coalitions of Asians, Europeans and North Americans, each for one issue."""

from simulator.contracts import Ask, Levers, Policy

policy = Policy(
    id="issue-coalitions-web",
    title="Web of issue coalitions",
    sources=["fa para 5", "mli para 15"],
    asks=[
        Ask(
            "minilateral",
            "engagement",
            0.3,
            sponsor="FRA",
            prep=0.6,
            members=["EU", "CAN", "GBR", "IND", "IP4", "USA"],
        )
    ],
    by=["EU", "CAN", "GBR", "IND", "IP4", "USA"],
    levers=Levers(visibility=0.05, build_sop=0.1, build_standing=0.2),
    note="Sponsor and sizes are judgement (low).",
)

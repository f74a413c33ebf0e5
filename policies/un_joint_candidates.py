"""Europe, the United States and like-minded Asians back common candidates at the United Nations."""

from simulator.contracts import Levers, Policy

policy = Policy(
    id="un-joint-candidates",
    title="Joint candidates at the United Nations",
    sources=["fa para 18"],
    by=["EU", "CAN", "GBR", "IP4", "USA"],
    levers=Levers(build_un=0.4),
    note="Willing states need no forum. Sizes are judgement (low).",
)

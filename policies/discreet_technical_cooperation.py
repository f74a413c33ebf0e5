"""Quiet work with the partners on intelligence, standards, cyber and maritime security."""

from simulator.contracts import Levers, Policy

policy = Policy(
    id="discreet-technical-cooperation",
    title="Discreet technical cooperation",
    sources=["fa para 2", "fa para 17", "cfr para 4"],
    partners=["IP4"],
    public=False,
    levers=Levers(
        visibility=0.02,
        military=0.05,
        channel=0.05,
        interchangeability=0.02,
        build_sop=0.1,
        build_aware=0.1,
    ),
    note=(
        "Under way in part, so it asks no forum; the partners' consent is taken as given. Sizes "
        "are judgement (low)."
    ),
)

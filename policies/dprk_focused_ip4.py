"""NATO and its Asian partners use their format for North Korea."""

from simulator.contracts import Levers, Policy

policy = Policy(
    id="dprk-focused-ip4",
    title="Partners' format on North Korea",
    sources=["galic para 6"],
    partners=["IP4"],
    theaters=["korea"],
    levers=Levers(visibility=0.05, talk=0.15, interchangeability=0.005, build_sop=0.1),
    note="The format's first purpose, so it asks no forum. Sizes are judgement (low).",
)

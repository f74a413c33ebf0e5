"""The four Asian partners aid Ukraine and sanction Russia."""

from simulator.contracts import Levers, Policy

policy = Policy(
    id="partner-aid-to-ukraine",
    title="Partners' aid to Ukraine",
    sources=["galic para 15", "reeves para 5"],
    by=["IP4"],
    on=["RUS"],
    to=["UKR"],
    theaters=["europe"],
    levers=Levers(sanctions=0.3, aid=0.5),
    note="Non-lethal, $0.5 bn a year. Sizes are judgement (low).",
)

"""NATO states arm Ukraine and sanction Russia."""

from simulator.contracts import Levers, Policy

policy = Policy(
    id="support-ukraine",
    title="Support for Ukraine",
    sources=["galic para 15", "reeves para 5", "reeves para 9", "fa para 15"],
    on=["RUS"],
    execute=True,
    to=["UKR"],
    lethal=True,
    theaters=["europe"],
    levers=Levers(sanctions=0.5, aid=40.0),
    note="On top of what stands at the start. Sizes are judgement (low).",
)

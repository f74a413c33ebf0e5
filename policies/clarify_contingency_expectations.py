"""Members and partners settle what each expects if members' interests in Asia are attacked."""

from simulator.contracts import Ask, Levers, Policy

policy = Policy(
    id="clarify-contingency-expectations",
    title="Clarify expectations in a contingency",
    sources=["mli para 23"],
    asks=[Ask(forum="nac", issue="engagement", target=0.35, sponsor="CAN", prep=0.8)],
    accept=["IP4"],
    public=False,
    levers=Levers(commitment=0.05, build_sop=0.3),
    note="Sponsor and sizes are judgement (low).",
)

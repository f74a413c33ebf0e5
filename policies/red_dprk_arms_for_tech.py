"""North Korea sends shells, Russia sends technology, under a mutual pledge."""

from simulator.contracts import Levers, Part, Policy

policy = Policy(
    id="red-dprk-arms-for-tech",
    title="Red: arms for technology",
    sources=["cfr para 1", "cfr para 2", "cfr para 8"],
    by=["PRK"],
    to=["RUS"],
    lethal=True,
    theaters=["korea"],
    levers=Levers(aid=3.0),
    parts=[Part(Levers(commitment=0.6, aid=0.5), by=["RUS"], to=["PRK"], lethal=False)],
    note="Sizes are judgement (low).",
)

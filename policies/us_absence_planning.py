"""NATO plans for holding Europe while American forces fight elsewhere."""

from simulator.contracts import Ask, Levers, Policy

policy = Policy(
    id="us-absence-planning",
    title="Plan for American absence",
    sources=["cfr para 10"],
    asks=[Ask(forum="nac", issue="burden", target=0.45, sponsor="GBR", prep=0.7)],
    public=False,
    levers=Levers(build_plan=0.7, build_sop={"europe": 0.2}),
    note=(
        "That planning shows doubt to allies is not modeled. Sponsor and sizes are judgement (low)."
    ),
)

"""NATO agrees procedures and rules of engagement for an Asian contingency."""

from simulator.contracts import Ask, Levers, Policy

policy = Policy(
    id="contingency-sops-roe",
    title="Procedures for an Asian contingency",
    sources=["mli para 24", "fa para 14"],
    asks=[Ask(forum="nac", issue="engagement", target=0.4, sponsor="USA", prep=0.8)],
    public=False,
    levers=Levers(build_sop=0.6),
    note="Classified, so nothing shows. Sizes are judgement (low).",
)

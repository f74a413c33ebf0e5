"""NATO works with each Asian partner on a programme of its own."""

from simulator.contracts import Levers, Policy

policy = Policy(
    id="tailored-partnership-programmes",
    title="Tailored partnership programs",
    sources=["mli para 27", "fa para 14", "cfr para 11"],
    partners=["IP4"],
    levers=Levers(visibility=0.02, interchangeability=0.01, build_aware=0.1),
    note=(
        "Running, so it asks no forum; the partners' consent is taken as given. Sizes are "
        "judgement (low)."
    ),
)

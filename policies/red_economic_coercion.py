"""China punishes states economically over Taiwan or missile defense."""

from simulator.contracts import Levers, Policy

policy = Policy(
    id="red-economic-coercion",
    title="Red: economic coercion",
    sources=["mli para 16", "mli para 20", "cfr para 4"],
    by=["CHN"],
    on=["LTU", "KOR"],
    execute=True,
    theaters=["taiwan", "korea"],
    levers=Levers(sanctions=0.5),
    note="Aimed at the two states that the documents name. Sizes are judgement (low).",
)

"""China and Russia drill and patrol together from the Baltic to the South China Sea."""

from simulator.contracts import Levers, Part, Policy

policy = Policy(
    id="red-joint-patrols",
    title="Red: joint patrols",
    sources=["cfr para 8", "mli para 12"],
    by=["CHN"],
    theaters=["europe", "south_china_sea"],
    levers=Levers(visibility=0.3, military=0.2),
    parts=[Part(Levers(visibility=0.3, military=0.2), by=["RUS"])],
    note="Sizes are judgement (low).",
)

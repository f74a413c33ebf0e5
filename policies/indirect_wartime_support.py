"""NATO states arm and supply an Asian state at war without fighting."""

from simulator.contracts import Ask, Levers, Part, Policy

policy = Policy(
    id="indirect-wartime-support",
    title="Indirect support in an Asian war",
    sources=["fa para 11", "cfr para 11"],
    asks=[Ask(forum="nac", issue="engagement", target=0.5, sponsor="USA", prep=0.6)],
    partners=["IP4"],
    lethal=True,
    levers=Levers(military=0.2, interchangeability=0.02, build_sop=0.3),
    parts=[
        Part(Levers(aid=6.0), to=["TWN"], when=lambda sight: sight.level("taiwan") >= 4),
        Part(Levers(aid=6.0), to=["KOR"], when=lambda sight: sight.level("korea") >= 4),
        Part(Levers(aid=6.0), to=["PHL"], when=lambda sight: sight.level("south_china_sea") >= 4),
    ],
    note="$6 bn a year to whoever is attacked, from European stocks. Sizes are judgement (low).",
)

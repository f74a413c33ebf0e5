"""The United States deploys more missile defense in South Korea."""

from simulator.contracts import Levers, Policy

policy = Policy(
    id="missile-defence-deployment-rok",
    title="Missile defense in South Korea",
    sources=["mli para 20"],
    by=["USA"],
    theaters=["korea"],
    levers=Levers(visibility=0.3, military=0.4, sunk=0.1),
    note=(
        "Seoul's consent is taken as given, as with the first deployment. Sizes are judgement "
        "(low)."
    ),
)

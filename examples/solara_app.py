"""One run in the browser, quarter by quarter, in Mesa's own viewer.

    pip install "two-theaters[viz]"
    solara run examples/solara_app.py

Choose scenario, policy, lens and seed on the left, then STEP (a quarter) or PLAY.  One run explains
how something comes about, not how often: for that, `wargame compare`.
"""

from __future__ import annotations

import solara
from mesa.visualization import SolaraViz
from mesa.visualization.utils import update_counter

import simulator as ts
from simulator import registry
from simulator.model import Run

NOTHING = registry.package("policies").BASELINE


class OneRun(ts.WargameModel):
    """The model with arguments that a menu can give."""

    def __init__(
        self,
        scenario: str = "liaison-office-vote",
        policy: str = "tokyo-liaison-office",
        lens: str = "neutral",
        seed: int = 7,
    ) -> None:
        policies = () if policy == NOTHING else (policy,)
        self.played = (scenario, policies, lens, seed, 0)
        super().__init__(scenario=scenario, policies=policies, lens=lens, seed=seed)

    def step(self) -> None:
        """Play a quarter, as long as there is one."""
        if self.quarter < self.fixed.scene.quarters:
            super().step()
        self.running = self.quarter < self.fixed.scene.quarters


def told(model: OneRun) -> str:
    """What happened in the last quarter, in words."""
    if not model.quarter:
        return "Nothing has been played yet. Press STEP."
    news = [e.text for e in model.events if e.quarter == model.quarter - 1 and e.kind != "vote"]
    return "\n".join(f"- {line}" for line in news) or "Nothing moved."


@solara.component
def News(model: OneRun) -> None:
    """The last quarter in words."""
    update_counter.get()
    solara.Markdown(f"**Quarter {model.quarter} of {model.fixed.scene.quarters}**\n\n{told(model)}")


@solara.component
def Levels(model: OneRun) -> None:
    """The four ladders so far."""
    update_counter.get()
    if model.quarter:
        solara.FigureMatplotlib(Run(model, *model.played).charts.levels(), format="png")


@solara.component
def LastVote(model: OneRun) -> None:
    """The last session of a forum, member by member."""
    update_counter.get()
    charts = Run(model, *model.played).charts if model.quarter else None
    if charts is None or not charts.sessions():
        solara.Text("No forum has voted yet.")
        return
    solara.FigureMatplotlib(charts.ballot(), format="png")


def menu(label: str, kind: str, value: str) -> dict[str, object]:
    """A menu of everything of a kind."""
    ids = list(ts.catalog(kind)["id"])
    return {"type": "Select", "label": label, "value": value, "values": ids}


controls = {
    "scenario": menu("Scenario", "scenarios", "liaison-office-vote"),
    "policy": menu("Policy", "policies", "tokyo-liaison-office"),
    "lens": menu("Lens", "lenses", "neutral"),
    "seed": {"type": "SliderInt", "label": "Seed", "value": 7, "min": 0, "max": 99, "step": 1},
}

page = SolaraViz(
    OneRun(),
    components=[(News, 0), (Levels, 0), (LastVote, 0)],
    model_params=controls,
    name="Two Theaters: one run",
)

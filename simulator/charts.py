"""Figures of a comparison: matplotlib figures ready to save, show or project.

    charts = comparison.charts
    charts.outcomes().savefig("outcomes.png")

No window and no global plotting state: a notebook shows the figure a cell returns.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from simulator.errors import InputError, nearest
from simulator.figures import adoption, effects, ladder, vote
from simulator.figures.words import metric_of
from simulator.world import THEATERS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from simulator.comparison import Comparison

HEADLINE = "taiwan_force_risk"
PANELS = (
    HEADLINE, "war_any", "encirclement_fear", "world_gdp_loss_usd_tn", "incursion_europe",
    "calm_share",
)  # fmt: skip
PLAIN_LENS = "neutral"


class Charts:
    """The figures of one comparison.

    Every figure has a takeaway in words made from its numbers, and says in small print how many
    runs, which lenses and which seed it stands on.  Unknown ids raise `InputError`.
    """

    def __init__(self, comparison: Comparison) -> None:
        self.comparison = comparison

    @cached_property
    def frame(self) -> pd.DataFrame:
        """`Comparison.frame()`, worked out once, with the eligible `runs` of each row."""
        frame = self.comparison.frame()
        return frame.assign(runs=frame["eligible"] * self.comparison.runs)

    @property
    def lens(self) -> str:
        """The lens shown where none is asked for: the one without an author, else the first."""
        lenses = self.comparison.lenses
        return PLAIN_LENS if PLAIN_LENS in lenses else lenses[0]

    def outcomes(self, metrics: Sequence[str] | None = None, lens: str | None = None) -> Figure:
        """What each policy changes: a panel per metric, differences with ±2 standard errors."""
        chosen = tuple(metrics or PANELS)
        return effects.outcomes(self.comparison, self.frame, chosen, self._lens(lens))

    def by_lens(self, metric: str = HEADLINE) -> Figure:
        """One metric under every lens; policies whose clear effect changes sign are marked."""
        return effects.by_lens(self.comparison, self.frame, metric_of(metric))

    def ladder(self, theater: str = "taiwan", lens: str | None = None,
               policies: Sequence[str] | None = None) -> Figure:  # fmt: skip
        """A theater's level of escalation over time: mean and quantile bands per policy."""
        from simulator import content

        _known(theater, THEATERS, "theater")
        shown = list(policies or effects.in_order(self.comparison))
        for policy in shown:
            _known(policy, self.comparison.policies, "policy")
        rungs = content.shared()["rungs"][theater]
        return ladder.ladder(self.comparison, theater, self._lens(lens), shown, rungs)

    def vote(self, policy: str | None = None, lens: str | None = None, text: int = 0) -> Figure:
        """How a forum's members vote on one text of a policy, and why.

        `text` counts the texts of the policy that were put to a vote, from 0; see `texts`.
        """
        chosen = self._voted(policy, self._lens(lens))
        ballots = self.comparison.ensembles[(chosen, self._lens(lens))].votes()
        found = self.texts(chosen, lens)
        if text not in range(len(found)):
            raise InputError(
                f"policy {chosen!r} has no text {text}.", "text",
                f"Texts put to a vote: 0 .. {len(found) - 1}.",
            )  # fmt: skip
        rows = ballots[ballots["text"] == found[text]]
        return vote.vote(self.comparison, rows, chosen, self._lens(lens))

    def texts(self, policy: str, lens: str | None = None) -> list[int]:
        """Numbers of the texts that were put to a vote in the runs with this policy."""
        _known(policy, self.comparison.policies, "policy")
        votes = self.comparison.ensembles[(policy, self._lens(lens))].votes()
        return sorted(int(t) for t in votes["text"].unique())

    def adoption(self, metric: str = HEADLINE) -> Figure:
        """Forum results four ways: agreed, effect if adopted, overall, of trying and failing."""
        found = metric_of(metric)
        table = self.comparison.adoption(metric).assign(runs=self.comparison.runs)
        if table.empty:
            raise InputError(
                "no policy of this comparison asks a forum, or adoption was forced throughout.",
                "adoption", "Compare a policy with an ask, with endogenous adoption.",
            )  # fmt: skip
        return adoption.adoption(self.comparison, table, found)

    def _lens(self, lens: str | None) -> str:
        if lens is None:
            return self.lens
        _known(lens, self.comparison.lenses, "lens")
        return lens

    def _voted(self, policy: str | None, lens: str) -> str:
        """The policy asked for, or the first that was put to a vote."""
        if policy is not None and self.texts(policy, lens):
            return policy
        voted = [p for p in self.comparison.policies if self.texts(p, lens)]
        if policy is None and voted:
            return voted[-1] if voted[0] == self.comparison.baseline else voted[0]
        raise InputError(
            f"no text of {policy or 'any policy'!s} was put to a vote.", "policy",
            f"Put to a vote: {', '.join(voted) or 'none'}.",
        )  # fmt: skip


def _known(name: str, known: Iterable[str], what: str) -> None:
    if name not in known:
        raise InputError(f"unknown {what} {name!r} in this comparison.", what, nearest(name, known))

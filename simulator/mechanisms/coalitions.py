"""M2, coalitions and partners: each state decides for itself whether it takes part.

A coalition carries a text if enough of those asked join; how far it carries it is their share of
the GDP of all asked.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator import draws
from simulator.arrays import Bools, Floats, Ints, sigmoid
from simulator.mechanisms import acceptance
from simulator.mechanisms.minutes import Minutes
from simulator.mechanisms.preferences import sounding
from simulator.mechanisms.tally_rules import chance_of_number
from simulator.phase import Quarter
from simulator.program import Text
from simulator.questions import AcceptView, Answer
from simulator.state import State
from simulator.tally import count, total


@dataclass(frozen=True)
class Circle:
    """Those asked to join, with the sponsor, by row, their share of GDP (runs, members), and how
    many it takes (runs, 1)."""

    members: list[int]
    guests: Bools
    sponsor: Bools
    weight: Floats
    quorum: Floats

    @classmethod
    def of(cls, text: Text, at: Quarter) -> Circle:
        """Those invited by name, else all members of the forum; no more are needed than there
        are."""
        forum = at.setting.ladder.forums[text.forum]
        asked = set(text.invited or np.flatnonzero(forum.sitting(at.number)).tolist())
        members = sorted(asked | {text.sponsor})
        gdp = at.trait("gdp_usd_bn")[:, members]
        return cls(
            members=members,
            guests=forum.guests[members],
            sponsor=np.array(members) == text.sponsor,
            weight=gdp / total(gdp)[:, None],
            quorum=np.minimum(at.p("coalition_quorum"), float(len(members))),
        )

    def prospects(self, gains: Floats, at: Quarter) -> Floats:
        """What the sponsor expects of each text: the chance that enough join, times the share that
        they carry, (runs, texts); `gains` (runs, members, texts)."""
        joins = sigmoid(at.p("forum_precision")[..., None] * gains)
        joins = np.where(self.sponsor[:, None], 1.0, joins)
        carried = total(self.weight[:, None] * np.moveaxis(joins, 1, -1))
        return chance_of_number(joins, self.quorum) * carried

    def joiners(
        self, gain: Floats, noise: Floats, at: Quarter, **context: object
    ) -> tuple[Bools, Bools, Floats]:
        """Who joins (runs, members), whether they are enough (runs,), and what they carry (runs,).

        `gain` and `noise` (private, persistent, logistic): (runs, members).
        """
        view = AcceptView.on_merits(gain, noise, at.p("forum_precision"))
        answer = at.ask("accept", view, self.members, circle=True, **context)
        joins = (answer.choice > 0.0) | self.sponsor
        carried = total(np.where(joins, self.weight, 0.0))
        return joins, count(joins) >= self.quorum[:, 0], carried


def gather(
    state: State, minutes: Minutes, t: int, text: Text, rows: Ints, wording: Floats, leads: Floats,
    at: Quarter,
) -> tuple[Bools, Floats]:  # fmt: skip
    """Where enough join a coalition on a given wording, and what they carry; each (rows,).

    `wording`, and where it leads (`leads`): (rows,).
    """
    some, circle = at.narrow(rows), Circle.of(text, at.narrow(rows))
    heard = _sound(state, minutes, t, text, rows, wording, leads, circle, some)
    gain = np.ascontiguousarray(heard.values["gains"][..., 0])
    noise = draws.logistic(minutes.vote_noise[rows, t][:, circle.members])
    when = np.ones(len(rows), dtype=bool)
    joins, enough, carried = circle.joiners(gain, noise, some, text=t, when=when, parts=heard)
    at.notes["joined"][t] = {"rows": rows, "members": circle.members, "joins": joins}
    return enough, carried


def _sound(
    state: State, minutes: Minutes, t: int, text: Text, rows: Ints, wording: Floats,
    leads: Floats, circle: Circle, some: Quarter,
) -> Answer:  # fmt: skip
    standing = minutes.standing(text, rows, some)
    view = sounding(
        state, t, text, standing, wording[:, None], leads[:, None], circle.members,
        circle.guests, some,
    )  # fmt: skip
    return some.ask("sound", view, circle.members, text=t, log=False)


def invite(
    state: State, minutes: Minutes, t: int, text: Text, rows: Ints, leads: Floats, at: Quarter
) -> None:
    """Partners say yes or no to the adopted text, each for itself (M12, demand side).

    `leads`: where the adopted text leads, (rows,).
    """
    partners, some = list(text.accept), at.narrow(rows)
    key = f"accept:{text.forum}:{text.issue}"
    luck = some.luck(key, len(at.setting.world.actors))[:, partners]
    imposed = at.setting.imposed
    if imposed is not None and imposed.first:
        minutes.taking_part[rows[:, None], t, partners] = 1.0
        return
    standing = np.zeros(len(rows)) + at.setting.ladder.texts[text.issue]
    view = sounding(
        state, t, text, standing, minutes.agreed[rows, t][:, None], leads[:, None], partners,
        np.ones(len(partners), dtype=bool), some,
    )  # fmt: skip
    heard = some.ask("sound", view, partners, text=t, log=False)
    gain = np.ascontiguousarray(heard.values["gains"][..., 0])
    span = text.target - float(standing[0])
    share = (minutes.agreed[rows, t] - standing) / span if span else np.ones(len(rows))
    asks = AcceptView(
        gain=gain, noise=draws.logistic(luck), precision=some.p("partner_precision"),
        **acceptance.reasons(state, t, share, some),
    )  # fmt: skip
    answer = some.ask(
        "accept", asks, partners, text=t, when=np.ones(len(rows), dtype=bool), parts=heard
    )
    minutes.taking_part[rows[:, None], t, partners] = answer.choice

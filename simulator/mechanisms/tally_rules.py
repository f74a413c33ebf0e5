"""M2, step 5: what it takes for a text to pass in each body, and how likely that looks.

Unanimity and consensus: nobody objects.  Consensus with opt-outs: those who object stand aside, if
they are few.  Qualified majority: enough states with enough people, or too few against.  Veto:
enough votes in favor and no permanent member against.  Shares and numbers are parameters.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.arrays import Bools, Floats, sigmoid
from simulator.phase import Quarter
from simulator.program import Text
from simulator.tally import anyone, count, loudest, total

MAJORITY, VETO, COALITION_RULE, TWICE = "qualified-majority", "veto", "coalition", "treaty-change"
OPT_OUT = "opt-out"
_UNIT_LOGISTIC = np.pi / np.sqrt(3.0)  # a logistic draw of unit variance, for one of a normal sum
_EXACT = 1e-9  # spread that is left where nothing is uncertain
_SLACK = 1e-9  # shares that are met up to rounding are met


def rule_of(text: Text, at: Quarter) -> str:
    """What it takes to pass a text: the ask's own rule, else the forum's usual one."""
    forum = at.setting.ladder.forums[text.forum]
    usual = text.rule or forum.rules[text.issue]
    return OPT_OUT if usual == "consensus" and forum.opt_out[text.issue] else usual


def voters(text: Text, at: Quarter) -> list[int]:
    """Who decides on a text: those who sit, less a member that the text itself is about.

    A permanent member of a body with vetoes is not dropped.
    """
    sitting = at.setting.ladder.forums[text.forum].sitting(at.number)
    own = text.subject if rule_of(text, at) != VETO else None
    return [int(i) for i in np.flatnonzero(sitting) if i != own]


@dataclass(frozen=True)
class House:
    """Those who decide on one text, and by which rule: `permanent` (members,), `people`
    (runs, members) share of the population, where it counts; thresholds (runs, 1)."""

    rule: str
    members: list[int]
    permanent: Bools
    people: Floats
    states_needed: Floats
    people_needed: Floats
    minority: Floats
    votes_needed: Floats
    aside: Floats

    @classmethod
    def of(cls, text: Text, members: list[int], at: Quarter) -> House:
        """The members of a forum sitting on a text."""
        size, rule = float(len(members)), rule_of(text, at)
        people = at.trait("population_m")[:, members] if rule == MAJORITY else np.ones((1, 1))
        return cls(
            rule=rule,
            members=members,
            permanent=at.setting.world.permanent[members],
            people=people / total(people)[:, None],
            states_needed=at.p("majority_states") * size,
            people_needed=at.p("majority_people"),
            minority=at.p("blocking_minority"),
            votes_needed=at.p("council_votes"),
            aside=np.floor(at.p("opt_out_share") * size + _SLACK),
        )

    @property
    def all_agree(self) -> bool:
        """Whether a single objection is enough to block."""
        return self.rule not in (MAJORITY, VETO, OPT_OUT)

    def passes(self, against: Bools, favor: Bools) -> Bools:
        """Whether a text passes, (runs,), given who is against it and who in favor of it."""
        if self.rule == MAJORITY:
            noes = count(against)
            states = len(self.members) - noes >= self.states_needed[:, 0] - _SLACK
            people = 1.0 - total(self.people * against) >= self.people_needed[:, 0] - _SLACK
            return states & (people | (noes < self.minority[:, 0]))
        if self.rule == VETO:
            return ~anyone(against & self.permanent) & (count(favor) >= self.votes_needed[:, 0])
        if self.rule == OPT_OUT:
            return count(against) <= self.aside[:, 0]
        return ~anyone(against)

    def chance(self, against: Floats, favor: Bools) -> Floats:
        """How likely a text looks to pass, (runs, texts): each member's chance to be against it
        and who is in favor, both (runs, members, texts).

        Unanimity: the product of all chances to stay silent.  Where many decide, their number is
        taken as normal (logistic of the same spread).
        """
        if self.rule == MAJORITY:
            noes, spread = _sum_of(against, np.ones_like(self.people))
            room = len(self.members) - np.ceil(self.states_needed - _SLACK)
            share, wide = _sum_of(against, self.people)
            people = _below(share, wide, 1.0 - self.people_needed + _SLACK)
            few = _below(noes, spread, self.minority - 0.5)
            return np.minimum(_below(noes, spread, room + 0.5), np.maximum(people, few))
        if self.rule == OPT_OUT:
            noes, spread = _sum_of(against, np.ones(against.shape[:2]))
            return _below(noes, spread, self.aside + 0.5)
        silent, may = np.zeros(against.shape), against > 0.0
        if self.rule == VETO:
            may = may & self.permanent[:, None]
        silent[may] = -np.log(1.0 - against[may] + 1e-300)
        chance = np.exp(-total(np.moveaxis(silent, 1, -1)))
        if self.rule == VETO:
            chance = chance * (count(np.moveaxis(favor, 1, -1)) >= self.votes_needed)
        return chance


def chance_of_number(happens: Floats, least: Floats) -> Floats:
    """Chance that at least so many (runs, 1) of some events happen, (runs, texts), from the chance
    of each (runs, events, texts)."""
    number, spread = _sum_of(happens, np.ones(happens.shape[:2]))
    return 1.0 - _below(number, spread, least - 0.5)


def _sum_of(chance: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """Mean and standard deviation of a weighted number of events, each (runs, texts)."""
    p = np.moveaxis(chance, 1, -1)
    w = weight[:, None]
    return total(w * p), np.sqrt(total(w * w * p * (1.0 - p)))


def _below(mean: Floats, spread: Floats, limit: Floats) -> Floats:
    """Chance that a sum stays below a limit."""
    return sigmoid(_UNIT_LOGISTIC * (limit - mean) / (spread + _EXACT))


@dataclass(frozen=True)
class Count:
    """How the members came down: who is against, who takes the blame (index, -1 nobody), who hides
    behind others, whether the text passed; (runs, members), (runs,), (runs, members), (runs,)."""

    against: Bools
    blamed: Floats
    hid: Bools
    passed: Bools


def tally(choice: Floats, values: dict[str, Floats], gain: Floats, house: House) -> Count:
    """Count the answers of the silence window (0 let pass, 1 object in company, 2 alone).

    Where one objection blocks, those who would stand alone break silence; if nobody would, those
    who would in company, provided there are two.  Where it takes many, all who would object in
    company do, provided there are two.  The loudest is blamed; other opponents hide behind it.
    In favor are those who gain from the text; who is paid not to object abstains.
    """
    alone, company = choice >= 2.0, choice >= 1.0
    several = count(company) >= 2.0
    together = several & ~anyone(alone) if house.all_agree else several
    against = np.where(together[:, None], company, alone)
    margin = np.where(together[:, None], values["margin_company"], values["margin_alone"])
    passed = house.passes(against, gain >= 0.0)
    loud = anyone(against) & ~passed
    blamed = np.where(loud, loudest(np.where(against, margin, -np.inf)), -1.0)
    return Count(against, blamed, (gain < 0.0) & ~against & loud[:, None], passed)

"""What the sessions of a quarter write: the forums' part of the state, changed in place while they
sit and put back once."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from simulator.arrays import Floats, Ints
from simulator.mechanisms.tally_rules import COALITION_RULE, rule_of
from simulator.phase import Quarter
from simulator.program import Text
from simulator.state import NEVER, State

RESULTS = {
    0.0: "not tabled",
    1.0: "held back",
    2.0: "blocked",
    2.5: "agreed at first reading",
    3.0: "weakened",
    3.5: "carried by a coalition",
    4.0: "adopted",
}
BLOCKED, FIRST_READING, WEAKENED, COALITION, ADOPTED = 2.0, 2.5, 3.0, 3.5, 4.0


@dataclass
class Minutes:
    """Copies of the fields of `State` that sessions write, under the same names."""

    text: Floats
    decided: Floats
    agreed: Floats
    tabled: Floats
    capital: Floats
    capital_spent: Floats
    next_try: Floats
    failures: Floats
    last_failure: Floats
    rumor: Floats
    vote_noise: Floats
    taking_part: Floats
    readings: Floats
    carried: Floats
    coalition: Floats
    forum_record: Floats

    @classmethod
    def of(cls, state: State) -> Minutes:
        """Blank minutes: the state as it stands."""
        return cls(**{f.name: getattr(state, f.name).copy() for f in fields(cls)})

    def into(self, state: State) -> State:
        """The state with what was written."""
        return state.but(**{f.name: getattr(self, f.name) for f in fields(self)})

    def settle(
        self, t: int, text: Text, rows: Ints, result: Floats, wording: Floats, paid: Floats,
        carried: Floats, at: Quarter,
    ) -> None:  # fmt: skip
        """Write the results of a session in the runs `rows`: the text, capital spent, cool-down,
        second reading, failure.  All arrays (rows,)."""
        now, some = float(at.number), at.narrow(rows)
        passed, blocked, once = result >= WEAKENED, result == BLOCKED, result == FIRST_READING
        own = passed & (not self._of_its_own(text, at))
        standing = self.text[rows, text.forum, text.issue]
        self.text[rows, text.forum, text.issue] = np.where(own, wording, standing)
        self.decided[rows, t] = np.where(passed, now, self.decided[rows, t])
        self.agreed[rows, t] = np.where(passed, wording, self.agreed[rows, t])
        self.carried[rows, t] = np.where(passed, carried, self.carried[rows, t])
        joint = float(rule_of(text, at) == COALITION_RULE)
        self.coalition[rows, t] = np.where(passed, joint, self.coalition[rows, t])
        self.readings[rows, t] = self.readings[rows, t] + once
        first = (result >= BLOCKED) & (self.tabled[rows, t] >= NEVER)
        self.tabled[rows, t] = np.where(first, now, self.tabled[rows, t])
        wait = np.where(once, some.p("reading_gap")[:, 0], some.p("cool_down")[:, 0])
        again = np.where(blocked | once, now + wait, self.next_try[rows, t])
        self.next_try[rows, t] = again
        self.failures[rows, t] = self.failures[rows, t] + blocked
        self.last_failure[rows, t] = np.where(blocked, now, self.last_failure[rows, t])
        price = np.minimum(paid, self.capital[rows, text.sponsor])
        self.capital[rows, text.sponsor] = self.capital[rows, text.sponsor] - price
        self.capital_spent[rows] = self.capital_spent[rows] + price
        lately = self.forum_record[rows, text.forum]
        step = (passed - lately) / some.p("record_memory")[:, 0]
        seen = result >= BLOCKED
        self.forum_record[rows, text.forum] = np.where(seen, lately + step, lately)
        at.notes["results"][t][rows] = result
        at.notes["price"][t][rows] = price

    def standing(self, text: Text, rows: Ints, at: Quarter) -> Floats:
        """The agreed text from which a text sets out, (rows,)."""
        if self._of_its_own(text, at):
            return np.zeros(len(rows)) + at.setting.ladder.texts[text.issue]
        return self.text[rows, text.forum, text.issue]

    @staticmethod
    def _of_its_own(text: Text, at: Quarter) -> bool:
        """Whether a text is no change to the body's own text: a case, or what a coalition does."""
        case = bool(at.setting.ladder.cases[text.issue])
        return case or rule_of(text, at) == COALITION_RULE

"""Decision rules: pure functions of a view, in closed form, for one government or for millions.

`RULES[question][kind]` is the rule that a kind of government answers a question with; every file
here says which questions it answers, in `ANSWERS`.
"""

from __future__ import annotations

from agents.rules import (
    arms,
    bloc,
    challenge,
    council,
    economy,
    forces,
    help,
    perceive,
    respond,
    society,
)
from agents.rules.kinds import KINDS, Answers, Rule

RULES: Answers = {}
for _file in (arms, bloc, challenge, council, economy, forces, help, perceive, respond, society):
    RULES |= _file.ANSWERS

__all__ = ["KINDS", "RULES", "Rule"]

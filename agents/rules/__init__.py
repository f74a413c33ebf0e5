"""Decision rules: pure functions of a view, in closed form, for one government or for millions.

`RULES[question][kind]` is the rule that a kind of government answers a question with.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from agents.rules.challenge import challenge, challenge_for_survival
from agents.rules.council import accept, draft, silence, sound
from agents.rules.perceive import perceive
from agents.rules.respond import respond
from simulator.questions import Answer

Rule = Callable[[Any], Answer]

KINDS = (
    "ally", "united_states", "partner", "taiwan", "china", "russia", "north_korea",
    "asean_state", "third_state",
)  # fmt: skip

RULES: dict[str, dict[str, Rule]] = {
    "perceive": dict.fromkeys(KINDS, perceive),
    "sound": dict.fromkeys(KINDS, sound),
    "draft": dict.fromkeys(KINDS, draft),
    "silence": dict.fromkeys(KINDS, silence),
    "accept": dict.fromkeys(KINDS, accept),
    "challenge": {**dict.fromkeys(KINDS, challenge), "north_korea": challenge_for_survival},
    "respond": dict.fromkeys(KINDS, respond),
}

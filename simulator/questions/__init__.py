"""The questions that governments are asked, and the shape of an answer.

A view holds all that one decision may look at.  Its arrays lead with (runs, askers), or (runs, 1)
for what is the same for all; an agent of the Mesa driver gets its own entry, without these axes.
Trailing axes are named in the field's comment.  Units: pp of own annual GDP unless said.
"""

from simulator.questions.arms import BudgetView, DeployView
from simulator.questions.base import Answer, View
from simulator.questions.bloc import SupplyView, TradeArmsView
from simulator.questions.council import AcceptView, DraftView, SilenceView, SoundView
from simulator.questions.economy import CoerceView, JoinView
from simulator.questions.help import HelpView
from simulator.questions.ladder import ChallengeView, RespondView
from simulator.questions.perceive import PerceiveView
from simulator.questions.society import AlignView

__all__ = [
    "AcceptView",
    "AlignView",
    "Answer",
    "BudgetView",
    "ChallengeView",
    "CoerceView",
    "DeployView",
    "DraftView",
    "HelpView",
    "JoinView",
    "PerceiveView",
    "RespondView",
    "SilenceView",
    "SoundView",
    "SupplyView",
    "TradeArmsView",
    "View",
]

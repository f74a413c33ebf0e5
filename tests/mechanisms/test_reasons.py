"""Reasons (`terms`): for a logit choice they add up to what the choice is worth against the other
option, luck included; a vote names each part with the sign it had."""

from __future__ import annotations

import numpy as np
import pytest

from agents.rules.challenge import STEPS, challenge, challenge_for_survival
from agents.rules.council import accept, draft, silence
from agents.rules.respond import respond
from mechanisms import random_view
from simulator.arrays import Floats
from simulator.questions import AcceptView, ChallengeView, DraftView, RespondView, SilenceView

N = 400


def added(terms: dict[str, Floats]) -> Floats:
    return sum(terms.values(), np.zeros(()))


@pytest.mark.parametrize("rule", [challenge, challenge_for_survival])
def test_reasons_of_a_challenge_add_up(rule: object) -> None:
    by_level = ("win", "later", "prize_share", "military_cost", "own_loss", "sanctions", "nuclear")
    shapes = {"": (N,), "gumbel": (N, 4), **dict.fromkeys(by_level, (N, 6))}
    view = random_view(ChallengeView, 1, shapes)
    level = np.floor(6.0 * view.level)
    view = ChallengeView(**(vars(view) | {"level": level}))
    answer = rule(view)  # type: ignore[operator]
    assert len(np.unique(answer.choice)) == len(STEPS)
    worth = answer.values["worth"]
    assert answer.values["margin"] == pytest.approx(worth.max(axis=-1) - worth[:, STEPS.index(0.0)])
    drawn = worth + view.gumbel / view.precision[..., None]
    place = (answer.choice + 1.0).astype(int)[:, None]
    made = np.take_along_axis(drawn, place, axis=-1)[:, 0]
    assert added(answer.terms()) == pytest.approx(made - drawn[:, 1], abs=1e-12)
    terms = answer.terms()
    up = (answer.choice == 1.0) & (level >= 1.0)
    assert terms["fear of encirclement"][up] == pytest.approx(view.fear[up])
    assert terms["breaking restraint"][up] == pytest.approx(-view.step_cost[up])
    down, jump = answer.choice < 0.0, answer.choice > 1.0
    assert terms["backing down in public"][down] == pytest.approx(-view.audience[down])
    assert terms["going two rungs at once"][jump] == pytest.approx(-view.jump_cost[jump])


def test_reasons_of_a_response_add_up() -> None:
    view = random_view(RespondView, 2, {"": (N,), "gumbel": (N, 3)})
    view = RespondView(**(vars(view) | {"level": np.full(N, 3.0)}))
    answer, terms = respond(view), respond(view).terms()
    assert {-1.0, 0.0, 1.0} == set(answer.choice)
    back, forth = answer.choice < 0.0, answer.choice > 0.0
    worth = np.where(back, view.saved - view.audience - view.at_stake, 0.0)
    worth = np.where(forth, view.effect - view.counter_cost, worth)
    luck = np.where(back, view.gumbel[:, 0], np.where(forth, view.gumbel[:, 2], view.gumbel[:, 1]))
    luck = (luck - view.gumbel[:, 1]) / view.precision
    assert terms["chance"] == pytest.approx(luck)
    assert added(terms) == pytest.approx(worth + luck)


@pytest.mark.parametrize(
    ("isolation", "company", "choice", "threshold"),
    [(0.5, 1.0, 2.0, 0.5), (2.0, 4.0, 1.0, 0.5), (3.0, 1.5, 0.0, 3.0)],
)
def test_reasons_of_a_vote_have_their_sign(
    isolation: float, company: float, choice: float, threshold: float
) -> None:
    """-G*(1 - look*chance) + noise/precision - offer = .8*(1 - .5*.4) + .6/2 - .1 = .84."""
    values = {"gain": -0.8, "noise": 0.6, "precision": 2.0, "isolation": isolation,
              "company": company, "look_ahead": 0.5, "pass_chance": 0.4, "offer": 0.1}  # fmt: skip
    answer = silence(SilenceView(**{n: np.array(v) for n, v in values.items()}))
    speaks = 1.0 if choice else -1.0
    assert answer.choice == choice
    assert answer.values["margin_alone"] == pytest.approx(0.84 - isolation)
    assert answer.values["margin_company"] == pytest.approx(0.84 - isolation / company)
    assert {n: float(v) for n, v in answer.terms().items()} == pytest.approx({
        "worth of the text": -0.8, "chance that it passes later anyway": speaks * -0.16,
        "private reasons": speaks * 0.3, "side payment": -speaks * 0.1,
        "cost of standing out": -speaks * threshold,
    })  # fmt: skip


def test_reasons_of_a_partner_and_of_a_sponsor() -> None:
    """A partner weighs five things and a private reason; a sponsor the best text less its cost."""
    partner = accept(random_view(AcceptView, 3, {"": (N,)}))
    view = random_view(AcceptView, 3, {"": (N,)})
    worth = view.gain + view.security_worth * view.threat * view.promise
    worth = worth - view.coercion * (1.0 + view.memory) - view.story_weight * view.story
    whole = worth - view.reliance + view.noise / view.precision
    assert added(partner.terms()) == pytest.approx(whole)
    drafts = random_view(DraftView, 4, {"": (N,), "gains": (N, 5), "pass_chance": (N, 5),
                                        "enough": (N, 5)})  # fmt: skip
    passed, gains = drafts.pass_chance[:, 1:], drafts.gains[:, 1:]
    whole = np.where(drafts.enough[:, 1:] > 0.0, 1.0, drafts.half_loaf[:, None])
    refused = (1.0 - passed) * drafts.exposure[:, None] * (gains > 0.0)
    worth = passed * whole * gains + refused - drafts.cost[:, None]
    best = np.maximum(worth.max(axis=-1), 0.0)
    assert draft(drafts).terms()["expected gain of the best text"] == pytest.approx(best)

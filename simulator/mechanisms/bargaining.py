"""M2, the bargaining around a text: what standing alone costs, how the sponsor reads the
sounding, whom it pays, and who breaks, is blamed or hides."""

from __future__ import annotations

import numpy as np

from simulator.arrays import Bools, Floats, Ints, positive, sigmoid
from simulator.mechanisms.preferences import quarrel
from simulator.phase import Quarter
from simulator.program import Text
from simulator.tally import anyone, count, loudest, total


def tally(
    choice: Floats, values: dict[str, Floats], gain: Floats, at: Quarter
) -> tuple[Bools, Floats, Bools]:
    """Who breaks silence, who is blamed, who hides: (runs, members), (runs,), (runs, members).

    Those who would stand alone break; if nobody would, those who would in company, provided
    there are two.  The loudest is blamed; other opponents hide behind it.
    """
    alone, company = choice >= 2.0, choice >= 1.0
    solo = anyone(alone)
    pair = ~solo & (count(company) >= 2.0)
    broke = np.where(solo[:, None], alone, np.where(pair[:, None], company, False))
    margin = np.where(solo[:, None], values["margin_alone"], values["margin_company"])
    blamed = loudest(np.where(broke, margin, -np.inf))
    blamed = np.where(anyone(broke), blamed, -1.0)
    hid = (gain < 0.0) & ~broke & anyone(broke)[:, None]
    return broke, blamed, hid


def isolation_cost(text: Text, members: list[int], leaked: Floats, at: Quarter) -> Floats:
    """What it costs each member to stand alone, pp, (runs, members).

    Dearer for those who depend on the sponsor, cheaper over a vital interest, and cheaper for
    the process-minded when the paper leaked half-prepared.
    """
    base = at.p("isolation_cost") * at.p("body_factor")[:, text.forum : text.forum + 1]
    lean = 1.0 + at.p("sponsor_pressure") * at.trait("dependence")[:, members]
    vital = np.zeros((1, len(members)))
    if text.subject is not None:
        vital = at.of(quarrel(text.subject, at))[:, members]
    anger = at.p("irritation") * at.trait("process_sensitivity")[:, members] * leaked
    return np.maximum(base * lean * (1.0 - at.p("vital_interest") * vital) - anger, 1e-9)


def leaks(text: Text, at: Quarter) -> Floats:
    """1 if a visible text leaks half-prepared this quarter, (runs, 1)."""
    key = f"leak:{text.forum}:{text.issue}"
    risk = (1.0 - text.prep) * at.p("leak_chance") * (text.headline > 0.0)
    return (at.luck(key, 1) < risk).astype(float)


def company(gain: Floats, at: Quarter) -> Floats:
    """What divides the cost of objecting when others object too: `1 + nu*min(n-1, cap)`."""
    others = np.minimum(positive(count(gain < 0.0) - 1.0), at.p("company_cap")[:, 0])
    return 1.0 + at.p("company_cover") * others[:, None]


def pass_chance(
    gains: Floats, isolation: Floats, t: int, members: list[int], at: Quarter
) -> Floats:
    """The sponsor's reading of the sounding: chance that nobody breaks silence alone over each
    text, (runs, texts).  It misreads every member's resolve by a persistent factor."""
    misread = at.of(at.setting.misreading[:, t])[:, members]
    resolve = np.exp(at.p("resolve_uncertainty") * misread)[..., None]
    push = at.p("forum_precision")[..., None] * (-gains * resolve - isolation[..., None])
    against, silent = gains < 0.0, np.zeros(gains.shape)
    silent[against] = -np.log(1.0 - sigmoid(push[against]) + 1e-300)
    return np.exp(-total(np.moveaxis(silent, 1, -1)))


def payments(
    capital: Floats, values: dict[str, Floats], choice: Floats, gain: Floats, sponsor: Floats,
    t: int, members: list[int], at: Quarter, pick: Ints,
) -> tuple[Floats, Floats]:  # fmt: skip
    """What the sponsor offers each would-be blocker (worth to it, pp), and the bill in capital.

    Once two would object in company, buying only those who would stand alone buys nothing: all are
    paid down to their company threshold.  The sponsor sees what must be bought with an error, adds
    one standard deviation as a margin, pays more to a sole holdout and to the principled (whose
    objections are hardly payable), and buys all or nothing, within its capital and within what
    the item is worth to it.
    """
    setting = at.setting
    ready = choice >= 1.0
    several = (count(ready) >= 2.0)[:, None]
    blockers = ready & (several | (choice >= 2.0))
    margin = positive(np.where(several, values["margin_company"], values["margin_alone"]))
    sole = (count(gain < 0.0) == 1.0)[:, None]
    wanted = margin * (1.0 + at.p("holdout_inflation") * sole)
    spread = at.p("resolve_uncertainty")
    seen = wanted * np.exp(spread * at.of(setting.misreading[:, t])[:, members])
    offer = np.where(blockers, seen * np.exp(spread), 0.0)
    floor = setting.ladder.payable_floor
    payable = np.clip(floor + at.trait("illiberalism")[:, members], floor, 1.0)
    bill = total(offer / payable)
    own = np.take_along_axis(sponsor[:, 0], pick, axis=-1)[:, 0]
    budget = np.minimum(capital, positive(own))
    buys = bill <= budget
    discount = 1.0 + at.p("holdout_inflation") * sole
    return np.where(buys[:, None], offer / discount, 0.0), np.where(buys, bill, 0.0)

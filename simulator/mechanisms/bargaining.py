"""M2, the bargaining around a text: what standing alone costs, how the sponsor reads the
sounding, and whom it pays."""

from __future__ import annotations

import numpy as np

from simulator.arrays import Bools, Floats, positive, sigmoid
from simulator.ladder import FEATURES
from simulator.mechanisms import narrative
from simulator.mechanisms.preferences import patronage, quarrel
from simulator.mechanisms.tally_rules import VETO, House
from simulator.phase import Quarter
from simulator.program import Text
from simulator.state import State
from simulator.tally import count, total


def isolation_cost(
    state: State, text: Text, members: list[int], leaked: Floats, at: Quarter
) -> Floats:
    """What it costs each member to stand alone, pp, (runs, members).

    `kap0*body*(1 + w_us*dep - w_o*(o - o0))*(1 - vit*stake) - irr*proc*leak`: dearer for those who
    depend on the great power when the sponsor is of its camp, cheaper where the public has
    turned against it (dearer, if the text leads back), cheaper over a vital interest, and cheaper
    for the process-minded when the paper leaked half-prepared.
    """
    base = at.p("isolation_cost") * at.p("body_factor")[:, text.forum][:, None]
    way = 1.0 if text.target >= at.setting.ladder.texts[text.issue] else -1.0
    public = at.of(narrative.shift(state, at))[:, members]
    lean = 1.0 + at.of(_pressure(text, members, at)) - way * at.p("opinion_weight") * public
    cost = base * positive(lean) * at.of(_indifference(text, members, at))
    anger = at.p("irritation") * at.trait("process_sensitivity")[:, members] * leaked
    return np.maximum(cost - anger, 1e-9)


def _pressure(text: Text, members: list[int], at: Quarter) -> Floats:
    """`w_us*dep` of the members if the sponsor is a Western state, for the whole block."""
    setting, key = at.setting, ("pressure", text.sponsor, tuple(members))
    if key not in setting.kept:
        led = float(setting.world.western[text.sponsor])
        depends = setting.futures.trait("dependence")[:, members]
        setting.kept[key] = setting.p("sponsor_pressure") * depends * led
    return setting.kept[key]


def _indifference(text: Text, members: list[int], at: Quarter) -> Floats:
    """`1 - vit*stake` of the members, for the whole block: what is left of the cost of standing
    alone over an interest of one's own."""
    setting, key = at.setting, ("indifference", text.forum, text.subject, tuple(members))
    if key not in setting.kept:
        kept = np.zeros((len(setting.futures.runs), len(members)))
        if text.subject is not None:
            kept = vital(text, at)[:, members]
        setting.kept[key] = 1.0 - setting.p("vital_interest") * kept
    return setting.kept[key]


def vital(text: Text, at: Quarter) -> Floats:
    """How vital the subject of a text is to every actor, 0..1, for the block, (runs, actors): an
    open dispute with it; and, for an act against it, standing behind it."""
    assert text.subject is not None
    signs = at.setting.ladder.signs[text.issue]
    stake = quarrel(text.subject, at)
    aimed = signs[FEATURES.index("patron")] != 0.0
    return np.maximum(stake, patronage(text.subject, at)) if aimed else stake


def leaks(text: Text, at: Quarter) -> Floats:
    """1 if a visible text leaks half-prepared this quarter, (runs, 1)."""
    key = f"leak:{text.forum}:{text.issue}"
    risk = (1.0 - text.prep) * at.p("leak_chance") * (text.headline > 0.0)
    return (at.luck(key, 1) < risk).astype(float)


def company(gain: Floats, at: Quarter) -> Floats:
    """What divides the cost of objecting when others object too: `1 + nu*min(n-1, cap)`."""
    others = np.minimum(positive(count(gain < 0.0) - 1.0), at.p("company_cap")[:, 0])
    return 1.0 + at.p("company_cover") * others[:, None]


def pass_chance(gains: Floats, isolation: Floats, t: int, house: House, at: Quarter) -> Floats:
    """The sponsor's reading of the sounding: how likely each text is to pass, (runs, texts), if
    those object who would do so alone; it misreads every member's resolve by a persistent factor.
    """
    resolve = at.of(_resolve(t, house.members, at))[..., None]
    push = at.p("forum_precision")[..., None] * (-gains * resolve - isolation[..., None])
    opposed, against = gains < 0.0, np.zeros(gains.shape)
    against[opposed] = sigmoid(push[opposed])
    return house.chance(against, ~opposed)


def _resolve(t: int, members: list[int], at: Quarter) -> Floats:
    """By how much the sponsor of a text misreads each member, a factor, for the whole block."""
    setting, key = at.setting, ("resolve", t, tuple(members))
    if key not in setting.kept:
        misread = setting.misreading[:, t][:, members]
        setting.kept[key] = np.exp(setting.p("resolve_uncertainty") * misread)
    return setting.kept[key]


def exposure(text: Text, house: House, at: Quarter) -> Floats:
    """What it is worth to the sponsor to have a veto on record, pp, (runs, 1): more if a permanent
    member stands behind the subject (nac_notes 1)."""
    if house.rule != VETO or text.subject is None:
        return np.zeros((at.runs, 1))
    behind = at.of(vital(text, at))[:, house.members] * house.permanent
    return at.p("veto_exposure") * np.max(behind, axis=-1)[:, None]


def payments(
    capital: Floats, values: dict[str, Floats], choice: Floats, gain: Floats, own: Floats,
    t: int, house: House, at: Quarter,
) -> tuple[Floats, Floats]:  # fmt: skip
    """What the sponsor offers each would-be objector (worth to it, pp), and the bill in capital.

    Once two would object in company, buying only those who would stand alone buys nothing: all are
    paid down to their company threshold.  The sponsor sees what must be bought with an error, adds
    one standard deviation as a margin, pays more to a sole holdout and to the principled (whose
    objections are hardly payable), and buys enough or nothing, within its capital and within what
    the item is worth to it.  Where one objection blocks, enough is all; else the cheapest first.
    `capital`, `own`: the sponsor's capital and gain, (runs,).
    """
    setting, members = at.setting, house.members
    ready = choice >= 1.0
    several = (count(ready) >= 2.0)[:, None]
    blockers = ready & (several | (choice >= 2.0))
    margin = positive(np.where(several, values["margin_company"], values["margin_alone"]))
    sole = (count(gain < 0.0) == 1.0)[:, None]
    wanted = margin * (1.0 + at.p("holdout_inflation") * sole)
    margin_of_error = np.exp(at.p("resolve_uncertainty"))
    offer = np.where(blockers, wanted * at.of(_resolve(t, members, at)) * margin_of_error, 0.0)
    floor = setting.ladder.payable_floor
    payable = np.clip(floor + at.trait("illiberalism")[:, members], floor, 1.0)
    offer, bill, enough = _bought(offer, payable, blockers, gain >= 0.0, house)
    buys = enough & (bill <= np.minimum(capital, positive(own)))
    discount = 1.0 + at.p("holdout_inflation") * sole
    return np.where(buys[:, None], offer / discount, 0.0), np.where(buys, bill, 0.0)


def _bought(
    offer: Floats, payable: Floats, blockers: Bools, favor: Bools, house: House
) -> tuple[Floats, Floats, Bools]:
    """Whom to buy: offers (runs, members), the bill (runs,), and whether it is enough (runs,)."""
    price = offer / payable
    if house.all_agree:
        return offer, total(price), np.ones(len(offer), dtype=bool)
    must = blockers & house.permanent & (house.rule == VETO)
    order = np.argsort(np.where(must, -1.0 / (1.0 + price), price), axis=-1, kind="stable")
    bought, bill = np.zeros_like(blockers), np.zeros(len(offer))
    for n in range(len(house.members)):
        short = ~house.passes(blockers & ~bought, favor)
        if not short.any():
            break
        place = order[:, n : n + 1]
        buy = np.take_along_axis(blockers, place, axis=-1) & short[:, None]
        np.put_along_axis(bought, place, buy, axis=-1)
        bill = bill + np.where(buy, np.take_along_axis(price, place, axis=-1), 0.0)[:, 0]
    return np.where(bought, offer, 0.0), bill, house.passes(blockers & ~bought, favor)

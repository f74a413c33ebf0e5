"""M6 Munitions and industry: stocks, production, transfers, interchangeability.

All in $bn at peacetime prices, by class; land forces draw on the first, naval and air forces on
the second, missile and air defense on the third.  Flows at the start balance by construction:
what training, shelf life and other sources add up to then is what is left over.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from simulator.arrays import Floats, Ints, positive
from simulator.mechanisms import posture, stance, transfers
from simulator.mechanisms.arms import gdp
from simulator.mechanisms.posture import once
from simulator.mechanisms.stockpile import peacetime, split, start_stock, usual_output
from simulator.phase import Quarter
from simulator.program import Bundle
from simulator.setting import Setting
from simulator.state import State
from simulator.tally import total
from simulator.world import THEATERS

LINKS = ("allies", "partners", "red")  # within the alliance; with partners and others; within red
_ALLIES, _PARTNERS, _RED = range(3)
_PERCENT = 100.0
_QUARTERS = 4.0
_HALF = 0.5
_YEAR = 4.0  # quarters of use that a full supply lasts


def begin(at: Setting) -> dict[str, Floats]:
    """Start values of this mechanism's variables."""
    links = [at.p(f"start_link_{kind}") for kind in LINKS]
    return {
        "munitions": start_stock(at),
        "output": usual_output(at),
        "interchange": np.concatenate(links, axis=-1),
    }


def produce(state: State, at: Quarter) -> State:
    """Phase 5: production, use and transfers of munitions; every dollar comes from somewhere.

    `S' = S + Prod - worn - Use - Out + In`; `Prod' = Prod + (Prod* - Prod)/tau_p` with
    `Prod* = base*(1 + dual) + invested/ind_cost + restock`.
    """
    setting, forces = at.setting, stance.force(state, at, lag=1)
    gifts = transfers.transfers(state, at, forces)
    depth = setting.futures.trait("munitions_depth")[..., None]
    worn = state.munitions - start_stock(setting)
    worn *= depth
    worn += usual_wear(setting)
    moved = gifts.received - gifts.given
    there = state.munitions + state.output
    there -= worn
    there += moved
    worn += np.minimum(there, 0.0)  # what is not there cannot wear out
    there = positive(there)
    used, sides = np.zeros_like(there), transfers.sides(setting)
    used[:, sides] = np.minimum(transfers.demand(state, at, gifts.extra), there[:, sides])
    there[:, sides] -= used[:, sides]
    rows = posture.in_fight(state)
    if len(rows):
        fired, drawn = draw(there[rows], state, at, rows)
        used[rows] = used[rows] + fired
        moved[rows] = moved[rows] + drawn
        there[rows] = positive(there[rows] - fired + drawn)
    at.notes["munitions"] = {"made": state.output, "worn": worn, "used": used, "moved": moved}
    step = output_target(state, at, forces) - state.output
    step /= at.p("production_lag")[..., None]
    return state.but(
        munitions=there,
        output=state.output + step,
        interchange=links(state, at, forces),
    )


def usual_wear(at: Setting) -> Floats:
    """What training, shelf life and other sources take from stocks at the start, so that these
    are at rest, (runs, actors, classes)."""
    return once(at, "usual wear", lambda: usual_output(at) + transfers.start_balance(at))


def output_target(state: State, at: Quarter, forces: tuple[Floats, ...]) -> Floats:
    """Output that industry heads for, $bn a quarter, (runs, actors, classes)."""
    budget, red = at.notes["budget"], transfers.sides(at.setting)[0]
    money = invested(at, forces) / at.p("industry_cost") + budget["restock"]
    target = usual_output(at.setting) + money[..., None] * split(at.setting)
    helped = state.dual_use[:, None] * usual_output(at.setting)[:, red]
    target[:, red] = target[:, red] + helped
    return target


def invested(at: Quarter, forces: tuple[Floats, ...]) -> Floats:
    """Money that policies put into arms production, as far as budgets pay it, $bn a quarter,
    (runs, actors): with partners half of it counts at home and half with them."""
    size, start = gdp(at), at.setting.world.trait("gdp_usd_bn")
    out = np.zeros_like(size)
    for f, bundle in zip(forces, at.setting.program.bundles, strict=True):
        share = bundle.levers.industry / (_PERCENT * _QUARTERS)
        if share > 0.0:
            own = f[:, None] * share * bundle.by * size * at.notes["budget"]["paid"]
            if bundle.partners.any():
                weight = bundle.partners * start / total(bundle.partners * start)
                own = _HALF * own + _HALF * total(own)[:, None] * weight
            out = out + own
    return out


def links(state: State, at: Quarter, forces: tuple[Floats, ...]) -> Floats:
    """`Phi' = Phi + g*(invested/phi_cost)*(Phimax - Phi)` by kind of link, (runs, links), where
    `invested` is percent of GDP and counts for the share of pairs, by GDP, that it links."""
    spent = np.zeros_like(state.interchange)
    start = at.setting.world.trait("gdp_usd_bn")
    for f, bundle in zip(forces, at.setting.program.bundles, strict=True):
        size = bundle.levers.interchangeability
        if size > 0.0:
            payers = bundle.by * start
            paid = total(at.notes["budget"]["paid"] * payers) / total(payers)
            spent = spent + (f * paid)[:, None] * (size * linked(bundle, at.setting))
    growth = np.minimum(at.p("link_growth") * spent / at.p("link_cost"), 1.0)
    return state.interchange + growth * (at.p("link_ceiling") - state.interchange)


def linked(bundle: Bundle, at: Setting) -> Floats:
    """Share of the pairs of states of each kind of link, by GDP, that a bundle links, (links,)."""
    world, size = at.world, at.world.trait("gdp_usd_bn")
    camps = (world.groups["NATO"], world.groups["IP4"], posture.ground(at).red)
    others = bundle.partners if bundle.partners.any() else bundle.by
    one, other = (
        [float(total(who * camp * size) / total(camp * size)) for camp in camps]
        for who in (bundle.by, others)
    )
    across = max(one[_ALLIES] * other[_PARTNERS], one[_PARTNERS] * other[_ALLIES])
    return np.array([one[_ALLIES] * other[_ALLIES], across, one[_RED] * other[_RED]])


def need(state: State, at: Quarter, rows: Ints) -> Floats:
    """What states in a fight use in a quarter, `need*S0` for each theater in which they fight, in
    some runs, (rows, actors, classes)."""
    fights = total(posture.engaged(state, at.setting, rows))
    return (at.p("munitions_need")[rows] * fights)[..., None] * peacetime(at.setting)[rows]


def offers(state: State, at: Quarter, rows: Ints) -> Floats:
    """Share of its stock that each state offers in each theater, (rows, actors, theaters): one
    that helps in several splits its offer, for a round has one user."""
    helping = state.aiding[rows]
    return (
        at.p("offer_share")[rows][..., None] * helping / np.maximum(total(helping), 1.0)[..., None]
    )


def pools(
    stock: Floats, offered: Floats, state: State, at: Quarter, rows: Ints
) -> Iterator[tuple[int, Ints, Floats]]:
    """What others offer to each state under attack, or to each challenger, as far as it fits
    their arms: its row, the places among `rows` where it gets some, and each giver's part there,
    (places, classes, actors)."""
    world, level = at.setting.world, state.level[rows]
    nato, red = world.groups["NATO"], posture.ground(at.setting).red
    for k, theater in enumerate(THEATERS):
        here = np.flatnonzero((level[:, k] >= posture.FIERCE) & offered[..., k].any(axis=-1))
        if not len(here):
            continue
        at_hand = offered[here, :, k][:, None] * np.swapaxes(stock[here], 1, 2)
        phi = state.interchange[rows[here]]
        yield world.challenger[k], here, at_hand * np.where(red, phi[:, [_RED]], 0.0)[:, None]
        attacked = np.flatnonzero(world.trait(f"frontline_{theater}") > 0.0)
        wants = total(peacetime(at.setting)[rows[here, None], attacked])
        shares = wants / np.maximum(total(wants), 1e-12)[:, None]
        for n, i in enumerate(attacked):
            fit = np.where(nato & nato[i], phi[:, [_ALLIES]], phi[:, [_PARTNERS]])
            part = np.where(red, 0.0, fit * shares[:, [n]])
            yield int(i), here, at_hand * part[:, None]


def draw(stock: Floats, state: State, at: Quarter, rows: Ints) -> tuple[Floats, Floats]:
    """Munitions used in a fight, and what changed hands for it (received less given), in some
    runs, (rows, actors, classes): forces use their own first, then what is offered."""
    wanted, offered = need(state, at, rows), offers(state, at, rows)
    used = np.minimum(wanted, own(stock, offered))
    moved = np.zeros_like(stock)
    for i, here, parts in pools(stock, offered, state, at, rows):
        pool = total(parts)
        taken = np.minimum(wanted[here, i] - used[here, i], pool)
        rate = np.where(pool > 0.0, taken / np.where(pool > 0.0, pool, 1.0), 0.0)
        used[here, i] += taken
        moved[here, i] += taken
        moved[here] -= np.swapaxes(rate[..., None] * parts, 1, 2)
    return used, moved


def own(stock: Floats, offered: Floats) -> Floats:
    """What an actor keeps for itself, in some runs, (rows, actors, classes)."""
    return stock * (1.0 - total(offered))[..., None]


def usable(stock: Floats, state: State, at: Quarter, rows: Ints) -> Floats:
    """`S*(1 - offered) + sum_j Phi*offer_j*S_j`, in some runs, (rows, actors, classes)."""
    offered = offers(state, at, rows)
    there = own(stock, offered)
    for i, here, parts in pools(stock, offered, state, at, rows):
        there[here, i] += total(parts)
    return there


def supply_in(state: State, at: Quarter, rows: Ints) -> Floats:
    """Supply factor in some runs, (rows, actors, classes): `min(1, Usable/(4*need))`, 1 for those
    that do not fight."""
    wanted = _YEAR * need(state, at, rows)
    there = usable(state.munitions[rows], state, at, rows)
    ratio = there / np.where(wanted > 0.0, wanted, 1.0)
    return np.where(wanted > 0.0, np.minimum(1.0, ratio), 1.0)


def supply(state: State, at: Quarter) -> Floats:
    """Supply factor of every actor's forces at war, 0..1 by class, (runs, actors, classes)."""
    out = np.ones_like(state.munitions)
    rows = posture.in_fight(state)
    if len(rows):
        out[rows] = supply_in(state, at, rows)
    return out


def war_gap(state: State, at: Quarter) -> Floats:
    """What the red side of the war at the edge of Europe uses beyond what it makes, $bn a quarter,
    (runs,)."""
    return transfers.war_gap(state, at)

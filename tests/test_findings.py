"""Results that the documentation tells, with their paired errors (all slow)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import simulator as ts
from simulator import content, registry, trials
from simulator.batch import Job
from simulator.mechanisms import munitions
from simulator.trials import Trial
from tests.mechanisms import acts, build, play, row

RUNS, SEED = 6144, 9


def pact_effect(lens: str, metric: str, parameters: dict[str, tuple[float, float]] | None = None):
    """Paired effect of the pact, adoption forced, and its standard error."""
    frames = [
        ts.ensemble("summit-cycle", policies, lens, RUNS, SEED, adoption="forced",
                    parameters=parameters, workers=2).frame()[metric]
        for policies in (("formal-nato-ip4-pact",), ())
    ]  # fmt: skip
    gap = (frames[0] - frames[1]).to_numpy()
    return gap.mean(), gap.std(ddof=1) / np.sqrt(RUNS)


@pytest.mark.slow
def test_the_pact_makes_war_rarer_or_likelier_by_lens() -> None:
    """docs/findings.md: the sign of the effect on war anywhere differs, each beyond two standard
    errors."""
    calm, error = pact_effect("galic", "war_any")
    assert calm < -2.0 * error
    wary, error = pact_effect("reeves", "war_any")
    assert wary > 2.0 * error


@pytest.mark.slow
def test_the_sign_turns_on_the_belief_about_provocation() -> None:
    """One belief taken from another lens, everything else kept and paired: no more wars."""
    theirs = content.lens("galic").ranges
    swapped = {s: (theirs[s].numbers[0], theirs[s].numbers[-1]) for s in ("psi_CN", "w_fear")}
    effect, error = pact_effect("reeves", "war_any", swapped)
    assert effect < 2.0 * error


@pytest.mark.slow
def test_the_pact_deters_a_blockade_under_every_lens() -> None:
    for lens in ("galic", "reeves"):
        effect, error = pact_effect(lens, "blockade_taiwan")
        assert effect < -3.0 * error


@pytest.mark.slow
def test_the_pact_holds_down_clashes_in_korea_under_every_lens() -> None:
    for lens in ("galic", "reeves"):
        effect, error = pact_effect(lens, "rises_korea")
        assert effect < -10.0 * error


# ---- four things that would be too good to be true (docs/findings.md)


def paired(before: np.ndarray, after: np.ndarray) -> tuple[float, float]:
    """Mean of the paired difference and its standard error, over runs where both are known."""
    gap = (np.asarray(after, dtype=float) - np.asarray(before, dtype=float)).ravel()
    gap = gap[np.isfinite(gap)]
    return float(gap.mean()), float(gap.std(ddof=1) / np.sqrt(len(gap)))


def sanction_signalling(runs: int = 3072) -> dict[str, tuple[float, float]]:
    """What a private warning of sanctions does, adoption forced, on a Taiwan crisis."""
    frames = [
        ts.ensemble("taiwan-quarantine", policies, "neutral", runs, SEED, adoption="forced",
                    workers=2).frame()
        for policies in ((), ("private-sanctions-warning",))
    ]  # fmt: skip
    names = ("taiwan_force_risk", "trade_lever_left", "world_gdp_loss_usd_tn", "allied_gdp_loss",
             "political_capital_spent")  # fmt: skip
    return {n: paired(frames[0][n].to_numpy(), frames[1][n].to_numpy()) for n in names}


def bluff(runs: int = 512) -> dict[int, tuple[float, float]]:
    """Rise of the belief (log-odds) that the great power fights over Taiwan, by quarters after one
    public statement without commitment."""
    talk = acts(levers={"talk": 1.0}, by=["USA"], theaters=["taiwan"], end=1)
    seen: list[list[np.ndarray]] = []
    for policies in ((), (talk,)):
        fixed = build(*policies, runs=runs, quarters=25, calibrated=True)
        pair = fixed.pairs.index((row(fixed, "USA"), 1))
        path: list[np.ndarray] = []
        play(fixed, lambda state, at, path=path, pair=pair: path.append(state.resolve[:, pair]))
        seen.append(path)
    return {n: paired(seen[0][n], seen[1][n]) for n in (1, 4, 12, 24)}


def pact_without_commitment(lens: str, runs: int = 3072) -> dict[str, tuple[float, float]]:
    """The pact stripped of its promise against the pact, adoption forced."""
    pact = registry.policy("formal-nato-ip4-pact")
    bare = replace(pact, id="bare", levers=replace(pact.levers, commitment=0.0))
    how = {"quarters": 40, "lens": lens, "seed": SEED, "adoption": "forced", "calibrated": True}
    found = [
        {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
        for parts in (
            [play(build(one, runs=256, first=n, **how)) for n in range(0, runs, 256)]
            for one in (pact, bare)
        )
    ]
    names = ("partner_targeting", "taiwan_force_risk", "war_any", "encirclement_fear",
             "deterrence_asia")  # fmt: skip
    return {n: paired(found[0][n], found[1][n]) for n in names}


def shared_munitions(runs: int = 512) -> dict[str, tuple[float, float]]:
    """What interchangeable munitions do in a war over Taiwan, after a year of it: supply of the
    attacked state (0..1), and $bn in the stocks of those that help."""
    support, fit = (registry.policy(p) for p in ("indirect-wartime-support", INTERCHANGE))
    found: list[dict[str, np.ndarray]] = []
    for policies in ((support,), (support, fit)):
        fixed = build(*policies, runs=runs, quarters=12, scenario="taiwan-invasion", seed=SEED,
                      adoption="forced", calibrated=True)  # fmt: skip
        front = np.flatnonzero(fixed.world.trait("frontline_taiwan") > 0.0)
        givers = np.flatnonzero(fixed.world.western)
        seen: dict[str, list[np.ndarray]] = {"supply": [], "stocks of the West": []}

        def note(state, at, seen=seen, front=front, givers=givers):
            seen["supply"].append(munitions.supply(state, at)[:, front].mean(axis=(1, 2)))
            seen["stocks of the West"].append(state.munitions[:, givers].sum(axis=(1, 2)))

        play(fixed, note)
        found.append({n: np.mean(path, axis=0) for n, path in seen.items()})
    return {n: paired(found[0][n], found[1][n]) for n in found[0]}


INTERCHANGE = "munitions-interchangeability"


@pytest.mark.slow
def test_sanction_signalling_is_no_free_lunch() -> None:
    effect = sanction_signalling()
    for name, sign in (("trade_lever_left", -1), ("world_gdp_loss_usd_tn", 1)):
        value, error = effect[name]
        assert sign * value > 2.0 * error, name


@pytest.mark.slow
def test_a_bluff_decays() -> None:
    path = bluff()
    assert path[1][0] > 2.0 * path[1][1]
    assert path[24][0] < 0.6 * path[1][0]


@pytest.mark.slow
def test_a_pact_without_commitment_paints_a_target() -> None:
    effect = pact_without_commitment("fa")
    for name, sign in (("deterrence_asia", -1), ("partner_targeting", 1)):
        value, error = effect[name]
        assert sign * value > 2.0 * error, name


@pytest.mark.slow
def test_interchangeable_munitions_come_from_somewhere() -> None:
    effect = shared_munitions()
    for name, sign in (("supply", 1), ("stocks of the West", -1)):
        value, error = effect[name]
        assert sign * value > 2.0 * error, name


# ---- who stands between the blocs answers a visible coalition


def visible_coalition(
    lens: str, without: tuple[str, ...] = (), runs: int = 1024
) -> dict[str, tuple[float, float]]:
    """What AUKUS does that deepens, adoption forced, where some phases change nothing."""
    names = ("deterrence_asia", "asean_unity")
    pair = [
        Trial(Job("summit-cycle", policies, lens, SEED, 40, "forced", ()), without)
        for policies in ((), ("aukus-deepening",))
    ]
    before, after = trials.play(pair, runs, names, workers=2)
    return {n: paired(before[n], after[n]) for n in names}


@pytest.mark.slow
@pytest.mark.parametrize("lens", ["galic", "reeves"])
def test_a_visible_coalition_costs_access(lens: str) -> None:
    """Deterrence falls, most of it because states that hedge lean away, some because arms
    answer; the members of ASEAN become more alike only by that leaning."""
    whole = visible_coalition(lens)
    still = visible_coalition(lens, ("alignment.lean",))
    unanswered = visible_coalition(lens, ("alignment.lean", "arms.build"))
    for effect in (whole, still):
        value, error = effect["deterrence_asia"]
        assert value < -3.0 * error
    assert still["deterrence_asia"][0] > 0.6 * whole["deterrence_asia"][0]
    assert unanswered["deterrence_asia"][0] > 0.0
    assert whole["asean_unity"][0] > 10.0 * whole["asean_unity"][1]
    assert abs(still["asean_unity"][0]) < 0.2 * whole["asean_unity"][0]

"""Calibration: loss coefficients to published figures, and per lens the intercepts that make the
status quo the same under every lens (model.md 5.1).

    python -m simulator.calibrate losses
    python -m simulator.calibrate lenses
"""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

import numpy as np
import yaml
from scipy.optimize import nnls

from simulator import content
from simulator.arrays import Floats
from simulator.batch import Job, blocks, play_block
from simulator.futures import Calibration
from simulator.world import THEATERS, World


def fit_losses() -> dict[str, Any]:
    """Non-negative loss coefficients by theater and level, and what they reach.

    Least squares on relative errors, war and blockade apart; a theater without a published
    blockade takes a stated share of its war; levels 2 and 4 are stated shares of 3 and 5.
    """
    world, raw = content.world(), content.shared()["losses"]
    table: dict[str, list[list[float]]] = {}
    reached: dict[str, Any] = {}
    for k, theater in enumerate(THEATERS):
        targets = raw["targets"][theater]
        war = _fit(world, k, targets["war"], reached, f"{theater} war")
        if "blockade" in targets:
            blockade = _fit(world, k, targets["blockade"], reached, f"{theater} blockade")
        else:
            blockade = war * raw["blockade_share"][theater]
        strikes = np.maximum(blockade, raw["level4_of_level5"] * war)
        nothing = np.zeros_like(war)
        incident = raw["level2_of_level3"] * blockade
        levels = [nothing, nothing, incident, blockade, strikes, np.maximum(war, strikes)]
        table[theater] = [[round(float(c), 6) for c in row] for row in levels]
    return {"coefficients": table, "reached": reached}


def _fit(world: World, k: int, targets: dict[str, float], reached: Any, label: str) -> Floats:
    rows = {who: _features(world, k, who) for who in targets}
    system = np.array([rows[who] / target for who, target in targets.items()])
    found: Floats
    found, _ = nnls(system, np.ones(len(targets)))
    reached[label] = {
        who: {"target": t, "fitted": round(float(rows[who] @ found), 2)}
        for who, t in targets.items()
    }
    return found


def _features(world: World, k: int, who: str) -> Floats:
    """Central loss features of an actor, or their GDP-weighted mean over the world."""
    raw = content.shared()
    theater, gdp = THEATERS[k], world.trait("gdp_usd_bn")
    challenger = world.challenger[k]
    chips = raw["losses"]["chips"].get(theater)
    table = np.zeros((len(world.actors), 4))
    table[:, 0] = 0.0 if chips is None else world.trait(chips)
    name = raw["trade_with"].get(world.actors[challenger])
    counts = name is not None and theater in raw["losses"]["trade_counts"]
    if counts:
        trade = world.trait(str(name))
        table[:, 1] = trade / gdp
        table[challenger, 1] = trade[world.western].sum() / gdp[challenger]
    elif k == 0:
        table[:, 1] = world.trait("stake_europe")
    table[:, 2] = world.trait(f"frontline_{theater}")
    table[:, 3] = 1.0
    if who != "world":
        row: Floats = table[world.index[who]]
        return row
    rest = raw["rest_of_world"]
    row = np.array([rest["chips"] if chips else 0.0, rest["trade"] if counts else 0.0, 0.0, 1.0])
    weighted = (table * gdp[:, None]).sum(axis=0) + row * rest["gdp_usd_bn"]
    mean: Floats = weighted / (gdp.sum() + rest["gdp_usd_bn"])
    return mean


PRIMARY = ("incursion_europe", "blockade_taiwan", "rises_korea", "seizure_south_china_sea")
OFFICE = "adoption_probability"


def status_quo(lens: str, fit: Calibration, plan: dict[str, Any], seed: int) -> dict[str, float]:
    """Status-quo rates of a lens under a trial calibration: each theater's first figure, wars,
    mean incidents per quarter, and how often the office of the vote scenario is adopted whole."""
    runs, pool = plan["runs"], plan["pool"]
    spans = blocks(runs, workers=plan["workers"])
    base = Job(plan["scenario"], (), lens, seed, None, "endogenous", ())
    vote = Job(plan["vote"], (), lens, seed, plan["vote_quarters"], "endogenous", ())
    parts = list(pool.map(play_block, [base] * len(spans), spans, *_same(fit, len(spans))))
    votes = list(pool.map(play_block, [vote] * len(spans), spans, *_same(fit, len(spans))))
    found = {}
    for name in (*PRIMARY, *(f"war_{k}" for k in THEATERS)):
        found[name] = float(np.mean(np.concatenate([b.metrics[name] for b in parts])))
    for k, theater in enumerate(THEATERS):
        found[f"incidents_{theater}"] = float(
            np.mean(np.concatenate([b.hostile[k] for b in parts]))
        )
    found[OFFICE] = float(np.mean(np.concatenate([b.metrics[OFFICE] for b in votes])))
    return found


def _same(fit: Calibration, times: int) -> tuple[list[None], list[Calibration]]:
    return [None] * times, [fit] * times


def fit_lens(
    lens: str, targets: dict[str, float], start: Calibration, plan: dict[str, Any]
) -> tuple[Calibration, dict[str, float]]:
    """Prize factors and the intercept that bring a lens to the common status-quo rates.

    Secant steps on log prize against log rate and on the intercept against log-odds; incidents
    are set to their measured mean each round.  A theater with a target for wars as well
    (`plan["wars"]`) takes Newton steps on prize and trigger rate together.  The same draws are
    used in every round.  After `rounds` it ends as soon as all targets are met, or after
    `most_rounds`; the last calibration measured is returned, with what was measured.
    """
    prize, trigger, shift = np.log(start.prize), np.log(start.trigger), start.engagement
    incidents = start.incidents
    slope, tilt = np.array(plan["prize_slope"], dtype=float), plan["intercept_slope"]
    fit, found = start, dict[str, float]()
    previous: tuple[Any, ...] | None = None
    last = (shift, 0.0)
    for n in range(plan["most_rounds"]):
        fit = Calibration(np.exp(prize), np.exp(trigger), shift, incidents)
        found = status_quo(lens, fit, plan, plan["seed"])
        _tell(lens, {name: round(found[name], 4) for name in (*PRIMARY, OFFICE)})
        if n + 1 >= plan["rounds"] and _met(found, plan):
            break
        here = np.log(np.array([max(found[n], 1e-4) for n in PRIMARY]))
        odds = _odds(found[OFFICE])
        if previous is not None:
            moved = prize - previous[0]
            steep = (here - previous[1]) / np.where(np.abs(moved) > 1e-3, moved, 1.0)
            slope = np.where((np.abs(moved) > 0.02) & (steep > 0.1), steep, slope)
        previous = (prize, here)
        lacking = np.log(np.array([targets[n] for n in PRIMARY])) - here
        step = np.clip(lacking / slope, -0.5, 0.5)
        for theater, war in plan["wars"].items():
            k = THEATERS.index(theater)
            wars = np.log(war["target"] / max(found[f"war_{theater}"], 1e-4))
            step[k], more = _two_rates(lacking[k], wars, trigger[k], war)
            trigger[k] = trigger[k] + more
        prize = prize + step
        if n >= plan["rounds"]:
            tilt = _measured((shift, odds), last, tilt)
        last = (shift, odds)
        shift = shift + float(np.clip((_odds(targets[OFFICE]) - odds) / tilt, -1.2, 1.2))
        incidents = np.array([found[f"incidents_{k}"] for k in THEATERS])
    return fit, found


def _two_rates(
    seizures: float, wars: float, trigger: float, war: dict[str, Any]
) -> tuple[float, float]:
    """Steps of log prize and log trigger rate for what the logs of both rates lack.

    Where the trigger rate would leave its bounds, it stops there and the prize serves the
    seizures alone.
    """
    slopes = np.array(war["slopes"], dtype=float)
    _, more = np.clip(np.linalg.solve(slopes, [seizures, wars]), -0.6, 0.6)
    low, high = np.log(war["trigger"])
    more = float(np.clip(trigger + more, low, high) - trigger)
    return float(np.clip((seizures - slopes[0, 1] * more) / slopes[0, 0], -0.6, 0.6)), more


def _met(found: dict[str, float], plan: dict[str, Any]) -> bool:
    """Whether every rate is within .01 of its target, or within its tolerance."""
    targets, share = plan["targets"], plan["tolerance"]
    return all(abs(found[m] - t) <= max(0.01, share[m] * t) for m, t in targets.items())


def _measured(here: tuple[float, float], last: tuple[float, float], known: float) -> float:
    """Slope between the last two points, if they are apart and it is steep enough to use."""
    moved, gained = here[0] - last[0], here[1] - last[1]
    return gained / moved if abs(moved) > 0.02 and gained / moved > 0.3 else known


def _odds(p: float) -> float:
    inside = min(max(p, 1e-3), 1.0 - 1e-3)
    return float(np.log(inside) - np.log(1.0 - inside))


def fit_lenses() -> dict[str, Any]:
    """Calibrations of all lenses to the targets of the plan (`calibration_plan.yaml`)."""
    plan = dict(content.plan())
    targets, start = plan["targets"], plan["start"]
    first = Calibration(
        np.array([start["prize"][k] for k in THEATERS], dtype=float),
        np.array([start["trigger"][k] for k in THEATERS], dtype=float),
        float(start["engagement"]),
        np.array([start["incidents"][k] for k in THEATERS], dtype=float),
    )
    out: dict[str, Any] = {"traits": content.world().fingerprint, "lenses": {}}
    with ProcessPoolExecutor(plan["workers"], mp_context=get_context("spawn")) as pool:
        for lens in content.lens_ids():
            fit, found = fit_lens(lens, targets, first, plan | {"pool": pool})
            out["lenses"][lens] = {
                "prize": _by_theater(fit.prize), "trigger": _by_theater(fit.trigger),
                "engagement": round(fit.engagement, 4), "incidents": _by_theater(fit.incidents),
                "fitted": {n: round(v, 4) for n, v in found.items() if "incidents" not in n},
            }  # fmt: skip
    return out


def _by_theater(values: Floats) -> dict[str, float]:
    return {k: round(float(v), 4) for k, v in zip(THEATERS, values, strict=True)}


_HEADS = {
    "losses": "# Coefficients by theater and level 0..5: chips, trade with belligerents, fought"
    " over, shock to all.\n",
    "lenses": "# Per lens: factors on prize and trigger rate, shift of the intercept on"
    " engagement, and the\n# status quo's mean incidents per quarter. `traits`: hash of the trait"
    " table, frozen before fitting.\n",
}
_FILES = {"losses": "losses.yaml", "lenses": "calibration.yaml"}


def _tell(*words: object) -> None:
    sys.stdout.write(" ".join(str(w) for w in words) + "\n")
    sys.stdout.flush()


def main(arguments: list[str]) -> int:
    """Fit and write one of the two data files."""
    if len(arguments) != 1 or arguments[0] not in _FILES:
        _tell("usage: python -m simulator.calibrate losses|lenses")
        return 2
    what = arguments[0]
    fitted = fit_losses() if what == "losses" else fit_lenses()
    head = f"# Generated by `python -m simulator.calibrate {what}`. Do not edit.\n{_HEADS[what]}"
    text = head + yaml.safe_dump(fitted, sort_keys=False, default_flow_style=None, width=110)
    (content.folder() / _FILES[what]).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Metrics: pure read-outs of what a run recorded.  Nothing in the model reads them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml

from simulator.arrays import Bools, Floats
from simulator.mechanisms import losses, signals
from simulator.mechanisms.minutes import ADOPTED, BLOCKED, WEAKENED
from simulator.metrics import bloc, economy, forces, society
from simulator.phase import Quarter
from simulator.setting import Setting
from simulator.state import NEVER, State
from simulator.tally import mean
from simulator.world import ISSUES, THEATERS

PATH = Path(__file__).with_name("metrics.yaml")
Measure = Callable[[dict[str, Floats], State, Setting], dict[str, Floats]]
THEMES: tuple[Measure, ...] = (
    bloc.measure,
    economy.measure,
    forces.measure,
    society.measure,
)
SERIES = (*(f"level_{k}" for k in THEATERS), "encirclement_fear", "chance_taiwan", "world_loss")


@dataclass(frozen=True)
class Metric:
    """One metric: `eligible` says over which runs it is averaged, if not over all."""

    id: str
    unit: str
    direction: str
    label: str
    definition: str
    ledger: str = ""
    eligible: str = ""


def load_metrics() -> dict[str, Metric]:
    """All metrics by id, in the order of the file."""
    entries = yaml.safe_load(PATH.read_text(encoding="utf-8"))
    return {name: Metric(id=name, **entry) for name, entry in entries.items()}


METRICS = load_metrics()


def record(state: State, at: Quarter) -> None:
    """Phase 12: note what the metrics read, each with runs first."""
    setting, notes = at.setting, at.notes
    wording = ISSUES.index("wording")
    fear = [state.threat[:, i, -1] for i in setting.world.challenger]
    notes["record"] = {
        "level": state.level,
        "rose": notes["rose"],
        "incidents": _incidents(state, at),
        "conceded": notes["conceded"].astype(float),
        "fear": np.stack(fear, axis=-1),
        "win": np.ascontiguousarray(notes["win"][..., -1]),
        "commitment": _great_power_in_europe(state, at),
        "wording": state.text[:, 0, wording].copy(),
        **losses.money(state, at),
        "result": np.ascontiguousarray(notes["results"].T),
        "text": state.agreed,
        "carried": state.carried,
        "price": _price(notes, state),
        **notes.get("measured", {}),
    }


def _incidents(state: State, at: Quarter) -> Floats:
    """Hostile acts of each theater's challenger there this quarter, (runs, theaters)."""
    target = at.setting.world.challenger_target
    return np.stack([state.incidents[:, j, k] for k, j in enumerate(target)], axis=-1)


def _price(notes: dict[str, dict[int, Floats]], state: State) -> Floats:
    price = np.zeros_like(state.agreed)
    for t, paid in notes.get("price", {}).items():
        price[:, t] = paid
    return price


def _great_power_in_europe(state: State, at: Quarter) -> Floats:
    setting = at.setting
    top = int(np.argmax(setting.ladder.great_power_of))
    pair = setting.pairs.index((top, 0))
    return signals.fight_chance(state, at)[:, pair, 4]


def measure(history: dict[str, Floats], state: State, setting: Setting) -> dict[str, Floats]:
    """All metrics, each (runs,), NaN where a run is not eligible.

    `history[name]` stacks what `record` noted over quarters, last axis: (..., quarters).
    """
    level, rose = history["level"], history["rose"]
    deterrence = 1.0 - mean(history["win"])
    pick = {k: i for i, k in enumerate(THEATERS)}
    reached = {k: _any(level[:, i] >= 5.0) for k, i in pick.items()}
    seized = {k: _any((rose[:, i] > 0.0) & (level[:, i] >= 3.0)) for k, i in pick.items()}
    fierce = level >= 4.0
    asia = fierce[:, 1] | fierce[:, 2] | fierce[:, 3]
    world = _sum(history["world"])
    calm = (level <= 1.0).astype(float).reshape(len(level), -1)
    out = {
        "encirclement_fear": mean(history["fear"][:, 1]),
        "taiwan_force_risk": seized["taiwan"],
        "blockade_taiwan": seized["taiwan"],
        "seizure_south_china_sea": seized["south_china_sea"],
        "incursion_europe": seized["europe"],
        "regional_conflict_risk": _any(asia),
        "deterrence_asia": (deterrence[:, 1] + deterrence[:, 2]) / 2.0,
        "deterrence_europe": deterrence[:, 0],
        **{f"deterrence_margin_{k}": deterrence[:, pick[k]] for k in THEATERS[:3]},
        "russian_aggression": _rises(level, rose, 0) + _sum((level[:, 0] >= 5.0).astype(float)),
        "rises_korea": _rises(level, rose, 2),
        "language_strength": history["wording"][:, -1],
        "us_commitment": mean(history["commitment"]),
        "global_gdp_loss": world,
        "world_gdp_loss_usd_tn": world,
        "allied_gdp_loss": _sum(history["allied"]),
        "europe_econ_loss": _sum(history["distant"]),
        **{f"war_{k}": reached[k] for k in THEATERS},
        "war_any": _any(level.max(axis=1) >= 5.0),
        "two_theater_war": _any(fierce[:, 0] & asia),
        "calm_share": mean(calm),
        "concessions": _sum(history["conceded"].sum(axis=1)),
        "channel_stock": mean(state.channel),
        "trade_lever_left": state.exposure[:, setting.world.challenger_target[1]],
        "cost_usd_bn": state.money,
        "political_capital_spent": state.capital_spent,
        **_forum_metrics(history, state, setting, level.shape[-1]),
        **forces.measure(history, state, setting),
    }
    for theme in THEMES:
        out |= theme(history, state, setting)
    return {name: np.asarray(out[name], dtype=float) for name in METRICS}


def _forum_metrics(
    history: dict[str, Floats], state: State, setting: Setting, quarters: int
) -> dict[str, Floats]:
    """Read-outs of the texts that policies ask for; splits count all failures among allies."""
    texts, runs = setting.program.texts, state.runs
    own = [t for t, text in enumerate(texts) if not text.by_leadership]
    allied = [t for t, x in enumerate(texts) if setting.ladder.forums[x.forum].allied]
    blocked = (history["result"][:, allied] == BLOCKED).sum(axis=-1).sum(axis=-1)
    splits = {"splits": blocked.astype(float)}
    if not own:
        names = ("decision_delay", "adoption_probability", "adopted_weakened",
                 "quarters_to_adopt", "dilution")  # fmt: skip
        return {**dict.fromkeys(names, np.full(runs, np.nan)), **splits}
    result, decided = history["result"][:, own], state.decided[:, own]
    whole = (result == ADOPTED).any(axis=-1) & _joined(state, setting)[:, own]
    weak = (result == WEAKENED).any(axis=-1)
    tabled = state.tabled[:, own] < NEVER
    delay = np.where(decided < NEVER, decided - state.tabled[:, own], float(quarters))
    start = np.array([setting.ladder.texts[texts[t].issue] for t in own])
    span = np.array([texts[t].target for t in own]) - start
    got = (state.agreed[:, own] - start) / np.where(span == 0.0, 1.0, span)
    all_in = whole.all(axis=-1)
    return {
        "decision_delay": _mean_of(delay, tabled),
        "adoption_probability": all_in.astype(float),
        "adopted_weakened": weak.any(axis=-1).astype(float),
        "quarters_to_adopt": np.where(all_in, np.max(delay, axis=-1), np.nan),
        "dilution": _mean_of(got, decided < NEVER),
        **splits,
    }


def _joined(state: State, setting: Setting) -> Bools:
    """True where some invited partner takes part, or none was invited, (runs, texts)."""
    columns = []
    for t, text in enumerate(setting.program.texts):
        invited = state.taking_part[:, t][:, list(text.accept)]
        columns.append(invited.any(axis=-1) if text.accept else np.ones(state.runs, dtype=bool))
    return np.stack(columns, axis=-1)


def _mean_of(values: Floats, where: Bools) -> Floats:
    """Mean over the last axis of the values that count; NaN where none does."""
    size = where.sum(axis=-1)
    summed = np.where(where, values, 0.0).sum(axis=-1)
    return np.where(size > 0, summed / np.maximum(size, 1), np.nan)


def _any(flags: Bools) -> Floats:
    return flags.any(axis=-1).astype(float)


def _sum(values: Floats) -> Floats:
    result: Floats = np.ascontiguousarray(values).sum(axis=-1)
    return result


def _rises(level: Floats, rose: Floats, k: int) -> Floats:
    return _sum(((rose[:, k] > 0.0) & (level[:, k] >= 2.0)).astype(float))

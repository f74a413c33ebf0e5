"""M17 Economic loss: non-decreasing in the rung (V30), fading with a half-life to a scar."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mechanisms import begun, build, quarter
from simulator.mechanisms import losses
from simulator.state import State
from simulator.world import THEATERS

FIXED = build(runs=40)
AT = quarter(FIXED)
LEVELS = range(6)


def standing_at(*levels: int) -> State:
    """Losses of given levels in force, one level a theater."""
    state = begun(FIXED)
    reached = np.stack([FIXED.coefficients[k, level] for k, level in enumerate(levels)])
    return replace(state, losses=np.zeros_like(state.losses) + reached)


@pytest.mark.parametrize("k", range(4), ids=THEATERS)
def test_v30_every_actor_loses_no_less_on_a_higher_rung(k: int) -> None:
    levels = [[n if j == k else 0 for j in range(4)] for n in LEVELS]
    loss = np.stack([losses.by_actor(standing_at(*at), AT) for at in levels])
    assert np.all(np.diff(loss, axis=0) >= -1e-12)
    assert not loss[:2].any()
    assert np.all((loss >= 0.0) & (loss <= 100.0))
    assert loss[5].max() > 1.0
    rest = np.stack([losses.elsewhere(standing_at(*at), AT) for at in levels])
    assert np.all(np.diff(rest, axis=0) >= -1e-12)
    world = [losses.money(standing_at(*at), AT) for at in levels]
    for name in ("world", "allied", "distant"):
        assert np.all(np.diff(np.stack([w[name] for w in world]), axis=0) >= -1e-12)


def test_v30_the_tables_that_choices_read_rise_with_the_rung_too() -> None:
    assert np.all(np.diff(FIXED.challenger_loss, axis=-1) >= -1e-12)
    assert np.all(np.diff(FIXED.pair_loss, axis=-1) >= -1e-12)
    assert np.all(FIXED.challenger_loss[..., 5] > 0.0)


def test_v30_a_challengers_table_is_its_own_loss() -> None:
    """What a challenger reckons with is what it would suffer, alone in its theater."""
    for k, i in enumerate(FIXED.world.challenger):
        for level in LEVELS:
            at = [level if j == k else 0 for j in range(4)]
            suffered = losses.by_actor(standing_at(*at), AT)[:, i]
            assert FIXED.challenger_loss[:, k, level] == pytest.approx(suffered, abs=1e-9)


@given(st.lists(st.integers(0, 5), min_size=4, max_size=4))
def test_losses_of_several_theaters_combine_without_double_counting(levels: list[int]) -> None:
    joint = losses.by_actor(standing_at(*levels), AT) / 100.0
    alone = [
        losses.by_actor(standing_at(*[n if j == k else 0 for j in range(4)]), AT) / 100.0
        for k, n in enumerate(levels)
    ]
    assert joint == pytest.approx(1.0 - np.prod([1.0 - a for a in alone], axis=0), abs=1e-9)


@pytest.mark.parametrize("name", ["L", "eur_scale"])
def test_losses_rise_with_their_scale(name: str) -> None:
    low, high = (build(runs=20, parameters={name: v}) for v in (0.5, 1.5))
    state = replace(begun(low), losses=standing_at(5, 5, 5, 5).losses[:20])
    less, more = losses.by_actor(state, quarter(low)), losses.by_actor(state, quarter(high))
    assert np.all(more >= less - 1e-12)
    assert more.mean() > less.mean()


def after(quarters: int, levels: list[float]) -> np.ndarray:
    """Loss coefficients in force after a path of levels in the second theater, then peace."""
    state = begun(FIXED)
    for level in [*levels, *[0.0] * quarters]:
        now = np.zeros_like(state.level)
        now[:, 1] = level
        state = losses.suffer(replace(state, level=now), AT)
    return state.losses[:, 1]


@pytest.mark.parametrize("quarters", [1, 3, 10])
def test_losses_halve_with_the_half_life_down_to_the_scar(quarters: int) -> None:
    peak = FIXED.coefficients[1, 5]
    scar, half = FIXED.p("scar_share"), FIXED.p("loss_half_life")
    expected = peak * (scar + (1.0 - scar) * 0.5 ** (quarters / half))
    assert after(quarters, [5.0]) == pytest.approx(expected)


def test_losses_never_fall_below_the_scar_nor_below_the_present_rung() -> None:
    scar = FIXED.p("scar_share") * FIXED.coefficients[1, 5]
    assert np.all(after(200, [5.0]) >= scar - 1e-12)
    assert np.all(after(0, [5.0, 3.0]) >= FIXED.coefficients[1, 3] - 1e-12)


def test_later_losses_count_less() -> None:
    state = standing_at(3, 3, 3, 3)
    now, later = losses.money(state, quarter(FIXED, 0)), losses.money(state, quarter(FIXED, 20))
    rate = FIXED.futures.parameter("discount_rate")
    for name, value in now.items():
        assert later[name] == pytest.approx(value * np.exp(-rate * 5.0))

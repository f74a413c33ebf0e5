"""Results that the documentation tells, with their paired errors (all slow)."""

from __future__ import annotations

import numpy as np
import pytest

import simulator as ts
from simulator import content

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
def test_the_pact_deters_or_provokes_a_blockade_by_lens() -> None:
    """docs/findings.md: the sign differs, each beyond two standard errors."""
    calm, error = pact_effect("galic", "blockade_taiwan")
    assert calm < -2.0 * error
    wary, error = pact_effect("reeves", "blockade_taiwan")
    assert wary > 2.0 * error


@pytest.mark.slow
def test_the_sign_turns_on_the_belief_about_provocation() -> None:
    """One belief taken from another lens, everything else kept and paired."""
    theirs = content.lens("galic").ranges
    swapped = {s: (theirs[s].numbers[0], theirs[s].numbers[-1]) for s in ("psi_CN", "w_fear")}
    effect, error = pact_effect("reeves", "blockade_taiwan", swapped)
    assert effect < -1.5 * error


@pytest.mark.slow
def test_the_pact_holds_down_clashes_in_korea_under_every_lens() -> None:
    for lens in ("galic", "reeves"):
        effect, error = pact_effect(lens, "rises_korea")
        assert effect < -10.0 * error

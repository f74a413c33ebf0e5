"""The vote that history knows: a small office in Tokyo, and who stood in its way.

One case, partly circular (traits and blame come from the same pages): a pattern, not a proof.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

import simulator as ts
from simulator import content

RUNS, SUMMITS = 1024, 9


@cache
def vote(**over: float) -> tuple[pd.Series, pd.DataFrame]:
    ens = ts.ensemble(
        "liaison-office-vote", lens="neutral", runs=RUNS, seed=31, quarters=SUMMITS,
        parameters=over or None,
    )  # fmt: skip
    return ens.frame().mean(), ens.votes().set_index("actor")


def test_the_whole_office_passes_in_some_futures() -> None:
    rates, _ = vote()
    assert 0.15 <= rates["adoption_probability"] <= 0.50
    assert rates["adopted_weakened"] < 0.35


def test_a_handful_of_allies_make_the_blocks() -> None:
    _, votes = vote()
    blame = votes["blamed"].sort_values(ascending=False)
    failures = blame.sum()
    assert blame.index[0] == "FRA"
    assert blame.iloc[:5].sum() > 0.5 * failures
    assert votes["broke"].sum() <= 3.5 * failures


def test_others_hide_behind_the_public_blocker() -> None:
    _, votes = vote()
    hiding = votes["hid"].drop("FRA").sort_values(ascending=False)
    assert (hiding.iloc[:3] > 2 * votes["broke"].loc[hiding.index[:3]]).all()
    assert votes["hid"].sum() > 3 * votes["blamed"].sum()


def test_the_first_blocker_is_not_made_by_one_trait() -> None:
    """Without process sensitivity the same ally stays among the first three."""
    _, votes = vote(irr=0.0)
    assert "FRA" in votes["blamed"].sort_values(ascending=False).index[:3]


def test_the_pact_is_hardly_ever_adopted() -> None:
    ens = ts.ensemble("summit-cycle", ["formal-nato-ip4-pact"], runs=512, seed=31, quarters=20)
    assert ens.frame()["adoption_probability"].mean() <= 0.02


def test_traits_are_frozen_before_calibration() -> None:
    fitted = content._loader().read_yaml(content.folder() / "calibration.yaml")
    assert fitted["traits"] == content.world().fingerprint, (
        "The trait table changed after the calibration: run `python -m simulator.calibrate lenses` "
        "and note it in CHANGELOG.md under 'Results change'."
    )


def test_visibility_matters_as_much_as_depth() -> None:
    """nac_notes 2: a quiet text of the same depth passes more often than a visible one."""
    loud, _ = vote()
    quiet, _ = vote(omega=0.0)
    assert quiet["adoption_probability"] > loud["adoption_probability"] + 0.1
    assert np.isfinite(quiet["dilution"])

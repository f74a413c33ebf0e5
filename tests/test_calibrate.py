"""The steps of the calibration, without playing: rates that answer as given."""

from __future__ import annotations

import numpy as np
import pytest

from simulator import calibrate

WAR = {"slopes": [[1.5, 0.25], [4.0, 0.3]], "trigger": [0.25, 4.0]}


def test_two_rates_are_met_in_one_step_where_the_trigger_is_free() -> None:
    prize, trigger = calibrate._two_rates(-0.1, -0.3, 0.0, WAR)
    assert -0.1 == pytest.approx(1.5 * prize + 0.25 * trigger)
    assert -0.3 == pytest.approx(4.0 * prize + 0.3 * trigger)


@pytest.mark.parametrize("end", [0, 1])
def test_at_a_bound_of_the_trigger_the_prize_serves_the_seizures(end: int) -> None:
    here = float(np.log(WAR["trigger"][end]))
    wars = 0.5 if end == 0 else -0.5  # asks for a still lower, or higher, trigger rate
    prize, trigger = calibrate._two_rates(-0.1, wars, here, WAR)
    assert 0.0 == pytest.approx(trigger)
    assert -0.1 == pytest.approx(1.5 * prize)


def test_a_rate_is_met_within_its_share_or_a_hundredth() -> None:
    plan = {"targets": {"a": 0.3, "b": 2.0}, "tolerance": {"a": 0.01, "b": 0.05}}
    assert calibrate._met({"a": 0.309, "b": 2.09}, plan)
    assert not calibrate._met({"a": 0.311, "b": 2.0}, plan)
    assert not calibrate._met({"a": 0.3, "b": 1.89}, plan)


def test_what_is_written_is_what_was_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rates that follow the prize exactly: the loop ends at the calibration that it played last."""
    played = []

    def rates(lens: str, fit: object, plan: object, seed: int) -> dict[str, float]:
        played.append(fit)
        found = {n: 0.1 * p for n, p in zip(calibrate.PRIMARY, fit.prize, strict=True)}
        wars = {f"war_{k}": 0.03 for k in calibrate.THEATERS}
        return found | wars | {f"incidents_{k}": 0.1 for k in calibrate.THEATERS} | {
            calibrate.OFFICE: 0.33
        }  # fmt: skip

    monkeypatch.setattr(calibrate, "status_quo", rates)
    targets = dict.fromkeys(calibrate.PRIMARY, 0.2) | {calibrate.OFFICE: 0.33}
    plan = {"targets": targets, "tolerance": dict.fromkeys(targets, 0.02), "wars": {}, "rounds": 2,
            "most_rounds": 30, "seed": 1, "prize_slope": [1.0] * 4,
            "intercept_slope": 1.0}  # fmt: skip
    ones = np.ones(4)
    start = calibrate.Calibration(ones, ones, 0.0, 0.1 * ones)
    fit, found = calibrate.fit_lens("any", targets, start, plan)
    assert fit is played[-1]
    assert [0.2] * 4 == pytest.approx([found[n] for n in calibrate.PRIMARY], abs=0.01)
    assert 2 < len(played) < 30

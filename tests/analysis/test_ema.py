"""An EMA workbench user drives the simulator as a model of the workbench."""

import pickle

import pytest

import simulator as ts
from simulator.analysis import as_ema_model
from simulator.errors import InputError

PLACE, OFFICE, NONE = "summit-cycle", "tokyo-liaison-office", "status-quo-ip4-track"
SMALL = {"runs": 4, "quarters": 3}
ema = pytest.importorskip("ema_workbench")


def test_experiments_are_ensembles_at_the_values_sampled() -> None:
    metrics = ["encirclement_fear", "quarters_to_adopt"]
    model = as_ema_model(PLACE, ["psi_W"], [NONE, OFFICE], metrics[:1], **SMALL)
    policies = [ema.Policy(p, portfolio=p) for p in (NONE, OFFICE)]
    with ema.SequentialEvaluator(model) as evaluator:
        experiments, outcomes = evaluator.perform_experiments(scenarios=2, policies=policies)
    assert 4 == len(experiments)
    for i, row in enumerate(experiments.to_dict("records")):
        assert row["portfolio"] == row["policy"]
        bundle = [] if row["policy"] == NONE else [str(row["policy"])]
        held = {"psi_W": float(row["psi_W"])}
        played = ts.ensemble(PLACE, bundle, "neutral", 4, 0, 3, parameters=held)
        assert played.metrics[metrics[0]].mean() == outcomes[metrics[0]][i]


def test_ranges_levers_and_sides() -> None:
    model = as_ema_model(
        PLACE, {"psi_W": (0.2, 0.4)}, [NONE, OFFICE],
        ["war_any", "alliance_cohesion", "concessions", "threat_success"], **SMALL,
    )  # fmt: skip
    psi = model.uncertainties["psi_W"]
    assert (0.2, 0.4) == (psi.lower_bound, psi.upper_bound)
    assert [NONE, OFFICE] == [c.value for c in model.levers["portfolio"].categories]
    kinds = {outcome.name: outcome.kind for outcome in model.outcomes}
    side = ema.ScalarOutcome
    assert {
        "war_any": side.MINIMIZE, "alliance_cohesion": side.MAXIMIZE, "concessions": side.INFO,
        "threat_success": side.MAXIMIZE, "threat_success_eligible": side.INFO,
    } == kinds  # fmt: skip
    assert callable(pickle.loads(pickle.dumps(model.function)))


def test_an_outcome_that_is_not_finite_stops_and_names_the_values() -> None:
    model = as_ema_model(PLACE, ["psi_W"], [NONE, OFFICE], ["quarters_to_adopt"], **SMALL)
    with (
        ema.SequentialEvaluator(model) as evaluator,
        pytest.raises(ema.EMAError, match=r"FailedFutures.*future 0: psi_W=.*quarters_to_adopt"),
    ):
        evaluator.perform_experiments(scenarios=1, policies=[ema.Policy(NONE, portfolio=NONE)])


@pytest.mark.parametrize(
    ("parameters", "policies", "metrics", "said"),
    [
        (["psi_WW"], [NONE, OFFICE], ["war_any"], "unknown parameter 'psi_WW'"),
        ({"psi_W": (0.4, 0.2)}, [NONE, OFFICE], ["war_any"], "low below high"),
        ({"psi_W": (0.4, 99.0)}, [NONE, OFFICE], ["war_any"], "parameters: psi_W"),
        (["psi_W"], [NONE, "tokio-liaison-office"], ["war_any"], "Did you mean 'tokyo"),
        (["psi_W"], [NONE], ["war_any"], "a lever needs a choice"),
        (["psi_W"], [NONE, OFFICE], ["war_anny"], "Did you mean 'war_any'"),
        (["psi_W"], [NONE, OFFICE], [], "one metric or more"),
    ],
)
def test_bad_input_is_refused_before_anything_is_played(
    parameters: object, policies: list[str], metrics: list[str], said: str
) -> None:
    with pytest.raises(InputError, match=said):
        as_ema_model(PLACE, parameters, policies, metrics, **SMALL)  # type: ignore[arg-type]

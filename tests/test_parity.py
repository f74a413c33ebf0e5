"""One rule, two drivers: the Mesa run equals the same run of an ensemble, to the last bit."""

from __future__ import annotations

import gc
import itertools
import weakref

import numpy as np
import pytest

import simulator as ts
from scenarios import loader
from simulator import content, registry
from simulator.batch import Job, blocks, play_block
from simulator.model import WargameModel

SCENARIOS, LENSES = loader.ids("scenarios"), content.lens_ids()
POLICIES = list(registry.policies())
ONCE = [
    (SCENARIOS[n % len(SCENARIOS)], policy, LENSES[n % len(LENSES)])
    for n, policy in enumerate(POLICIES)
]
CROSSED = [
    (scenario, POLICIES[n % len(POLICIES)], lens)
    for n, (scenario, lens) in enumerate(itertools.product(SCENARIOS, LENSES))
]


def assert_same(job: Job, run: int, first: int, width: int) -> None:
    """The Mesa run `run` equals that row of the block that starts at `first`, bit for bit."""
    block = play_block(job, range(first, first + width))
    alone = ts.simulate(
        job.scenario, job.policies, job.lens, job.seed, run, job.quarters, adoption=job.adoption
    )
    for name, values in block.metrics.items():
        expected, actual = values[run - first], np.float64(alone.metrics[name])
        assert np.array_equal(expected, actual, equal_nan=True), (name, expected, actual)


def test_every_scenario_policy_and_lens_has_its_turn() -> None:
    assert [set(column) for column in zip(*ONCE, strict=True)] == [
        set(SCENARIOS), set(POLICIES), set(LENSES),
    ]  # fmt: skip


@pytest.mark.parametrize(("scenario", "policy", "lens"), ONCE)
def test_drivers_agree_on_a_short_run(scenario: str, policy: str, lens: str) -> None:
    """V35, every shipped scenario, policy and lens; five quarters reach past the first summit."""
    assert_same(Job(scenario, (policy,), lens, 7, 5, "endogenous", ()), run=3, first=0, width=5)


@pytest.mark.slow
@pytest.mark.parametrize(("scenario", "policy", "lens"), CROSSED)
def test_drivers_agree_in_every_scenario_under_every_lens(
    scenario: str, policy: str, lens: str
) -> None:
    """V35, with adoption forced, so that policies are in force."""
    assert_same(Job(scenario, (policy,), lens, 7, 6, "forced", ()), run=3, first=0, width=5)


@pytest.mark.slow
@pytest.mark.parametrize(("scenario", "policy", "lens"), ONCE)
def test_drivers_agree_over_the_whole_horizon(scenario: str, policy: str, lens: str) -> None:
    """V35, ten years."""
    assert_same(Job(scenario, (policy,), lens, 8, None, "endogenous", ()), 61, 57, 9)


@pytest.mark.parametrize("lens", ["neutral", "mixed"])
def test_drivers_agree_on_all_policies_at_once(lens: str) -> None:
    """A portfolio of everything that does not ask the same text twice, over five years."""
    policies = ("tokyo-liaison-office", "private-sanctions-warning", "public-taiwan-statement")
    assert_same(Job("taiwan-quarantine", policies, lens, 5, 20, "endogenous", ()), 2, 0, 8)


def test_forced_adoption_agrees() -> None:
    job = Job("korea-brinkmanship", ("formal-nato-ip4-pact",), "reeves", 3, 12, "forced", ())
    block = play_block(job, range(4))
    alone = ts.simulate(job.scenario, job.policies, job.lens, 3, 2, 12, adoption="forced")
    assert all(
        np.array_equal(block.metrics[n][2], v, equal_nan=True) for n, v in alone.metrics.items()
    )


@pytest.mark.parametrize("block", [1, 7, 64])
def test_chunking_changes_nothing(block: int) -> None:
    """V35: any block size."""
    whole = ts.ensemble("taiwan-quarantine", ["tokyo-liaison-office"], "mixed", 40, 1, 8)
    parts = ts.ensemble(
        "taiwan-quarantine", ["tokyo-liaison-office"], "mixed", 40, 1, 8, block=block
    )
    assert whole.frame().equals(parts.frame())
    assert whole.votes().equals(parts.votes())


def test_process_count_changes_nothing() -> None:
    one = ts.ensemble("liaison-office-vote", [], "mli", 48, 2, 6, block=16)
    two = ts.ensemble("liaison-office-vote", [], "mli", 48, 2, 6, block=16, workers=2)
    assert one.frame().equals(two.frame())


def test_v44_more_runs_and_quarters_keep_the_first_ones() -> None:
    """V44: a longer horizon and more runs leave earlier quarters and runs as they were."""
    short = ts.ensemble("taiwan-gray-zone", [], "fa", 8, 4, 6)
    long = ts.ensemble("taiwan-gray-zone", [], "fa", 16, 4, 12)
    for name, paths in short.paths.items():
        assert np.array_equal(paths, long.paths[name][:8, :6])


def test_a_finished_model_is_let_go() -> None:
    """Mesa 3.3 keeps every model in a class attribute; ours lets go of it."""
    model = WargameModel(scenario="summit-cycle", quarters=1)
    model.step()
    model.close()
    gone = weakref.ref(model)
    del model
    gc.collect()
    assert gone() is None


def test_policies_share_their_luck() -> None:
    """Common random numbers: paired differences are far less noisy than the outcomes."""
    cmp = ts.compare(
        "taiwan-quarantine", ["tokyo-liaison-office"], "neutral", runs=128, quarters=12
    )
    row = cmp.frame().query("metric == 'encirclement_fear' and policy == 'tokyo-liaison-office'")
    assert float(row["delta_se"].iloc[0]) < 0.2 * float(row["se"].iloc[0])


@pytest.mark.parametrize(
    ("runs", "jobs", "workers", "sizes"),
    [(1, 1, 2, [1]), (1024, 1, 1, [1024]), (1024, 1, 2, [512, 512]), (3072, 1, 2, [768] * 4),
     (1025, 5, 2, [513, 512]), (256, 20, 2, [256]), (3, 1, 8, [1, 1, 1])],
)  # fmt: skip
def test_blocks_are_of_like_size_and_occupy_every_worker(
    runs: int, jobs: int, workers: int, sizes: list[int]
) -> None:
    spans = blocks(runs, jobs, workers)
    assert sizes == [len(span) for span in spans]
    assert list(range(runs)) == [n for span in spans for n in span]

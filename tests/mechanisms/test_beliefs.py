"""M4 Threat and intent beliefs: attribution (V17), symmetry of rows (V31) and of sides (V32)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.rules.perceive import perceive
from mechanisms import COSTS, acts, begun, build, differing, play, quarter
from simulator.mechanisms import beliefs
from simulator.questions import PerceiveView
from simulator.setting import Setting
from simulator.state import State
from simulator.world import ISSUES

RUNS, ASKERS, TARGETS, THEATERS = 3, 5, 4, 4
BLIND = {"attribution": 0.0}  # adversaries discount every visible act fully
PER_TARGET = ("belief", "start_belief", "is_west", "words", "trust", "noise")
PER_TARGET_AND_THEATER = ("footprint", "restraint", "incidents", "usual_incidents", "reach")


def view(seed: int) -> PerceiveView:
    """A view of random numbers, every array with all its axes."""
    luck = np.random.default_rng(seed)
    shapes = dict.fromkeys(PER_TARGET, (TARGETS,))
    shapes |= dict.fromkeys(PER_TARGET_AND_THEATER, (TARGETS, THEATERS))
    shapes |= dict.fromkeys(("stakes", "explained", "own_power", "guaranteed_power"), (THEATERS,))
    names = PerceiveView.__dataclass_fields__
    made = {n: luck.normal(size=(RUNS, ASKERS, *shapes.get(n, ()))) for n in names}
    positive = ("stakes", "reach", "own_power", "guaranteed_power")
    return PerceiveView(**(made | {n: np.abs(made[n]) for n in positive}))


def asked(given_: PerceiveView, order: list[int]) -> PerceiveView:
    return replace(given_, **{n: v[:, order] for n, v in given_.__dict__.items()})


def relabeled(given_: PerceiveView, order: list[int]) -> PerceiveView:
    names = (*PER_TARGET, *PER_TARGET_AND_THEATER)
    return replace(given_, **{n: getattr(given_, n)[:, :, order] for n in names})


@given(st.integers(0, 2**31), st.permutations(range(ASKERS)))
def test_v31_permuting_governments_permutes_what_they_believe(seed: int, order: list[int]) -> None:
    one, other = perceive(view(seed)), perceive(asked(view(seed), order))
    for name in ("belief", "threat"):
        assert np.array_equal(one.values[name][:, order], other.values[name])


@given(st.integers(0, 2**31), st.permutations(range(TARGETS)))
def test_v32_relabeling_targets_relabels_the_beliefs(seed: int, order: list[int]) -> None:
    """West and red states swapped, in any way: the same coefficients hold for acts of either."""
    one, other = perceive(view(seed)), perceive(relabeled(view(seed), order))
    for name in ("belief", "threat"):
        assert np.array_equal(one.values[name][:, :, order], other.values[name])


@given(st.integers(0, 2**31))
def test_v32_swapping_the_two_sides_mirrors_the_result(seed: int) -> None:
    """Two governments, two targets: what the West reads in red's acts, red reads in the West's."""
    whole = view(seed)
    names = (*PER_TARGET, *PER_TARGET_AND_THEATER)
    pair = replace(whole, **{n: v[:, :2] for n, v in whole.__dict__.items()})
    pair = replace(pair, **{n: getattr(pair, n)[:, :, :2] for n in names})
    pair = replace(pair, wording=np.zeros_like(pair.wording))  # only one side agrees texts
    mirrored = relabeled(asked(pair, [1, 0]), [1, 0])
    one, other = perceive(pair), perceive(mirrored)
    for name in ("belief", "threat"):
        assert np.array_equal(one.values[name][:, ::-1, ::-1], other.values[name])


def felt(fixed: Setting, state: State | None = None, number: int = 1) -> State:
    """What is believed after one look at a state of things."""
    return beliefs.observe(begun(fixed) if state is None else state, quarter(fixed, number))


def louder(fixed: Setting, seed: int) -> State:
    """The West with any other visible and military stance, and sharper words."""
    state, luck = begun(fixed), np.random.default_rng(seed)
    visible, military = state.visibility.copy(), state.military.copy()
    visible[:, -1], military[:, -1] = luck.uniform(size=(2, len(visible), THEATERS))
    text = state.text.copy()
    text[:, 0] = luck.uniform(size=text[:, 0].shape)
    return replace(state, visibility=visible, military=military, text=text)


@given(st.integers(0, 2**31))
def test_v17_without_attribution_no_visible_or_military_act_changes_a_belief(seed: int) -> None:
    fixed = build(runs=8, parameters=BLIND)
    assert np.array_equal(felt(fixed).belief, felt(fixed, louder(fixed, seed)).belief)


def test_v17_with_attribution_visible_acts_make_the_challenger_more_suspicious() -> None:
    fixed = build(runs=200)
    state = begun(fixed)
    visible = state.visibility.copy()
    visible[:, -1] = np.maximum(visible[:, -1], 0.9)
    reader = fixed.world.challenger[1]
    before, after = felt(fixed), felt(fixed, replace(state, visibility=visible))
    assert np.all(after.belief[:, reader, -1] > before.belief[:, reader, -1])
    assert np.array_equal(after.belief[..., :-1], before.belief[..., :-1])


def test_military_content_makes_what_is_visible_more_suspicious() -> None:
    fixed = build(runs=100)
    state = begun(fixed)
    armed = replace(state, military=np.maximum(state.military, 0.9))
    reader = fixed.world.challenger[1]
    assert np.all(felt(fixed, armed).belief[:, reader, -1] > felt(fixed).belief[:, reader, -1])


@pytest.mark.parametrize(
    ("lever", "limits", "moves"),
    [
        ("restraint", {"psi_CN": 0.0}, True),  # V17: costly restraint still counts
        ("restraint", {"rho_r": 0.0}, False),
        ("assure", {"psi_CN": 0.0}, True),
        ("assure", {"chi_as": 0.0}, False),  # words without credit do not
    ],
)
def test_v17_costly_restraint_may_still_reassure(
    lever: str, limits: dict[str, float], moves: bool
) -> None:
    policy = acts(levers={lever: 1.0})
    fixed, none = build(policy, limits=limits), build(limits=limits)
    reader = fixed.world.challenger[1]
    with_act, without = felt(fixed).belief[:, reader, -1], felt(none).belief[:, reader, -1]
    assert np.all(with_act < without) if moves else np.array_equal(with_act, without)


def test_v17_in_whole_runs_pure_visibility_works_through_attribution_and_contact_only() -> None:
    """With neither, no mediation to crowd out, and publics, hedgers and coercers that do not mind,
    a loud stance changes nothing but how it is seen (a military one also costs money and moves
    ships: M5, M7)."""
    deaf = {"attribution": 0.0, "density_slope": 0.0, "asian_mediation": 0.0}
    deaf |= {"bloc_aversion": 0.0, "alignment_slope": 0.0, "event_weight": 0.0}
    deaf |= {"crisis_salience": 0.0, "blame_transfer": 0.0, "embrace_share": 0.0}
    loud = acts(levers={"visibility": 1.0, "exclusiveness": 1.0})
    for parameters, expected in ((deaf, False), (deaf | {"psi_CN": 1.0}, True)):
        how = {"runs": 64, "quarters": 8, "parameters": parameters}
        changed = set(differing(play(build(loud, **how)), play(build(**how)))) - COSTS
        assert bool(changed - {"bloc_polarisation"}) == expected


def test_an_assurance_counts_by_the_readers_trust_in_the_one_who_speaks() -> None:
    """The words of the West at trust, those of the other side at what is left of it."""
    for speaker, target in (("USA", -1), ("CHN", 0)):
        fixed = build(acts(levers={"assure": {"taiwan": 0.8}}, by=[speaker]), runs=40)
        state, none = begun(fixed), build(runs=40)
        trust = np.random.default_rng(1).uniform(size=state.trust.shape)
        state = replace(state, trust=trust)
        heard = felt(fixed, state).belief - felt(none, replace(begun(none), trust=trust)).belief
        credit = trust if target == -1 else 1.0 - trust
        p = {n: fixed.p(n) for n in ("belief_decay", "restraint_weight", "assurance_weight")}
        size = p["belief_decay"] * p["restraint_weight"] * p["assurance_weight"] * 0.8
        expected = -size * credit * fixed.futures.stakes[..., 1]
        assert heard[..., target] == pytest.approx(expected, abs=1e-12)
        assert np.abs(expected).min(axis=0).max() > 0.0
        others = [j for j in range(len(fixed.world.targets)) if j != target % 4]
        assert heard[..., others] == pytest.approx(0.0, abs=1e-15)


def test_the_start_threat_is_what_is_felt_at_the_first_look_without_noise() -> None:
    fixed = build(runs=20, parameters={"observation_noise": 0.0})
    start = beliefs.start_threat(fixed)
    assert start == pytest.approx(felt(fixed, number=0).threat, abs=1e-12)
    assert np.array_equal(begun(fixed).threat, start)
    assert start.max() > 0.05


def test_the_start_threat_by_hand() -> None:
    """`sig(l0)*sum_k st*Reach/(Reach + Own + Guaranteed)`, every guarantor adding its power."""
    fixed = build(runs=5)
    f, world, felt0 = fixed.futures, fixed.world, beliefs.start_threat(fixed)
    sure = 1.0 / (1.0 + np.exp(-fixed.start_fight[..., -1])) * fixed.pair_power
    helpers = 0
    for reader in ("LTU", "JPN", "KOR", "PHL"):
        i = world.index[reader]
        for j in range(len(world.targets)):
            exposed = np.zeros(5)
            for k in range(4):
                shield = fixed.power[:, i, k] + 1e-9
                for g, cover in f.guarantees.items():
                    if world.guarantee[g][2][i, k] > 0.0:
                        group = world.members(g)
                        come = [n for n, (a, t) in enumerate(fixed.pairs) if t == k and group[a]]
                        alone = fixed.power[:, world.index.get(g, 0), k]
                        power = sure[:, come].sum(axis=-1) if come else alone
                        shield = shield + cover[:, i, k] * power
                        helpers += 1
                reach = fixed.reach[:, j, k]
                exposed += f.stakes[:, i, k] * reach / (reach + shield)
            suspicion = 1.0 / (1.0 + np.exp(-fixed.start_belief[:, i, j]))
            assert felt0[:, i, j] == pytest.approx(suspicion * exposed, abs=1e-12)
    assert helpers > 0


def test_contact_explains_visible_acts() -> None:
    fixed = build(runs=100)
    state = begun(fixed)
    visible = np.maximum(state.visibility, 0.9)
    loud = replace(state, visibility=visible, channel=np.zeros_like(state.channel))
    explained = replace(loud, channel=np.ones_like(state.channel))
    reader = fixed.world.challenger[1]
    apart, talking = felt(fixed, loud).belief, felt(fixed, explained).belief
    assert np.all(talking[:, reader, -1] < apart[:, reader, -1])


def test_sharper_words_are_read_as_visibility_by_their_object_alone() -> None:
    fixed = build(runs=50)
    state = begun(fixed)
    text = state.text.copy()
    text[:, 0, ISSUES.index("wording")] += 0.3
    change = felt(fixed, replace(state, text=text)).belief - felt(fixed, state).belief
    reader = int(np.argmax(fixed.ladder.wording_object))
    assert np.all(change[:, reader, -1] > 0.0)
    change[:, reader, -1] = 0.0
    assert not change.any()


def test_hostile_acts_of_either_side_raise_the_others_suspicion_alike() -> None:
    fixed = build(runs=100)
    state = begun(fixed)
    red = fixed.world.challenger_target[1]
    west, other = int(np.argmax(fixed.ladder.great_power_of)), fixed.world.challenger[1]
    for target, reader in ((red, west), (len(fixed.world.targets) - 1, other)):
        incidents = state.incidents.copy()
        incidents[:, target, 1] += 1.0
        before, after = felt(fixed), felt(fixed, replace(state, incidents=incidents))
        jump = after.belief[:, reader, target] - before.belief[:, reader, target]
        stake = fixed.futures.stakes[:, reader, 1]
        weight, contagion = fixed.p("incident_weight")[:, 0], fixed.p("theater_contagion")[:, 0]
        assert jump == pytest.approx(weight * (stake + contagion * (1.0 - stake)), abs=1e-9)


@given(st.integers(0, 2**31))
def test_threat_is_a_share_and_falls_with_own_and_allied_power(seed: int) -> None:
    given_ = view(seed)
    given_ = replace(given_, stakes=given_.stakes / given_.stakes.sum(axis=-1, keepdims=True))
    threat = perceive(given_).values["threat"]
    assert np.all((threat >= 0.0) & (threat <= 1.0))
    for name in ("own_power", "guaranteed_power"):
        safer = replace(given_, **{name: getattr(given_, name) + 1.0})
        assert np.all(perceive(safer).values["threat"] < threat)
    nearer = replace(given_, reach=given_.reach + 1.0)
    assert np.all(perceive(nearer).values["threat"] > threat)
    worse = replace(given_, noise=given_.noise + 1.0)
    assert np.all(perceive(worse).values["threat"] > threat)


def test_the_fear_of_a_challenger_starts_at_zero_and_follows_its_belief() -> None:
    fixed = build(runs=50)
    state = begun(fixed)
    assert not beliefs.fear(state, quarter(fixed)).any()
    worse = replace(state, belief=state.belief + 1.0)
    assert np.all(beliefs.fear(worse, quarter(fixed)) > 0.0)

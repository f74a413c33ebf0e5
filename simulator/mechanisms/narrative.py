"""M16 Narrative contest: opinions, anchors, trust.

An opinion is the belief that the West destabilizes the region, from -1 to 1.  Sources of the red
states say 1, those of the West -1.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np

from simulator.arrays import Bools, Floats
from simulator.mechanisms import alignment, red_bloc, stance, stocks
from simulator.phase import Quarter
from simulator.program import Bundle
from simulator.setting import Setting
from simulator.state import State
from simulator.tally import across, mean, total, weighted
from simulator.world import THEATERS

_TINY = 1e-9


def begin(at: Setting) -> dict[str, Floats]:
    """Start values of this mechanism's variables."""
    return {
        "opinion": at.futures.trait("start_opinion").copy(),
        "anchor": start_anchor(at).copy(),
        "trust": at.futures.trait("start_trust").copy(),
    }


def spread(state: State, at: Quarter) -> State:
    """Phase 6: stories spread, acts move what opinions return to, deeds measure words.

    `o' = s*told + (1-s)*anchor` after Friedkin and Johnsen,
    `anchor' = anchor + k*(anchor0 + w_ev*provoked - anchor)`,
    `trust' = trust + k*(consistency - trust)`.  Red states keep their opinion.
    """
    setting = at.setting
    told = hear(state.opinion, *voices(state, at), setting)
    ear = open_ear(state.resilience, setting)
    opinion = np.clip(ear * told + (1.0 - ear) * state.anchor, -1.0, 1.0)
    red = list(setting.world.red)
    opinion[:, red] = state.opinion[:, red]
    rest = start_anchor(setting) + at.p("event_weight") * provoked(state, at)
    anchor = state.anchor + at.p("anchor_speed") * (rest - state.anchor)
    trust = state.trust + at.p("trust_speed") * (consistency(state, at) - state.trust)
    after = state.but(opinion=opinion, anchor=anchor, trust=trust)
    _notice(after, at)
    _measure(after, at)
    return after


def shift(state: State, at: Quarter) -> Floats:
    """How far opinions have moved against the West since the start, (runs, actors)."""
    return state.opinion - at.setting.futures.trait("start_opinion")


def hear(opinion: Floats, red: Floats, west: Floats, setting: Setting) -> Floats:
    """What each state is told, (runs, actors): `(1-m)*others + m*sources`.

    Others are heard by their size and by how far their stakes lie where one's own do.  Sources
    `red` and `west` (weights, (runs, actors or 1)) reach those who are not too far from them:
    kernel `exp(-(gap/width)^2)`, bounded confidence after Hegselmann and Krause.
    """
    shares, ties = influence(setting)
    spoken = np.stack([weighted(share, opinion) for share in shares], axis=-1)
    others = weighted(ties, spoken[:, None])
    sources = red * _kernel(1.0 - opinion, setting)
    if west.any():
        sources = sources - west * _kernel(1.0 + opinion, setting)
    m = setting.p("media_weight")
    return (1.0 - m) * others + m * sources


def _kernel(gap: Floats, setting: Setting) -> Floats:
    far = gap / setting.p("story_reach")
    return np.exp(-far * far)


def influence(setting: Setting) -> tuple[Floats, Floats]:
    """Who listens to whom, row-stochastic, from central values: the share of each state in the
    voice of its kind, (kinds, actors), by size; and the weight of each kind for each listener,
    (actors, kinds), by its size times the overlap of stakes.  Red states speak as sources only.
    """
    kept, world = setting.kept, setting.world
    if ("influence", "shares") not in kept:
        kinds = list(dict.fromkeys(k for i, k in enumerate(world.kinds) if i not in world.red))
        size = world.trait("size") * np.array([i not in world.red for i in range(len(world.kinds))])
        voice = np.stack([size * (np.array(world.kinds) == kind) for kind in kinds])
        mass = total(voice)
        shares = voice / np.maximum(mass, _TINY)[:, None]
        stakes = np.stack([world.trait(f"stake_{k}") for k in THEATERS])
        places = weighted(shares[:, None], stakes)
        weight = (weighted(stakes.T[:, None], places) + _TINY) * mass
        kept["influence", "shares"] = shares
        kept["influence", "ties"] = weight / total(weight)[:, None]
    return kept["influence", "shares"], kept["influence", "ties"]


def open_ear(resilience: Floats, setting: Setting) -> Floats:
    """Susceptibility, less what resilience takes away, 0..1, (runs, actors)."""
    lost = setting.p("resilience_effect") * resilience
    return setting.futures.trait("susceptibility") * (1.0 - lost)


def voices(state: State, at: Quarter) -> tuple[Floats, Floats]:
    """Weight of red and of Western sources for each state.

    Campaigns add `1 - exp(-effort)`, believed as far as their side is: the West by `trust`, the
    other side by what is left of it.
    """
    mine, theirs = _effort(at, western=True), _effort(at, western=False)
    believed = (1.0 - np.exp(-theirs)) * (1.0 - state.trust)
    red = _chorus(state.cohesion, state.un_sway, believed, at.setting)
    west = _output(at.setting.world.western, at.setting) + (1.0 - np.exp(-mine)) * state.trust
    return red, west


def _chorus(cohesion: Floats, sway: Floats, campaigns: Floats, setting: Setting) -> Floats:
    """Red sources: their standing output, sway over UN posts and campaigns, all the louder the
    closer the challengers in Asia and in Europe stand together."""
    world = setting.world
    pair = sorted({world.challenger_target[0], world.challenger_target[1]})
    n = list(combinations(range(len(world.red)), 2)).index((pair[0], pair[-1]))
    red = np.array([side == "red" for side in world.sides])
    voice = _output(red, setting) + setting.p("sway_voice") * sway[:, None] + campaigns
    return voice * (1.0 + setting.p("cohesion_voice") * cohesion[:, n : n + 1])


def _output(side: Bools, setting: Setting) -> Floats:
    """Standing output of a side's states, (runs, 1)."""
    key = ("standing output", side.tobytes())
    if key not in setting.kept:
        setting.kept[key] = total(setting.futures.trait("narrative_output")[:, side])[:, None]
    return setting.kept[key]


def _effort(at: Quarter, western: bool) -> Floats:
    """Effort of one side's campaigns as each state meets it, by its stakes, (runs, actors or 1)."""
    setting = at.setting
    effort = np.zeros((len(setting.futures.runs), 1))
    for f, bundle in _campaigns(at):
        if (bundle.target == len(setting.world.red)) == western:
            met = weighted(setting.futures.stakes, bundle.reach["narrative"])
            heard = bundle.to if bundle.to.any() else np.ones_like(bundle.to)
            effort = effort + f[:, None] * met * heard
    return effort


def _campaigns(at: Quarter) -> list[tuple[Floats, Bundle]]:
    """Bundles that tell a story, with how far each is in force."""
    carried = stance.effective("narrative", at, at.notes["force"])
    bundles = zip(carried, at.setting.program.bundles, strict=True)
    return [(f, bundle) for f, bundle in bundles if bundle.reach["narrative"].any()]


def start_anchor(setting: Setting) -> Floats:
    """What opinions return to, such that they rest where they start, (runs, actors)."""
    key = ("narrative", "anchor")
    if key not in setting.kept:
        stock, opinion = stocks.begin(setting), setting.futures.trait("start_opinion")
        red = _chorus(
            red_bloc.begin(setting)["cohesion"], stock["un_sway"], np.zeros((1, 1)), setting
        )
        told = hear(opinion, red, _output(setting.world.western, setting), setting)
        ear = open_ear(stock["resilience"], setting)
        setting.kept[key] = (opinion - ear * told) / np.maximum(1.0 - ear, _TINY)
    return setting.kept[key]


def provoked(state: State, at: Quarter) -> Floats:
    """What the West does in one's sight less what the red states do, both from the start,
    (runs, actors): visible presence, `V*(w0 + (1-w0)*Mil)`, and hostile incidents."""
    setting = at.setting
    civil = at.p("civil_visibility")[..., None]

    def act(stance: dict[str, Floats]) -> Floats:
        return stance["visibility"] * (civil + (1.0 - civil) * stance["military"])

    seen = _balance(alignment.discounted(act, state, at) - act(setting.ladder.stance))
    hostile = _balance(state.incidents - setting.usual_incidents)
    contagion = at.p("theater_contagion")
    near = weighted(setting.futures.stakes, (seen + (1.0 - contagion) * hostile)[:, None])
    return near + contagion * total(hostile)[:, None]


def _balance(acts: Floats) -> Floats:
    """The West's less the red states', (runs, theaters)."""
    return acts[:, -1] - across(range(acts.shape[1] - 1), lambda j: acts[:, j])


def consistency(state: State, at: Quarter) -> Floats:
    """Trust that Western words earn, 0..1, (runs, actors): `trust0 + w*assure*(allowed - V*excl)`,
    by one's stakes.  Without words, deeds do not count."""
    setting, start = at.setting, at.setting.futures.trait("start_trust")
    if not any(bundle.reach["assure"].any() for bundle in setting.program.bundles):
        return start
    words = np.zeros_like(state.level)
    for f, bundle in zip(at.notes["force"], setting.program.bundles, strict=True):
        if bundle.target == len(setting.world.red):
            words = words + f[:, None] * bundle.reach["assure"]
    deeds = state.visibility[:, -1] * state.exclusiveness[:, -1]
    kept = np.minimum(words, 1.0) * (at.p("deeds_allowed") - deeds)
    earned = at.p("words_weight") * weighted(setting.futures.stakes, kept[:, None])
    return np.clip(start + earned, 0.0, 1.0)


def _notice(state: State, at: Quarter) -> None:
    """Campaigns in disguise (not `public`) that are noticed count as hostile acts, of either side:
    the more resilient those who hear them, by their stake in a theater, the likelier."""
    setting = at.setting
    targets = len(setting.world.targets)
    unseen = np.ones((state.runs, targets, len(THEATERS)))
    for f, bundle in _campaigns(at):
        if not bundle.public:
            watch = _watchful(state, bundle, setting)
            loud = 1.0 - np.exp(-f[:, None] * bundle.reach["narrative"])
            unseen[:, bundle.target] = unseen[:, bundle.target] * (1.0 - loud * watch)
    noticed = at.luck("campaign", targets, len(THEATERS)) > unseen
    at.notes["noticed"] = noticed
    at.notes["acts"] = at.notes.get("acts", 0.0) + at.p("campaign_hostility")[..., None] * noticed


def _watchful(state: State, bundle: Bundle, setting: Setting) -> Floats:
    """Resilience of those whom a campaign is meant for, by their stakes, (runs, theaters)."""
    world = setting.world
    side = "west" if bundle.target == len(world.red) else "red"
    outside = np.array([own != side for own in world.sides])
    meant = (bundle.to if bundle.to.any() else outside)[:, None]
    stakes = np.moveaxis(setting.futures.stakes * meant, 1, -1)
    return weighted(stakes, state.resilience[:, None]) / np.maximum(total(stakes), _TINY)


def _measure(state: State, at: Quarter) -> None:
    world = at.setting.world
    wider = alignment.in_asia(world)
    outside = [i for i in wider if world.sides[i] == "other"]
    at.notes.setdefault("measured", {}).update(
        acceptance=mean((1.0 - state.opinion[:, outside]) / 2.0),
        traction=mean((1.0 + state.opinion[:, wider]) / 2.0),
        partner_trust=mean(state.trust[:, world.groups["IP4"]]),
    )

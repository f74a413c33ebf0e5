"""The state of a block of runs.  Frozen: a phase returns a changed copy, never edits in place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from simulator.arrays import Bools, Floats
from simulator.world import LEVELS

NEVER = 1.0e9  # a quarter that does not come


@dataclass(frozen=True)
class State:
    """Everything that changes.  Axes: runs first; targets, theaters, actors, pairs, texts after.

    A *pair* is a state that may defend in a theater (`Setting.pairs`).
    """

    level: Floats  # (runs, theaters) rung of the ladder 0..5
    shock: Floats  # (runs, theaters) pp, challenger's passing will from trigger events
    belief: Floats  # (runs, actors, targets) log-odds that the target is expansionist, -4..4
    threat: Floats  # (runs, actors, targets) threat felt from the target 0..1
    resolve: Floats  # (runs, pairs) log-odds of fighting, less its start
    countered: Floats  # (runs, pairs) 1 if the state answered with force last quarter
    sanction_belief: Floats  # (runs, theaters) log-odds, less its start
    exposure: Floats  # (runs, targets) trade still there to be threatened over its start, 0..1
    incidents: Floats  # (runs, targets, theaters) hostile acts of last quarter
    visibility: Floats  # (runs, targets, theaters) how visible each side is there 0..1
    military: Floats  # (runs, targets, theaters) military content of what is visible 0..1
    exclusiveness: Floats  # (runs, targets, theaters) how far it keeps outsiders out 0..1
    channel: Floats  # (runs, theaters) hotlines and regular contact 0..1
    capital: Floats  # (runs, actors) political capital, pp
    text: Floats  # (runs, forums, issues) agreed text
    started: Floats  # (runs, bundles) quarter in which the bundle started
    tabled: Floats  # (runs, texts) quarter of first tabling
    decided: Floats  # (runs, texts) quarter of adoption, whole or weakened
    agreed: Floats  # (runs, texts) text agreed
    next_try: Floats  # (runs, texts) first quarter in which it can be tabled again
    failures: Floats  # (runs, texts) public failures so far
    last_failure: Floats  # (runs, texts) quarter of the last public failure
    rumor: Floats  # (runs, texts) share of visibility that talk about it already gives 0..1
    vote_noise: Floats  # (runs, texts, actors) uniform, persistent
    taking_part: Floats  # (runs, texts, actors) 1 for partners that accepted
    readings: Floats  # (runs, texts) readings passed of a text that needs two
    carried: Floats  # (runs, texts) share of those asked, by GDP, that carry an adopted text
    coalition: Floats  # (runs, texts) 1 where a coalition carries it instead of its forum
    losses: Floats  # (runs, theaters, coefficients) loss coefficients in force
    scars: Floats  # (runs, theaters, coefficients) their lasting part
    us_posture: Floats  # (runs,) M18: 0 engaged, 1 transactional, 2 restrained
    war: Floats  # (runs,) M18: the war at the edge of Europe: 0 intense, 1 low, 2 ceasefire
    war_age: Floats  # (runs,) M18: quarters that it has been intense without a break
    support: Floats  # (runs, actors) M18: public support for the alliance 0..1
    mood: Floats  # (runs, actors) M18: government warm 1, neutral 0, cool -1
    burden: Floats  # (runs, actors) M5: defense spending, percent of GDP
    capability: Floats  # (runs, actors) M5: stock of arms, of every class, over its start
    munitions: Floats  # (runs, actors, classes) M6: $bn at peacetime prices
    output: Floats  # (runs, actors, classes) M6: munitions made, $bn a quarter
    interchange: Floats  # (runs, links) M6: interchangeability 0..1 by kind of link
    deployment: Floats  # (runs, movers, theaters + home) M7: shares of the force, sum 1
    fill: Floats  # (runs,) M7: 0..1, European forces in place of American ones
    opinion: Floats  # (runs, actors) M16: belief that the West destabilizes the region, -1..1
    anchor: Floats  # (runs, actors) M16: what an opinion returns to, perhaps beyond -1..1
    trust: Floats  # (runs, actors) M16: trust in Western words 0..1
    alignment: Floats  # (runs, actors) M13: -1 with the challenger .. 1 with the West
    polarization: Floats  # (runs,) M13: perceived division into blocs 0..1
    procedures: Floats  # (runs, theaters) M19: standing procedures 0..1 (sop)
    awareness: Floats  # (runs, actors) M19: awareness of the other region 0..1 (aware)
    planning: Floats  # (runs,) M19: planning for Europe without American forces 0..1 (plan)
    resilience: Floats  # (runs, actors) M19: resilience to campaigns 0..1 (res)
    partner_capacity: Floats  # (runs, actors) M19: capacity built by partners 0..1 (pcap)
    un_sway: Floats  # (runs,) M19: sway of the challenger over UN posts 0..1 (un)
    europe_standing: Floats  # (runs,) M19: Europe's standing in Asia 0..1 (eur)
    memory: Floats  # (runs, actors) M12: memory of having been coerced 0..1
    coerced: Floats  # (runs, red states, actors) M12: quarters of economic coercion to run
    coercion_bill: Floats  # (runs, actors) M12: its cost now, pp a year
    imposed: Floats  # (runs, red states) M14: sanctions in force, share of trade 0..1
    imposed_age: Floats  # (runs, red states) M14: quarters since they were imposed
    joined: Floats  # (runs, red states, actors) M14: 1 for those that take part
    trade_left: Floats  # (runs, actors) M14: trade with the challenger over its start
    cohesion: Floats  # (runs, red pairs) M15: 0..1
    exchange: Floats  # (runs,) M15: shells passed on last quarter over the giver's start stock
    dual_use: Floats  # (runs,) M15: dual-use supply less its start, share of receiver's production
    nuclear_progress: Floats  # (runs,) M15: 0..1
    arctic: Floats  # (runs,) M15: Arctic activity 0..1
    aiding: Floats  # (runs, actors, theaters) M20: 1 for those that help without fighting
    fighting: Floats  # (runs, actors, theaters) M20: 1 for those that have come to fight
    stayed_away: Floats  # (runs, actors, theaters) M20: highest level at which it stayed away, or 0
    onset: Floats  # (runs, theaters) M20: quarters at level 2 or more without a break
    forum_record: Floats  # (runs, forums) M2: share of texts that passed lately
    money: Floats  # (runs,) $bn spent
    capital_spent: Floats  # (runs,) pp

    @property
    def runs(self) -> int:
        """Number of runs in the block."""
        return int(self.level.shape[0])

    def but(self, **changed: Any) -> State:
        """The same state but for what is `changed`; quicker than `dataclasses.replace`."""
        assert changed.keys() <= self.__dict__.keys()
        after = object.__new__(State)
        after.__dict__.update(self.__dict__, **changed)
        return after


def happened(quarter: Floats) -> Bools:
    """Which events have happened (a quarter that is not `NEVER`)."""
    return quarter < NEVER


__all__ = ["LEVELS", "NEVER", "State", "happened"]

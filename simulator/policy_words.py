"""What a policy asks, moves and costs, in words and numbers."""

from __future__ import annotations

from collections.abc import Mapping

from simulator.contracts import Levers, Part, Policy


def levers_in_words(levers: Levers) -> dict[str, str]:
    """The levers that are not at rest, each as `0.2` or `taiwan 0.1, korea 0.2`."""
    found = {}
    for name in levers.moved():
        value = getattr(levers, name)
        if isinstance(value, Mapping):
            found[name] = ", ".join(f"{place} {size:g}" for place, size in value.items())
        else:
            found[name] = f"{value:g}"
    return found


def asks_in_words(policy: Policy) -> list[str]:
    """Each ask of a policy as one line."""
    return [
        f"{ask.forum}, {ask.issue}: text {ask.target:g}"
        + (f", adopted at {ask.min:g} or further" if ask.min is not None else "")
        + (f", by {ask.rule.replace('-', ' ')}" if ask.rule else "")
        + f"; sponsor {ask.sponsor}, prepared {ask.prep:g} (0..1)"
        + (f", about {ask.subject}" if ask.subject else "")
        + (f", among {', '.join(ask.members)}" if ask.members else "")
        for ask in policy.asks
    ]


def part_in_words(part: Part) -> str:
    """A part of a policy, as in `by those, to these: aid 0.3`."""
    moved = ", ".join(f"{name} {size}" for name, size in levers_in_words(part.levers).items())
    return f"{terms_in_words(part)}: {moved}"


def terms_in_words(part: Part) -> str:
    """What sets a part apart from its policy."""
    named = (("by", part.by), ("on", part.on), ("to", part.to), ("in", part.theaters))
    words = [f"{label} {', '.join(who)}" for label, who in named if who is not None]
    words += ["once its own trigger is met"] if part.when is not None else []
    words += [] if part.gated else ["without waiting for the asks"]
    return ", ".join(words) or "also"


def when_in_words(policy: Policy) -> str:
    """From when to when a policy acts."""
    words = f"from quarter {policy.start}"
    if policy.when is not None:
        words += ", once its own trigger is met"
    if policy.phase_in > 1:
        words += f", in full after {policy.phase_in} quarters"
    return words + (f", until quarter {policy.end}" if policy.end is not None else "")


def cost(policy: Policy) -> tuple[float, float]:
    """Money ($bn a year) and political capital (pp, once) of a policy in full force."""
    from simulator import content
    from simulator.program import compile_program

    program = compile_program([policy], content.world(), content.ladder().texts)
    bundles = program.bundles
    return sum(b.money_per_year for b in bundles), sum(b.capital for b in bundles)

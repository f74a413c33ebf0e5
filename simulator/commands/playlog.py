"""A run as a story: quarter by quarter, who did what and why, and how it ended.

The text depends on the run alone (not on the terminal), so that it can be kept as a golden file.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Protocol

import pandas as pd

from simulator import catalogue, typeset
from simulator.results import Event

WIDE = 100  # characters to a line
_VOTES = (
    ("supported", "for it"),
    ("acquiesced", "against it but silent"),
    ("hid", "against it, hiding behind others"),
    ("stood aside", "standing aside"),
    ("joined", "joining"),
    ("stayed out", "staying out"),
)
_NAMED = 3  # governments named before they are only counted


class Played(Protocol):
    """What a story is told of: a finished run (`simulator.model.Run`)."""

    scenario: str
    policies: tuple[str, ...]
    lens: str
    seed: int
    run: int
    quarters: int
    events: list[Event]
    metrics: dict[str, float]

    def frame(self, what: str) -> pd.DataFrame: ...  # noqa: D102 - see Run.frame
    def explain(self, event: Event) -> str: ...  # noqa: D102 - see Run.explain


def render(run: Played) -> str:
    """The whole play-through as text, ending in a line break.

    Quarters in which nothing moved are drawn together; every decision comes with its three
    largest reasons in pp of own GDP; numbers have two significant digits.
    """
    parts = [header(run), *_quarters(run), "How it ended\n" + closing(run)]
    return "\n\n".join(parts) + "\n"


def header(run: Played) -> str:
    """Which run this is, and where it starts: with these facts anyone gets it again."""
    from simulator import content

    spec = catalogue.content("scenarios.loader").load_scenario(run.scenario)
    rungs = content.shared()["rungs"]
    start = {k: (level, rungs[k][level]) for k, level in spec.levels.model_dump().items()}
    facts = [
        ("scenario", f"{spec.title} ({run.scenario})"),
        ("policies", ", ".join(run.policies) or "none: the status quo"),
        ("lens", run.lens),
        ("draw", f"seed {run.seed}, run {run.run}, {run.quarters} quarters"),
    ]
    return typeset.labelled(facts, WIDE) + "\n" + _level_line("start", start)


def closing(run: Played) -> str:
    """Where the theaters stand at the end, and every metric of the run."""
    levels = _levels(run)
    units = {row["id"]: row for row in catalogue.rows("metrics")}
    rows = []
    for name, value in run.metrics.items():
        spec = units.get(name, {"title": name, "unit": "", "eligible": ""})
        if not math.isfinite(value):
            rows.append((name, "–", f"does not apply (only {spec['eligible']})", spec["title"]))
        elif spec["unit"] == "probability" and value in (0.0, 1.0):
            rows.append((name, "yes" if value else "no", "", spec["title"]))
        else:
            whole = value == int(value)
            shown = f"{value:.0f}" if whole else typeset.two_digits(value)
            rows.append((name, shown, spec["unit"], spec["title"]))
    table = typeset.table(("metric", "value", "unit", "meaning"), rows, WIDE)
    return _level_line("end", levels[max(levels)]) + "\n\n" + table


def _quarters(run: Played) -> Iterator[str]:
    levels, dates = _levels(run), _dates(run)
    happened = {number: list(events) for number, events in groupby(run.events, _quarter)}
    names = dict(run.frame("actors")[["actor", "name"]].itertuples(index=False, name=None))
    quiet: list[int] = []
    when = dict(run.frame("theaters")[["quarter", "when"]].itertuples(index=False, name=None))
    for number in sorted(levels):
        if number not in happened:
            quiet.append(number)
            continue
        if quiet:
            yield _nothing(quiet, when)
            quiet = []
        date = f" · {dates[number]}" if number in dates else ""
        lines = [f"{when[number]} (quarter {number}){date}"]
        lines += [_bullet(line) for line in _told(run, happened[number], names)]
        if any(event.kind == "level" for event in happened[number]):
            lines.append(_level_line("now", levels[number]))
        yield "\n".join(lines)
    if quiet:
        yield _nothing(quiet, when)


def _quarter(event: Event) -> int:
    return event.quarter


def _told(run: Played, events: Sequence[Event], names: dict[str, str]) -> Iterator[str]:
    """One line an event; the votes of a session and equal answers to a rung are drawn together."""
    for kind, group in groupby(events, lambda event: event.kind):
        some = list(group)
        if kind == "vote":
            yield from (run.explain(event) for event in some if event.choice == "broke silence")
            yield _others(some, names)
        elif kind == "response":
            yield from _answers(run, some, names)
        else:
            yield from (run.explain(event) for event in some)


def _answers(run: Played, events: Sequence[Event], names: dict[str, str]) -> Iterator[str]:
    """Answers to a rung; many that are equal are one line, explained by the strongest feeling."""
    same: dict[tuple[str | None, str], list[Event]] = {}
    for event in events:
        same.setdefault((event.where, event.choice), []).append(event)
    for (_, choice), some in same.items():
        if len(some) <= _NAMED:
            yield from (run.explain(event) for event in some)
            continue
        strongest = max(some, key=lambda event: sum(map(abs, event.terms.values())))
        who = _listed([names[event.actor] for event in some if event.actor])
        place = strongest.text.partition(choice)[2]
        reasons = run.explain(strongest).removeprefix(strongest.text).removeprefix(": ")
        example = names.get(strongest.actor or "", "")
        yield f"{who} {choice.removesuffix('s')}{place} ({example}: {reasons})"


def _others(votes: Sequence[Event], names: dict[str, str]) -> str:
    """Those who did not break silence, by what they did; few are named, many counted."""
    counted = []
    for choice, words in _VOTES:
        who = [names[e.actor] for e in votes if e.choice == choice and e.actor]
        if who:
            named = f" ({', '.join(who)})" if len(who) <= _NAMED else ""
            counted.append(f"{len(who)} {words}{named}")
    spoken = any(event.choice == "broke silence" for event in votes)
    return f"{'Others' if spoken else 'Members'}: {'; '.join(counted) or 'none'}"


def _listed(names: list[str]) -> str:
    rest = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (
        f" and {rest} other{'s' if rest > 1 else ''}" if rest > 0 else ""
    )


def _levels(run: Played) -> dict[int, dict[str, tuple[int, str]]]:
    """Level and name of the rung of each theater, by quarter."""
    table = run.frame("theaters")
    found: dict[int, dict[str, tuple[int, str]]] = {}
    for quarter, theater, level, rung in zip(
        table["quarter"], table["theater"], table["level"], table["rung"], strict=True
    ):
        found.setdefault(int(quarter), {})[str(theater)] = (int(level), str(rung))
    return found


def _level_line(label: str, levels: dict[str, tuple[int, str]]) -> str:
    """`label: europe 1 hybrid attacks | ...`, broken between theaters only."""
    solid = "\N{NO-BREAK SPACE}"
    words = (f"{theater} {level} {rung}" for theater, (level, rung) in levels.items())
    line = " | ".join(word.replace(" ", solid) for word in words)
    blank = " " * (len(label) + 4)
    filled = textwrap.fill(line, WIDE, initial_indent=f"  {label}: ", subsequent_indent=blank)
    return filled.replace(solid, " ")


def _dates(run: Played) -> dict[int, str]:
    spec = catalogue.content("scenarios.loader").load_scenario(run.scenario)
    return {event.quarter: event.text for event in spec.events}


def _bullet(line: str) -> str:
    return typeset.paragraph(line, WIDE, "  - ", "    ")


def _nothing(quiet: list[int], when: dict[int, str]) -> str:
    first, last = when[quiet[0]], when[quiet[-1]]
    if first == last:
        span = first
    elif first[:4] == last[:4]:
        span = f"{first}-{last[4:]}"
    else:
        span = f"{first} to {last}"
    return f"{span}: nothing moved"

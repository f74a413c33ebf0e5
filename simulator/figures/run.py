"""One run as pictures: the ladders, one session of a forum, the reasons for one decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from simulator.errors import InputError
from simulator.figures import style, words
from simulator.figures.style import LABEL, MARGIN, SOFT, TICK, WIDTH
from simulator.figures.vote import WAYS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simulator.results import Event

PANEL, BAR, NAMES, TOP = 1.0, 0.32, 2.6, 5  # inches: panel, row of bars, names; highest level
CHOICES = {
    "broke silence": WAYS["broke"][1], "hid": WAYS["hid"][1],
    "acquiesced": WAYS["acquiesced"][1], "supported": WAYS["supported"][1],
    "stood aside": style.ORANGE, "joined": style.BLUE, "stayed out": style.VERMILION,
}  # fmt: skip
BESIDE = ("cost of standing out", "private reasons", "side payment")  # not from a member's traits
ONE_RUN = "One run of many that could be: it explains how, not how often."


class RunCharts:
    """Figures of one run; made from its tidy frames and events alone."""

    def __init__(self, theaters: pd.DataFrame, events: Sequence[Event], names: Mapping[str, str],
                 made_how: str) -> None:  # fmt: skip
        self.theaters, self.events, self.names = theaters, events, names
        self.made_how = f"{made_how} {ONE_RUN}"

    def levels(self) -> Figure:
        """The four ladders, quarter by quarter, with what the forums decided below."""
        return levels(self.theaters, self.events, self.made_how)

    def sessions(self) -> list[list[Event]]:
        """The votes of every session of a forum, in order."""
        return sessions(self.events)

    def ballot(self, session: int = -1) -> Figure:
        """Who did what in one session, and how far its own reasons went; by default the last."""
        found = self.sessions()
        if not -len(found) <= session < len(found):
            raise InputError(
                f"there is no session {session}.", "session",
                f"This run has {len(found)} sessions, from 0 on.",
            )  # fmt: skip
        return ballot(found[session], self.names, self.made_how)

    def reasons(self, event: Event) -> Figure:
        """What spoke for one decision and what against it."""
        return reasons(event, self.made_how)


def sessions(events: Sequence[Event]) -> list[list[Event]]:
    """Votes by session: a quarter, a forum, and every member once."""
    found: list[list[Event]] = []
    for vote in (e for e in events if e.kind == "vote"):
        last = found[-1] if found else []
        same = last and (last[0].quarter, last[0].where) == (vote.quarter, vote.where)
        if same and vote.actor not in {e.actor for e in last}:
            last.append(vote)
        else:
            found.append([vote])
    return found


def levels(theaters: pd.DataFrame, events: Sequence[Event], small: str) -> Figure:
    """A panel per theater: its level as steps, the highest rung named."""
    places = list(dict.fromkeys(theaters["theater"]))
    results = [e for e in events if e.kind == "result"]
    tall = PANEL + 0.35
    made = style.sheet("The four ladders", _highest(theaters), small, tall * len(places) + 0.55)
    wide = WIDTH - 2 * MARGIN - NAMES
    count = int(theaters["quarter"].max()) + 1
    for row, place in enumerate(places):
        table = theaters[theaters["theater"] == place]
        axes = made.place(MARGIN + NAMES, made.top + row * tall, wide, PANEL)
        _steps(axes, table["level"].to_numpy(), list(table["rung"]))
        style.note(axes, 0.0, 0.5, -12, words.theater_title(place), ha="right", weight="bold",
                   xycoords="axes fraction", fontsize=LABEL)  # fmt: skip
        last = row == len(places) - 1
        step = max(1, -(-count // 12))
        ticks = list(range(0, count, step))
        axes.set_xticks(ticks, list(table["when"].iloc[ticks]) if last else [""] * len(ticks))
        axes.tick_params(axis="x", labelsize=TICK, colors=SOFT, length=3)
    axes = made.place(MARGIN + NAMES, made.top + len(places) * tall, wide, 0.4)
    axes.set_axis_off()
    axes.set_xlim(0.0, count)
    axes.set_ylim(0.0, 1.0)
    for quarter in sorted({e.quarter for e in results}):
        blocked = any(_blocked(e) for e in results if e.quarter == quarter)
        axes.plot([quarter + 0.5], [0.5], marker="X" if blocked else "o", markersize=10,
                  color=style.VERMILION if blocked else style.GREEN, clip_on=False)  # fmt: skip
    style.note(axes, 0.0, 0.5, -12, "forums: ● agree, ✖ block", ha="right", color=SOFT,
               xycoords="axes fraction")  # fmt: skip
    return made.figure


def _blocked(result: Event) -> bool:
    return any(word in result.text for word in ("blocked", "vetoed", "too few"))


def _steps(axes: Axes, level: Any, rungs: list[str]) -> None:
    edges = np.arange(len(level) + 1)
    axes.set_xlim(0, len(level))
    axes.set_ylim(0.0, TOP + 0.4)
    axes.set_yticks(range(TOP + 1), ["0", "", "", "", "", str(TOP)])
    axes.tick_params(axis="y", labelsize=8.0, colors=SOFT, length=0)
    axes.grid(axis="y", color=style.GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.stairs(level, edges, fill=True, color=style.SKY, alpha=0.45)
    axes.stairs(level, edges, color=style.BLUE, linewidth=2.2, baseline=None)
    peak = int(np.argmax(level))
    right = peak > 0.6 * len(level)
    style.note(axes, peak + 0.5, level[peak], -6 if right else 6, f"{level[peak]} {rungs[peak]}",
               9, ha="right" if right else "left", color=style.INK)  # fmt: skip


def _highest(theaters: pd.DataFrame) -> str:
    told = []
    for place, rows in theaters.groupby("theater", sort=False):
        top = rows.iloc[int(rows["level"].to_numpy().argmax())]
        told.append(f"{words.theater_title(str(place))} {top['rung']} ({top['when']})")
    return f"Highest rung and when it was first reached: {'; '.join(told)}."


def ballot(votes: Sequence[Event], names: Mapping[str, str], small: str) -> Figure:
    """A bar per member: what its traits say for the text (right) or against it (left)."""
    rows = sorted(votes, key=lambda e: (list(CHOICES).index(e.choice), _worth(e)))
    first = rows[0]
    counts = {c: sum(e.choice == c for e in rows) for c in CHOICES}
    told = ", ".join(f"{n} {c}" for c, n in counts.items() if n)
    made = style.sheet(
        f"{first.when}: one session, member by member",
        f"{told}. The longest bar is the strongest view, not the loudest.",
        f"{small} Bars: what the member's traits say for the text (right) or against it (left), in "
        "percentage points of its GDP; private reasons and the cost of standing out come on top.",
        BAR * len(rows) + 1.0,
    )
    axes = made.place(MARGIN + NAMES, made.top + 0.1, WIDTH - 2 * MARGIN - NAMES, BAR * len(rows))
    style.tidy(axes, len(rows))
    for y, event in enumerate(rows):
        axes.barh(y, _worth(event), height=0.7, color=CHOICES[event.choice])
        name = names.get(event.actor or "", event.actor or "")
        style.note(axes, 0.0, y, -12, name, ha="right", fontsize=TICK,
                   xycoords=("axes fraction", "data"))  # fmt: skip
    style.note(axes, 1.0, 0.0, 0, "pp of own GDP", -28, ha="right", color=SOFT,
               xycoords="axes fraction")  # fmt: skip
    key = style.strip(made, made.top + BAR * len(rows) + 0.6)
    left = MARGIN
    for choice, number in counts.items():
        if number:
            left = style.swatch(key, left, choice, CHOICES[choice])
    return made.figure


def _worth(vote: Event) -> float:
    """What a member's traits make of the text, summed; below zero where they speak against it."""
    total = sum(value for name, value in vote.terms.items() if name not in BESIDE)
    return -total if vote.choice in ("broke silence", "stood aside", "stayed out") else total


def reasons(event: Event, small: str) -> Figure:
    """A bar per reason, largest first."""
    terms = sorted(event.terms.items(), key=lambda item: -abs(item[1]))
    net = sum(event.terms.values())
    side = "for" if net > 0.0 else "against"
    made = style.sheet(
        f"{event.when}: what spoke for it, and what against?",
        f"{event.text}. The reasons named add up to {net:+.2f} pp of own GDP, {side} it.", small,
        0.5 * len(terms) + 0.6,
    )  # fmt: skip
    wide = WIDTH - 2 * MARGIN - NAMES - 1.6
    axes = made.place(MARGIN + NAMES + 0.8, made.top, wide, 0.5 * max(len(terms), 1))
    style.tidy(axes, len(terms))
    style.label_rows(axes, [name for name, _ in terms])
    for y, (_, value) in enumerate(terms):
        axes.barh(y, value, height=0.6, color=style.BLUE if value > 0.0 else style.VERMILION)
        style.note(axes, value, y, 6 if value > 0.0 else -6, f"{value:+.2f}",
                   ha="left" if value > 0.0 else "right")  # fmt: skip
    axes.margins(x=0.12)
    style.note(axes, 0.0, 0.0, 0, "◂ against it", -28, color=SOFT, xycoords="axes fraction")
    style.note(axes, 1.0, 0.0, 0, "for it ▸   pp of own GDP", -28, ha="right", color=SOFT,
               xycoords="axes fraction")  # fmt: skip
    return made.figure

"""Who supports, hides or breaks silence in a forum, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from simulator.figures import style, words
from simulator.figures.style import INK, LABEL, MARGIN, SMALL, SOFT, TICK, WIDTH
from simulator.ladder import FEATURES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simulator.comparison import Comparison

ROW, LABELS, BARS = 0.37, 2.1, 5.2  # inches: height of a row, width of names and of bars
SHOWN = 16
LEAST_PART = 0.05  # log-odds: weaker reasons are not named
# Objection first, from the left: share of sessions, colour, colour of the number in it.
WAYS = {
    "broke": ("broke silence", style.VERMILION, "#ffffff"),
    "hid": ("hid behind others", "#f3c08f", INK),
    "acquiesced": ("acquiesced", "#cfe3f1", INK),
    "supported": ("supported", style.BLUE, "#ffffff"),
}
BLAME: dict[str, Any] = {
    "marker": "D", "markersize": 6.0, "color": INK, "markeredgecolor": "white", "linestyle": "none",
}  # fmt: skip
# More and less of each trait than the average member has (model.md M1).
REASONS = {
    "threat": ("more alarmed", "less alarmed"),
    "trade": ("more trade at stake", "less trade at stake"),
    "openness": ("open to outside capital", "wary of outside capital"),
    "russia": ("threat at home first", "less pressed at home"),
    "alignment": ("close to the US", "far from the US"),
    "autonomy": ("prizes autonomy", "autonomy counts less"),
    "dispute": ("own dispute", "no dispute"),
    "patron": ("a client is the target", "no client at stake"),
    "rival": ("a rival is behind it", "no rival behind it"),
    "leaning": ("moved toward the West", "moved away from the West"),
}


def vote(cmp: Comparison, ballots: pd.DataFrame, policy: str, lens: str) -> Figure:
    """Bars per member for one text; `ballots` are its rows of `Ensemble.votes()`."""
    from simulator import content

    first = ballots.iloc[0]
    table = members(ballots)
    forum = content.shared()["forums"][first["forum"]]["title"].split(" (")[0]
    sessions = int(ballots["sessions"].max())
    made = style.sheet(
        f"{forum}: who stands in the way?",
        takeaway(table, words.policy_title(policy)),
        f"{words.made_how(cmp, lens)} Text on {first['issue']}, depth {first['target']:g}; "
        f"{sessions:,} sessions in all runs (a text may come back after a failure). Why: the "
        "traits in which a member differs most from the average member, as the model weighs them.",
        ROW * len(table) + 1.25,
    )
    _key(made, made.top)
    left = MARGIN + LABELS
    axes = made.place(left, made.top + 0.65, BARS, ROW * len(table))
    style.tidy(axes, len(table), zero=False)
    style.label_rows(axes, list(table["name"]))
    _bars(axes, table)
    beside = left + BARS + 0.35
    made.write("Why, next to the average member", beside, made.top + 0.35, LABEL, weight="bold")
    for y, why in enumerate(table["why"]):
        text = style.shorten(why, TICK, WIDTH - MARGIN - beside, 1)
        style.note(axes, 1.0, y, 25, text, xycoords=("axes fraction", "data"), color=SOFT)
    return made.figure


def members(ballots: pd.DataFrame) -> pd.DataFrame:
    """The members that matter, most objection first, and one row for all others.

    Columns: name, sessions, counts and shares of each way to vote, `why` in words.
    """
    table = ballots.copy()
    table["objects"] = (table["broke"] + table["hid"]) / table["sessions"]
    table = table.sort_values(["objects", "objection_pp"], ascending=False, kind="stable")
    table["why"] = [why(row) for _, row in table.iterrows()]
    rest = table.iloc[SHOWN:]
    if len(rest) > 1:
        table = table.iloc[:SHOWN]
        row: dict[str, object] = {c: rest[c].sum() for c in (*WAYS, "sessions", "blamed")}
        row |= {"name": f"{len(rest)} others", "why": ""}
        table = pd.concat([table, pd.DataFrame([row])], ignore_index=True)
    for column in (*WAYS, "blamed"):
        table[f"{column}_share"] = 100.0 * table[column] / table["sessions"]
    return table.reset_index(drop=True)


def why(row: pd.Series) -> str:
    """The two strongest reasons for the side a member mostly takes, in words."""
    from simulator import content
    from simulator.world import ISSUES

    against = float(row["objection_pp"]) > 0.0
    signs = content.ladder().signs[ISSUES.index(str(row["issue"]))]
    parts = {f: float(row[f"part_{f}"]) * (-1.0 if against else 1.0) for f in FEATURES}
    strongest = sorted((f for f in FEATURES if parts[f] > LEAST_PART), key=lambda f: -parts[f])
    told = []
    for feature in strongest[:2]:
        raises = signs[FEATURES.index(feature)] > 0.0
        told.append(REASONS[feature][1 if raises == against else 0])
    side = "against" if against else "for"
    return f"{side}: {', '.join(told)}" if told else f"{side}: no trait stands out"


def _bars(axes: Axes, table: pd.DataFrame) -> None:
    axes.set_xlim(0.0, 100.0)
    axes.set_xticks([0, 25, 50, 75, 100], ["0", "25", "50", "75", "100"])
    style.note(axes, 1.0, 0.0, 0, "% of sessions", -30, ha="right", color=SOFT,
               xycoords="axes fraction")  # fmt: skip
    axes.grid(visible=False)
    for y, (_, row) in enumerate(table.iterrows()):
        start = 0.0
        for way, (_, color, ink) in WAYS.items():
            share = float(row[f"{way}_share"])
            axes.barh(y, share, left=start, height=0.74, color=color, edgecolor="white",
                      linewidth=1.0)  # fmt: skip
            if share >= 7.0:
                style.note(axes, start + share / 2.0, y, 0, f"{share:.0f}", ha="center",
                           fontsize=SMALL, color=ink)  # fmt: skip
            start += share
        if row["blamed"] > 0:
            axes.plot(row["blamed_share"], y + 0.43, clip_on=False, zorder=4, **BLAME)


def _key(made: style.Sheet, top: float) -> None:
    axes = style.strip(made, top - 0.05)
    left = MARGIN + LABELS
    for text, color, _ in WAYS.values():
        left = style.swatch(axes, left, text, color)
    axes.plot([left + 0.1], [0.5], **BLAME)
    style.note(axes, left + 0.2, 0.5, 7, "got the blame", color=SOFT)


def takeaway(table: pd.DataFrame, title: str) -> str:
    """Who breaks silence most, who hides most, and who is blamed, as shares of sessions."""
    named = table[~table["name"].str.fullmatch(r"\d+ others")]
    told = [
        f"{_times(rows, column)} {verb}"
        for column, verb in (("broke_share", "break silence"), ("hid_share", "hide behind others"))
        if len(rows := named[named[column] >= 1.0].nlargest(2, column))
    ]
    if not told:
        return f"{title}: hardly any member objects in this ensemble."
    return f"{title}. Per 100 sessions, {'; '.join(told)}."


def _times(rows: pd.DataFrame, column: str) -> str:
    return words.listed([f"{r['name']} ({r[column]:.0f})" for _, r in rows.iterrows()])

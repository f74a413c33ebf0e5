"""A comparison for the terminal: what each policy changes under each lens, with its error."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator import catalogue, typeset

if TYPE_CHECKING:
    from simulator.comparison import Comparison

HEADLINES = (
    "taiwan_force_risk",
    "war_any",
    "encirclement_fear",
    "world_gdp_loss_usd_tn",
    "incursion_europe",
    "calm_share",
)
DIRECTION = {"-": "less is better", "+": "more is better", "context": "neither end is better"}
_FIRST, _COLUMN = 34, 18  # characters for lens and status quo, and for one policy


def comparison_json(comparison: Comparison) -> dict[str, Any]:
    """A comparison as plain values: one row per policy, lens and metric; null where undefined."""
    columns = ["policy", "lens", "metric", "mean", "se", "delta", "delta_se"]
    rows = comparison.frame()[columns].to_dict("records")
    return {
        "scenario": comparison.scenario,
        "runs": comparison.runs,
        "seed": comparison.seed,
        "adoption": comparison.adoption_mode,
        "rows": [{str(key): plain(value) for key, value in row.items()} for row in rows],
    }


def plain(value: Any) -> Any:
    """A value that JSON can hold: numbers that are not finite become null."""
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    return value.item() if hasattr(value, "item") else value


def digest(comparison: Comparison) -> str:
    """The comparison as text: how it was made, tables, where the lenses disagree, the vote."""
    parts = [_made(comparison), *_tables(comparison), _disagreement(comparison)]
    parts += [_forum(comparison), _limits()]
    return "\n\n".join(part for part in parts if part)


def _made(c: Comparison) -> str:
    size = f"{_count(c.runs, 'run')} of {_count(c.quarters, 'quarter')}"
    lenses = "lens" if len(c.lenses) == 1 else "lenses"
    how = {"endogenous": "forums decide", "forced": "every text passes when first tabled"}
    made = (
        f"{c.scenario}: {size} for each policy and lens, "
        f"{lenses} {', '.join(c.lenses)}, seed {c.seed}, adoption {c.adoption_mode} "
        f"({how.get(c.adoption_mode, '')})."
    )
    read = (
        f"{c.baseline} is shown as its level; the others as differences from it in the same "
        "runs, ± 2 standard errors (Monte Carlo only). A star: more than 2 standard errors from 0."
    )
    return typeset.paragraph(made) + "\n" + typeset.paragraph(read)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _tables(c: Comparison) -> Iterator[str]:
    cells = {(r["policy"], r["lens"], r["metric"]): r for r in c.frame().to_dict("records")}
    metrics = {row["id"]: row for row in catalogue.rows("metrics")}
    shown = [name for name in HEADLINES if (c.baseline, c.lenses[0], name) in cells]
    others = [policy for policy in c.policies if policy != c.baseline]
    groups = _groups(others, max(1, (typeset.width() - _FIRST) // _COLUMN))
    for name in shown:
        head = f"{metrics[name]['title']} ({metrics[name]['unit']}, "
        head += f"{DIRECTION[metrics[name]['direction']]})"
        if len(c.lenses) == 1:
            cell = _line(cells, c, c.lenses[0], name, others)
            rows = zip((c.baseline, *others), cell, strict=True)
            yield head + "\n" + typeset.table(("policy", c.lenses[0]), rows)
            continue
        for group in groups:
            lines = [(lens, *_line(cells, c, lens, name, group)) for lens in c.lenses]
            yield head + "\n" + typeset.table(("lens", c.baseline, *group), lines)


def _line(cells: Any, c: Comparison, lens: str, metric: str, policies: Sequence[str]) -> list[str]:
    base = cells[c.baseline, lens, metric]
    level = typeset.with_error(base["mean"], base["se"]).lstrip("+").rstrip("*")
    gaps = (cells[policy, lens, metric] for policy in policies)
    return [
        typeset.two_digits(base["mean"]) if level == "no change" else level,
        *(typeset.with_error(gap["delta"], gap["delta_se"]) for gap in gaps),
    ]


def _groups(items: Sequence[str], size: int) -> Iterable[Sequence[str]]:
    return [items[i : i + size] for i in range(0, len(items), size)] or [items]


def _disagreement(c: Comparison) -> str:
    """Metrics whose sign differs between lenses by more than two standard errors."""
    if len(c.lenses) == 1:
        return ""
    lines = []
    titles = {row["id"]: row["title"] for row in catalogue.rows("metrics")}
    for (policy, metric), rows in c.frame().groupby(["policy", "metric"], sort=False):
        if metric not in HEADLINES:
            continue
        sure = rows[rows["delta"].abs() > 2.0 * rows["delta_se"]]
        up, down = (list(sure[sign * sure["delta"] > 0.0]["lens"]) for sign in (1.0, -1.0))
        if up and down:
            what = f"{policy}: {titles[str(metric)]} rises under {', '.join(up)}"
            lines.append(
                typeset.paragraph(f"{what}, falls under {', '.join(down)}.", None, "  ", "    ")
            )
    head = "Where the lenses disagree in sign (beyond 2 standard errors)"
    return "\n".join([head, *(lines or ["  nowhere among the metrics shown"])])


def _forum(c: Comparison) -> str:
    """Forum results four ways: chance of adoption, if adopted, overall, of trying and failing."""
    if not c.forced:
        return ""
    metric = HEADLINES[0]
    title = next(row["title"] for row in catalogue.rows("metrics") if row["id"] == metric)
    rows = [
        (
            row["policy"],
            row["lens"],
            f"{row['p_adopt']:.0%}",
            f"{row['p_weakened']:.0%}",
            *(
                typeset.with_error(row[way], row[f"{way}_se"])
                for way in ("effect_if_adopted", "effect_overall", "effect_failed")
            ),
        )
        for row in c.adoption(metric).to_dict("records")
    ]
    rows.sort(key=lambda row: (c.policies.index(row[0]), c.lenses.index(row[1])))
    head = ("policy", "lens", "adopted", "weakened", "if adopted", "overall", "if it fails")
    first = f"The forum, four ways; effects on: {title} (– : fewer than 30 failed runs)"
    return typeset.paragraph(first) + "\n" + typeset.table(head, rows)


def _limits() -> str:
    """What the model must not claim: the same file that reports print."""
    lines = Path(__file__).with_name("limits.txt").read_text(encoding="utf-8").splitlines()
    words = "This compares policies under stated beliefs; it does not forecast."
    return typeset.paragraph(" ".join([words, *lines]))

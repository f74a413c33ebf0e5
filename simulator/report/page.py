"""The parts of the report's page as HTML.  Every text from outside is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd

from simulator.charts import PANELS, Charts
from simulator.errors import InputError
from simulator.figures import words
from simulator.report.text import headline_of, scenario_title

if TYPE_CHECKING:
    from simulator.comparison import Comparison
    from simulator.metrics import Metric

FORUM_METRICS = (
    "adoption_probability", "adopted_weakened", "dilution", "splits", "cost_usd_bn",
)  # fmt: skip
ADOPTION = {
    "endogenous": "Forums decide. Policies that ask a forum were also played with adoption "
    "imposed, to tell the effect of the thing from the chance of getting it.",
    "forced": "Imposed: every text passes in full when first tabled. Nothing here says how likely "
    "that is.",
}


def paragraphs(texts: Iterable[str]) -> str:
    """Each text a paragraph."""
    return "\n".join(f"<p>{escape(text)}</p>" for text in texts)


def items(texts: Iterable[str]) -> str:
    """Each text an item of a list."""
    return "\n".join(f"<li>{escape(text)}</li>" for text in texts)


def table(head: Sequence[str], rows: Sequence[Sequence[str]], caption: str = "",
          numbers: int = 1, span: int = 1) -> str:  # fmt: skip
    """A table whose columns from `numbers` on are numbers; cells are HTML already.

    With `span` above 1, the first cell of every `span`-th row heads that many rows, and the other
    rows' first cells are left out.
    """
    sides = [' class="n"' if n >= numbers else "" for n in range(len(head))]
    top = "".join(
        f'<th scope="col"{side}>{cell}</th>' for cell, side in zip(head, sides, strict=True)
    )
    scope = f'scope="rowgroup" rowspan="{span}"' if span > 1 else 'scope="row"'
    body = []
    for n, row in enumerate(rows):
        first = f"<th {scope}>{row[0]}</th>" if n % span == 0 else ""
        cells = zip(row[1:], sides[1:], strict=True)
        rest = "".join(f"<td{side}>{cell}</td>" for cell, side in cells)
        body.append(f"<tr>{first}{rest}</tr>")
        if span > 1 and n % span == span - 1 and n < len(rows) - 1:
            body.append("</tbody><tbody>")
    said = f"<caption>{escape(caption)}</caption>\n" if caption else ""
    inside = "\n".join(body)
    return (
        f'<div class="scroll"><table>\n{said}<thead><tr>{top}</tr></thead>\n'
        f"<tbody>\n{inside}\n</tbody>\n</table></div>"
    )


def made(cmp: Comparison, charts: Charts) -> str:
    """The ensemble definition: scenario, lenses, runs, adoption mode, errors, patterns."""
    scenario = words.scenario_of(cmp.scenario)
    metric = words.metric_of(headline_of(cmp))
    rows = charts.frame[charts.frame["metric"] == metric.id]
    base = rows[rows["policy"] == cmp.baseline]
    other = rows[rows["policy"] != cmp.baseline]
    error = f"Standard error of {words.within(metric.label)}: up to {_error(base['se'], metric)}"
    if len(other):
        error += f"; of a paired difference: up to {_error(other['delta_se'], metric)}"
    told = {
        "Scenario": f"{scenario_title(cmp)} ({cmp.scenario}). {getattr(scenario, 'summary', '')}",
        "Note on it": getattr(scenario, "notes", "") or "",
        "Imposed by it": "; ".join(getattr(scenario, "script", ())),
        "Policies": "; ".join(f"{words.policy_title(p)} ({p})" for p in cmp.policies),
        "Runs": f"{cmp.runs:,} for each policy and lens, {cmp.quarters} quarters each, "
        f"seed {cmp.seed}. With these, anyone gets the same numbers.",
        "Adoption": ADOPTION.get(cmp.adoption_mode, cmp.adoption_mode),
        "Common luck": "Run by run, all policies meet the same parameters, events and draws "
        "(common random numbers), so differences are paired.",
        "Monte-Carlo error": f"{error}. A difference is called clear beyond two standard errors; "
        "where a metric counts runs, one run is taken off first. About one comparison in twenty "
        "looks clear by luck alone, and there are many here.",
        "Calibration": _calibration(cmp),
        "Patterns of history": "Checked in this version: base rates of the status quo, which are "
        "fitted, and one recorded case in the council. The patterns of model.md 5.2 are not "
        "scored; read every result as not yet validated.",
    }
    listed = "\n".join(f"<dt>{k}</dt><dd>{escape(v)}</dd>" for k, v in told.items() if v)
    return f"<dl>\n{listed}\n</dl>\n<h3>The lenses</h3>\n{lenses(cmp.lenses)}"


def _calibration(cmp: Comparison) -> str:
    from simulator import content

    loose = []
    for lens in cmp.lenses:
        try:
            fitted = content.calibration(lens)
        except InputError:
            continue
        if (fitted.prize == 1.0).all() and fitted.engagement == 0.0:
            loose.append(lens)
    if loose:
        return (
            f"Not fitted for {words.listed(loose)}: levels then differ between lenses for no "
            "reason of policy."
        )
    return (
        "Each lens's intercepts are fitted, so that all lenses agree on the base rates of the "
        "status quo in the baseline scenario and differ in what policies do "
        "(scenarios/calibration.yaml)."
    )


def _error(errors: pd.Series, metric: Metric) -> str:
    if not errors.notna().any():
        return "undefined (one run)"
    return words.change(metric, float(errors.max())).lstrip("+")


def lenses(names: Iterable[str]) -> str:
    """A table of lenses: what each holds, who wrote it and where."""
    rows = []
    for lens in names:
        found = words.lens_of(lens)
        told = [getattr(found, field, "") for field in ("title", "author", "document", "summary")]
        title, author, document, gist = (escape(str(text)) for text in told)
        rows.append((escape(lens), f"{title}.<br>{gist}", f"{author}.<br>{document}"))
    return table(
        ("Lens", "View of the world", "Author and document"), rows, numbers=3,
        caption="A lens is one author's beliefs as ranges of the contested parameters; the "
        "equations are the same under all. What an author leaves open keeps its wide prior.",
    )  # fmt: skip


def figure(uri: str, alt: str, caption: str) -> str:
    """One figure with its caption; `uri` holds the picture itself."""
    return (
        f'<figure>\n<img src="{uri}" alt="{escape(alt, quote=True)}">\n'
        f"<figcaption>{escape(caption)}</figcaption>\n</figure>"
    )


def tables(cmp: Comparison, charts: Charts) -> str:
    """A table per lens: mean, its error, paired difference and its error, for headline metrics."""
    names = list(dict.fromkeys((headline_of(cmp), *PANELS, *FORUM_METRICS)))
    parts = []
    for lens in cmp.lenses:
        cells = charts.frame[charts.frame["lens"] == lens].set_index(["policy", "metric"])
        rows = [
            _cells(words.metric_of(name), cells.loc[(policy, name)], policy)
            for name in names for policy in cmp.policies
        ]  # fmt: skip
        head = ("Metric", "Policy", "Mean", "s.e.", "Difference", "s.e.")
        title = getattr(words.lens_of(lens), "title", "")
        mark = " open" if lens == charts.lens else ""
        parts.append(
            f"<details{mark}><summary>{escape(lens)} <span>{escape(str(title))}</span></summary>\n"
            f"{table(head, rows, numbers=2, span=len(cmp.policies))}\n</details>"
        )
    return (
        '<p class="small">Risks are told as runs in 100, with one significant figure, so levels '
        "are rounded harder than differences; <code>frame.csv</code> has all digits. Differences "
        "are to the status quo, run by run. Blue: clearly better; brown: clearly worse; gray: "
        "cannot be told from no difference. Clear is not the same as large.</p>\n"
        + "\n".join(parts)
    )


def _cells(metric: Metric, row: Any, policy: str) -> tuple[str, ...]:
    unit = escape(words.scale(metric)[1])
    name = f'{escape(metric.label)} <span class="unclear">({unit})</span>'
    mean = words.amount(metric, row["mean"], unit=False)
    error = _plain(metric, row["se"])
    if row["delta"] == 0.0 and row["delta_se"] == 0.0:
        return (name, escape(words.policy_title(policy)), mean, error, "–", "–")
    gap = words.change(metric, row["delta"], row["delta_se"], unit=False)
    word = words.row_verdict(metric, row)
    kind = {"higher": "clear", "lower": "clear", "none": "unclear"}.get(word, word)
    return (
        name, escape(words.policy_title(policy)), mean, error,
        f'<span class="{kind}">{gap}</span>', _plain(metric, row["delta_se"]),
    )  # fmt: skip


def _plain(metric: Metric, error: float) -> str:
    return words.change(metric, error, unit=False).lstrip("+")


def adoption(cmp: Comparison) -> str:
    """Forum results four ways as a table; empty if no policy asks a forum."""
    metric = words.metric_of(headline_of(cmp))
    rows = []
    found = cmp.adoption(metric.id)
    together = found.sort_values("policy", key=lambda p: p.map(cmp.policies.index), kind="stable")
    for _, row in together.iterrows():
        effects = [
            f"{words.change(metric, row[c], row[f'{c}_se'], unit=False)} "
            f"± {_plain(metric, words.CLEAR * row[f'{c}_se'])}"
            if pd.notna(row[c]) else "too few runs"
            for c in ("effect_if_adopted", "effect_overall", "effect_failed")
        ]  # fmt: skip
        shares = [f"{100.0 * row[c]:.0f}" for c in ("p_adopt", "p_weakened", "share_failed")]
        rows.append(
            (escape(words.policy_title(row["policy"])), escape(row["lens"]), *shares, *effects)
        )
    if not rows:
        return ""
    head = ("Policy", "Lens", "Adopted whole", "Weakened", "Blocked", "If adopted", "Overall",
            "Trying and failing")  # fmt: skip
    shown = table(
        head, rows, numbers=2, span=len(cmp.lenses),
        caption=f"First three: runs in 100. Effects on {words.within(metric.label)} "
        f"({words.scale(metric)[1]}), paired, ± two standard errors.",
    )  # fmt: skip
    return _section("forum", "The forum, four ways", shown)


def turns(found: Any) -> str:
    """On which belief a comparison turns, if that was worked out (a frame as `cruxes` gives)."""
    if not isinstance(found, pd.DataFrame) or found.empty:
        return ""
    head = [escape(str(c).replace("_", " ")) for c in found.columns]
    rows = [
        [escape(f"{v:.2g}" if isinstance(v, float) else str(v)) for v in row]
        for row in found.itertuples(index=False)
    ]
    note = (
        "<p>One contested belief is changed at a time, everything else paired. A belief whose "
        "change turns the sign is what you would have to believe.</p>"
    )
    return _section("turns", "On which belief it turns", note + table(head, rows, numbers=2))


def _section(name: str, title: str, body: str) -> str:
    return f'<section aria-labelledby="{name}">\n<h2 id="{name}">{title}</h2>\n{body}\n</section>'


def sources(
    scenarios: Iterable[str], policies: Iterable[str], known: Sequence[Mapping[str, Any]]
) -> str:
    """What the policies and scenarios cite, then every document and data set in use."""
    from simulator import content, registry

    cited = {}
    for scenario in scenarios:
        found = words.scenario_of(scenario)
        cited[str(getattr(found, "title", scenario))] = getattr(found, "sources", ())
    named = {**content.portfolios(), **registry.policies()}
    policies = list(policies)
    named |= words.own_policies(policies)
    for part in dict.fromkeys(p.strip() for policy in policies for p in policy.split("+")):
        for name in (part, *getattr(named.get(part), "members", ())):
            if name in named:
                cited[named[name].title] = named[name].sources
    rows = [(escape(what), escape("; ".join(where))) for what, where in cited.items()]
    told = table(("What", "Cited (document and paragraph)"), rows, numbers=2)
    lines = [
        f"<li><strong>{escape(str(s['id']))}</strong>: {escape(str(s['author']))}, "
        f"<cite>{escape(str(s['title']))}</cite>, {escape(str(s['year']))}. "
        f"{escape(str(s.get('note', '')))}</li>"
        for s in known
    ]
    whole = '<ul class="small">\n' + "\n".join(lines) + "\n</ul>"
    summary = "<summary>All documents and data sets in use</summary>"
    return f"{told}\n<details>{summary}\n{whole}\n</details>"

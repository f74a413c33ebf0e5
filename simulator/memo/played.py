"""The question, what was played and what was not: sections 1, 2, 6 and 7."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from simulator.figures.words import CLEAR, listed, metric_of, policy_title, scenario_of, within
from simulator.memo import contested, parts, wording
from simulator.memo.findings import Finding
from simulator.memo.reading import Failed, Material
from simulator.memo.summary import adoption, scenario_title
from simulator.metrics import METRICS
from simulator.report import known_sources, page, text

MOST_FAILED = 30
FEW_SEEDS = 5
DIRECTION = {"-": "less is better", "+": "more is better"}


def question(material: Material, found: Sequence[Finding]) -> str:
    """Section 1."""
    study = material.study
    others = [policy_title(p) for p in study.policies[1:]]
    what = (
        listed(others) if 0 < len(others) <= 8 else wording.count(len(others), "policy", "policies")
    )
    asked = (
        f"What would {what} change against “{policy_title(material.baseline)}”, and what would one "
        "have to believe to choose one over another?" if others else
        f"How does “{policy_title(material.baseline)}” fare? The study has no other policy."
    )  # fmt: skip
    judged = [
        f"In “{scenario_title(f.scenario)}” policies are judged by "
        f"{within(metric_of(f.metric).label)} ({metric_of(f.metric).definition}; "
        f"{DIRECTION[metric_of(f.metric).direction]})."
        + (
            f" The usual measure there, {within(metric_of(f.turned_from).label)}, is the same "
            "under every policy in every run."
            if f.turned_from else ""
        )
        for f in found
    ]  # fmt: skip
    beside = [within(metric_of(m).label) for m in material.metrics]
    return parts.section(
        1, "question", "The question",
        parts.said(
            asked,
            "The memo does not say which policy is best. It says which differences luck cannot "
            "explain, which hold under every view of the world that was played, and which turn "
            "on a belief that people hold differently.",
            *judged,
            f"Read beside it: {listed(beside)}." if len(beside) > 1 else "",
            _thresholds(material),
        ),
    )  # fmt: skip


def _thresholds(material: Material) -> str:
    limits = material.study.thresholds
    if not limits:
        return (
            "The study declared no thresholds before it was played, so no share of satisfactory "
            "futures is given: limits set with the results in view would say little."
        )
    told = []
    for metric, limit in limits.items():
        way, value = next(iter(limit.items())) if isinstance(limit, dict) else (
            "at_most" if METRICS[metric].direction == "-" else "at_least", limit
        )  # fmt: skip
        told.append(f"{within(METRICS[metric].label)} {way.replace('_', ' ')} {value:g}")
    return f"Good enough, as the study declared before it was played: {'; '.join(told)}."


def ensemble(material: Material) -> str:
    """Section 2."""
    study, results = material.study, material.results
    told = {
        "Scenarios": [f"{scenario_title(s)} ({s}), {study.horizon(s)} quarters. "
                      f"{getattr(scenario_of(s), 'summary', '')}" for s in study.scenarios],
        "Policies": [f"{policy_title(p)} ({p})" for p in study.policies],
        "Futures": [_futures(material)],
        "Chance": [_chance(material)],
        "Varied by the study": [_varied(material)],
        "Runs": [f"{material.played:,} played of {material.planned:,} planned; seed {study.seed}. "
                 "With these, anyone gets the same numbers."],
        "Adoption": [adoption(material)],
        "Model version": [f"{results.model_version[:12]}; study {results.key[:12]}"],
        "Failed runs": [_failed_sentence(material)],
    }  # fmt: skip
    rows = "\n".join(
        f"<dt>{name}</dt><dd>{'<br>'.join(escape(line) for line in lines)}</dd>"
        for name, lines in told.items()
    )
    return parts.section(
        2, "played", "What was played", f"<dl>\n{rows}\n</dl>", _failed_table(material),
        "<h3>The lenses</h3>", page.lenses(study.lenses),
    )  # fmt: skip


def _futures(material: Material) -> str:
    study = material.study
    told = (
        f"{study.samples:,} for each policy and lens, the same ones for all policies. A future is "
        "one draw of everything unknown that stays fixed in a run."
    )
    if material.futures_read < study.samples:
        told += (
            f" This page reads the first {material.futures_read:,} of them, as many as memory "
            "allows."
        )
    return told


def _chance(material: Material) -> str:
    study = material.study
    if study.chance == "own":
        return (
            f"{wording.count(study.seeds, 'seed')} of each future, its own, shared by all policies."
        )
    told = (
        f"{wording.count(study.seeds, 'history', 'histories')} of chance (seeds), the same in "
        "every future and for every policy."
    )
    if study.seeds == 1:
        return (
            f"{told} With one history, what belongs to it alone cannot be told from an effect: "
            "read every difference as holding in this history."
        )
    if study.seeds < FEW_SEEDS:
        return (
            f"{told} So few say little about how much hangs on the history; errors allow for it as "
            "far as they can."
        )
    return told


def _varied(material: Material) -> str:
    ranges = material.study.parameters
    if not ranges:
        return "Nothing beyond what the lenses leave open."
    return "; ".join(
        f"{name} from {low:g} to {high:g}" if low < high else f"{name} set to {low:g}"
        for name, (low, high) in ranges.items()
    )


def _failed_sentence(material: Material) -> str:
    runs = material.failures.runs
    if not runs:
        return "None."
    return (
        f"{runs:,}, listed below by future. They enter no mean; a run that failed under one policy "
        "is taken out under all, so that the others are compared on the same luck. What made them "
        "fail may not be by chance."
    )


def _failed_table(material: Material) -> str:
    by_future = material.failures.by_future
    failed = [by_future[key] for key in sorted(by_future)]
    if not failed:
        return ""
    rows = [_failed_row(one) for one in failed[:MOST_FAILED]]
    head = ("Future", "Scenario", "Lens", "Policies", "Runs", "Why (first)", "Its parameters")
    more = len(failed) - MOST_FAILED
    rest = f" {more:,} more futures with failed runs stand in failed.jsonl." if more > 0 else ""
    return "<h3>Failed runs by future</h3>\n" + page.table(
        head, rows, numbers=9, caption=f"Runs without a result.{rest}"
    )


def _failed_row(one: Failed) -> tuple[str, ...]:
    values = ", ".join(
        f"{k} = {wording.number(v) if isinstance(v, float) else v}"
        for k, v in one.parameters.items()
    )
    return (
        f"{one.future}", escape(one.scenario), escape(one.lens),
        escape(", ".join(sorted(one.policies))), f"{one.runs:,}", escape(one.why),
        parts.fold(wording.count(len(one.parameters), "value"), f"<p>{escape(values)}</p>"),
    )  # fmt: skip


def notice(material: Material, found: Sequence[Finding], beliefs: bool) -> str:
    """What stands in the way of reading the folder as finished; empty if nothing does."""
    told = []
    if material.missing:
        told.append(
            f"The sweep is unfinished: {material.missing:,} of {material.shards:,} shards are "
            f"missing, {material.played:,} of {material.planned:,} runs are there. The memo reads "
            "the futures that all policies share so far; the same `wargame sweep` command goes on."
        )
        for f in found:
            if f.scene.absent:
                told.append(
                    f"In “{scenario_title(f.scenario)}” nothing can be compared yet under "
                    f"{listed(f.scene.absent)}."
                )
        gone = [s for s in material.study.scenarios if s not in {f.scenario for f in found}]
        if gone:
            told.append(
                f"Not enough was played yet of {listed([scenario_title(s) for s in gone])}."
            )
    if material.failures.runs:
        told.append(f"{material.failures.runs:,} runs failed; section 2 lists them by future.")
    if not beliefs:
        told.append(
            "The study was played with another version of the model. Its runs are read as they "
            "are, but the beliefs behind its futures cannot be drawn anew, so section 4 knows only "
            "the parameters that the study varied itself."
        )
    if not told:
        return ""
    items = page.items(told)
    return (
        '<aside class="notice" aria-labelledby="notice">\n<h2 id="notice">Before you read on</h2>\n'
        f"<ul>\n{items}\n</ul>\n</aside>"
    )


def unmodelled(material: Material) -> str:
    """Section 6."""
    from simulator import content

    study = material.study
    others = [lens for lens in content.lens_ids() if lens not in study.lenses]
    left = [
        f"Lenses that were not played: {', '.join(others)}. A choice that holds under those played "
        "may turn under them." if others else "",
        f"Beyond {max(study.horizon(s) for s in study.scenarios)} quarters: what works slower.",
        f"Other scenarios than {listed([scenario_title(s) for s in study.scenarios])}.",
        "How likely the policies are to be agreed: adoption was imposed."
        if study.adoption == "forced" else "",
        "Cost to the sponsor, and every measure not named in section 1, weigh nothing here.",
        "How likely each lens is to be right: all weigh the same wherever they are pooled.",
    ]  # fmt: skip
    return parts.section(
        6, "unmodelled", "What was not modelled",
        '<aside aria-labelledby="limits">\n<h2 id="limits">What this model must not claim</h2>\n'
        f"<ul>\n{page.items(text.limits())}\n</ul>\n</aside>",
        "<h3>Left out of this study</h3>", parts.bullets([line for line in left if line]),
    )  # fmt: skip


def method(material: Material, found: Sequence[Finding]) -> str:
    """Section 7."""
    study = material.study
    tried = sum(crux.tried for f in found for crux in f.cruxes[:1])
    compared = sum(f.compared for f in found)
    both = study.chance == "shared" and study.seeds > 1
    told = [
        "All policies meet the same futures and the same histories, so every difference is taken "
        "run by run (paired). Its standard error (s.e.) treats futures as drawn apart"
        + (", and adds what the shared histories of chance add to all of them at once, no less "
           "than the comparisons on a measure show together; with few histories, and few policies "
           "to read that from, a difference must be much larger to count." if both else "."),
        f"A difference is called clear if it passes {CLEAR:g} standard errors and still stands "
        f"after Holm's allowance for all comparisons made on that measure in that scenario "
        f"({compared:,} in all). In counts of runs, one run is taken off "
        "first; fewer than six futures that differ never count. Everything else is called a "
        "difference that the noise would make, which is not the same as none.",
        "Measures of robustness are taken over all futures of all lenses together, each lens "
        "weighing the same. Regret is the shortfall from the best policy of each future; a future "
        "known from few runs has a noisy best, which inflates regret for all policies alike. Their "
        "errors leave out groups of futures and of seeds in turn (jackknife); for worst cases and "
        "percentiles they are a guide.",
        f"A belief is said to move a choice if the gain differs along it by more than luck would "
        f"make among the {tried:,} pairs, lenses and parameters looked at, and to turn it if the "
        "sign differs at its two ends, each beyond two standard errors. It is read from up to "
        f"{contested.MOST_FUTURES:,} futures that were played anyway; no new runs are made. What a "
        "swap of one belief between lenses would do is read off straight lines.",
        "Boxes are sought (PRIM) in every second future and kept only if they hold in the others."
        if contested.seeks_boxes() else "Boxes of beliefs were not sought: the EMA workbench is "
        'not installed (pip install "two-theaters[analysis]", then make this page again).',
    ]  # fmt: skip
    return parts.section(
        7,
        "method",
        "How to read the numbers",
        parts.said(*told),
        "<h3>Sources</h3>",
        page.sources(study.scenarios, study.policies, known_sources()),
    )

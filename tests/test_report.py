"""The report: one page that stands alone, hedged and escaped, whole or not there."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from test_charts import BASE, HARMS, HELPS, LENSES, TURNS, make_comparison

from simulator import report
from simulator.errors import InputError
from simulator.figures import takeaways, words
from simulator.report import page as report_page
from simulator.report import text as report_text

VOID = {"meta", "img", "br", "link", "hr"}


@pytest.fixture(scope="module")
def comparison():
    return make_comparison()


@pytest.fixture
def one_figure(monkeypatch):
    """Reports of one small picture, for tests of all the rest."""

    def only(comparison, charts):
        yield "ladder", charts.ladder(), "a caption"

    monkeypatch.setattr(report, "_figures", only)
    monkeypatch.setattr(report, "DPI", 40)


@pytest.fixture(scope="module")
def folder(comparison, tmp_path_factory):
    out = tmp_path_factory.mktemp("report") / "new" / "folder"
    assert out / "report.html" == comparison.report(out)
    return out


@pytest.fixture(scope="module")
def html(folder):
    return (folder / "report.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def text(html):
    bare = re.sub(r"<style>.*?</style>|<[^>]+>", " ", html, flags=re.DOTALL)
    return " ".join(bare.split())


class Outline(HTMLParser):
    """Tags with their attributes; complains where they do not nest."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, f"</{tag}> at {self.getpos()}"


@pytest.fixture(scope="module")
def outline(html):
    found = Outline()
    found.feed(html)
    found.close()
    assert [] == found.open
    return found.seen


def test_the_files_are_all_there(folder):
    names = {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}
    assert {"report.html", "frame.csv", "adoption.csv", "comparison.json"} <= names
    pictures = {Path(n).stem for n in names if n.startswith("figures")}
    assert {"outcomes", "by-lens-taiwan_force_risk", "ladder-taiwan", "adoption",
            f"vote-{HELPS}-0"} <= pictures  # fmt: skip
    assert [] == [p for p in folder.parent.iterdir() if p != folder]  # no workplace left over


def test_the_page_stands_alone_and_is_readable_by_all(outline):
    tags = dict(outline[:1])
    assert "en" == tags["html"]["lang"]
    for tag, attributes in outline:
        for name in ("src", "href"):
            assert (attributes.get(name) or "data:image/png;base64,").startswith("data:image/png")
        if tag == "img":
            assert len(attributes["alt"] or "") > 30
    ids = [a["id"] for _, a in outline if "id" in a]
    assert len(ids) == len(set(ids))
    assert {a["aria-labelledby"] for _, a in outline if "aria-labelledby" in a} <= set(ids)
    assert 1 == sum(tag == "h1" for tag, _ in outline)


def test_the_style_loads_nothing(html):
    style = re.search(r"<style>(.*?)</style>", html, flags=re.DOTALL)[1]
    assert not re.search(r"@import|url\(|http", style)


def test_it_opens_with_hedged_words_and_says_what_it_must_not_claim(comparison, text):
    said = report_text.summary(comparison.charts)
    assert 4 <= len(said) <= 6
    assert any("In this ensemble" in sentence for sentence in said)
    assert "no probability of war" in said[-1]
    limits = report_text.limits()
    assert len(limits) >= 9
    for sentence in (*said, *limits):
        assert " ".join(sentence.split()) in figures_plain(text)
    order = [text.index("In short"), text.index("must not claim"), text.index("runs were made")]
    assert order == sorted(order)


def figures_plain(text: str) -> str:
    return text.replace("&#x27;", "'").replace("&quot;", '"').replace("&amp;", "&")


def test_the_ensemble_is_defined(text):
    for part in ("200 for each policy and lens", "12 quarters each", "seed 7", "Forums decide",
                 "common random numbers", "Monte-Carlo error", "Patterns of history",
                 "Jeffrey Reeves", "Standard error of force against Taiwan: up to 3 in 100",
                 ):  # fmt: skip
        assert part in text


def test_a_sign_that_turns_is_told_first(comparison, text):
    told = f"{TURNS} on force against Taiwan (better under cfr, worse under neutral and reeves)"
    assert told in text
    without = make_comparison((BASE, HARMS), runs=50)
    assert "On none of the headline measures" in " ".join(report_text.summary(without.charts))


def test_the_tables_agree_with_the_frame(comparison, folder):
    frame = pd.read_csv(folder / "frame.csv")
    pd.testing.assert_frame_equal(comparison.frame(), frame, check_dtype=False)
    page = report_page.tables(comparison, comparison.charts)
    assert len(LENSES) == page.count("<table>")
    ways = pd.read_csv(folder / "adoption.csv")
    assert {"taiwan_force_risk", "war_any"} <= set(ways["metric"])


def test_the_object_is_that_of_the_command_line(comparison, folder):
    from simulator.digest import comparison_json

    text = (folder / "comparison.json").read_text(encoding="utf-8")
    assert comparison_json(comparison) == json.loads(text, parse_constant=pytest.fail)


def test_texts_are_escaped(monkeypatch, tmp_path, one_figure):
    nasty = "<script>alert('x')</script> & \"$style\" $100"
    monkeypatch.setattr(words, "policy_title", lambda p: f"{nasty} {p}")
    monkeypatch.setattr(takeaways, "policy_title", lambda p: f"{nasty} {p}")
    made = make_comparison((BASE, HARMS), ("neutral",), runs=20)
    page = made.report(tmp_path / "out").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    outline = Outline()
    outline.feed(page)
    assert [] == outline.open


def test_a_scenario_that_is_not_installed_still_reports(tmp_path, one_figure):
    made = replace(make_comparison((BASE, HELPS), ("neutral",), runs=20), scenario="mine")
    page = made.report(tmp_path / "out").read_text(encoding="utf-8")
    assert "“mine”" in page


def test_the_status_quo_alone_reports(tmp_path, one_figure):
    made = make_comparison((BASE,), ("neutral",), runs=2)
    page = made.report(tmp_path / "out").read_text(encoding="utf-8")
    assert "The forum, four ways" not in page
    assert "the status quo alone" in page


def test_beliefs_that_turn_it_are_shown_where_they_are_known(comparison):
    found = pd.DataFrame({"belief": ["par_provocation_gain"], "change": [0.0123], "turns": [True]})
    section = report_page.turns(found)
    assert "On which belief it turns" in section
    assert "par_provocation_gain" in section
    assert "0.012" in section
    assert "" == report_page.turns(None)


def test_the_same_comparison_gives_the_same_bytes(tmp_path, one_figure):
    made = make_comparison((BASE, HARMS), ("neutral",), runs=20)
    pages = [made.report(tmp_path / name).read_bytes() for name in ("a", "b")]
    assert pages[0] == pages[1]


# ---- nothing half-written


def small():
    return make_comparison((BASE, HARMS), ("neutral",), runs=5)


def test_an_earlier_report_is_replaced_and_foreign_files_stay(tmp_path, one_figure):
    small().report(tmp_path)
    (tmp_path / "figures" / "vote-of-yesterday-0.png").write_bytes(b"old")
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    small().report(tmp_path)
    assert not (tmp_path / "figures" / "vote-of-yesterday-0.png").exists()
    assert "mine" == (tmp_path / "notes.txt").read_text(encoding="utf-8")
    assert [] == list(tmp_path.glob(".report-*"))


def test_pictures_of_others_stay(tmp_path, one_figure):
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / "holiday.png").write_bytes(b"sun")
    small().report(tmp_path)
    assert b"sun" == (tmp_path / "figures" / "holiday.png").read_bytes()


def test_a_failure_on_the_way_leaves_nothing(tmp_path, monkeypatch):
    def broken(*_):
        raise RuntimeError("no ink")

    monkeypatch.setattr(report, "_page", broken)
    with pytest.raises(RuntimeError, match="no ink"):
        small().report(tmp_path / "deep" / "out")
    assert [] == list(tmp_path.iterdir())


def test_a_file_in_the_way_is_told(tmp_path):
    taken = tmp_path / "taken"
    taken.write_text("x", encoding="utf-8")
    for out in (taken, taken / "below"):
        with pytest.raises(InputError, match="taken") as error:
            small().report(out)
        assert "another folder" in str(error.value)
    assert "x" == taken.read_text(encoding="utf-8")


def test_a_folder_without_permission_is_told(tmp_path, monkeypatch):
    def refuse(**_):
        raise PermissionError(13, "Permission denied", str(tmp_path))

    monkeypatch.setattr(report.tempfile, "TemporaryDirectory", refuse)
    with pytest.raises(InputError, match="Permission denied") as error:
        small().report(tmp_path / "out")
    assert str(tmp_path) in str(error.value)
    assert "permissions" in str(error.value)


def test_missing_numbers_never_reach_the_page(tmp_path, one_figure):
    made = make_comparison((BASE, HARMS), ("neutral",), runs=1)
    page = made.report(tmp_path / "out").read_text(encoding="utf-8")
    bare = re.sub(r"data:image/png;base64,[^\"]*", "", page)
    assert not re.search(r"\bnan\b", bare)
    assert np.isnan(made.frame()["delta_se"]).any()

"""A policy file of the user's own, played by its path."""

from __future__ import annotations

from pathlib import Path

import pytest

import simulator as ts
from simulator import registry
from simulator.figures import words

TEXT = '''"""A quiet office."""
from simulator.contracts import Ask, Levers, Policy

policy = Policy(
    id="{id}", title="A quiet office", sources=["judgement: a sketch"],
    asks=[Ask(forum="nac", issue="engagement", target=0.15, sponsor="USA")],
    levers=Levers(channel={{"taiwan": {channel}}}),
)
'''
PLAYED = {"runs": 8, "quarters": 4, "lenses": "neutral"}


def written(folder: Path, name: str = "quiet_office", **fields: object) -> str:
    path = folder / f"{name}.py"
    path.write_text(TEXT.format(**{"id": "quiet-office", "channel": 0.2} | fields))
    return str(path)


def test_a_file_plays_like_the_same_policy_in_the_catalog(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path)
    by_path = ts.compare("summit-cycle", [path], **PLAYED).frame()
    known = {**registry.policies(), "quiet-office": registry.policy(path)}
    monkeypatch.setattr(registry, "policies", lambda: known)
    by_id = ts.compare("summit-cycle", ["quiet-office"], **PLAYED).frame()
    assert by_id.replace({"policy": {"quiet-office": path}}).equals(by_path)
    assert by_path.query("policy == @path")["delta"].abs().max() > 0.0


def test_an_edited_file_is_read_again_and_names_another_study(tmp_path: Path) -> None:
    path = written(tmp_path)
    study = {"scenarios": ["summit-cycle"], "policies": [f"{path}+aukus-deepening"], "samples": 2}
    before = ts.Study(**study).key()
    assert before == ts.Study(**study).key()
    written(tmp_path, channel=0.4)
    assert registry.policy(path).levers.channel == {"taiwan": 0.4}
    assert before != ts.Study(**study).key()


def test_charts_and_reports_use_its_title(tmp_path: Path) -> None:
    path = written(tmp_path)
    assert words.policy_title(path) == "A quiet office"
    assert words.policy_title("gone/away.py") == "gone/away.py"
    page = ts.compare("summit-cycle", [path], **PLAYED).report(tmp_path / "report")
    assert "A quiet office" in page.read_text(encoding="utf-8")


def test_a_file_that_is_no_policy_is_refused_with_its_path(tmp_path: Path) -> None:
    taken = written(tmp_path, "taken", id="tokyo-liaison-office")
    broken = tmp_path / "broken.py"
    broken.write_text("policy = Policy(")
    empty = tmp_path / "empty.py"
    empty.write_text("")
    wrong = {
        taken: "second policy", str(broken): "SyntaxError", str(empty): "has no `policy",
        str(tmp_path / "absent.py"): "no such policy file",
    }  # fmt: skip
    for path, said in wrong.items():
        with pytest.raises(ts.InputError, match=said) as refused:
            ts.compare("summit-cycle", [path], **PLAYED)
        assert path in str(refused.value)


def test_the_checks_of_the_terminal_are_there_in_python(tmp_path: Path) -> None:
    assert ts.validate(written(tmp_path)) == "policy 'quiet-office' is valid"
    with pytest.raises(ts.InputError, match="differs from the file name"):
        ts.validate(written(tmp_path, "other"))

"""The shape of the repository: the engine names no content, files stay small, nothing leaks."""

import ast
import csv
import re
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
LONGEST = 300
CODE = {".py", ".toml", ".css", ".js", ".html"}
CODE_NAMES = {"Makefile", "run"}
UNTRACKED = {".venv", ".git", "demo-output", "results", "build", "dist", "__pycache__"}


def committed() -> list[Path]:
    """Files that are committed or would be; without git, all files outside caches and outputs."""
    git = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(git, cwd=ROOT, capture_output=True, check=True, text=True).stdout
        found = [ROOT / name for name in listed.split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        found = [p for p in ROOT.rglob("*") if not UNTRACKED & set(p.relative_to(ROOT).parts)]
    return sorted(p for p in found if p.is_file())


FILES = committed()


def inside(path: Path, *folder: str) -> bool:
    return path.relative_to(ROOT).parts[: len(folder)] == folder


def actor_names() -> set[str]:
    """Codes and names of all actors.  A name that also names a theater belongs to the engine."""
    from simulator.world import THEATERS

    table = ROOT / "agents" / "actors.csv"
    if not table.exists():
        return set()
    with table.open(encoding="utf-8", newline="") as rows:
        names = {row[key] for row in csv.DictReader(rows) for key in ("iso3", "name")}
    return {name for name in names if name.lower() not in THEATERS}


def policy_ids() -> set[str]:
    """The `id` of every Policy(...) in policies/, read without running the files."""
    calls = (
        node
        for path in FILES
        if inside(path, "policies") and path.suffix == ".py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", None) == "Policy"
    )
    return {
        keyword.value.value
        for call in calls
        for keyword in call.keywords
        if keyword.arg == "id" and isinstance(keyword.value, ast.Constant)
    }


def scenario_ids() -> set[str]:
    """The top-level `id` of every YAML file that lies directly in scenarios/."""
    texts = (
        yaml.safe_load(path.read_text(encoding="utf-8"))
        for path in FILES
        if path.parent == ROOT / "scenarios" and path.suffix == ".yaml"
    )
    return {text["id"] for text in texts if isinstance(text, dict) and "id" in text}


SEA = "South China Sea"  # a theater, like Taiwan: the engine may name the four theaters


def mentions(text: str, names: set[str]) -> list[str]:
    """The names that stand in the text as words of their own ('-' and '_' belong to a word)."""
    if not names:
        return []
    either = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    return sorted(set(re.findall(rf"(?<![\w-])(?:{either})(?![\w-])", text)))


def test_mentions_finds_whole_words_only() -> None:
    names = {"CHN", "tokyo-office"}
    assert mentions("if actor == 'CHN': pass", names) == ["CHN"]
    assert mentions("policies tokyo-office, my-tokyo-office, CHN_SHARE", names) == ["tokyo-office"]


@pytest.mark.parametrize("kind", ["actor", "policy", "scenario"])
def test_the_engine_names_no_content(kind: str) -> None:
    names = {"actor": actor_names, "policy": policy_ids, "scenario": scenario_ids}[kind]()
    engine = [p for p in FILES if inside(p, "simulator") and not inside(p, "simulator", "console")]
    texts = {p: p.read_text(encoding="utf-8").replace(SEA, "") for p in engine}
    named = {str(p.relative_to(ROOT)): mentions(text, names) for p, text in texts.items()}
    assert {} == {path: found for path, found in named.items() if found}


def test_files_are_short() -> None:
    code = [p for p in FILES if p.suffix in CODE or p.name in CODE_NAMES]
    lengths = {
        str(p.relative_to(ROOT)): len(p.read_text(encoding="utf-8").splitlines())
        for p in code
        if not inside(p, "tests")
    }
    assert {} == {path: lines for path, lines in lengths.items() if lines >= LONGEST}


def test_nothing_names_a_machine_or_an_index() -> None:
    # In pieces, so that this file does not find itself.
    hosts = [("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("debian", "org")]
    leaks = [".".join(host) for host in hosts]
    leaks += ["/".join(("", "work", "")), "/".join(("..", "shared")), "/".join(("", "root", ""))]
    contents = {str(p.relative_to(ROOT)): p.read_bytes() for p in FILES}
    found = {
        path: [leak for leak in leaks if leak.encode() in content]
        for path, content in contents.items()
    }
    assert {} == {path: leaked for path, leaked in found.items() if leaked}


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_every_make_command_in_the_words_is_a_target(page: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][\w-]*):", makefile, flags=re.MULTILINE))
    words = (ROOT / page).read_text(encoding="utf-8")
    code = "\n".join(re.findall(r"```\n(.*?)```", words, flags=re.DOTALL))
    told = set(re.findall(r"`make ([a-z][\w-]*)`", words))
    told |= set(re.findall(r"^make ([a-z][\w-]*)", code, flags=re.MULTILINE))
    assert told, f"{page} names no make command"
    assert set() == told - targets

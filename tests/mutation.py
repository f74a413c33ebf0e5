"""V57: flip the sign of a term, and a test must fail.

    python tests/mutation.py [--sample 120] [--seed 57] [--workers 2] [--file PATH] [--list]
    python tests/mutation.py --again      only the survivors of the page, with the tests of today

Takes every plus and minus of simulator/mechanisms and agents/rules (sums, differences, `+=`,
signs), draws a sample with a fixed seed, flips one at a time in a copy of the checkout, and runs
first the tests of that file, then, if they pass, the other fast tests of mechanisms.  A flip that
no test notices is a survivor.  Survivors that cannot be noticed are listed in tests/mutation.yaml
with the reason.  Golden play-throughs are not used: they notice everything and explain nothing.
Writes docs/mutation.md; exit code 1 if a survivor is not excused.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import Queue

import yaml

ROOT = Path(__file__).parents[1]
WHERE = ("simulator/mechanisms", "agents/rules")
REST = ("tests/mechanisms", "tests/test_contracts.py")
SIGNS = {"+": "-", "-": "+"}
LONGEST = 900  # seconds; a flip that makes the tests hang is noticed


@dataclass(frozen=True)
class Flip:
    """One sign to flip: `nth` counts the flips on the same line, from 1."""

    file: str
    line: int
    nth: int
    offset: int
    code: str

    def apply(self, text: str) -> str:
        sign = text[self.offset]
        return text[: self.offset] + SIGNS[sign] + text[self.offset + 1 :]

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


def found(file: str, text: str) -> list[Flip]:
    """Every sign of a file that can be flipped, in order."""
    lines = text.splitlines(keepends=True)
    starts = [0]
    for row in lines:
        starts.append(starts[-1] + len(row))
    places = sorted(set(_offsets(ast.parse(text), text, lines, starts)))
    flips, seen = [], Counter[int]()
    for offset in places:
        line = text.count("\n", 0, offset) + 1
        seen[line] += 1
        flips.append(Flip(file, line, seen[line], offset, lines[line - 1].strip()))
    return flips


def _offsets(tree: ast.Module, text: str, lines: list[str], starts: list[int]) -> Iterator[int]:
    def at(line: int, column: int) -> int:
        """Where a node's place (bytes in a line) lies in the text."""
        return starts[line - 1] + len(lines[line - 1].encode()[:column].decode())

    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
            if any(_no_number(side) for side in (node.left, node.right)):
                continue
            begin = at(node.left.end_lineno or 0, node.left.end_col_offset or 0)
            end = at(node.right.lineno, node.right.col_offset)
            sign = "+" if isinstance(node.op, ast.Add) else "-"
            yield begin + _bare(text[begin:end]).index(sign)
        elif isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add | ast.Sub):
            if not _no_number(node.value):
                begin = at(node.target.end_lineno or 0, node.target.end_col_offset or 0)
                sign = "+=" if isinstance(node.op, ast.Add) else "-="
                yield begin + text[begin:].index(sign)
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            whole = isinstance(node.operand, ast.Constant) and isinstance(node.operand.value, int)
            if not whole:  # -1 is a place or an axis, not a term
                yield at(node.lineno, node.col_offset)


def _bare(text: str) -> str:
    """The same text with comments blanked."""
    return re.sub(r"#[^\n]*", lambda m: " " * len(m[0]), text)


def _no_number(node: ast.expr) -> bool:
    """Words, lists and the like are joined, not added."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str)
    return isinstance(
        node, ast.JoinedStr | ast.List | ast.ListComp | ast.Tuple | ast.Dict | ast.Starred
    )


def all_flips(only: str | None = None) -> list[Flip]:
    """Every flip of the mechanisms and rules."""
    files = [p for folder in WHERE for p in sorted((ROOT / folder).glob("*.py"))]
    names = [str(p.relative_to(ROOT)) for p in files]
    return [f for name in names if only in (None, name) for f in found(name, _read(ROOT / name))]


def sample(flips: Sequence[Flip], size: int, seed: int) -> list[Flip]:
    """A sample with at least one flip of every file, by a fixed seed, in the order of the files."""
    luck = random.Random(seed)
    shuffled = luck.sample(list(flips), len(flips))
    first: dict[str, Flip] = {}
    for flip in shuffled:
        first.setdefault(flip.file, flip)
    chosen = list(first.values())
    rest = [f for f in shuffled if f not in set(chosen)]
    return sorted((chosen + rest)[: max(size, len(chosen))], key=lambda f: (f.file, f.offset))


def plan() -> dict[str, dict]:
    """Which tests belong to a file beside its own, and the excused flips."""
    return yaml.safe_load(_read(ROOT / "tests" / "mutation.yaml"))


def own_tests(file: str) -> list[str]:
    """The tests that are run first: those of the map, that of the same name, and those that import
    the module."""
    module = file.removesuffix(".py").replace("/", ".")
    tests = {str(p.relative_to(ROOT)): p for p in sorted((ROOT / REST[0]).glob("test_*.py"))}
    mapped = list((plan()["tests"] or {}).get(file, []))
    same = [t for t in tests if t.endswith(f"/test_{Path(file).stem}.py")]
    using = [t for t, path in tests.items() if module in imported(_read(path))]
    return list(dict.fromkeys([*mapped, *same, *using]))


def imported(text: str) -> set[str]:
    """The modules that a file imports, by their full names."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found


def excuse(flip: Flip) -> str | None:
    """Why nothing could notice a flip, if that is written down."""
    for entry in plan()["equivalent"] or []:
        if (entry["file"], entry["code"]) == (flip.file, flip.code) and entry.get(
            "nth", 1
        ) == flip.nth:
            return str(entry["why"])
    return None


# ---- playing


def copy_of_checkout(to: Path) -> Path:
    """The committed and uncommitted files, without caches."""
    git = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(git, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, to / name)
    return to


def run(tests: Sequence[str], where: Path, left_out: Sequence[str], stop: bool) -> tuple[bool, str]:
    """Whether the tests pass, and what they printed."""
    command = [sys.executable, "-B", "-m", "pytest", "-q", "-m", "not slow", "--no-header",
               "-p", "no:cacheprovider", *(["-x"] if stop else []), *tests]  # fmt: skip
    command += [f"--deselect={name}" for name in left_out]
    clean = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            command, cwd=where, capture_output=True, text=True, timeout=LONGEST, env=clean
        )
    except subprocess.TimeoutExpired:
        return False, "took too long"
    return done.returncode == 0, done.stdout + done.stderr


def failing(where: Path) -> list[str]:
    """Tests that fail without any flip; they notice nothing and are left out."""
    _, printed = run(REST, where, (), stop=False)
    return re.findall(r"^(?:FAILED|ERROR) (\S+)", printed, re.M)


def noticed(flip: Flip, where: Path, left_out: Sequence[str]) -> bool:
    """Flip one sign in a copy of the checkout and run the tests; put it back."""
    path = where / flip.file
    before = _read(path)
    path.write_text(flip.apply(before), encoding="utf-8")
    try:
        mine = own_tests(flip.file)
        if mine and not run(mine, where, left_out, stop=True)[0]:
            return True
        return not run(REST, where, left_out, stop=True)[0]
    finally:
        path.write_text(before, encoding="utf-8")


def hunt(flips: Sequence[Flip], workers: int) -> dict[Flip, bool]:
    """Every flip, and whether a test noticed it."""
    with tempfile.TemporaryDirectory() as folder:
        copies: Queue[Path] = Queue()
        for n in range(workers):
            copies.put(copy_of_checkout(Path(folder) / str(n)))
        first = copies.get()
        left_out = failing(first)
        copies.put(first)
        sys.stdout.write(f"{len(left_out)} tests fail already and are left out\n")

        def one(flip: Flip) -> bool:
            where = copies.get()
            try:
                seen = noticed(flip, where, left_out)
            finally:
                copies.put(where)
            sys.stdout.write(
                f"{'noticed ' if seen else 'SURVIVED'} {flip} [{flip.nth}] {flip.code}\n"
            )
            sys.stdout.flush()
            return seen

        with ThreadPoolExecutor(workers) as pool:
            return dict(zip(flips, pool.map(one, flips), strict=True))


# ---- telling


def page(result: dict[Flip, bool], total: int, seed: int) -> str:
    """docs/mutation.md."""
    survivors = [f for f, seen in result.items() if not seen]
    excused = {f: why for f in survivors if (why := excuse(f))}
    open_ones = [f for f in survivors if f not in excused]
    files = Counter(f.file for f in result)
    caught = Counter(f.file for f, seen in result.items() if seen)
    lines = [
        "<!-- Generated by `make mutation`. Do not edit. -->",
        "# Mutation check (V57)",
        "",
        f"Of {total} signs in `{'` and `'.join(WHERE)}`, {len(result)} were drawn (seed {seed}) "
        f"and flipped one at a time. {len(result) - len(survivors)} were noticed by a fast test of "
        f"mechanisms or contracts, {len(survivors)} were not; {len(excused)} of those cannot be "
        "noticed, for the reason given.",
        "",
        "| file | flipped | noticed |",
        "|---|---|---|",
        *(f"| {name} | {files[name]} | {caught[name]} |" for name in sorted(files)),
        "",
        "## Survivors",
        "",
        *([f"- `{f}` (sign {f.nth}): `{f.code}`" for f in open_ones] or ["None."]),
        "",
        "## Excused",
        "",
        *(
            [f"- `{f}` (sign {f.nth}): `{f.code}`: {why}" for f, why in excused.items()]
            or ["None."]
        ),
        "",
    ]
    return "\n".join(lines)


_SURVIVOR = re.compile(r"^- `(.+):\d+` \(sign (\d+)\): `(.+)`$", re.M)


def once_more(text: str, workers: int) -> str:
    """The page with its survivors tried again: what is noticed now, or no longer there, is told
    apart from what still survives."""
    head, rest = text.split("## Survivors\n", 1)
    told, excused = rest.split("## Excused\n", 1)
    named = [(file, int(nth), code) for file, nth, code in _SURVIVOR.findall(told)]
    there = {(f.file, f.nth, f.code): f for f in all_flips()}
    seen = hunt([there[key] for key in named if key in there], workers)
    left = [there[key] for key in named if key in there and not seen[there[key]]]
    caught = [f"- noticed by a test written since: `{c}` in {f}" for f, n, c in named
              if (f, n, c) in there and seen[there[f, n, c]]]  # fmt: skip
    gone = [f"- no longer in the code: `{c}` in {f}" for f, n, c in named if (f, n, c) not in there]
    lines = [f"- `{f}` (sign {f.nth}): `{f.code}`" for f in left] or ["None."]
    since = ["", "## Survivors at first", "", *caught, *gone] if caught or gone else []
    return "\n".join([head + "## Survivors", "", *lines, *since, "", f"## Excused\n{excused}"])


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def main(arguments: Sequence[str]) -> int:
    """Hunt, write the page, and return 1 if a survivor is not excused."""
    parser = argparse.ArgumentParser(prog="python tests/mutation.py")
    parser.add_argument("--sample", type=int, default=120)
    parser.add_argument("--seed", type=int, default=57)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--file", help="only this file, every sign of it; writes no page")
    parser.add_argument("--list", action="store_true", help="name the flips; play nothing")
    parser.add_argument("--again", action="store_true", help="the survivors of the page only")
    told = parser.parse_args(arguments)
    written = ROOT / "docs" / "mutation.md"
    if told.again:
        text = once_more(_read(written), told.workers)
        written.write_text(text, encoding="utf-8", newline="\n")
        return int("\n## Survivors\n\nNone.\n" not in text)
    flips = all_flips(told.file)
    chosen = flips if told.file else sample(flips, told.sample, told.seed)
    if told.list:
        sys.stdout.writelines(f"{f} [{f.nth}] {f.code}\n" for f in chosen)
        return 0
    result = hunt(chosen, told.workers)
    text = page(result, len(flips), told.seed)
    if told.file:
        sys.stdout.write(text)
    else:
        written.write_text(text, encoding="utf-8", newline="\n")
    return int(any(not seen and not excuse(f) for f, seen in result.items()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

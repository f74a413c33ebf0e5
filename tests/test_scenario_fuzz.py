"""Whatever a file contains, reading it gives content or an InputError that names the file.

A scenario that is accepted can be compiled: start, script, parameters and what it brings.
"""

from collections import Counter
from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scenarios import loader
from scenarios.scenario import Scenario
from scenarios.schema import Lens
from simulator import content, registry
from simulator.errors import InputError

FOLDER = Path(loader.__file__).parent
SCRIPT = """\
id: scripted
title: Everything a script can do
summary: A sample.
sources: [mli para 1]
mode: onset
levels: {europe: 1, taiwan: 0, korea: 1, south_china_sea: 1}
quarters: 12
triggers: [{theater: korea, times: 2.5, from_quarter: 1, quarters: 3}]
us_posture:
  - {posture: restrained, from_quarter: 2, quarters: 3, chance: 0.25, otherwise: transactional}
  - {posture: engaged, from_quarter: 9}
war: [{state: low, from_quarter: 1}, {state: ceasefire, from_quarter: 4, quarters: 2}]
parameters: {psi_CN: [0.2, 0.4], phi: 0.05}
events: [{quarter: 4, kind: summit, text: A summit}]
table: [{policy: tokyo-liaison-office, quarter: 3, unless: same-issue}]
"""
PARAMETERS = (FOLDER / "parameters" / "beliefs.yaml").read_text(encoding="utf-8")
TEXTS = [
    *((FOLDER / f"{name}.yaml").read_text(encoding="utf-8") for name in loader.ids("scenarios")),
    *((FOLDER / f"lenses/{name}.yaml").read_text(encoding="utf-8") for name in ("cfr", "mixed")),
    "\n".join(PARAMETERS.splitlines()[:60]) + "\n",
    (FOLDER / "portfolios.yaml").read_text(encoding="utf-8"),
    SCRIPT,
]
TREES = [yaml.safe_load(text) for text in TEXTS]
SNIPPETS = [
    *(
        "&a ",
        "*a",
        "<<: *a",
        "!!python/object/apply:os.system [ls]",
        "!!binary =",
        "? ",
        "- ",
        ": ",
    ),
    *("{", "[", "'", '"', "|", ">", "---\n", "...\n", "%YAML 9.9\n", "\t", "\r", "\ufeff", "\x00"),
    *("\x85", "\u2028", "\ud7ff", "\U0010ffff", "9" * 5000, "-.inf", ".nan", "1e999", "-0", "~"),
    *("[" * 200, "{a: " * 200, "mode: onset\n", "id: x\n", "quarters: 0\n", "levels:\n", "# x"),
]

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=12),
    st.sampled_from(
        [
            "taiwan",
            "europe",
            "forced",
            "2024Q3",
            "a-b",
            "psi_CN",
            "high",
            "JPN",
            "restrained",
            "ceasefire",
            "same-issue",
            "tokyo-liaison-office",
            "portfolio-mli",
        ]
    ),
    st.integers(-2, 41),
    st.binary(max_size=4),
    st.dates(),
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=6), inner, max_size=4)
    ),
    max_leaves=8,
)


def places(tree: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Paths of all fields below the root."""
    items = tree.items() if isinstance(tree, dict) else enumerate(tree)
    if not isinstance(tree, dict | list):
        return []
    found = []
    for key, value in items:
        found.append((*at, key))
        if isinstance(value, dict | list):
            found += places(value, (*at, key))
    return found


def dumped(tree: Any) -> bytes:
    """The tree as YAML, by the fast dumper."""
    text = yaml.dump(tree, Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper), allow_unicode=True)
    return str(text).encode("utf-8", "replace")


@st.composite
def changed_trees(draw: st.DrawFn) -> bytes:
    """A shipped file with one to three fields replaced, removed, renamed or added."""
    tree = deepcopy(draw(st.sampled_from(TREES)))
    for _ in range(draw(st.integers(1, 3))):
        paths = places(tree)
        if not paths:
            break
        *way, last = draw(st.sampled_from(paths))
        holder = tree
        for key in way:
            holder = holder[key]
        change = draw(st.sampled_from(["replace", "nudge", "remove", "rename", "add"]))
        old = holder[last]
        if change == "nudge" and isinstance(old, int | float):
            holder[last] = old + draw(st.integers(-2, 2))
        elif change == "remove":
            del holder[last]
        elif change == "rename" and isinstance(holder, dict):
            holder[draw(st.one_of(st.text(max_size=8), st.just(f"{last}s"), scalars))] = old
            del holder[last]
        elif change == "add" and isinstance(old, list):
            old.append(draw(values))
        else:
            holder[last] = draw(values)
    return dumped(tree)


@st.composite
def changed_texts(draw: st.DrawFn) -> bytes:
    """A shipped file with pieces of text or bytes cut, repeated, swapped or put in."""
    raw = draw(st.sampled_from(TEXTS)).encode()
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(raw)))
        end = min(len(raw), start + draw(st.integers(0, 40)))
        change = draw(st.sampled_from(["cut", "snippet", "noise", "repeat", "truncate", "swap"]))
        if change == "cut":
            raw = raw[:start] + raw[end:]
        elif change == "snippet":
            snippet = draw(st.sampled_from(SNIPPETS)).encode("utf-8", "surrogatepass")
            raw = raw[:start] + snippet + raw[start:]
        elif change == "noise":
            raw = raw[:start] + draw(st.binary(max_size=8)) + raw[end:]
        elif change == "repeat":
            raw = raw[:end] + raw[start:]
        elif change == "truncate":
            raw = raw[:start]
        else:
            lines = raw.split(b"\n")
            i, j = (draw(st.integers(0, len(lines) - 1)) for _ in range(2))
            lines[i], lines[j] = lines[j], lines[i]
            raw = b"\n".join(lines)
    return raw


documents = st.one_of(
    changed_trees(),
    changed_texts(),
    st.binary(max_size=80),
    st.text(max_size=80).map(lambda text: text.encode("utf-8", "replace")),
    values.map(lambda tree: dumped(tree)),
)


def compiles(path: Path, spec: Scenario) -> None:
    """Arrays fit the horizon, priors lie where they may; only an unknown policy may be refused."""
    scene = content.scene(str(path))
    for array in (scene.us_posture, scene.us_posture_otherwise, scene.war):
        assert array.shape == (spec.quarters,)
        assert set(array[~np.isnan(array)].tolist()) <= {0.0, 1.0, 2.0}
    assert np.all((scene.us_posture_chance > 0.0) & (scene.us_posture_chance <= 1.0))
    assert scene.triggers.shape == (spec.quarters, 4)
    assert np.all(scene.triggers > 0.0)
    assert set(content.overrides(None, str(path))) == set(spec.parameters)
    if {item.policy for item in spec.table} <= set(registry.policies()):
        content.program(str(path), [])
        return
    with pytest.raises(InputError, match="unknown policy"):
        content.program(str(path), [])


def outcomes(path: Path, examples: int) -> Counter[str]:
    """Read that many made-up files; anything but content or an InputError escapes."""
    seen: Counter[str] = Counter()

    @settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(documents)
    def read(raw: bytes) -> None:
        path.write_bytes(raw)
        try:
            found: Any = loader.validate_file(path)
        except InputError as error:
            found = error
        if isinstance(found, InputError):
            seen["rejected"] += 1
            assert str(path) in str(found)
        else:
            seen["accepted"] += 1
            assert isinstance(found, Scenario | Lens | tuple)
        if isinstance(found, Scenario):
            seen["scripts"] += bool(found.script)
            compiles(path, found)

    read()
    return seen


def test_only_input_errors_escape(tmp_path: Path) -> None:
    seen = outcomes(tmp_path / "made-up.yaml", 300)
    assert min(seen["accepted"], seen["rejected"], seen["scripts"]) > 0


@pytest.mark.slow
def test_only_input_errors_escape_from_ten_thousand_files(tmp_path: Path) -> None:
    seen = outcomes(tmp_path / "made-up.yaml", 10_000)
    assert seen["accepted"] + seen["rejected"] >= 10_000
    assert min(seen["accepted"], seen["rejected"], seen["scripts"]) > 0

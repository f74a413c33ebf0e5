"""Notebooks as they are committed: whole, without outputs, and telling what they do not say."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest

FOLDER = Path(__file__).parents[1] / "notebooks"
BOOKS = sorted(FOLDER.glob("*.ipynb"))
NAMES = [
    "01_compare_policies", "02_read_one_run", "03_sweep_and_regret",
    "04_what_would_you_have_to_believe", "05_write_a_policy", "06_on_a_cluster",
]  # fmt: skip


def test_there_are_six() -> None:
    assert NAMES == [path.stem for path in BOOKS]


@pytest.fixture(params=BOOKS, ids=lambda path: path.stem)
def book(request: pytest.FixtureRequest) -> nbformat.NotebookNode:
    return nbformat.read(request.param, as_version=nbformat.NO_CONVERT)


def test_it_is_valid_and_has_stable_ids(book: nbformat.NotebookNode) -> None:
    nbformat.validate(book)
    ids = [cell["id"] for cell in book.cells]
    assert [f"{ids[0][:2]}-{n:02d}" for n in range(1, len(ids) + 1)] == ids
    assert "python3" == book.metadata.kernelspec.name


def test_it_is_committed_without_outputs(book: nbformat.NotebookNode) -> None:
    code = [cell for cell in book.cells if cell.cell_type == "code"]
    assert code
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code)


def test_it_names_no_place_of_one_machine(book: nbformat.NotebookNode) -> None:
    whole = "\n".join(cell.source for cell in book.cells)
    assert [] == re.findall(r"(?:/home/|/Users/|/tmp/|[A-Z]:\\)\S*", whole)


def test_it_begins_and_ends_as_all_do(book: nbformat.NotebookNode) -> None:
    first, last = book.cells[0].source, book.cells[-1].source
    assert "What you will learn." in first
    assert last.index("## What this does not say") < last.index("## Try next")


def test_its_words_assert_no_numbers_that_the_code_should_print(
    book: nbformat.NotebookNode,
) -> None:
    text = [cell.source for cell in book.cells if cell.cell_type == "markdown"]
    prose = [re.sub(r"`[^`]*`|\*\*.*?\*\*", "", line) for part in text for line in part.split("\n")]
    assert [] == [line for line in prose if re.search(r"\d[.,]\d|\(se |±", line)]

"""Every contested belief of the ledger reaches the model, and nothing else is contested."""

import pytest

from scenarios import build_lenses, loader

AUTHORS = ("cfr", "fa", "galic", "mli", "reeves")
CROSSWALK = build_lenses.ledger("crosswalk")
SYMBOLS = {s: par for par, symbols in build_lenses.level_values().items() for s in symbols}


def test_every_symbol_of_the_crosswalk_is_a_parameter_or_named_as_missing() -> None:
    present = {spec.symbol for spec in loader.load_parameters()}
    absent = build_lenses.missing(present)
    assert set(SYMBOLS) == (present & set(SYMBOLS)) | set(absent)
    page = (build_lenses.ROOT / "docs/lens_crosscheck.md").read_text(encoding="utf-8")
    line = next((line for line in page.splitlines() if line.startswith("No parameter yet")), "")
    assert line.split("`")[1::2] == absent


@pytest.mark.parametrize("author", AUTHORS)
def test_a_present_symbol_has_one_cell_in_every_lens(author: str) -> None:
    present = {spec.symbol for spec in loader.load_parameters()} & set(SYMBOLS)
    cells = loader.load_lens(author).cells
    assert sorted(cell.symbol for cell in cells) == sorted(present)
    assert all(SYMBOLS[cell.symbol] == cell.ledger for cell in cells)


def test_a_belief_is_not_yet_there_only_while_none_of_its_symbols_is() -> None:
    present = {spec.symbol for spec in loader.load_parameters()}
    wholly = set(SYMBOLS.values()) - {SYMBOLS[s] for s in SYMBOLS if s in present}
    for author in AUTHORS:
        assert set(loader.load_lens(author).not_yet) == wholly


def test_a_symbol_that_appears_leaves_the_list(monkeypatch: pytest.MonkeyPatch) -> None:
    specs = loader.load_parameters()
    first = next(s for s in SYMBOLS if s in {spec.symbol for spec in specs})
    without = tuple(spec for spec in specs if spec.symbol != first)
    monkeypatch.setattr(build_lenses, "load_parameters", lambda: without)
    texts = build_lenses.build()
    cell = f"symbol: {first},"
    for author in AUTHORS:
        assert cell not in texts[f"scenarios/lenses/{author}.yaml"]
    assert f"`{first}`" in texts["docs/lens_crosscheck.md"]
    monkeypatch.undo()
    texts = build_lenses.build()
    for author in AUTHORS:
        assert cell in texts[f"scenarios/lenses/{author}.yaml"]


def test_what_is_contested_without_a_belief_in_the_ledger_stays_neutral() -> None:
    neutral = {name.split()[0] for name in CROSSWALK["symbols_contested_without_par"]}
    assert not neutral & set(SYMBOLS)
    for author in AUTHORS:
        assert not neutral & {cell.symbol for cell in loader.load_lens(author).cells}
    for spec in loader.load_parameters():
        if spec.symbol in neutral:
            assert spec.contested is None, spec.symbol


def test_levels_rise_or_fall_throughout() -> None:
    for par, symbols in build_lenses.level_values().items():
        for symbol, values in symbols.items():
            assert values in (sorted(values), sorted(values, reverse=True)), (par, symbol)
            assert len(set(values)) == len(values), (par, symbol)

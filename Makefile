# All commands set up what they need in .venv, once, and again when pyproject.toml or
# constraints.txt change.  Another Python: make test PYTHON=python3.12
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO := demo-output
COMPARE := $(BIN)/wargame compare
STATUS_QUO := --policy status-quo-ip4-track
DEMO_OPTIONS := --lens all --runs 256

.DEFAULT_GOAL := help
.PHONY: help demo test test-all bench liveness screening baserates signflips mutation lint notebooks clean

help:
	@echo "make demo       compare policies in three scenarios; charts and tables in $(DEMO)/"
	@echo "make test       the tests, without the slow ones"
	@echo "make test-all   all tests"
	@echo "make bench      speed and memory on this machine, and of peers; picture in $(DEMO)/"
	@echo "make liveness   knock out each mechanism: docs/liveness.md (half an hour)"
	@echo "make screening  swing each parameter: docs/screening.md (half an hour)"
	@echo "make baserates  the status quo against published bands: docs/base_rates.md"
	@echo "make signflips  which belief turns which effect: docs/sign_flips.md (hours)"
	@echo "make mutation   flip signs in the code; a test must notice: docs/mutation.md"
	@echo "make lint       ruff, mypy, import contracts"
	@echo "make notebooks  execute the notebooks"
	@echo "make clean      delete outputs and caches (.venv stays)"

# A half-made .venv (no pip in it) is made anew; a good one is kept.
$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; try: make PYTHON=python3.12" >&2; exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(VENV)/.installed: $(VENV)/.python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev,analysis,cluster,bench]"
	@touch $(VENV)/.installed $@

demo: $(VENV)/.installed
	$(COMPARE) taiwan-quarantine $(STATUS_QUO) --policy tokyo-liaison-office \
		--policy formal-nato-ip4-pact --policy private-sanctions-warning \
		$(DEMO_OPTIONS) --out $(DEMO)/taiwan
	$(COMPARE) korea-brinkmanship $(STATUS_QUO) --policy lower-public-profile \
		--policy formal-nato-ip4-pact $(DEMO_OPTIONS) --out $(DEMO)/korea
	$(COMPARE) liaison-office-vote $(STATUS_QUO) --policy tokyo-liaison-office \
		$(DEMO_OPTIONS) --out $(DEMO)/liaison-office
	@echo "Look into $(DEMO)/"

test: $(VENV)/.installed-dev
	@$(BIN)/python -m pytest -m "not slow" -n 2

test-all: $(VENV)/.installed-dev
	@$(BIN)/python -m pytest -n 2

bench: $(VENV)/.installed-dev
	@mkdir -p $(DEMO)
	$(BIN)/wargame bench --chart $(DEMO)/bench.png

liveness: $(VENV)/.installed
	$(BIN)/python -m simulator.audits.liveness

screening: $(VENV)/.installed
	$(BIN)/python -m simulator.audits.screening

baserates: $(VENV)/.installed
	$(BIN)/python -m simulator.audits.base_rates

signflips: $(VENV)/.installed
	$(BIN)/python -m simulator.audits.signflips

mutation: $(VENV)/.installed-dev
	$(BIN)/python tests/mutation.py

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check agents policies scenarios simulator tests
	$(BIN)/mypy
	$(BIN)/lint-imports

notebooks: $(VENV)/.installed-dev
	@if ls notebooks/*.ipynb >/dev/null 2>&1; then $(BIN)/python -m pytest --nbmake notebooks; \
		else echo "no notebooks yet"; fi

clean:
	rm -rf $(DEMO) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +

# Every target sets up what it needs; CI calls the same ones.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

.PHONY: help setup services demo scan test coverage fault lint format bench vectors docs lock clean
help:            ## what there is
	@grep -hE '^[a-z]+: .*##' $(MAKEFILE_LIST) | sed 's/:.*##/	/'

$(READY): pyproject.toml requirements/dev.lock
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

setup: $(READY)  ## install into .venv

services:        ## install the servers, editors, clipboards and X server that tests run
	scripts/services

demo: $(READY)   ## run the main job on the example and show what each step proved
	@$(BIN)/python examples/demo.py

test: $(READY)   ## all tests
	$(BIN)/python -m pytest -n 2 --durations=25

coverage: $(READY) ## all tests, with coverage: takes more than twice as long, so it is for the night
	$(BIN)/python -m pytest -n 2 --cov --cov-report=term:skip-covered --cov-fail-under=92

lint: $(READY)   ## style, types, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

scan: $(READY)   ## look for leaked secrets in what is here
	$(BIN)/strongroom scan --strict

format: $(READY) ## rewrite to the house style
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

fault: $(READY)  ## kill working processes, whole commands and rotations, and look at what they leave
	$(BIN)/python -m tests.fault.kill_loop 2000
	$(BIN)/python -m tests.fault.command_loop 5000
	STRONGROOM_FAULT_EVERY=1 $(BIN)/python -m pytest -n0 -s tests/fault/test_rotation_loop.py

bench: $(READY)  ## measure, print the table, write benchmarks/results/
	$(BIN)/python -m benchmarks.run

vectors: $(READY) ## rebuild test vectors, schemas and the compiled rules; CI diffs them
	$(BIN)/python scripts/build_vectors.py
	$(BIN)/python scripts/build_rules.py

docs: $(READY)   ## rebuild the generated pages of docs/reference
	$(BIN)/python scripts/build_docs.py

lock:            ## resolve requirements/dev.lock anew
	$(PYTHON) -m pip install --quiet uv
	$(PYTHON) -m uv pip compile --quiet --universal --no-strip-extras --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --extra dev pyproject.toml -o requirements/dev.lock

clean:           ## remove what the targets made
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage htmlcov

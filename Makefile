# make lab    the demo: JupyterLab on a notebook whose kernel lives in another environment
# make test   lint, pytest, jest, browser tests (about 14 minutes on two cores)
# make soak   the long rest

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
JLPM := $(BIN)/jlpm
# jlpm and jupyter-builder run each other by name.
export PATH := $(CURDIR)/$(BIN):$(PATH)

FRONT := $(shell find labextension -type f -not -path '*/__tests__/*' 2>/dev/null)
PACKAGE := $(shell find src -type f -name '*.py' -o -path 'src/*' -name '*.toml' -o -path 'src/*' -name '*.md')
BUILT := src/jupyterlab_envcheck/labextension/package.json

.PHONY: setup lab test soak lint format generate knowledge bench wheel clean pytest jest ui flow

setup: build/installed

build/python: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet "jupyter-builder>=1.3"
	mkdir -p build && touch $@

node_modules/.yarn-state.yml: package.json yarn.lock build/python
	mkdir -p build
	$(JLPM) install --immutable >build/yarn.log || { cat build/yarn.log; false; }
	touch $@

$(BUILT): node_modules/.yarn-state.yml $(FRONT)
	$(JLPM) build:prod

build/installed: build/python $(BUILT) jupyter-config/server-config/jupyterlab_envcheck.json
	$(BIN)/python -m pip install --quiet --editable ".[lab]" --group dev
	touch $@

lab: setup
	$(BIN)/python ui-tests/demo/demo.py lab build/demo

test: lint pytest jest ui flow

lint: setup
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/sp-repo-review .
	$(JLPM) types:check
	$(JLPM) lint:check

format: setup
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	$(JLPM) lint

# Most of a test is waiting for some process: more of them than there are processors. Properties are
# tried on the same examples each time, so that what is red is red by the change; `pytest` alone tries others.
pytest: setup
	$(BIN)/python -m pytest -m "not soak" -n 4 --hypothesis-profile=ci

jest: setup
	$(JLPM) test

ui: setup
	$(JLPM) test:ui

flow: setup dist/.wheel
	$(JLPM) playwright test --config ui-tests/flow.config.js

soak: setup dist/.wheel
	$(BIN)/python -m pytest -m soak -n 4
	ENVCHECK_SOAK=1 $(JLPM) test:ui
	ENVCHECK_FLOW="{kernels,tabs}.spec.ts" $(JLPM) playwright test --config ui-tests/flow.config.js
	ENVCHECK_LAB="jupyterlab==4.2.*" $(JLPM) playwright test --config ui-tests/flow.config.js
	ENVCHECK_APP=notebook $(JLPM) playwright test --config ui-tests/flow.config.js
	ENVCHECK_APP=notebook ENVCHECK_LAB="notebook==7.2.*" $(JLPM) playwright test --config ui-tests/flow.config.js

# CHECKS.md, docs/reference, the schema and the golden scenes from the code, then wire.ts from the schema.
generate: setup
	$(BIN)/python -m pytest --quiet tests/test_generated.py --generate
	$(JLPM) types

# Which dated tables should be looked up again.
knowledge: setup
	$(BIN)/python tests/knowledge_due.py

bench: setup
	$(BIN)/python -m pytest benchmarks --benchmark-columns=min,median,max --benchmark-sort=name
	$(JLPM) build:prod
	$(JLPM) playwright test --config ui-tests/bench.config.js

wheel: dist/.wheel

dist/.wheel: setup $(PACKAGE)
	rm -rf dist
	$(BIN)/uv build --quiet --wheel --out-dir dist
	touch $@

clean:
	rm -rf build dist lib src/jupyterlab_envcheck/labextension

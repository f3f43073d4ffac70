# `make demo` and `make test` do all of their own set-up on a machine with python3.11, git and make.
# Nothing here asks a question.

PYTHON ?= python3.11
PORT ?= 8000
HOST ?= 127.0.0.1
# Test processes; pytest-xdist's `logical` is one for each core.
WORKERS ?= logical
ARGS ?=

VENV := .venv
PY := $(VENV)/bin/python
hash = $(shell cksum < $(1) | tr -d ' ')
RUN_STAMP := $(VENV)/.installed-$(call hash,requirements.lock)
DEV_STAMP := $(VENV)/.installed-dev-$(call hash,requirements-dev.lock)
PIP_INSTALL = $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --requirement

# One thread a process: small matrices run faster so, and parallel tests do not fight over cores.
export OMP_NUM_THREADS ?= 1
export PYTHONUNBUFFERED = 1

.DEFAULT_GOAL := help
.PHONY: help install install-dev demo migrate serve worker test test-sqlite test-postgres check format bench evaluate \
	suites faults doctor clean lock

help:  ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "  make %-14s %s\n", $$1, $$2 }'

# -- Set-up ------------------------------------------------------------------------------------------------------------
# Some systems ship Python without ensurepip: then the system's pip fills the environment.
$(PY):
	@command -v $(PYTHON) > /dev/null || { echo "$(PYTHON) was not found; make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@echo "Making the environment ($(VENV)) …"
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); $(PYTHON) -m venv --without-pip $(VENV) && \
		$(PYTHON) -m pip --python $(PY) install --quiet pip; }

$(RUN_STAMP): | $(PY)
	@echo "Installing what requirements.lock names …"
	@$(PIP_INSTALL) requirements.lock
	@rm -f $(VENV)/.installed-[0-9]* && touch $@

$(DEV_STAMP): | $(PY)
	@echo "Installing what requirements-dev.lock names …"
	@$(PIP_INSTALL) requirements-dev.lock
	@rm -f $(VENV)/.installed-* && touch $@ $(RUN_STAMP)

install: $(RUN_STAMP)  ## Environment with what running needs (the demo does it)
	@:

install-dev: $(DEV_STAMP)  ## Environment with what working on it needs (the tests do it)
	@:

doctor:  ## Say what this machine has and lacks
	@$(PYTHON) config/doctor.py --port $(PORT)

# -- Running -----------------------------------------------------------------------------------------------------------
demo: | $(PY)  ## Set up, read the sample digests, serve on PORT with a worker
	@$(PY) config/doctor.py --quiet --port $(PORT)
	@$(MAKE) --no-print-directory install migrate
	@$(PY) manage.py load_codebook
	@$(PY) manage.py load_registry
	@$(PY) manage.py ingest positions/data/digests
	@$(PY) manage.py search_index
	@$(PY) manage.py snapshot
	@$(PY) manage.py demo_login
	@$(PY) manage.py serve --host $(HOST) --port $(PORT) --worker

migrate: install
	@$(PY) manage.py migrate --verbosity 0

serve: install  ## Only serve, on PORT
	@$(PY) manage.py serve --host $(HOST) --port $(PORT)

worker: install  ## Only work: one Celery worker with beat
	@$(PY) -m celery --app config worker --beat --loglevel info

# -- Checking ----------------------------------------------------------------------------------------------------------
test: install-dev  ## All tests: first on PostgreSQL what touches the database, then everything on SQLite
	@status=0; \
	$(MAKE) --no-print-directory test-postgres || status=1; \
	$(MAKE) --no-print-directory test-sqlite || status=1; \
	exit $$status

test-postgres: install-dev
	@$(PY) -m tests.support.on_postgres $(PY) -m pytest -n $(WORKERS) $(ARGS)

# Stealing: the faults wait for minutes, and a worker that has them all would finish long after the others.
test-sqlite: install-dev
	@$(PY) -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

check: install-dev  ## Format, lint, types, templates, Django's checks, missing migrations
	@$(PY) -m ruff format --check .
	@$(PY) -m ruff check .
	@$(PY) -m mypy actors config positions
	@$(PY) -m djhtml --tabwidth 2 --check templates
	@$(PY) manage.py check --fail-level WARNING
	@$(PY) manage.py makemigrations --check --dry-run --verbosity 0

format: install-dev  ## Put code and templates into form
	@$(PY) -m ruff format .
	@$(PY) -m ruff check --fix .
	@$(PY) -m djhtml --tabwidth 2 templates

bench: install-dev  ## Our speed beside the floor, as ratios (a first run fills 1 M stances; ARGS="P1 --sizes 10000 100000")
	@$(PY) -m benchmarks $(ARGS)

evaluate: install  ## How well the reader reads: the project's own gold set
	@$(PY) manage.py evaluate $(ARGS)

suites: install-dev  ## Other projects' test suites against ours; OPENDOOR_SUITES names their folder
	@$(PY) -m pytest tests/suites -q $(ARGS)
	@$(PY) -m tests.support.on_postgres $(PY) -m pytest tests/suites/test_strings.py -q $(ARGS)

FAULTS = $(PY) -m pytest -p tests.support.ledger -m scenario -q $(ARGS)
faults: install-dev  ## Kill, freeze, fill and lie in both modes; print promise and observation of each fault
	@$(FAULTS) --ledger var/faults/sqlite.json; $(PY) -m tests.support.on_postgres $(FAULTS) \
		--ledger var/faults/postgresql.json; $(PY) -m tests.support.ledger var/faults/sqlite.json var/faults/postgresql.json

# -- Housekeeping ------------------------------------------------------------------------------------------------------
clean:  ## Remove the environment, caches and the demo's database
	rm -rf $(VENV) var .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

UV = $(PY) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header
lock: install-dev  ## Resolve pyproject.toml anew (developers only)
	@$(PY) -m pip install --quiet --disable-pip-version-check "uv>=0.13,<0.14"
	$(UV) pyproject.toml --output-file requirements.lock
	$(UV) pyproject.toml --all-extras --constraint requirements.lock --output-file requirements-dev.lock

# Each target sets up what it needs on a machine that has make and Python 3.11 or newer with its venv module.

PYTHON ?=
VENV   ?= .venv
JOBS   ?= auto
ARGS   ?=

BIN     := $(VENV)/bin
UV      := uv==0.13.8
SOURCES  = $(wildcard app tests bench)
INSTALL  = $(BIN)/python -m pip install -qq --no-input --disable-pip-version-check
LOCKS   := requirements.lock requirements-dev.lock tests/generators/requirements.lock
COMPILE  = $(VENV)-lock/bin/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
           --custom-compile-command "make lock" $(if $(UPGRADE),--upgrade)

# Containers often set it; the tests start hundreds of processes, and each would compile the package anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run test test-all lint soak bench lock clean wrk mock-servers generators
.DELETE_ON_ERROR:
.SUFFIXES:

help: ## list the targets
	@echo 'make TARGET [ARGS="..."] [PYTHON=python3.12] [VENV=.venv]'
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  %-8s %s\n", $$1, $$2}' Makefile

run: $(VENV)/.runtime ## serve on 127.0.0.1:8000; ARGS="--port 9000" goes to `serve`
	@exec $(BIN)/python -m app serve $(ARGS)

test: $(VENV)/.development ## run the fast tests on all cores, at most two minutes; ARGS="tests/domain -n 0" goes to pytest
	@$(BIN)/python -m pytest -n $(JOBS) --maxprocesses 8 $(ARGS)

test-all: generators $(VENV)/.development ## run every test: PostgreSQL, servers as processes, contracts and generated clients too, at most 20 minutes
	@$(BIN)/python -m pytest -n $(JOBS) --maxprocesses 8 --dist worksteal --lane all $(ARGS)

lint: $(VENV)/.development ## check style, format, types, layers and lock files
	@echo '* ruff check'
	@$(BIN)/ruff check --quiet .
	@echo '* ruff format --check'
	@$(BIN)/ruff format --quiet --diff .
	@echo '* mypy'
	@$(BIN)/mypy --no-error-summary $(SOURCES)
	@echo '* lint-imports'
	@$(BIN)/lint-imports --no-logo
	@echo '* imports inside app/ are relative, since the wheel renames it'
	@! grep -rnE '^[[:space:]]*(from|import)[[:space:]]+app([.[:space:],]|$$)' app --include='*.py'
	@echo '* lock files hold no address'
	@! grep -n '://' $(LOCKS)

soak: $(VENV)/.development ## run crowds, kills, contracts and random calls for some 35 minutes, and print one table; MINUTES=240 for longer
	@$(BIN)/python -m pytest -n 0 --long $(if $(MINUTES),--minutes $(MINUTES)) tests/soak tests/contract/test_schemathesis.py tests/laws/test_state_machine.py tests/laws/test_concurrent_worlds.py $(ARGS)

bench: wrk mock-servers $(VENV)/.development ## measure beside other mock servers; needs wrk, and npm and Java for them; ARGS="--against COMMIT" compares with it
	@$(BIN)/python -m bench $(ARGS)

lock: $(VENV)-lock/bin/uv ## write the lock files from pyproject.toml; UPGRADE=1 takes the newest versions allowed
	@$(COMPILE) pyproject.toml --extra postgres -o requirements.lock
	@$(COMPILE) pyproject.toml --extra postgres --group dev --constraint requirements.lock -o requirements-dev.lock
	@$(COMPILE) tests/generators/requirements.in -o tests/generators/requirements.lock
	@! grep -n '://' $(LOCKS)
	@echo 'Wrote $(LOCKS).'

clean: ## remove what the other targets made; wattif.db stays
	@rm -rf $(VENV) $(VENV)-lock .bench .generators build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache .schemathesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

wrk:
	@command -v wrk >/dev/null || { \
	  echo 'make bench needs wrk, an HTTP load generator: "apt-get install wrk" on Debian and Ubuntu, "brew install wrk" on macOS.' >&2; \
	  exit 1; }

# The table has a row for each server that cannot be installed.
mock-servers:
	@if ! command -v npm >/dev/null; then echo 'There is no npm: the other mock servers are left out.' >&2; \
	else $(MAKE) --silent .bench/mock_servers/.installed \
	  || echo 'npm could not install the other mock servers: those are left out.' >&2; fi

.bench/mock_servers/.installed: bench/mock_servers.json
	@echo 'Installing the other mock servers into .bench/mock_servers ...'
	@mkdir -p $(@D)
	@cp $< $(@D)/package.json
	@npm install --prefix $(@D) --no-audit --no-fund --ignore-scripts --no-package-lock --loglevel=error
	@touch $@

# The tests with a generator that cannot be installed are skipped, and fail if CI is set.
generators: $(BIN)/python
	@if ! command -v npm >/dev/null; then echo 'There is no npm: no TypeScript clients are generated, and the contracts are not linted.' >&2; \
	else $(MAKE) --silent .generators/npm/.installed \
	  || echo 'npm could not install the generators of TypeScript clients and the linters.' >&2; fi
	@$(MAKE) --silent .generators/python/.installed || echo 'The generators of Python clients could not be installed.' >&2

.generators/npm/.installed: tests/generators/package.json tests/generators/package-lock.json
	@echo 'Installing the generators of TypeScript clients and the linters into .generators/npm ...'
	@mkdir -p $(@D)
	@cp $^ $(@D)
	@npm ci --prefix $(@D) --no-audit --no-fund --ignore-scripts --loglevel=error
	@touch $@

.generators/python/.installed: tests/generators/requirements.lock
	@echo 'Installing the generators of Python clients into .generators/python ...'
	@$(BIN)/python -m venv --clear $(@D)
	@$(@D)/bin/python -m pip install -qq --no-input --disable-pip-version-check --require-hashes -r $<
	@touch $@

$(VENV)/.runtime: requirements.lock $(BIN)/python
	@echo 'Installing requirements.lock into $(VENV) ...'
	@$(INSTALL) --require-hashes -r requirements.lock
	@touch $@

# The development lock pins the same versions as the runtime lock, so one installation satisfies both stamps.
$(VENV)/.development: requirements-dev.lock $(BIN)/python
	@echo 'Installing requirements-dev.lock into $(VENV) ...'
	@$(INSTALL) --require-hashes -r requirements-dev.lock
	@touch $(VENV)/.runtime $@

$(VENV)-lock/bin/uv: Makefile $(BIN)/python
	@$(BIN)/python -m venv --clear $(VENV)-lock
	@$(VENV)-lock/bin/python -m pip install -qq --no-input --disable-pip-version-check $(UV)
	@touch $@

$(BIN)/python:
	@for python in $(or $(PYTHON),python3 python3.14 python3.13 python3.12 python3.11 python); do \
	  "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	  "$$python" -c 'import ensurepip, venv' 2>/dev/null || { bare="$$python"; continue; }; \
	  echo "Making $(VENV) with $$("$$python" --version) ..."; \
	  "$$python" -m venv --clear $(VENV) || { rm -rf $(VENV); exit 1; }; \
	  exit 0; \
	done; \
	if [ -n "$$bare" ]; then \
	  echo "$$bare cannot make virtual environments: install its venv module (on Debian and Ubuntu: apt-get install python3-venv)." >&2; \
	else \
	  echo "Wattif needs Python 3.11 or newer, and found none; name one with PYTHON=/path/to/python3." >&2; \
	fi; \
	exit 1

# Each target sets up what it needs on a machine that has make and Python 3.11 or newer with its venv module.

PYTHON ?=
VENV   ?= .venv
JOBS   ?= auto
ARGS   ?=

BIN     := $(VENV)/bin
PACKAGING := .packaging
UV      := uv==0.13.8
SOURCES  = $(wildcard app tests bench docs)
INSTALL  = $(BIN)/python -m pip install -qq --no-input --disable-pip-version-check
# Into an environment of which a few modules are imported: only those are compiled.
BESIDE   = $(@D)/bin/python -m pip install -qq --no-input --disable-pip-version-check --no-compile --require-hashes -r
LOCKS   := requirements.lock requirements-dev.lock requirements-build.lock tests/generators/requirements.lock \
           tests/packaging/tools.lock tests/packaging/environment.lock docs/requirements.lock
PAGES   := .site
COMPILE  = $(VENV)-lock/bin/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
           --custom-compile-command "make lock" $(if $(UPGRADE),--upgrade)

# Containers often set it; the tests start hundreds of processes, and each would compile the package anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run test test-all lint soak bench docs dist lock clean wrk mock-servers generators packaging javascript
.DELETE_ON_ERROR:
.SUFFIXES:

help: ## list the targets
	@echo 'make TARGET [ARGS="..."] [PYTHON=python3.12] [VENV=.venv]'
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  %-8s %s\n", $$1, $$2}' Makefile

run: $(VENV)/.runtime ## serve on 127.0.0.1:8000; ARGS="--port 9000" goes to `serve`
	@exec $(BIN)/python -m app serve $(ARGS)

test: $(VENV)/.development ## run the fast tests on all cores, at most two minutes; ARGS="tests/domain -n 0" goes to pytest
	@$(BIN)/python -m pytest -n $(JOBS) --maxprocesses 8 $(ARGS)

test-all: generators packaging javascript $(VENV)/.development ## run every test: PostgreSQL, servers as processes, contracts and generated clients too, at most 20 minutes
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

docs: $(PAGES)/venv/.installed ## build the documentation into site/, which works without a network: open site/index.html
	@rm -rf $(PAGES)/site site
	@$(PAGES)/venv/bin/python docs/tools/stage.py $(PAGES)
	@cd $(PAGES) && venv/bin/zensical build --strict
	@$(PAGES)/venv/bin/python docs/tools/finish.py $(PAGES)/site
	@mv $(PAGES)/site site
	@echo 'Wrote site/index.html.'

dist: packaging $(VENV)/.development ## build the wheel and the sdist into dist/, and check them; needs the network
	@rm -rf dist
	@$(PACKAGING)/tools/bin/python -m build --no-isolation --outdir dist .
	@WATTIF_DIST=dist $(BIN)/python -m pytest -n $(JOBS) --maxprocesses 8 --lane slow tests/packaging $(ARGS)

lock: $(VENV)-lock/bin/uv ## write the lock files from pyproject.toml; UPGRADE=1 takes the newest versions allowed
	@$(COMPILE) pyproject.toml --extra postgres -o requirements.lock
	@$(COMPILE) pyproject.toml --extra postgres --group dev --constraint requirements.lock -o requirements-dev.lock
	@$(COMPILE) --group build -o requirements-build.lock
	@$(COMPILE) tests/generators/requirements.in -o tests/generators/requirements.lock
	@$(COMPILE) docs/requirements.in -o docs/requirements.lock
	@$(COMPILE) tests/packaging/tools.in --group build --constraint requirements-build.lock -o tests/packaging/tools.lock
	@$(COMPILE) pyproject.toml tests/packaging/environment.in --constraint requirements-dev.lock -o tests/packaging/environment.lock
	@! grep -n '://' $(LOCKS)
	@echo 'Wrote $(LOCKS).'

clean: ## remove what the other targets made; wattif.db stays
	@rm -rf $(VENV) $(VENV)-lock .bench .examples .generators $(PACKAGING) $(PAGES) site build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache .schemathesis
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

# The tests with an example whose packages cannot be installed are skipped, and fail if CI is set.
javascript:
	@if ! command -v npm >/dev/null; then echo 'There is no npm: the examples in JavaScript are not tried.' >&2; \
	else $(MAKE) --silent .examples/vitest/.installed .examples/playwright/.installed \
	  || echo 'npm could not install the packages of the examples in JavaScript.' >&2; fi

# The folder is as deep as examples/, so that the relative path to clients/js holds.
.examples/%/.installed: examples/%/package.json examples/%/package-lock.json
	@echo 'Installing the packages of examples/$* into $(@D) ...'
	@mkdir -p $(@D)
	@cp $^ $(@D)
	@npm ci --prefix $(@D) --no-audit --no-fund --ignore-scripts --loglevel=error
	@touch $@

.generators/python/.installed: tests/generators/requirements.lock
	@echo 'Installing the generators of Python clients into .generators/python ...'
	@$(BIN)/python -m venv --clear $(@D)
	@$(@D)/bin/python -m pip install -qq --no-input --disable-pip-version-check --require-hashes -r $<
	@touch $@

# The tests of the wheel run on the oldest and the newest supported Python of this machine; without them they are
# skipped, and fail if CI is set.
packaging: $(BIN)/python
	@$(MAKE) --silent $(PACKAGING)/tools/.installed || echo 'The tools that build the wheel could not be installed.' >&2
	@for versions in '3.11 3.12 3.13 3.14' '3.14 3.13 3.12 3.11'; do for version in $$versions; do \
	  $(MAKE) --silent $(PACKAGING)/$$version/.installed; [ -e $(PACKAGING)/$$version/.installed ] && break; \
	done; done; true

$(PACKAGING)/tools/.installed: tests/packaging/tools.lock
	@echo 'Installing the tools that build and check the wheel into $(@D) ...'
	@$(BIN)/python -m venv --clear $(@D)
	@$(BESIDE) $<
	@touch $@

$(PAGES)/venv/.installed: docs/requirements.lock $(BIN)/python
	@echo 'Installing the generator of the documentation into $(PAGES)/venv ...'
	@$(BIN)/python -m venv --clear $(@D)
	@$(BESIDE) $<
	@touch $@

# A Python of that version is on the PATH, or pyenv has it.
$(PACKAGING)/3.%/.installed: tests/packaging/environment.lock
	@for python in python3.$* $${PYENV_ROOT:-$$HOME/.pyenv}/versions/3.$*.*/bin/python; do \
	  "$$python" -c 'import ensurepip, venv' 2>/dev/null || continue; \
	  echo "Installing what the wheel is tested with on $$("$$python" --version) into $(@D) ..."; \
	  "$$python" -m venv --clear $(@D) \
	    && $(BESIDE) $< \
	    && touch $@; \
	  exit; \
	done; \
	echo 'There is no Python 3.$* with its venv module: the wheel is not tested with it.'

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

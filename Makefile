# Every command of this project. Each makes .venv first, by itself, from requirements.lock.
# Needs only git, make and Python 3.10 or newer with venv; no root, no Docker, no running server.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.made-from-lock
ROUNDS ?= 500
PACKAGES := tap-epicor-kinetic target-looker-staging

# uv, pip and Meltano keep things in the home folder; build machines often have none that can be written to.
ifneq ($(shell test -d "$$HOME" && test -w "$$HOME" && echo yes),yes)
export HOME := $(CURDIR)/$(VENV)/home
endif

# What pip was told about indexes holds for uv too, and for Meltano, which installs its plugins with uv.
UV_LIKE_PIP = eval "$$($(PYTHON) -m tools.uv_like_pip)";

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo sandbox test chaos rounds lint bench format settings lock clean

help: ## Show this list
	@echo "Usage: make <target>"; echo
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "  %-10s %s\n", $$1, $$2}'

demo: $(STAMP) ## The whole line twice on made-up data: Epicor -> Postgres -> Looker, with a report
	@$(UV_LIKE_PIP) $(BIN)/python -m sandbox.demo

sandbox: $(STAMP) ## Start the stand-ins for Epicor, Looker and the warehouse, until Ctrl-C
	@$(BIN)/python -m sandbox up

test: $(STAMP) ## Run all tests
	@$(UV_LIKE_PIP) $(BIN)/python -m pytest

chaos: $(STAMP) ## Break the line at random moments, run it again, hold it to the source (ROUNDS=500 SEED=...)
	@$(BIN)/python -m tests.faults --rounds $(ROUNDS) $(SEED:%=--seed %)

rounds: $(STAMP) ## Read a moving table from an ailing server, hold what came to the source (ROUNDS=1000 SEED=...)
	@$(BIN)/python -m tests.tap.rounds $(if $(filter file,$(origin ROUNDS)),,--rounds $(ROUNDS)) $(SEED:%=--seed %)

lint: $(STAMP) ## Check style, types, who imports whom, and declared dependencies
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo --no-cache
	@for package in $(PACKAGES); do \
		echo "deptry $$package"; $(BIN)/deptry $$package --config $$package/pyproject.toml || exit 1; done

bench: $(STAMP) ## Measure speed against the floor, write bench/RESULTS.md
	@$(UV_LIKE_PIP) $(BIN)/python -m bench

format: $(STAMP) ## Put the code into the one format
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

settings: $(STAMP) ## Write the packages' settings into meltano.yml and the READMEs
	@$(BIN)/python -m tools.settings

lock: ## Choose new versions for requirements.lock (by the uv in .venv)
	@$(UV_LIKE_PIP) $(BIN)/uv pip compile --quiet --universal --generate-hashes --upgrade \
		--no-emit-index-url --python-version 3.10 --custom-compile-command "make lock" \
		requirements.in $(PACKAGES:%=%/pyproject.toml) --output-file requirements.lock
	@$(UV_LIKE_PIP) $(BIN)/uv pip compile --quiet --universal --generate-hashes --upgrade \
		--no-emit-index-url --python-version 3.10 --custom-compile-command "make lock" \
		.github/requirements/audit.in --output-file .github/requirements/audit.txt

clean: ## Remove everything that was made here, .venv included
	rm -rf $(VENV) .meltano .demo .sandbox .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage*

# uv is installed by pip from the lock's own lines for it, so its bits are checked as well. Meltano's plugin folders go:
# they hold what the old lock named, and Meltano makes them anew.
$(STAMP): requirements.lock $(PACKAGES:%=%/pyproject.toml)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || { \
		echo "Python 3.10 or newer is needed; $(PYTHON) is $$($(PYTHON) --version 2>&1). Say which: make PYTHON=python3.12 ..." >&2; exit 1; }
	@echo "Making $(VENV) from requirements.lock"
	@rm -rf $(VENV) .meltano/extractors .meltano/loaders .meltano/utilities
	@$(PYTHON) -m venv $(VENV) || { \
		echo "$(PYTHON) cannot make a virtual environment (Debian, Ubuntu: apt install python3-venv)." >&2; exit 1; }
	@sed -n '/^uv==/,/[^\\]$$/p' requirements.lock > $(VENV)/uv.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $(VENV)/uv.txt
	@$(UV_LIKE_PIP) export VIRTUAL_ENV="$(CURDIR)/$(VENV)"; \
		$(BIN)/uv pip sync --quiet --require-hashes --compile-bytecode requirements.lock && \
		$(BIN)/uv pip install --quiet --no-deps --no-build-isolation $(PACKAGES:%=--editable ./%)
	@touch $@

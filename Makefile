# Two commands do everything on a fresh machine: `make demo` and `make test`. `make help` lists the rest.
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
.PHONY: help demo install test check lint types contracts fast sqlite postgresql browser screens lock clean

help: ## List what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

demo: .venv/installed ## Install, seed a region and run the whole product on this machine (FRESH=1 begins anew)
	@$(BIN)/glane demo $(if $(FRESH),--fresh)

install: .venv/installed ## Install what the product needs

.venv/installed: requirements.lock pyproject.toml package-lock.json hatch_build.py service/web/icons.txt
	@echo "Installing Glane (about a minute the first time)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Glane needs Python 3.11 or newer")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@echo "Compiling the planner (one to two minutes, once for each version)"
	@$(BIN)/python -m routing.engine.search
	@touch $@

.venv/installed-tests: .venv/installed requirements-test.lock
	@echo "Installing what the tests need"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-test.lock
	@touch $@

.venv/browser: .venv/installed-tests
	@$(BIN)/python -m tests.browser
	@touch $@

test: .venv/browser ## Run every check and every test, on SQLite and on a real PostgreSQL, in a real browser
	@$(MAKE) --no-print-directory -j2 types lint contracts
	@$(MAKE) --no-print-directory sqlite
	@$(MAKE) --no-print-directory postgresql

check: .venv/installed-tests ## The quick round: linters, types, contracts, fast tests
	@$(MAKE) --no-print-directory -j2 types lint contracts
	@$(MAKE) --no-print-directory fast

lint: .venv/installed-tests ## Style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/installed-tests ## Types
	$(BIN)/mypy

contracts: .venv/installed-tests ## Which room may import which
	$(BIN)/lint-imports

fast: .venv/installed-tests ## Tests without a browser and without the slow ones, on SQLite
	$(BIN)/python -m pytest -q -n 2 --dist worksteal -m "not browser and not slow"

sqlite: .venv/browser ## Every test, on SQLite
	$(BIN)/python -m pytest -q -n 2 --dist loadgroup

postgresql: .venv/installed-tests ## Every test that speaks to a database, on PostgreSQL
	$(BIN)/python -m pytest -q -n 2 --database=postgresql -m "database and not browser"

screens: .venv/browser ## Take the pictures of docs/screens from a demonstration (about three minutes)
	$(BIN)/python -m tests.screens

lock: ## Write the locks anew from pyproject.toml
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile -q --upgrade --universal --generate-hashes --no-header --no-emit-index-url --extra build pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile -q --upgrade --universal --generate-hashes --no-header --no-emit-index-url --extra build --extra test -c requirements.lock pyproject.toml -o requirements-test.lock

clean: ## Forget the environment and the demonstration's data
	rm -rf .venv .glane service/web/static/vendor

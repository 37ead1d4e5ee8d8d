# Every command of the project. GNU make 3.81 and bash 3.2 are enough; paths are relative, so a space in them is fine.

PYTHON ?= python3
ARGS ?=
VENV := .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help setup setup-tests run test check lint format types lock clean bench chaos soak

help: ## this list
	@sed -n 's/^\([a-z][a-z-]*\):.*## /\1: /p' Makefile | while IFS=: read -r name text; do printf '  make %-8s %s\n' "$$name" "$$text"; done

setup: ## the environment only: Python packages and Storage, from the locks
	@$(PYTHON) -m sandbox.preconditions
	@$(PYTHON) -m sandbox.set_up

setup-tests:
	@$(PYTHON) -m sandbox.preconditions --tests
	@$(PYTHON) -m sandbox.set_up --tests

run: setup ## the whole of Hunter over the samples; FUNC=1 with Core Tools; ARGS="..." for the sandbox
	@exec $(VENV) -m sandbox $(if $(FUNC),--func) $(ARGS)

test: setup-tests ## every test, the browser's too; ARGS="..." for pytest
	@$(VENV) -m pytest -n 2 --dist loadscope --no-loadscope-reorder $(ARGS)

lint: setup ## ruff's rules and its format, without changing anything
	@$(VENV) -m ruff check .
	@$(VENV) -m ruff format --check .

format: setup ## put every file in ruff's format
	@$(VENV) -m ruff check --fix-only -q .
	@$(VENV) -m ruff format .

types: setup-tests
	@$(VENV) -m mypy
	@if [ -f static-ui/tsconfig.json ]; then tests/node_modules/.bin/tsc --project static-ui/tsconfig.json; fi

check: lint types test ## lint, format, types, tests: what CI runs

bench: setup ## the yardsticks, as one table
	@$(VENV) -c "import checkdmarc" 2> /dev/null || $(VENV) -m pip install -qq --disable-pip-version-check --require-hashes \
		-r tests/bench/requirements.lock || echo "checkdmarc could not be installed; its rows will say so." >&2
	@$(VENV) -m tests.bench $(ARGS)

chaos: setup ## the fault matrix, as one table; N=1000 and SEED=2 for more referrals and another day
	@$(VENV) -m tests.chaos $(if $(N),--n $(N)) $(if $(SEED),--seed $(SEED)) $(ARGS)

soak: setup ## steady load, as one table
	@$(VENV) -m tests.soak $(ARGS)

lock: ## pin the dependencies anew, with hashes
	@command -v uv > /dev/null || { echo "uv is missing: install it with pip install uv." >&2; exit 1; }
	@uv pip compile -q --upgrade --universal --generate-hashes --python-version 3.11 --no-header --no-annotate \
		--no-emit-index-url -o requirements.lock requirements.txt
	@uv pip compile -q --upgrade --universal --generate-hashes --python-version 3.11 --no-header --no-annotate \
		--no-emit-index-url -c requirements.lock -o requirements-dev.lock requirements-dev.txt
	@uv pip compile -q --upgrade --universal --generate-hashes --python-version 3.13 --no-header --no-annotate \
		--no-emit-index-url -c requirements.lock -o tests/genuine_runtime/requirements.lock \
		tests/genuine_runtime/requirements.txt
	@uv pip compile -q --upgrade --universal --generate-hashes --python-version 3.11 --no-header --no-annotate \
		--no-emit-index-url -c requirements-dev.lock -o tests/bench/requirements.lock tests/bench/requirements.txt
	@npm --prefix sandbox update --package-lock-only --ignore-scripts
	@npm --prefix tests update --package-lock-only --ignore-scripts

clean: ## undo everything: environments, modules, caches, the sandbox's state
	@rm -rf .venv tests/genuine_runtime/.venv .sandbox .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist sandbox/node_modules tests/node_modules
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# One command each: make run, make test, make check. Everything else is for people who work on DollarClub.
.DEFAULT_GOAL := help
.PHONY: help run test test-backend test-frontend test-browser check check-backend check-frontend check-generated \
        format client lock bench chaos clean

FITTING := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON := $(shell for p in .venv/bin/python python3.14 python3.13 python3.12 python3.11 python3; do \
	command -v $$p >/dev/null 2>&1 && $$p -c '$(FITTING)' >/dev/null 2>&1 && echo $$p && break; done)
ifeq ($(PYTHON),)
$(error Python 3.11 or newer is missing: sudo apt-get install -y python3 python3-venv)
endif
BOOT := $(PYTHON) backend/bootstrap.py
TESTS ?= tests
WORKERS ?= 2
CHAOS_ROUNDS ?= 10
CHAOS_KILLS ?= 1000

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

run: ## Start the platform (PORT, DATA_DIR and everything in .env.example)
	@exec $(BOOT) --frontend -- .venv/bin/python -m dollarclub.entry.cli up

test: test-backend test-frontend test-browser ## Run every test, browser included

test-backend: ## Backend tests on a throw-away PostgreSQL and Redis (TESTS=tests/accounts for a part)
	@$(BOOT) --dev
	cd backend && ../.venv/bin/python -m pytest -n $(WORKERS) --dist loadfile $(TESTS)

test-frontend: ## Frontend unit tests
	@$(BOOT) --dev --node
	cd frontend && npm run --silent test

test-browser: ## The main job in a real browser against the real platform
	@$(BOOT) --dev --node --frontend
	@for b in chromium chromium-browser google-chrome google-chrome-stable; do command -v $$b >/dev/null && exit 0; done; \
		cd frontend && npx playwright install chromium
	cd frontend && npm run --silent e2e

check: check-backend check-frontend check-generated ## Format, lint, types, layers, sizes, locks, migrations, client

check-backend:
	@$(BOOT) --dev
	cd backend && ../.venv/bin/ruff format --config pyproject.toml --check --quiet . ../bench
	cd backend && ../.venv/bin/ruff check --config pyproject.toml --quiet . ../bench
	cd backend && ../.venv/bin/mypy
	cd backend && ../.venv/bin/lint-imports --no-cache
	.venv/bin/python backend/checks/sizes.py
	.venv/bin/python backend/checks/locks.py
	.venv/bin/python backend/checks/migrations.py

check-frontend:
	@$(BOOT) --dev --node
	cd frontend && npm run --silent format:check
	cd frontend && npm run --silent lint
	cd frontend && npm run --silent typecheck
	@$(BOOT) --frontend
	cd frontend && npm run --silent size

check-generated:
	@$(BOOT) --dev --node
	.venv/bin/python backend/checks/client.py

format: ## Put every source into its form
	@$(BOOT) --dev --node
	cd backend && ../.venv/bin/ruff format . && ../.venv/bin/ruff check --fix .
	cd frontend && npm run --silent format

client: ## Generate the frontend's API client from the API
	@$(BOOT) --dev --node
	.venv/bin/python backend/checks/client.py --write

LOCK := pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11
lock: ## Resolve pyproject.toml anew (UPGRADE=--upgrade takes the newest of everything)
	@$(BOOT)
	cd backend && ../.venv/bin/uv $(LOCK) $(UPGRADE) pyproject.toml -o requirements.lock
	cd backend && ../.venv/bin/uv $(LOCK) $(UPGRADE) --group dev -c requirements.lock pyproject.toml -o requirements-dev.lock

bench: ## Print every performance figure as a ratio to a baseline of the same run
	@$(BOOT) --dev
	.venv/bin/python bench/run.py

chaos: ## Kill -9 every process while runs and orders are in flight (CHAOS_ROUNDS=10, CHAOS_KILLS=1000)
	@$(BOOT) --dev
	cd backend && CHAOS_ROUNDS=$(CHAOS_ROUNDS) CHAOS_KILLS=$(CHAOS_KILLS) CHAOS_EVERY_CASE=1 ../.venv/bin/python -m pytest \
		tests/chaos tests/orders/test_boundaries.py tests/positions/test_boundaries.py tests/risk/test_offset_boundaries.py

clean: ## Remove what can be made again (the data folder stays)
	rm -rf .venv .tools frontend/node_modules frontend/dist backend/.mypy_cache backend/.ruff_cache backend/.pytest_cache

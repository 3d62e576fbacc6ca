# Python 3.11 or newer is all that has to be there; set-up happens by itself, once.
PYTHON ?= python3
PORT ?= 8000
SITE ?= site
ARGS ?=
PY := .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help setup serve site test check record offline bench clean

help: ## List these targets
	@sed -n 's/^\([a-z]*\):.*## /\1|/p' Makefile | awk -F'|' '{ printf "  make %-8s %s\n", $$1, $$2 }'

setup: ## Set up Python, Node and browser packages (the others do it when needed)
	@$(PYTHON) -I handbook/setup.py

serve: setup ## Serve the handbook on http://127.0.0.1:8000/ with live reload (PORT=… to change)
	@$(PY) -m handbook serve --port $(PORT)

site: setup ## Build the handbook into site/
	@$(PY) -m handbook site $(SITE)

test: setup ## Run all tests (ARGS=… goes to pytest)
	@$(PY) -m handbook.chromium
	@$(PY) -m pytest $(ARGS)

check: setup ## Check the contracts of pages and snippets, in seconds
	@$(PY) -m handbook check $(ARGS)

record: setup ## Run snippets, draw charts and diagrams, rewrite their records
	@$(PY) -m handbook record $(ARGS)

offline: ## Run the experiments too heavy for a browser (PyTorch, some minutes), rewrite their records
	@$(PYTHON) -I handbook/setup.py offline
	@$(PY) -m handbook offline $(ARGS)

bench: setup ## Measure the interpreter, the pages and the build
	@$(PY) -m handbook.chromium
	@$(PY) -m bench $(ARGS)

clean: ## Delete what was built (.venv and node_modules stay)
	@rm -rf build site site-* .pytest_cache .cache
	@find . \( -name .venv -o -name node_modules -o -name .git \) -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +

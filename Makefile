# `make lab` to use it, `make test` to check it. Needs make and Python 3.11 or newer; scripts/setup.py gets the rest into .venv.

PYTHON = python3
BIN = .venv/bin

help:
	@echo "make lab       open the quickstart notebook in JupyterLab   (LAB_ARGS=--no-browser)"
	@echo "make test      run every check                              (STAGES='lint unit browser' for some)"
	@echo "make dev       install the sources for editing, and rebuild the JavaScript on every change"
	@echo "make js        write the types of what kernel and browser say, and build the JavaScript once"
	@echo "make fmt       format and fix what ruff can fix"
	@echo "make lock      pin the newest versions that pyproject.toml and js/package.json allow"
	@echo "make clean     remove everything that was built or installed"

lab:
	@$(PYTHON) -m scripts.setup lab
	$(BIN)/jupyter lab --notebook-dir=notebooks --LabApp.default_url=/lab/tree/quickstart.ipynb \
		--allow-root $(LAB_ARGS)

test:
	@$(PYTHON) -m scripts.setup test
	@$(BIN)/python -m scripts.check $(STAGES)

dev:
	@$(PYTHON) -m scripts.setup dev
	PATH="$(CURDIR)/$(BIN):$$PATH" npm --prefix js run watch

js:
	@$(PYTHON) -m scripts.setup js

fmt:
	@$(PYTHON) -m scripts.setup test
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

lock:
	@$(PYTHON) -m scripts.setup lock

clean:
	rm -rf .venv js/node_modules src/ipyseedance/widgets/static dist test-results .mypy_cache .ruff_cache .pytest_cache

.PHONY: help lab test dev js fmt lock clean

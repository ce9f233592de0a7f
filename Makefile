# Two commands matter: `make run` (install and serve) and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: run test coverage check eval bench clean

run: $(VENV)/.installed
	$(BIN)/guide serve

test: $(VENV)/.developing
	$(BIN)/python -m pytest

# The same tests, traced line by line: a third slower, so apart.
coverage: $(VENV)/.developing
	$(BIN)/python -m pytest --cov --cov-report=term:skip-covered --cov-fail-under=90

check: $(VENV)/.developing
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

eval: $(VENV)/.installed
	$(BIN)/guide eval --baseline corpus/evals/baseline.json --report data/eval-report

bench: $(VENV)/.developing
	$(PIP) install --quiet --no-deps --requirement requirements-bench.txt
	$(BIN)/python -m benchmarks

clean:
	rm -rf $(VENV) data

# An editable install holds a copy of app.py, so that a newer one has to be installed again.
$(VENV)/.installed: pyproject.toml constraints.txt app.py
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; found $$($(PYTHON) -V). Set PYTHON=/path/to/python3.11"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) install --constraint constraints.txt --editable .
	touch $@

$(VENV)/.developing: $(VENV)/.installed requirements-llama.txt
	$(PIP) install --constraint constraints.txt --editable '.[dev]'
	$(PIP) install --no-deps --requirement requirements-llama.txt
	touch $@

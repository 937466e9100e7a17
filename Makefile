# Two commands do everything: `make demo` makes a dataset, `make test` runs the tests. Both set up .venv themselves.
# A recipe's own tools (lint, types, wheel) are for developers; .ci/run calls them.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
# A process of tests for each core, a file of tests at a time: what the tests of a file share is made once.
PYTEST_ARGS ?= -n auto --maxprocesses 8 --dist loadfile

.PHONY: demo test test-long lint types imports schemas clean

demo: $(INSTALLED)
	$(BIN)/hmworld demo --out demo-dataset

test: $(INSTALLED)
	$(BIN)/python -m pytest $(PYTEST_ARGS) $(if $(LONG),,-m "not long")

# With what takes long, or is one of many of its kind.
test-long:
	$(MAKE) test LONG=1

lint: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(INSTALLED)
	$(BIN)/mypy

imports: $(INSTALLED)
	$(BIN)/lint-imports

schemas: $(INSTALLED)
	$(BIN)/python schemas/generate.py

$(INSTALLED): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "hmworld needs Python 3.11 or later; name one with: make PYTHON=python3.11 ..."; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@# opencv-python needs a system libGL to be imported; without one the headless build of the same version takes its place.
	@$(BIN)/python -c 'import cv2' 2>/dev/null || { \
	  echo "no libGL here: installing the headless build of OpenCV"; \
	  version=$$($(BIN)/python -c 'from importlib.metadata import version; print(version("opencv-python"))'); \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --force-reinstall --no-deps "opencv-python-headless==$$version"; }
	@touch $@

clean:
	rm -rf $(VENV) demo-dataset build dist *.egg-info

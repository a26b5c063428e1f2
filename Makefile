# `make` alone explains what there is. Nothing but make, a Python 3 and a package index has to be there before.

PYTHON ?= python3
DESK := .venv/bin/python
BOT := bot/.venv/bin/python
WENHUO := .venv/bin/wenhuo

# What `make test` leaves out: it needs a server or a browser.
ELSEWHERE := services or browser
# The bot's tests run in Rasa's environment, where nothing of the desk can be imported.
BOT_TESTS := $(BOT) -m pytest -c tests/bot/pytest.ini --rootdir . --confcutdir tests/bot tests/bot
# Options for pytest, for example: make test PYTEST="-k launcher -x"
PYTEST ?=

.DEFAULT_GOAL := help
.PHONY: help run setup test test-all check format train evaluate bench chat clean

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 18

run: setup ## set up what is missing, start everything with demo data, print the address
	@exec $(WENHUO) up

setup: ## set up both Python environments; ends at once when nothing has changed
	@command -v $(PYTHON) >/dev/null 2>&1 || { echo "setup: no $(PYTHON) found: install Python 3.8 or newer, or name one: make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 8))' || { echo "setup: $(PYTHON) does not run or is older than 3.8: name another one: make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) scripts/bootstrap.py

test: setup ## run all tests that need no server and no browser, the bot's own included
	$(DESK) -m pytest -m "not ($(ELSEWHERE))" --ignore tests/bot $(PYTEST)
	$(BOT_TESTS) $(PYTEST)

# AFTER_TEST=1: what `make test` has just passed is not run a second time (.ci/run says so).
test-all: setup ## run all tests; adds PostgreSQL, Redis and Chromium
ifdef AFTER_TEST
	@echo "test-all: only what make test left out; the rest has just passed there"
	$(DESK) -m pytest -m "$(ELSEWHERE)" --ignore tests/bot $(PYTEST)
else
	$(DESK) -m pytest --ignore tests/bot $(PYTEST)
	$(BOT_TESTS) $(PYTEST)
endif

check: setup ## check format, style, types, the direction of imports, the web pages and the training sentences
	.venv/bin/ruff format --check
	.venv/bin/ruff check
	$(DESK) -m mypy .
	.venv/bin/lint-imports
	$(WENHUO) pages --check
	$(WENHUO) lint-data --quiet

format: setup ## format the code and put right what can be put right
	.venv/bin/ruff check --fix
	.venv/bin/ruff format

train: setup ## train the bot when the data has changed
	@$(WENHUO) train

evaluate: setup ## measure the bot's understanding and write a page: make evaluate FILE=messages.yml
	@$(WENHUO) evaluate $(FILE)

bench: setup ## measure how fast messages are understood, how long customers wait, and what fifty kills lose
	@$(DESK) -m bench

chat: setup ## talk to the running desk in this terminal
	@$(WENHUO) chat

clean: ## delete both environments, built pages and caches; data and models stay
	rm -rf .venv bot/.venv .tools .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .rasa
	rm -rf web/*/dist web/*/node_modules

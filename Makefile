# Sosie's verbs. A fresh Debian needs git, make and Python 3.11-3.13; everything else is set up by `make setup`.
#   make live            set up, clone the sample presenter, go on air: http://127.0.0.1:8000   (FOR=60 stops by itself)
#   make test            everything CI runs          make check   lint, types, fast tests (< 2 minutes)
#   make bench           the figures, as JSON

SOSIE := .venv/bin/sosie
PYTHON := .venv/bin/python
SAMPLE := src/sosie/sample
CLONE := var/presenter-$(shell sha256sum $(SAMPLE)/presenter/presenter.mp4 | cut -c1-12).sosie
FAST := not slow and not weights and not browser and not network and not footage
FOR ?=
RTMP ?=
PORT ?= 8000

.PHONY: setup setup-test live test check lint bench clean

setup:
	@python3 scripts/setup.py $(if $(FIT),--fit)

setup-test:
	@python3 scripts/setup.py --test

# The clone is kept in var/ under the sum of the clip it was made of, so that a new clip or a new machine makes a new one.
live: setup
	@mkdir -p var out
	@test -d $(CLONE) || $(SOSIE) clone $(SAMPLE)/presenter/presenter.mp4 --consent $(SAMPLE)/presenter/consent.json --out $(CLONE)
	@$(SOSIE) live $(SAMPLE)/shop/show.toml --clone $(CLONE) --port $(PORT) --record out/show-$$(date +%Y%m%d-%H%M%S).mp4 \
		$(if $(FOR),--for $(FOR)) $(if $(RTMP),--rtmp $(RTMP))

lint:
	$(PYTHON) -m ruff check src tests scripts benchmarks examples
	$(PYTHON) -m ruff format --check src tests scripts benchmarks examples
	$(PYTHON) -m mypy

check: setup-test lint
	$(PYTHON) -m pytest -n 3 -m "$(FAST)"

# The slow ones one at a time: they share one clone of the presenter, and some are live.
test: check
	$(PYTHON) -m pytest -m "not ($(FAST))"

bench: setup
	$(PYTHON) benchmarks/all.py

clean:
	rm -rf .venv var out

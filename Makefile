# Every command a contributor types. `make` alone lists them.
PYTHON ?= python3.11
BIN := .venv/bin
export PATH := $(CURDIR)/.venv/bin:$(PATH)

.DEFAULT_GOAL := help
.PHONY: help ready book serve pdf test test-all lighthouse lint exercises lock bench clean

help: ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/make \1\t\2/' | expand -t 18

ready: ## set up .venv, once for each requirements.txt; the other commands do it by themselves
	@PYTHON=$(PYTHON) .ci/setup

book: ready ## build the site into _build/html; every chapter is executed
	@$(BIN)/jupyter-book build book -W --keep-going
	@echo "The site is in _build/html. Read it with: make serve"

serve: book ## build the site, serve it and print its address; rebuild and reload on changes
	@$(BIN)/python book/_ext/preview.py

pdf: book ## print the whole book into _build/book.pdf
	@$(BIN)/python book/_ext/pdf.py

test: book ## run all tests, on a sample where the whole takes long
	@$(BIN)/python -m pytest --numprocesses=auto --dist=loadfile

test-all: book ## run all tests, whole
	@COURSE_TESTS=all $(BIN)/python -m pytest --numprocesses=auto --dist=loadfile

lighthouse: book ## hold every page, or PAGES="index.html …", against a Lighthouse budget (needs npm)
	@command -v npm >/dev/null || { echo "make lighthouse needs npm, which comes with Node.js." >&2; exit 1; }
	@test -x _build/lighthouse/node_modules/.bin/lighthouse || \
	  npm install --no-fund --no-audit --prefix _build/lighthouse lighthouse@12.8.2
	@$(BIN)/python -m tests.site.lighthouse $(PAGES)

lint: ready ## check style and stray outputs
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

bench: ready ## time lib beside PyTorch and what else there is, and the grader beside nbgrader
	@$(BIN)/python -m tests.benchmarks
	@$(BIN)/python -m tests.benchmarks.bench_grading

exercises: ready ## release the students' notebooks from solutions/ to exercises/
	@$(BIN)/python -m lib.exercises

lock: ready ## renew requirements.txt from pyproject.toml
	@$(BIN)/python -m piptools compile --quiet --all-extras --strip-extras --allow-unsafe --annotation-style=line --no-header \
	  --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --output-file=- pyproject.toml \
	  | .ci/lock > requirements.txt.new
	@mv requirements.txt.new requirements.txt

clean: ## remove what the other commands made
	rm -rf _build .venv *.egg-info .pytest_cache .ruff_cache .hypothesis

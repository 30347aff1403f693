# Every target is an alias of a command; `make help` lists them.
PYTHON ?= python3
ASSIGNMENT ?= pico-llm
JOBS ?=
PY := .venv/bin/python
GRADER := $(PY) -m grader.cli

.DEFAULT_GOAL := help
.PHONY: help env demo test lint grade release verify repeat attack fuzz faults coverage bench clean

help:  ## show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

env: .venv/ready  ## make the environment (.venv)

# torch comes first and alone, so that a CPU build named by TORCH_OPTIONS is the one that everything else finds.
.venv/ready: constraints.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(PY) -m pip install --quiet $(TORCH_OPTIONS) $$(grep '^torch==' constraints.txt)
	$(PY) -m pip install --quiet -c constraints.txt -e '.[dev]'
	@touch $@

demo: env  ## grade a bundled class of sample submissions, show where the results are
	$(GRADER) demo $(if $(JOBS),--jobs $(JOBS))

test: env lint  ## everything: lint, types, the grader's own tests, both suites in both modes, a quick verify, starter up to date
	$(PY) -m pytest tests/framework
	$(GRADER) verify --quick
	$(GRADER) release --check $(ASSIGNMENT)

lint: env
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy

grade: env  ## grade SUBMISSIONS=folder-or-zip [ASSIGNMENT=pico-llm] [OUT=folder] [ROSTER=csv] [JOBS=n] [ADAPTER=single-file|batch-first]
	@test -n "$(SUBMISSIONS)" || { echo "make grade SUBMISSIONS=folder-or-zip" >&2; exit 2; }
	$(GRADER) grade "$(SUBMISSIONS)" --assignment $(ASSIGNMENT) $(if $(OUT),--out "$(OUT)") $(if $(ROSTER),--roster "$(ROSTER)") $(if $(JOBS),--jobs $(JOBS)) \
		$(if $(ADAPTER),--adapter $(ADAPTER))

release: env  ## regenerate starter/ and the students' zip from solutions/
	$(GRADER) release $(ASSIGNMENT)

verify: env  ## prove the grader: reference, starter, alternatives, misconceptions, release
	$(GRADER) verify $(if $(JOBS),--jobs $(JOBS))

repeat: env  ## grade the same submissions REPEAT=200 times each on a busy machine, every byte the same; for the night
	FAIRMARK_REPEAT=$(or $(REPEAT),200) $(PY) -m pytest -s tests/framework/repeat tests/framework/verify/test_evaluation_order.py

attack: env  ## let the attack corpus loose on a naive runner and on the real judge, on every tier there is [ONLY=family]
	OMP_NUM_THREADS=1 $(PY) tests/framework/attacks/attack_run.py $(ONLY)

faults: env  ## kill each process of the grader at a hundred points each, rerun, compare every byte; 20 minutes
	$(PY) tests/framework/faults/run.py

bench: env  ## measure CPU per submission, and against otter-grader on the same checks
	$(PY) -m pip install --quiet -c constraints.txt -e '.[bench]'
	$(PY) -m benchmarks.grading

fuzz: env  ## break 10,000 downloads, and watch what intake makes of them
	$(PY) -m grader.verify.fuzz

coverage: env  ## branches of intake that its tests reach; fails below 90 %
	$(PY) -m coverage run --branch --source=grader/intake --data-file=build/coverage -m pytest tests/framework/intake
	$(PY) -m coverage report --data-file=build/coverage --show-missing --fail-under=90

clean:  ## remove what can be made again
	rm -rf build .venv

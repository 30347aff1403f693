"""Runs one of our checks inside otter's kernel, without isolation."""

from __future__ import annotations

import inspect
from functools import cache
from pathlib import Path

import torch

from benchmarks.in_process import InProcess
from benchmarks.pair import check_function
from grader.checks.plan import ApiRules
from grader.checks.subject import Subject
from grader.checks.worker_source import Limits
from grader.judge.secret import Secret
from grader.judge.suite import Suite, load_suite


@cache
def _suite() -> Suite:
    return load_suite(Path(__file__).resolve().parent.parent, "pico-llm", Secret(1, "benchmark"))


def run(check: str, root: str) -> None:
    """Run the check on the package under ``root``; raises when it fails."""
    suite = _suite()
    modules = {symbol: exercise.module for exercise in suite.plan.exercises for symbol in exercise.symbols}
    subject = Subject(InProcess(Path(root)), modules, ApiRules(), Limits(), seed=1, check=check)
    function = check_function(suite, check)
    fixtures = {"subject": subject, "gen": torch.Generator().manual_seed(1)}
    function(**{name: fixtures[name] for name in inspect.signature(function).parameters})
    subject.close()

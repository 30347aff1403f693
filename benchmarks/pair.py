"""The checks that both graders run: ten of rmsnorm and nucleus_sampling that need nothing but the student's code and random inputs."""

from __future__ import annotations

import importlib.util
import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from grader.checks.marker import CheckInfo
from grader.judge.checks_run import list_checks
from grader.judge.suite import Suite

EXERCISES = ("rmsnorm", "nucleus_sampling")
COUNT = 10


def chosen_checks(suite: Suite) -> tuple[CheckInfo, ...]:
    """The first ``COUNT`` fitting checks, half of each exercise, public before hidden."""
    infos = sorted(list_checks(suite.plan, suite.folders), key=lambda info: info.id.startswith("hidden"))
    found: list[CheckInfo] = []
    for exercise in EXERCISES:
        fitting = (info for info in infos if info.exercise == exercise and "[" not in info.id and _fits(check_function(suite, info.id)))
        found += [info for info, _ in zip(fitting, range(COUNT // len(EXERCISES)), strict=False)]
    return tuple(found)


def check_function(suite: Suite, check: str) -> Callable[..., Any]:
    """The test function of a check id, ``public/test_rmsnorm.py::test_name``."""
    file, name = check.split("::")
    spec = importlib.util.spec_from_file_location(file.replace("/", "_").removesuffix(".py"), suite.repository / "tests" / file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    function: Callable[..., Any] = getattr(module, name)
    return function


def _fits(function: Callable[..., Any]) -> bool:
    return set(inspect.signature(function).parameters) <= {"subject", "gen"} and not hasattr(function, "strategies")


def modules_of(suite: Suite) -> Iterator[Path]:
    """The reference's modules for these exercises."""
    for exercise in EXERCISES:
        yield suite.reference / (suite.course.exercise(exercise).module.replace(".", "/") + ".py")

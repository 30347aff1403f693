"""The ``check`` marker, read and validated: which idea a test function is about, which sentence of the handout asks for it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from grader.checks.plan import Plan
from grader.checks.worker_source import Limits

MARKERS = (
    "check(idea, *, spec, title, hint, alpha=0.0): a scored check; alpha is its false-alarm bound, where it is random",
    "limits(cpu_seconds=5.0, memory_mb=2048): what one check may use",
)


@dataclass(frozen=True)
class CheckInfo:
    """A check before it runs. ``id`` is ``public/test_rmsnorm.py::test_name``."""

    id: str
    exercise: str
    idea: str
    spec: tuple[str, ...]
    title: str
    hint: str
    alpha: float
    limits: Limits


def declare_markers(config: pytest.Config) -> None:
    """Make the markers of this library known to pytest."""
    for line in MARKERS:
        config.addinivalue_line("markers", line)


def read_marker(item: pytest.Item) -> CheckInfo | None:
    """The check that a test function is; None when it has no marker. Raises pytest.UsageError for a malformed one."""
    mark = item.get_closest_marker("check")
    if mark is None:
        return None
    suite = "hidden" if item.path.parent.name == "hidden" else "public"
    check_id = f"{suite}/{item.path.name}::{item.name}"
    try:
        (idea,) = mark.args
        spec, title, hint = mark.kwargs["spec"], mark.kwargs["title"], mark.kwargs["hint"]
    except (ValueError, KeyError) as error:
        raise pytest.UsageError(f"{check_id}: the check marker needs one idea, and spec, title and hint ({error})") from None
    unknown = set(mark.kwargs) - {"spec", "title", "hint", "alpha"}
    if unknown:
        raise pytest.UsageError(f"{check_id}: the check marker does not know {', '.join(sorted(unknown))}")
    labels = (spec,) if isinstance(spec, str) else tuple(spec)
    return CheckInfo(check_id, idea.split(".")[0], idea, labels, title, hint, float(mark.kwargs.get("alpha", 0.0)), _limits(item))


def refusal(info: CheckInfo, plan: Plan) -> str:
    """Why a check does not fit the plan, in a sentence; empty when it does."""
    exercise = plan.exercise(info.exercise)
    if f"/{exercise.check_file}::" not in info.id:
        return f"{info.id}: the checks of {exercise.id} belong into {exercise.check_file}"
    if info.idea not in {idea.id for idea in exercise.ideas}:
        return f"{info.id}: course.toml has no idea {info.idea!r}"
    known = {requirement.label for requirement in plan.requirements}
    missing = [label for label in info.spec if label not in known]
    return f"{info.id}: the handout has no requirement {', '.join(missing)}" if missing else ""


def _limits(item: pytest.Item) -> Limits:
    mark = item.get_closest_marker("limits")
    if mark is None:
        return Limits()
    cpu = float(mark.kwargs.get("cpu_seconds", Limits.cpu_seconds))
    return Limits(cpu, 10 * cpu, int(mark.kwargs.get("memory_mb", Limits.memory_mb)))

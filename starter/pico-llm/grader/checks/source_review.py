"""What can be said of handed-in Python files without running them: those that cannot be parsed, and names that are not allowed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.checks.api_rules import scan_source
from grader.checks.home import module_path, parse
from grader.checks.plan import Plan


@dataclass(frozen=True)
class SyntaxFault:
    """A Python file that cannot be parsed; only what needs it suffers. ``line`` is 0 when unknown."""

    path: str
    line: int
    message: str


def syntax_faults(sources: Mapping[str, Path]) -> tuple[SyntaxFault, ...]:
    """The files that this Python cannot parse. ``sources`` maps paths in the hand-in to files of bounded size."""
    parsed = ((path, parse(source.read_bytes())) for path, source in sources.items())
    return tuple(SyntaxFault(path, *result) for path, result in parsed if isinstance(result, tuple))


def forbidden_names(sources: Mapping[str, Path], plan: Plan) -> tuple[str, ...]:
    """A sentence for each use of a name that its exercise does not allow; the same scan as when the exercise is checked."""
    sentences = []
    for exercise in plan.exercises:
        path = module_path(exercise.module)
        if path not in sources:
            continue
        try:
            found = scan_source(sources[path].read_text(encoding="utf-8"), path, exercise.api)
        except (ValueError, SyntaxError):
            continue  # what cannot be parsed is a syntax fault
        sentences += [f"{path}, line {finding.line}, uses {finding.name}, which is not allowed in {exercise.title}." for finding in found]
    return tuple(sentences)

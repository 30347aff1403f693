"""What can be said of handed-in Python files without running them: those that cannot be parsed, and names that are not allowed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from grader.checks.api_rules import scan_source
from grader.checks.home import module_path
from grader.checks.parsing import SyntaxFault, parse
from grader.checks.plan import Plan


def syntax_faults(sources: Mapping[str, Path]) -> tuple[SyntaxFault, ...]:
    """The files that this Python cannot parse. ``sources`` maps paths in the hand-in to files of bounded size."""
    parsed = (parse(source.read_bytes(), path) for path, source in sources.items())
    return tuple(result for result in parsed if isinstance(result, SyntaxFault))


def forbidden_names(sources: Mapping[str, Path], plan: Plan) -> tuple[str, ...]:
    """A sentence for each use of a name that its exercise does not allow; the same scan as when the exercise is checked."""
    sentences = []
    for exercise in plan.exercises:
        path = module_path(exercise.module)
        if path not in sources:
            continue
        try:
            found = scan_source(sources[path].read_bytes(), path, exercise.api)
        except (ValueError, SyntaxError):
            continue  # what cannot be parsed is a syntax fault
        sentences += [f"{path}, line {finding.line}, uses {finding.name}, which is not allowed in {exercise.title}." for finding in found]
    return tuple(sentences)

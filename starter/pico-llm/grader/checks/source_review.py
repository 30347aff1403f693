"""What can be said of handed-in Python files without running them: which cannot be parsed, names not allowed, missing packages."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Set
from pathlib import Path, PurePosixPath

from grader.checks.api_rules import scan_source
from grader.checks.home import module_path
from grader.checks.parsing import SyntaxFault, parse
from grader.checks.plan import Plan
from grader.checks.third_party import is_installed, unguarded_imports


def parsed(sources: Mapping[str, Path]) -> dict[str, ast.Module | SyntaxFault]:
    """The syntax tree of each file, or why it has none. ``sources`` maps paths in the hand-in to files of bounded size."""
    return {path: parse(source.read_bytes(), path) for path, source in sources.items()}


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


def missing_packages(trees: Mapping[str, ast.Module | SyntaxFault], own: Set[str]) -> tuple[str, ...]:
    """A sentence that lists the packages which a stand-in takes the place of, each with where it is imported first.

    ``trees`` are of all files of the hand-in, as ``parsed`` gives them; ``own`` are names that the course and the student use for folders
    of their own.
    """
    modules = {part for path in trees for part in PurePosixPath(path).with_suffix("").parts}
    where: dict[str, str] = {}
    for path, tree in sorted(trees.items()):
        for name, line in unguarded_imports(tree).items() if isinstance(tree, ast.Module) else ():
            where.setdefault(name, f"{name} ({path}, line {line})")
    missing = [place for name, place in where.items() if name not in {*modules, *own} and not is_installed(name)]
    if not missing:
        return ()
    return (f"Not installed here, replaced by stand-ins that do nothing: {', '.join(missing)}. A check that needs one of them says so.",)

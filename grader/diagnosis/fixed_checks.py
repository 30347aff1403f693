"""Which checks ask the same questions of everybody, whatever the course's secret: those that draw no random input."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

_DRAWS = frozenset(("gen", "corpus"))
_PROPERTY = "property_check"


def fixed_checks(folders: Iterable[Path]) -> frozenset[str]:
    """Ids, without parameters, of the checks in these suites (``tests/public``) that take no source of random inputs."""
    return frozenset(
        f"{folder.name}/{path.name}::{function.name}"
        for folder in folders
        for path in sorted(folder.glob("test_*.py"))
        for function in _functions(path)
        if not _DRAWS.intersection(argument.arg for argument in function.args.args) and not _is_property(function)
    )


def _functions(path: Path) -> Iterator[ast.FunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return (node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"))


def _is_property(function: ast.FunctionDef) -> bool:
    return any(isinstance(node, ast.Name) and node.id == _PROPERTY for item in function.decorator_list for node in ast.walk(item))

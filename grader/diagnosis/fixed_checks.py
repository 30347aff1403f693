"""Which checks ask everybody the same and get the same answer, whatever the course's secret: no random inputs, no counted draws."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

_DRAWS = frozenset(("gen", "corpus"))
_PROPERTY = "property_check"
_ALPHA = "alpha"


def fixed_checks(folders: Iterable[Path]) -> frozenset[str]:
    """Ids, without parameters, of the checks in these suites (``tests/public``) with no random input and no false-alarm bound."""
    return frozenset(
        f"{folder.name}/{path.name}::{function.name}"
        for folder in folders
        for path in sorted(folder.glob("test_*.py"))
        for function in _functions(path)
        if not _DRAWS.intersection(argument.arg for argument in function.args.args) and not _is_random(function)
    )


def _functions(path: Path) -> Iterator[ast.FunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return (node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"))


def _is_random(function: ast.FunctionDef) -> bool:
    """A property check draws its examples; a check with a false-alarm bound looks at what was drawn."""
    nodes = [node for decorator in function.decorator_list for node in ast.walk(decorator)]
    return any(isinstance(node, ast.Name) and node.id == _PROPERTY for node in nodes) or any(
        isinstance(node, ast.keyword) and node.arg == _ALPHA for node in nodes
    )

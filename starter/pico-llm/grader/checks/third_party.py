"""The packages that a Python file imports from outside, read from its syntax tree."""

from __future__ import annotations

import ast
import sys
import sysconfig
from collections.abc import Iterator
from importlib.machinery import PathFinder
from pathlib import Path

_CAUGHT = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})


def unguarded_imports(tree: ast.Module) -> dict[str, int]:
    """Top-level names that the file imports and cannot do without, each with its first line.

    A name that is anywhere imported under ``try`` with a handler for its absence is not among them: the file itself says what then
    happens. Nor is what only type checkers read.
    """
    needed: dict[str, int] = {}
    guarded: set[str] = set()
    for name, line, is_guarded in _imports(tree.body, guarded=False):
        if is_guarded:
            guarded.add(name)
        else:
            needed.setdefault(name, line)
    return {name: line for name, line in needed.items() if name not in guarded}


def is_installed(name: str) -> bool:
    """Whether a top-level module comes with Python or is installed beside it. Nothing is imported."""
    if name in sys.stdlib_module_names:
        return True
    standard = {sysconfig.get_path(kind) for kind in ("stdlib", "platstdlib", "purelib", "platlib")}
    # Not every entry: whoever runs this may have folders of their own on the path, and no submission sees those.
    places = [place for place in sys.path if place in standard or Path(place).name in ("site-packages", "dist-packages")]
    return PathFinder.find_spec(name, places) is not None


def _imports(nodes: list[ast.stmt], *, guarded: bool) -> Iterator[tuple[str, int, bool]]:
    waiting: list[tuple[ast.AST, bool]] = [(node, guarded) for node in reversed(nodes)]
    while waiting:
        node, under_try = waiting.pop()
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name.split(".")[0], node.lineno, under_try
        elif isinstance(node, ast.ImportFrom):
            if node.module and not node.level:
                yield node.module.split(".")[0], node.lineno, under_try
        elif isinstance(node, ast.Try):
            caught = under_try or any(_catches_absence(handler) for handler in node.handlers)
            rest = [*node.handlers, *node.orelse, *node.finalbody]
            waiting += [(child, under_try) for child in reversed(rest)]
            waiting += [(child, caught) for child in reversed(node.body)]
        elif not (isinstance(node, ast.If) and _is_type_checking(node.test)):
            waiting += [(child, under_try) for child in reversed(list(ast.iter_child_nodes(node)))]


def _catches_absence(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(isinstance(kind, ast.Name) and kind.id in _CAUGHT for kind in kinds)


def _is_type_checking(test: ast.expr) -> bool:
    return (isinstance(test, ast.Name) and test.id == "TYPE_CHECKING") or (isinstance(test, ast.Attribute) and test.attr == "TYPE_CHECKING")

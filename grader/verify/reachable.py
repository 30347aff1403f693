"""Which files of a submission a module can import."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterable
from pathlib import Path

from grader.checks.home import module_path


def reachable(root: Path, modules: Iterable[str]) -> tuple[Path, ...]:
    """Files under ``root`` of these modules and of all that they import, directly or not; the packages' own files, too."""
    found: set[Path] = set()
    waiting = list(modules)
    while waiting:
        name = waiting.pop()
        package = name.rpartition(".")[0]
        for path, relative_to in ((root / module_path(name), package), (root / name.replace(".", "/") / "__init__.py", name)):
            if path not in found and path.is_file():
                found.add(path)
                waiting += _imported(path.read_bytes(), relative_to)
        if package:
            waiting.append(package)
    return tuple(sorted(found))


@functools.lru_cache(maxsize=4096)
def _imported(source: bytes, package: str) -> tuple[str, ...]:
    """Names that may be modules; of a module that cannot be read none. Hundreds of submissions share most of their files."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return ()
    names: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*parents, node.module] if node.module else parents)
            names += [base, *(f"{base}.{alias.name}" for alias in node.names)]
    return tuple(names)

"""Where foreign files go in a clean folder, and how Python finds them there."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Mapping, Set
from pathlib import PurePosixPath

from grader.checks.parsing import parse

HANDED_IN = "handed_in"


def private_paths(files: Collection[str], taken: Set[str]) -> dict[str, str]:
    """Path in the clean folder -> path as it was sent.

    A file whose name Python cannot import (``pico-llm.py``) gets one that it can, and so does one in no package whose name is ``taken``.
    """
    placed: dict[str, str] = {}
    for file in sorted(files, key=lambda name: not PurePosixPath(name).stem.isidentifier()):
        path = PurePosixPath(file)
        stem = re.sub(r"\W", "_", path.stem)
        stem = stem if stem.isidentifier() else f"_{stem}"
        if stem in taken and str(path.with_name("__init__.py")) not in files:
            stem += "_"
        while f"{HANDED_IN}/{path.with_name(f'{stem}.py')}" in placed:
            stem += "_"
        placed[f"{HANDED_IN}/{path.with_name(f'{stem}.py')}"] = file
    return placed


def import_from(file: str, files: Collection[str], sources: Mapping[str, bytes]) -> tuple[tuple[str, ...], str]:
    """The folders to import from, nearest first, and the module's name from the first of them.

    A file in a package, or one that imports its neighbours with a dot, is imported through its folders; any other by its bare name.
    """
    path = PurePosixPath(file)
    top = path.parent
    while f"{top}/__init__.py" in files and str(top) != HANDED_IN:
        top = top.parent
    if top == path.parent and str(top) != HANDED_IN and _imports_with_a_dot(file, sources[file]):
        top = top.parent
    folders = [str(folder) for folder in (top, *top.parents) if folder.is_relative_to(HANDED_IN)]
    return tuple(folders), ".".join(path.relative_to(top).with_suffix("").parts)


def _imports_with_a_dot(file: str, source: bytes) -> bool:
    tree = parse(source, file)
    return isinstance(tree, ast.Module) and any(isinstance(node, ast.ImportFrom) and node.level for node in ast.walk(tree))

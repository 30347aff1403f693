"""The files of a folder that somebody sent: without links, without leftovers of tools, and never more than a bound."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

MAX_FILES = 100_000
MAX_DEPTH = 32

_TOOL_FOLDERS = {
    "__MACOSX": "made by macOS",
    "__pycache__": "compiled code",
    ".git": "version control",
    ".hg": "version control",
    ".svn": "version control",
    ".venv": "a Python environment",
    "venv": "a Python environment",
    "site-packages": "a Python environment",
    ".ipynb_checkpoints": "made by Jupyter",
    ".pytest_cache": "made by pytest",
    ".hypothesis": "made by hypothesis",
    ".mypy_cache": "made by mypy",
    ".ruff_cache": "made by ruff",
    ".idea": "made by an editor",
    ".vscode": "made by an editor",
    "node_modules": "made by npm",
}
_TOOL_FILES = {".DS_Store": "made by macOS", "Thumbs.db": "made by Windows", "desktop.ini": "made by Windows"}


@dataclass(frozen=True)
class LeftOut:
    """A file or a folder that is not looked at, and why."""

    path: str
    reason: str


@dataclass(frozen=True)
class Tree:
    """The files below a folder, relative posix path -> size in bytes, sorted; and what was left out.

    ``cut`` is True when there were more files than ``MAX_FILES``, or deeper folders than ``MAX_DEPTH``, and some are missing here.
    """

    files: dict[str, int]
    left_out: tuple[LeftOut, ...]
    cut: bool


def tool_leftover(parts: Sequence[str]) -> LeftOut | None:
    """The folder or file on this path that some tool left there and that is no one's work; None when there is none."""
    for depth, part in enumerate(parts, 1):
        if part in _TOOL_FOLDERS:
            return LeftOut("/".join(parts[:depth]), _TOOL_FOLDERS[part])
    name = parts[-1]
    if name.startswith("._"):
        return LeftOut("/".join(parts), "made by macOS")
    if name.endswith((".pyc", ".pyo")):
        return LeftOut("/".join(parts), "compiled code")
    return LeftOut("/".join(parts), _TOOL_FILES[name]) if name in _TOOL_FILES else None


def read_tree(folder: Path) -> Tree:
    """What lies below ``folder``. No link is followed and nothing is opened. Raises OSError when the folder cannot be listed."""
    files: dict[str, int] = {}
    left_out = []
    cut = False
    for found in _walk(folder, ()):
        if isinstance(found, LeftOut):
            left_out.append(found)
        elif len(files) >= MAX_FILES:
            cut = True
            break
        else:
            files[found[0]] = found[1]
    too_deep = any(item.reason == _TOO_DEEP for item in left_out)
    return Tree(dict(sorted(files.items())), tuple(sorted(left_out, key=lambda item: item.path)), cut or too_deep)


_TOO_DEEP = "nested too deep"


def _walk(folder: Path, parts: tuple[str, ...]) -> Iterator[tuple[str, int] | LeftOut]:
    with os.scandir(folder) as entries:
        listed = sorted(entries, key=lambda entry: entry.name)
    for entry in listed:
        here = (*parts, entry.name)
        path = "/".join(here)
        if not _is_text(entry.name):
            yield LeftOut(ascii(path), "its name is not text")
        elif leftover := tool_leftover(here):
            yield leftover
        elif entry.is_symlink():
            yield LeftOut(path, "a link; only files count")
        elif entry.is_dir(follow_symlinks=False):
            if len(here) >= MAX_DEPTH:
                yield LeftOut(path, _TOO_DEEP)
            else:
                yield from _walk(folder / entry.name, here)
        elif entry.is_file(follow_symlinks=False):
            yield path, entry.stat(follow_symlinks=False).st_size
        else:
            yield LeftOut(path, "not an ordinary file")


def _is_text(name: str) -> bool:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return name.isprintable()

"""The last look at a finished release: is anything in it that students must not see?

Looked for: words of the removed regions, of hidden tests, of misconceptions and of alternative solutions; names of hidden tests; markers;
outputs of notebooks; history; secrets; and files that cannot be read and therefore not be trusted. Copied text is found by its words, so
neither a new file name nor a new layout hides it; code whose names were changed as well is beyond this scan.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from grader.release.ngrams import NgramIndex, Word, words_of_python, words_of_text

_HISTORY_FOLDERS = frozenset({".git", ".hg", ".svn", ".ipynb_checkpoints", "__pycache__"})
_HISTORY_ENDINGS = (".orig", ".rej", ".bak", ".swp", ".patch", ".diff", ".bundle", ".pyc", "~")
_MARKER = re.compile(r"#\s*(BEGIN|END)\s+SOLUTION")
_SECRETS = (
    re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    re.compile(
        r"\b(gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\w{30,}|glpat-[\w-]{20,}|AKIA[A-Z0-9]{16}|xox[baprs]-[\w-]{10,}|hf_[A-Za-z0-9]{30,})"
    ),
    re.compile(r"(?i)\b\w*(secret|password|passwd|api_?key|access_?token)\w*[\"']?\s*[:=]\s*[\"'][^\"'\s]{8,}[\"']"),
)


@dataclass(frozen=True)
class Leak:
    """Something that must not go out: where, what kind, and where it comes from."""

    file: str
    line: int
    kind: str
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.kind}: {self.what}"


@dataclass(frozen=True)
class Guarded:
    """What a release must not contain: kind (``solution``) -> the words, and the names of the hidden tests."""

    indexes: Mapping[str, NgramIndex]
    hidden_names: frozenset[str]


def find_leaks(files: Mapping[str, bytes], guarded: Guarded) -> tuple[Leak, ...]:
    """Every leak in these files (relative posix path -> bytes), in order of file and line."""
    leaks = [leak for name, content in files.items() for leak in _leaks_of_file(name, content, guarded)]
    return tuple(sorted(set(leaks), key=lambda leak: (leak.file, leak.line, leak.kind, leak.what)))


def _leaks_of_file(name: str, content: bytes, guarded: Guarded) -> Iterator[Leak]:
    path = PurePosixPath(name)
    if _HISTORY_FOLDERS & set(path.parts) or name.endswith(_HISTORY_ENDINGS):
        yield Leak(name, 0, "history", "leftovers of version control, an editor or the interpreter do not belong into a release")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        yield Leak(name, 0, "unreadable", "not UTF-8 text, so nobody can tell what is in it")
        return
    if "\0" in text:
        yield Leak(name, 0, "unreadable", "text with zero bytes in it, so nobody can tell what is in it")
    yield from _leaks_of_lines(name, text)
    if path.suffix in (".json", ".ipynb"):
        yield from _leaks_of_json(name, text, guarded)
    readings = [words_of_text(text)]
    if path.suffix == ".py":
        readings.append(words_of_python(text))
    for words in readings:
        yield from _leaks_of_words(name, words, guarded)


def _leaks_of_lines(name: str, text: str) -> Iterator[Leak]:
    for number, line in enumerate(text.split("\n"), 1):
        if _MARKER.search(line):
            yield Leak(name, number, "marker", "a marker of a solution region is left")
        if any(pattern.search(line) for pattern in _SECRETS):
            yield Leak(name, number, "secret", "this looks like a key, a token or a password")


def _leaks_of_json(name: str, text: str, guarded: Guarded) -> Iterator[Leak]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        yield Leak(name, 0, "unreadable", "named like JSON and is none")
        return
    if name.endswith(".ipynb") and isinstance(data, dict):
        for number, cell in enumerate(data.get("cells", []), 1):
            if not isinstance(cell, dict) or cell.get("outputs") or cell.get("execution_count") is not None:
                yield Leak(name, 0, "notebook output", f"cell {number} has been run; its output may show a solution")
    # In JSON the line ends of a code cell are escaped, so its strings are read once more as text.
    for string in _strings(data):
        yield from (Leak(name, 0, leak.kind, leak.what) for leak in _leaks_of_words(name, words_of_text(string), guarded))


def _strings(data: object) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for key, value in data.items():
            yield from _strings(key)
            yield from _strings(value)
    elif isinstance(data, list):
        if data and all(isinstance(item, str) for item in data):
            yield "".join(data)
        else:
            for item in data:
                yield from _strings(item)


def _leaks_of_words(name: str, words: Sequence[Word], guarded: Guarded) -> Iterator[Leak]:
    for kind, index in guarded.indexes.items():
        for match in index.matches(words):
            yield Leak(name, match.line, kind, f"the same words as {match.origin}")
    for word in words:
        if word.text in guarded.hidden_names:
            yield Leak(name, word.line, "hidden test", f"the name of a hidden test, {word.text}")

"""What is wrong with a course file, said all at once: file, line, dotted key, and how to mend it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Problem:
    """One fault. ``key`` is dotted (``exercises.rmsnorm.module``), ``line`` 1-based or None, ``fix`` a sentence that says what to do."""

    key: str
    line: int | None
    fault: str
    fix: str

    def __str__(self) -> str:
        place = f"line {self.line}: " if self.line else ""
        return f"{place}{self.key}: {self.fault}. {self.fix}."


class CourseError(Exception):
    """A course file or handout that cannot be used. ``problems`` holds every fault that was found, in file order."""

    def __init__(self, file: Path, problems: Iterable[Problem]) -> None:
        self.file = file
        self.problems = tuple(sorted(problems, key=lambda problem: (problem.line or 0, problem.key)))
        count = len(self.problems)
        head = f"{file}: {count} problem{'' if count == 1 else 's'}"
        super().__init__("\n  ".join([head, *map(str, self.problems)]))


class Problems:
    """Collects faults while a file is read, so that all are reported together."""

    def __init__(self, file: Path, lines: Mapping[str, int]) -> None:
        self._file = file
        self._lines = lines
        self._found: list[Problem] = []

    def add(self, key: str, fault: str, fix: str) -> None:
        """Note a fault at a dotted key; the line is that of the key or of the nearest table around it."""
        self._found.append(Problem(key, self._line(key), fault, fix))

    def raise_if_any(self) -> None:
        """Raise CourseError when something was noted."""
        if self._found:
            raise CourseError(self._file, self._found)

    def _line(self, key: str) -> int | None:
        while key:
            if key in self._lines:
                return self._lines[key]
            key = key[: max(key.rfind("."), key.rfind("["), 0)]
        return None


def nearest(word: str, known: Iterable[str]) -> str:
    """A sentence that offers the closest known word, or lists them all."""
    names = sorted(known)
    close = difflib.get_close_matches(word, names, n=1, cutoff=0.6)
    if close:
        return f"Perhaps {close[0]!r} was meant"
    return "Known here: " + (", ".join(names) if names else "none")

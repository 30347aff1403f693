"""The files besides code that an assignment asks for: a report, figures."""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grader.checks.plan import Deliverable

MAX_BYTES = 20 * 1024 * 1024
MAX_FILES = 100


@dataclass(frozen=True)
class FoundDeliverable:
    """A deliverable and the files that answer it, relative to the student's folder."""

    id: str
    title: str
    pattern: str
    at_least: int
    files: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether there are as many files as asked for."""
        return len(self.files) >= self.at_least


def find_deliverables(
    wanted: Sequence[Deliverable], files: Mapping[str, int], budget: int
) -> tuple[tuple[FoundDeliverable, ...], tuple[str, ...]]:
    """One answer for each deliverable, and sentences about files that are too large or too many.

    ``files`` maps paths in the student's folder to sizes; ``budget`` is how many bytes they may have together.
    """
    notes = []
    accepted: dict[str, int] = {}
    found = []
    for deliverable in wanted:
        matching = []
        for name, size in files.items():
            if not matches(name, deliverable.pattern):
                continue
            if name not in accepted:
                if size > MAX_BYTES or size > budget or len(accepted) >= MAX_FILES:
                    why = f"has {size:,} bytes; at most {MAX_BYTES:,}" if size > MAX_BYTES else "is beyond what one hand-in may hold"
                    notes.append(f"{name} is not taken: it {why}.")
                    continue
                accepted[name] = size
                budget -= size
            matching.append(name)
        found.append(FoundDeliverable(deliverable.id, deliverable.title, deliverable.pattern, deliverable.at_least, tuple(matching)))
    return tuple(found), tuple(notes)


def matches(path: str, pattern: str) -> bool:
    """Whether a relative posix path fits a glob: ``*`` within one name, ``**`` for any number of folders."""
    return _match(path.split("/"), pattern.split("/"))


def _match(parts: list[str], pattern: list[str]) -> bool:
    if not pattern:
        return not parts
    if pattern[0] == "**":
        return any(_match(parts[skipped:], pattern[1:]) for skipped in range(len(parts) + 1))
    return bool(parts) and fnmatch.fnmatchcase(parts[0], pattern[0]) and _match(parts[1:], pattern[1:])

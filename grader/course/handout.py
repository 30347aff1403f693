"""Reads what checks and messages need of a handout: its section headings and its labelled requirements.

A section is a level-2 heading, ``## 3. RMSNorm``; it is known by its text without the number. A requirement is a list item
``- **RMS-3** The mean is taken over the last dimension only.``, with its indented continuation lines. Fenced code is skipped.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from grader.checks.plan import Requirement
from grader.course.problems import CourseError, Problem, nearest

_HEADING = re.compile(r"^##\s+(?P<full>(?:\d+\.?\s+)?(?P<name>.*?))\s*#*\s*$")
_ANY_HEADING = re.compile(r"^#{1,6}\s")
_FENCE = re.compile(r"^\s*(`{3,}|~{3,})")
_REQUIREMENT = re.compile(r"^[-*]\s+\*\*(?P<label>[A-Z][A-Z0-9]*-\d+)\*\*\s+(?P<text>\S.*)$")
_ALMOST = re.compile(r"^\s*[-*+]\s+\*{0,2}[A-Za-z]{2,4}[-_ ]\d+\*{0,2}[:.]?\s")
_CONTINUATION = re.compile(r"^\s{2,}\S")


@dataclass(frozen=True)
class Section:
    """A level-2 heading: ``name`` is ``RMSNorm``, ``full`` is ``3. RMSNorm``, ``line`` is 1-based."""

    name: str
    full: str
    line: int


@dataclass(frozen=True)
class Handout:
    """Sections and requirements in the order in which they stand."""

    path: Path
    sections: tuple[Section, ...]
    requirements: tuple[Requirement, ...]

    def section(self, name: str) -> Section:
        """The section of that name (without number). Raises CourseError with the closest one."""
        for section in self.sections:
            if section.name == name:
                return section
        fix = nearest(name, [section.name for section in self.sections])
        raise CourseError(self.path, [Problem("(headings)", None, f"no section {name!r}", fix)])


def read_handout(text: str, path: Path) -> Handout:
    """Sections and requirements of a handout's Markdown; ``path`` is for messages.

    Raises CourseError naming each line with a repeated label or heading, a requirement outside any section, or a
    list item that looks like a requirement and is not written as one.
    """
    sections: list[Section] = []
    requirements: list[Requirement] = []
    first_line: dict[str, int] = {}
    problems: list[Problem] = []
    open_item, fence = False, ""
    for number, line in enumerate(text.splitlines(), start=1):
        if mark := _FENCE.match(line):
            fence = "" if fence and mark[1].startswith(fence) else fence or mark[1]
            open_item = False
        elif fence:
            continue
        elif heading := _HEADING.match(line):
            open_item = False
            _note_repeat(f"heading {heading['name']!r}", number, first_line, problems)
            sections.append(Section(heading["name"], heading["full"], number))
        elif item := _REQUIREMENT.match(line):
            open_item = True
            _note_repeat(item["label"], number, first_line, problems)
            if not sections:
                problems.append(Problem(item["label"], number, "stands before the first section", "Move it under a ## heading"))
            requirements.append(Requirement(item["label"], sections[-1].full if sections else "", item["text"].strip()))
        elif _ALMOST.match(line):
            open_item = False
            fault = f"{line.strip()[:40]!r} looks like a requirement and is not written as one"
            problems.append(Problem("(requirement)", number, fault, "Write it at the start of the line as - **RMS-1** One sentence."))
        elif open_item and _CONTINUATION.match(line):
            last = requirements[-1]
            requirements[-1] = Requirement(last.label, last.section, f"{last.text} {line.strip()}")
        elif line.strip() == "" or _ANY_HEADING.match(line):
            open_item = False
    if problems:
        raise CourseError(path, problems)
    return Handout(path, tuple(sections), tuple(requirements))


def _note_repeat(name: str, line: int, first_line: dict[str, int], problems: list[Problem]) -> None:
    if name in first_line:
        problems.append(Problem(name, line, f"is already in line {first_line[name]}", "Give each its own name"))
    first_line.setdefault(name, line)

"""The list of a class: a CSV with a row per student, from whatever the registrar or the platform exports.

Columns ``id`` and ``name`` are needed; ``email``, ``group``, ``github`` and ``lms_id`` help to find whose a submission is. Upper and
lower case and the order do not matter; other columns are not looked at. Comma, semicolon or tab; UTF-8.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path


@dataclass(frozen=True)
class RosterStudent:
    """One student of the class; empty where the roster does not tell.

    Attributes:
        id: the course's own id, no two alike.
        name: first names first or ``Last, First``.
        group: the team handing in together.
        lms_id: the platform's number, as it stands in the names of files.
    """

    id: str
    name: str
    email: str = ""
    group: str = ""
    github: str = ""
    lms_id: str = ""


class RosterError(Exception):
    """A roster that cannot be used: for the TA. One sentence per fault; nothing was graded."""

    def __init__(self, path: Path, faults: Sequence[str]) -> None:
        super().__init__("\n  ".join((f"{path} is no roster that can be used:", *faults)))


_COLUMNS = tuple(field.name for field in fields(RosterStudent))
_NEEDED = ("id", "name")
# What belongs to one student only; namesakes and teams are no fault.
_UNIQUE = ("id", "email", "github", "lms_id")


def read_roster(path: Path) -> tuple[RosterStudent, ...]:
    """The students, in the order of the file. Raises RosterError naming every bad row, OSError when the file cannot be read."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise RosterError(path, (f"{error}; save it as CSV UTF-8",)) from None
    header, _, _ = text.partition("\n")
    table = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=header.count))
    try:
        columns = [name.strip().casefold() for name in next(table, [])]
        rows = [(table.line_num, row) for row in table if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise RosterError(path, (f"line {table.line_num}: {error}",)) from None
    faults = [f"the column {name!r} is missing; there are: {', '.join(columns) or 'none'}" for name in _NEEDED if name not in columns]
    faults += [f"there are two columns {name!r}" for name in _COLUMNS if columns.count(name) > 1]
    if faults:
        raise RosterError(path, faults)
    students = [(line, _student(dict(zip(columns, row, strict=False)))) for line, row in rows]
    faults = [f"line {line}: no {name}" for line, student in students for name in _NEEDED if not getattr(student, name)]
    faults += _shared(students)
    if faults or not students:
        raise RosterError(path, faults or ("it has no student",))
    return tuple(student for _, student in students)


def _student(row: Mapping[str, str]) -> RosterStudent:
    return RosterStudent(**{name: " ".join(row.get(name, "").split()) for name in _COLUMNS})


def _shared(students: Sequence[tuple[int, RosterStudent]]) -> list[str]:
    faults = []
    for name in _UNIQUE:
        first: dict[str, int] = {}
        for line, student in students:
            value: str = getattr(student, name)
            if value and value.casefold() in first:
                faults.append(f"lines {first[value.casefold()]} and {line} have the same {name}, {value}")
            first.setdefault(value.casefold(), line)
    return faults

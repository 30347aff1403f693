"""The form for human-graded items: a CSV that the tool writes, a person fills in with any spreadsheet, and the tool reads back.

Reading checks every row before anything is entered, and names all rows that are wrong.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

from grader.checks.plan import HumanItem
from grader.course.model import Assignment
from grader.course.points import exact, shown
from grader.gradebook.connection import GradebookError
from grader.gradebook.escape import from_spreadsheet_cell, one_line, spreadsheet_cell
from grader.gradebook.gradebook import Gradebook
from grader.gradebook.records import HumanMark, MarkEntry

SCHEMA = "fairmark.marks/1"
COLUMNS = ("student", "name", "item", "title", "out_of", "points", "comment", "replaces", "assignment", "schema")
# Short enough to be no thousands separator: 1,000 could be either and is refused.
_DECIMAL_COMMA = re.compile(r"(\d*),(\d{1,2})")


class MarksFormError(Exception):
    """A form that cannot be read. ``rows`` holds one sentence per fault; nothing of the form was entered."""

    def __init__(self, path: Path, rows: tuple[str, ...]) -> None:
        self.rows = rows
        super().__init__("\n  ".join((f"{path}: nothing was entered, {len(rows)} problem{'' if len(rows) == 1 else 's'}", *rows)))


def write_marks_form(book: Gradebook, assignment: Assignment, path: Path) -> int:
    """Write one row per student and item, filled with the marks that hold; returns how many. With a byte-order mark, for Excel."""
    if path.is_file():
        raise GradebookError(f"{path} is there already and may hold marks: enter it first, or name another file")
    marks = book.marks(assignment.id)
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(COLUMNS)
    rows = [
        _row(assignment.id, record.student, record.display_name, item, marks)
        for record in book.submissions(assignment.id)
        for item in assignment.human
    ]
    table.writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8-sig", errors="backslashreplace", newline="")
    return len(rows)


def enter_marks_form(book: Gradebook, assignment: Assignment, path: Path, by_whom: str) -> int:
    """Read a filled form and enter all of it, or nothing; returns how many marks changed.

    Raises MarksFormError naming each bad row: unknown student or item, points that are no number or out of range, a row given
    twice, a form of another assignment. Raises GradebookError when a mark was changed by someone since the form was written,
    and OSError when the file is not there.
    """
    return book.enter_marks(assignment.id, _read(book, assignment, path), by_whom)


def check_points(text: str, item: HumanItem) -> Fraction | None:
    """The points written in a form or on a command line; None for blank. A decimal comma will do: ``7,5``.

    Raises ValueError with a sentence that says what is wrong.
    """
    text = text.strip()
    if not text:
        return None
    out_of = exact(item.points)
    try:
        points = exact(_DECIMAL_COMMA.sub(r"\1.\2", text) if _DECIMAL_COMMA.fullmatch(text) else text)
    except (ValueError, ArithmeticError):
        raise ValueError(f"points {text!r} is not a number; write for example 7.5, or leave it blank while it is pending") from None
    if not 0 <= points <= out_of:
        raise ValueError(f"points {text} is not between 0 and {shown(out_of)}")
    return points


def _row(assignment: str, student: str, name: str, item: HumanItem, marks: Mapping[tuple[str, str], HumanMark]) -> tuple[str, ...]:
    mark = marks.get((student, item.id))
    points = "" if mark is None or mark.points is None else shown(mark.points, places=6)
    comment = "" if mark is None else mark.comment
    replaces = str(mark.id if mark else 0)
    texts = (spreadsheet_cell(student), spreadsheet_cell(one_line(name)), item.id, spreadsheet_cell(item.title), shown(exact(item.points)))
    return (*texts, points, spreadsheet_cell(comment), replaces, assignment, SCHEMA)


def _read(book: Gradebook, assignment: Assignment, path: Path) -> list[MarkEntry]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise MarksFormError(path, (f"cannot be read: {error}; save it as CSV UTF-8",)) from None
    header, _, _ = text.partition("\n")
    delimiter = max(",;\t", key=header.count)
    table = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    missing = [column for column in COLUMNS if column not in (table.fieldnames or ())]
    if missing:
        raise MarksFormError(path, (f"the columns {', '.join(missing)} are missing; take a fresh form",))
    students = {record.student for record in book.submissions(assignment.id)}
    entries: dict[tuple[str, str], MarkEntry] = {}
    faults: list[str] = []
    for row in table:
        place = f"row {table.line_num}"
        try:
            entry = _entry(row, assignment, students)
        except ValueError as error:
            faults.append(f"{place}: {error}")
            continue
        if (entry.student, entry.item) in entries:
            faults.append(f"{place}: {entry.student}, {entry.item} stands twice in the form; remove one row")
        entries[entry.student, entry.item] = entry
    if faults:
        raise MarksFormError(path, tuple(faults))
    return list(entries.values())


def _entry(row: Mapping[str, str | None], assignment: Assignment, students: set[str]) -> MarkEntry:
    cells = {column: row[column] or "" for column in COLUMNS}
    if cells["schema"] != SCHEMA or cells["assignment"] != assignment.id:
        raise ValueError(f"is of {cells['assignment']} ({cells['schema']}), not of {assignment.id} ({SCHEMA}); take a fresh form")
    student = from_spreadsheet_cell(cells["student"])
    if student not in students:
        raise ValueError(f"there is no submission of student {student!r}")
    item = next((item for item in assignment.human if item.id == cells["item"]), None)
    if item is None:
        raise ValueError(f"there is no item {cells['item']!r}; there are: {', '.join(item.id for item in assignment.human)}")
    if not cells["replaces"].strip().isdecimal():
        raise ValueError(f"replaces is {cells['replaces']!r}; leave that column as the form gave it")
    points = check_points(cells["points"], item)
    return MarkEntry(student, item.id, points, from_spreadsheet_cell(cells["comment"]), int(cells["replaces"]))

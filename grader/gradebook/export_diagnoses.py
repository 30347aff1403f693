"""The likely mistakes of a class as CSV, for the staff: a row per student, exercise and candidate, the strongest first."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from grader.gradebook.class_mistakes import ClassMistakes, StudentMistakes
from grader.gradebook.escape import one_line, spreadsheet_cell

SCHEMA = "fairmark.diagnoses/3"
COLUMNS = (
    "student",
    "exercise",
    "failed_checks",
    "uses_broken",
    "rank",
    "mistake",
    "title",
    "strength",
    "silenced",
    "told",
    "for_the_ta",
    "schema",
)


def diagnoses_csv(mistakes: ClassMistakes) -> str:
    """Text with CRLF line ends; ``none fits`` stands where no trace is near enough."""
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(COLUMNS)
    for student in mistakes.students:
        table.writerows(_rows(student))
    return text.getvalue()


def _rows(student: StudentMistakes) -> Iterator[list[str]]:
    for item in student.exercises:
        begin = [
            spreadsheet_cell(student.student),
            item.exercise,
            str(item.failed),
            spreadsheet_cell(one_line("; ".join(item.uses_broken))),
        ]
        if not item.candidates:
            yield [*begin, "", "", "none fits", "", "", "", "", SCHEMA]
        for rank, candidate in enumerate(item.candidates, start=1):
            texts = [spreadsheet_cell(one_line(text)) for text in (candidate.title, candidate.for_the_ta)]
            silent, told = ("yes" if flag else "no" for flag in (candidate.silent, candidate.target in student.told))
            yield [*begin, str(rank), candidate.target, texts[0], f"{candidate.strength:.2f}", silent, told, texts[1], SCHEMA]

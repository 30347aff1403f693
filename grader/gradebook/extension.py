"""Later deadlines: granted to people who exist, until a moment that is later, and told back as what holds now."""

from __future__ import annotations

from datetime import datetime

from grader.course.model import Assignment
from grader.gradebook.connection import GradebookError
from grader.gradebook.gradebook import Gradebook


def grant_extension(
    book: Gradebook, assignment: Assignment, student: str, until: datetime, reason: str, by_whom: str, *, before_submission: bool
) -> str:
    """Enter a later deadline; returns what holds now and what held before.

    Raises GradebookError for a student without submission, unless ``before_submission``, and for a moment that extends nothing.
    """
    if assignment.deadline is None:
        raise GradebookError(f"{assignment.id} has no deadline that could be extended")
    if until.tzinfo is None:
        raise GradebookError(f"{until} has no time zone; write for example 2026-12-20T23:59:00+01:00")
    if until <= assignment.deadline:
        raise GradebookError(f"{_told(assignment, until)} is not after the deadline, {_told(assignment, assignment.deadline)}")
    if not before_submission:
        book.submission_of(assignment.id, student)
    before = _holding(book, assignment, student)
    book.extend(assignment.id, student, until, reason, by_whom)
    return f"{student}: until {_told(assignment, until)} (was {_told(assignment, before or assignment.deadline)})"


def withdraw_extension(book: Gradebook, assignment: Assignment, student: str, reason: str, by_whom: str) -> str:
    """Take a later deadline back; returns what holds now and what held before. Raises GradebookError when the student has none."""
    before = _holding(book, assignment, student)
    if before is None:
        extended = ", ".join(name for name, item in sorted(book.extensions(assignment.id).items()) if item.until is not None)
        raise GradebookError(f"{student!r} has no extension; there are: {extended or 'none'}")
    book.extend(assignment.id, student, None, reason, by_whom)
    now = "no deadline" if assignment.deadline is None else f"until {_told(assignment, assignment.deadline)}"
    return f"{student}: {now} (was {_told(assignment, before)})"


def _holding(book: Gradebook, assignment: Assignment, student: str) -> datetime | None:
    extension = book.extensions(assignment.id).get(student)
    return None if extension is None else extension.until


def _told(assignment: Assignment, moment: datetime) -> str:
    return f"{moment.astimezone(assignment.time_zone):%Y-%m-%d %H:%M %Z}"

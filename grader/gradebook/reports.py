"""Writes everything that is made from a gradebook into one folder, each file whole or not at all."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from grader.checks.plan import Plan
from grader.course.model import Course
from grader.gradebook.class_html import class_html
from grader.gradebook.class_page import class_page
from grader.gradebook.escape import file_name
from grader.gradebook.export_csv import grades_csv
from grader.gradebook.export_gradescope import results_json
from grader.gradebook.export_json import grades_json
from grader.gradebook.feedback import feedback_for
from grader.gradebook.feedback_html import feedback_html
from grader.gradebook.feedback_markdown import feedback_markdown
from grader.gradebook.gradebook import Gradebook
from grader.gradebook.standing import standings

FEEDBACK_FOLDER = "feedback"
GRADESCOPE_FOLDER = "gradescope"


@dataclass(frozen=True)
class Reports:
    """Where the files lie."""

    class_page: Path
    csv: Path
    json: Path
    feedback: Path
    gradescope: Path


def write_reports(book: Gradebook, course: Course, plan: Plan, folder: Path) -> Reports:
    """Write class page, CSV, JSON, and per student the feedback (HTML and Markdown) and Gradescope's results.json.

    Hidden checks show in the student's files what the course allows before or after release, as the gradebook's flag says.
    """
    assignment = course.assignment(plan.assignment)
    released = book.grades_released(assignment.id)
    stand = standings(book, course, assignment.id)
    reports = Reports(
        folder / "class.html", folder / "grades.csv", folder / "grades.json", folder / FEEDBACK_FOLDER, folder / GRADESCOPE_FOLDER
    )
    for standing in stand:
        feedback = feedback_for(standing, assignment, plan, released=released)
        name = file_name(standing.submission.student)
        _write(reports.feedback / f"{name}.html", feedback_html(feedback))
        _write(reports.feedback / f"{name}.md", feedback_markdown(feedback))
        _write(reports.gradescope / name / "results.json", results_json(feedback))
    _write(reports.csv, grades_csv(assignment, stand))
    _write(reports.json, grades_json(assignment, stand, released=released))
    page = class_page(assignment, plan, stand, released=released, feedback_folder=FEEDBACK_FOLDER)
    _write(reports.class_page, class_html(page))
    return reports


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f".{path.name}.{os.getpid()}")
    half.write_text(text, encoding="utf-8", errors="backslashreplace", newline="")
    half.replace(path)

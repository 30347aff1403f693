"""Writes everything that is made from a gradebook into one folder, each file whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.checks.plan import Plan
from grader.course.model import Course
from grader.diagnosis.signature import Signature
from grader.gradebook.class_html import class_html
from grader.gradebook.class_list import class_list
from grader.gradebook.class_mistakes import class_mistakes
from grader.gradebook.class_page import class_page
from grader.gradebook.diagnoses_html import diagnoses_html
from grader.gradebook.escape import file_name
from grader.gradebook.export_csv import grades_csv
from grader.gradebook.export_diagnoses import diagnoses_csv
from grader.gradebook.export_gradescope import results_json
from grader.gradebook.export_json import grades_json
from grader.gradebook.feedback import feedback_for
from grader.gradebook.feedback_html import feedback_html
from grader.gradebook.feedback_markdown import feedback_markdown
from grader.gradebook.gradebook import Gradebook
from grader.gradebook.silencing import diagnosis_target
from grader.gradebook.standing import standings

FEEDBACK_FOLDER = "feedback"
GRADESCOPE_FOLDER = "gradescope"


@dataclass(frozen=True)
class Reports:
    """Where the files lie."""

    class_page: Path
    diagnoses_page: Path
    diagnoses: Path
    csv: Path
    json: Path
    feedback: Path
    gradescope: Path


def write_reports(book: Gradebook, course: Course, plan: Plan, folder: Path, signatures: Sequence[Signature]) -> Reports:
    """Write class page, likely mistakes, CSV, JSON, and per student the feedback (HTML and Markdown) and Gradescope's results.json.

    ``signatures`` are the traces of known mistakes. Hidden checks show in the student's files what the course allows before or after
    release, as the gradebook's flag says.
    """
    assignment = course.assignment(plan.assignment)
    released = book.grades_released(assignment.id)
    stand = standings(book, course, assignment.id)
    missing = class_list(book, assignment.id).missing
    silences = book.silences(assignment.id)
    told: dict[str, frozenset[str]] = {}
    reports = Reports(
        class_page=folder / "class.html",
        diagnoses_page=folder / "diagnoses.html",
        diagnoses=folder / "diagnoses.csv",
        csv=folder / "grades.csv",
        json=folder / "grades.json",
        feedback=folder / FEEDBACK_FOLDER,
        gradescope=folder / GRADESCOPE_FOLDER,
    )
    for standing in stand:
        feedback = feedback_for(standing, course, plan, released=released, signatures=signatures, silent=frozenset(silences))
        named = (exercise.mistake for exercise in feedback.exercises if exercise.mistake)
        told[feedback.student] = frozenset(diagnosis_target(mistake.exercise, mistake.name) for mistake in named)
        name = file_name(standing.submission.student)
        _write(reports.feedback / f"{name}.html", feedback_html(feedback))
        _write(reports.feedback / f"{name}.md", feedback_markdown(feedback))
        _write(reports.gradescope / name / "results.json", results_json(feedback))
    _write(reports.csv, grades_csv(assignment, stand, missing))
    _write(reports.json, grades_json(assignment, stand, missing, released=released))
    mistakes = class_mistakes(stand, plan, signatures, silences, told, FEEDBACK_FOLDER)
    _write(reports.diagnoses, diagnoses_csv(mistakes))
    _write(reports.diagnoses_page, diagnoses_html(mistakes, assignment.title, reports.class_page.name))
    page = class_page(
        assignment,
        plan,
        stand,
        mistakes,
        released=released,
        feedback_folder=FEEDBACK_FOLDER,
        diagnoses_link=reports.diagnoses_page.name,
        missing=missing,
    )
    _write(reports.class_page, class_html(page))
    return reports


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f".{path.name}.{os.getpid()}")
    half.write_text(text, encoding="utf-8", errors="backslashreplace", newline="")
    half.replace(path)

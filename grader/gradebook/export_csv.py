"""All grades of an assignment as CSV, a row per student. A total stands only where nothing is pending.

Students of the roster who handed in nothing have rows too, with ``state`` "missing" and no points: that is a person's decision.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from grader.checks.outcome import Status
from grader.course.model import Assignment
from grader.course.points import shown
from grader.gradebook.escape import one_line, spreadsheet_cell
from grader.gradebook.export_json import SCHEMA, status_counts, stood_in
from grader.gradebook.standing import NOTHING_CAME, Standing
from grader.intake.roster import RosterStudent
from grader.judge.result import Result


def grades_csv(assignment: Assignment, standings: tuple[Standing, ...], missing: Sequence[RosterStudent] = ()) -> str:
    """Text with CRLF line ends, as RFC 4180 has it; every text that could be a formula is disarmed."""
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(_header(assignment))
    table.writerows(_row(assignment, standing) for standing in standings)
    table.writerows(_missing_row(_header(assignment), student) for student in missing)
    return text.getvalue()


def _header(assignment: Assignment) -> list[str]:
    return [
        "student",
        "name",
        "members",
        "roster_id",
        "email",
        "state",
        "total",
        "earned_so_far",
        "pending",
        "points",
        "automatic_earned",
        "automatic_points",
        "bonus_earned",
        "submitted_at",
        "days_late",
        "late_percent",
        "late_deduction",
        "extended",
        "accepted",
        *(f"exercise:{name}" for name in assignment.roles),
        *(f"human:{item.id}" for item in assignment.human),
        *(f"checks:{status.value}" for status in Status),
        "stood_in",
        "tier",
        "problem",
        "attention",
        "content_hash",
        "schema",
    ]


def _row(assignment: Assignment, standing: Standing) -> list[str]:
    record, result, score = standing.submission, standing.result, standing.score
    late = score.lateness
    exercises = {} if result is None else {item.id: f"{item.earned:g}" if item.status != "unsettled" else "" for item in result.exercises}
    texts = [record.student, record.display_name, "; ".join(record.members), *_listed(standing)]
    return [
        *(spreadsheet_cell(one_line(text)) for text in texts),
        _state(standing),
        shown(score.earned) if score.complete else "",
        shown(score.earned),
        shown(score.pending),
        shown(score.points),
        shown(score.automatic_earned),
        shown(score.automatic.points),
        shown(score.bonus_earned),
        "" if record.submitted_at is None else record.submitted_at.isoformat(),
        str(late.days),
        shown(late.percent),
        shown(score.late_deduction),
        "yes" if late.extended else "no",
        "yes" if late.accepted else "no",
        *(exercises.get(name, "") for name in assignment.roles),
        *("" if item.earned is None else shown(item.earned) for item in score.human),
        *(str(count) for count in status_counts(result).values()),
        "" if result is None else _stood_in(result),
        "" if result is None else result.tier,
        spreadsheet_cell(one_line(record.problem)),
        spreadsheet_cell(one_line(" ".join(standing.attention))),
        spreadsheet_cell(record.content_hash),
        SCHEMA,
    ]


def _missing_row(header: Sequence[str], student: RosterStudent) -> list[str]:
    cells = {"name": student.name, "roster_id": student.id, "email": student.email, "attention": NOTHING_CAME}
    disarmed = {column: spreadsheet_cell(one_line(text)) for column, text in cells.items()}
    return [{**disarmed, "state": "missing", "schema": SCHEMA}.get(column, "") for column in header]


def _listed(standing: Standing) -> tuple[str, str]:
    """Ids and addresses of the students of the roster whose submission it is."""
    emails = (student.email for student in standing.roster)
    return "; ".join(student.id for student in standing.roster), "; ".join(email for email in emails if email)


def _state(standing: Standing) -> str:
    if standing.submission.problem:
        return "unreadable"
    return "not graded yet" if standing.result is None else "graded"


def _stood_in(result: Result) -> str:
    """``transformer: rmsnorm, attention; generation: nucleus_sampling``: where passes with the reference's parts were taken over."""
    used = {exercise.id: stood_in(result, exercise.id) for exercise in result.exercises}
    return "; ".join(f"{exercise}: {', '.join(names)}" for exercise, names in used.items() if names)

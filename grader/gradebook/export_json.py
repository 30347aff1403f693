"""All grades of an assignment as JSON, for other programs. Pending is null, never zero; each status is kept apart.

Students of the roster who handed in nothing are under ``missing``, without a score.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from grader.checks.outcome import CheckOutcome, Status
from grader.course.model import Assignment
from grader.gradebook.numbers import json_number
from grader.gradebook.standing import Standing
from grader.intake.roster import RosterStudent
from grader.judge.result import ExerciseResult, Result

SCHEMA = "fairmark.grades/1"


def grades_json(assignment: Assignment, standings: tuple[Standing, ...], missing: Sequence[RosterStudent] = (), *, released: bool) -> str:
    """Stable text: sorted keys, students by id. Holds the outcomes of hidden checks, so it is for the staff."""
    document = {
        "schema": SCHEMA,
        "assignment": assignment.id,
        "title": assignment.title,
        "released": released,
        "deadline": None if assignment.deadline is None else assignment.deadline.isoformat(),
        "students": [_student(standing) for standing in standings],
        "missing": [asdict(student) for student in missing],
    }
    return json.dumps(document, indent=2, sort_keys=True) + "\n"


def status_counts(result: Result | None) -> dict[str, int]:
    """How many checks ended in each of the statuses; zeros included."""
    counts = Counter(outcome.status for outcome in result.checks) if result is not None else Counter[Status]()
    return {status.value: counts[status] for status in Status}


def stood_in(result: Result, exercise: str) -> tuple[str, ...]:
    """Exercises whose reference stood in for the student's where checks of this exercise passed."""
    return tuple(dict.fromkeys(name for outcome in result.checks if outcome.exercise == exercise for name in outcome.used_given))


def _student(standing: Standing) -> dict[str, Any]:
    record, result, score = standing.submission, standing.result, standing.score
    late = score.lateness
    return {
        "id": record.student,
        "name": record.display_name,
        "members": list(record.members),
        "roster": [asdict(student) for student in standing.roster],
        "layout": record.layout,
        "content_hash": record.content_hash,
        "problem": record.problem,
        "notes": list(record.notes),
        "attention": list(standing.attention),
        "lateness": {
            "submitted_at": None if record.submitted_at is None else record.submitted_at.isoformat(),
            "deadline": None if late.deadline is None else late.deadline.isoformat(),
            "extended": late.extended,
            "days": late.days,
            "percent": json_number(late.percent),
            "accepted": late.accepted,
            "deduction": json_number(score.late_deduction),
        },
        "score": {
            "earned_so_far": json_number(score.earned),
            "points": json_number(score.points),
            "pending": json_number(score.pending),
            "total": json_number(score.earned) if score.complete else None,
            "automatic_earned": json_number(score.automatic_earned),
            "automatic_points": json_number(score.automatic.points),
            "bonus_earned": json_number(score.bonus_earned),
            "bonus_points": json_number(score.automatic.bonus_points),
        },
        "human": [
            {
                "item": item.item,
                "title": item.title,
                "points": json_number(item.points),
                "earned": None if item.earned is None else json_number(item.earned),
                "comment": standing.marks[item.item].comment if item.item in standing.marks else "",
            }
            for item in score.human
        ],
        "result": None if result is None else _result(result, score.automatic.counted),
    }


def _result(result: Result, counted: frozenset[str]) -> dict[str, Any]:
    return {
        "suite": result.suite,
        "seed_hash": result.seed_hash,
        "tier": result.tier,
        "missing_layers": list(result.missing_layers),
        "statuses": status_counts(result),
        "exercises": [_exercise(exercise, exercise.id in counted, stood_in(result, exercise.id)) for exercise in result.exercises],
        "checks": [_check(outcome) for outcome in result.checks],
    }


def _check(outcome: CheckOutcome) -> dict[str, Any]:
    return {"check": outcome.check, "idea": outcome.idea, "status": outcome.status.value, "used_given": list(outcome.used_given)}


def _exercise(exercise: ExerciseResult, counts: bool, used_given: tuple[str, ...]) -> dict[str, Any]:
    return {
        "id": exercise.id,
        "role": exercise.role,
        "status": exercise.status,
        "points": exercise.points,
        "earned": exercise.earned,
        "counts": counts,
        "used_given": list(used_given),
        "ideas": [{"id": idea.id, "points": idea.points, "earned": idea.earned if idea.settled else None} for idea in exercise.ideas],
    }

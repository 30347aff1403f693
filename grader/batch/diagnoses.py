"""For the TA: which known misconception explains each student's failures, as CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from grader.diagnosis.diagnose import diagnose
from grader.diagnosis.signature import Signature, features
from grader.gradebook.escape import one_line, spreadsheet_cell
from grader.gradebook.standing import Standing

COLUMNS = ("student", "exercise", "failed_checks", "likely_mistake", "strength", "second_guess")


def write_diagnoses(standings: Sequence[Standing], signatures: Sequence[Signature], path: Path) -> Path:
    """One row for each exercise that was begun and failed something; ``none fits`` where no trace is near enough."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(COLUMNS)
        for standing in standings:
            table.writerows(_rows(standing, signatures))
    return path


def _rows(standing: Standing, signatures: Sequence[Signature]) -> Iterator[list[str]]:
    if standing.result is None:
        return
    for exercise in standing.result.exercises:
        if exercise.status not in ("partial", "failed"):
            continue
        failed = sum(" = " not in feature for feature in features(standing.result.checks, exercise.id))
        candidates = diagnose(standing.result.checks, exercise.id, signatures)
        best = candidates[0] if candidates else None
        second = candidates[1].title if len(candidates) > 1 else ""
        student = spreadsheet_cell(one_line(standing.submission.student))
        yield [student, exercise.id, str(failed), best.title if best else "none fits", f"{best.strength:.2f}" if best else "", second]

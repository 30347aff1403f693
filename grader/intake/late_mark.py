"""What a platform's own mark for lateness says beside the time in the download."""

from __future__ import annotations

from datetime import datetime

from grader.course.model import Assignment
from grader.intake.units import Unit


def late_mark(unit: Unit, submitted_at: datetime | None, assignment: Assignment) -> tuple[str, ...]:
    """A sentence where the platform marked a submission as late and its time does not say so; the mark itself costs nothing."""
    if unit.entry is None or not unit.entry.late:
        return ()
    if submitted_at is None:
        return (f"{unit.layout} marks it as late; the download does not tell when it came.",)
    if assignment.deadline is None or submitted_at <= assignment.deadline:
        return (f"{unit.layout} marks it as late; by its time in the download it is not.",)
    return ()

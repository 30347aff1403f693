"""What lateness costs: the late rule, extensions, and days counted by the wall clock.

A late day ends when the clock in the course's zone shows the deadline's time again, so a day across a clock change has 23 or 25 hours.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from grader.course.model import Assignment


@dataclass(frozen=True)
class Lateness:
    """How late a submission came, and what that costs.

    Attributes:
        deadline: the one that counted, the extension included; None when there is none.
        extended: whether an extension moved it.
        submitted_at: None when the download does not tell; it then counts as in time.
        days: started days after the deadline, 0 when in time.
        percent: taken off the automatic points.
        accepted: False after the last day: no automatic points count.
    """

    deadline: datetime | None
    extended: bool
    submitted_at: datetime | None
    days: int
    percent: Fraction
    accepted: bool

    @property
    def share(self) -> Fraction:
        """The share of the automatic points that counts, 0 to 1."""
        return 1 - self.percent / 100 if self.accepted else Fraction(0)


def lateness(assignment: Assignment, submitted_at: datetime | None, extension: datetime | None = None) -> Lateness:
    """What the late rule says of a submission. ``submitted_at`` and ``extension`` are aware; an extension never shortens the time."""
    if submitted_at is not None and submitted_at.tzinfo is None:
        raise ValueError(f"submitted_at {submitted_at} has no time zone")
    if extension is not None and extension.tzinfo is None:
        raise ValueError(f"the extension {extension} has no time zone")
    deadline, extended = assignment.deadline, False
    if deadline is not None and extension is not None and extension > deadline:
        deadline, extended = extension.astimezone(assignment.time_zone), True
    if deadline is None or submitted_at is None:
        return Lateness(deadline, extended, submitted_at, 0, Fraction(0), True)
    days = _started_days(deadline, submitted_at.astimezone(UTC) - timedelta(minutes=assignment.late.grace_minutes))
    percent = min(days * assignment.late.percent_per_day, Fraction(100))
    accepted = assignment.late.last_day is None or days <= assignment.late.last_day
    return Lateness(deadline, extended, submitted_at, days, percent, accepted)


def _started_days(deadline: datetime, handed_in: datetime) -> int:
    """Days begun between two moments, counted by the wall clock of the deadline's zone."""
    days = max(0, (handed_in - deadline.astimezone(UTC)).days - 1)
    while handed_in > (deadline + timedelta(days=days)).astimezone(UTC):
        days += 1
    return days

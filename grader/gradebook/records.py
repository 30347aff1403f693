"""What the gradebook keeps, as frozen data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from grader.checks.outcome import CheckOutcome
from grader.intake.identity import Person
from grader.judge.result import Result


@dataclass(frozen=True)
class Telemetry:
    """What one check cost and where it ran: beside the verdict, never part of it. None where it was not measured."""

    cpu_seconds: float | None = None
    wall_seconds: float | None = None
    host: str = ""


@dataclass(frozen=True)
class SubmissionRecord:
    """A submission as registered. ``key`` is the gradebook's; ``student`` is ``Submission.id``; texts are untrusted."""

    key: int
    assignment: str
    student: str
    content_hash: str
    display_name: str
    members: tuple[str, ...]
    submitted_at: datetime | None
    source: str
    notes: tuple[str, ...]
    problem: str
    people: tuple[Person, ...] = ()
    layout: str = ""


@dataclass(frozen=True)
class Attempt:
    """One grading of one submission by one suite.

    Attributes:
        outcomes: what is recorded and settled, in the order of recording; a grader fault is left out, so that it is tried again.
        resumed: whether an earlier process began it.
        result: set when it is finished; nothing is to be done then.
    """

    id: int
    submission: int
    suite: str
    by_whom: str
    reason: str
    started_at: datetime
    finished_at: datetime | None
    resumed: bool
    outcomes: tuple[CheckOutcome, ...]
    result: Result | None

    @property
    def finished(self) -> bool:
        """Whether the attempt has its result."""
        return self.result is not None

    @property
    def done(self) -> frozenset[str]:
        """Ids of the checks that need not run again."""
        return frozenset(outcome.check for outcome in self.outcomes)


@dataclass(frozen=True)
class HumanMark:
    """A mark by a person; ``points`` None means that it was withdrawn. ``content_hash`` is of the submission that was current then."""

    id: int
    student: str
    item: str
    points: Fraction | None
    comment: str
    content_hash: str
    by_whom: str
    at: datetime


@dataclass(frozen=True)
class Extension:
    """A later deadline for one student; ``until`` None means that it was withdrawn."""

    student: str
    until: datetime | None
    reason: str
    by_whom: str
    at: datetime


@dataclass(frozen=True)
class Silence:
    """A hint that no student of the class is shown. ``target`` is ``exercise/misconception``, or the id of a check without its case."""

    target: str
    by_whom: str
    at: datetime


@dataclass(frozen=True)
class MarkEntry:
    """A mark to enter; ``points`` None withdraws it.

    ``replaces`` is the id of the mark that was seen when deciding, 0 when none was there; None replaces whatever is there.
    """

    student: str
    item: str
    points: Fraction | None
    comment: str
    replaces: int | None = None

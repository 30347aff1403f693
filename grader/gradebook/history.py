"""What changed between two attempts: who graded again, why, by which suite, and what came out differently."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from itertools import pairwise

from grader.checks.outcome import Status
from grader.course.points import exact
from grader.gradebook.records import Attempt


@dataclass(frozen=True)
class Change:
    """A check or an exercise that came out differently; None where one of the attempts does not hold it."""

    what: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class AttemptDifference:
    """The newer of two finished attempts against the older. Points are required and bonus together, before lateness."""

    older: int
    newer: int
    by_whom: str
    reason: str
    at: datetime
    other_suite: bool
    points_before: Fraction
    points_after: Fraction
    checks: tuple[Change, ...]
    exercises: tuple[Change, ...]

    @property
    def changed(self) -> bool:
        """Whether anything came out differently."""
        return bool(self.checks or self.exercises)


def differences(attempts: Sequence[Attempt]) -> tuple[AttemptDifference, ...]:
    """Each finished attempt against the one before it, oldest first; unfinished ones are passed over."""
    finished = [attempt for attempt in attempts if attempt.finished]
    return tuple(_difference(older, newer) for older, newer in pairwise(finished))


def _difference(older: Attempt, newer: Attempt) -> AttemptDifference:
    assert older.result is not None and newer.result is not None and newer.finished_at is not None
    return AttemptDifference(
        older=older.id,
        newer=newer.id,
        by_whom=newer.by_whom,
        reason=newer.reason,
        at=newer.finished_at,
        other_suite=older.suite != newer.suite,
        points_before=exact(older.result.earned) + exact(older.result.bonus_earned),
        points_after=exact(newer.result.earned) + exact(newer.result.bonus_earned),
        checks=_changes(_statuses(older), _statuses(newer)),
        exercises=_changes(_earned(older), _earned(newer)),
    )


def _changes(before: dict[str, str], after: dict[str, str]) -> tuple[Change, ...]:
    names = dict.fromkeys((*before, *after))
    return tuple(Change(name, before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name))


def _statuses(attempt: Attempt) -> dict[str, str]:
    assert attempt.result is not None
    return {outcome.check: Status(outcome.status).value for outcome in attempt.result.checks}


def _earned(attempt: Attempt) -> dict[str, str]:
    assert attempt.result is not None
    return {exercise.id: f"{exercise.earned:g} of {exercise.points:g}" for exercise in attempt.result.exercises}

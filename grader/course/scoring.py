"""From what was earned to a score: required exercises, choices, bonus, lateness, human marks. Pure and exact.

What is not known yet (a human mark, a check that hit a fault of the grader) is pending: it is never counted as zero,
and a score with something pending says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from grader.course.lateness import Lateness
from grader.course.model import Assignment, ChoiceGroup, Course
from grader.course.points import exact

_ZERO = Fraction(0)


@dataclass(frozen=True)
class ExerciseMark:
    """What one exercise brought: ``earned`` of ``points`` for sure, ``unsettled`` still open because of a grader fault."""

    exercise: str
    points: Fraction
    earned: Fraction
    unsettled: Fraction = _ZERO


@dataclass(frozen=True)
class AutomaticScore:
    """The graded part before lateness.

    Attributes:
        points, earned, unsettled: required exercises and choices.
        bonus_points, bonus_earned, bonus_unsettled: the bonus part.
        counted: exercises that count; of a choice, the best ones.
    """

    points: Fraction
    earned: Fraction
    unsettled: Fraction
    bonus_points: Fraction
    bonus_earned: Fraction
    bonus_unsettled: Fraction
    counted: frozenset[str]


@dataclass(frozen=True)
class HumanScore:
    """A human-graded item; ``earned`` is None while it is pending."""

    item: str
    title: str
    points: Fraction
    earned: Fraction | None


@dataclass(frozen=True)
class Score:
    """A student's score for an assignment."""

    automatic: AutomaticScore
    lateness: Lateness
    human: tuple[HumanScore, ...]

    @property
    def points(self) -> Fraction:
        """What can be reached without bonus: automatic and human-graded."""
        return self.automatic.points + self.human_points

    @property
    def automatic_earned(self) -> Fraction:
        """Required and chosen exercises after lateness."""
        return self.automatic.earned * self.lateness.share

    @property
    def bonus_earned(self) -> Fraction:
        """Bonus exercises after lateness."""
        return self.automatic.bonus_earned * self.lateness.share

    @property
    def late_deduction(self) -> Fraction:
        """Points that lateness took."""
        return (self.automatic.earned + self.automatic.bonus_earned) * (1 - self.lateness.share)

    @property
    def human_points(self) -> Fraction:
        """Points of all human-graded items."""
        return sum((item.points for item in self.human), _ZERO)

    @property
    def human_earned(self) -> Fraction:
        """Human marks entered so far."""
        return sum((item.earned for item in self.human if item.earned is not None), _ZERO)

    @property
    def earned(self) -> Fraction:
        """Everything earned so far, bonus included."""
        return self.automatic_earned + self.bonus_earned + self.human_earned

    @property
    def human_pending(self) -> Fraction:
        """Points of human-graded items that nobody has marked yet."""
        return sum((item.points for item in self.human if item.earned is None), _ZERO)

    @property
    def automatic_pending(self) -> Fraction:
        """The most that can still come from checks that are not settled, bonus included, after lateness."""
        return (self.automatic.unsettled + self.automatic.bonus_unsettled) * self.lateness.share

    @property
    def pending(self) -> Fraction:
        """Everything that is not known yet."""
        return self.human_pending + self.automatic_pending

    @property
    def complete(self) -> bool:
        """Whether nothing is pending."""
        return self.automatic_pending == 0 and all(item.earned is not None for item in self.human)


def automatic_score(assignment: Assignment, marks: Iterable[ExerciseMark]) -> AutomaticScore:
    """Apply required, choices and bonus to one mark per selected exercise.

    Raises KeyError when an exercise of the assignment has no mark.
    """
    by_id = {mark.exercise: mark for mark in marks}
    required = [by_id[name] for name in assignment.required]
    bonus = [by_id[name] for name in assignment.bonus]
    points, earned, unsettled = _sum(required)
    counted = {mark.exercise for mark in (*required, *bonus)}
    for group in assignment.choices:
        chosen, open_points = _best(group, [by_id[name] for name in group.exercises])
        counted |= {mark.exercise for mark in chosen}
        points += _sum(chosen)[0]
        earned += _sum(chosen)[1]
        unsettled += open_points
    return AutomaticScore(points, earned, unsettled, *_sum(bonus), counted=frozenset(counted))


def ungraded(course: Course, assignment: Assignment) -> AutomaticScore:
    """The automatic score of a submission that has no result yet: everything is unsettled, nothing is zero."""
    exercises = [course.exercise(name) for name in assignment.roles]
    return automatic_score(assignment, (ExerciseMark(item.id, item.points, _ZERO, item.points) for item in exercises))


def total_score(assignment: Assignment, automatic: AutomaticScore, lateness: Lateness, human: Mapping[str, Fraction]) -> Score:
    """The whole score. ``human`` holds the marks entered so far by item id; an item without one is pending."""
    items = tuple(HumanScore(item.id, item.title, exact(item.points), human.get(item.id)) for item in assignment.human)
    return Score(automatic, lateness, items)


def _best(group: ChoiceGroup, marks: list[ExerciseMark]) -> tuple[list[ExerciseMark], Fraction]:
    """The marks that count, and what could still be gained once everything is settled; earlier listed wins a tie."""
    chosen = sorted(marks, key=lambda mark: (-mark.earned, -mark.unsettled))[: group.choose]
    hopeful = sorted((mark.earned + mark.unsettled for mark in marks), reverse=True)[: group.choose]
    return chosen, sum(hopeful, _ZERO) - _sum(chosen)[1]


def _sum(marks: list[ExerciseMark]) -> tuple[Fraction, Fraction, Fraction]:
    return (
        sum((mark.points for mark in marks), _ZERO),
        sum((mark.earned for mark in marks), _ZERO),
        sum((mark.unsettled for mark in marks), _ZERO),
    )

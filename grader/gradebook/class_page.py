"""The class page as data: columns of checks by exercise, a row per student, and the totals that the page shows."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from grader.checks.outcome import CheckOutcome, Status
from grader.checks.plan import Plan
from grader.course.model import Assignment
from grader.course.scoring import Score
from grader.gradebook.class_mistakes import ClassMistakes
from grader.gradebook.escape import file_name, one_line
from grader.gradebook.export_json import stood_in
from grader.gradebook.silencing import check_target
from grader.gradebook.standing import Standing
from grader.intake.roster import RosterStudent
from grader.judge.result import ExerciseResult

_BINS = 10
_LONGEST_MESSAGE = 200


@dataclass(frozen=True)
class CheckColumn:
    """One check: its number within the exercise, how many of those it ran for passed it, and whether its hint is silent."""

    id: str
    number: int
    idea: str
    title: str
    hidden: bool
    new_idea: bool
    passed: int
    ran: int
    silent: bool

    @property
    def share(self) -> float:
        """Share that passed, 0 to 1; 0 where it never ran."""
        return self.passed / self.ran if self.ran else 0.0


@dataclass(frozen=True)
class ExerciseColumn:
    """One exercise: its checks, its points, the mean earned, and how many students stand where."""

    id: str
    title: str
    role: str
    section: str
    points: float
    mean: float
    states: tuple[tuple[str, int], ...]
    checks: tuple[CheckColumn, ...]

    @property
    def breaks(self) -> int:
        """How often the idea changes from one check to the next."""
        return sum(check.new_idea for check in self.checks)


@dataclass(frozen=True)
class StudentRow:
    """One student. ``exercises`` and ``outcomes`` follow the columns; None where there is nothing. ``notes`` are intake's, all of them.

    ``stood_in`` has, for each exercise, the parts of the reference with which checks of it passed.
    """

    name: str
    student: str
    link: str
    score: Score
    attention: tuple[str, ...]
    notes: tuple[str, ...]
    exercises: tuple[ExerciseResult | None, ...]
    stood_in: tuple[tuple[str, ...], ...]
    outcomes: tuple[CheckOutcome | None, ...]


@dataclass(frozen=True)
class Bin:
    """A bar of the histogram: scores from ``low`` up to, not including, ``high`` percent; the last one includes 100."""

    low: int
    high: int
    count: int


@dataclass(frozen=True)
class ClassPage:
    """Everything on the page. ``layouts``: whose were recognised, with how many submissions; ``missing``: who handed in nothing."""

    assignment: str
    released: bool
    exercises: tuple[ExerciseColumn, ...]
    rows: tuple[StudentRow, ...]
    bins: tuple[Bin, ...]
    statuses: tuple[tuple[Status, int], ...]
    suites: tuple[str, ...]
    tiers: tuple[str, ...]
    mistakes: ClassMistakes
    diagnoses_link: str
    layouts: tuple[tuple[str, int], ...]
    missing: tuple[RosterStudent, ...]

    @property
    def checks(self) -> int:
        """How many checks there are."""
        return sum(len(exercise.checks) for exercise in self.exercises)

    @property
    def breaks(self) -> int:
        """How often the idea changes within an exercise, over all of them."""
        return sum(exercise.breaks for exercise in self.exercises)

    @property
    def graded(self) -> tuple[StudentRow, ...]:
        """Rows that have a result."""
        return tuple(row for row in self.rows if any(row.exercises))

    @property
    def median(self) -> float:
        """Median of the automatic points of the graded, after lateness."""
        return statistics.median(_automatic(row) for row in self.graded) if self.graded else 0.0

    @property
    def mean(self) -> float:
        """Mean of the automatic points of the graded, after lateness."""
        return statistics.fmean(_automatic(row) for row in self.graded) if self.graded else 0.0

    @property
    def mean_late(self) -> float:
        """Mean of what lateness took from the graded."""
        return statistics.fmean(float(row.score.late_deduction) for row in self.graded) if self.graded else 0.0

    @property
    def mean_total(self) -> float:
        """Mean of everything the graded have earned so far."""
        return statistics.fmean(float(row.score.earned) for row in self.graded) if self.graded else 0.0

    @property
    def points(self) -> Fraction:
        """Automatic points without bonus."""
        return self.rows[0].score.automatic.points if self.rows else Fraction(0)

    @property
    def human_points(self) -> Fraction:
        """Points of the human-graded items."""
        return self.rows[0].score.human_points if self.rows else Fraction(0)

    @property
    def total_points(self) -> Fraction:
        """Automatic and human-graded points, without bonus."""
        return self.points + self.human_points

    @property
    def attention(self) -> tuple[StudentRow, ...]:
        """Rows that a person should look at."""
        return tuple(row for row in self.rows if row.attention)

    @property
    def any_stood_in(self) -> bool:
        """Whether the reference stood in for anybody's broken earlier part."""
        return any(names for row in self.rows for names in row.stood_in)

    @property
    def unsettled(self) -> bool:
        """Whether a grader fault keeps any exercise open."""
        return any(state == "unsettled" and count for exercise in self.exercises for state, count in exercise.states)


def class_page(
    assignment: Assignment,
    plan: Plan,
    standings: Sequence[Standing],
    mistakes: ClassMistakes,
    *,
    released: bool,
    feedback_folder: str,
    diagnoses_link: str,
    missing: Sequence[RosterStudent] = (),
) -> ClassPage:
    """The page's data; rows by name. ``feedback_folder`` and ``diagnoses_link`` say where those pages lie, relative to this one."""
    columns = _columns(plan, standings, frozenset(silence.target for silence in mistakes.silences))
    order = [check.id for exercise in columns for check in exercise.checks]
    rows = [_row(standing, plan, order, feedback_folder) for standing in standings]
    results = [standing.result for standing in standings if standing.result is not None]
    counts = {status: sum(1 for result in results for outcome in result.checks if outcome.status is status) for status in Status}
    return ClassPage(
        assignment=assignment.title,
        released=released,
        exercises=columns,
        rows=tuple(sorted(rows, key=lambda row: (row.name.casefold(), row.student))),
        bins=_bins([standing.score for standing in standings if standing.result is not None]),
        statuses=tuple(counts.items()),
        suites=tuple(sorted({result.suite for result in results})),
        tiers=tuple(sorted({result.tier for result in results})),
        mistakes=mistakes,
        diagnoses_link=diagnoses_link,
        layouts=tuple(sorted(Counter(standing.submission.layout for standing in standings if standing.submission.layout).items())),
        missing=tuple(missing),
    )


def short_message(outcome: CheckOutcome) -> str:
    """What a cell's detail says, on one line and bounded."""
    text = one_line(outcome.message)
    return text if len(text) <= _LONGEST_MESSAGE else text[: _LONGEST_MESSAGE - 1] + "…"


def _columns(plan: Plan, standings: Sequence[Standing], silent: frozenset[str]) -> tuple[ExerciseColumn, ...]:
    seen: dict[str, CheckOutcome] = {}
    passed: dict[str, int] = {}
    ran: dict[str, int] = {}
    for standing in standings:
        for outcome in standing.result.checks if standing.result else ():
            seen.setdefault(outcome.check, outcome)
            ran[outcome.check] = ran.get(outcome.check, 0) + 1
            passed[outcome.check] = passed.get(outcome.check, 0) + (outcome.status is Status.PASSED)
    columns = []
    for exercise in plan.exercises:
        ideas = [idea.id for idea in exercise.ideas]
        mine = [outcome for outcome in seen.values() if outcome.exercise == exercise.id]
        mine.sort(key=lambda outcome: (ideas.index(outcome.idea) if outcome.idea in ideas else len(ideas), outcome.hidden, outcome.check))
        checks = tuple(
            CheckColumn(
                id=outcome.check,
                number=number,
                idea=outcome.idea,
                title=outcome.title,
                hidden=outcome.hidden,
                new_idea=number > 1 and mine[number - 2].idea != outcome.idea,
                passed=passed[outcome.check],
                ran=ran[outcome.check],
                silent=check_target(outcome.check) in silent,
            )
            for number, outcome in enumerate(mine, start=1)
        )
        graded = [item for standing in standings if standing.result for item in standing.result.exercises if item.id == exercise.id]
        states = tuple(
            (state, sum(1 for item in graded if item.status == state))
            for state in ("done", "partial", "failed", "not started", "unsettled")
        )
        mean = statistics.fmean(item.earned for item in graded) if graded else 0.0
        columns.append(ExerciseColumn(exercise.id, exercise.title, exercise.role, exercise.handout, exercise.points, mean, states, checks))
    return tuple(columns)


def _row(standing: Standing, plan: Plan, order: Sequence[str], feedback_folder: str) -> StudentRow:
    record, result = standing.submission, standing.result
    outcomes = {} if result is None else {outcome.check: outcome for outcome in result.checks}
    exercises = {} if result is None else {exercise.id: exercise for exercise in result.exercises}
    return StudentRow(
        name=one_line(record.display_name) or record.student,
        student=one_line(record.student),
        link=f"{feedback_folder}/{file_name(record.student)}.html",
        score=standing.score,
        attention=standing.attention,
        notes=record.notes,
        exercises=tuple(exercises.get(exercise.id) for exercise in plan.exercises),
        stood_in=tuple(() if result is None else stood_in(result, exercise.id) for exercise in plan.exercises),
        outcomes=tuple(outcomes.get(check) for check in order),
    )


def _bins(scores: Sequence[Score]) -> tuple[Bin, ...]:
    counts = [0] * _BINS
    for score in scores:
        points = score.automatic.points
        share = score.automatic_earned / points if points else Fraction(0)
        counts[min(int(share * _BINS), _BINS - 1)] += 1
    width = 100 // _BINS
    return tuple(Bin(index * width, (index + 1) * width, count) for index, count in enumerate(counts))


def _automatic(row: StudentRow) -> float:
    return float(row.score.automatic_earned)

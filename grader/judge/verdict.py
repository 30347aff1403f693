"""From outcomes to a result: ideas, exercises, points. Pure: the same outcomes give the same result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from grader.checks.outcome import CheckOutcome, Status
from grader.checks.plan import PlannedExercise
from grader.course.model import Exercise
from grader.course.scoring import AutomaticScore, ExerciseMark, automatic_score
from grader.judge.result import ExerciseResult, IdeaResult, Result
from grader.judge.suite import Suite


def verdict(
    suite: Suite,
    submission: str,
    outcomes: Mapping[str, CheckOutcome],
    *,
    tier: str,
    missing_layers: tuple[str, ...],
    notes: tuple[str, ...] = (),
) -> Result:
    """The result of a submission, known by its content hash, from the outcomes of all checks of the suite, by check id.

    Raises ValueError when an idea has no check: its points could be neither earned nor missed.
    """
    ordered = tuple(outcomes[check] for check in sorted(outcomes))
    ideas = {exercise.id: _ideas(suite.course.exercise(exercise.id), ordered) for exercise in suite.plan.exercises}
    score = automatic_score(suite.assignment, (_mark(suite.course.exercise(name), found) for name, found in ideas.items()))
    exercises = tuple(_exercise(exercise, ideas[exercise.id], ordered, score) for exercise in suite.plan.exercises)
    return Result(
        assignment=suite.plan.assignment,
        submission=submission,
        suite=suite.hash,
        seed_hash=suite.secret.hash,
        tier=tier,
        missing_layers=missing_layers,
        points=float(score.points),
        earned=float(score.earned),
        bonus_points=float(score.bonus_points),
        bonus_earned=float(score.bonus_earned),
        exercises=exercises,
        checks=ordered,
        notes=notes,
    )


def _ideas(exercise: Exercise, outcomes: Iterable[CheckOutcome]) -> tuple[IdeaResult, ...]:
    statuses: dict[str, list[Status]] = {idea.id: [] for idea in exercise.ideas}
    for outcome in outcomes:
        if outcome.idea in statuses:
            statuses[outcome.idea].append(outcome.status)
    unchecked = [idea for idea, found in statuses.items() if not found]
    if unchecked:
        raise ValueError(f"no check is about the idea {', '.join(unchecked)}")
    return tuple(_idea(idea.id, idea.title, idea.points, statuses[idea.id]) for idea in exercise.ideas)


def _idea(idea: str, title: str, points: Fraction, statuses: list[Status]) -> IdeaResult:
    earned = all(status is Status.PASSED for status in statuses)
    # A fault of the grader keeps an idea open only while nothing else has decided it.
    missed = any(status not in (Status.PASSED, Status.GRADER_FAULT) for status in statuses)
    return IdeaResult(idea, title, float(points), float(points) if earned else 0.0, settled=earned or missed)


def _mark(exercise: Exercise, ideas: tuple[IdeaResult, ...]) -> ExerciseMark:
    exact = {idea.id: idea.points for idea in exercise.ideas}
    earned = sum((exact[idea.id] for idea in ideas if idea.earned), Fraction(0))
    unsettled = sum((exact[idea.id] for idea in ideas if not idea.settled), Fraction(0))
    return ExerciseMark(exercise.id, exercise.points, earned, unsettled)


def _exercise(
    exercise: PlannedExercise, ideas: tuple[IdeaResult, ...], outcomes: tuple[CheckOutcome, ...], score: AutomaticScore
) -> ExerciseResult:
    own = [outcome.status for outcome in outcomes if outcome.exercise == exercise.id]
    earned = sum(idea.earned for idea in ideas)
    return ExerciseResult(
        id=exercise.id,
        title=exercise.title,
        role=exercise.role,
        status=_status(own, ideas),
        points=exercise.points,
        earned=earned,
        counts=exercise.id in score.counted,
        ideas=ideas,
    )


def _status(statuses: list[Status], ideas: tuple[IdeaResult, ...]) -> str:
    if not all(idea.settled for idea in ideas):
        return "unsettled"
    if all(status is Status.NOT_STARTED for status in statuses):
        return "not started"
    earned = [idea for idea in ideas if idea.earned]
    return "done" if len(earned) == len(ideas) else "partial" if earned else "failed"

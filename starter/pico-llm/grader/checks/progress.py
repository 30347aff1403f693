"""Points so far, from outcomes: which ideas are earned by the checks that ran, for the student's terminal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.checks.outcome import CheckOutcome, Status
from grader.checks.plan import Plan, PlannedExercise, PlannedIdea


@dataclass(frozen=True)
class IdeaProgress:
    """An idea and what its checks said. ``state`` is ``earned``, ``missed``, ``not started`` or ``not checked here``."""

    idea: PlannedIdea
    state: str


@dataclass(frozen=True)
class ExerciseProgress:
    """An exercise: its ideas, and the outcomes of its checks."""

    exercise: PlannedExercise
    ideas: tuple[IdeaProgress, ...]
    outcomes: tuple[CheckOutcome, ...]

    @property
    def earned(self) -> float:
        """Points of the ideas earned by the checks that ran."""
        return sum(item.idea.points for item in self.ideas if item.state == "earned")

    @property
    def not_started(self) -> bool:
        """True when every check met a stub."""
        return bool(self.outcomes) and all(outcome.status is Status.NOT_STARTED for outcome in self.outcomes)


def progress(plan: Plan, outcomes: Sequence[CheckOutcome]) -> tuple[ExerciseProgress, ...]:
    """One entry for each exercise of the plan that had an outcome, in the plan's order."""
    found = []
    for exercise in plan.exercises:
        own = tuple(outcome for outcome in outcomes if outcome.exercise == exercise.id)
        if own:
            ideas = tuple(IdeaProgress(idea, _state([outcome for outcome in own if outcome.idea == idea.id])) for idea in exercise.ideas)
            found.append(ExerciseProgress(exercise, ideas, own))
    return tuple(found)


def _state(outcomes: Sequence[CheckOutcome]) -> str:
    if not outcomes:
        return "not checked here"
    if all(outcome.status is Status.PASSED for outcome in outcomes):
        return "earned"
    return "not started" if all(outcome.status is Status.NOT_STARTED for outcome in outcomes) else "missed"

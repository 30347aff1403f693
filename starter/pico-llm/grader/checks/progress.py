"""Points so far, from outcomes: which ideas are earned by the checks that ran, for the student's terminal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.checks.outcome import CheckOutcome, Status
from grader.checks.plan import Plan, PlannedExercise, PlannedIdea


@dataclass(frozen=True)
class IdeaProgress:
    """An idea and what its checks said. ``state`` is ``earned``, ``missed``, ``not started``, ``not checked here``
    (only hidden checks are about it) or ``not run now`` (some of its checks were left out of this run).
    """

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


def progress(plan: Plan, outcomes: Sequence[CheckOutcome], left_out: frozenset[str] = frozenset()) -> tuple[ExerciseProgress, ...]:
    """One entry for each exercise that had an outcome, in the plan's order. ``left_out``: ideas with checks that were not run."""
    found = []
    for exercise in plan.exercises:
        own = tuple(outcome for outcome in outcomes if outcome.exercise == exercise.id)
        if own:
            ideas = tuple(
                IdeaProgress(idea, _state([item for item in own if item.idea == idea.id], idea.id in left_out)) for idea in exercise.ideas
            )
            found.append(ExerciseProgress(exercise, ideas, own))
    return tuple(found)


def _state(outcomes: Sequence[CheckOutcome], left_out: bool) -> str:
    if not outcomes:
        return "not run now" if left_out else "not checked here"
    if all(outcome.status is Status.PASSED for outcome in outcomes):
        return "not run now" if left_out else "earned"
    return "not started" if all(outcome.status is Status.NOT_STARTED for outcome in outcomes) else "missed"

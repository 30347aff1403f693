"""What a student is told of an exercise that is not begun or uses broken ones: whether ours stood in, and what that means for points."""

from __future__ import annotations

from collections.abc import Mapping

from grader.checks.plan import PlannedExercise
from grader.checks.stub import exercise_not_started
from grader.course.model import Exercise
from grader.judge.result import Result

_BROKEN = ("partial", "failed", "not started")


def broken_parts(exercise: PlannedExercise, result: Result) -> dict[str, str]:
    """Id and title of the exercises that this one uses and that do not pass all of their checks."""
    replaced = {name for outcome in result.checks if outcome.exercise == exercise.id for name in outcome.used_given}
    broken = {item.id for item in result.exercises if item.id in exercise.depends_on and item.status in _BROKEN}
    return {item.id: item.title for item in result.exercises if item.id in replaced | broken}


def not_started_note(exercise: Exercise, result: Result) -> str:
    """Why nothing of an exercise could be checked: it is the stub, it was not handed in, or it needs a part that is the stub."""
    messages = [outcome.message for outcome in result.checks if outcome.exercise == exercise.id]
    stubs = {exercise_not_started(message) for message in messages}
    missing_parts = {item.id: item.title for item in result.exercises if item.id in stubs and item.id != exercise.id}
    if exercise.id in stubs or not missing_parts:
        missing = any(message.startswith(f"{exercise.id} was not handed in") for message in messages)
        return f"Not started: `{exercise.module}` {'was not handed in' if missing else 'is still the stub'}."
    ours = " With ours in its place no check of it passed, either." if missing_parts.keys() <= {*exercise.given_on_failure} else ""
    titles = ", ".join(missing_parts.values())
    return f"Nothing of this exercise could be checked: it uses a part of yours that is not started, {titles}.{ours}"


def earlier_parts_note(exercise: Exercise, broken: Mapping[str, str], *, with_ours: bool, missed: bool) -> str:
    """Some sentences; empty where no earlier part made a difference.

    Args:
        broken: id and title of the exercises that it uses and that are broken.
        with_ours: whether an idea was earned with ours in their place.
        missed: whether an idea of the exercise was missed.
    """
    if not broken or not (missed or with_ours):
        return ""
    sentences = [f"This exercise uses parts of yours that do not pass all of their checks: {', '.join(broken.values())}."]
    given = [title for name, title in broken.items() if name in exercise.given_on_failure]
    alone = [title for name, title in broken.items() if name not in exercise.given_on_failure]
    if given:
        whose = "their place" if not alone else f"place of {', '.join(given)}"
        sentences.append(
            f"So that they cost you points only once, each check of this exercise that failed was run again with ours in {whose}, "
            "and a pass with ours counts in full."
        )
    if with_ours:
        sentences.append("What was earned that way is marked.")
    if alone:
        sentences.append(f"None of ours stood in for {', '.join(alone)}, so what is missed here may come from there: mend that first.")
    elif missed:
        sentences.append("What is missed here was missed with ours, too.")
    return " ".join(sentences)

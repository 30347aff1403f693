"""One student's feedback as a Gradescope ``results.json`` (format: gradescope/autograder_samples, docs/specs.md).

A test is an idea, since points belong to ideas. All text is sent as plain text, so nothing in it is interpreted. The top score
is what is earned so far; what is pending has no score and says so.
"""

from __future__ import annotations

import json
from typing import Any

from grader.course.points import shown
from grader.gradebook.escape import visible
from grader.gradebook.feedback import ExerciseFeedback, Feedback, HumanFeedback, IdeaFeedback, ShownCheck
from grader.gradebook.numbers import json_number
from grader.gradebook.status_words import STATUS_WORDS
from grader.gradebook.told import LOOKS_LIKE, ONLY_A_GUESS

SCHEMA = "fairmark.gradescope/1"


def results_json(feedback: Feedback, execution_seconds: float | None = None) -> str:
    """The text of ``results.json``. ``execution_seconds`` is telemetry; leave it out for the same bytes each time."""
    score = feedback.score
    document: dict[str, Any] = {
        "score": json_number(score.earned),
        "output": _output(feedback),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": [
            *(_idea(exercise, idea) for exercise in feedback.exercises for idea in exercise.ideas),
            *(_human(item) for item in feedback.human),
        ],
        "extra_data": {
            "schema": SCHEMA,
            "complete": score.complete,
            "pending": json_number(score.pending),
            "late_deduction": json_number(score.late_deduction),
            "late_days": score.lateness.days,
            "tier": feedback.tier,
            "suite": feedback.suite,
        },
    }
    if execution_seconds is not None:
        document["execution_time"] = round(execution_seconds, 3)
    return json.dumps(document, indent=2, sort_keys=True) + "\n"


def _output(feedback: Feedback) -> str:
    score = feedback.score
    lines = []
    if feedback.graded:
        lines.append(f"{shown(score.earned)} of {shown(score.points)} points so far.")
    if feedback.graded and feedback.pending:
        lines.append(f"{shown(feedback.pending)} points are pending.")
    if feedback.problem:
        lines.append(f"The submission could not be graded: {visible(feedback.problem)}")
    elif not feedback.graded:
        lines.append("The submission has not been graded yet.")
    lines += [line for line in (feedback.lateness, *map(visible, feedback.notes)) if line]
    return "\n".join(lines)


def _idea(exercise: ExerciseFeedback, idea: IdeaFeedback) -> dict[str, Any]:
    statuses = [*(check.outcome.status for check in idea.shown), *idea.statuses]
    lines = [f"Handout section: {exercise.section}"]
    if not exercise.counts:
        lines.append("Another exercise of this choice counts instead.")
    if exercise.not_started:
        lines.append(exercise.not_begun)
    elif exercise.earlier_parts and (idea.with_ours or idea.state == "missed"):
        lines.append(exercise.earlier_parts)
    if idea.with_ours:
        lines.append("Earned with ours in place of earlier parts.")
    if idea.statuses and not exercise.not_started:
        lines.append(f"Further checks: {', '.join(status.value for status in idea.statuses)}")
        lines += [f"{status.value}: {STATUS_WORDS[status].sentences}" for status in idea.statuses]
    if exercise.mistake and idea.shown:
        lines.append(f"{LOOKS_LIKE} {exercise.mistake.title}.\n{exercise.mistake.for_the_student} {ONLY_A_GUESS}")
    lines += [_check(check) for check in idea.shown]
    test: dict[str, Any] = {
        "name": f"{exercise.title}: {idea.title}",
        "max_score": json_number(idea.points),
        "output": "\n\n".join(lines),
        "tags": [exercise.role, exercise.id],
        "visibility": "visible",
        "extra_data": {"idea": idea.id, "statuses": sorted({status.value for status in statuses}), "counts": exercise.counts},
    }
    if idea.earned is not None:
        test |= {"score": json_number(idea.earned), "status": "passed" if idea.state == "earned" else "failed"}
    return test


def _human(item: HumanFeedback) -> dict[str, Any]:
    test: dict[str, Any] = {
        "name": item.title,
        "max_score": json_number(item.points),
        "output": visible(item.comment) if item.earned is not None else "Pending: graded by a person.",
        "tags": ["human"],
        "visibility": "visible",
        "extra_data": {"pending": item.earned is None},
    }
    if item.earned is not None:
        test["score"] = json_number(item.earned)
    return test


def _check(check: ShownCheck) -> str:
    outcome = check.outcome
    lines = [f"{outcome.status.value}: {outcome.title}", STATUS_WORDS[outcome.status].meaning]
    lines += [f"{requirement.label} ({requirement.section}): {requirement.text}" for requirement in check.requirements]
    labelled = (
        ("Message", outcome.message),
        ("Input", outcome.input),
        ("Expected", outcome.expected),
        ("Got", outcome.got),
        ("In your code", "\n".join(outcome.frames)),
    )
    lines += [f"{label}: {visible(text)}" for label, text in (*labelled, ("Hint", outcome.hint)) if text]
    return "\n".join(lines)

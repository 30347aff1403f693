"""Feedback as Markdown. Untrusted text stands in code fences, or has every character escaped that Markdown or HTML gives a meaning."""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.checks.outcome import Status
from grader.course.points import shown
from grader.gradebook.escape import one_line, visible
from grader.gradebook.feedback import ExerciseFeedback, Feedback, IdeaFeedback, ShownCheck
from grader.gradebook.status_words import STATUS_WORDS
from grader.gradebook.told import LOOKS_LIKE, ONLY_A_GUESS

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|~<>&:@$^=\"'])")


def escaped(text: str) -> str:
    """Untrusted text on one line, shown as it is by any Markdown reader."""
    return _SPECIAL.sub(r"\\\1", one_line(text))


def fenced(text: str) -> str:
    """Untrusted text in a fence longer than any run of backticks within."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{visible(text)}\n{fence}"


def feedback_markdown(feedback: Feedback) -> str:
    """The whole feedback, ending in a newline."""
    return "\n\n".join(_blocks(feedback)) + "\n"


def _blocks(feedback: Feedback) -> Iterator[str]:
    yield f"# {feedback.assignment}: {escaped(feedback.name)}"
    if feedback.members:
        yield f"Group: {', '.join(escaped(member) for member in feedback.members)}"
    yield f"**{feedback.headline}**"
    if feedback.problem:
        yield f"Your submission could not be graded: {escaped(feedback.problem)}"
    elif not feedback.graded:
        yield "Your submission has not been graded yet."
    yield _summary(feedback)
    if feedback.lateness:
        yield feedback.lateness
    if feedback.notes:
        yield "Notes on what was handed in:\n\n" + "\n".join(f"- {escaped(note)}" for note in feedback.notes)
    for exercise in feedback.exercises:
        yield from _exercise(exercise)
    if feedback.statuses:
        meanings = [f"- **{status.value}**: {STATUS_WORDS[status].sentences}" for status in feedback.statuses]
        yield "\n".join(("## What “further checks” say", "", *meanings))
    if feedback.human:
        yield "## Graded by people"
    for item in feedback.human:
        mark = f"pending, {shown(item.points)} points" if item.earned is None else f"{shown(item.earned)} of {shown(item.points)} points"
        lines = [f"### {item.title}: {mark}", "", *(f"- {line}" for line in item.rubric)]
        yield "\n".join(lines)
        yield from (escaped(line) for line in item.comment.splitlines() if line.strip())
    if feedback.tier:
        yield f"Graded in isolation tier {feedback.tier}, suite `{feedback.suite[:12]}`."


def _summary(feedback: Feedback) -> str:
    score = feedback.score
    rows = [
        ("Exercises", score.automatic_earned, score.automatic.points, score.automatic_pending),
        ("Bonus", score.bonus_earned, score.automatic.bonus_points, None),
        ("Graded by people", score.human_earned, score.human_points, score.human_pending),
    ]
    lines = ["| part | earned | of | pending |", "|---|---:|---:|---:|"]
    for name, earned, points, pending in rows:
        if points:
            lines.append(f"| {name} | {shown(earned)} | {shown(points)} | {shown(pending) if pending else ''} |")
    return "\n".join(lines)


def _exercise(exercise: ExerciseFeedback) -> Iterator[str]:
    bonus = ", bonus" if exercise.role == "bonus" else ""
    yield f"## {exercise.title}: {shown(exercise.earned)} of {shown(exercise.points)} points{bonus}"
    yield f"Handout section: {exercise.section}"
    if not exercise.counts:
        yield "Another exercise of this choice is better and counts instead."
    if exercise.not_started:
        yield exercise.not_begun
        return
    if exercise.earlier_parts:
        yield exercise.earlier_parts
    yield "\n".join(_idea_line(idea) for idea in exercise.ideas)
    if exercise.mistake:
        yield f"**{LOOKS_LIKE}** {exercise.mistake.title}."
        yield f"{exercise.mistake.for_the_student} {ONLY_A_GUESS}".lstrip()
    for idea in exercise.ideas:
        for check in idea.shown:
            yield from _check(check)


def _idea_line(idea: IdeaFeedback) -> str:
    mark = {"earned": "✓", "missed": "✗", "open": "?"}[idea.state]
    points = f"{shown(idea.points)} points, open" if idea.earned is None else f"{shown(idea.earned)} of {shown(idea.points)} points"
    ours = " (with ours in place of earlier parts)" if idea.with_ours else ""
    checks = f" (further checks: {', '.join(status.value for status in idea.statuses)})" if idea.statuses else ""
    return f"- {mark} {idea.title}: {points}{ours}{checks}"


def _check(check: ShownCheck) -> Iterator[str]:
    outcome = check.outcome
    hidden = " (a hidden check, shown since grades are released)" if outcome.hidden else ""
    yield f"### {outcome.status.value}: {outcome.title}{hidden}"
    if outcome.status is not Status.FAILED:
        yield STATUS_WORDS[outcome.status].meaning
    for requirement in check.requirements:
        yield f"> **{requirement.label}** {requirement.text} (handout, {requirement.section})"
    labelled = (("Message", outcome.message), ("Input", outcome.input), ("Expected", outcome.expected), ("Got", outcome.got))
    for label, text in (*labelled, ("In your code", "\n".join(outcome.frames))):
        if text:
            yield f"{label}:\n\n{fenced(text)}"
    if outcome.hint:
        yield f"Hint: {outcome.hint}"

"""The one sentence with which an exercise that nobody has begun announces itself, and how it is recognised."""

from __future__ import annotations

import re

# Anchored at both ends: an error message that merely quotes the sentence is a message of the student's own.
NOT_STARTED = re.compile(r"(?P<exercise>[a-z][a-z0-9_]*) is not started: see handout section (?P<number>\d+(?:\.\d+)*), (?P<title>[^\n]+)")


# What an adapter says of a part that it did not find in a foreign code base (grader.intake.adapters): nobody's mistake.
NOT_FOUND = re.compile(r"(?P<exercise>[a-z][a-z0-9_]*) was not found: [^\n]+")


def not_started_message(exercise_id: str, section_number: str, section_title: str) -> str:
    """The message of the ``NotImplementedError`` that stands where a solution was.

    Raises ValueError when ``exercise_not_started`` would not recognise it.
    """
    message = f"{exercise_id} is not started: see handout section {section_number}, {section_title}"
    if exercise_not_started(message) != exercise_id:
        raise ValueError(f"{message!r} is not a message that a stub may carry: exercise id, section number or title is malformed")
    return message


def exercise_not_started(message: str) -> str | None:
    """The exercise that this exception message declares not started, or not found, or None for any other message."""
    match = NOT_STARTED.fullmatch(message.strip()) or NOT_FOUND.fullmatch(message.strip())
    return match["exercise"] if match else None

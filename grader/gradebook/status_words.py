"""How each status is shown: a symbol for a narrow cell, a style, and a sentence for the student."""

from __future__ import annotations

from dataclasses import dataclass

from grader.checks.outcome import Status


@dataclass(frozen=True)
class StatusWords:
    """``symbol`` is one character, ``style`` a CSS class, ``meaning`` a sentence that begins with "The check ..."."""

    symbol: str
    style: str
    meaning: str


STATUS_WORDS = {
    Status.PASSED: StatusWords("·", "passed", "The check passed."),
    Status.FAILED: StatusWords("×", "failed", "The code ran and did something else than asked."),
    Status.ERROR: StatusWords("E", "error", "The code raised an error that was not asked for."),
    Status.NOT_STARTED: StatusWords("–", "notstarted", "The stub is still in place."),
    Status.TIMEOUT: StatusWords("T", "limit", "The code used more time than it may."),
    Status.OUT_OF_MEMORY: StatusWords("M", "limit", "The code used more memory than it may."),
    Status.CRASHED: StatusWords("C", "limit", "The code ended the interpreter."),
    Status.FORBIDDEN_API: StatusWords("A", "rule", "The code uses a library function that this assignment rules out."),
    Status.MISSING_DEPENDENCY: StatusWords("D", "environment", "The code imports a package that is not there when it is graded."),
    Status.NEEDS_NEWER_PYTHON: StatusWords("P", "environment", "The code needs a newer Python than it is graded with."),
    Status.UNSTABLE: StatusWords("≈", "unstable", "The code gives other results from run to run for the same input."),
    Status.GRADER_FAULT: StatusWords(
        "?", "fault", "The grader or its machine failed, not the code: this is tried again and costs nothing."
    ),
}

"""How each status is shown: a symbol for a narrow cell, a style, and a sentence for the student."""

from __future__ import annotations

from dataclasses import dataclass

from grader.checks.outcome import Status


@dataclass(frozen=True)
class StatusWords:
    """``symbol`` is one character, ``style`` a CSS class; ``meaning`` and ``advice`` are sentences for the student."""

    symbol: str
    style: str
    meaning: str
    advice: str = ""

    @property
    def sentences(self) -> str:
        """Meaning and advice."""
        return f"{self.meaning} {self.advice}".rstrip()


STATUS_WORDS = {
    Status.PASSED: StatusWords("·", "passed", "The check passed."),
    Status.FAILED: StatusWords("×", "failed", "The code ran and did something else than asked."),
    Status.ERROR: StatusWords("E", "error", "The code raised an error that was not asked for."),
    Status.NOT_STARTED: StatusWords("–", "notstarted", "The stub is still in place, here or in a part that is used."),
    Status.TIMEOUT: StatusWords(
        "T", "limit", "The code used more time than it may.", "Does a loop never end, or grow faster than its input?"
    ),
    Status.OUT_OF_MEMORY: StatusWords(
        "M", "limit", "The code used more memory than it may.", "Which tensor is far larger than what goes in and out?"
    ),
    Status.CRASHED: StatusWords("C", "limit", "The code ended the interpreter.", "Look for exit() and for recursion without end."),
    Status.FORBIDDEN_API: StatusWords(
        "A", "rule", "The code uses a library function that this assignment rules out.", "Write that part yourself."
    ),
    Status.MISSING_DEPENDENCY: StatusWords(
        "D", "environment", "The code imports a package that is not there when it is graded.", "Use only what requirements.txt lists."
    ),
    Status.NEEDS_NEWER_PYTHON: StatusWords("P", "environment", "The code needs a newer Python than it is graded with."),
    Status.UNSTABLE: StatusWords(
        "≈",
        "unstable",
        "The check ran twice, on the same inputs and with the same seeds, and did not end in the same way: it counts as not passed.",
        "Look for random numbers that do not come from the generator or the seed that is set, for memory that is read before it is written "
        "(torch.empty), and for anything that depends on the time, on the order of a set, or on what ran before.",
    ),
    Status.GRADER_FAULT: StatusWords(
        "?", "fault", "The grader or its machine failed, not the code: this is tried again and costs nothing."
    ),
}

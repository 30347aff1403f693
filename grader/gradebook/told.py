"""The known mistake that a student is told: named only where that is right often enough, and from public checks alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from grader.checks.outcome import CheckOutcome
from grader.diagnosis.diagnose import diagnose, shown_to_students
from grader.diagnosis.signature import Signature
from grader.gradebook.silencing import diagnosis_target

LOOKS_LIKE = "What the public checks show looks like a known mistake:"
ONLY_A_GUESS = "(A guess from how the checks failed; no points depend on it.)"


def named_mistake(
    outcomes: Sequence[CheckOutcome], exercise: str, signatures: Sequence[Signature], silent: frozenset[str]
) -> Signature | None:
    """The mistake to name; None where none is sure enough, or where the one that is was silenced for the class."""
    candidate = shown_to_students(diagnose([outcome for outcome in outcomes if not outcome.hidden], exercise, signatures))
    if candidate is None or diagnosis_target(exercise, candidate.name) in silent:
        return None
    named = next(item for item in signatures if (item.exercise, item.name) == (exercise, candidate.name))
    return replace(named, title=named.title.rstrip("."))

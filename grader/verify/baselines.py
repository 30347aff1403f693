"""What diagnosis must beat: looking up the set of failed checks in the table, exactly or the nearest set."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from grader.checks.outcome import CheckOutcome
from grader.diagnosis.signature import Signature, answers, features, is_check

Scored = tuple[tuple[str, float], ...]


def exact_set(outcomes: Iterable[CheckOutcome], exercise: str, signatures: Sequence[Signature]) -> Scored:
    """The misconceptions that fail exactly these checks, each with the score 1."""
    return tuple(pair for pair in nearest_set(outcomes, exercise, signatures) if pair[1] == 1.0)


def nearest_set(outcomes: Iterable[CheckOutcome], exercise: str, signatures: Sequence[Signature]) -> Scored:
    """All misconceptions with their Jaccard index, the checks that fail for both over those that fail for either, highest first."""
    seen = _failed(features(outcomes, exercise))
    best: dict[str, float] = {}
    for signature in signatures:
        if signature.exercise == exercise and seen:
            known = _failed(signature.features)
            best[signature.name] = max(best.get(signature.name, 0.0), len(seen & known) / len(seen | known))
    return tuple(sorted(best.items(), key=lambda pair: (-pair[1], pair[0])))


def _failed(found: Iterable[str]) -> frozenset[str]:
    return frozenset(question for question in answers(found) if is_check(question))

"""Which misconception explains an exercise's failures: the one whose trace is nearest, or none."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from grader.checks.outcome import CheckOutcome
from grader.diagnosis.signature import Signature, features

# Below this, the nearest trace is too far away to be an explanation: the answer is "none fits".
FITS = 0.6


@dataclass(frozen=True)
class Candidate:
    """A misconception that may explain what was seen. ``strength`` is 1 for the very same trace, 0 for nothing in common."""

    exercise: str
    name: str
    title: str
    strength: float


def diagnose(outcomes: Iterable[CheckOutcome], exercise: str, signatures: Sequence[Signature]) -> tuple[Candidate, ...]:
    """The misconceptions of an exercise that fit its outcomes, strongest first; ties by name. Empty when none fits or nothing failed.

    Strength is the weighted Jaccard index of the two sets of features; a feature weighs the more, the fewer misconceptions show it
    (inverse document frequency), so that a check which nearly every mistake fails says little.
    """
    seen = set(features(outcomes, exercise))
    own = [signature for signature in signatures if signature.exercise == exercise]
    if not seen or not own:
        return ()
    known = Counter(feature for signature in own for feature in signature.features)
    weight = {feature: 1.0 + math.log((1 + len(own)) / (1 + known[feature])) for feature in seen | set(known)}
    candidates = [Candidate(exercise, item.name, item.title, _similarity(seen, set(item.features), weight)) for item in own]
    fitting = [candidate for candidate in candidates if candidate.strength >= FITS]
    return tuple(sorted(fitting, key=lambda candidate: (-candidate.strength, candidate.name)))


def _similarity(left: set[str], right: set[str], weight: dict[str, float]) -> float:
    together = sum(weight[feature] for feature in left | right)
    return sum(weight[feature] for feature in left & right) / together if together else 0.0

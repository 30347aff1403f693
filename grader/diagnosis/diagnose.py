"""Which misconception explains an exercise's failures: the one whose trace is nearest, or none."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from grader.checks.outcome import CheckOutcome
from grader.diagnosis.evidence import WEIGHTS, Evidence, Telling, Weights, strength, weigh
from grader.diagnosis.signature import Signature, answers, features, is_told

# Below this, the nearest trace is too far away to be an explanation: the answer is "none fits".
FITS = 0.7
# From here on a student is told the mistake by its name, if no other one comes as near as the margin.
SHOWN_ABOVE = 0.9
MARGIN = 0.1


@dataclass(frozen=True)
class Candidate:
    """A misconception that may explain what was seen.

    Attributes:
        strength: between 0, nothing in common, and 1, which much evidence and nothing against it come near.
        evidence: question by question, weightiest first.
    """

    exercise: str
    name: str
    title: str
    strength: float
    evidence: tuple[Evidence, ...] = ()


def diagnose(outcomes: Iterable[CheckOutcome], exercise: str, signatures: Sequence[Signature]) -> tuple[Candidate, ...]:
    """The misconceptions of an exercise that fit its outcomes, strongest first; ties by name. Empty when none fits or nothing failed."""
    return tuple(candidate for candidate in ranked(outcomes, exercise, signatures) if candidate.strength >= FITS)


def ranked(
    outcomes: Iterable[CheckOutcome], exercise: str, signatures: Sequence[Signature], weights: Weights = WEIGHTS
) -> tuple[Candidate, ...]:
    """All misconceptions of an exercise with anything in common with its outcomes, as ``diagnose`` orders them.

    Of the traces that a misconception left over different designs, the nearest counts.
    """
    own = [outcome for outcome in outcomes if outcome.exercise == exercise]
    asked = {outcome.check for outcome in own if is_told(outcome)}
    return compare(answers(features(own, exercise)), asked, [item for item in signatures if item.exercise == exercise], weights)


def compare(
    seen: Mapping[str, str], asked: Collection[str], signatures: Sequence[Signature], weights: Weights = WEIGHTS
) -> tuple[Candidate, ...]:
    """``ranked`` for one exercise's answers and signatures; ``asked`` are its checks that ran. Empty where nothing was seen."""
    traces = [(signature, answers(signature.features)) for signature in signatures] if seen else []
    telling = Telling((signature.name, known) for signature, known in traces)
    nearest: dict[str, Candidate] = {}
    for signature, known in traces:
        evidence = weigh(seen, asked, known, telling, weights)
        candidate = Candidate(signature.exercise, signature.name, signature.title, strength(evidence, weights), evidence)
        if candidate.strength > (nearest[signature.name].strength if signature.name in nearest else 0.0):
            nearest[signature.name] = candidate
    return tuple(sorted(nearest.values(), key=lambda candidate: (-candidate.strength, candidate.name)))


def shown_to_students(candidates: Sequence[Candidate]) -> Candidate | None:
    """The one that a student is told; None where none is strong enough, or where another one is nearly as strong."""
    if not candidates or candidates[0].strength < SHOWN_ABOVE:
        return None
    return None if len(candidates) > 1 and candidates[0].strength - candidates[1].strength < MARGIN else candidates[0]

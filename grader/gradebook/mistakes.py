"""Which known mistake explains an exercise's failures, for the staff: ranked, with what speaks for each and what against it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grader.checks.outcome import CheckOutcome, Status
from grader.checks.plan import Plan
from grader.diagnosis.diagnose import Candidate, diagnose
from grader.diagnosis.evidence import Evidence
from grader.diagnosis.signature import Signature, is_check, is_gist
from grader.gradebook.earlier_parts import broken_parts
from grader.gradebook.silencing import diagnosis_target
from grader.judge.result import ExerciseResult, Result


@dataclass(frozen=True)
class Sign:
    """One thing that was looked at: what, what the submission shows there, and what the mistake would."""

    what: str
    seen: str
    known: str


@dataclass(frozen=True)
class Weighed:
    """A mistake that may explain what was seen.

    Attributes:
        target: what it is silenced by. ``silent``: whether it is.
        strength: as ``diagnose`` gives it.
        speaks_for, against: signs, the weightiest first.
    """

    target: str
    title: str
    for_the_ta: str
    for_the_student: str
    strength: float
    silent: bool
    speaks_for: tuple[Sign, ...]
    against: tuple[Sign, ...]


@dataclass(frozen=True)
class ExerciseMistakes:
    """An exercise that was begun and did not pass everything. No candidate: none fits.

    Attributes:
        uses_broken: titles of exercises that it uses and that are broken: what is seen here may come from there.
        endings: how those checks ended that did not pass, and how many.
    """

    exercise: str
    title: str
    uses_broken: tuple[str, ...]
    endings: tuple[tuple[Status, int], ...]
    candidates: tuple[Weighed, ...]

    @property
    def failed(self) -> int:
        """How many checks did not pass."""
        return sum(count for _, count in self.endings)


def mistakes_in(result: Result, plan: Plan, signatures: Sequence[Signature], silent: frozenset[str]) -> tuple[ExerciseMistakes, ...]:
    """One for each exercise of a result that was begun and failed something, in the order of the plan."""
    made = (_mistakes(result, plan, exercise, signatures, silent) for exercise in result.exercises if exercise.status != "not started")
    return tuple(item for item in made if item.endings)


def _mistakes(
    result: Result, plan: Plan, exercise: ExerciseResult, signatures: Sequence[Signature], silent: frozenset[str]
) -> ExerciseMistakes:
    outcomes = [outcome for outcome in result.checks if outcome.exercise == exercise.id]
    endings = Counter(outcome.status for outcome in outcomes if outcome.status not in (Status.PASSED, Status.GRADER_FAULT))
    texts = {item.name: item for item in signatures if item.exercise == exercise.id}
    checks = {outcome.check: outcome for outcome in outcomes}
    candidates = diagnose(outcomes, exercise.id, signatures)
    weighed = tuple(_weighed(candidate, texts[candidate.name], silent, checks) for candidate in candidates)
    broken = tuple(broken_parts(plan.exercise(exercise.id), result).values())
    return ExerciseMistakes(exercise.id, exercise.title, broken, tuple(sorted(endings.items())), weighed)


def _weighed(candidate: Candidate, texts: Signature, silent: frozenset[str], checks: Mapping[str, CheckOutcome]) -> Weighed:
    target = diagnosis_target(candidate.exercise, candidate.name)
    return Weighed(
        target=target,
        title=candidate.title,
        for_the_ta=texts.for_the_ta,
        for_the_student=texts.for_the_student,
        strength=candidate.strength,
        silent=target in silent,
        speaks_for=tuple(_sign(item, checks) for item in candidate.evidence if item.weight > 0),
        against=tuple(_sign(item, checks) for item in candidate.evidence if item.weight < 0),
    )


def _sign(evidence: Evidence, checks: Mapping[str, CheckOutcome]) -> Sign:
    """A check by its title and kind; a fact by its name."""
    check = evidence.question.partition(" ")[0]
    if check not in checks:
        return Sign(evidence.question, evidence.seen, evidence.known)
    outcome = checks[check]
    kind = "" if is_check(evidence.question) else ", its message" if is_gist(evidence.question) else ", its example"
    return Sign(f"{outcome.title} ({'hidden' if outcome.hidden else 'public'}{kind})", evidence.seen, evidence.known)

"""What must hold of the specimens' results. Pure functions from results to sentences; no sentence means that the grader is right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from grader.checks.outcome import CheckOutcome, Status
from grader.judge.result import Result
from grader.judge.suite import Suite
from grader.verify.specimens import Kind, Specimen


@dataclass(frozen=True)
class Caught:
    """What a misconception cost.

    Attributes:
        public, hidden: the checks of its own exercise that caught it.
        ideas: the ideas of its own exercise that it lost.
        elsewhere: exercises that depend on its own and lost points, too.
        pattern: its own exercise's checks that did not pass, with how each ended.
    """

    specimen: Specimen
    public: tuple[str, ...]
    hidden: tuple[str, ...]
    ideas: tuple[str, ...]
    elsewhere: tuple[str, ...]
    pattern: frozenset[str]


def problems_of(specimen: Specimen, result: Result, suite: Suite) -> Iterator[str]:
    """What is wrong with the grade of one specimen."""
    for outcome in result.checks:
        if outcome.status is Status.GRADER_FAULT:
            yield f"{specimen.key}: {outcome.check} is a grader fault: {outcome.message}"
    if specimen.kind in (Kind.REFERENCE, Kind.ALTERNATIVE):
        for outcome in result.checks:
            if outcome.status is not Status.PASSED:
                said = f"{outcome.message} expected {outcome.expected} got {outcome.got}"
                yield f"{specimen.key} is right, but {outcome.check} says {outcome.status}: {said}"
    elif specimen.kind is Kind.STARTER:
        yield from _problems_of_starter(result)
    elif specimen.kind is Kind.BREAKAGE:
        if all(outcome.status is Status.PASSED for outcome in result.checks):
            yield f"{specimen.key} fails no check, and is no sample for diagnosis"
    else:
        yield from _problems_of_misconception(specimen, result, suite)


def _problems_of_starter(result: Result) -> Iterator[str]:
    if result.earned or result.bonus_earned:
        yield f"the starter earns {result.earned + result.bonus_earned:g} points"
    for outcome in result.checks:
        if outcome.status is not Status.NOT_STARTED:
            yield f"the starter meets no stub in {outcome.check}: {outcome.status}: {outcome.message}"


def _problems_of_misconception(specimen: Specimen, result: Result, suite: Suite) -> Iterator[str]:
    own = specimen.exercise
    dependants = {exercise.id for exercise in suite.course.exercises if own in exercise.depends_on}
    for exercise in result.exercises:
        lost = exercise.earned < exercise.points
        if exercise.id == own and not lost:
            yield f"{specimen.key} loses no point in {own}"
        if exercise.id != own and exercise.id not in dependants and lost:
            failed = [outcome.check for outcome in result.checks if outcome.exercise == exercise.id and outcome.status is not Status.PASSED]
            yield f"{specimen.key} loses points in {exercise.id}, which does not depend on {own}: {', '.join(failed)}"
    if not any(outcome.hidden for outcome in result.checks if outcome.exercise == own and outcome.status is not Status.PASSED):
        yield f"{specimen.key} is not caught by any hidden check"


def caught(specimen: Specimen, result: Result) -> Caught:
    """What a misconception cost, by check, idea and exercise."""
    exercise = specimen.exercise
    own = [outcome for outcome in result.checks if outcome.exercise == exercise and outcome.status is not Status.PASSED]
    lost = [item for item in result.exercises if item.earned < item.points]
    return Caught(
        specimen,
        public=tuple(outcome.check for outcome in own if not outcome.hidden),
        hidden=tuple(outcome.check for outcome in own if outcome.hidden),
        ideas=tuple(idea.id for item in lost if item.id == exercise for idea in item.ideas if idea.earned < idea.points),
        elsewhere=tuple(item.id for item in lost if item.id != exercise),
        pattern=frozenset(f"{outcome.check}: {outcome.status}" for outcome in own),
    )


def idle_checks(checks: Sequence[str], catches: Sequence[Caught]) -> tuple[str, ...]:
    """Checks that catch no misconception of their own exercise."""
    busy = {check for item in catches for check in (*item.public, *item.hidden)}
    return tuple(check for check in checks if check not in busy)


def mode_differences(key: str, local: Mapping[str, CheckOutcome], jailed: Mapping[str, CheckOutcome]) -> Iterator[str]:
    """Checks that end differently without and with the jail. What the reference stood in for is a matter of the judge, not of the mode."""
    for check in sorted(local.keys() | jailed.keys()):
        if check in jailed and jailed[check].used_given:
            continue
        statuses = [side[check].status if check in side else None for side in (local, jailed)]
        if statuses[0] != statuses[1]:
            yield f"{key}: {check} is {statuses[0]} in local mode and {statuses[1]} in the jail"

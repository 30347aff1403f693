"""Which checks are run a second time, and what two runs together say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grader.checks.outcome import CheckOutcome, Status
from grader.judge.addresses import without_addresses
from grader.judge.second_run import AT_MOST, compared, failures_to_repeat, rest_to_repeat

FIRST = CheckOutcome("hidden/test_a.py::test_x", "a", "a.idea", (), "title", "hint", Status.FAILED, "off by 3", got="3")


def outcomes(*statuses: Status, exercise: str = "a") -> dict[str, CheckOutcome]:
    made = [replace(FIRST, check=f"{exercise}{number}", exercise=exercise, status=status) for number, status in enumerate(statuses)]
    return {outcome.check: outcome for outcome in made}


def test_some_failures_of_each_exercise_are_repeated() -> None:
    both = {**outcomes(*[Status.FAILED] * 5), **outcomes(Status.PASSED, Status.CRASHED, exercise="b")}
    assert failures_to_repeat(both) == {"a0", "a1", "a2", "b1"} and AT_MOST == 3


@pytest.mark.parametrize(
    "status",
    [Status.NOT_STARTED, Status.TIMEOUT, Status.FORBIDDEN_API, Status.MISSING_DEPENDENCY, Status.NEEDS_NEWER_PYTHON, Status.GRADER_FAULT],
)
def test_what_a_second_run_cannot_tell_is_not_repeated(status: Status) -> None:
    assert not failures_to_repeat(outcomes(status)) and not rest_to_repeat(outcomes(status, Status.PASSED))


def test_after_an_interruption_the_choice_is_the_same() -> None:
    assert failures_to_repeat(outcomes(Status.UNSTABLE, *[Status.FAILED] * 5)) == {"a1", "a2"}


def test_those_that_students_see_are_repeated_first() -> None:
    names = [f"hidden/a{number}" for number in range(3)] + ["public/a3", "public/a4"]
    assert failures_to_repeat({name: replace(FIRST, check=name) for name in names}) == {"hidden/a0", "public/a3", "public/a4"}


def test_all_others_are_repeated_beside_one_that_differs() -> None:
    found = {**outcomes(Status.UNSTABLE, Status.PASSED, Status.PASSED, Status.FAILED, Status.TIMEOUT)}
    found |= outcomes(Status.FAILED, Status.PASSED, exercise="b")
    found["a2"] = replace(found["a2"], used_given=("b",))
    assert rest_to_repeat(found) == {"a1", "a3"}


def test_the_same_twice_is_what_it_was() -> None:
    assert compared(FIRST, replace(FIRST)) == FIRST


@pytest.mark.parametrize(
    "second",
    [replace(FIRST, got="4"), replace(FIRST, status=Status.PASSED, message="", got=""), replace(FIRST, observations=(("leak", 1),))],
)
def test_two_endings_are_no_answer(second: CheckOutcome) -> None:
    both = compared(FIRST, second)
    assert both.status is Status.UNSTABLE and both.hint == "" and "off by 3; got 3." in both.message and second.status.value in both.message
    assert compared(replace(FIRST, status=Status.PASSED), replace(second, status=Status.FAILED)).status is Status.UNSTABLE


@pytest.mark.parametrize("status", [Status.TIMEOUT, Status.GRADER_FAULT])
def test_a_busy_machine_is_not_held_against_the_code(status: Status) -> None:
    assert compared(FIRST, replace(FIRST, status=status)) == FIRST


def test_an_address_is_not_a_difference() -> None:
    shown = [without_addresses(replace(FIRST, message=f"KeyError: <object object at {place:#x}>")) for place in (1 << 40, 1 << 41)]
    assert shown[0] == shown[1] and shown[0].message == "KeyError: <object object at 0x...>"

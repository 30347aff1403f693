"""Attempts: one success is enough, every attempt has seeds of its own, and the bound of their chance is the exact one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from scipy import stats

from grader.checks.attempts import all_fail_bound, passes_in_one_of, per_attempt_bound
from grader.checks.compare import CheckFailure


def failing_first(times: int) -> tuple[list[int], Callable[[], None]]:
    """A list of how often it ran, and an attempt that fails that many times before it passes."""
    ran: list[int] = []

    def attempt() -> None:
        ran.append(len(ran))
        assert len(ran) > times, f"loss {len(ran)}"

    return ran, attempt


def test_the_first_success_ends_it() -> None:
    begun: list[int] = []
    ran, attempt = failing_first(2)
    passes_in_one_of(5, attempt, begin=begun.append)
    assert (len(ran), begun) == (3, [0, 1, 2])


def test_only_if_all_fail_it_fails_with_the_last_ones_sentence() -> None:
    ran, attempt = failing_first(9)
    with pytest.raises(CheckFailure) as caught:
        passes_in_one_of(3, attempt, begin=lambda _: None)
    assert len(ran) == 3
    assert str(caught.value) == "loss 3 (and much the same in 2 attempts before, with other seeds)"


def test_a_single_attempt_says_nothing_of_others_and_keeps_what_it_shows() -> None:
    def attempt() -> None:
        raise CheckFailure("too large", input="x", expected="1", got="2")

    with pytest.raises(CheckFailure) as caught:
        passes_in_one_of(1, attempt, begin=lambda _: None)
    failure = caught.value
    assert (failure.rationale, failure.input, failure.expected, failure.got) == ("too large", "x", "1", "2")


def test_an_exception_of_the_students_code_is_no_bad_luck() -> None:
    ran: list[int] = []

    def attempt() -> None:
        ran.append(0)
        raise NotImplementedError("not yet")

    def assertion_of_the_student() -> None:
        ran.append(1)
        error = AssertionError("my own check")
        error.student_error = "where"  # type: ignore[attr-defined]
        raise error

    with pytest.raises(NotImplementedError):
        passes_in_one_of(4, attempt, begin=lambda _: None)
    with pytest.raises(AssertionError, match="my own check"):
        passes_in_one_of(4, assertion_of_the_student, begin=lambda _: None)
    assert ran == [0, 1]


@pytest.mark.parametrize(("runs", "failures"), [(10, 0), (160, 0), (160, 1), (1000, 7), (3, 2)])
@pytest.mark.parametrize("confidence", [0.9, 0.99, 0.9999])
def test_the_bound_is_that_of_clopper_and_pearson(runs: int, failures: int, confidence: float) -> None:
    expected = float(stats.beta.ppf(confidence, failures + 1, runs - failures))
    assert per_attempt_bound(runs, failures, confidence) == pytest.approx(expected, rel=1e-6)
    if failures == 0:
        assert expected == pytest.approx(1 - (1 - confidence) ** (1 / runs), rel=1e-9)


def test_the_bound_of_what_always_fails_is_1_and_nonsense_is_refused() -> None:
    assert per_attempt_bound(5, 5) == 1.0
    for runs, failures in ((0, 0), (5, 6), (5, -1)):
        with pytest.raises(ValueError):
            per_attempt_bound(runs, failures)


def test_independent_attempts_multiply() -> None:
    assert all_fail_bound(6, 200, {"one": 0, "other": 0}, 0.99) == pytest.approx((1 - 0.01 ** (1 / 200)) ** 6)


def test_the_worst_design_counts_however_many_others_never_fail() -> None:
    others = dict.fromkeys("abcdefghi", 0)
    assert all_fail_bound(8, 80, {**others, "worst": 2}) == pytest.approx(per_attempt_bound(80, 2) ** 8)
    assert all_fail_bound(8, 80, {**others, "never": 80}) == 1.0

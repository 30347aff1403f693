"""The room on both sides of the tolerances is that of the nearest submissions."""

from __future__ import annotations

from grader.checks.outcome import CheckOutcome, Status
from grader.verify.jailed_mode import Sight
from grader.verify.kept import Seen
from grader.verify.margins import largest_right, smallest_wrong


def sight(*rows: tuple[str, Status, float]) -> Sight:
    return {check: Seen(CheckOutcome(check, "e", "e.i", (), "", "", status), margin) for check, status, margin in rows}


def test_the_largest_error_of_right_submissions() -> None:
    extreme = largest_right([("a", sight(("x", Status.PASSED, 0.1))), ("b", sight(("x", Status.PASSED, 0.3), ("y", Status.PASSED, 0.2)))])
    assert extreme is not None
    assert (extreme.value, extreme.specimen, extreme.check) == (0.3, "b", "x")


def test_a_wrong_submission_counts_by_its_clearest_failure() -> None:
    wrong = [
        ("a", sight(("x", Status.FAILED, 40.0), ("y", Status.FAILED, 9.0), ("z", Status.PASSED, 0.9))),
        ("b", sight(("x", Status.FAILED, 12.0), ("y", Status.ERROR, 3.0))),
        ("c", sight(("x", Status.FAILED, 0.5))),
    ]
    extreme = smallest_wrong(wrong)
    assert extreme is not None
    assert (extreme.value, extreme.specimen) == (12.0, "b")


def test_without_comparisons_there_is_no_extreme() -> None:
    assert largest_right([]) is None
    assert smallest_wrong([("a", sight(("x", Status.TIMEOUT, 0.0)))]) is None

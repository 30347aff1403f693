"""From marks to points: a table of cases for each role, and what pending means."""

from fractions import Fraction

import pytest
from course_files import GOOD, moment, only_assignment, small_course

from grader.course.lateness import lateness
from grader.course.points import exact, shown
from grader.course.scoring import ExerciseMark, automatic_score, total_score, ungraded

F = Fraction
POINTS = {"first": F(7, 2), "second": F(4), "third": F(4), "fourth": F(3)}


def marks(**earned):
    made = []
    for name, points in POINTS.items():
        value = earned.get(name, 0)
        sure, unsettled = value if isinstance(value, tuple) else (value, 0)
        made.append(ExerciseMark(name, points, F(sure), F(unsettled)))
    return made


# earned per exercise (or earned and unsettled) -> earned, unsettled, bonus earned, chosen exercise
CASES = [
    ({}, 0, 0, 0, "second"),
    ({"first": F(7, 2), "second": 4}, F(15, 2), 0, 0, "second"),
    ({"first": 2, "second": 1, "third": 3}, 5, 0, 0, "third"),
    ({"second": 2, "third": 2}, 2, 0, 0, "second"),
    ({"second": 4, "third": 4}, 4, 0, 0, "second"),
    ({"fourth": 3}, 0, 0, 3, "second"),
    ({"first": (1, 2)}, 1, 2, 0, "second"),
    ({"second": 3, "third": (0, 4)}, 3, 1, 0, "second"),
    ({"second": 4, "third": (0, 4)}, 4, 0, 0, "second"),
    ({"second": (1, 1), "third": (0, 4)}, 1, 3, 0, "second"),
    ({"second": (1, 0), "third": (1, 2)}, 1, 2, 0, "third"),
]


@pytest.mark.parametrize(("earned", "total", "unsettled", "bonus", "chosen"), CASES)
def test_one_of_two_with_bonus(tmp_path, earned, total, unsettled, bonus, chosen):
    got = automatic_score(only_assignment(tmp_path), marks(**earned))
    assert (got.earned, got.unsettled, got.bonus_earned) == (total, unsettled, bonus)
    assert got.counted == {"first", "fourth", chosen}
    assert (got.points, got.bonus_points) == (F(15, 2), 3)


def test_best_two_of_three(tmp_path):
    assignment = only_assignment(
        tmp_path,
        ("choose = 1", "choose = 2"),
        ('"second", "third"]', '"second", "third", "fourth"]'),
        ('bonus = ["fourth"]\n', ""),
        ("points = 3", "points = 4"),
    )
    group = [ExerciseMark("second", F(4), F(1)), ExerciseMark("third", F(4), F(4)), ExerciseMark("fourth", F(4), F(3))]
    got = automatic_score(assignment, [*group, ExerciseMark("first", F(7, 2), F(0))])
    assert (got.earned, got.points, got.counted) == (7, F(23, 2), {"first", "third", "fourth"})


def test_an_exercise_without_mark_is_an_error(tmp_path):
    with pytest.raises(KeyError, match="third"):
        automatic_score(only_assignment(tmp_path), [mark for mark in marks() if mark.exercise != "third"])


def test_late_takes_from_automatic_points_only(tmp_path):
    assignment = only_assignment(tmp_path)
    late = lateness(assignment, moment("2026-10-24T13:00:00+02:00"))
    got = total_score(assignment, automatic_score(assignment, marks(first=F(7, 2), third=4, fourth=3)), late, {"talk": F(4)})
    assert got.automatic_earned == F(15, 2) * F(9, 10)
    assert got.bonus_earned == F(27, 10)
    assert got.late_deduction == F(21, 20)
    assert got.earned == F(15, 2) * F(9, 10) + F(27, 10) + 4
    assert got.points == F(25, 2) and got.complete


def test_pending_is_never_zero(tmp_path):
    assignment = only_assignment(tmp_path)
    in_time = lateness(assignment, None)
    waiting = total_score(assignment, automatic_score(assignment, marks(first=3)), in_time, {})
    assert (waiting.earned, waiting.pending, waiting.human_pending, waiting.complete) == (3, 5, 5, False)
    zero = total_score(assignment, automatic_score(assignment, marks(first=3)), in_time, {"talk": F(0)})
    assert (zero.earned, zero.pending, zero.complete) == (3, 0, True)
    fault = total_score(assignment, automatic_score(assignment, marks(first=(1, 2))), in_time, {"talk": F(0)})
    assert (fault.earned, fault.pending, fault.complete) == (1, 2, False)


def test_without_a_result_everything_is_pending(tmp_path):
    course = small_course(tmp_path, GOOD)
    assignment = course.assignment("one")
    got = total_score(assignment, ungraded(course, assignment), lateness(assignment, None), {})
    assert (got.earned, got.points, got.pending, got.complete) == (0, F(25, 2), F(31, 2), False)


def test_lateness_reduces_what_is_pending_too(tmp_path):
    assignment = only_assignment(tmp_path)
    late = lateness(assignment, moment("2026-10-24T13:00:00+02:00"))
    got = total_score(assignment, automatic_score(assignment, marks(first=(1, 2))), late, {"talk": F(0)})
    assert got.pending == F(18, 10)


def test_thirds_stay_exact_and_are_rounded_only_when_shown():
    third = F(20, 3)
    assert third * 3 == 20
    assert (shown(third), shown(F(5, 1000)), shown(F(7)), shown(F(15, 2)), shown(F(100))) == ("6.67", "0.01", "7", "7.5", "100")
    assert exact(0.1) + exact(0.2) == exact("0.3")
    with pytest.raises(ValueError, match="not a number of points"):
        exact(float("nan"))

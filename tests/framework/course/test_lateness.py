"""The late rule: started days by the wall clock, grace, last day, extensions."""

from fractions import Fraction

import pytest
from course_files import moment, only_assignment

from grader.course.lateness import lateness

# The deadline is Saturday 24 October 2026, 12:00 in Berlin (UTC+2); the clock goes back in the night, so Sunday 12:00 is 25 hours later.
AUTUMN = [
    ("2026-10-24T11:59:59+02:00", 0),
    ("2026-10-24T12:00:00+02:00", 0),
    ("2026-10-24T12:15:00+02:00", 0),
    ("2026-10-24T12:15:01+02:00", 1),
    ("2026-10-25T11:30:00+01:00", 1),  # 24.5 hours after the deadline, and still the first day
    ("2026-10-25T12:15:00+01:00", 1),
    ("2026-10-25T12:15:01+01:00", 2),
    ("2026-10-25T11:15:01+00:00", 2),  # the same moment told in UTC
    ("2026-10-26T12:15:00+01:00", 2),
    ("2026-11-03T13:00:00+01:00", 11),
]


@pytest.mark.parametrize(("submitted", "days"), AUTUMN)
def test_days_across_the_clock_going_back(tmp_path, submitted, days):
    assert lateness(only_assignment(tmp_path), moment(submitted)).days == days


# The clock goes forward in the night to Sunday 28 March 2027: the first late day has 23 hours.
SPRING = [
    ("2027-03-28T12:00:00+02:00", 1),
    ("2027-03-28T12:15:01+02:00", 2),
    ("2027-03-28T11:30:00+01:00", 2),  # 23.5 hours after the deadline, and already the second day
]


@pytest.mark.parametrize(("submitted", "days"), SPRING)
def test_days_across_the_clock_going_forward(tmp_path, submitted, days):
    assignment = only_assignment(tmp_path, ("2026-10-24T12:00:00", "2027-03-27T12:00:00"))
    assert lateness(assignment, moment(submitted)).days == days


def test_day_that_ends_in_the_missing_hour(tmp_path):
    assignment = only_assignment(tmp_path, ("2026-10-24T12:00:00", "2027-03-27T02:30:00"), ("grace_minutes = 15", "grace_minutes = 0"))
    assert lateness(assignment, moment("2027-03-28T03:30:00+02:00")).days == 1
    assert lateness(assignment, moment("2027-03-28T03:31:00+02:00")).days == 2


def test_cost_grows_by_day_and_ends_after_the_last(tmp_path):
    assignment = only_assignment(tmp_path)
    third = lateness(assignment, moment("2026-10-27T12:00:00+01:00"))
    assert (third.days, third.percent, third.accepted, third.share) == (3, 30, True, Fraction(7, 10))
    fourth = lateness(assignment, moment("2026-10-27T13:00:00+01:00"))
    assert (fourth.days, fourth.accepted, fourth.share) == (4, False, 0)


def test_cost_is_at_most_everything(tmp_path):
    assignment = only_assignment(tmp_path, ("percent_per_day = 10", "percent_per_day = 30"), ("last_day = 3\n", ""))
    late = lateness(assignment, moment("2026-10-30T12:00:00+01:00"))
    assert (late.days, late.percent, late.accepted, late.share) == (6, 100, True, 0)


def test_extension_moves_the_deadline_and_its_days(tmp_path):
    assignment = only_assignment(tmp_path)
    extension = moment("2026-10-26T22:00:00+00:00")
    in_time = lateness(assignment, moment("2026-10-26T22:10:00+00:00"), extension)
    assert (in_time.days, in_time.extended) == (0, True)
    assert in_time.deadline is not None and in_time.deadline.isoformat() == "2026-10-26T23:00:00+01:00"
    assert lateness(assignment, moment("2026-10-26T22:16:00+00:00"), extension).days == 1


def test_extension_never_shortens(tmp_path):
    late = lateness(only_assignment(tmp_path), moment("2026-10-24T11:00:00+02:00"), moment("2026-10-20T12:00:00+02:00"))
    assert (late.days, late.extended) == (0, False)


def test_unknown_time_and_no_deadline_cost_nothing(tmp_path):
    unknown = lateness(only_assignment(tmp_path), None)
    assert (unknown.days, unknown.share, unknown.submitted_at) == (0, 1, None)
    free = only_assignment(tmp_path, ("deadline = 2026-10-24T12:00:00\n", ""))
    assert lateness(free, moment("2030-01-01T00:00:00+00:00")).share == 1


def test_naive_times_are_refused(tmp_path):
    naive = moment("2026-10-24T12:00:00+00:00").replace(tzinfo=None)
    with pytest.raises(ValueError, match="no time zone"):
        lateness(only_assignment(tmp_path), naive)
    with pytest.raises(ValueError, match="no time zone"):
        lateness(only_assignment(tmp_path), moment("2026-10-24T12:00:00+00:00"), naive)

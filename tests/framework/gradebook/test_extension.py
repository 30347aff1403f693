"""Later deadlines: refused for a mistyped student and for a moment that extends nothing; told back as what holds."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from samples import registered, small_course, submission

from grader.gradebook.connection import GradebookError
from grader.gradebook.extension import grant_extension, withdraw_extension
from grader.gradebook.gradebook import Gradebook

BERLIN = ZoneInfo("Europe/Berlin")
LATER = datetime(2026, 12, 3, 12, tzinfo=BERLIN)


@pytest.fixture
def book(tmp_path):
    with Gradebook(tmp_path / "book.sqlite") as opened:
        registered(opened, submission("kim_ann"), submission("bob"))
        yield opened


@pytest.fixture
def assignment(tmp_path):
    return small_course(tmp_path)[0].assignment("one")


def grant(book, assignment, student="kim_ann", until=LATER, before_submission=False):
    return grant_extension(book, assignment, student, until, "ill", "ta", before_submission=before_submission)


def test_what_holds_now_and_what_held_before_is_told(book, assignment):
    assert grant(book, assignment) == "kim_ann: until 2026-12-03 12:00 CET (was 2026-12-01 12:00 CET)"
    later = grant(book, assignment, until=datetime.fromisoformat("2026-12-04T12:00:00+00:00"))
    assert later == "kim_ann: until 2026-12-04 13:00 CET (was 2026-12-03 12:00 CET)"
    assert withdraw_extension(book, assignment, "kim_ann", "", "ta") == "kim_ann: until 2026-12-01 12:00 CET (was 2026-12-04 13:00 CET)"
    assert book.extensions("one")["kim_ann"].until is None


def test_a_mistyped_student_is_refused_with_the_near_ones(book, assignment):
    with pytest.raises(GradebookError, match="no submission of 'kim_an'; perhaps kim_ann"):
        grant(book, assignment, student="kim_an")
    assert book.extensions("one") == {}
    grant(book, assignment, student="kim_an", before_submission=True)
    assert book.extensions("one")["kim_an"].until == LATER


@pytest.mark.parametrize(
    ("until", "words"),
    [
        (datetime(2026, 12, 1, 12, tzinfo=BERLIN), "2026-12-01 12:00 CET is not after the deadline, 2026-12-01 12:00 CET"),
        (datetime(2026, 11, 1, 12, tzinfo=BERLIN), "is not after the deadline"),
        (datetime(2026, 12, 3, 12), "has no time zone"),
    ],
)
def test_a_moment_that_extends_nothing_is_refused(book, assignment, until, words):
    with pytest.raises(GradebookError, match=words):
        grant(book, assignment, until=until)
    assert book.extensions("one") == {}


def test_only_an_extension_that_holds_can_be_withdrawn(book, assignment):
    grant(book, assignment)
    with pytest.raises(GradebookError, match="'bob' has no extension; there are: kim_ann"):
        withdraw_extension(book, assignment, "bob", "", "ta")

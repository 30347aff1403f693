"""What a student is told: failing public checks in full, hidden ones by status only until release, nothing pending as zero."""

from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction

import pytest
from samples import CHECKS, SUITE, graded, outcome, registered, result, small_course, submission

from grader.checks.outcome import Status
from grader.gradebook.export_gradescope import results_json
from grader.gradebook.feedback import feedback_for
from grader.gradebook.feedback_html import feedback_html
from grader.gradebook.feedback_markdown import feedback_markdown
from grader.gradebook.gradebook import Gradebook
from grader.gradebook.records import MarkEntry
from grader.gradebook.standing import standings

PUBLIC, HIDDEN, SCALE, EXTRA = (name for name, _, _ in CHECKS)
SECRET = {
    "message": "secret message",
    "input": "secret input",
    "expected": "secret expected",
    "got": "secret got",
    "frames": ("secret frame",),
}
FORMS = [feedback_html, feedback_markdown, results_json]


@pytest.fixture
def book(tmp_path):
    with Gradebook(tmp_path / "book.sqlite") as opened:
        yield opened


@pytest.fixture
def course_and_plan(tmp_path):
    return small_course(tmp_path)


def told(book, course_and_plan, released=False):
    course, plan = course_and_plan
    return feedback_for(standings(book, course, "one")[0], course.assignment("one"), plan, released=released)


@pytest.mark.parametrize("form", FORMS)
def test_failing_public_check_shows_its_example_and_the_sentence_that_asks_for_it(book, course_and_plan, form):
    graded(book, course_and_plan[1], submission(), outcome(PUBLIC, Status.FAILED))
    text = form(told(book, course_and_plan))
    for expected in (
        "the input",
        "the expected",
        "the got",
        "the message",
        f"hint of {PUBLIC}",
        "1. Norm",
        "NRM-1",
        "The mean is taken over",
    ):
        assert expected in text, expected


@pytest.mark.parametrize("form", FORMS)
def test_hidden_check_shows_idea_section_and_status_only_until_release(book, course_and_plan, form):
    graded(book, course_and_plan[1], submission(), outcome(HIDDEN, Status.FAILED, hint="secret hint", title="secret title", **SECRET))
    before = form(told(book, course_and_plan))
    assert "secret" not in before and HIDDEN not in before
    assert "takes the mean" in before and "1. Norm" in before and "Further checks: failed" in before.replace("further", "Further")
    after = form(told(book, course_and_plan, released=True))
    for expected in ("secret message", "secret input", "secret expected", "secret got", "secret hint", "secret title"):
        assert expected in after, expected


def test_two_hidden_checks_of_one_status_are_told_once(book, course_and_plan):
    graded(book, course_and_plan[1], submission(), outcome(HIDDEN, Status.TIMEOUT), outcome(PUBLIC, Status.FAILED))
    idea = told(book, course_and_plan).exercises[0].ideas[0]
    assert idea.statuses == (Status.TIMEOUT,) and [check.outcome.check for check in idea.shown] == [PUBLIC]


def test_untouched_exercise_is_one_sentence(book, course_and_plan):
    stubs = [outcome(name, Status.NOT_STARTED, message="exercise norm is not started") for name in (PUBLIC, HIDDEN, SCALE)]
    graded(book, course_and_plan[1], submission(), *stubs)
    feedback = told(book, course_and_plan)
    assert all(idea.shown == () for idea in feedback.exercises[0].ideas)
    assert feedback.exercises[0].ideas[0].statuses == (Status.NOT_STARTED,)


@pytest.mark.parametrize("form", FORMS)
def test_grader_fault_is_open_and_human_part_pending(book, course_and_plan, form):
    graded(book, course_and_plan[1], submission(), outcome(PUBLIC, Status.GRADER_FAULT, message="lost"))
    feedback = told(book, course_and_plan)
    assert feedback.exercises[0].ideas[0].earned is None and feedback.exercises[0].pending == 2
    assert (feedback.score.earned, feedback.score.pending) == (5, 7)
    text = form(feedback).lower()
    assert "open" in text or '"pending": 7' in text
    assert "pending" in text


@pytest.mark.parametrize("form", FORMS)
def test_human_mark_comes_with_its_comment(book, course_and_plan, form):
    graded(book, course_and_plan[1], submission())
    book.enter_marks("one", [MarkEntry("amy", "talk", Fraction(9, 2), "well told")], "ta")
    text = form(told(book, course_and_plan))
    assert "4.5" in text and "well told" in text


@pytest.mark.parametrize(
    ("submitted", "sentence"),
    [
        (
            datetime(2026, 12, 1, 10, tzinfo=UTC),
            "Handed in Tuesday, 01 December 2026, 11:00 CET, due Tuesday, 01 December 2026, 12:00 CET: in time.",
        ),
        (datetime(2026, 12, 2, 10, tzinfo=UTC), "1 day late, which takes 10% of the automatic points, 0.7 points."),
        (datetime(2026, 12, 7, 10, tzinfo=UTC), "6 days late, after the last day that is accepted. Automatic points do not count."),
        (None, "Counted as in time, due Tuesday, 01 December 2026, 12:00 CET."),
    ],
)
def test_lateness_is_said(book, course_and_plan, submitted, sentence):
    graded(book, course_and_plan[1], submission(submitted_at=submitted))
    feedback = told(book, course_and_plan)
    assert feedback.lateness.endswith(sentence)
    assert sentence in feedback_markdown(feedback)


@pytest.mark.parametrize("form", FORMS)
def test_unreadable_submission_is_told_why_and_gets_no_zero(book, course_and_plan, form):
    registered(book, submission(problem="the zip is damaged"))
    feedback = told(book, course_and_plan)
    assert (feedback.score.earned, feedback.score.pending, feedback.score.complete) == (0, 12, False)
    text = form(feedback)
    assert "the zip is damaged" in text
    assert "0 of 8 points" not in text and "12 pending" not in text and "12 points are pending" not in text


def test_headline_says_not_graded_or_no_more_pending_than_can_be_reached(book, course_and_plan):
    registered(book, submission(problem="the zip is damaged"))
    assert told(book, course_and_plan).headline == "not graded yet"
    faults = [outcome(name, Status.GRADER_FAULT, message="lost") for name in (PUBLIC, SCALE, EXTRA)]
    graded(book, course_and_plan[1], submission(content="hash-2"), *faults)
    assert told(book, course_and_plan).headline == "0 of 8 points, 8 pending"


def test_reference_standing_in_is_said(book, course_and_plan):
    graded(book, course_and_plan[1], submission(), outcome(SCALE, used_given=("attention",)))
    feedback = told(book, course_and_plan)
    assert feedback.exercises[0].used_given == ("attention",)
    assert "reference’s attention" in feedback_html(feedback)


def test_notes_for_the_staff_are_not_told_to_the_student(book, course_and_plan):
    course, plan = course_and_plan
    record = registered(book, submission())[0]
    attempt = book.begin_attempt(record.key, SUITE, "ta")
    book.finish_attempt(attempt.id, replace(result(plan), notes=("It looked for the tests.",)))
    assert "It looked for the tests." in standings(book, course, "one")[0].attention
    assert not any("looked" in form(told(book, course_and_plan)) for form in FORMS)


def test_same_standing_gives_the_same_bytes(book, course_and_plan):
    graded(book, course_and_plan[1], submission(), outcome(PUBLIC, Status.FAILED))
    first = [form(told(book, course_and_plan)) for form in FORMS]
    key = book.submission_of("one", "amy").key
    assert book.begin_attempt(key, SUITE, "ta").finished
    assert first == [form(told(book, course_and_plan)) for form in FORMS]

"""What a student is told: failing public checks in full, hidden ones by status only until release, nothing pending as zero."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction

import pytest
from samples import CHECKS, SIGNATURES, SUITE, graded, outcome, registered, result, simply_diagnosed, small_course, submission

import grader.gradebook.told
from grader.checks.outcome import Status
from grader.checks.stub import not_started_message
from grader.course.model import Show, StudentView
from grader.gradebook.earlier_parts import earlier_parts_note
from grader.gradebook.export_gradescope import results_json
from grader.gradebook.feedback import _TOLD_FIRST, feedback_for
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


@pytest.fixture(autouse=True)
def simple_diagnosis(monkeypatch):
    simply_diagnosed(monkeypatch)


def told(book, course_and_plan, released=False):
    course, plan = course_and_plan
    silent = frozenset(book.silences("one"))
    return feedback_for(standings(book, course, "one")[0], course, plan, released=released, signatures=SIGNATURES, silent=silent)


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


def test_hidden_checks_of_an_idea_tell_one_status_whatever_kinds_they_ended_in(book, course_and_plan):
    """A student may end each check in another way by what it asks: of an idea one status is told, not which there were."""
    plan = course_and_plan[1]
    made = result(plan)
    again = replace(outcome(HIDDEN, Status.TIMEOUT), check="hidden/test_norm.py::test_mean_again")
    whole = replace(made, checks=(*(item for item in made.checks if item.check != HIDDEN), outcome(HIDDEN, Status.ERROR), again))
    record = registered(book, submission())[0]
    book.finish_attempt(book.begin_attempt(record.key, SUITE, "ta").id, whole)
    assert told(book, course_and_plan).exercises[0].ideas[0].statuses == (Status.TIMEOUT,)


def test_every_status_but_passed_can_be_told():
    assert {*_TOLD_FIRST} == {*Status} - {Status.PASSED}


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


@pytest.mark.parametrize("form", FORMS[:2])
def test_headline_says_how_much_of_it_is_bonus(book, course_and_plan, form):
    graded(book, course_and_plan[1], submission(), outcome(EXTRA))
    assert "with 4 of bonus" in re.sub(r"<[^>]+>", "", form(told(book, course_and_plan)))


@pytest.mark.parametrize("form", FORMS)
def test_a_pass_with_the_reference_in_place_of_a_broken_part_is_said_with_what_it_means_for_points(book, course_and_plan, form):
    graded(book, course_and_plan[1], submission(), outcome(PUBLIC, Status.FAILED), outcome(EXTRA, used_given=("norm",)))
    feedback = told(book, course_and_plan)
    assert feedback.exercises[1].ideas[0].with_ours and feedback.exercises[1].earned == 4
    text = form(feedback).lower()
    for words in (
        "do not pass all of their checks: norm.",
        "cost you points only once",
        "counts in full",
        "with ours in place of earlier parts",
    ):
        assert words in text, words
    assert "was missed with ours, too" not in text


@pytest.mark.parametrize("form", FORMS)
def test_a_failure_that_stays_with_the_reference_in_place_is_said_to(book, course_and_plan, form):
    graded(book, course_and_plan[1], submission(), outcome(PUBLIC, Status.FAILED), outcome(EXTRA, Status.FAILED))
    text = form(told(book, course_and_plan))
    assert "What is missed here was missed with ours, too." in text and "in place of earlier parts" not in text.lower()


@pytest.mark.parametrize("form", FORMS)
def test_a_module_that_was_not_handed_in_is_not_called_a_stub(book, course_and_plan, form):
    missing = outcome(EXTRA, Status.NOT_STARTED, message="extra was not handed in: there is no pkg/extra.py.")
    graded(book, course_and_plan[1], submission(), missing)
    text = form(told(book, course_and_plan))
    assert "was not handed in" in text and "is still the stub" not in text


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("stub", ["norm", "extra"])
def test_an_exercise_that_only_waits_for_the_stub_of_another_is_not_called_a_stub(book, course_and_plan, form, stub):
    waiting = outcome(EXTRA, Status.NOT_STARTED, message=not_started_message(stub, "1", "Norm"))
    graded(book, course_and_plan[1], submission(), outcome(PUBLIC, Status.FAILED), waiting)
    text = form(told(book, course_and_plan))
    assert ("it uses a part of yours that is not started, Norm. With ours in its place" in text) == (stub == "norm")
    assert ("is still the stub" in text) == (stub == "extra")


@pytest.mark.parametrize("form", FORMS)
def test_nothing_is_said_of_earlier_parts_that_are_right_or_made_no_difference(book, course_and_plan, form):
    graded(book, course_and_plan[1], submission("amy"), outcome(EXTRA, Status.FAILED))
    assert "parts of yours" not in form(told(book, course_and_plan))
    graded(book, course_and_plan[1], submission("amy", "hash-2"), outcome(PUBLIC, Status.FAILED))
    assert "parts of yours" not in form(told(book, course_and_plan))


def test_where_no_reference_stands_in_the_earlier_part_is_named(course_and_plan):
    alone = replace(course_and_plan[0].exercise("extra"), given_on_failure=())
    note = earlier_parts_note(alone, {"norm": "Norm"}, with_ours=False, missed=True)
    assert "do not pass all of their checks: Norm." in note and "may come from there" in note


def test_where_ours_stood_in_for_one_of_two_broken_parts_each_is_named(course_and_plan):
    both = replace(course_and_plan[0].exercise("extra"), depends_on=("norm", "other"), given_on_failure=("norm",))
    note = earlier_parts_note(both, {"norm": "Norm", "other": "Other"}, with_ours=True, missed=True)
    assert "with ours in place of Norm," in note and "None of ours stood in for Other," in note and "missed with ours" not in note


@pytest.mark.parametrize("form", FORMS)
def test_a_known_mistake_is_named_with_its_hint(book, course_and_plan, form):
    graded(book, course_and_plan[1], submission(), outcome(SCALE, Status.FAILED))
    text = form(told(book, course_and_plan))
    for words in ("looks like a known mistake:", "Learns no scale", "What does your module learn?", "no points depend on it"):
        assert words in text, words
    assert "The parameter is missing." not in text


def test_no_mistake_is_named_that_is_not_sure_enough(book, course_and_plan, monkeypatch):
    graded(book, course_and_plan[1], submission(), outcome(SCALE, Status.FAILED))
    assert told(book, course_and_plan).exercises[0].mistake.name == "no_scale"
    monkeypatch.setattr(grader.gradebook.told, "shown_to_students", lambda _: None)
    assert told(book, course_and_plan).exercises[0].mistake is None


@pytest.mark.parametrize("released", [False, True])
@pytest.mark.parametrize("public", [(), (SCALE,), (PUBLIC,)])
def test_hidden_checks_never_decide_which_mistake_is_named(book, course_and_plan, public, released):
    named = set()
    for number, status in enumerate((Status.PASSED, Status.FAILED, Status.TIMEOUT)):
        hidden = outcome(HIDDEN, status, observations=(("norm.answer", number),))
        graded(book, course_and_plan[1], submission(content=f"hash-{number}"), hidden, *(outcome(name, Status.FAILED) for name in public))
        named.add(told(book, course_and_plan, released).exercises[0].mistake)
    assert len(named) == 1


def test_no_mistake_is_named_where_public_checks_show_their_status_only(book, course_and_plan):
    course, plan = course_and_plan
    graded(book, plan, submission(), outcome(SCALE, Status.FAILED))
    assignment = replace(course.assignment("one"), students_see=StudentView(public=Show.STATUS))
    assert told(book, (replace(course, assignments=(assignment,)), plan)).exercises[0].mistake is None


@pytest.mark.parametrize("form", FORMS)
def test_a_silenced_mistake_is_named_to_nobody(book, course_and_plan, form):
    graded(book, course_and_plan[1], submission(), outcome(SCALE, Status.FAILED))
    book.silence("one", "norm/no_scale", "ta")
    text = form(told(book, course_and_plan))
    assert "Learns no scale" not in text and "What does your module learn?" not in text and f"hint of {SCALE}" in text


@pytest.mark.parametrize("form", FORMS)
def test_a_silenced_hint_of_a_check_is_shown_to_nobody_and_the_rest_of_the_check_is(book, course_and_plan, form):
    graded(book, course_and_plan[1], submission(), outcome(SCALE, Status.FAILED), outcome(PUBLIC, Status.FAILED))
    book.silence("one", SCALE, "ta")
    text = form(told(book, course_and_plan))
    assert f"hint of {SCALE}" not in text and f"hint of {PUBLIC}" in text and f"title of {SCALE}" in text


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("check", [PUBLIC, HIDDEN])
def test_what_differs_from_run_to_run_is_explained(book, course_and_plan, form, check):
    graded(book, course_and_plan[1], submission(), outcome(check, Status.UNSTABLE, message="The first: passed. The second: failed."))
    feedback = told(book, course_and_plan)
    text = form(feedback)
    assert "differs from run to run" in text and "did not end in the same way: it counts as not passed" in text
    assert ("The first: passed." if check == PUBLIC else "Look for random numbers") in text
    assert ("The first: passed." in text) == (check == PUBLIC)
    assert feedback.exercises[0].ideas[0].earned == 0


@pytest.mark.parametrize("form", FORMS)
def test_a_status_that_stands_alone_is_explained_once(book, course_and_plan, form):
    graded(book, course_and_plan[1], submission(), outcome(HIDDEN, Status.TIMEOUT))
    assert form(told(book, course_and_plan)).count("Does a loop never end") == 1


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

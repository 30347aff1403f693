"""Submissions, attempts and outcomes: what is graded again, what is resumed, what is refused."""

import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from samples import CHECKS, SUITE, graded, outcome, registered, result, small_course, submission

from grader.checks.outcome import Status
from grader.gradebook.connection import GradebookError
from grader.gradebook.gradebook import AttemptBusy, Gradebook
from grader.gradebook.records import Telemetry


@pytest.fixture
def book(tmp_path):
    with Gradebook(tmp_path / "book.sqlite") as opened:
        yield opened


@pytest.fixture
def plan(tmp_path):
    return small_course(tmp_path)[1]


def test_half_graded_attempt_resumes_with_what_is_recorded(book, tmp_path):
    record = registered(book, submission())[0]
    attempt = book.begin_attempt(record.key, SUITE, "ta")
    assert (attempt.resumed, attempt.outcomes, attempt.finished) == (False, (), False)
    book.record_outcome(attempt.id, outcome(CHECKS[2][0], Status.FAILED))
    book.record_outcome(attempt.id, outcome(CHECKS[0][0]))
    book.close()
    with Gradebook(tmp_path / "book.sqlite") as again:
        resumed = again.begin_attempt(record.key, SUITE, "ta")
        assert (resumed.id, resumed.resumed) == (attempt.id, True)
        assert resumed.outcomes == (outcome(CHECKS[2][0], Status.FAILED), outcome(CHECKS[0][0]))
        assert resumed.done == {CHECKS[0][0], CHECKS[2][0]}


def test_only_what_changed_is_graded_again(book, plan):
    first = graded(book, plan, submission())
    same = registered(book, submission())[0]
    assert (book.begin_attempt(same.key, SUITE, "ta").id, book.begin_attempt(same.key, SUITE, "ta").finished) == (first, True)
    other_suite = book.begin_attempt(same.key, "suite-2", "ta")
    assert (other_suite.finished, other_suite.outcomes) == (False, ())
    other_content = registered(book, submission(content="hash-2"))[0]
    assert not book.begin_attempt(other_content.key, SUITE, "ta").finished


def test_regrade_keeps_the_old_attempt(book, plan):
    old = graded(book, plan, submission(), outcome(CHECKS[0][0], Status.FAILED))
    new = graded(book, plan, submission(), reason="the check was wrong")
    key = book.submission_of("one", "amy").key
    assert [attempt.id for attempt in book.attempts(key)] == [old, new]
    assert [attempt.result.earned for attempt in book.attempts(key)] == [1.0, 3.0]
    assert book.latest_result(key).earned == 3.0


def test_regrade_that_was_killed_is_resumed_not_restarted(book, plan):
    graded(book, plan, submission())
    key = book.submission_of("one", "amy").key
    half = book.begin_attempt(key, SUITE, "ta", "again", regrade=True)
    book.record_outcome(half.id, outcome())
    again = book.begin_attempt(key, SUITE, "ta", "again", regrade=True)
    assert (again.id, again.done) == (half.id, {CHECKS[0][0]})
    assert book.latest_result(key) is not None


def test_grader_faults_are_tried_again_and_both_tries_kept(book):
    record = registered(book, submission())[0]
    attempt = book.begin_attempt(record.key, SUITE, "ta")
    book.record_outcome(attempt.id, outcome(status=Status.GRADER_FAULT), Telemetry(1.0, 2.0, "host-a"))
    assert book.begin_attempt(record.key, SUITE, "ta").done == frozenset()
    book.record_outcome(attempt.id, outcome(status=Status.PASSED), Telemetry(0.5, 0.6, "host-b"))
    assert book.begin_attempt(record.key, SUITE, "ta").done == {CHECKS[0][0]}
    assert book.telemetry(attempt.id) == {CHECKS[0][0]: Telemetry(0.5, 0.6, "host-b")}


def test_finished_attempt_with_a_grader_fault_runs_only_the_faulty_check_again(book, plan):
    old = graded(book, plan, submission(), outcome(CHECKS[1][0], Status.GRADER_FAULT))
    key = book.submission_of("one", "amy").key
    retry = book.begin_attempt(key, SUITE, "ta")
    assert retry.id != old and retry.reason == "grader faults tried again"
    assert retry.done == {name for name, _, _ in CHECKS} - {CHECKS[1][0]}
    book.record_outcome(retry.id, outcome(CHECKS[1][0]))
    book.finish_attempt(retry.id, result(plan))
    assert book.begin_attempt(key, SUITE, "ta").id == retry.id


def test_settled_outcomes_cannot_change(book):
    record = registered(book, submission())[0]
    attempt = book.begin_attempt(record.key, SUITE, "ta")
    book.record_outcome(attempt.id, outcome(status=Status.FAILED))
    book.record_outcome(attempt.id, outcome(status=Status.FAILED))
    with pytest.raises(GradebookError, match="already holds another outcome"):
        book.record_outcome(attempt.id, outcome(status=Status.PASSED))
    assert book.begin_attempt(record.key, SUITE, "ta").outcomes == (outcome(status=Status.FAILED),)


@pytest.mark.parametrize("first", [Status.PASSED, Status.FAILED])
def test_a_second_run_may_tell_that_a_check_differs_and_nothing_less(book, first):
    record = registered(book, submission())[0]
    attempt = book.begin_attempt(record.key, SUITE, "ta")
    unstable = outcome(status=Status.UNSTABLE)
    book.record_outcome(attempt.id, outcome(status=first))
    book.record_outcome(attempt.id, unstable)
    assert book.begin_attempt(record.key, SUITE, "ta").outcomes == (unstable,)
    with pytest.raises(GradebookError, match="already holds another outcome"):
        book.record_outcome(attempt.id, outcome(status=first))


def test_finished_attempts_are_closed(book, plan):
    attempt = graded(book, plan, submission())
    book.finish_attempt(attempt, result(plan))
    with pytest.raises(GradebookError, match="a regrade is a new attempt"):
        book.record_outcome(attempt, outcome())
    with pytest.raises(GradebookError, match="already has another result"):
        book.finish_attempt(attempt, result(plan, outcomes=(outcome(status=Status.FAILED),)))
    fresh = book.begin_attempt(book.submission_of("one", "amy").key, SUITE, "ta", regrade=True)
    with pytest.raises(GradebookError, match="the result is of one hash-2"):
        book.finish_attempt(fresh.id, result(plan, content="hash-2"))


def test_latest_registered_submission_counts(book):
    registered(book, submission(content="hash-1"), submission("bob"))
    registered(book, submission(content="hash-2"))
    assert [(item.student, item.content_hash) for item in book.submissions("one")] == [("amy", "hash-2"), ("bob", "hash-1")]
    registered(book, submission(content="hash-1"))
    assert book.submission_of("one", "amy").content_hash == "hash-1"
    with pytest.raises(GradebookError, match="no submission of 'eve'"):
        book.submission_of("one", "eve")


def test_same_content_again_keeps_the_earlier_time(book):
    early, late = datetime(2026, 11, 30, tzinfo=UTC), datetime(2026, 12, 2, tzinfo=UTC)
    for moment in (None, late, early, late, None):
        registered(book, submission(submitted_at=moment))
    assert book.submission_of("one", "amy").submitted_at == early


def test_odd_text_survives(book, plan):
    odd = "\ud800 \x00 \u202e '\"; DROP TABLE submission; --"
    record = registered(book, submission(problem=odd, notes=(odd,)))[0]
    assert record.notes == (odd,)
    attempt = book.begin_attempt(record.key, SUITE, "ta")
    book.record_outcome(attempt.id, outcome(status=Status.FAILED, message=odd))
    assert book.begin_attempt(record.key, SUITE, "ta").outcomes[0].message == odd
    whole = result(plan, outcomes=(outcome(status=Status.FAILED, message=odd),))
    book.finish_attempt(attempt.id, whole)
    assert book.latest_result(record.key) == whole


def test_attempt_of_a_living_process_is_busy_and_of_a_dead_one_is_taken_over(book):
    record = registered(book, submission())[0]
    code = (
        "import sys; from pathlib import Path; from grader.gradebook.gradebook import Gradebook\n"
        f"book = Gradebook(Path(sys.argv[1])); book.begin_attempt({record.key}, {SUITE!r}, 'other')\n"
        "print('has it', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(book.path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None and other.stdout.readline() == "has it\n"
        with pytest.raises(AttemptBusy, match=f"process {other.pid}"):
            book.begin_attempt(record.key, SUITE, "ta")
        other.kill()
        other.wait()
    assert book.begin_attempt(record.key, SUITE, "ta").resumed


def test_forked_process_may_not_use_it(book):
    child = os.fork()
    if child == 0:
        try:
            book.finish_run(1)
        except GradebookError:
            os._exit(7)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7

"""Human marks, extensions and release: entered, kept through regrades, read from a form or refused whole."""

import csv
import io
from datetime import UTC, datetime
from fractions import Fraction

import pytest
from samples import CHECKS, graded, outcome, registered, small_course, submission

from grader.checks.outcome import Status
from grader.gradebook.connection import GradebookError
from grader.gradebook.gradebook import Gradebook
from grader.gradebook.history import differences
from grader.gradebook.marks_form import MarksFormError, check_points, enter_marks_form, write_marks_form
from grader.gradebook.records import MarkEntry
from grader.gradebook.standing import standings


@pytest.fixture
def book(tmp_path):
    with Gradebook(tmp_path / "book.sqlite") as opened:
        yield opened


@pytest.fixture
def course_and_plan(tmp_path):
    return small_course(tmp_path)


def rows(path):
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))


def rewrite(path, changed, delimiter=",", encoding="utf-8-sig"):
    text = io.StringIO(newline="")
    table = csv.DictWriter(text, list(changed[0]), delimiter=delimiter)
    table.writeheader()
    table.writerows(changed)
    path.write_text(text.getvalue(), encoding=encoding, newline="")


def test_a_regrade_never_touches_a_human_mark(book, course_and_plan):
    course, plan = course_and_plan
    graded(book, plan, submission(), outcome(CHECKS[0][0], Status.FAILED))
    book.enter_marks("one", [MarkEntry("amy", "talk", Fraction(4), "good")], "ta")
    graded(book, plan, submission(), reason="again")
    standing = standings(book, course, "one")[0]
    assert (standing.score.human_earned, standing.score.earned, standing.stale_marks) == (4, 11, ())
    graded(book, plan, submission(content="hash-2"))
    newer = standings(book, course, "one")[0]
    assert (newer.score.human_earned, newer.stale_marks) == (4, ("talk",))
    assert "Marked by a person before a newer submission came: talk." in newer.attention


def test_marks_keep_their_history_and_can_be_withdrawn(book, course_and_plan):
    course, plan = course_and_plan
    graded(book, plan, submission())
    for points, comment in ((Fraction(4), "good"), (Fraction(9, 2), "heard it again"), (None, "")):
        assert book.enter_marks("one", [MarkEntry("amy", "talk", points, comment)], "ta") == 1
    assert [mark.points for mark in book.mark_history("one")] == [4, Fraction(9, 2), None]
    score = standings(book, course, "one")[0].score
    assert (score.human_pending, score.complete) == (5, False)


def test_form_round_trip_with_odd_comments(book, course_and_plan, tmp_path):
    assignment = course_and_plan[0].assignment("one")
    names = ["amy", "=cmd()", "'quoted", "''twice"]
    registered(book, *(submission(name) for name in names))
    form = tmp_path / "marks.csv"
    assert write_marks_form(book, assignment, form) == 4
    comments = ["=1+1", "'=1+1", 'two\nlines, "quoted"', "@x ünï"]
    filled = rows(form)
    for row, comment in zip(filled, comments, strict=True):
        row["points"], row["comment"] = "3.5", comment
    rewrite(form, filled)
    assert enter_marks_form(book, assignment, form, "ta") == 4
    told = {mark.student: mark.comment for mark in book.marks("one").values()}
    assert sorted(told.values()) == sorted(["=1+1", "=1+1", 'two\nlines, "quoted"', "@x ünï"])
    with pytest.raises(GradebookError, match="is there already"):
        write_marks_form(book, assignment, form)
    form.unlink()
    write_marks_form(book, assignment, form)
    assert enter_marks_form(book, assignment, form, "ta") == 0
    assert not any(cell.startswith(("=", "@")) for row in rows(form) for cell in row.values())


def test_form_saved_with_semicolons_is_read(book, course_and_plan, tmp_path):
    assignment = course_and_plan[0].assignment("one")
    registered(book, submission())
    form = tmp_path / "marks.csv"
    write_marks_form(book, assignment, form)
    filled = rows(form)
    filled[0]["points"] = "5"
    rewrite(form, filled, delimiter=";", encoding="utf-8")
    assert enter_marks_form(book, assignment, form, "ta") == 1


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("points", "7,5", "7,5 is not between 0 and 5"),
        ("points", "1,000", "is not a number"),
        ("points", "1,2,3", "is not a number"),
        ("points", "nan", "is not a number"),
        ("points", "5.01", "is not between 0 and 5"),
        ("points", "-1", "is not between 0 and 5"),
        ("student", "eve", "no submission of student 'eve'"),
        ("item", "tlak", "no item 'tlak'; there are: talk"),
        ("assignment", "two", "take a fresh form"),
        ("schema", "fairmark.marks/9", "take a fresh form"),
        ("replaces", "x", "leave that column"),
        ("student", "amy", "stands twice"),
    ],
)
def test_one_bad_row_and_nothing_of_the_form_is_entered(book, course_and_plan, tmp_path, column, value, words):
    assignment = course_and_plan[0].assignment("one")
    registered(book, submission("amy"), submission("bob"))
    form = tmp_path / "marks.csv"
    write_marks_form(book, assignment, form)
    filled = rows(form)
    filled[0]["points"] = "4"
    filled[1]["points"] = "3"
    filled[1][column] = value
    rewrite(form, filled)
    with pytest.raises(MarksFormError, match=words) as caught:
        enter_marks_form(book, assignment, form, "ta")
    assert caught.value.rows[0].startswith("row 3: ")
    assert book.mark_history("one") == ()


def test_every_bad_row_is_named(book, course_and_plan, tmp_path):
    assignment = course_and_plan[0].assignment("one")
    registered(book, submission("amy"), submission("bob"))
    form = tmp_path / "marks.csv"
    write_marks_form(book, assignment, form)
    filled = [{**row, "points": "99"} for row in rows(form)]
    rewrite(form, filled)
    with pytest.raises(MarksFormError) as caught:
        enter_marks_form(book, assignment, form, "ta")
    assert [row[:5] for row in caught.value.rows] == ["row 2", "row 3"]
    form.write_text("student,points\namy,3\n")
    with pytest.raises(MarksFormError, match="columns name, item"):
        enter_marks_form(book, assignment, form, "ta")


def test_two_people_with_forms_do_not_overwrite_each_other(book, course_and_plan, tmp_path):
    assignment = course_and_plan[0].assignment("one")
    registered(book, submission("amy"), submission("bob"))
    mine, theirs = tmp_path / "mine.csv", tmp_path / "theirs.csv"
    write_marks_form(book, assignment, mine)
    write_marks_form(book, assignment, theirs)
    filled = rows(mine)
    filled[0]["points"] = "4"
    rewrite(mine, filled)
    assert enter_marks_form(book, assignment, mine, "first") == 1
    filled = rows(theirs)
    filled[1]["points"] = "2"
    rewrite(theirs, filled)
    assert enter_marks_form(book, assignment, theirs, "second") == 1
    filled[0]["points"] = "1"
    rewrite(theirs, filled)
    with pytest.raises(GradebookError, match=r"take a fresh form:\n  amy, talk: first changed this mark meanwhile$"):
        enter_marks_form(book, assignment, theirs, "second")
    assert {mark.student: mark.points for mark in book.marks("one").values()} == {"amy": 4, "bob": 2}


def test_entering_the_same_form_twice_changes_nothing_more(book, course_and_plan, tmp_path):
    assignment = course_and_plan[0].assignment("one")
    registered(book, submission("amy"), submission("bob"))
    form = tmp_path / "marks.csv"
    write_marks_form(book, assignment, form)
    rewrite(form, [{**row, "points": "4,5", "comment": "good"} for row in rows(form)])
    assert [enter_marks_form(book, assignment, form, "ta") for _ in range(2)] == [2, 0]
    assert [mark.points for mark in book.mark_history("one")] == [Fraction(9, 2)] * 2


def test_a_form_that_is_not_there_is_an_error_of_the_disk(book, course_and_plan, tmp_path):
    with pytest.raises(FileNotFoundError):
        enter_marks_form(book, course_and_plan[0].assignment("one"), tmp_path / "none.csv", "ta")


def test_points_on_the_command_line_follow_the_same_rule(course_and_plan):
    talk = course_and_plan[0].assignment("one").human[0]
    assert (check_points(" 4.5 ", talk), check_points("4,25", talk), check_points("", talk)) == (Fraction(9, 2), Fraction(17, 4), None)
    with pytest.raises(ValueError, match="not between"):
        check_points("6", talk)


def test_extension_changes_what_lateness_costs(book, course_and_plan):
    course, plan = course_and_plan
    graded(book, plan, submission(submitted_at=datetime(2026, 12, 2, 10, tzinfo=UTC)))
    assert standings(book, course, "one")[0].score.late_deduction == Fraction(7, 10)
    book.extend("one", "amy", datetime(2026, 12, 3, 12, tzinfo=UTC), "ill", "ta")
    extended = standings(book, course, "one")[0]
    assert (extended.score.late_deduction, extended.score.lateness.extended, extended.extension.reason) == (0, True, "ill")
    book.extend("one", "amy", None, "entered for the wrong person", "ta")
    assert standings(book, course, "one")[0].score.late_deduction == Fraction(7, 10)
    with pytest.raises(GradebookError, match="has no time zone"):
        book.extend("one", "amy", datetime(2026, 12, 3), "ill", "ta")


def test_release_can_be_taken_back(book):
    assert not book.grades_released("one")
    book.release_grades("one", "ta")
    assert book.grades_released("one") and not book.grades_released("two")
    book.release_grades("one", "ta", released=False)
    assert not book.grades_released("one")


def test_a_regrade_is_told_as_a_difference(book, course_and_plan):
    plan = course_and_plan[1]
    old = graded(book, plan, submission(), outcome(CHECKS[2][0], Status.FAILED))
    new = graded(book, plan, submission(), suite="suite-2", reason="tolerance was too tight")
    graded(book, plan, submission(), suite="suite-2", reason="only to be sure")
    first, second = differences(book.attempts_of_student("one", "amy"))
    assert (first.older, first.newer, first.by_whom, first.reason, first.other_suite) == (old, new, "ta", "tolerance was too tight", True)
    assert [(change.what, change.before, change.after) for change in first.checks] == [(CHECKS[2][0], "failed", "passed")]
    assert [(change.what, change.before, change.after) for change in first.exercises] == [("norm", "2 of 3", "3 of 3")]
    assert (first.points_before, first.points_after) == (6, 7)
    assert not second.changed and not second.other_suite

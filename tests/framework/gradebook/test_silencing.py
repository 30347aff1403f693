"""A hint is silenced for a class: durably, only when it exists, with near names offered for what does not."""

from datetime import UTC, datetime

import pytest
from samples import SIGNATURES, graded, outcome, small_course, submission

from grader.checks.outcome import Status
from grader.gradebook.connection import GradebookError
from grader.gradebook.gradebook import Gradebook
from grader.gradebook.silencing import check_target, known_targets, set_silence, silence_lines
from grader.gradebook.standing import standings

CHECK = "public/test_norm.py::test_mean"


@pytest.fixture
def course_and_plan(tmp_path):
    return small_course(tmp_path)


@pytest.fixture
def path(tmp_path, course_and_plan):
    path = tmp_path / "book.sqlite"
    with Gradebook(path, lambda: datetime(2026, 12, 2, 10, tzinfo=UTC)) as book:
        graded(book, course_and_plan[1], submission(), outcome(CHECK, Status.FAILED))
    return path


def silence(book, course, name, silent=True):
    known = known_targets(standings(book, course, "one"), SIGNATURES)
    return set_silence(book, course.assignment("one"), name, known, "ta", silent=silent)


@pytest.mark.parametrize("name", ["norm/no_mean", CHECK])
def test_silence_holds_when_the_gradebook_is_opened_again_until_it_is_undone(path, course_and_plan, name):
    course = course_and_plan[0]
    with Gradebook(path) as book:
        assert silence(book, course, name) == f"{name}: its hint is shown to nobody in the class"
    with Gradebook(path) as book:
        assert list(book.silences("one")) == [name] and book.silences("one")[name].by_whom == "ta"
        assert book.silences("two") == {}
        assert silence(book, course, name, silent=False) == f"{name}: its hint is shown to students again"
    with Gradebook(path) as book:
        assert book.silences("one") == {}


def test_all_cases_of_a_check_have_one_hint():
    assert check_target("public/test_norm.py::test_mean[3-a[b]") == CHECK == check_target(CHECK)


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("norm/no_men", "perhaps norm/no_mean"),
        ("no_mean", "perhaps norm/no_mean"),
        ("test_mean", "perhaps public/test_norm.py::test_mean"),
        ("public/test_nrom.py::test_scales", "public/test_norm.py::test_scale"),
        ("zzz", "a diagnosis is named like"),
    ],
)
def test_an_unknown_name_is_refused_with_near_ones(path, course_and_plan, name, near):
    with Gradebook(path) as book:
        with pytest.raises(GradebookError, match="there is no diagnosis and no check") as refused:
            silence(book, course_and_plan[0], name)
        assert near in str(refused.value) and book.silences("one") == {}


def test_what_would_change_nothing_is_refused(path, course_and_plan):
    with Gradebook(path) as book:
        with pytest.raises(GradebookError, match="is not silent"):
            silence(book, course_and_plan[0], CHECK, silent=False)
        silence(book, course_and_plan[0], CHECK)
        with pytest.raises(GradebookError, match="already silent"):
            silence(book, course_and_plan[0], f"{CHECK}[case]")


def test_silence_of_a_name_that_is_gone_can_be_undone(path, course_and_plan):
    with Gradebook(path) as book:
        book.silence("one", "norm/renamed_since", "ta")
        assert "again" in silence(book, course_and_plan[0], "norm/renamed_since", silent=False)


def test_what_is_silent_is_listed_by_whom_and_since_when(path, course_and_plan):
    assignment = course_and_plan[0].assignment("one")
    with Gradebook(path, lambda: datetime(2026, 12, 2, 10, tzinfo=UTC)) as book:
        assert list(silence_lines(book, assignment)) == ["one: no hint is silenced"]
        silence(book, course_and_plan[0], "norm/no_mean")
        silence(book, course_and_plan[0], CHECK)
        assert list(silence_lines(book, assignment)) == [
            f"{'norm/no_mean':<{len(CHECK)}}  by ta, 2026-12-02 11:00 CET",
            f"{CHECK}  by ta, 2026-12-02 11:00 CET",
        ]

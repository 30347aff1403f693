"""What a student reads of failures that have one cause."""

from __future__ import annotations

from dataclasses import replace

from grader.checks.api_rules import ApiRules
from grader.checks.outcome import CheckOutcome, Status
from grader.checks.plan import Plan, PlannedExercise, PlannedIdea, Requirement
from grader.checks.terminal import Style, report

EXERCISE = PlannedExercise(
    "work", "Work", "pkg.work", ("f",), "Work", "required", (), ApiRules(), (PlannedIdea("work.idea", "works", 2.0),)
)
PLAN = Plan("one", "One", "pkg", (EXERCISE,), (Requirement("WRK-1", "1. Work", "It works."),), (), ())
RAISED = CheckOutcome(
    "public/test_work.py::test_a", "work", "work.idea", ("WRK-1",), "adds", "Look at the sign.", Status.ERROR, "It raised X", "f(1)"
)


def told(*outcomes: CheckOutcome) -> str:
    return "\n".join(report(PLAN, outcomes, frozenset(), Style(100, colour=False, symbols=False), {}))


def test_errors_in_the_same_words_are_told_once_in_full_and_the_others_by_title() -> None:
    others = [replace(RAISED, check=f"public/test_work.py::test_{n}", title=f"title {n}", input=f"f({n})") for n in range(2, 9)]
    text = told(RAISED, *others)
    assert text.count("It raised X") == 1
    for words in ("work: adds", "f(1)", "Look at the sign.", "WRK-1", "7 more checks end in the same way: title 2; title 3", "and 3 more"):
        assert words in text, words


def test_where_the_end_says_nothing_of_the_check_its_title_and_sentence_are_left_out() -> None:
    crash = replace(RAISED, hint="", status=Status.CRASHED, message="ended by signal 11")
    text = told(crash, replace(crash, check="public/test_work.py::test_b", title="subtracts"))
    assert "work: 2 checks end in the same way" in text and "1 more check ends in the same way: subtracts" in text
    assert "WRK-1" not in text


def test_wrong_answers_are_told_one_by_one() -> None:
    wrong = replace(RAISED, status=Status.FAILED, message="the value differs")
    text = told(wrong, replace(wrong, check="public/test_work.py::test_b", title="subtracts"))
    assert text.count("the value differs") == 2 and "same way" not in text

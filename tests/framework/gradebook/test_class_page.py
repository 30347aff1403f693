"""The class page: self-contained, complete, and of bearable size for 300 students and 150 checks."""

import json
import re
import time
from dataclasses import replace

import pytest
from samples import SIGNATURES, graded, outcome, small_course, submission
from synthetic import fill, real_plan

from grader.checks.outcome import Status
from grader.gradebook.class_html import class_html
from grader.gradebook.class_mistakes import class_mistakes
from grader.gradebook.class_page import class_page
from grader.gradebook.export_csv import grades_csv
from grader.gradebook.gradebook import Gradebook
from grader.gradebook.standing import standings
from grader.gradebook.status_words import STATUS_WORDS


def page_from(assignment, plan, stand, silences=None):
    mistakes = class_mistakes(stand, plan, SIGNATURES, silences or {}, {}, "feedback")
    return class_page(assignment, plan, stand, mistakes, released=False, feedback_folder="feedback", diagnoses_link="diagnoses.html")


def page_of(folder, students, checks):
    course, plan = real_plan()
    with Gradebook(folder / "book.sqlite") as book:
        fill(book, plan, students, checks)
        stand = standings(book, course, "pico-llm")
        return page_from(course.assignment("pico-llm"), plan, stand)


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    return page_of(tmp_path_factory.mktemp("page"), 30, 150)


@pytest.fixture(scope="module")
def html(page):
    return class_html(page)


def test_every_student_and_check_is_there(page, html):
    assert (len(page.rows), page.checks, len(page.graded)) == (30, 150, 28)
    body = html.split('id="map"')[1].split("</table>")[0]
    assert len(re.findall(r"<tr data-row=", body)) == 30
    cells = re.findall(r'<td class="(\w+)[ gi]*">(.?)</td>', body.split("<tbody>")[1].split("</tbody>")[0])
    assert len(cells) == 30 * 150
    symbols = {words.style: set() for words in STATUS_WORDS.values()} | {"none": set()}
    for style, symbol in cells:
        symbols[style].add(symbol)
    assert symbols["passed"] == {"·"} and symbols["failed"] == {"×"} and symbols["limit"] <= {"T", "M", "C"} and symbols["none"] == {""}


def test_each_status_has_its_own_symbol():
    assert len({words.symbol for words in STATUS_WORDS.values()}) == len(STATUS_WORDS)


def test_details_match_the_cells(page, html):
    data = json.loads(re.search(r'id="data">(.*?)</script>', html)[1])
    assert len(data["checks"]) == 150 and len(data["rows"]) == 30
    for row, (states, said) in zip(page.rows, data["rows"], strict=True):
        for column, found in enumerate(row.outcomes):
            if found is None:
                assert states[column] == "."
            else:
                assert data["statuses"][ord(states[column]) - 97] == found.status.value
                if found.message:
                    assert data["messages"][said[str(column)]] == found.message


def test_nothing_is_loaded_from_anywhere(html):
    assert "default-src 'none'" in html
    assert not re.search(r"""(src|href)\s*=\s*["']?(https?:)?//|@import|url\(""", html)


def test_totals_are_those_of_the_rows(page):
    assert sum(item.count for item in page.bins) == len(page.graded)
    for exercise in page.exercises:
        assert sum(count for _, count in exercise.states) == len(page.graded)
    for check in page.exercises[0].checks:
        assert check.ran == len(page.graded)


def test_attention_names_the_unreadable_the_open_and_the_faulty(page):
    told = " ".join(sentence for row in page.attention for sentence in row.attention)
    for words in ("Could not be read: the zip is damaged", "Not graded yet.", "because of a fault of the grader", "does not tell when"):
        assert words in told, words


def test_what_differs_from_run_to_run_is_to_look_at_and_explained(tmp_path):
    course, plan = small_course(tmp_path)
    check = "hidden/test_norm.py::test_mean_secret"
    with Gradebook(tmp_path / "book.sqlite") as book:
        graded(book, plan, submission(), outcome(check, Status.UNSTABLE))
        stand = standings(book, course, "one")
    (sentence,) = stand[0].attention
    assert sentence.startswith("1 check differs from run to run and counts as not passed: look at the code") and check in sentence
    html = class_html(page_from(course.assignment("one"), plan, stand))
    assert "did not end in the same way" in html and sentence in html
    assert sentence in grades_csv(course.assignment("one"), stand)


def test_a_note_that_may_cost_points_is_to_look_at_and_every_note_is_in_the_row(tmp_path):
    course, plan = small_course(tmp_path)
    costly = "pkg/norm.py, line 3, cannot be read by Python: invalid syntax."
    harmless = "Left out: pkg/link.py (a link)."
    with Gradebook(tmp_path / "book.sqlite") as book:
        graded(book, plan, submission("amy", notes=(costly, harmless)))
        graded(book, plan, submission("bob", notes=(harmless,)))
        stand = standings(book, course, "one")
    page = page_from(course.assignment("one"), plan, stand)
    assert [(row.student, row.attention) for row in page.attention] == [("amy", (costly,))]
    html = class_html(page)
    assert f'title="Amy (amy): {costly} {harmless}"' in html and f'title="Bob (bob): {harmless}"' in html
    assert costly in grades_csv(course.assignment("one"), stand)


def test_a_large_class_stays_small_and_quick(page):
    large = replace(page, rows=page.rows * 10)
    begun = time.process_time()
    assert len(class_html(large).encode()) < 4_000_000
    assert time.process_time() - begun < 10

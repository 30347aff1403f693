"""What the staff see of likely mistakes: ranked, with evidence, who made them, none fits, silenced; everything escaped."""

import csv
import io
import re

import pytest
from samples import CHECKS, SIGNATURES, graded, outcome, simply_diagnosed, small_course, submission
from test_escape import ATTACKS, acting

from grader.checks.outcome import Status
from grader.gradebook.class_mistakes import Case, ClassMistake, ClassMistakes, StudentMistakes
from grader.gradebook.diagnoses_html import diagnoses_html
from grader.gradebook.export_diagnoses import COLUMNS, diagnoses_csv
from grader.gradebook.gradebook import Gradebook
from grader.gradebook.mistakes import ExerciseMistakes, Sign, Weighed, mistakes_in
from grader.gradebook.reports import write_reports
from grader.gradebook.standing import standings

PUBLIC, HIDDEN, SCALE, EXTRA = (name for name, _, _ in CHECKS)


@pytest.fixture(scope="module")
def module_patch():
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.fixture
def simple_diagnosis(monkeypatch):
    simply_diagnosed(monkeypatch)


@pytest.fixture(scope="module")
def reports(tmp_path_factory, module_patch):
    """Amy and Bob learn no scale, Cem fails what no mistake explains, Dan is right, Eve's checks cannot be settled."""
    folder = tmp_path_factory.mktemp("class")
    course, plan = small_course(folder)
    simply_diagnosed(module_patch)
    with Gradebook(folder / "book.sqlite") as book:
        graded(book, plan, submission("amy"), outcome(SCALE, Status.FAILED))
        graded(book, plan, submission("bob"), outcome(SCALE, Status.FAILED))
        graded(book, plan, submission("cem"), outcome(EXTRA, Status.CRASHED, used_given=()))
        graded(book, plan, submission("dan"), outcome(EXTRA, used_given=("norm",)))
        graded(book, plan, submission("eve"), outcome(PUBLIC, Status.GRADER_FAULT))
        book.silence("one", PUBLIC, "tina")
        before = write_reports(book, course, plan, folder / "out", SIGNATURES)
        book.silence("one", "norm/no_scale", "tina")
        return before, write_reports(book, course, plan, folder / "silenced", SIGNATURES)


def text_of(path):
    return path.read_text(encoding="utf-8")


@pytest.mark.usefixtures("simple_diagnosis")
def test_evidence_is_told_by_titles_for_and_against(tmp_path):
    course, plan = small_course(tmp_path)
    with Gradebook(tmp_path / "book.sqlite") as book:
        failures = [outcome(PUBLIC, Status.FAILED), outcome(HIDDEN, Status.FAILED), outcome(SCALE, Status.ERROR)]
        graded(book, plan, submission(), *failures)
        (found,) = mistakes_in(standings(book, course, "one")[0].result, plan, SIGNATURES, frozenset({"norm/no_mean"}))
    assert (found.exercise, found.failed, dict(found.endings)) == ("norm", 3, {Status.ERROR: 1, Status.FAILED: 2})
    best = found.candidates[0]
    assert (best.target, best.silent, best.for_the_ta) == ("norm/no_mean", True, "A sum grows with the length; look at the reduction.")
    assert best.speaks_for == (
        Sign(f"title of {HIDDEN} (hidden)", "failed", "failed"),
        Sign(f"title of {PUBLIC} (public)", "failed", "failed"),
    )
    assert best.against == (Sign(f"title of {SCALE} (public)", "error", "passed"),)


@pytest.mark.usefixtures("simple_diagnosis")
def test_what_may_come_from_a_broken_earlier_part_is_nobodys_mistake(tmp_path):
    course, plan = small_course(tmp_path)
    with Gradebook(tmp_path / "book.sqlite") as book:
        graded(book, plan, submission("amy"), outcome(SCALE, Status.FAILED), outcome(EXTRA, Status.FAILED))
        norm, extra = mistakes_in(standings(book, course, "one")[0].result, plan, SIGNATURES, frozenset())
        pages = write_reports(book, course, plan, tmp_path / "out", SIGNATURES)
    assert (norm.uses_broken, extra.uses_broken) == ((), ("Norm",))
    listed, alone = text_of(pages.diagnoses_page).split('id="student-amy"')
    assert "Norm" in listed and "Extra" not in listed and "It uses Norm, which fails checks of its own" in alone
    assert [row["uses_broken"] for row in csv.DictReader(io.StringIO(text_of(pages.diagnoses), newline=""))] == ["", "Norm"]


def test_class_page_says_which_mistakes_who_made_them_and_how_strongly(reports):
    section = text_of(reports[0].class_page).split('id="mistakes"')[1].split("</section>")[0]
    rows = [re.sub(r"<[^>]+>|\s+", " ", row).split() for row in section.split("<tr>")[2:]]
    assert [" ".join(row) for row in rows] == ["2 Learns no scale Norm 1.00 Amy , Bob", "1 None fits Extra Cem"]
    page = text_of(reports[0].diagnoses_page)
    anchors = re.findall(r'href="diagnoses.html#([^"]+)"', section)
    assert len(anchors) == 5 and all(f'id="{anchor}"' in page for anchor in anchors)


def test_diagnoses_page_has_each_student_with_explanation_evidence_and_what_was_told(reports):
    page = text_of(reports[0].diagnoses_page)
    amy = page.split('id="student-amy"')[1].split("</section>")[0]
    for words in (
        "Learns no scale",
        "The parameter is missing.",
        "What does your module learn?",
        "told to the student",
        f"title of {SCALE}",
    ):
        assert words in amy, words
    assert "grader silence norm/no_scale" in amy and 'href="feedback/amy.html"' in amy
    assert "None fits" in page.split('id="student-cem"')[1].split("</section>")[0]
    assert 'id="student-dan"' not in page and 'id="student-eve"' not in page


def test_what_is_silent_is_marked_on_staff_pages_and_gone_from_the_feedback(reports):
    before, after = reports
    assert "Learns no scale" in text_of(before.feedback / "amy.html") and "Learns no scale" not in text_of(after.feedback / "amy.html")
    for page in (after.class_page, after.diagnoses_page):
        assert 'Learns no scale</a> <span class="silent">' in text_of(page) or 'Learns no scale <span class="silent">' in text_of(page)
    assert "told to the student" not in text_of(after.diagnoses_page)
    assert "norm/no_scale</code> <span" in text_of(after.diagnoses_page) and "by tina" in text_of(after.diagnoses_page)
    checks = text_of(before.class_page).split('id="checks"')[1]
    assert checks.count("hint silenced") == 1 and f'<td title="{PUBLIC}">title of {PUBLIC} <span class="silent">' in checks


def test_csv_has_a_row_per_candidate_and_one_where_none_fits(reports):
    rows = list(csv.DictReader(io.StringIO(text_of(reports[0].diagnoses), newline="")))
    columns = ("student", "exercise", "failed_checks", "rank", "mistake", "title", "strength", "silenced", "told")
    assert [[row[column] for column in columns] for row in rows] == [
        ["amy", "norm", "1", "1", "norm/no_scale", "Learns no scale", "1.00", "no", "yes"],
        ["bob", "norm", "1", "1", "norm/no_scale", "Learns no scale", "1.00", "no", "yes"],
        ["cem", "extra", "1", "", "", "none fits", "", "", ""],
    ]
    silenced = list(csv.DictReader(io.StringIO(text_of(reports[1].diagnoses), newline="")))
    assert [(row["silenced"], row["told"]) for row in silenced] == [("yes", "no"), ("yes", "no"), ("", "")]


def test_class_page_marks_points_for_which_the_reference_stood_in(reports):
    page = text_of(reports[0].class_page)
    assert 'title="with the reference’s norm where the student’s own is broken"><span>4°</span>' in page and "“°”:" in page


def hostile(attack):
    sign = Sign(attack, attack, f"not {attack}")
    weighed = Weighed("norm/x", attack, attack, attack, 0.9, True, (sign,), (sign,))
    exercise = ExerciseMistakes("norm", "Norm", (), ((Status.FAILED, 1),), (weighed,))
    student = StudentMistakes(attack, attack, "student-x", "feedback/x.html", (exercise,), frozenset())
    return ClassMistakes((ClassMistake("norm", "Norm", "mistake-x", weighed, (Case(student, 0.9),)),), (student,), ())


@pytest.mark.parametrize("attack", [attack for attack in ATTACKS if "\ud800" not in attack])
def test_nothing_hostile_acts_on_the_page_or_is_a_formula_in_the_csv(attack):
    assert acting(diagnoses_html(hostile(attack), "One", "class.html")) == (0, [])
    (row,) = list(csv.reader(io.StringIO(diagnoses_csv(hostile(attack)), newline="")))[1:]
    assert len(row) == len(COLUMNS) and not [cell for cell in row if cell.lstrip().startswith(("=", "+", "-", "@", "＝"))]

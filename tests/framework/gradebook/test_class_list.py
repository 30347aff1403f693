"""The roster in the gradebook: kept, joined to what was handed in, and the missing listed in every export, never as zeros."""

import csv
import json
from pathlib import Path

import pytest
from samples import SIGNATURES, graded, small_course, submission

from grader.gradebook.class_list import class_list
from grader.gradebook.gradebook import Gradebook
from grader.gradebook.reports import Reports, write_reports
from grader.gradebook.standing import standings
from grader.intake.identity import Person
from grader.intake.roster import RosterStudent

AMY, BEN = RosterStudent("s1", "Amy Adams", "amy@uni.edu"), RosterStudent("s2", "Ben Fox", "ben@uni.edu", "Team 7")
CLEO, EVIL = RosterStudent("s3", "Cleo Ito", "cleo@uni.edu"), RosterStudent("s4", "=1+1 <b>Eve</b>", "-x@uni.edu")
ROSTER = (AMY, BEN, CLEO, EVIL)


def run_with(book: Gradebook, roster: tuple[RosterStudent, ...]) -> None:
    book.enter_roster(book.start_run("one", "suite-1", "class.zip", "ta"), roster)


@pytest.fixture
def reports(tmp_path: Path) -> Reports:
    course, plan = small_course(tmp_path)
    with Gradebook(tmp_path / "book.sqlite") as book:
        run_with(book, ROSTER)
        graded(book, plan, submission("amy", student="Amy Adams"))
        pair = (Person(name="Amy Adams"), Person(name="Ben Fox", email="ben@uni.edu"))
        graded(book, plan, submission("pair", student="Amy Adams, Ben Fox", people=pair, layout="Gradescope", content="hash-2"))
        graded(book, plan, submission("zoe", student="Zoë", content="hash-3"))
        return write_reports(book, course, plan, tmp_path / "out", SIGNATURES)


def test_csv_has_a_row_for_the_missing_and_no_points_in_it(reports: Reports) -> None:
    rows = list(csv.DictReader(reports.csv.open(encoding="utf-8", newline="")))
    assert [(row["student"], row["roster_id"], row["email"], row["state"]) for row in rows] == [
        ("amy", "s1", "amy@uni.edu", "graded"),
        ("pair", "s1; s2", "amy@uni.edu; ben@uni.edu", "graded"),
        ("zoe", "", "", "graded"),
        ("", "s3", "cleo@uni.edu", "missing"),
        ("", "s4", "'-x@uni.edu", "missing"),
    ]
    missing = {key: value for key, value in rows[3].items() if value}
    assert missing == {
        "name": "Cleo Ito",
        "roster_id": "s3",
        "email": "cleo@uni.edu",
        "state": "missing",
        "attention": "Nothing was handed in.",
        "schema": rows[0]["schema"],
    }
    assert rows[4]["name"] == "'=1+1 <b>Eve</b>"


def test_doubts_are_told(reports: Reports) -> None:
    attention = {row["student"]: row["attention"] for row in csv.DictReader(reports.csv.open(encoding="utf-8", newline=""))}
    assert "Amy Adams (s1) handed in more than once: see also pair." in attention["amy"]
    assert "Amy Adams (s1) handed in more than once: see also amy." in attention["pair"]
    assert "Zoë is not on the roster" in attention["zoe"]


def test_json_has_the_missing_without_a_score(reports: Reports) -> None:
    document = json.loads(reports.json.read_text(encoding="utf-8"))
    assert [student["id"] for student in document["missing"]] == ["s3", "s4"]
    assert {name for student in document["missing"] for name in student} == {"id", "name", "email", "group", "github", "lms_id"}
    pair = next(student for student in document["students"] if student["id"] == "pair")
    assert ([student["id"] for student in pair["roster"]], pair["layout"]) == (["s1", "s2"], "Gradescope")


def test_class_page_names_the_missing_and_the_layout(reports: Reports) -> None:
    page = reports.class_page.read_text(encoding="utf-8")
    assert "2 of the roster" in page
    assert "Cleo Ito" in page and "(s3, cleo@uni.edu)" in page
    assert "<b>Eve</b>" not in page
    assert "Laid out as by Gradescope (1)." in page
    assert "<dd>3<small> of 3</small></dd>" in page  # graded: the missing are not among them


def test_newest_roster_holds_and_a_run_without_one_changes_nothing(tmp_path: Path) -> None:
    with Gradebook(tmp_path / "book.sqlite") as book:
        assert book.roster("one") == ()
        run_with(book, ROSTER)
        run_with(book, ())
        assert book.roster("one") == ROSTER
        run_with(book, (BEN,))
        assert book.roster("one") == (BEN,)
        book.enter_roster(book.start_run("two", "suite-1", "class.zip", "ta"), ROSTER)
        assert (book.roster("one"), book.roster("two")) == ((BEN,), ROSTER)


def test_people_are_kept_and_a_later_roster_is_joined_to_what_is_there(tmp_path: Path) -> None:
    course, plan = small_course(tmp_path)
    people = (Person("Amy", "40001", "s1", "amy@uni.edu", "amy-a", "one-amy-a"),)
    with Gradebook(tmp_path / "book.sqlite") as book:
        graded(book, plan, submission("amy", student="A. A.", people=people, layout="Moodle"))
        assert (book.submission_of("one", "amy").people, book.submission_of("one", "amy").layout) == (people, "Moodle")
        assert (class_list(book, "one").missing, standings(book, course, "one")[0].roster_remarks) == ((), ())
        run_with(book, ROSTER)
        (amy,) = standings(book, course, "one")
        assert (amy.roster, amy.roster_remarks) == ((AMY,), ())
        assert class_list(book, "one").missing == (BEN, CLEO, EVIL)

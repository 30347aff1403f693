"""The structure of every export, on one small class: keys, types, statuses apart, pending kept from being zero."""

import csv
import io
import json
from datetime import UTC, datetime
from fractions import Fraction

import pytest
from samples import CHECKS, SIGNATURES, graded, outcome, registered, small_course, submission

from grader.checks.outcome import Status
from grader.gradebook.gradebook import Gradebook
from grader.gradebook.records import MarkEntry
from grader.gradebook.reports import write_reports


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    folder = tmp_path_factory.mktemp("class")
    course, plan = small_course(folder)
    with Gradebook(folder / "book.sqlite") as book:
        graded(book, plan, submission("amy"))
        late = datetime(2026, 12, 2, 10, tzinfo=UTC)
        graded(
            book, plan, submission("bob", submitted_at=late), outcome(CHECKS[0][0], Status.FAILED), outcome(CHECKS[3][0], Status.TIMEOUT)
        )
        graded(book, plan, submission("cem"), outcome(CHECKS[2][0], Status.GRADER_FAULT), outcome(CHECKS[3][0], used_given=("norm",)))
        registered(book, submission("dan", problem="the zip is damaged"))
        book.enter_marks("one", [MarkEntry("amy", "talk", Fraction(9, 2), "good")], "ta")
        return write_reports(book, course, plan, folder / "out", SIGNATURES)


def test_csv(reports):
    text = reports.csv.read_bytes().decode("utf-8")
    rows = {row["student"]: row for row in csv.DictReader(io.StringIO(text, newline=""))}
    assert list(rows) == ["amy", "bob", "cem", "dan"]
    columns = ["total", "earned_so_far", "pending", "points", "bonus_earned", "days_late", "late_deduction", "exercise:norm", "human:talk"]
    assert [[rows[name][column] for column in columns] for name in rows] == [
        ["11.5", "11.5", "0", "8", "4", "0", "0", "3", "4.5"],
        ["", "0.9", "5", "8", "0", "1", "0.1", "1", ""],
        ["", "6", "6", "8", "4", "0", "0", "", ""],
        ["", "0", "12", "8", "0", "0", "0", "", ""],
    ]
    assert [rows["bob"][f"checks:{status.value}"] for status in (Status.PASSED, Status.FAILED, Status.TIMEOUT, Status.ERROR)] == [
        "2",
        "1",
        "1",
        "0",
    ]
    assert {row["schema"] for row in rows.values()} == {"fairmark.grades/1"}
    assert rows["dan"]["problem"] == "the zip is damaged"
    assert [rows[name]["stood_in"] for name in rows] == ["", "", "extra: norm", ""]


def test_json(reports):
    document = json.loads(reports.json.read_text(encoding="utf-8"))
    assert sorted(document) == ["assignment", "deadline", "missing", "released", "schema", "students", "title"]
    assert (document["schema"], document["deadline"]) == ("fairmark.grades/1", "2026-12-01T12:00:00+01:00")
    amy, bob, cem, dan = document["students"]
    assert amy["score"] == {
        "automatic_earned": 3,
        "automatic_points": 3,
        "bonus_earned": 4,
        "bonus_points": 4,
        "earned_so_far": 11.5,
        "pending": 0,
        "points": 8,
        "total": 11.5,
    }
    assert (bob["score"]["total"], bob["score"]["earned_so_far"], bob["lateness"]["percent"]) == (None, 0.9, 10)
    assert bob["human"] == [{"comment": "", "earned": None, "item": "talk", "points": 5, "title": "Talk"}]
    assert cem["result"]["exercises"][0]["ideas"][1] == {"earned": None, "id": "norm.scale", "points": 1.0}
    assert cem["result"]["statuses"]["grader fault"] == 1 and len(cem["result"]["statuses"]) == len(Status)
    assert bob["result"]["checks"][0] == {"check": CHECKS[0][0], "idea": "norm.mean", "status": "failed", "used_given": []}
    assert [exercise["used_given"] for exercise in cem["result"]["exercises"]] == [[], ["norm"]]
    assert cem["result"]["checks"][3]["used_given"] == ["norm"]
    assert (dan["result"], dan["problem"]) == (None, "the zip is damaged")


def test_gradescope(reports):
    results = {path.parent.name: json.loads(path.read_text(encoding="utf-8")) for path in reports.gradescope.glob("*/results.json")}
    assert sorted(results) == ["amy", "bob", "cem", "dan"]
    top = {
        "score",
        "output",
        "output_format",
        "test_output_format",
        "test_name_format",
        "visibility",
        "stdout_visibility",
        "extra_data",
        "tests",
    }
    test_keys = {
        "score",
        "max_score",
        "status",
        "name",
        "number",
        "output",
        "output_format",
        "name_format",
        "tags",
        "visibility",
        "extra_data",
    }
    for document in results.values():
        assert set(document) == top
        for item in document["tests"]:
            assert set(item) <= test_keys and isinstance(item["name"], str) and isinstance(item["output"], str)
            assert item.get("status", "passed") in ("passed", "failed") and item["visibility"] == "visible"
    assert [(item["name"], item.get("score"), item.get("status"), item["max_score"]) for item in results["cem"]["tests"]] == [
        ("Norm: takes the mean", 2, "passed", 2),
        ("Norm: learns a scale", None, None, 1),
        ("Extra: works", 4, "passed", 4),
        ("Talk", None, None, 5),
    ]
    assert (results["bob"]["score"], results["bob"]["extra_data"]["pending"], results["bob"]["extra_data"]["complete"]) == (0.9, 5, False)
    assert results["bob"]["tests"][2]["extra_data"]["statuses"] == ["timeout"]
    assert results["amy"]["extra_data"]["schema"] == "fairmark.gradescope/1"


def test_no_half_written_file_is_left(reports):
    assert not list(reports.class_page.parent.rglob(".*"))

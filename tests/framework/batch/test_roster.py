"""A download of Moodle's and a roster, from the command line to the exports: graded, joined, and the missing named."""

from __future__ import annotations

import csv
import json
import sys
import zipfile
from pathlib import Path

import pytest

from grader import cli
from grader.batch.console import layout_lines, missing_lines
from grader.cli import main
from grader.intake.roster import RosterStudent
from grader.judge.secret import Secret
from grader.judge.suite import load_suite

sys.path.insert(0, str(Path(__file__).parent))
from mini_course import DOUBLE, QUAD, write_course

ROSTER = "id,name,email,lms_id\ns1,Zoë Quill,zoe@uni.edu,101\ns2,Hans Müller,hans@uni.edu,102\ns3,Hans Müller,other@uni.edu,103\n"


@pytest.fixture
def download(tmp_path: Path) -> Path:
    path = tmp_path / "hw.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, double in (("Zoë Quill_101", DOUBLE), ("Hans Müller_102", DOUBLE.replace("x + x", "x"))):
            for file, text in (("__init__.py", ""), ("double.py", double), ("quad.py", QUAD)):
                archive.writestr(f"{name}_assignsubmission_file_/mini/{file}", text)
    return path


@pytest.fixture
def mini(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The commands, on the mini course."""
    repository = write_course(tmp_path / "course", 2)
    monkeypatch.setattr(cli, "REPOSITORY", repository)
    monkeypatch.setattr(cli, "BUILD", repository / "build")
    monkeypatch.setattr(cli, "load_signatures", lambda _: ())
    monkeypatch.setattr(cli, "_suite", lambda _: load_suite(repository, "hw", Secret(7, "test")))
    return repository


@pytest.mark.usefixtures("mini")
def test_graded_with_a_roster(capsys: pytest.CaptureFixture[str], download: Path, tmp_path: Path) -> None:
    (tmp_path / "roster.csv").write_text(ROSTER, encoding="utf-8")
    out = tmp_path / "out"
    options = ["--out", str(out), "--assignment", "hw", "--jobs", "1", "--allow-tier", "C"]
    assert main(["grade", str(download), "--roster", str(tmp_path / "roster.csv"), *options]) == 0
    printed = capsys.readouterr().out
    assert "1 of the roster handed in nothing: Hans Müller (s3)\n" in printed
    assert "Layout: Moodle (2); 0 taken by the names of folders and files.\n" in printed
    rows = {row["roster_id"]: row for row in csv.DictReader((out / "grades.csv").open(encoding="utf-8", newline=""))}
    assert {key: (row["student"], row["state"], row["total"]) for key, row in rows.items()} == {
        "s1": ("zoe_quill_101", "graded", "6"),
        "s2": ("hans_muller_102", "graded", rows["s2"]["total"]),
        "s3": ("", "missing", ""),
    }
    assert 0 <= float(rows["s2"]["total"]) < 6
    assert json.loads((out / "grades.json").read_text(encoding="utf-8"))["missing"][0]["id"] == "s3"
    assert main(["reports", "--out", str(out), "--assignment", "hw"]) == 0
    assert "1 of the roster handed in nothing: Hans Müller (s3)\n" in capsys.readouterr().out


@pytest.mark.usefixtures("mini")
@pytest.mark.parametrize(("text", "sentence"), [("name\nAmy\n", "the column 'id' is missing"), (None, "No such file")])
def test_a_roster_that_cannot_be_used_is_a_sentence_and_nothing_is_graded(
    capsys: pytest.CaptureFixture[str], download: Path, tmp_path: Path, text: str | None, sentence: str
) -> None:
    roster = tmp_path / "roster.csv"
    if text is not None:
        roster.write_text(text)
    assert main(["grade", str(download), "--roster", str(roster), "--out", str(tmp_path / "out"), "--assignment", "hw"]) == 2
    assert sentence in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_lines_are_bounded_and_safe() -> None:
    students = [RosterStudent(str(number), f"Eve\x1b[2J {number}") for number in range(50)]
    (line,) = missing_lines(students)
    assert line.startswith("50 of the roster handed in nothing: ") and line.endswith(", ...")
    assert "\x1b" not in line and len(line) < 1000
    assert list(missing_lines([])) == []
    assert list(layout_lines({"": 3})) == ["Layout of no platform that is known: 3 taken by the names of folders and files."]

"""The commands as a teaching assistant types them: what they refuse, in one sentence, and what they say was done."""

from __future__ import annotations

import argparse
import csv
import shlex
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from grader import cli
from grader.batch.console import Console, standings_table
from grader.batch.grade import GRADEBOOK, Progress
from grader.cli import main
from grader.gradebook.gradebook import Gradebook
from grader.gradebook.standing import standings

sys.path.insert(0, str(Path(__file__).parents[1] / "gradebook"))
from samples import graded, small_course, submission
from synthetic import fill, real_plan

STUDENT = "amy_adams_0"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    with Gradebook(tmp_path / "out" / GRADEBOOK) as book:
        fill(book, real_plan()[1], students=12, checks=16)
    return tmp_path / "out"


@pytest.fixture
def no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "load_secret", lambda _: pytest.fail("the secret was read"))


def commands() -> Iterator[tuple[str, argparse.ArgumentParser]]:
    for action in cli._parser()._actions:
        if isinstance(action, argparse._SubParsersAction):
            yield from action.choices.items()


def test_every_argument_is_explained_and_the_secret_is_asked_for_only_where_it_is_used() -> None:
    found = dict(commands())
    assert [f"{name} {action.dest}" for name, command in found.items() for action in command._actions if not action.help] == []
    with_secret = {name for name, command in found.items() if any(action.dest == "secret" for action in command._actions)}
    assert with_secret == {"grade", "demo", "verify"}


@pytest.mark.parametrize(
    "command",
    [
        "grade x",
        "demo",
        "verify",
        "reports",
        "marks-form x",
        "marks-enter x",
        f"mark {STUDENT} talk 3",
        f"extend {STUDENT} x",
        "release-grades",
        "silence",
    ],
)
def test_an_unknown_assignment_is_a_sentence(capsys: pytest.CaptureFixture[str], out: Path, command: str) -> None:
    folder = [] if command == "verify" else ["--out", str(out)]
    assert main([*command.split(), *folder, "--assignment", "pico-lm"]) == 2
    assert capsys.readouterr().err == "grader: no assignment 'pico-lm'; there are: pico-llm\n"


@pytest.mark.parametrize("command", ["plan", "release"])
def test_an_unknown_assignment_by_place_is_a_sentence(capsys: pytest.CaptureFixture[str], command: str) -> None:
    assert main([command, "pico-lm"]) == 2
    assert capsys.readouterr().err == "grader: no assignment 'pico-lm'; there are: pico-llm\n"


def test_a_form_that_is_missing_and_a_file_in_place_of_a_folder_are_sentences(capsys: pytest.CaptureFixture[str], out: Path) -> None:
    assert main(["marks-enter", str(out / "none.csv"), "--out", str(out)]) == 2
    assert capsys.readouterr().err == f"grader: {out / 'none.csv'}: No such file or directory\n"
    assert main(["marks-form", str(out), "--out", str(out)]) == 2
    assert capsys.readouterr().err == f"grader: {out}: Is a directory\n"
    (out / "feedback").write_text("in the way")
    assert main(["reports", "--out", str(out)]) == 2
    assert capsys.readouterr().err == f"grader: {out / 'feedback'}: File exists\n"


@pytest.mark.usefixtures("no_secret")
def test_reports_need_no_secret_and_name_who_needs_a_person(capsys: pytest.CaptureFixture[str], out: Path) -> None:
    assert main(["reports", "--out", str(out)]) == 0
    printed = capsys.readouterr().out
    assert "  late  " in printed and "could not be read" in printed
    assert "Could not be read: the zip is damaged" in printed
    needing = [row for row in csv.DictReader((out / "grades.csv").open(encoding="utf-8", newline="")) if row["attention"]]
    assert f"{len(needing)} need a person: see {out / 'class.html'}\n" in printed


def test_lateness_stands_in_the_table(tmp_path: Path) -> None:
    course, plan = small_course(tmp_path)
    days = {"amy": 1, "bob": 3, "cem": 10}
    with Gradebook(tmp_path / GRADEBOOK) as book:
        for student, day in days.items():
            graded(book, plan, submission(student, submitted_at=datetime(2026, 12, day, 10, tzinfo=UTC)))
        header, *lines = standings_table(standings(book, course, "one"), plan)
    start = header.index("late")
    assert [line[start : start + 12].strip() for line in lines] == ["", "-20%", "not accepted"]


@pytest.mark.usefixtures("no_secret")
def test_a_mark_is_told_and_stands_in_the_reports_at_once(capsys: pytest.CaptureFixture[str], out: Path) -> None:
    item = real_plan()[1].human[0]
    assert main(["mark", STUDENT, item.id, "3,5", "--out", str(out)]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith(f"{STUDENT}, {item.id}: 3.5 of {item.points:g}\nReports written: ")
    rows = {row["student"]: row for row in csv.DictReader((out / "grades.csv").open(encoding="utf-8", newline=""))}
    assert rows[STUDENT][f"human:{item.id}"] == "3.5"
    assert main(["mark", "amy_adam_0", item.id, "3", "--out", str(out)]) == 2
    refused = capsys.readouterr().err
    assert f"no submission of 'amy_adam_0'; perhaps {STUDENT}" in refused and "form" not in refused


def test_the_command_that_the_form_prints_enters_it(capsys: pytest.CaptureFixture[str], out: Path, tmp_path: Path) -> None:
    form = tmp_path / "my form.csv"
    assert main(["marks-form", str(form), "--out", str(out)]) == 0
    command = shlex.split(capsys.readouterr().out.splitlines()[-1])
    assert command[:3] == [sys.executable, "-m", "grader.cli"]
    assert main(command[3:]) == 0
    assert capsys.readouterr().out.startswith("0 marks changed\nReports written: ")


def test_extend_tells_what_holds_and_refuses_what_would_change_nothing(capsys: pytest.CaptureFixture[str], out: Path) -> None:
    folder = ["--out", str(out)]
    assert main(["extend", STUDENT, "2026-12-20T17:59:00-05:00", *folder]) == 0
    first = capsys.readouterr().out
    assert first.startswith(f"{STUDENT}: until 2026-12-20 17:59 EST (was 2026-12-18 23:59 EST)\nReports written: ")
    assert main(["extend", STUDENT, "--withdraw", *folder]) == 0
    assert capsys.readouterr().out.startswith(f"{STUDENT}: until 2026-12-18 23:59 EST (was 2026-12-20 17:59 EST)\n")
    for arguments, words in (
        (["amy_adam_0", "2026-12-20T17:59:00-05:00"], f"perhaps {STUDENT}"),
        ([STUDENT, "2026-12-18T23:59:00-05:00"], "is not after the deadline"),
        ([STUDENT, "tomorrow"], "'tomorrow' is no date"),
        ([STUDENT], "either a date or --withdraw"),
        ([STUDENT, "2026-12-20T17:59:00-05:00", "--withdraw"], "either a date or --withdraw"),
        ([STUDENT, "--withdraw"], "has no extension"),
    ):
        assert main(["extend", *arguments, *folder]) == 2, arguments
        assert words in capsys.readouterr().err
    assert main(["extend", "not_yet", "2026-12-20T17:59:00-05:00", "--before-submission", *folder]) == 0


@pytest.mark.usefixtures("no_secret")
def test_a_silenced_hint_is_gone_from_the_reports_at_once_listed_and_undone(capsys: pytest.CaptureFixture[str], out: Path) -> None:
    folder = ["--out", str(out)]
    check = "public/test_rmsnorm.py::test_0"
    assert main(["silence", *folder]) == 0
    assert capsys.readouterr().out == "pico-llm: no hint is silenced\n"
    assert main(["silence", check, *folder]) == 0
    told = capsys.readouterr().out
    assert told.startswith(f"{check}: its hint is shown to nobody in the class\nReports written: ")
    assert "hint silenced" in (out / "class.html").read_text(encoding="utf-8")
    assert main(["silence", *folder]) == 0
    assert capsys.readouterr().out.startswith(f"{check}  by ")
    assert main(["silence", check, "--undo", *folder]) == 0
    assert capsys.readouterr().out.startswith(f"{check}: its hint is shown to students again\n")
    assert "hint silenced" not in (out / "class.html").read_text(encoding="utf-8")


def test_silence_refuses_what_there_is_none_of_and_names_near_ones(capsys: pytest.CaptureFixture[str], out: Path) -> None:
    for arguments, words in (
        (["rmsnorm/no_epss"], "there is no diagnosis and no check 'rmsnorm/no_epss'; perhaps rmsnorm/no_eps"),
        (["public/test_rmsnorm.py::test_00"], "perhaps public/test_rmsnorm.py::test_0"),
        (["rmsnorm/no_eps", "--undo"], "rmsnorm/no_eps is not silent"),
        (["--undo"], "--undo needs the name of what is silent"),
    ):
        assert main(["silence", *arguments, "--out", str(out)]) == 2, arguments
        assert words in capsys.readouterr().err


def test_how_many_are_to_be_judged_is_said_at_the_start(capsys: pytest.CaptureFixture[str]) -> None:
    with Console() as console:
        console.tell(Progress("found", "", count=2))
        console.tell(Progress("done", "Amy", "7/10"))
    assert capsys.readouterr().err == "0 of 2\n1 of 2 done: Amy  7/10\n"


def test_an_unknown_adapter_is_refused_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["grade", "submissions", "--adapter", "any"])
    assert "choose from 'auto', 'single-file', 'batch-first'" in capsys.readouterr().err

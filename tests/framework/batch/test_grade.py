"""A class from download to gradebook: right results, nothing lost by a kill, nothing judged twice, nobody blamed for another's fault."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from grader.checks.outcome import Status
from grader.gradebook.gradebook import Gradebook
from grader.judge.result import Result

sys.path.insert(0, str(Path(__file__).parent))
from mini_course import write_class, write_course

SCRIPT = Path(__file__).with_name("grade_once.py")
CHECKS = 3


def start(repository: Path, download: Path, out: Path) -> subprocess.Popen[str]:
    command = [sys.executable, str(SCRIPT), str(repository), str(download), str(out)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True, env=environment)


def finish(process: subprocess.Popen[str]) -> list[str]:
    assert process.stdout is not None
    lines = process.stdout.read().splitlines()
    assert process.wait() == 0, lines
    return lines


def results(out: Path) -> dict[str, Result]:
    with Gradebook(out / "gradebook.sqlite") as book:
        found = {record.student: book.latest_result(record.key) for record in book.submissions("hw")}
    return {student: result for student, result in found.items() if result is not None}


def result_bytes(out: Path) -> dict[str, str]:
    return {student: result.to_json() for student, result in results(out).items()}


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_course(tmp_path_factory.mktemp("course"), CHECKS)


@pytest.fixture(scope="module")
def download(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_class(tmp_path_factory.mktemp("class"))


@pytest.fixture(scope="module")
def whole_run(repository: Path, download: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    out = tmp_path_factory.mktemp("grades")
    lines = finish(start(repository, download, out))
    assert lines[-1] == "total 4 fresh 4 kept 0"
    return out, lines


@pytest.fixture(scope="module")
def undisturbed(whole_run: tuple[Path, list[str]]) -> Path:
    return whole_run[0]


def test_everyone_gets_what_they_earned(undisturbed: Path) -> None:
    points = {student: {item.id: item.earned for item in result.exercises} for student, result in results(undisturbed).items()}
    assert points == {
        "ann_right": {"double": 4, "quad": 2},
        "bob_wrong": {"double": 1, "quad": 2},
        "cat_stub": {"double": 0, "quad": 0},
        "dan_exits": {"double": 0, "quad": 2},
    }


def test_a_broken_earlier_part_is_replaced_and_that_is_said(undisturbed: Path) -> None:
    quad = [check for check in results(undisturbed)["bob_wrong"].checks if check.exercise == "quad"]
    assert all(check.status is Status.PASSED for check in quad)
    assert {check.used_given for check in quad} == {(), ("double",)}


def test_a_crash_and_a_stub_keep_their_own_status(undisturbed: Path) -> None:
    statuses = {
        student: {check.status for check in result.checks if check.exercise == "double"} for student, result in results(undisturbed).items()
    }
    assert statuses["cat_stub"] == {Status.NOT_STARTED} and statuses["dan_exits"] == {Status.CRASHED}


def test_what_did_not_change_is_not_judged_again(repository: Path, download: Path, undisturbed: Path) -> None:
    before = result_bytes(undisturbed)
    assert finish(start(repository, download, undisturbed))[-1] == "total 4 fresh 0 kept 4"
    assert result_bytes(undisturbed) == before


@pytest.mark.parametrize("after", [2, 20])
def test_a_killed_run_goes_on_where_it_stopped(
    repository: Path, download: Path, whole_run: tuple[Path, list[str]], tmp_path: Path, after: int
) -> None:
    undisturbed, undisturbed_lines = whole_run
    process = start(repository, download, tmp_path)
    assert process.stdout is not None
    for _ in range(after):
        assert process.stdout.readline()
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    recorded = _outcomes(tmp_path)
    lines = finish(start(repository, download, tmp_path))
    assert result_bytes(tmp_path) == result_bytes(undisturbed)
    assert recorded >= after - 8  # each line of progress but the starts and second runs follows a durable outcome
    assert _ran(lines) <= _ran(undisturbed_lines) - recorded


def test_a_judge_that_dies_is_replaced(repository: Path, download: Path, undisturbed: Path, tmp_path: Path) -> None:
    process = start(repository, download, tmp_path)
    assert process.stdout is not None
    for _ in range(12):
        process.stdout.readline()
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    os.kill(int(children[0]), signal.SIGKILL)
    finish(process)
    assert result_bytes(tmp_path) == result_bytes(undisturbed)


def _ran(lines: list[str]) -> int:
    return sum(line.startswith("ran") for line in lines)


def _outcomes(out: Path) -> int:
    with sqlite3.connect(out / "gradebook.sqlite") as connection:
        return int(connection.execute("SELECT count(*) FROM outcome").fetchone()[0])

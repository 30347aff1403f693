"""A machine that does not do its part: a full disk, a folder that is read-only, a locked file, a clock that jumps, no memory, two graders.

Each is refused in a sentence that says what to do, or makes no difference; afterwards a plain rerun ends as if nothing had happened.

A full disk is made in two ways, since a small file system needs rights that a test may not have. RLIMIT_FSIZE is the kernel's, reaches
every file that a grader writes (gradebook, its log, reports, unpacked submissions), and fails in the middle of a write. max_page_count is
SQLite's own, and gives the very error code that it makes of ENOSPC.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest
from scene import Run, Scene, exports, gradebook_problems, recorded

from grader.batch.grade import GRADEBOOK
from grader.batch.only_grader import LOCK, only_grader
from grader.checks.classify import ending_of
from grader.checks.outcome import Status
from grader.checks.worker_source import Limits
from grader.gradebook.connection import connect, transaction

ENDS_IN_A_FAULT = """
@pytest.mark.check("double.types", spec="DBL-2", title="is looked at", hint="look")
def test_needs_too_much(subject):
    subject.double(1.5)
    bytearray(1 << 62)
"""


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Where another user may read: pytest's own folder is closed to others."""
    with tempfile.TemporaryDirectory(prefix="fairmark-machine-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture(scope="module")
def scene(folder: Path) -> Iterator[Scene]:
    with Scene(folder) as scene:
        yield scene


@pytest.fixture(scope="module")
def wanted(scene: Scene, folder: Path) -> dict[str, bytes]:
    assert not scene.grade(folder / "undisturbed").refused
    return exports(folder / "undisturbed")


def assert_a_rerun_ends_the_same(scene: Scene, out: Path, wanted: dict[str, bytes]) -> None:
    before = recorded(out)
    run = scene.grade(out)
    assert (run.status, run.refused, run.unsettled) == (0, "", ())
    assert exports(out) == wanted and gradebook_problems(out) == [] and before <= recorded(out)


# From before the first page of the gradebook to the middle of its log, which holds every page that a commit changed.
@pytest.mark.parametrize(
    "limit", [{"file_bytes": size} for size in (100, 9_000, 150_000, 260_000)] + [{"pages": count} for count in (3, 18)]
)
def test_a_full_disk_loses_nothing(scene: Scene, tmp_path: Path, wanted: dict[str, bytes], limit: dict[str, int]) -> None:
    run = scene.grade(tmp_path / "out", **limit)
    assert run.status == 0 and run.refused.startswith(("GradebookUnavailable: ", "OSError: ")), run
    if run.refused.startswith("GradebookUnavailable"):
        assert "room" in run.refused and "run the same command again" in run.refused
    assert gradebook_problems(tmp_path / "out") == []
    assert_a_rerun_ends_the_same(scene, tmp_path / "out", wanted)


def test_a_results_folder_that_is_read_only_is_a_sentence(scene: Scene, folder: Path, wanted: dict[str, bytes]) -> None:
    out = folder / "read-only"
    out.mkdir(mode=0o555)
    assert "Permission denied" in scene.grade(out, unprivileged=True).refused
    scene.grade(out) if os.geteuid() == 0 else out.chmod(0o755)
    out.chmod(0o555)
    before = recorded(out)
    assert "Permission denied" in scene.grade(out, unprivileged=True).refused
    assert recorded(out) == before
    out.chmod(0o755)
    assert_a_rerun_ends_the_same(scene, out, wanted)


def test_a_gradebook_that_is_read_only_is_a_sentence(scene: Scene, folder: Path, wanted: dict[str, bytes]) -> None:
    out = folder / "read-only-book"
    shutil.copytree(folder / "undisturbed", out)
    out.chmod(0o777)
    (out / "submissions").chmod(0o777)
    (out / LOCK).chmod(0o666)
    (out / GRADEBOOK).chmod(0o444)
    run = scene.grade(out, unprivileged=True)
    assert run.refused.startswith("GradebookUnavailable: ") and "writable" in run.refused
    (out / GRADEBOOK).chmod(0o644)
    assert_a_rerun_ends_the_same(scene, out, wanted)


def test_a_locked_gradebook_is_a_sentence(scene: Scene, tmp_path: Path, wanted: dict[str, bytes]) -> None:
    assert scene.grade(tmp_path / "out", ("coordinator", 120, "itself")).status
    with transaction(connect(tmp_path / "out" / GRADEBOOK)):
        run = scene.grade(tmp_path / "out", impatient=True)
    assert run.refused.startswith("GradebookUnavailable: ") and "locked" in run.refused and "close the program" in run.refused
    assert_a_rerun_ends_the_same(scene, tmp_path / "out", wanted)


def test_a_clock_that_jumps_changes_nothing(scene: Scene, tmp_path: Path, wanted: dict[str, bytes]) -> None:
    assert scene.grade(tmp_path / "out", ("coordinator", 120, "itself"), jumps=True).status
    run = scene.grade(tmp_path / "out", jumps=True)
    assert not run.refused and exports(tmp_path / "out") == wanted
    with sqlite3.connect(tmp_path / "out" / GRADEBOOK) as book:
        years = {row[0][:4] for row in book.execute("SELECT recorded_at FROM outcome")}
    assert len(years) > 2, "the clock did not jump"
    assert_a_rerun_ends_the_same(scene, tmp_path / "out", wanted)


def test_a_second_grader_is_refused_and_touches_nothing(scene: Scene, tmp_path: Path, wanted: dict[str, bytes]) -> None:
    out = tmp_path / "out"
    out.mkdir()
    with only_grader(out):
        run = scene.grade(out)
        assert run.refused.startswith(f"AnotherGrader: process {os.getpid()} is grading into {out}")
        assert [path.name for path in out.iterdir()] == [LOCK]
    assert_a_rerun_ends_the_same(scene, out, wanted)


def test_two_graders_at_once_end_as_one(scene: Scene, tmp_path: Path, wanted: dict[str, bytes]) -> None:
    out = tmp_path / "out"
    with Scene(tmp_path) as other, ThreadPoolExecutor() as pool:
        other.grade(tmp_path / "warm")  # both are warm: from here on they run side by side
        shutil.rmtree(other.download)
        other.download.symlink_to(scene.download)
        both: list[Run] = list(pool.map(lambda grader: grader.grade(out), (scene, other)))
    assert any(not run.refused for run in both)
    assert all(not run.refused or run.refused.startswith("AnotherGrader") for run in both), both
    assert_a_rerun_ends_the_same(scene, out, wanted)


@pytest.mark.parametrize("deaths", [2, 3, 4])
def test_a_submission_whose_judge_dies_again_and_again_is_left_open_and_settled_by_a_rerun(
    scene: Scene, tmp_path: Path, wanted: dict[str, bytes], deaths: int
) -> None:
    run = scene.grade(tmp_path / "out", ("outcome", 4, "itself", deaths))
    assert run.fired == deaths and not run.refused
    assert bool(run.unsettled) == (deaths >= 3), run.unsettled
    assert all("the judge process ended with status -9 (3 attempts)" in sentence for sentence in run.unsettled)
    assert_a_rerun_ends_the_same(scene, tmp_path / "out", wanted)


def test_a_judge_that_dies_while_it_starts_is_started_again(scene: Scene, tmp_path: Path, wanted: dict[str, bytes]) -> None:
    run = scene.grade(tmp_path / "out", ("judge", 2, "itself", 2))
    assert run.fired == 2 and not run.refused and exports(tmp_path / "out") == wanted
    run = scene.grade(tmp_path / "other", ("judge", 2, "itself", 3))
    assert run.refused.startswith("WorkerLost: no judge process could be started in 3 attempts")
    assert_a_rerun_ends_the_same(scene, tmp_path / "other", wanted)


def test_a_fault_of_the_grader_is_tried_again_then_shown_and_never_a_zero(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with Scene(tmp_path, ENDS_IN_A_FAULT) as scene:
        for attempt in (1, 2):
            assert not scene.grade(out).refused
            with sqlite3.connect(out / GRADEBOOK) as book:
                tries = book.execute("SELECT attempt, max(try) FROM outcome WHERE status = 'grader fault' GROUP BY attempt").fetchall()
            assert len(tries) == attempt, "a rerun tries again"
    # dan's own crash has decided the idea: it is missed, whatever the grader does.
    rows = {row["student"]: row for row in csv.DictReader((out / "grades.csv").open(encoding="utf-8", newline=""))}
    assert rows["bob_wrong"]["pending"] == "1" and rows["bob_wrong"]["total"] == "" and rows["bob_wrong"]["exercise:double"] == ""
    assert rows["bob_wrong"]["checks:grader fault"] == "1"
    assert "open because of a fault of the grader" in rows["bob_wrong"]["attention"]
    assert "1 pending" in (out / "feedback" / "bob_wrong.md").read_text(encoding="utf-8")
    ideas = {test["extra_data"].get("idea"): test for test in json.loads((out / "gradescope/bob_wrong/results.json").read_text())["tests"]}
    assert "score" not in ideas["double.types"]


@pytest.mark.parametrize("error", [MemoryError(), RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried")])
def test_a_judge_without_memory_blames_nobody(error: Exception) -> None:
    exercise = SimpleNamespace(id="x", module="p.x")
    assert ending_of(error, exercise=exercise, package="p", limits=Limits(), answered=True).status is Status.GRADER_FAULT

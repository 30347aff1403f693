"""A small class and a warm grader for it; what a run left behind, to be compared with a run in which nothing went wrong."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from mini_course import DOUBLE, QUAD, write_course

from grader.batch.grade import GRADEBOOK

REPOSITORY = Path(__file__).parents[3]
STUDENTS = {
    # What fails is run twice, and then with the reference's double in place of this one.
    "bob wrong": {"double.py": DOUBLE.replace("x + x", "x + x + 1"), "quad.py": QUAD},
    "dan exits": {"double.py": "import os\n\n\ndef double(x):\n    os._exit(0)\n", "quad.py": QUAD.replace("double(double(x))", "4 * x")},
}
ASKS_THE_REFERENCE = """
@pytest.mark.check("double.values", spec="DBL-1", title="is what ours is", hint="add")
def test_like_ours(subject, reference):
    assert subject.double(21) == reference.once(lambda ours: ours.double(21)), "another number was expected"
"""


@dataclass(frozen=True)
class Run:
    """How one grading ended.

    Attributes:
        status: exit status of the coordinator, negative for a signal.
        refused: what stopped it, in a sentence; empty when nothing did.
        unsettled: what it said could not be settled.
        counts: events, by clock.
        fired: how often something was made to go wrong.
    """

    status: int
    refused: str
    unsettled: tuple[str, ...]
    kept: int
    counts: dict[str, int]
    fired: int


class Scene:
    """A course, a class and a warm grader. A context manager."""

    def __init__(self, folder: Path, another_check: str = "") -> None:
        self.repository = write_course(folder / "course", 1)
        hidden = self.repository / "tests" / "hidden" / "test_double.py"
        hidden.write_text(hidden.read_text() + ASKS_THE_REFERENCE + another_check)
        self.download = folder / "class"
        for student, files in STUDENTS.items():
            package = self.download / student / "mini"
            package.mkdir(parents=True)
            (package / "__init__.py").write_text("")
            for name, text in files.items():
                (package / name).write_text(text)
                os.utime(package / name, (1_700_000_000, 1_700_000_000))

    def __enter__(self) -> Self:
        environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        command = [sys.executable, str(Path(__file__).with_name("image.py")), str(self.repository), str(self.download)]
        self._image = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._image.communicate()

    def grade(self, out: Path, arm: tuple[Any, ...] = ("judge", 0, "nobody"), **more: Any) -> Run:
        """Grade the class into ``out``. ``arm``: what is to go wrong, as for ``Trip.arm``; ``more``: see ``image.coordinator``."""
        assert self._image.stdin is not None and self._image.stdout is not None
        print(json.dumps({"out": str(out), "arm": arm, **more}), file=self._image.stdin, flush=True)
        answer = json.loads(self._image.stdout.readline())
        done = answer.get("done", [0, 0])
        return Run(answer["status"], answer.get("refused", ""), tuple(done[2:]), done[1], answer["counts"], answer["fired"])


def exports(out: Path) -> dict[str, bytes]:
    """Everything that is made from the gradebook, by name."""
    made = (path for path in out.rglob("*") if path.is_file() and "submissions" not in path.parts)
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in made if not path.name.startswith((GRADEBOOK, ".", "grading"))}


def gradebook_problems(out: Path) -> list[str]:
    """What is wrong with a gradebook that a run left behind: damage, or something that is there twice."""
    if not (out / GRADEBOOK).exists():
        return []
    with sqlite3.connect(out / GRADEBOOK) as book:
        found = [f"integrity: {row[0]}" for row in book.execute("PRAGMA integrity_check") if row[0] != "ok"]
        if not book.execute("SELECT 1 FROM sqlite_master WHERE name = 'outcome'").fetchone():
            return found
        same = "SELECT attempt, check_id FROM outcome WHERE status <> 'grader fault' GROUP BY attempt, check_id, status HAVING count(*) > 1"
        # A second settled outcome of a status is there only where it says more: that ours stood in.
        found += [f"twice: {row}" for row in book.execute(same) if row]
    book.close()
    return found


def recorded(out: Path) -> set[tuple[int, str, str]]:
    """Every settled outcome in the gradebook: attempt, check, text."""
    if not (out / GRADEBOOK).exists():
        return set()
    with sqlite3.connect(out / GRADEBOOK) as book:
        if not book.execute("SELECT 1 FROM sqlite_master WHERE name = 'outcome'").fetchone():
            return set()
        rows = set(book.execute("SELECT attempt, check_id, outcome FROM outcome WHERE status <> 'grader fault'"))
    book.close()
    return rows

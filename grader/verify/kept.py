"""Outcomes of earlier runs, exercise by exercise, by the content of all that they depend on: what did not change is not run again."""

from __future__ import annotations

import hashlib
import json
import platform
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.checks.outcome import CheckOutcome
from grader.checks.plan import PlannedExercise
from grader.judge.suite import LOCK_FILE, Suite
from grader.verify.reachable import reachable

_ENGINE = ("checks", "jail", "judge")


@dataclass(frozen=True)
class Seen:
    """A check's outcome, and the largest error of its comparisons in units of their tolerance."""

    outcome: CheckOutcome
    margin: float


class Kept:
    """A folder of outcomes. An exercise's depend on its checks, on what runs them, and on the modules that its code can import."""

    def __init__(self, suite: Suite, folder: Path) -> None:
        self._suite = suite
        self._folder = folder
        engine = _digest(suite.repository, _engine_files(suite.repository))
        self._suite_parts = {}
        for exercise in suite.plan.exercises:
            checks = _digest(suite.repository, self._check_files(exercise))
            against = self._code(suite.reference, exercise.id)
            self._suite_parts[exercise.id] = (
                f"{engine} {suite.secret.hash} {exercise} {suite.course.exercise(exercise.id)} {checks} {against}"
            )

    def get(self, root: Path, exercise: str) -> tuple[Seen, ...] | None:
        """What was seen of an exercise of the submission under ``root``; None when it was not run."""
        path = self._path(root, exercise)
        if not path.exists():
            return None
        return tuple(Seen(CheckOutcome.from_json(row["outcome"]), row["margin"]) for row in json.loads(path.read_text(encoding="utf-8")))

    def put(self, root: Path, exercise: str, seen: Iterable[Seen]) -> None:
        """Keep all outcomes of an exercise, or none."""
        rows = [{"outcome": item.outcome.to_json(), "margin": item.margin} for item in seen]
        path = self._path(root, exercise)
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_suffix(".part")
        half.write_text(json.dumps(rows), encoding="utf-8")
        half.replace(path)

    def _path(self, root: Path, exercise: str) -> Path:
        key = hashlib.sha256(f"{self._suite_parts[exercise]} {self._code(root, exercise)}".encode()).hexdigest()
        return self._folder / exercise / f"{key}.json"

    def _code(self, root: Path, exercise: str) -> str:
        course = self._suite.course
        modules = [course.exercise(name).module for name in (exercise, *course.exercise(exercise).depends_on)]
        return _digest(root, reachable(root, modules))

    def _check_files(self, exercise: PlannedExercise) -> Sequence[Path]:
        shared = self._suite.repository / "tests" / "hidden" / "oracles"
        own = [folder / exercise.check_file for folder in self._suite.folders]
        return [*own, *sorted(shared.rglob("*.py")), self._suite.repository / LOCK_FILE]


def _engine_files(repository: Path) -> list[Path]:
    return sorted(path for room in _ENGINE for path in (repository / "grader" / room).rglob("*.py"))


def _digest(root: Path, files: Iterable[Path]) -> str:
    digest = hashlib.sha256(f"{sys.version_info[:2]} {platform.machine()}".encode())
    for path in files:
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root).as_posix()} {len(content)}\n".encode() + content)
    return digest.hexdigest()

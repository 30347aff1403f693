"""Outcomes of earlier runs, exercise by exercise, by the content of all that they depend on: what did not change is not run again."""

from __future__ import annotations

import ast
import hashlib
import json
import platform
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.checks.home import module_path
from grader.checks.outcome import CheckOutcome
from grader.judge.suite import LOCK_FILE, Suite

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
        self._suite_parts = {
            exercise.id: f"{engine} {suite.secret.hash} {exercise} {_digest(suite.repository, self._check_files(exercise.id))}"
            for exercise in suite.plan.exercises
        }

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
        code = _digest(root, reachable(root, self._modules(exercise)))
        against = _digest(self._suite.reference, reachable(self._suite.reference, self._modules(exercise)))
        key = hashlib.sha256(f"{self._suite_parts[exercise]} {code} {against}".encode()).hexdigest()
        return self._folder / exercise / f"{key}.json"

    def _modules(self, exercise: str) -> list[str]:
        course = self._suite.course
        return [course.exercise(name).module for name in (exercise, *course.exercise(exercise).depends_on)]

    def _check_files(self, exercise: str) -> Sequence[Path]:
        shared = self._suite.repository / "tests" / "hidden" / "oracles"
        own = [folder / f"test_{exercise}.py" for folder in self._suite.folders]
        return [*own, *sorted(shared.rglob("*.py")), self._suite.repository / LOCK_FILE]


def reachable(root: Path, modules: Iterable[str]) -> tuple[Path, ...]:
    """Files under ``root`` of these modules and of all that they import, directly or not; the packages' own files, too."""
    found: dict[Path, None] = {}
    waiting = list(modules)
    while waiting:
        name = waiting.pop()
        for path in (root / module_path(name), root / name.replace(".", "/") / "__init__.py"):
            if path.is_file() and path not in found:
                found[path] = None
                waiting += _imported(path, name)
        if "." in name:
            waiting.append(name.rpartition(".")[0])
    return tuple(sorted(found))


def _imported(path: Path, module: str) -> Iterator[str]:
    try:
        tree = ast.parse(path.read_bytes())
    except SyntaxError:
        return
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*parents, node.module] if node.module else parents)
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


def _engine_files(repository: Path) -> list[Path]:
    return sorted(path for room in _ENGINE for path in (repository / "grader" / room).rglob("*.py"))


def _digest(root: Path, files: Iterable[Path]) -> str:
    digest = hashlib.sha256(f"{sys.version_info[:2]} {platform.machine()}".encode())
    for path in files:
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root).as_posix()} {len(content)}\n".encode() + content)
    return digest.hexdigest()

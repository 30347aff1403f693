"""Everything a verdict depends on besides the submission: plan, checks, reference, seed, lock file, under one hash."""

from __future__ import annotations

import hashlib
import platform
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from grader.checks.plan import Plan
from grader.course.load import load_course
from grader.course.model import Assignment, Course
from grader.course.plan import plan_for
from grader.judge.secret import Secret

LOCK_FILE = "constraints.txt"


@dataclass(frozen=True)
class Suite:
    """The checks of an assignment, ready to run.

    Attributes:
        repository: folder of course.toml.
        folders: the public and the hidden suite.
        reference: folder that holds the reference package.
        hash: changes with anything that could change a verdict: checks and their library, plan, reference, lock file, Python, machine kind.
    """

    repository: Path
    course: Course
    assignment: Assignment
    plan: Plan
    folders: tuple[Path, ...]
    reference: Path
    secret: Secret
    hash: str


def load_suite(repository: Path, assignment_id: str, secret: Secret) -> Suite:
    """Read the suite of an assignment. Raises CourseError, and KeyError for an unknown assignment."""
    course = load_course(repository / "course.toml")
    assignment = course.assignment(assignment_id)
    plan = plan_for(course, assignment_id, (repository / assignment.handout).read_text(encoding="utf-8"))
    folders = (repository / "tests" / "public", repository / "tests" / "hidden")
    reference = repository / "solutions"
    parts = [*folders, reference / assignment.package, repository / "grader" / "checks"]
    files = sorted(path for folder in parts for path in folder.rglob("*.py"))
    digest = _hash(repository, [*files, repository / LOCK_FILE], plan)
    return Suite(repository, course, assignment, plan, folders, reference, secret, digest)


def _hash(repository: Path, files: Iterable[Path], plan: Plan) -> str:
    digest = hashlib.sha256()
    digest.update(f"{sys.version_info[:2]} {platform.machine()} one thread\n{plan.to_json()}".encode())
    for path in files:
        content = path.read_bytes()
        digest.update(f"{path.relative_to(repository).as_posix()} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:16]

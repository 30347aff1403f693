"""What a release is made of: a list of what may go out, file by file. Whatever is not named here stays inside.

Nothing is copied as a directory. Solutions pass through the stub maker; everything else is taken byte for byte.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from grader.checks.given_modules import GIVEN_FILE, given_to_json
from grader.checks.plan import Plan, PlannedExercise
from grader.checks.stub import not_started_message
from grader.course.model import Course
from grader.course.plan import plan_for
from grader.intake.given import given_modules
from grader.release.markers import read_markers
from grader.release.problem import Problem, ReleaseRefused
from grader.release.regions import Region
from grader.release.stubs import Stub, make_stub

TEMPLATES = Path(__file__).parent / "templates" / "student"
TEMPLATE_FILES = ("README.md", "Makefile", "pyproject.toml", "requirements.txt")
DATA_FILES = ("3seqs.txt", "data/stories/*.txt", "data/stories/*.md")
GRADER_DOCSTRING = b'"""The checks that come with the assignment. Nothing here is handed in."""\n'
_BELONGS = re.compile(r"belongs to the exercise (?P<exercise>[a-z][a-z0-9_]*)")
_NUMBERED = re.compile(r"(?P<number>\d+(?:\.\d+)*)\.?\s+(?P<title>.+)")


@dataclass(frozen=True)
class StubbedModule:
    """A module students write: its path in the student's folder, where it comes from, and what became of it."""

    path: str
    origin: str
    source: str
    stub: Stub


@dataclass(frozen=True)
class Contents:
    """A whole release in memory: relative posix path -> bytes, and the stubs among them."""

    files: dict[str, bytes]
    stubs: tuple[StubbedModule, ...]
    given: tuple[str, ...]


def release_contents(course: Course, assignment_id: str, repository: Path) -> Contents:
    """Everything the student's folder holds.

    Raises ReleaseRefused for a file that is missing, or whose markers cannot be trusted; KeyError for an unknown assignment;
    CourseError for a handout that does not fit the course.
    """
    assignment = course.assignment(assignment_id)
    handout = _read(repository, assignment.handout)
    plan = plan_for(course, assignment_id, handout.decode("utf-8"))
    try:
        given = given_modules(assignment, repository)
    except (FileNotFoundError, ValueError) as error:
        raise ReleaseRefused(
            [Problem("course.toml", 0, f"a given module cannot be read: {error}", "add it, or take it from the list")]
        ) from None
    _refuse_markers(given)
    stubs = tuple(_stubbed(path, plan, repository) for path in _modules(plan))
    files = {name: _read(TEMPLATES, name) for name in TEMPLATE_FILES}
    files |= {"handout.md": handout, "course.json": plan.to_json().encode(), GIVEN_FILE: given_to_json(given).encode()}
    files |= {name: _read(repository, name) for pattern in DATA_FILES for name in _matching(repository, pattern)}
    files |= given
    files |= {module.path: module.stub.text.encode() for module in stubs}
    files |= {f"tests/{item.check_file}": _read(repository, f"tests/public/{item.check_file}") for item in plan.exercises}
    files |= {name: _read(repository, name) for name in _matching(repository, "grader/checks/**/*.py")}
    files["grader/__init__.py"] = GRADER_DOCSTRING
    return Contents(files, stubs, tuple(given))


def _modules(plan: Plan) -> list[str]:
    return list(dict.fromkeys(exercise.module.replace(".", "/") + ".py" for exercise in plan.exercises))


def _stubbed(path: str, plan: Plan, repository: Path) -> StubbedModule:
    origin = f"solutions/{path}"
    exercises = [exercise for exercise in plan.exercises if exercise.module.replace(".", "/") + ".py" == path]
    source = _read(repository, origin)
    stub = make_stub(source, origin, lambda region: _message(region, exercises, plan, origin))
    raised = {region.scopes[0] for region in stub.regions if region.in_function}
    uncovered = [symbol for exercise in exercises for symbol in exercise.symbols if symbol not in raised]
    if uncovered:
        fix = "put markers around the solution in its body, or students get it ready-made"
        raise ReleaseRefused([Problem(origin, 0, f"{symbol} has no solution region in a function", fix) for symbol in uncovered])
    return StubbedModule(path, origin, source.decode("utf-8"), stub)


def _message(region: Region, exercises: list[PlannedExercise], plan: Plan, origin: str) -> str:
    owner = _owner(region, exercises, plan, origin)
    section = _NUMBERED.fullmatch(owner.handout)
    if section is None:
        raise ReleaseRefused(
            [Problem(origin, region.begin, f"the handout's section {owner.handout!r} has no number", "number its heading: ## 3. ...")]
        )
    return not_started_message(owner.id, section["number"], section["title"])


def _owner(region: Region, exercises: list[PlannedExercise], plan: Plan, origin: str) -> PlannedExercise:
    """The exercise of a region: as the function's docstring says, else whose symbol it is in, else the module's only one."""
    first_line = region.docstring.partition("\n")[0]
    if said := _BELONGS.search(first_line):
        try:
            return plan.exercise(said["exercise"])
        except KeyError as error:
            fix = "correct the name, or give the assignment that exercise"
            raise ReleaseRefused([Problem(origin, region.begin, f"the docstring names an exercise: {error.args[0]}", fix)]) from None
    declaring = [exercise for exercise in exercises if region.scopes[0] in exercise.symbols]
    if len(declaring or exercises) == 1:
        return (declaring or exercises)[0]
    fix = 'say "belongs to the exercise ..." in the first line of the docstring of that function'
    raise ReleaseRefused([Problem(origin, region.begin, f"which exercise does {'.'.join(region.scopes)} belong to?", fix)])


def _refuse_markers(given: dict[str, bytes]) -> None:
    problems = [
        Problem(
            f"solutions/{path}", marker.line, "a given module has a solution region", "remove the markers, or take it from given_modules"
        )
        for path, content in given.items()
        for marker in read_markers(content.decode("utf-8"), f"solutions/{path}")
    ]
    if problems:
        raise ReleaseRefused(problems)


def _read(folder: Path, name: str) -> bytes:
    path = folder / name
    if path.is_symlink() or not path.is_file():
        what = "is a link, and links could lead anywhere" if path.is_symlink() else "is missing"
        raise ReleaseRefused([Problem(name, 0, f"the release needs this file, and it {what}", "add it, or take it from the course file")])
    return path.read_bytes()


def _matching(repository: Path, pattern: str) -> list[str]:
    names = sorted(path.relative_to(repository).as_posix() for path in repository.glob(pattern))
    if not names and "*" not in pattern:
        names = [pattern]  # so that reading it says what is missing
    return names

"""The real assignment: its release is made, is clean by ruff, compiles, and every exercise announces itself as not started."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from grader.checks.plan import Plan
from grader.checks.stub import exercise_not_started
from grader.course.load import load_course
from grader.release.generate import generate

REPOSITORY = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("starter") / "pico-llm"
    generate(load_course(REPOSITORY / "course.toml"), "pico-llm", REPOSITORY, out)
    return out


def test_every_exercise_announces_itself(released: Path) -> None:
    plan = Plan.from_json((released / "course.json").read_text(encoding="utf-8"))
    announced = {
        exercise
        for path in (released / "picollm").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and (exercise := exercise_not_started(node.value))
    }
    assert announced == {exercise.id for exercise in plan.exercises}


def test_everything_compiles_and_passes_the_students_own_ruff(released: Path) -> None:
    for path in released.rglob("*.py"):
        compile(path.read_text(encoding="utf-8"), path.name, "exec")
    finished = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--no-cache", "picollm"], cwd=released, capture_output=True, text=True
    )
    assert finished.returncode == 0, finished.stdout


def test_nothing_of_the_staff_is_in_it(released: Path) -> None:
    top = {path.name for path in released.iterdir()}
    settings = {"README.md", "Makefile", "pyproject.toml", "requirements.txt", "course.json", "given.json"}
    assert top == settings | {"handout.md", "3seqs.txt", "data", "picollm", "tests", "grader"}
    assert {path.name for path in (released / "grader").iterdir()} == {"__init__.py", "checks"}
    assert not [path for path in released.rglob("*") if "hidden" in path.name or path.suffix == ".pyc" or path.is_symlink()]

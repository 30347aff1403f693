"""Outcomes are known again exactly as long as nothing changed that they depend on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from grader.checks.outcome import CheckOutcome, Status
from grader.judge.secret import Secret
from grader.judge.suite import load_suite
from grader.verify.kept import Kept, Seen
from grader.verify.reachable import reachable

REPOSITORY = Path(__file__).parents[3]


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


def test_reachable_follows_every_kind_of_import(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "p/__init__.py": "",
            "p/a.py": "import torch\nimport p.b\nfrom p import c\n",
            "p/b.py": "from . import d\n",
            "p/c.py": "def f():\n    from .e import x\n",
            "p/d.py": "",
            "p/e.py": "x = 1\n",
            "p/alone.py": "",
        },
    )
    assert [path.name for path in reachable(tmp_path, ["p.a"])] == ["__init__.py", "a.py", "b.py", "c.py", "d.py", "e.py"]


def test_a_module_that_cannot_be_read_reaches_itself(tmp_path: Path) -> None:
    write(tmp_path, {"p/__init__.py": "", "p/a.py": "def (:\n"})
    assert [path.name for path in reachable(tmp_path, ["p.a"])] == ["__init__.py", "a.py"]


@pytest.fixture(scope="module")
def student(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("student")
    shutil.copytree(REPOSITORY / "solutions" / "picollm", root / "picollm", ignore=shutil.ignore_patterns("__pycache__"))
    return root


def test_a_change_is_forgotten_where_it_can_be_felt_and_nowhere_else(student: Path, tmp_path: Path) -> None:
    suite = load_suite(REPOSITORY, "pico-llm", Secret(7, "seven"))
    kept = Kept(suite, tmp_path)
    for exercise in ("rmsnorm", "transformer", "nucleus_sampling"):
        outcome = CheckOutcome(f"public/test_{exercise}.py::test_x", exercise, f"{exercise}.idea", (), "", "", Status.PASSED)
        kept.put(student, exercise, [Seen(outcome, 0.25)])
    assert [seen.margin for seen in kept.get(student, "rmsnorm") or ()] == [0.25]
    path = student / "picollm" / "rmsnorm.py"
    before = path.read_text()
    path.write_text(before + "\nMORE = 1\n")
    known = {exercise: kept.get(student, exercise) is not None for exercise in ("rmsnorm", "transformer", "nucleus_sampling")}
    path.write_text(before)
    assert known == {"rmsnorm": False, "transformer": False, "nucleus_sampling": True}
    assert Kept(load_suite(REPOSITORY, "pico-llm", Secret(8, "eight")), tmp_path).get(student, "rmsnorm") is None

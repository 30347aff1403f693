"""The course cut down to two exercises and one suite of each, as a repository on disk: small enough to be graded dozens of times in a test.

The hidden one draws at random and measures the reference; the public one compares to the last digit and shows examples.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

SUITES = {"rmsnorm": "public", "nucleus_sampling": "hidden"}


def write_two_exercises(repository: Path, root: Path) -> Path:
    """Copy what the two exercises need of ``repository`` to ``root``."""
    course = (repository / "course.toml").read_text(encoding="utf-8")
    course = re.sub(r"^required = .*$", f"required = {list(SUITES)}".replace("'", '"'), course, flags=re.MULTILINE)
    course = re.sub(r"^bonus = .*$", "bonus = []", course, flags=re.MULTILINE)
    files = {Path("course.toml"): course.encode()}
    for name in ("constraints.txt", "docs/handouts/pico-llm.md"):
        files[Path(name)] = (repository / name).read_bytes()
    for exercise, suite in SUITES.items():
        files[Path("tests") / "public" / f"test_{exercise}.py"] = b'"""Left out here."""\n'
        path = Path("tests") / suite / f"test_{exercise}.py"
        files[path] = (repository / path).read_bytes()
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
    ignored = shutil.ignore_patterns("__pycache__", "*.pyc")
    for name in ("tests/hidden/oracles", "solutions", "data", "3seqs.txt", "README.md", "Makefile", "pyproject.toml", "grader/checks"):
        source = repository / name
        if source.is_dir():
            shutil.copytree(source, root / name, ignore=ignored, dirs_exist_ok=True)
        else:
            shutil.copyfile(source, root / name)
    return root

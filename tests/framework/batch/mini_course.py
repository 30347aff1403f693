"""A course of two tiny exercises, the second using the first, as a repository on disk."""

from __future__ import annotations

from pathlib import Path

COURSE = """
schema = 1
title = "Mini"

[exercises.double]
title = "Double"
module = "mini.double"
symbols = ["double"]
handout = "Double"
ideas = [{ id = "values", title = "doubles", points = 3 }, { id = "types", title = "keeps the type", points = 1 }]

[exercises.quad]
title = "Quad"
module = "mini.quad"
symbols = ["quad"]
handout = "Quad"
depends_on = ["double"]
given_on_failure = ["double"]
ideas = [{ id = "values", title = "doubles twice", points = 2 }]

[assignments.hw]
title = "Homework"
package = "mini"
handout = "handout.md"
required = ["double", "quad"]
time_zone = "UTC"
policy = { ai = "Ask.", sources = "Name them." }
"""
HANDOUT = """# Homework

## 1. Double

- **DBL-1** It doubles.
- **DBL-2** The type stays.

## 2. Quad

- **QUA-1** It doubles twice.
"""
DOUBLE = '"""Double."""\n\n\ndef double(x):\n    """Twice x."""\n    # BEGIN SOLUTION\n    return x + x\n    # END SOLUTION\n'
QUAD = (
    '"""Quad."""\n\nfrom mini.double import double\n\n\ndef quad(x):\n    """Four times x."""\n'
    "    # BEGIN SOLUTION\n    return double(double(x))\n    # END SOLUTION\n"
)
CHECKS = """
import pytest

@pytest.mark.check("{exercise}.values", spec="{label}", title="is right", hint="add")
@pytest.mark.parametrize("n", range({count}))
def test_values(subject, n):
    assert subject.{exercise}(n) == {factor} * n, "another number was expected"
"""
TYPES = """
@pytest.mark.check("double.types", spec="DBL-2", title="keeps the type", hint="look")
def test_types(subject):
    assert isinstance(subject.double(1.5), float)
"""
STUDENTS = {
    "ann right": {"double.py": DOUBLE, "quad.py": QUAD},
    "bob wrong": {"double.py": DOUBLE.replace("x + x", "x + x + (x > 1)"), "quad.py": QUAD},
    "cat stub": {"double.py": 'def double(x):\n    raise NotImplementedError("double is not started: see handout section 1, Double")\n'},
    "dan exits": {"double.py": "import os\n\ndef double(x):\n    os._exit(0)\n", "quad.py": QUAD.replace("double(double(x))", "4 * x")},
}


def write_course(root: Path, checks: int) -> Path:
    """The repository, with ``checks`` cases in each suite of each exercise."""
    (root / "solutions" / "mini").mkdir(parents=True)
    for name, text in {"__init__.py": '"""Mini."""\n', "double.py": DOUBLE, "quad.py": QUAD}.items():
        (root / "solutions" / "mini" / name).write_text(text)
    for suite in ("public", "hidden"):
        (root / "tests" / suite).mkdir(parents=True)
        for exercise, label, factor in (("double", "DBL-1", 2), ("quad", "QUA-1", 4)):
            text = CHECKS.format(exercise=exercise, label=label, factor=factor, count=checks)
            types = TYPES if (suite, exercise) == ("hidden", "double") else ""
            (root / "tests" / suite / f"test_{exercise}.py").write_text(text + types)
    for name, text in {"course.toml": COURSE, "handout.md": HANDOUT, "constraints.txt": ""}.items():
        (root / name).write_text(text)
    return root


def write_class(folder: Path) -> Path:
    """Four students: right, wrong in some cases, a stub, one whose interpreter exits."""
    for student, files in STUDENTS.items():
        package = folder / student / "mini"
        package.mkdir(parents=True)
        (package / "__init__.py").write_text("")
        for name, text in files.items():
            (package / name).write_text(text)
    return folder
